"""The permission matrix of domain 6: who may do what with which object, as one table."""

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from enum import StrEnum


class Right(StrEnum):
    """The kinds of access a cell can give. Whoever may write, propose, approve or copy may also
    read."""

    READ = "R"
    WRITE = "W"
    PROPOSE = "P"
    APPROVE = "A"
    COPY = "C"


ROLES: tuple[str, ...] = (
    "citizen",
    "team_member",
    "team_deputy",
    "team_leader",
    "office",
    "leading_group",
    "unit_liaison",
    "unit_principal",
    "discipline",
    "organization",
    "other",
    "municipal_liaison",
)
"""The columns. Departments appear by their kind; everything else by the role of the plan file."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Context:
    """The facts a condition of a cell asks for; everything is denied unless it is said to be
    so."""

    own_mission: bool = False  # ᵐ: an open mission of the person's own team
    recused: bool = False  # ʳ: nobody recused has any right to anything of the item
    hidden: bool = False  # kept from the team: its members have no right to it
    own: bool = False  # the person's own receipt, lines, duty or declaration
    shared: bool = False  # put to, transferred to or decided for this very body
    delegated: bool = False  # the deputy holds a recorded delegation
    reasoned: bool = False  # ᵉ: reason, second person and audit row are there
    gate: bool = False  # the profile's gate names this seat for this act


_CONDITIONS: Mapping[str, str] = {
    "m": "own_mission",
    "o": "own",
    "s": "shared",
    "d": "delegated",
    "e": "reasoned",
    "g": "gate",
}
_TEAM = frozenset({"team_member", "team_deputy", "team_leader"})

ABOUT_REPORTS: frozenset[str] = frozenset(
    {
        "report.content",
        "report.name",
        "report.leader_only",
        "report.classify",
        "report.assign",
        "disposal.propose",
        "disposal.immediate",
        "disposal.transfer",
        "disposal.send",
        "disposal.urgent",
        "disposal.close",
        "complaint.inspector",
        "complaint.office",
        "complaint.retaliation",
    }
)
"""Objects that lie in one report: recusal and hiding bite here."""

# One row per object; the cells stand in the order of ROLES. A cell is "-" or terms joined by a
# space; a term is a right and the conditions it hangs on (m own mission, o own, s shared with this
# body, d delegated, e exceptional: reasoned and logged, g named by the gate).
_TABLE = """
announcement           | R  | R  | R  | P  | WA | R  | R  | R  | R  | R  | R  | R
report.submit          | W  | Wm | Wm | Wm | W  | -  | -  | -  | -  | -  | -  | -
report.status          | Ro | -  | -  | -  | -  | -  | -  | -  | -  | -  | -  | -
report.content         | Ro | Rm | Rm | Rm | R  | Rs | -  | -  | Rs | Rs | Rs | -
report.name            | Ro | -  | -  | Re | Re | Re | -  | -  | Rs | Rs | -  | -
report.address         | Ro | -  | -  | -  | -  | -  | -  | -  | -  | -  | -  | -
report.leader_only     | -  | -  | -  | Rm | Re | R  | -  | -  | -  | -  | -  | -
report.classify        | -  | Wm | Wm | Wm | W  | -  | -  | -  | -  | -  | -  | -
report.assign          | -  | -  | Wd | Wm | -  | -  | -  | -  | -  | -  | -  | -
disposal.propose       | -  | Pm | Pm | Pm | P  | -  | -  | -  | -  | -  | -  | -
disposal.immediate     | -  | -  | -  | Pm | P  | Ag | Cs | Cs | -  | -  | -  | Cg
disposal.transfer      | -  | -  | -  | Pm | P Ag | Ag | - | Cs | Cs | Cs | Cs | -
disposal.send          | -  | -  | -  | -  | W  | -  | -  | -  | Rs | Rs | Rs | -
disposal.urgent        | -  | Pm | Pm | Wm | C  | R  | -  | -  | -  | -  | -  | -
disposal.close         | -  | Pm | Pm Ad | Am | R | - | - | - | - | - | - | -
ledger                 | -  | Rm | Rm | Rm | W  | R  | -  | -  | Ro | Ro | Ro | -
complaint.inspector    | Wo | -  | -  | -  | W  | A  | -  | -  | -  | -  | -  | -
complaint.office       | Wo | -  | -  | -  | -  | W  | -  | -  | Rs | -  | -  | -
complaint.retaliation  | Wo | -  | -  | -  | W  | R  | -  | -  | Rs | -  | -  | -
recusal                | -  | Wo | Wo | Am Wo | A Wo | R | - | - | - | - | - | -
duty                   | -  | Rm | Rm | Rm | W  | R  | Ro Wo | Ro | - | - | -  | Cs
feedback               | -  | Rm | Rm | Wm | R  | A  | Rs | Rs | Cs | Cs | -  | Cs
document.submit        | -  | -  | -  | -  | W  | -  | Wo | Wo | -  | -  | -  | Cs
document.review        | -  | Pm | Pm | Am | W  | R  | Ro | Ro | -  | -  | -  | Rs
transfer.feedback      | -  | -  | -  | -  | W  | R  | -  | -  | Wo | Wo | Wo | -
supervision            | -  | -  | -  | Pm | W  | A  | Ro | Ro | Ro | Ro | -  | Cs
publication            | R  | -  | -  | P  | A  | Ag | Wo | Ao | -  | -  | -  | -
audit                  | -  | -  | -  | Rm | R  | R  | -  | -  | -  | -  | -  | -
mission                | -  | -  | -  | -  | W  | A  | -  | -  | -  | -  | -  | Cs
extension              | -  | -  | -  | Pm | W  | A  | Wo | Wo | -  | -  | -  | Cs
statistics             | -  | Rm | Rm | Rm | R  | R  | -  | -  | -  | -  | -  | -
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Term:
    """One right of a cell and the facts of a Context that must hold for it."""

    right: Right
    conditions: frozenset[str]


def _term(text: str) -> list[Term]:
    rights = [c for c in text if c.isupper()]
    conditions = frozenset(_CONDITIONS[c] for c in text if c.islower())
    return [Term(right=Right(r), conditions=conditions) for r in rights]


def _cell(text: str) -> tuple[Term, ...]:
    return tuple(term for word in text.split() if word != "-" for term in _term(word))


def _matrix() -> dict[str, dict[str, tuple[Term, ...]]]:
    rows = [line.split("|") for line in _TABLE.strip().splitlines()]
    return {
        row[0].strip(): {role: _cell(text) for role, text in zip(ROLES, row[1:], strict=True)}
        for row in rows
    }


MATRIX: Mapping[str, Mapping[str, tuple[Term, ...]]] = _matrix()
"""Object -> role -> terms. An object that is not here is nobody's."""


def may(roles: Collection[str], act: Right, thing: str, context: Context) -> bool:
    """Whether somebody with these roles may do `act` to `thing` in this context.

    Reading is implied by every other right. Nothing of a report is open to the recused, and
    nothing of a hidden report to the team; an unknown thing, role or act is denied.
    """
    row = MATRIX.get(thing, {})
    if thing in ABOUT_REPORTS and context.recused:
        return False
    held = set(roles) - _TEAM if thing in ABOUT_REPORTS and context.hidden else set(roles)
    return any(
        (term.right is act or act is Right.READ)
        and all(getattr(context, name) for name in term.conditions)
        for role in held
        for term in row.get(role, ())
    )
