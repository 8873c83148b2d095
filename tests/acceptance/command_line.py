"""The command line as a person meets it: what it says, where, and its exit code."""

import contextlib
import io
from dataclasses import dataclass, field
from pathlib import Path

from bot.cli import main


@dataclass(frozen=True)
class Said:
    """How a command ended."""

    code: int
    out: str
    err: str

    @property
    def line(self) -> str:
        """The one line on stderr."""
        (line,) = self.err.splitlines()
        return line


@dataclass
class Shell:
    """Runs commands in a folder with a configuration."""

    folder: Path
    config: Path = field(init=False)

    def __post_init__(self) -> None:
        self.config = self.folder / "config.toml"

    def run(self, *arguments: str) -> Said:
        """One command; nothing it prints is lost, no traceback is ever right."""
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                main(["-c", str(self.config), *arguments])
            except SystemExit as end:
                code = end.code if isinstance(end.code, int) else 1
        said = Said(code=code, out=out.getvalue(), err=err.getvalue())
        assert "Traceback" not in said.err
        return said

    def write(self, name: str, text: str) -> Path:
        """A file in the folder."""
        path = self.folder / name
        path.write_text(text, "utf-8")
        return path


def ready(folder: Path) -> Shell:
    """A shell in a folder that `init` made and somebody filled in, the web chat its only door."""
    shell = Shell(folder / "s")
    said = shell.run("init", str(shell.folder))
    assert said.code == 0, said.err
    text = shell.config.read_text("utf-8")
    shell.write("config.toml", text[: text.index("[telegram]")] + text[text.index("[web]") :])
    return shell
