"""Telegram: updates by polling or webhook in, messages and files out."""

from bot.channels.telegram.channel import TelegramChannel
from bot.channels.telegram.settings import TelegramSettings

__all__ = ["TelegramChannel", "TelegramSettings"]
