"""Reads regulation profiles and calendar overlays from the package or from a path."""

import tomllib
from importlib import resources
from importlib.resources.abc import Traversable
from pathlib import Path
from typing import Any

from casework.calendar import WorkCalendar, overlay
from casework.errors import DataError
from casework.profile_check import read_common, read_profile
from casework.profiles import Common, Profile

COMMON = "common.toml"


def packaged_common() -> Common:
    """The `common.toml` that travels with the program."""
    text = _text(_packaged() / COMMON)
    return read_common(_parsed(text, COMMON), COMMON, text)


def packaged_profiles() -> dict[str, Profile]:
    """Every packaged profile by its id."""
    common = packaged_common()
    found = {}
    for entry in sorted(_packaged().iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml") and entry.name != COMMON:
            text = _text(entry)
            profile = read_profile(_parsed(text, entry.name), common, entry.name, text)
            found[profile.id] = profile
    return found


def profile_by(name: str) -> tuple[Profile, Common]:
    """A profile by packaged id, or by path with the `common.toml` beside it (else ours).

    Raises DataError with one line naming the file or the id and the mend.
    """
    profiles = packaged_profiles()
    if name in profiles:
        return profiles[name], packaged_common()
    path = Path(name)
    if path.suffix != ".toml" and not path.is_file():
        raise DataError(
            f"profile {name!r} is not known; use one of {', '.join(sorted(profiles))} "
            "or the path of a .toml file"
        )
    beside = path.parent / COMMON
    common = packaged_common()
    if beside.is_file():
        shared = _text(beside)
        common = read_common(_parsed(shared, beside), str(beside), shared)
    text = _text(path)
    return read_profile(_parsed(text, path), common, str(path), text), common


def calendar_from(path: Path | None) -> WorkCalendar:
    """The work calendar, with the operator's overlay file where one is given. Raises DataError."""
    if path is None:
        return WorkCalendar()
    return WorkCalendar(overlay(_table(path), str(path)))


def _packaged() -> Traversable:
    return resources.files("casework") / "data" / "profiles"


def _table(source: Path | Traversable) -> dict[str, Any]:
    return _parsed(_text(source), source)


def _text(source: Path | Traversable) -> str:
    try:
        return source.read_bytes().decode()
    except FileNotFoundError:
        raise DataError(f"{source}: there is no such file; correct the path") from None
    except OSError as fault:
        raise DataError(f"{source}: cannot be read ({fault.strerror}); check its rights") from None
    except UnicodeDecodeError:
        raise DataError(f"{source}: is not UTF-8 text; save it as UTF-8") from None


def _parsed(text: str, source: object) -> dict[str, Any]:
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as fault:
        raise DataError(f"{source}: is not valid TOML: {fault}; correct that place") from None
