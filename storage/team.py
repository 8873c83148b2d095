"""What a team settles about itself: the deputy's delegation and declarations of recusal."""

from dataclasses import dataclass

from storage.base import Row, Session
from storage.sealing import Compartment, Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class Declaration:
    """A recusal somebody declared. `text` says from what; it already acts when it stands here."""

    id: str
    person_id: str
    team_id: str
    text: str
    at: int


def delegate(
    db: Session, *, id: str, team_id: str, deputy_id: str, given_by: str, at: int, until_at: int
) -> None:
    """Let a deputy act for the leader until a moment (002 三(三): 副组长协助)."""
    db.run(
        "team.delegate",
        id=id,
        team_id=team_id,
        deputy_id=deputy_id,
        given_by=given_by,
        at=at,
        until_at=until_at,
    )


def delegated(db: Session, deputy_id: str, team_id: str, now: int) -> bool:
    """Whether the deputy may act for the leader of this team at `now`."""
    return delegation(db, deputy_id, team_id, now) is not None


def delegation(db: Session, deputy_id: str, team_id: str, now: int) -> tuple[str, int, int] | None:
    """Id, first and last moment of the delegation that stands for the deputy, or None."""
    row = db.one("team.delegated", deputy_id=deputy_id, team_id=team_id, now=now)
    return None if row is None else (row["id"], row["at"], row["until_at"])


def end_delegation(db: Session, team_id: str, at: int) -> None:
    """Take every delegation of a team back."""
    db.run("team.end_delegation", team_id=team_id, at=at)


def declare(db: Session, vault: Vault, new: Declaration) -> None:
    """Keep a declaration for the leader (a member's) or the office (a leader's)."""
    db.run(
        "team.declare",
        id=new.id,
        person_id=new.person_id,
        team_id=new.team_id,
        words=vault.seal(Compartment.STAFF, new.text.encode(), _place(new.id)),
        at=new.at,
    )


def declarations(db: Session, vault: Vault) -> list[Declaration]:
    """Declarations nobody has looked at yet, oldest first."""
    return [_declaration(vault, row) for row in db.all("team.declarations")]


def declaration(db: Session, vault: Vault, declaration_id: str) -> Declaration | None:
    """One declaration, or None."""
    row = db.one("team.declaration", id=declaration_id)
    return None if row is None else _declaration(vault, row)


def saw(db: Session, declaration_id: str, by: str, at: int) -> bool:
    """Record that it was looked at; False where that was already so."""
    return db.one("team.saw", id=declaration_id, by=by, at=at) is not None


def _declaration(vault: Vault, row: Row) -> Declaration:
    plain = vault.open(Compartment.STAFF, bytes(row["words"]), _place(row["id"]))
    return Declaration(
        id=row["id"],
        person_id=row["person_id"],
        team_id=row["team_id"],
        text=plain.decode(),
        at=row["at"],
    )


def _place(declaration_id: str) -> str:
    return f"recusal_declaration.words:{declaration_id}"
