"""`/access` (查阅记录): the office sees who opened which report, and nothing of what it says."""

import json
from datetime import datetime

from casework.errors import NotAllowed
from casework.receipt import read_code
from handlers.aliases import alias
from handlers.desk import Desk
from handlers.duty_rights import me
from handlers.items import tail
from handlers.messages import Reply, Text
from handlers.turn import Handler
from handlers.visibility import seats, see
from storage import people, reports, statistics

SHOWN, LOOKED_AT = 20, 200
WHERE = {
    "chat": "statistics.read_chat",
    "page": "statistics.read_page",
    "link": "statistics.read_link",
    "files": "statistics.read_files",
}


def access(desk: Desk, argument: str) -> list[Reply]:
    """The newest readings; with a receipt number those of that report (003 第十二条(六)).

    Nobody sees readings of a report that does not exist for him. Errors: NotAllowed, Gone.
    """
    if not me(desk).has("office", "leading_group"):
        raise NotAllowed
    wanted = ""
    if argument.strip():
        code = read_code(argument)
        found = reports.by_code(desk.db, desk.vault, code) if code else None
        wanted = see(desk, found.id if found else "").id
    lines: list[Text] = []
    for one in statistics.readings(desk.db, LOOKED_AT, wanted):
        report = reports.get(desk.db, one.report_id)
        if report is None or not seats(desk, report):
            continue
        values = {
            "at": datetime.fromtimestamp(one.at, desk.zone),
            "who": people.name(desk.db, desk.vault, one.person_id),
            "alias": alias(desk, report.id),
            "tail": tail(desk, report),
            "how": Text(WHERE.get(json.loads(one.where).get("where", ""), WHERE["chat"])),
        }
        lines.append(Text("statistics.read_line", values))
        if len(lines) == SHOWN:
            break
    if not lines:
        return [Reply(key="statistics.nothing_read")]
    return [Reply(key="statistics.access", values={"lines": lines})]


COMMANDS: dict[str, Handler] = {"access": access}
