"""Gates as data: who prepares, who is heard, who approves in which order, and who sends."""

from collections.abc import Mapping
from dataclasses import dataclass

from casework.profiles import Profile

SEATS: Mapping[str, str] = {"team": "team_leader"}
COMMITTEE = "sponsor_committee"
ON_PAPER = frozenset({COMMITTEE})
"""Bodies outside the program: their decision is entered from paper, never pressed."""

SENDERS: Mapping[str, str] = {
    "transfer": "office",
    "transfer_lead": "office",
    "feedback": "team",
    "immediate_rectification": "team",
    "inform_leaders": "office",
    "other_method": "team",
    "statement_on_major_issue": "team",
}
"""Who carries out what a gate let through, where no obligation names its obligor."""

PREPARERS: Mapping[str, tuple[str, ...]] = {"inform_leaders": ("office",)}
ACTIONS = tuple(SENDERS)


@dataclass(frozen=True, slots=True, kw_only=True)
class Passage:
    """The way of one action through its gate under one profile.

    `prepare` are the sides that may put it, `seats` decide in order (roles of the plan, or
    `sponsor_committee`), `consult` is heard before the last of them, `sends` carries it out.
    `basis` is text | inferred | analogy; `cite` the instrument with its article.
    """

    action: str
    prepare: tuple[str, ...]
    seats: tuple[str, ...]
    sends: str
    consult: tuple[str, ...] = ()
    basis: str = "default"
    cite: str = ""

    @property
    def clause(self) -> str:
        """The clause as a motion keeps it: its basis and its place."""
        return f"{self.basis} {self.cite}".strip()


def passage(profile: Profile, action: str) -> Passage | None:
    """The passage of an action, or None where the instrument has no gate for it.

    Silence stays silence (domain 2.1): no other regime's gate is borrowed here.
    """
    gate = profile.gate_of(action)
    if gate is None:
        return None
    duties = (item for item in profile.obligation if item.gate == action)
    duty = next((item for item in duties if item.obligor in ("team", "office")), None)
    sender = duty.obligor if duty is not None else SENDERS.get(action, "office")
    together = tuple(duty.with_roles) if duty is not None else ()
    prepare = tuple(gate.prepare) or PREPARERS.get(action) or _first(gate.chain, sender, together)
    return Passage(
        action=action,
        prepare=prepare,
        seats=_seats((*gate.chain, *gate.approve)),
        sends=sender,
        consult=tuple(gate.consult),
        basis=gate.basis,
        cite=f"{profile.profile.instrument}{gate.cite.article}",
    )


def passages(profile: Profile) -> list[Passage]:
    """Every passage of a profile, in the order in which it names its gates."""
    found = (passage(profile, gate.action) for gate in profile.gate)
    return [one for one in found if one is not None]


def _first(chain: list[str], sender: str, together: tuple[str, ...]) -> tuple[str, ...]:
    return (chain[0],) if chain else tuple(dict.fromkeys((sender, *together)))


def _seats(named: tuple[str, ...]) -> tuple[str, ...]:
    """Roles in order, each once; a team decides through its leader."""
    return tuple(dict.fromkeys(SEATS.get(name, name) for name in named))
