"""What the operator decides about the web chat."""

from dataclasses import dataclass
from pathlib import Path

HOUR = 3600
DAY = 24 * HOUR


@dataclass(frozen=True, slots=True, kw_only=True)
class WebChatSettings:
    """Sizes in bytes, lives in seconds. `folder` is private to the program (0700)."""

    folder: Path
    account: str = "main"
    public_url: str = ""
    trusted_proxy: bool = False
    file_bytes_max: int = 20_000_000
    waiting_files_max: int = 20  # uploads of one session that no event refers to yet
    waiting_bytes_max: int = 100_000_000
    text_max: int = 20_000  # characters of one text frame; the page splits longer ones
    lent_life: int = DAY  # a session on a device that is not the person's own, unused
    own_life: int = 30 * DAY
    fetched_life: int = (
        HOUR  # an upload stays this long after it was read, so that a retry finds it
    )
    burst: int = 20  # frames of one session at once
    per_second: float = 1.0
    sessions_burst: int = 200  # new sessions at once, from everywhere
    sessions_per_second: float = 5.0
