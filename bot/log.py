"""Logs: JSON lines of an allow-list of fields; no secret and nothing a person wrote."""

import logging
import re
import sys
from collections.abc import Iterable, MutableMapping
from typing import Any, TextIO

import structlog

ALLOWED = frozenset(
    {
        "action",
        "account",
        "attempts",
        "channel",
        "count",
        "dropped",
        "error",
        "event",
        "id",
        "interval",
        "job",
        "kind",
        "level",
        "logger",
        "milliseconds",
        "object",
        "path",
        "port",
        "reason",
        "state",
        "status",
        "tick",
        "timestamp",
        "unit",
        "version",
        "wait",
        "where",
    }
)
"""Fields that may be logged: names of acts, ids of our own, counts, times; never content."""

OURS = ("bot", "handlers", "storage", "casework")
"""Whose lines may be detailed. Libraries tell addresses, tokens, SQL and bodies below WARNING."""

_TOKEN = re.compile(r"\d{3,}:[A-Za-z0-9_-]{8,}")
_CODE = re.compile(r"bind_[a-z2-7-]{8,}")
_DSN = re.compile(r"(?<=://)[^/@\s]+@")


class Redactor(logging.Filter):
    """Blots tokens, passwords, binding codes and the given secrets out of every record.

    It sits on the root handlers: a filter on a logger would not see what its children log.
    """

    def __init__(self, secrets: Iterable[str] = ()) -> None:
        super().__init__()
        self._secrets = tuple(s for s in secrets if len(s) >= 6)

    def filter(self, record: logging.LogRecord) -> bool:
        """Always true; the record is rewritten in place. Tracebacks keep places, lose messages."""
        record.msg, record.args = self.clean(record.getMessage()), ()
        if record.exc_info and record.exc_info[0] is not None:
            record.msg = f"{record.msg} [{_places(record)}]"
            record.exc_info = None
            record.exc_text = None
        return True

    def clean(self, text: str) -> str:
        """The text without anything secret."""
        for secret in self._secrets:
            text = text.replace(secret, "***")
        return _DSN.sub("***@", _CODE.sub("bind_***", _TOKEN.sub("***", text)))


def only_allowed(_: Any, __: str, event: MutableMapping[str, Any]) -> MutableMapping[str, Any]:
    """Drop every field that is not on the list, and say how many were dropped."""
    kept = {k: v for k, v in event.items() if k in ALLOWED}
    if len(kept) < len(event):
        kept["dropped"] = len(event) - len(kept)
    return kept


def set_up(level: str, *, secrets: Iterable[str] = (), stream: TextIO | None = None) -> None:
    """Configure structlog and the root logger once, at the start of the program."""
    handler = logging.StreamHandler(stream or sys.stderr)
    handler.addFilter(Redactor(secrets))
    handler.setFormatter(logging.Formatter("%(message)s"))
    root = logging.getLogger()
    root.handlers[:] = [handler]
    root.setLevel(max(logging.WARNING, logging.getLevelNamesMapping()[level]))
    for name in OURS:
        logging.getLogger(name).setLevel(level)
    structlog.configure(
        processors=[
            structlog.stdlib.add_log_level,
            structlog.stdlib.add_logger_name,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            only_allowed,
            structlog.processors.JSONRenderer(ensure_ascii=False),
        ],
        logger_factory=structlog.stdlib.LoggerFactory(),
        wrapper_class=structlog.stdlib.BoundLogger,
        cache_logger_on_first_use=False,
    )


def _places(record: logging.LogRecord) -> str:
    """Type and code places of an exception, without its words, which may be a person's."""
    kind, _, trace = record.exc_info if record.exc_info else (None, None, None)
    places = []
    while trace is not None:
        places.append(f"{trace.tb_frame.f_code.co_name}:{trace.tb_lineno}")
        trace = trace.tb_next
    return f"{kind.__name__ if kind else 'error'} at {' > '.join(places[-6:])}"
