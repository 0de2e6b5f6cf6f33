"""Facts about telling types of files from their bytes."""

import io
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harvester.text.media_types import detect
from tests.unit.text.documents import DOCX, ODT, a_container, a_docx, a_pdf, an_odt

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"
OFFICE = "application/vnd.openxmlformats-officedocument"


@pytest.mark.parametrize(
    ("head", "media_type"),
    [
        (b"%PDF-1.7\n", "application/pdf"),
        (b"\n%PDF-1.7\n", "application/pdf"),
        (b"\x00\x01junk%PDF-1.4\n", "application/pdf"),
        (OLE + bytes(500), "application/msword"),
        (OLE + "Workbook".encode("utf-16-le"), "application/vnd.ms-excel"),
        (rb"{\rtf1\ansi", "application/rtf"),
        (b"<?xml version='1.0'?><a/>", "application/xml"),
        (b"\xef\xbb\xbf<?xml version='1.0'?><a/>", "application/xml"),
        (b"\xff\xfe<\x00?\x00", "application/xml"),
        (b"<stuk nr='1'>", "application/xml"),
        (b"<!DOCTYPE html><html>", "text/html"),
        (b"\xef\xbb\xbf\n<HTML lang='nl'>", "text/html"),
        (b"<?xml version='1.0'?><!DOCTYPE html PUBLIC 'x'><html>", "text/html"),
        (b'{"a": 1}', "application/json"),
        (b'[{"a": 1}]', "application/json"),
        (b"[1, 2]", "application/json"),
        (b"\xff\xd8\xff\xe0", "image/jpeg"),
        (b"\x89PNG\r\n\x1a\n", "image/png"),
        (b"GIF89a", "image/gif"),
        (b"Geachte voorzitter,", "text/plain"),
        ("Geachte coördinator".encode()[:11], "text/plain"),
        (b"[1] Zie de brief", "text/plain"),
        (b"< 5 jaar", "text/plain"),
        (b"a\x00b", "application/octet-stream"),
        (b"\xe9\xe9n", "application/octet-stream"),
        (b"", "application/octet-stream"),
    ],
)
def test_the_first_bytes_tell_the_type(head: bytes, media_type: str) -> None:
    assert detect(head) == media_type


@pytest.mark.parametrize(
    ("data", "media_type"),
    [
        (a_docx(), DOCX),
        (an_odt(""), ODT),
        (
            a_container({"[Content_Types].xml": b"", "xl/workbook.xml": b""}),
            f"{OFFICE}.spreadsheetml.sheet",
        ),
        (
            a_container({"[Content_Types].xml": b"", "ppt/presentation.xml": b""}),
            f"{OFFICE}.presentationml.presentation",
        ),
        (a_container({"brief.pdf": b""}), "application/zip"),
        (a_container({"word/brief.txt": b""}), "application/zip"),
    ],
)
def test_a_container_is_looked_into(data: bytes, media_type: str, tmp_path: Path) -> None:
    path = tmp_path / "file"
    path.write_bytes(data)
    assert detect(data[:64], path) == media_type
    assert detect(data) == media_type


def test_a_truncated_container_is_told_by_its_first_parts(tmp_path: Path) -> None:
    path = tmp_path / "file"
    file = io.BytesIO()
    with zipfile.ZipFile(file, "w") as container:
        container.writestr("mimetype", ODT)
        container.writestr("content.xml", "x" * 1000)
    path.write_bytes(file.getvalue()[:500])
    assert detect(path.read_bytes(), path) == ODT
    path.write_bytes(a_docx()[:6000])
    assert detect(path.read_bytes(), path) in (DOCX, "application/zip")


def test_a_pdf_is_told_by_its_first_bytes() -> None:
    assert detect(a_pdf([["tekst"]])[:8]) == "application/pdf"


@given(st.binary(max_size=300))
def test_any_bytes_have_a_type(head: bytes) -> None:
    assert "/" in detect(head)


def test_no_parser_is_loaded_to_tell_a_type() -> None:
    program = (
        "import sys, harvester.text.media_types\n"
        "assert not {'pypdfium2', 'lxml', 'striprtf'} & set(sys.modules), 'loaded'"
    )
    search = f"import sys; sys.path[:] = {sys.path!r}\n"
    subprocess.run([sys.executable, "-c", search + program], check=True)
