"""Forms as data: the questions of every dialogue, their kinds, and how they hang together."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from handlers.desk import Desk
from handlers.messages import Choice, Reply

Answers = dict[str, Any]
Choices = tuple[Choice, ...]


class Problem(Exception):
    """An answer cannot be taken; `text_key` says why. A soft one passes when repeated."""

    def __init__(self, text_key: str, /, *, soft: bool = False, **values: Any) -> None:
        super().__init__(text_key)
        self.text_key = text_key
        self.values = values
        self.soft = soft


@dataclass(frozen=True, slots=True, kw_only=True)
class Question:
    """One question.

    `kind` is choice | text | long | files | confirm. The value under `key` is: the code of the
    choice; the text; {"parts": [{"m": message id, "t": text}], "files": [...]} for long;
    {"files": [{"id", "name", "kind", "mime", "size"}]} for files; None when skipped.
    `check` may change the value or raise Problem. `name` is the key of a short name: questions
    that have one can be corrected from the review. `coded`: a number or a phrase is wanted, so
    that a bare word such as 清除 can only be the command.
    """

    key: str
    ask: str
    name: str = ""
    values: Callable[[Desk, Answers], Mapping[str, Any]] | None = None
    kind: str = "text"
    choices: Choices | Callable[[Desk, Answers], Choices] = ()
    check: Callable[[Desk, Answers, Any], Any] | None = None
    when: Callable[[Answers], bool] | None = None
    optional: bool = False
    group: str = ""
    coded: bool = False

    @property
    def free(self) -> bool:
        """Whether bare words inside are text: only shown labels and /commands act."""
        return self.kind in ("text", "long", "files") and not self.coded

    def asked(self, answers: Answers) -> bool:
        """Whether this question is asked, given what is known."""
        return self.when is None or self.when(answers)

    def offers(self, desk: Desk, answers: Answers) -> Choices:
        """The choices of this question, without the controls."""
        if self.kind == "confirm" and not self.choices:
            return (Choice(code="yes", key="button.yes"), Choice(code="no", key="button.no"))
        return self.choices(desk, answers) if callable(self.choices) else self.choices


@dataclass(frozen=True, slots=True, kw_only=True)
class Form:
    """A dialogue: questions in order, then perhaps a review, then `done` in the same unit."""

    id: str
    questions: tuple[Question, ...]
    done: Callable[[Desk, Answers], list[Reply]]
    review: str = ""
    review_choices: Choices = ()
    summary: Callable[[Desk, Answers], Mapping[str, Any]] | None = None
    cancelled: str = "form.cancelled"
    on_cancel: Callable[[Desk, Answers], None] | None = None
    life_hours: int = 24
    staff: bool = False
    content: bool = False  # its review shows words of a report to staff

    def question(self, key: str) -> Question:
        """The question of that key."""
        return next(q for q in self.questions if q.key == key)

    def next_open(self, answers: Answers) -> Question | None:
        """The first question that is asked and has no answer yet."""
        return next((q for q in self.questions if q.key not in answers and q.asked(answers)), None)
