"""整改台账 from a spreadsheet: taken in, read outside the unit, shown, and imported on a yes."""

from collections.abc import Mapping, Sequence
from typing import Any

from casework.errors import Gone, MoveNotAllowed
from casework.hygiene import clipped
from casework.mission import Stationing
from casework.rectification import Side
from casework.rectification_sheet import (
    ITEMS_MAX,
    KINDS,
    LONGEST,
    SHOWN,
    DraftItem,
    RowFault,
    identity,
    read_table,
)
from handlers.cards import CardAction, card
from handlers.desk import Desk
from handlers.dialogue import open_form
from handlers.duty_rights import me
from handlers.dutybook import mission_of
from handlers.forms import Answers, Form, Problem, Question
from handlers.messages import Choice, OutFile, Priority, Reply, Text
from handlers.reach import to_person
from handlers.rectification_acts import add_item
from handlers.rectification_cards import STATES, board_card
from handlers.rectification_rights import items_of, need_side
from storage import attachments, audit, rectification, sheet_imports
from storage.cards import Card
from storage.rectification import HIDDEN_FROM, Item
from storage.sheet_imports import Upload

PREVIEW_CARD = "rectification_preview"
SHEET_MIME = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
FAULTS_TOLD = 20  # lines of one message
PREVIEW = 5  # items shown before the yes
_FIELDS = ("problem", "task", "person", "department", "measure", "note")


def template(desk: Desk, mission: Stationing) -> list[Reply]:
    """An empty sheet with the right columns."""
    need_side(desk, mission)
    return [
        Reply(key="rectification.template", values={"n": ITEMS_MAX}, files=(_sheet(desk, []),))
    ]


def export(desk: Desk, mission: Stationing) -> list[Reply]:
    """The items this side may see as a sheet of text cells; words only where they may stand."""
    side = need_side(desk, mission)
    if not desk.surface.content:
        return [Reply(key="office.read_in_web", values={"url": desk.surface.public_url})]
    items = items_of(desk, mission, side)
    rows = [_row(desk, item) for item in items]
    audit.write(
        desk.db,
        at=desk.at,
        actor=me(desk).id,
        action="items.exported",
        object=mission.id,
        facts={"items": len(rows)},
    )
    values = {"unit": mission.unit_name, "n": len(rows)}
    files = (_sheet(desk, rows),)
    return [Reply(key="rectification.exported", values=values, files=files, content=True)]


def _row(desk: Desk, item: Item) -> list[str]:
    said = desk.rules.say(STATES[item.state], {}, desk.talk.locale)
    kind = next(name for name, code in KINDS.items() if code == item.kind and name)
    cells = {**item.words, "number": str(item.number), "due": item.due.isoformat(), "kind": kind}
    return [*(cells.get(name, "") for name in SHOWN), said, f"{item.percent}%"]


def _sheet(desk: Desk, rows: Sequence[Sequence[str]]) -> OutFile:
    say = desk.rules.say
    heads = [say(f"rectification.column_{name}", {}, "zh_CN") for name in SHOWN]
    if rows:
        heads += [say(f"rectification.column_{n}", {}, "zh_CN") for n in ("state", "percent")]
    title = say("rectification.sheet_title", {}, "zh_CN")
    made = {"kind": "sheet", "title": title, "rows": [heads, *rows]}
    return OutFile(name=f"{title}.xlsx", mime=SHEET_MIME, made=made)


def begin(desk: Desk, mission: Stationing) -> list[Reply]:
    """Open the form that takes the file."""
    need_side(desk, mission, Side.UNIT)
    return open_form(desk, UPLOAD.id, context={"mission": mission.id})


def _take(desk: Desk, answers: Answers) -> list[Reply]:
    """Keep that a sheet came; it is read by itself once its bytes are there."""
    mission = mission_of(desk, answers["_"]["mission"])
    need_side(desk, mission, Side.UNIT)
    file = answers["file"]["files"][0]
    new = Upload(
        id=desk.new_id(),
        stationing_id=mission.id,
        person_id=me(desk).id,
        attachment_id=file["id"],
        at=desk.at,
    )
    sheet_imports.add(desk.db, new)
    attachments.adopt(desk.db, [file["id"]], new.owner)
    _audit(desk, "sheet.received", new.id, new.person_id, {})
    return [Reply(key="rectification.sheet_received")]


def _one_sheet(desk: Desk, answers: Answers, value: Mapping[str, Any]) -> Mapping[str, Any]:
    """Exactly one file that calls itself .xlsx; what it really is, its bytes say later."""
    files = value["files"]
    if len(files) != 1:
        raise Problem("rectification.one_file")
    name = str(files[0]["name"] or "").lower()
    if name and not name.endswith(".xlsx"):
        raise Problem("rectification.not_xlsx")
    return value


def take_sheet(
    desk: Desk, upload_id: str, rows: Sequence[tuple[int, Sequence[str]]], fault: str
) -> list[Reply]:
    """What was read from a sheet (rows with their numbers), or why it could not be; in one unit.

    Whoever sent it gets every wrong row in one message, or a preview with 导入. A second call for
    the same sheet does nothing.
    """
    upload = sheet_imports.get(desk.db, desk.vault, upload_id)
    if upload is None or upload.state != "waiting":
        return []
    if fault:
        return _refuse(desk, upload, [Text(f"rectification.file_{fault}")])
    table = read_table(rows)
    if table.faults:
        return _refuse(desk, upload, _fault_lines(table.faults))
    if not sheet_imports.ready(desk.db, desk.vault, upload.id, table.items):
        return []
    _audit(desk, "sheet.read", upload.id, "program", {"rows": len(table.items)})
    return to_person(desk, upload.person_id, _preview(desk, upload, table.items))


def _refuse(desk: Desk, upload: Upload, lines: list[Text]) -> list[Reply]:
    sheet_imports.settle(desk.db, upload.id, was="waiting", state="refused")
    attachments.forget(desk.db, upload.owner)
    _audit(desk, "sheet.refused", upload.id, "program", {"faults": len(lines)})
    told = Reply(
        key="rectification.sheet_refused",
        values={"lines": lines},
        priority=Priority.NOTICE,
        dedupe=f"sheet:{upload.id}",
    )
    return to_person(desk, upload.person_id, told)


def _fault_lines(faults: Sequence[RowFault]) -> list[Text]:
    """One line for each wrong cell: row, column, what is wrong and how to mend it."""
    lines = [_fault_line(fault) for fault in faults[:FAULTS_TOLD]]
    if len(faults) > FAULTS_TOLD:
        lines.append(Text("rectification.more_faults", {"n": len(faults) - FAULTS_TOLD}))
    return lines


def _fault_line(fault: RowFault) -> Text:
    column = Text(f"rectification.column_{fault.column}") if fault.column else ""
    what = Text(f"rectification.fault_{fault.code}", {"column": column, "max": LONGEST})
    if not fault.row:
        return what
    values = {"row": fault.row, "column": column, "what": what}
    return Text("rectification.fault", values)


def _preview(desk: Desk, upload: Upload, items: Sequence[DraftItem]) -> Reply:
    """How many items, from when to when; their words only after 查看 on a surface that may."""
    new, known = _divide(desk, upload, items)
    values = {
        "n": len(items),
        "new": len(new),
        "known": len(known),
        "first": min(item.due for item in items),
        "last": max(item.due for item in items),
        "past": sum(item.due < desk.today for item in new),
    }
    return card(
        desk,
        PREVIEW_CARD,
        upload.id,
        (
            Choice(code="open", key="button.open"),
            Choice(code="take", key="rectification.do_take"),
            Choice(code="drop", key="button.cancel"),
        ),
        key="rectification.preview",
        values=values,
        person=upload.person_id,
        priority=Priority.NOTICE,
        dedupe=f"sheet:{upload.id}",
    )


def _divide(
    desk: Desk, upload: Upload, items: Sequence[DraftItem]
) -> tuple[list[DraftItem], list[DraftItem]]:
    """(new, already there): the same problem and measure are never imported twice.

    Items that staff entered are not looked at: their number is nothing a unit may try out.
    """
    mission = mission_of(desk, upload.stationing_id)
    held = {
        identity(item.words["problem"], item.words["measure"])
        for item in rectification.of(desk.db, desk.vault, mission.id)
        if item.number <= HIDDEN_FROM
    }
    new = [item for item in items if identity(item.problem, item.measure) not in held]
    return new, [item for item in items if item not in new]


def _press(desk: Desk, pressed: Card, code: str) -> list[Reply]:
    upload = sheet_imports.get(desk.db, desk.vault, pressed.subject)
    if upload is None:
        raise Gone()
    mission = mission_of(desk, upload.stationing_id)
    need_side(desk, mission, Side.UNIT)
    if upload.state != "ready":
        raise MoveNotAllowed("rectification.sheet_settled")
    if code == "open":
        return _show(desk, upload)
    if code == "take":
        return _import(desk, upload, mission)
    sheet_imports.settle(desk.db, upload.id, was="ready", state="dropped")
    attachments.forget(desk.db, upload.owner)
    _audit(desk, "sheet.dropped", upload.id, me(desk).id, {})
    return [Reply(key="rectification.sheet_dropped")]


def _show(desk: Desk, upload: Upload) -> list[Reply]:
    if not desk.surface.content:
        return [Reply(key="office.read_in_web", values={"url": desk.surface.public_url})]
    lines = [
        Text(
            "rectification.preview_line",
            {
                "row": item.row,
                "problem": clipped(item.problem, 200),
                "person": clipped(item.person, 60),
                "measure": clipped(item.measure, 200),
                "due": item.due,
            },
        )
        for item in upload.items[:PREVIEW]
    ]
    values = {"lines": lines, "n": len(lines)}
    return [Reply(key="rectification.preview_words", values=values, content=True)]


def _import(desk: Desk, upload: Upload, mission: Stationing) -> list[Reply]:
    new, known = _divide(desk, upload, upload.items)
    standing = len(items_of(desk, mission, Side.UNIT))
    if standing + len(new) > ITEMS_MAX:
        raise MoveNotAllowed("rectification.too_many_items", n=ITEMS_MAX)
    if not sheet_imports.settle(desk.db, upload.id, was="ready", state="taken"):
        raise MoveNotAllowed("rectification.sheet_settled")
    for one in new:
        item = Item(
            id=desk.new_id(),
            stationing_id=mission.id,
            kind=one.kind,
            due=one.due,
            words={name: getattr(one, name) for name in _FIELDS},
            added_by=me(desk).id,
            at=desk.at,
        )
        add_item(desk, item, Side.UNIT, source="sheet")
    facts = {"added": len(new), "known": len(known)}
    _audit(desk, "sheet.imported", upload.id, me(desk).id, facts)
    lead = Text("rectification.imported", {"n": len(new), "known": len(known)})
    return [board_card(desk, mission, Side.UNIT, lead)]


def _audit(desk: Desk, action: str, object: str, actor: str, facts: Mapping[str, Any]) -> None:
    audit.write(desk.db, at=desk.at, actor=actor, action=action, object=object, facts=facts)


UPLOAD = Form(
    id="item_sheet",
    staff=True,
    questions=(
        Question(key="file", ask="rectification.ask_sheet", kind="files", check=_one_sheet),
    ),
    done=_take,
)
FORMS = (UPLOAD,)
CARDS: dict[str, CardAction] = {PREVIEW_CARD: _press}
