"""Files on their way out: opened from their seal into a private folder, removed after sending."""

import asyncio
from collections.abc import AsyncIterator, Iterator, Mapping, Sequence
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path
from secrets import token_hex
from typing import Any

from bot.channels.base import Document
from bot.made_files import make_file
from storage import attachments
from storage.base import Session, Storage
from storage.blobs import LocalBlobs
from storage.sealing import DataKey, Vault


class FileGone(Exception):
    """A file that was to be sent is not there any more."""


class FileRoom:
    """Opens stored files one at a time, streamed, never in memory as a whole."""

    def __init__(self, storage: Storage, vault: Vault, blobs: LocalBlobs, folder: Path) -> None:
        self._storage = storage
        self._vault = vault
        self._blobs = blobs
        self._folder = folder
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        for left in folder.iterdir():
            if left.is_file():
                left.unlink()

    @asynccontextmanager
    async def documents(self, files: Sequence[Sequence[Any]]) -> AsyncIterator[list[Document]]:
        """The files [attachment, name, mime, made?] as documents that exist inside the block."""
        opened: list[Document] = []
        try:
            for attachment, name, mime, *made in files:
                path = self._folder / token_hex(16)
                opened.append(Document(path=path, name=name, mime=mime))
                if made:
                    await asyncio.to_thread(_make, path, made[0])
                    continue
                pieces = await self.pieces(attachment)
                await asyncio.to_thread(_write, path, pieces)
            yield opened
        finally:
            for document in opened:
                document.path.unlink(missing_ok=True)

    async def pieces(self, attachment: str) -> Iterator[bytes]:
        """The bytes of a file in pieces. Errors: FileGone."""
        look = partial(_find, vault=self._vault, attachment=attachment)
        found = await self._storage.read(look)
        if found is None:
            raise FileGone
        blob, key = found
        return self._blobs.get(blob, key, attachments.content_place(attachment))


def _find(db: Session, *, vault: Vault, attachment: str) -> tuple[str, DataKey] | None:
    row = attachments.get(db, vault, attachment)
    key = attachments.key(db, vault, attachment)
    return (row.blob, key) if row is not None and row.blob and key is not None else None


def _make(path: Path, made: Mapping[str, Any]) -> None:
    _write(path, iter((make_file(made),)))


def _write(path: Path, pieces: Iterator[bytes]) -> None:
    path.touch(mode=0o600)
    with path.open("wb") as file:
        for piece in pieces:
            file.write(piece)
