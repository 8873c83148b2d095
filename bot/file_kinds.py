"""Which received files are kept: of an allowed kind by their bytes, and of the kind named."""

import codecs
import struct
from collections.abc import Iterator
from pathlib import PurePath

HEAD = 64 * 1024  # bytes looked at from the front
TAIL = 512 * 1024  # bytes kept from the end, where a ZIP file has its list
MAX_ENTRIES = 2000
MAX_UNPACKED = 200_000_000

_ENDINGS = {
    "image/jpeg": {".jpg", ".jpeg"},
    "image/png": {".png"},
    "image/webp": {".webp"},
    "image/gif": {".gif"},
    "application/pdf": {".pdf"},
    "application/vnd.openxmlformats-officedocument.wordprocessingml.document": {".docx"},
    "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet": {".xlsx"},
    "text/plain": {".txt"},
    "audio/mpeg": {".mp3"},
    "audio/ogg": {".ogg", ".oga", ".opus"},
    "audio/amr": {".amr"},
    "audio/mp4": {".m4a", ".mp4"},
    "video/mp4": {".mp4", ".m4v"},
}
_MAGIC = (
    (b"\xff\xd8\xff", "image/jpeg"),
    (b"\x89PNG\r\n\x1a\n", "image/png"),
    (b"GIF87a", "image/gif"),
    (b"GIF89a", "image/gif"),
    (b"%PDF-", "application/pdf"),
    (b"OggS", "audio/ogg"),
    (b"#!AMR", "audio/amr"),
    (b"ID3", "audio/mpeg"),
)
_MP3_FRAMES = (b"\xff\xfb", b"\xff\xf3", b"\xff\xf2", b"\xff\xfa")
_OFFICE = {
    "word/document.xml": "application/vnd.openxmlformats-officedocument.wordprocessingml.document",
    "xl/workbook.xml": "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet",
}
_VIDEO_BRANDS = {
    b"isom",
    b"iso2",
    b"iso4",
    b"iso5",
    b"iso6",
    b"mp41",
    b"mp42",
    b"avc1",
    b"M4V ",
    b"MSNV",
    b"dash",
}
_CONTROLS = bytes(set(range(32)) - {9, 10, 12, 13})


class FileRefused(Exception):
    """The file is not kept; `reason` is a code: empty, type, mismatch, macro, bomb, too_big."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason)
        self.reason = reason


class Inspector:
    """Looks at the bytes of one file as they stream by, and says in the end what they are."""

    def __init__(self) -> None:
        self._head = bytearray()
        self._tail = bytearray()
        self._texts = [codecs.getincrementaldecoder(name)() for name in ("utf-8", "gb18030")]
        self._size = 0

    def see(self, data: bytes) -> None:
        """The next bytes. Errors: FileRefused as soon as no allowed kind is possible any more."""
        self._size += len(data)
        self._head += data[: HEAD - len(self._head)] if len(self._head) < HEAD else b""
        self._tail += data
        del self._tail[:-TAIL]
        self._texts = [text for text in self._texts if _reads(text, data)]
        if len(self._head) >= 16:
            self._kind()

    def verdict(self, name: str) -> str:
        """The media type, once everything was seen; `name` as its sender wrote it, "" if none.

        Errors: FileRefused.
        """
        if not self._size:
            raise FileRefused("empty")
        kind = self._kind()
        if kind == "zip":
            kind = _office(bytes(self._tail), self._size)
        if kind == "text/plain" and not any(_reads(text, b"", last=True) for text in self._texts):
            raise FileRefused("type")
        ending = PurePath(name).suffix.lower()
        if ending and ending not in _ENDINGS[kind]:
            known = any(ending in endings for endings in _ENDINGS.values())
            raise FileRefused("mismatch" if known else "type")
        return kind

    def _kind(self) -> str:
        head = bytes(self._head[:16])
        for magic, kind in _MAGIC:
            if head.startswith(magic):
                return kind
        if head[:4] == b"RIFF" and head[8:12] == b"WEBP":
            return "image/webp"
        if head[4:8] == b"ftyp" and head[8:12] in _VIDEO_BRANDS | {b"M4A "}:
            return "audio/mp4" if head[8:12] == b"M4A " else "video/mp4"
        if head.startswith(_MP3_FRAMES):
            return "audio/mpeg"
        if head.startswith(b"PK\x03\x04"):
            return "zip"
        if self._texts:
            return "text/plain"
        raise FileRefused("type")


def _reads(decoder: codecs.IncrementalDecoder, data: bytes, *, last: bool = False) -> bool:
    try:
        decoder.decode(data, last)
    except UnicodeDecodeError:
        return False
    return data.translate(None, _CONTROLS) == data


def _office(tail: bytes, size: int) -> str:
    """Which office document a ZIP file is, by the list at its end; any other ZIP is refused."""
    names, unpacked = [], 0
    for name, length in _entries(tail, size):
        names.append(name)
        unpacked += length
        if len(names) > MAX_ENTRIES or unpacked > MAX_UNPACKED:
            raise FileRefused("bomb")
    if any(name.lower().endswith("vbaproject.bin") for name in names):
        raise FileRefused("macro")
    kinds = [kind for part, kind in _OFFICE.items() if part in names]
    if len(kinds) != 1 or "[Content_Types].xml" not in names:
        raise FileRefused("type")
    return kinds[0]


def _entries(tail: bytes, size: int) -> Iterator[tuple[str, int]]:
    """Name and unpacked length of each entry in the central list of a ZIP file."""
    end = tail.rfind(b"PK\x05\x06")
    if end < 0 or len(tail) < end + 22:
        raise FileRefused("type")
    length, offset = struct.unpack_from("<II", tail, end + 12)
    at = offset - (size - len(tail))
    if at < 0 or at + length != end:
        raise FileRefused("type")
    while at < end:
        if tail[at : at + 4] != b"PK\x01\x02" or at + 46 > end:
            raise FileRefused("type")
        unpacked = struct.unpack_from("<I", tail, at + 24)[0]
        name, extra, comment = struct.unpack_from("<HHH", tail, at + 28)
        yield tail[at + 46 : at + 46 + name].decode("utf-8", "replace"), unpacked
        at += 46 + name + extra + comment
