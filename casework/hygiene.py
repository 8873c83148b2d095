"""Hygiene of incoming words: what may be stored, what is shown, and what is no text at all."""

import re
import unicodedata

_BIDI = "\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069"
_ZERO_WIDTH = "\u00ad\u034f\u115f\u1160\u17b4\u17b5\u180e\u200b\u200c\u200d\u2060\u2061\u2062"
_ZERO_WIDTH += "\u2063\u2064\u2065\u206a\u206b\u206c\u206d\u206e\u206f\u3164\ufeff\uffa0\u2800"
_HIDDEN = frozenset(_BIDI + _ZERO_WIDTH)
_UNSEEN = re.compile(f"[{_BIDI}{_ZERO_WIDTH}]+")
_NO_WORD = re.compile(r"[\W_]+")
_MARKS_MAX = 3
_KEYCAP = re.compile("[0-9#*]\ufe0f?\u20e3")
_PLAIN = re.compile("[\n\t -~\u2013-\u2026\u3000-\u3029\u4e00-\u9fa5\uff01-\uff5e]*")
_SURROGATE = re.compile("[\ud800-\udfff]")


def storable(text: str) -> str:
    """The text without NUL and half surrogate pairs: the form in which an original is kept."""
    return _SURROGATE.sub("\ufffd", text.replace("\0", ""))


def displayable(text: str) -> str:
    """What is shown of a text: no control, bidi or zero-width characters, 3 marks in a row.

    Line breaks and tabs stay. The original is kept beside it. Source: research/security.md 3.4.
    """
    if _PLAIN.fullmatch(text):
        return text
    shown: list[str] = []
    marks = 0
    for char in storable(text).replace("\r\n", "\n").replace("\r", "\n"):
        category = unicodedata.category(char)
        if char in _HIDDEN or (category in ("Cc", "Cf", "Co", "Cn") and char not in "\n\t"):
            continue
        if category in ("Mn", "Me"):
            marks += 1
            if marks > _MARKS_MAX:
                continue
        else:
            marks = 0
        shown.append(char)
    return "".join(shown)


def is_blank(text: str) -> bool:
    """Whether nothing in it is a letter or digit: empty, zero-width, bidi, emoji, punctuation."""
    visible = _KEYCAP.sub("", text)
    return not any(c.isalnum() and c not in _HIDDEN for c in visible)


def length(text: str) -> int:
    """How many characters a reader sees, without blanks."""
    return sum(1 for c in displayable(text) if not c.isspace())


def folded(text: str) -> str:
    """Letters and digits alone, in one width and case: for finding names in spite of tricks."""
    plain = unicodedata.normalize("NFKC", _UNSEEN.sub("", text)).casefold()
    return _UNSEEN.sub("", _NO_WORD.sub("", plain))


def clipped(text: str, limit: int) -> str:
    """The first `limit` characters shown, with an ellipsis where something was left out."""
    shown = displayable(text).strip()
    return shown if len(shown) <= limit else shown[: limit - 1].rstrip() + "…"
