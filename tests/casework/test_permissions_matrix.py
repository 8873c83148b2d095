"""Every cell of the permission matrix (domain 6), and what bites across all of them."""

from itertools import product

import pytest

from casework.permissions import ABOUT_REPORTS, MATRIX, ROLES, Context, Right, may

ALL = dict.fromkeys(("own_mission", "own", "shared", "delegated", "reasoned", "gate"), True)
FULL = Context(**ALL)
TEAM = {"team_member", "team_deputy", "team_leader"}

# domain 6 row by row: thing -> the rights of each column under the best of circumstances, in the
# order 群众 组员 副组长 组长 办 领导小组 联络员 负责人 纪检 组织 其他 市委. Lower case = the
# condition it hangs on.
EXPECTED = {
    "announcement": "R R R P W+A R R R R R R R",  # 004 五(二)
    "report.submit": "W W/m W/m W/m W - - - - - - -",  # 004 四(二)3
    "report.status": "R/o - - - - - - - - - - -",
    "report.content": "R/o R/m R/m R/m R R/s - - R/s R/s R/s -",  # 004 四(五), 六(二); 002 五(五)
    "report.name": "R/o - - R/e R/e R/e - - R/s R/s - -",  # real names only
    "report.address": "R/o - - - - - - - - - - -",  # nobody, ever (design 7)
    "report.leader_only": "- - - R/m R/e R - - - - - -",  # 004 五(一)
    "report.classify": "- W/m W/m W/m W - - - - - - -",
    "report.assign": "- - W/d W/m - - - - - - - -",  # 002 三(三), 004 二(二)
    "disposal.propose": "- P/m P/m P/m P - - - - - - -",  # 004 五(四)
    "disposal.immediate": "- - - P/m P A/g C/s C/s - - - C/g",  # 003-9
    "disposal.transfer": "- - - P/m P+A/g A/g - C/s C/s C/s C/s -",  # 004 四(五), 六(一)
    "disposal.send": "- - - - W - - - R/s R/s R/s -",  # 004 四(五) 统一交给
    "disposal.urgent": "- P/m P/m W/m C R - - - - - -",  # 003-9; 004 四(四)
    "disposal.close": "- P/m P/m+A/d A/m R - - - - - - -",
    "ledger": "- R/m R/m R/m W R - - R/o R/o R/o -",  # 004 六(二)
    "complaint.inspector": "W/o - - - W A - - - - - -",  # 004 七(四)
    "complaint.office": "W/o - - - - W - - R/s - - -",
    "complaint.retaliation": "W/o - - - W R - - R/s - - -",  # 004 七(七)5
    "recusal": "- W/o W/o A/m+W/o A+W/o R - - - - - -",  # 004 二(五)
    "duty": "- R/m R/m R/m W R R/o+W/o R/o - - - C/s",  # 003-15,16,17
    "feedback": "- R/m R/m W/m R A R/s R/s C/s C/s - C/s",  # 003-11; 004 五(五)
    "document.submit": "- - - - W - W/o W/o - - - C/s",  # 003-17
    "document.review": "- P/m P/m A/m W R R/o R/o - - - R/s",  # 003-17
    "transfer.feedback": "- - - - W R - - W/o W/o W/o -",  # 002 五(四); 004 六(三)
    "supervision": "- - - P/m W A R/o R/o R/o R/o - C/s",  # 004 二(四)5
    "publication": "R - - P A A/g W/o A/o - - - -",  # 004 二(四)4, 六(六)
    "audit": "- - - R/m R R - - - - - -",  # 003-12(6)
    "mission": "- - - - W A - - - - - C/s",  # 003-12; 004 五(一)
    "extension": "- - - P/m W A W/o W/o - - - C/s",
    "statistics": "- R/m R/m R/m R R - - - - - -",  # 003-14
}
FACT = {
    "m": "own_mission",
    "o": "own",
    "s": "shared",
    "d": "delegated",
    "e": "reasoned",
    "g": "gate",
}


def cell(thing: str, role: str) -> list[tuple[str, str]]:
    text = EXPECTED[thing].split()[ROLES.index(role)]
    return [] if text == "-" else [(t[0], t[2:]) for t in text.split("+")]


def test_the_table_has_exactly_the_objects_of_the_domain() -> None:
    assert set(MATRIX) == set(EXPECTED)


@pytest.mark.parametrize(("thing", "role"), list(product(EXPECTED, ROLES)))
def test_every_cell_gives_what_the_domain_gives_and_nothing_more(thing: str, role: str) -> None:
    terms = cell(thing, role)
    for right in Right:
        expected = any(letter == right or right is Right.READ for letter, _ in terms)
        assert may([role], right, thing, FULL) is expected, right


@pytest.mark.parametrize(("thing", "role"), list(product(EXPECTED, ROLES)))
def test_a_condition_of_a_cell_is_needed(thing: str, role: str) -> None:
    terms = cell(thing, role)
    for letter, condition in terms:
        if not condition:
            assert may([role], Right(letter), thing, Context())
            continue
        facts = {**ALL, FACT[condition]: False}
        still = any(other == letter and held != condition for other, held in terms)
        assert may([role], Right(letter), thing, Context(**facts)) is still


@pytest.mark.parametrize(("thing", "role", "right"), list(product(ABOUT_REPORTS, ROLES, Right)))
def test_the_recused_may_do_nothing_with_anything_of_a_report(
    thing: str, role: str, right: Right
) -> None:
    assert not may([role], right, thing, Context(**ALL, recused=True))


@pytest.mark.parametrize(("thing", "role", "right"), list(product(ABOUT_REPORTS, TEAM, Right)))
def test_a_hidden_report_does_not_exist_for_the_team(thing: str, role: str, right: Right) -> None:
    assert not may([role], right, thing, Context(**ALL, hidden=True))


@pytest.mark.parametrize("role", [r for r in ROLES if r != "citizen"])
def test_no_procedure_shows_a_chat_address_to_any_official(role: str) -> None:
    assert not any(may([role], right, "report.address", FULL) for right in Right)


@pytest.mark.parametrize("role", ["unit_liaison", "unit_principal"])
def test_the_target_side_reads_nothing_that_comes_from_a_report(role: str) -> None:
    things = {t for t in ABOUT_REPORTS if not t.startswith("disposal.")}
    assert not any(may([role], Right.READ, thing, FULL) for thing in things)


def test_what_nobody_wrote_down_is_nobodys() -> None:
    assert not may(ROLES, Right.READ, "report.unheard_of", FULL)
    assert not may(["passer_by"], Right.READ, "announcement", FULL)
    assert not may([], Right.READ, "announcement", FULL)
