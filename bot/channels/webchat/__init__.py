"""The web chat: a real channel for everybody who has a browser and nothing else."""

from bot.channels.webchat.channel import WebChatChannel
from bot.channels.webchat.settings import WebChatSettings

__all__ = ["WebChatChannel", "WebChatSettings"]
