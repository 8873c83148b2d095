"""A decision taken on paper, entered by the office: counted as the body's, never the enterer's."""

from handlers.desk import Desk
from handlers.forms import Answers, Form, Question
from handlers.messages import Choice, Reply
from handlers.motion_acts import PAPER, hear, of_form
from handlers.motions import check, decide
from handlers.paper_words import hearing_questions, paper_questions, paper_words, scans
from storage import attachments

VERDICTS = (
    Choice(code="agree", key="button.agree"),
    Choice(code="refuse", key="button.disagree"),
)


def _enter(desk: Desk, answers: Answers) -> list[Reply]:
    motion = of_form(desk, answers)
    check(desk, motion, paper=True)
    hear(desk, motion, answers)
    attachments.adopt(desk.db, scans(answers), f"motion:{motion.id}")
    words = paper_words(answers)
    if answers["verdict"] == "agree":
        return decide(desk, motion, "agree", words, paper=True)
    return decide(desk, motion, "refuse", words, paper=True)


FORMS: tuple[Form, ...] = (
    Form(
        id=PAPER,
        staff=True,
        questions=(
            Question(key="verdict", ask="motion.ask_verdict", kind="choice", choices=VERDICTS),
            *paper_questions(),
            *hearing_questions(),
        ),
        done=_enter,
    ),
)
