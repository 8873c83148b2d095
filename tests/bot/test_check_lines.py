"""What `check` says about texts and about duties that nothing reminds of."""

import pytest

from bot.cli.check import text_faults, unprompted, unreminded
from bot.profile_files import packaged_common, packaged_profiles

RIGHT = {"a.hello": "您好，{name}", "a.bye": "再见"}

FAULTS = [
    ({"a.bye": "Bye"}, "locales/en: a.hello is missing; translate it"),
    ({"a.hello": "", "a.bye": "Bye"}, "locales/en: a.hello is missing; translate it"),
    ({"a.hello": "Hi", "a.bye": "Bye"}, "locales/en: a.hello has not the placeholders of zh_CN"),
    (
        {"a.hello": "Hi {name}", "a.bye": "Bye", "a.x": "X"},
        "locales/en: a.x is not a key of zh_CN; remove it",
    ),
]


@pytest.mark.parametrize(("english", "line"), FAULTS)
def test_a_text_that_is_not_right_is_named(english: dict[str, str], line: str) -> None:
    (said,) = text_faults({"zh_CN": RIGHT, "en": english})
    assert said.startswith(line)


def test_an_empty_source_text_is_named() -> None:
    said = text_faults({"zh_CN": {"a.x": ""}, "en": {"a.x": "X"}})
    assert said == ["locales/zh_CN: a.x is empty; write its text"]


def test_right_texts_have_no_fault() -> None:
    english = {"a.hello": "Hello {name}", "a.bye": "Bye"}
    assert text_faults({"zh_CN": RIGHT, "en": english}) == []


def test_every_prompt_duty_without_a_soft_target_is_named() -> None:
    bare = packaged_common().model_copy(update={"soft_target": []})
    profiles = packaged_profiles()
    said = unprompted(profiles, bare)
    wanted = {
        (name, duty.id)
        for name, profile in profiles.items()
        for duty in profile.obligation
        if duty.ladder == "prompt" and duty.offset is None
    }
    assert wanted
    assert len(said) == len(wanted)
    for name, duty in wanted:
        assert any(line.startswith(f"{name}.toml: prompt duty {duty} has") for line in said)


def test_every_prompt_clause_that_nothing_reminds_of_is_named() -> None:
    profiles, common = packaged_profiles(), packaged_common()
    said = unreminded(profiles, common)
    wanted = {
        (name, item.id)
        for name, profile in profiles.items()
        for item in profile.obligation
        if item.strength == "promptly"
        and (item.ladder, item.offset, common.soft_target_of(item.kind)) == ("", None, None)
    }
    assert len(said) == len(wanted) > 0
    for name, duty in wanted:
        assert any(line.startswith(f"{name}.toml: {duty} is to be done promptly") for line in said)
