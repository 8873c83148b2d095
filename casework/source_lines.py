"""Where in a data file a key stands: TOML tables keep no lines, so the text is searched."""

import re


def line_of(text: str, owner: str, key: str, word: str = "") -> int:
    """The line (from 1) of `key` inside the table that `owner` names; 0 where nothing is found.

    `owner` is the value of a table's own `id` or `action`, or `name[3]` for the third such table;
    empty = the whole file. `key` may be dotted: its parts are looked for one after the other.
    Where `word` is given, a line that holds it goes before the first line of the key.
    """
    lines = text.splitlines()
    first = _first(lines, owner)
    if first is None:
        return 0
    part = _table(lines, first) if owner else range(len(lines))
    names = [name.partition("[")[0] for name in key.split(".") if name]
    for name in reversed(names):
        held = [n for n in part if re.search(rf"(?<![\w-]){re.escape(name)}\s*=", lines[n])]
        if held:
            said = [n for n in part if n >= held[0] and word and f'"{word}"' in lines[n]]
            return next((n for n in held if n in said), (said or held)[0]) + 1
    heads = [n for n in part if names and lines[n].strip() in (f"[{names[0]}]", f"[[{names[0]}]]")]
    return (heads[0] if heads else first) + 1 if owner or heads else 0


def _first(lines: list[str], owner: str) -> int | None:
    """The line at which the owner's table is named."""
    if not owner:
        return 0
    name, _, number = owner.partition("[")
    if number:
        heads = [n for n, line in enumerate(lines) if line.strip() == f"[[{name}]]"]
        wanted = int(number.rstrip("]"))
        return heads[wanted - 1] if 0 < wanted <= len(heads) else None
    named = re.compile(rf'\s*(?:id|action)\s*=\s*"{re.escape(owner)}"')
    return next((n for n, line in enumerate(lines) if named.match(line)), None)


def _table(lines: list[str], first: int) -> range:
    """All lines of the table around a line, from its heading to the next one."""
    heads = [n for n, line in enumerate(lines) if line.lstrip().startswith("[")]
    start = max((n for n in heads if n <= first), default=0)
    end = min((n for n in heads if n > first), default=len(lines))
    return range(start, end)
