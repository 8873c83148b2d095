"""The words of a report: versions that are added and never changed."""

from collections.abc import Iterable
from dataclasses import dataclass

from storage import reports
from storage.base import Session, Value
from storage.sealing import Vault


@dataclass(frozen=True, slots=True, kw_only=True)
class TextPart:
    """One version. `field` is a field of the form, `supplement`, or `answer:<question id>`.

    `author` is "citizen" or the id of the member of staff who keyed it in.
    """

    version: int
    field: str
    text: str
    at: int
    author: str


class Shredded(LookupError):
    """The report's key was destroyed; its words are gone."""


def add(
    db: Session,
    vault: Vault,
    report_id: str,
    field: str,
    text: str,
    at: int,
    author: str = "citizen",
) -> int:
    """Add one version of text, sealed under the report's own key; returns its number."""
    key = reports.data_key(db, vault, report_id)
    if key is None:
        raise Shredded
    row = db.one("report_texts.next_version", report_id=report_id)
    assert row is not None
    version = int(row["version"])
    words = key.seal(text.encode(), _place(report_id, version))
    db.run(
        "report_texts.add",
        report_id=report_id,
        version=version,
        field=field,
        words=words,
        author=author,
        at=at,
    )
    return version


def add_all(
    db: Session,
    vault: Vault,
    report_id: str,
    parts: Iterable[tuple[str, str]],
    at: int,
    author: str = "citizen",
) -> None:
    """Add several (field, text) versions at once; one opening of the key."""
    key = reports.data_key(db, vault, report_id)
    if key is None:
        raise Shredded
    row = db.one("report_texts.next_version", report_id=report_id)
    assert row is not None
    rows: list[dict[str, Value]] = [
        {
            "report_id": report_id,
            "version": version,
            "field": field,
            "words": key.seal(text.encode(), _place(report_id, version)),
            "author": author,
            "at": at,
        }
        for version, (field, text) in enumerate(parts, start=int(row["version"]))
    ]
    db.many("report_texts.add", rows)


def of(db: Session, vault: Vault, report_id: str) -> list[TextPart]:
    """Every version in the order of arrival; empty once the report is shredded."""
    key = reports.data_key(db, vault, report_id)
    if key is None:
        return []
    return [
        TextPart(
            version=r["version"],
            field=r["field"],
            text=key.open(bytes(r["words"]), _place(report_id, r["version"])).decode(),
            at=r["at"],
            author=r["author"],
        )
        for r in db.all("report_texts.of", report_id=report_id)
    ]


def _place(report_id: str, version: int) -> str:
    return f"report_text.words:{report_id}:{version}"
