"""What one party of the demo said and heard, line by line."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True, kw_only=True)
class Line:
    """One line of a talk.

    `own`: the party said it. `asked`: it answers the party; what comes without that is a push.
    `at` is epoch seconds of the demo's clock; `mark` names it on the platform.
    """

    own: bool
    text: str
    at: int = 0
    mark: str = ""
    asked: bool = False
    buttons: tuple[tuple[str, str], ...] = ()  # label, data
    files: tuple[str, ...] = ()  # names

    @property
    def pushed(self) -> bool:
        """Whether the program spoke by itself."""
        return not self.own and not self.asked

    @property
    def words(self) -> str:
        """Everything a person sees of the line."""
        return "\n".join([self.text, *(label for label, _ in self.buttons), *self.files])


@dataclass(frozen=True, slots=True, kw_only=True)
class Transcript:
    """A whole talk, oldest line first. `slot` is the phone, `person` who holds it."""

    slot: str
    person: str
    lines: tuple[Line, ...]

    @property
    def heard(self) -> str:
        """Everything the party was shown, as one text."""
        return "\n".join(line.words for line in self.lines if not line.own)

    @property
    def pushes(self) -> tuple[Line, ...]:
        """What came without being asked for."""
        return tuple(line for line in self.lines if line.pushed)

    @property
    def inputs(self) -> int:
        """How often the party did something."""
        return sum(line.own for line in self.lines)
