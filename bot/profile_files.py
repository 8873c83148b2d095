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
    return read_common(_table(_packaged() / COMMON), COMMON)


def packaged_profiles() -> dict[str, Profile]:
    """Every packaged profile by its id."""
    common = packaged_common()
    found = {}
    for entry in sorted(_packaged().iterdir(), key=lambda item: item.name):
        if entry.name.endswith(".toml") and entry.name != COMMON:
            profile = read_profile(_table(entry), common, entry.name)
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
    common = read_common(_table(beside), str(beside)) if beside.is_file() else packaged_common()
    return read_profile(_table(path), common, str(path)), common


def calendar_from(path: Path | None) -> WorkCalendar:
    """The work calendar, with the operator's overlay file where one is given. Raises DataError."""
    if path is None:
        return WorkCalendar()
    return WorkCalendar(overlay(_table(path), str(path)))


def _packaged() -> Traversable:
    return resources.files("casework") / "data" / "profiles"


def _table(source: Path | Traversable) -> dict[str, Any]:
    try:
        return tomllib.loads(source.read_bytes().decode())
    except FileNotFoundError:
        raise DataError(f"{source}: there is no such file; correct the path") from None
    except OSError as fault:
        raise DataError(f"{source}: cannot be read ({fault.strerror}); check its rights") from None
    except UnicodeDecodeError:
        raise DataError(f"{source}: is not UTF-8 text; save it as UTF-8") from None
    except tomllib.TOMLDecodeError as fault:
        raise DataError(f"{source}: is not valid TOML: {fault}; correct that place") from None
