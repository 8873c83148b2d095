"""Who prepares, hears, approves and sends, by instrument and action: one row for each gate."""

import pytest

from bot.profile_files import packaged_profiles
from casework.gates import ACTIONS, passage, passages

PROFILES = packaged_profiles()
LEADER, OFFICE, GROUP = "team_leader", "office", "leading_group"
PARTY, CITY = "sponsor_committee", "municipal_committee"

# profile, action, prepared by, decided by in order, heard, sent by, basis, article
GATES = (
    ("central", "transfer", ("office", "team"), (GROUP,), (), "office", "text", "移交督办"),  # B16
    ("central", "immediate_rectification", ("team",), (GROUP,), (), "team", "analogy", "（无）"),
    # D10: 报经领导小组同意并听取市委意见
    (
        "county-2012",
        "immediate_rectification",
        ("team",),
        (GROUP,),
        (CITY,),
        "team",
        "text",
        "第九条",
    ),
    (
        "county-2012",
        "transfer",
        ("office", "team"),
        (GROUP,),
        (),
        "office",
        "text",
        "第十三条",
    ),  # D20
    (
        "county-2012",
        "feedback",
        ("team",),
        (GROUP,),
        (CITY,),
        "team",
        "text",
        "第十一条",
    ),  # D14 D15
    (
        "jilin-2017",
        "immediate_rectification",
        ("team",),
        (GROUP,),
        (),
        "team",
        "analogy",
        "五（五）",
    ),
    (
        "jilin-2017",
        "transfer",
        ("office", "team"),
        (PARTY,),
        (),
        "office",
        "text",
        "五（四）",
    ),  # C14
    # C22: 未经批准不对重大问题表态
    (
        "jilin-2017",
        "statement_on_major_issue",
        ("team",),
        (GROUP,),
        (),
        "team",
        "inferred",
        "五（五）",
    ),
    (
        "provincial-2009",
        "immediate_rectification",
        ("team",),
        (GROUP,),
        (),
        "team",
        "analogy",
        "五",
    ),
    ("provincial-2009", "transfer", ("office", "team"), (GROUP,), (), "office", "inferred", "五"),
    # E18: 统一交给县委巡察办，报经县委巡察工作领导小组批准
    (
        "suixi-2016",
        "transfer_lead",
        ("team",),
        (LEADER, OFFICE, GROUP),
        (),
        "office",
        "text",
        "四（五）",
    ),
    ("suixi-2016", "transfer", ("office",), (OFFICE,), (), "office", "text", "六（一）"),  # E32
    ("suixi-2016", "feedback", ("team",), (PARTY,), (), "team", "text", "五（五）"),  # E27
    (
        "suixi-2016",
        "immediate_rectification",
        ("team",),
        (GROUP,),
        (),
        "team",
        "analogy",
        "四（四）",
    ),
    (
        "suixi-2016",
        "inform_leaders",
        ("office",),
        (GROUP,),
        (),
        "office",
        "text",
        "五（六）",
    ),  # E31
    ("suixi-2016", "other_method", ("team",), (PARTY,), (), "team", "text", "四（二）13"),  # E15
)


@pytest.mark.parametrize(
    ("profile", "action", "prepare", "seats", "heard", "sends", "basis", "article"), GATES
)
def test_a_gate_is_read_from_the_instrument(
    profile: str,
    action: str,
    prepare: tuple[str, ...],
    seats: tuple[str, ...],
    heard: tuple[str, ...],
    sends: str,
    basis: str,
    article: str,
) -> None:
    found = passage(PROFILES[profile], action)
    assert found is not None
    assert (found.prepare, found.seats, found.consult) == (prepare, seats, heard)
    assert (found.sends, found.basis) == (sends, basis)
    assert article in found.cite
    assert PROFILES[profile].profile.instrument in found.cite


def test_every_gate_of_every_instrument_has_its_row() -> None:
    named = {(name, one.action) for name, p in PROFILES.items() for one in passages(p)}
    assert named == {(row[0], row[1]) for row in GATES}
    assert {action for _, action in named} <= set(ACTIONS)


@pytest.mark.parametrize(
    ("profile", "action"),
    [
        ("jilin-2017", "feedback"),
        ("provincial-2009", "inform_leaders"),
        ("central", "transfer_lead"),
    ],
)
def test_silence_stays_silence(profile: str, action: str) -> None:
    assert passage(PROFILES[profile], action) is None
