"""`jianjian ledger`: one ledger for the office (004 六(二)) and figures without small counts."""

import asyncio
from datetime import datetime
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest

from bot.config import load_config
from bot.sheets import read_sheet
from storage import report_texts, reports, sendings
from storage.base import Session
from storage.keyring import Keyring
from storage.open import open_storage
from storage.reports import Queue, Report
from storage.sealing import Vault
from storage.sendings import Sending
from tests.acceptance.command_line import Shell, ready
from tests.acceptance.test_cli_running_program import Running

AT = int(datetime(2026, 3, 2, 9, tzinfo=ZoneInfo("Asia/Shanghai")).timestamp())
WORDS = "三月初镇里的修路款没有入账"
HEAD = ["编号", "收到日期", "单位", "承办", "状态", "处置", "函号", "移交单位"]


@pytest.fixture
def shell(tmp_path: Path) -> Shell:
    made = ready(tmp_path)
    assert made.run("plan", "import", str(made.folder / "plan.toml"), "--yes").code == 0
    return made


def file(db: Session, vault: Vault, number: int, queue: Queue = "office") -> None:
    """A report that was transferred by a letter."""
    id = f"r{number:02}{queue}"
    new = Report(
        id=id,
        queue=queue,
        state="transferred",
        category="integrity",
        disposition="transfer_discipline",
        received_at=AT,
        next_on="2026-06-02",
    )
    reports.insert(db, vault, new, f"CODE{number:02}{queue[:2].upper()}", b"k" * 32)
    report_texts.add(db, vault, id, "account", WORDS, AT)
    sent = Sending(
        id=f"s{id}",
        report_id=id,
        department_id="disc",
        letter={"number": f"={number}号函", "to": "县纪委"},
        sent_on="2026-03-03",
        entered_by="officer",
        at=AT,
    )
    sendings.add(db, vault, sent)


def fill(shell: Shell) -> None:
    """Six reports of the office and one about it."""
    config = load_config(shell.config)
    vault = Vault(Keyring.load(config.key_file))

    def unit(db: Session) -> None:
        for number in range(6):
            file(db, vault, number)
        file(db, vault, 9, "leading")

    async def act() -> None:
        storage = open_storage(config.database)
        await storage.open()
        await storage.transact(unit)
        await storage.close()

    asyncio.run(act())


def test_the_ledger_has_a_line_for_each_report_and_not_a_word_of_it(shell: Shell) -> None:
    fill(shell)
    out = shell.folder / "ledger.xlsx"
    said = shell.run("ledger", "export", "--out", str(out))
    assert (said.code, said.out.strip()) == (0, f"{out}: 6 lines")
    assert out.stat().st_mode & 0o077 == 0
    head, *rows = read_sheet(out.read_bytes())
    assert head[:8] == HEAD
    assert rows[0][:8] == [
        "CODE00OF",
        "2026-03-02",
        "",
        "办公室",
        "已移交",
        "移交纪检监察机关",
        "'=0号函",  # a number that looks like a formula stays text
        "县纪委",
    ]
    assert rows[0][11] == "2026-06-02"
    everything = "".join(cell for row in rows for cell in row)
    assert "修路款" not in everything
    assert "CODE09" not in everything  # what is about the office is in no list of it
    assert shell.run("audit", "verify").code == 0


def test_the_ledger_comes_through_the_running_program_too(shell: Shell) -> None:
    fill(shell)
    out = shell.folder / "ledger.xlsx"
    with Running(load_config(shell.config)):
        assert shell.run("ledger", "export", "--out", str(out)).code == 0
    assert len(read_sheet(out.read_bytes())) == 7


def test_the_figures_of_a_year_show_no_small_count(shell: Shell) -> None:
    """000 四, 003 第十四条: shared figures, no personal data."""
    fill(shell)
    out = shell.folder / "figures.xlsx"
    said = shell.run("ledger", "figures", "--year", "2026", "--out", str(out))
    assert said.code == 0
    rows = read_sheet(out.read_bytes())
    assert rows[0][:3] == ["类别", "03", "合计"]
    found = next(row for row in rows if row[0].startswith("收钱收物"))
    assert found[1:3] == ["6", "6"]
    assert not any(cell in "1234" and cell for row in rows[1:] for cell in row[1:])


# arguments behind `ledger`, and what the one line names
WRONG = (
    (("export", "--out", "ledger.csv"), "name a file that ends in .xlsx"),
    (("export", "--out", "/nowhere/at/all/l.xlsx"), "there is no such folder"),
    (("figures", "--year", "2026", "--out", "f.txt"), "name a file that ends in .xlsx"),
    (("figures", "--year", "1990", "--out", "f.xlsx"), "greater than or equal to 2000"),
)


@pytest.mark.parametrize(("arguments", "line"), WRONG)
def test_a_wrong_target_is_refused_in_one_line(
    shell: Shell, arguments: tuple[str, ...], line: str
) -> None:
    said = shell.run("ledger", *arguments)
    assert said.code == 2
    assert line in said.line


def test_a_file_that_is_there_is_not_written_over(shell: Shell) -> None:
    out = shell.write("ledger.xlsx", "mine")
    said = shell.run("ledger", "export", "--out", str(out))
    assert said.code == 2
    assert "is there already" in said.line
    assert out.read_text() == "mine"
    assert shell.run("ledger", "export", "--out", str(out), "--force").code == 0
