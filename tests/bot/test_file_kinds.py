"""Which files are kept: by their bytes, and only under a name that says the same."""

import io
import zipfile

import pytest

from bot.file_kinds import FileRefused, Inspector

JPEG = b"\xff\xd8\xff\xe0" + bytes(range(256))
EXE = b"MZ\x90\x00\x03\x00\x00\x00\x04\x00\x00\x00\xff\xff\x00\x00" + bytes(200)
MP4 = b"\x00\x00\x00\x18ftypisom\x00\x00\x02\x00" + bytes(100)
M4A = b"\x00\x00\x00\x18ftypM4A \x00\x00\x02\x00" + bytes(100)
HEIC = b"\x00\x00\x00\x18ftypheic\x00\x00\x00\x00" + bytes(100)
SHEET = "application/vnd.openxmlformats-officedocument.spreadsheetml.sheet"
WORDS = "application/vnd.openxmlformats-officedocument.wordprocessingml.document"


def archive(*names: str, body: bytes = b"<x/>") -> bytes:
    out = io.BytesIO()
    with zipfile.ZipFile(out, "w", zipfile.ZIP_DEFLATED) as file:
        for name in names:
            file.writestr(name, body)
    return out.getvalue()


DOCX = archive("[Content_Types].xml", "_rels/.rels", "word/document.xml")
XLSX = archive("[Content_Types].xml", "xl/workbook.xml")


def kind(data: bytes, name: str = "", step: int = 7) -> str:
    inspector = Inspector()
    for at in range(0, len(data), step):
        inspector.see(data[at : at + step])
    return inspector.verdict(name)


@pytest.mark.parametrize(
    ("data", "name", "expected"),
    [
        (JPEG, "照片.JPG", "image/jpeg"),
        (JPEG, "", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n" + bytes(50), "a.png", "image/png"),
        (b"RIFF\x10\x00\x00\x00WEBPVP8 " + bytes(50), "a.webp", "image/webp"),
        (b"GIF89a" + bytes(50), "a.gif", "image/gif"),
        (b"%PDF-1.7\n" + bytes(50), "合同.pdf", "application/pdf"),
        (DOCX, "情况说明.docx", WORDS),
        (XLSX, "账目.xlsx", SHEET),
        ("第一行\n第二行\n".encode() * 9, "说明.txt", "text/plain"),
        ("第一行\r\n第二行".encode("gb18030"), "说明.txt", "text/plain"),
        (b"ID3\x04" + bytes(50), "a.mp3", "audio/mpeg"),
        (b"\xff\xfb\x90\x00" + bytes(50), "a.mp3", "audio/mpeg"),
        (b"OggS" + bytes(50), "voice.oga", "audio/ogg"),
        (b"#!AMR\n" + bytes(50), "a.amr", "audio/amr"),
        (M4A, "a.m4a", "audio/mp4"),
        (MP4, "a.mp4", "video/mp4"),
    ],
)
def test_an_allowed_file_is_known_by_its_bytes(data: bytes, name: str, expected: str) -> None:
    assert kind(data, name) == expected
    assert kind(data, name, step=100_000) == expected


@pytest.mark.parametrize(
    ("data", "name", "reason"),
    [
        (EXE, "照片.jpg", "type"),
        (EXE, "setup.exe", "type"),
        (b"\x7fELF" + bytes(50), "", "type"),
        (b"", "a.jpg", "empty"),
        (JPEG, "a.pdf", "mismatch"),
        (JPEG, "a.exe", "type"),
        (DOCX, "a.xlsx", "mismatch"),
        (HEIC, "IMG_1.heic", "type"),
        (archive("a.jpg"), "a.zip", "type"),
        (archive("a.jpg"), "a.docx", "type"),
        (
            archive("[Content_Types].xml", "xl/workbook.xml", "xl/vbaProject.bin"),
            "a.xlsx",
            "macro",
        ),
        (archive("[Content_Types].xml", *(f"word/{n}" for n in range(2001))), "a.docx", "bomb"),
        (
            archive(*(f"word/{n}" for n in range(30)), body=bytes(7_000_000)),
            "a.docx",
            "bomb",
        ),
        (DOCX[:-30], "a.docx", "type"),
        (b"<html><script>", "a.html", "type"),
        (b"[Desktop Entry]\nExec=sh\n", "a.desktop", "type"),
        ("字".encode() + b"\xff", "a.txt", "type"),
        (b"text\x00text", "a.txt", "type"),
        (b"text\x1b[2J", "a.txt", "type"),
    ],
)
def test_anything_else_is_refused_with_its_reason(data: bytes, name: str, reason: str) -> None:
    with pytest.raises(FileRefused) as raised:
        kind(data, name, step=1000)
    assert raised.value.reason == reason


def test_a_program_is_refused_before_it_is_wholly_read() -> None:
    inspector = Inspector()
    with pytest.raises(FileRefused):
        inspector.see(EXE)
