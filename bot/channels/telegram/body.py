"""What a call of the Bot API carries."""

import json
from collections.abc import Mapping
from typing import Any, BinaryIO

Files = Mapping[str, tuple[str, BinaryIO, str]]
"""By field: the name, the content and the media type of a file."""

_ENCODER = json.JSONEncoder(ensure_ascii=False, separators=(",", ":"))
"""Made once: json.dumps with options makes one for every call."""


class Body:
    """What the SDK's request class reads from a RequestData, without its objects."""

    __slots__ = ("_files", "_params", "contains_files")

    def __init__(self, params: Mapping[str, Any], files: Files | None = None) -> None:
        self._params = params
        self._files = files or {}
        self.contains_files = bool(files)

    @property
    def json_payload(self) -> bytes:
        return _ENCODER.encode(self._params).encode("utf-8", "replace")

    @property
    def json_parameters(self) -> dict[str, str]:
        return {
            name: value if isinstance(value, str) else json.dumps(value)
            for name, value in self._params.items()
        }

    @property
    def multipart_data(self) -> Files:
        return self._files
