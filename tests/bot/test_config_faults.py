"""What the configuration refuses; every fault is one line with file, key and mend."""

from pathlib import Path

import pytest

from bot.config import Config, ConfigFaults, load_config

TOKEN = '[telegram]\ntoken = "123:abcdefgh"\n'


def load(folder: Path, text: str) -> Config:
    file = folder / "config.toml"
    file.write_text(text, "utf-8")
    return load_config(file)


FAULTS = [
    ('[app]\ntimezone = "Mars/Olympus"', "app.timezone", "write one such as Asia/Shanghai"),
    ('[app]\ntimezone = "../../etc/passwd"', "app.timezone", "is not a known time zone"),
    ('[app]\nlanguage = "de"', "app.language", "zh_CN"),
    ("[app]\ncolour = 1", "app.colour", "is not a key"),
    ("[apps]\nx = 1", "apps", "is not a key"),
    ('[storage]\nurl = "mysql://x/y"', "storage.url", "write sqlite:jianjian.db or postgresql://"),
    ('[storage]\nurl = "sqlite:"', "storage.url", "is not an address of a store"),
    ('[storage]\nurl = "postgresql://host"', "storage.url", "is not an address of a store"),
    ('[telegram]\ntoken = "PASTE-YOUR-BOT-TOKEN"', "telegram.token", "still the example's value"),
    (
        '[telegram]\ntoken = "110201543:AAHdqTcvCH1vGWJxfSeofSAs0K5PALDsaw"',
        "telegram.token",
        "is the example's",
    ),
    ('[telegram]\ntoken = "abc"', "telegram.token", "has not the form"),
    ('[telegram]\nmode = "polling"', "telegram.token", "is missing"),
    (TOKEN + 'mode = "webhook"', "telegram.webhook_url", "is missing"),
    (
        TOKEN + 'mode = "webhook"\nwebhook_url = "https://a.example"',
        "telegram.webhook_path",
        "is missing",
    ),
    (
        TOKEN + 'mode = "webhook"\nwebhook_url = "https://a.example"\nwebhook_path = "/t/x"\n'
        'webhook_secret = "short"',
        "telegram.webhook_secret",
        "is too weak",
    ),
    (TOKEN + 'api_base_url = "http://api.example"', "telegram.api_base_url", "without https"),
    (TOKEN + "per_second = -1", "telegram.per_second", "is wrong"),
    ('[web]\npublic_url = "http://a.example"', "web.public_url", "write https://"),
    ('[web]\npublic_url = "a.example"', "web.public_url", "is not a web address"),
    ('[web]\nport = "many"', "web.port", "is not a whole number"),
    ("[web]\nport = 70000", "web.port", "is wrong"),
    ("[web]\nchat = false", "web.chat", "open at least one door"),
    ("[intake]\ndraft_hours = 25", "intake.draft_hours", "is wrong"),
    ("[intake]\nlanguages = []", "intake.languages", "is empty"),
    ('[team]\ncontent = "private"', "team.approver", "needs the name of who allowed it"),
    ('[team]\ncontent = "chat"', "team.content", "is wrong"),
    ('[reminders]\nhours = "17:30-09:00"', "reminders.hours", "write them as 09:00-17:30"),
    ('[reminders]\nhours = "9-17"', "reminders.hours", "write them as 09:00-17:30"),
    ("[retention]\ninbox_days = 0", "retention.inbox_days", "is wrong"),
    ("[app", "is not valid TOML", "correct that place"),
]


@pytest.mark.parametrize(("text", "key", "mend"), FAULTS)
def test_each_fault_is_one_line_with_file_key_and_mend(
    tmp_path: Path, text: str, key: str, mend: str
) -> None:
    with pytest.raises(ConfigFaults) as raised:
        load(tmp_path, text)
    (line,) = raised.value.faults
    assert line.startswith(f"{tmp_path / 'config.toml'}: ")
    assert key in line
    assert mend in line
    assert "\n" not in line


def test_every_fault_is_named_not_only_the_first(tmp_path: Path) -> None:
    with pytest.raises(ConfigFaults) as raised:
        load(tmp_path, '[app]\ntimezone = "X"\n[reminders]\nhours = "x"\n[web]\nport = -1\n')
    assert len(raised.value.faults) == 3


@pytest.mark.parametrize("root", ["http://127.0.0.1:8081", "http://localhost:1", "http://[::1]:1"])
def test_a_stand_in_on_this_machine_goes_without_https(tmp_path: Path, root: str) -> None:
    config = load(tmp_path, TOKEN + f'api_base_url = "{root}"')
    assert config.telegram is not None
    assert config.telegram.api_base_url == root


def test_an_empty_file_is_a_whole_configuration(tmp_path: Path) -> None:
    config = load(tmp_path, "")
    assert config.data_dir == tmp_path / "data"
    assert config.key_file == tmp_path / "keys.json"
    assert config.overlay is None
    assert config.database == f"sqlite:{tmp_path / 'data' / 'jianjian.db'}"


@pytest.mark.parametrize(
    "url",
    [
        "sqlite:///var/lib/x.db",
        "postgresql://me@db/jianjian",
        "postgresql:///jianjian?host=/run/pg",
    ],
)
def test_an_absolute_address_of_a_store_stays_as_it_is(tmp_path: Path, url: str) -> None:
    assert load(tmp_path, f'[storage]\nurl = "{url}"').database == url


def test_handlers_get_numbers_and_no_secret(tmp_path: Path) -> None:
    config = load(tmp_path, TOKEN)
    settings = config.settings()
    assert settings["intake.files_max"] == 10
    assert settings["team.unclaimed_office_days"] == 3
    assert settings["reminders.hours"] == "09:00-17:30"
    assert not any(name.startswith(("telegram.", "storage.", "keys.")) for name in settings)


def test_a_configuration_shown_by_mistake_shows_no_secret(tmp_path: Path) -> None:
    config = load(tmp_path, TOKEN + 'webhook_secret = "sssssssssssssssssssss"')
    assert "abcdefgh" not in repr(config)
    assert "ssssss" not in str(config)


def test_a_fault_never_repeats_a_token(tmp_path: Path) -> None:
    with pytest.raises(ConfigFaults) as raised:
        load(tmp_path, '[telegram]\ntoken = "123 456:secret"\n')
    assert "secret" not in str(raised.value)


def test_a_variable_of_the_environment_stands_above_the_file(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("JIANJIAN__TELEGRAM__TOKEN", "9:fromtheenvironment")
    monkeypatch.setenv("JIANJIAN_KEYS", "the variable of the key file is another matter")
    config = load(tmp_path, TOKEN + "per_second = 5")
    assert config.telegram is not None
    assert config.telegram.token.get_secret_value() == "9:fromtheenvironment"
    assert config.telegram.per_second == 5
