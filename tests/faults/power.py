"""A disk that loses power: what was not synced is dropped, kept or torn, as chance has it."""

import random
from dataclasses import dataclass, field

import apsw

SECTOR = 512
NAME = "power"


class PowerGone(apsw.IOError):
    """The machine is off; nothing is written any more."""


@dataclass
class HeldFile:
    """One file: what programs read, what lies on the medium, what is on the way between."""

    seen: bytearray = field(default_factory=bytearray)
    durable: bytearray | None = None  # None: not even the name is on the medium
    pending: list[tuple[int, bytes]] = field(default_factory=list)  # offset -1: cut to a length

    def sync(self) -> None:
        """Everything so far is on the medium."""
        self.durable = bytearray(self.seen)
        self.pending.clear()

    def after_cut(self, dice: random.Random) -> bytes | None:
        """What is found at the next start."""
        if self.durable is None and dice.random() < 0.5:
            return None
        image = bytearray(self.durable or b"")
        for offset, data in self.pending:
            fate = dice.choice(("dropped", "whole", "torn"))
            if fate == "dropped":
                continue
            if offset < 0:
                del image[int.from_bytes(data, "big") :]
            elif fate == "whole":
                put(image, offset, data)
            else:
                for at in range(0, len(data), SECTOR):
                    if dice.random() < 0.5:
                        put(image, offset + at, data[at : at + SECTOR])
        return bytes(image)


def put(image: bytearray, offset: int, data: bytes) -> None:
    """Write into an image, with a hole before it where it was shorter."""
    if len(image) < offset:
        image.extend(bytes(offset - len(image)))
    image[offset : offset + len(data)] = data


class Disk(apsw.VFS):
    """Files in memory behind SQLite's own door; the power goes at a given operation."""

    def __init__(self, files: dict[str, bytes], *, off_at: int) -> None:
        """`off_at` counts writes, syncs, cuts and deletions; the one of that number never ends."""
        self.files = {
            name: HeldFile(seen=bytearray(data), durable=bytearray(data))
            for name, data in files.items()
        }
        self.off_at = off_at
        self.operations = 0
        self.off = self.gone = False
        super().__init__(NAME, "")

    def step(self) -> None:
        """Count one operation. Errors: PowerGone from the fatal one on."""
        if self.off:
            raise PowerGone
        self.operations += 1
        if self.operations >= self.off_at:
            self.off = True
            raise PowerGone

    def end(self) -> None:
        """The life is over: a connection that is let go changes nothing, and hears no refusal."""
        self.gone = True

    def after_cut(self, dice: random.Random) -> dict[str, bytes]:
        """The files as the next start finds them."""
        found = {name: file.after_cut(dice) for name, file in self.files.items()}
        return {name: data for name, data in found.items() if data is not None}

    def xOpen(self, name: object, flags: list[int]) -> "OpenFile":
        """Open or create."""
        known = name.filename() if isinstance(name, apsw.URIFilename) else str(name)
        file = self.files.setdefault(known.rsplit("/", 1)[-1], HeldFile())
        flags[1] = flags[0]
        return OpenFile(self, file)

    def xDelete(self, name: str, sync: bool) -> None:
        """Remove a name; at once on the medium, as the journal's directory is synced."""
        if self.gone:
            return
        self.step()
        self.files.pop(name.rsplit("/", 1)[-1], None)

    def xAccess(self, name: str, flags: int) -> bool:
        """Whether the name is there."""
        return name.rsplit("/", 1)[-1] in self.files

    def xFullPathname(self, name: str) -> str:
        """Names have no folders here."""
        return "/" + name.rsplit("/", 1)[-1]


class OpenFile:
    """One open file of the disk, with the methods by which SQLite asks."""

    def __init__(self, disk: Disk, file: HeldFile) -> None:
        self._disk = disk
        self._file = file

    def xRead(self, amount: int, offset: int) -> bytes:
        """As programs see it, with zeros after the end."""
        return bytes(self._file.seen[offset : offset + amount])

    def xWrite(self, data: bytes, offset: int) -> None:
        """Seen at once, on the medium after a sync."""
        if self._disk.gone:
            return
        held = bytes(data)
        self._file.pending.append((offset, held))  # under way when the power goes
        self._disk.step()
        put(self._file.seen, offset, held)

    def xTruncate(self, size: int) -> None:
        """Cut to a length."""
        if self._disk.gone:
            return
        self._file.pending.append((-1, size.to_bytes(8, "big")))
        self._disk.step()
        del self._file.seen[size:]

    def xSync(self, flags: int) -> None:
        """Everything of this file is on the medium, unless the power goes now."""
        if self._disk.gone:
            return
        self._disk.step()
        self._file.sync()

    def xFileSize(self) -> int:
        """Bytes as programs see it."""
        return len(self._file.seen)

    def xLock(self, level: int) -> None:
        """Nobody else is there."""

    def xUnlock(self, level: int) -> None:
        """Nobody else is there."""

    def xCheckReservedLock(self) -> bool:
        """Nobody else is there."""
        return False

    def xClose(self) -> None:
        """Nothing is written by closing."""

    def xFileControl(self, op: int, pointer: int) -> bool:
        """No wish is known."""
        return False

    def xSectorSize(self) -> int:
        """As on the usual file systems."""
        return 4096

    def xDeviceCharacteristics(self) -> int:
        """A torn write harms nothing beside itself; what SQLite assumes of every disk."""
        return apsw.SQLITE_IOCAP_POWERSAFE_OVERWRITE
