"""Outbox bodies → words and buttons of one surface."""

from collections.abc import Mapping
from typing import Any

from bot.channels.base import Button, Capabilities, Rendered
from bot.texts import Texts


def render(
    body: Mapping[str, Any], texts: Texts, capabilities: Capabilities, parcel: str = ""
) -> Rendered:
    """What a kept reply says on this surface; documents are added by the dispatcher."""
    locale = body["l"]
    blocks = [texts.word(lead, locale) for lead in body.get("a", ())]
    blocks.append(texts.say(body["k"], body.get("v", {}), locale).strip())
    choices = body.get("c", ())
    labels = [_label(choice, texts, locale) for choice in choices]
    if choices and not capabilities.buttons:
        blocks.append("\n".join(f"{n}. {label}" for n, label in enumerate(labels, 1)))
        return Rendered(text="\n\n".join(blocks), protect=bool(body.get("p")), parcel=parcel)
    buttons = [
        Button(label=label, data=f"v1:{body['n']}:{choice[0]}")
        for choice, label in zip(choices, labels, strict=True)
    ]
    return Rendered(
        text="\n\n".join(blocks), buttons=buttons, protect=bool(body.get("p")), parcel=parcel
    )


def _label(choice: list[Any], texts: Texts, locale: str) -> str:
    _code, key, label, values = choice
    return str(label) if label else texts.say(key, values, locale)
