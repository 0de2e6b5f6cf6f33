"""Facts about the text of each type of file, whole or damaged."""

import io
import zipfile
from pathlib import Path

import docx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from harvester.text import Text
from harvester.text.media_types import detect
from harvester.text.office import PART_LIMIT_BYTES
from tests.unit.netherlands.printed.extracting import extract
from tests.unit.text.documents import (
    DOCX,
    FOOT,
    ODT,
    a_container,
    a_doc,
    a_docx,
    a_pdf,
    an_odt,
)

PDF = "application/pdf"
LETTER = [
    ["De Kamer,", "overwegende dat de betrok-", "kenheid van de EU-", "lidstaten bij de zorg-"],
    ["en welzijnssector groot is;"],
]

BILLION_LAUGHS = (
    b"""<?xml version="1.0"?><!DOCTYPE a [<!ENTITY l0 "ha">%s]><a>&l9;</a>"""
    % b"".join(
        b'<!ENTITY l%d "%s">' % (level, b"&l%d;" % (level - 1) * 10) for level in range(1, 10)
    )
)


def test_a_word_broken_at_a_line_end_of_a_pdf_is_found_whole() -> None:
    text = extract(a_pdf(LETTER), PDF)
    assert text.status == "ok"
    assert text.pages == 2
    assert "overwegende dat de betrokkenheid van de EU-lidstaten" in text.text
    assert "zorg- en welzijnssector groot is;" in text.text
    assert FOOT not in text.text


def test_a_pdf_without_text_is_empty() -> None:
    assert extract(a_pdf([[]]), PDF) == Text("empty", reason="no page holds text", pages=1)


def test_an_encrypted_pdf_fails_as_encrypted() -> None:
    assert extract(a_pdf(LETTER, password="geheim"), PDF) == Text("failed", reason="encrypted")


@pytest.mark.parametrize("kept", [5, 100, 500])
def test_a_truncated_pdf_fails_as_not_readable(kept: int) -> None:
    text = extract(a_pdf(LETTER)[:kept], PDF)
    assert text.status == "failed"
    assert (text.reason or "").startswith("not readable: ")


def test_a_docx_gives_paragraphs_rows_and_line_ends_without_its_head() -> None:
    assert extract(a_docx(), DOCX) == Text(
        "ok",
        "Geachte voorzitter,\n\nOver de betrokkenheid van gemeenten.\n\njaar | bedrag\n\n"
        "2025 | € 5\n\nHoogachtend,\nde minister",
    )


def test_a_docx_without_text_is_empty() -> None:
    file = io.BytesIO()
    docx.Document().save(file)
    assert extract(file.getvalue(), DOCX).status == "empty"


def test_a_docx_gives_what_was_inserted_and_not_what_was_deleted() -> None:
    space = "http://schemas.openxmlformats.org/wordprocessingml/2006/main"
    part = (
        f'<w:document xmlns:w="{space}"><w:body><w:p><w:r><w:t>een</w:t></w:r>'
        "<w:ins><w:r><w:t>voud</w:t></w:r></w:ins>"
        "<w:del><w:r><w:delText>heid</w:delText></w:r></w:del></w:p></w:body></w:document>"
    )
    assert extract(a_container({"word/document.xml": part.encode()}), DOCX).text == "eenvoud"


def test_a_docx_gives_its_notes_last_and_its_text_boxes_after_their_paragraph() -> None:
    space = 'xmlns:w="http://schemas.openxmlformats.org/wordprocessingml/2006/main"'
    box = "<w:txbxContent><w:p><w:r><w:t>kader</w:t></w:r></w:p></w:txbxContent>"
    body = f"<w:p><w:r><w:t>voor</w:t>{box}</w:r><w:r><w:t>tijd</w:t></w:r></w:p>"
    notes = (
        '<w:footnote w:type="separator"><w:p><w:r><w:t>weg</w:t></w:r></w:p></w:footnote>'
        "<w:footnote><w:p><w:r><w:t>noot</w:t></w:r></w:p></w:footnote>"
    )
    parts = {
        "word/document.xml": f"<w:document {space}><w:body>{body}</w:body></w:document>".encode(),
        "word/footnotes.xml": f"<w:footnotes {space}>{notes}</w:footnotes>".encode(),
    }
    assert extract(a_container(parts), DOCX).text == "voortijd\n\nkader\n\nnoot"


def test_an_odt_gives_paragraphs_rows_and_notes() -> None:
    body = (
        "<text:h>Kop</text:h><text:p>Een<text:s text:c='2'/>zin<text:note>"
        "<text:note-citation>1</text:note-citation><text:note-body><text:p>noot</text:p>"
        "</text:note-body></text:note> met<text:line-break/>vervolg.</text:p>"
        "<table:table><table:table-row><table:table-cell><text:p>a</text:p></table:table-cell>"
        "<table:table-cell><text:p>b</text:p></table:table-cell></table:table-row></table:table>"
    )
    assert extract(an_odt(body), ODT) == Text("ok", "Kop\n\nEen zin met\nvervolg.\n\nnoot\n\na | b")


def test_rich_text_gives_its_accents() -> None:
    data = rb"{\rtf1\ansi\ansicpg1252 De co\'f6rdinatie\par en de \u8364?5.\par}"
    assert extract(data, "application/rtf").text == "De coördinatie\n\nen de €5."


def test_a_zip_bomb_fails_without_being_unpacked() -> None:
    bomb = a_container({"word/document.xml": bytes(PART_LIMIT_BYTES + 1)})
    assert len(bomb) < 1 << 20
    reason = f"word/document.xml unpacks to more than {PART_LIMIT_BYTES} bytes"
    assert extract(bomb, DOCX) == Text("failed", reason=reason)


def test_an_encrypted_container_fails_as_encrypted() -> None:
    data = bytearray(a_container({"content.xml": b"<a/>"}))
    data[data.rindex(b"PK\x01\x02") + 8] |= 1
    assert extract(bytes(data), ODT) == Text("failed", reason="encrypted")


@pytest.mark.parametrize("media_type", [DOCX, ODT])
def test_a_container_without_its_main_part_fails(media_type: str) -> None:
    text = extract(a_container({"other": b"x"}), media_type)
    assert text.status == "failed"
    assert "no " in (text.reason or "")


def test_a_truncated_docx_fails_as_not_readable() -> None:
    text = extract(a_docx()[:2000], DOCX)
    assert text.status == "failed"
    assert (text.reason or "").startswith("not readable: ")


@pytest.mark.parametrize("media_type", ["application/xml", DOCX, ODT])
def test_entities_are_not_expanded(media_type: str) -> None:
    parts = {"word/document.xml": BILLION_LAUGHS, "content.xml": BILLION_LAUGHS}
    data = BILLION_LAUGHS if media_type == "application/xml" else a_container(parts)
    text = extract(data, media_type)
    assert text.status == "failed"


def test_external_entities_are_not_read(tmp_path: Path) -> None:
    secret = tmp_path / "secret"
    secret.write_text("geheim")
    data = f'<!DOCTYPE a [<!ENTITY x SYSTEM "{secret.as_uri()}">]><a>&x;</a>'.encode()
    text = extract(data, "application/xml")
    assert text.status == "failed"
    assert "geheim" not in f"{text}"


def test_entities_that_html_names_are_characters() -> None:
    data = b"<!DOCTYPE a SYSTEM 'x.dtd'><a>co&ouml;rdi<b>n</b>&euml;<b/>&agrave; x</a>"
    assert extract(data, "application/xml").text == "coördinëà x"


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_xml_gives_a_paragraph_for_each_element_outside_a_sentence(mark: bytes) -> None:
    data = mark + (
        b"<?xml version='1.0' encoding='utf-8'?><stuk><!-- weg --><titel>Brief</titel>"
        b"<al>De <nadruk>Kamer</nadruk>\n beslist.</al><al>Daarna.</al></stuk>"
    )
    assert extract(data, "application/xml").text == "Brief\n\nDe Kamer beslist.\n\nDaarna."


@pytest.mark.parametrize("mark", [b"", b"\xef\xbb\xbf"])
def test_html_gives_paragraphs_without_scripts_and_styles(mark: bytes) -> None:
    data = (
        mark
        + (
            "<html><head><title>weg</title><style>p {}</style></head><body><h1>Kop</h1>"
            "<p>Een <b>coör</b>dinatie<br>op <script>weg()</script>twee regels</p>"
            "<table><tr><td>a<td>b</tr></table>slot</body></html>"
        ).encode()
    )
    assert extract(data, "text/html").text == (
        "Kop\n\nEen coördinatie\nop twee regels\n\na | b\n\nslot"
    )


def test_html_in_an_older_encoding_is_read_as_it_says() -> None:
    data = "<html><head><meta charset='iso-8859-1'></head><body>coördinatie</body></html>"
    assert extract(data.encode("latin-1"), "text/html; charset=x").text == "coördinatie"


def test_plain_text_is_cleaned() -> None:
    assert extract("\ufeffde betrok-\nkenheid".encode(), "text/plain").text == "de betrokkenheid"
    assert extract(b"\xff\xfe", "text/plain").status == "failed"
    assert extract(b" \n", "text/plain").status == "empty"


@pytest.mark.parametrize(
    "media_type", ["application/vnd.ms-excel", "image/png", "application/json", ""]
)
def test_other_types_are_unsupported(media_type: str) -> None:
    text = extract(b"x", media_type)
    assert text == Text("unsupported", reason=f"no text is taken out of {media_type or 'no type'}")


def test_an_element_in_an_element_a_hundred_thousand_times_does_no_harm() -> None:
    assert extract(b"<a>" * 100_000, "text/html").status in ("empty", "failed")
    assert extract(b"<a>" * 100_000 + b"</a>" * 100_000, "application/xml").status == "failed"


TYPES = st.sampled_from([PDF, DOCX, ODT, "application/rtf", "application/xml", "text/html"])
WHOLE = {
    PDF: a_pdf(LETTER),
    DOCX: a_docx(),
    ODT: an_odt("<text:p>tekst</text:p>"),
    "application/rtf": rb"{\rtf1\ansi De co\'f6rdinatie\par}",
    "application/xml": b"<a><b>tekst</b></a>",
    "text/html": b"<p>tekst</p>",
}


@given(TYPES, st.data())
@settings(max_examples=200)
def test_damage_gives_a_result_and_never_an_error(media_type: str, data: st.DataObject) -> None:
    damaged = bytearray(WHOLE[media_type])
    places = st.integers(0, len(damaged) - 1)
    for place in data.draw(st.lists(places, max_size=8)):
        damaged[place] = data.draw(st.integers(0, 255))
    text = extract(bytes(damaged[: data.draw(places)]), media_type)
    assert text.status in ("ok", "empty", "failed")
    assert (text.reason is None) == (text.status == "ok")


def test_a_container_that_declares_less_than_it_holds_fails() -> None:
    data = bytearray(a_container({"content.xml": b"<a>" + b"x" * 1000 + b"</a>"}))
    directory = data.rindex(b"PK\x01\x02")
    data[directory + 24 : directory + 28] = (10).to_bytes(4, "little")
    assert zipfile.is_zipfile(io.BytesIO(data))
    assert extract(bytes(data), ODT).status == "failed"


@pytest.mark.parametrize("is_wide", [True, False])
def test_a_word_97_file_gives_its_text_its_rows_and_its_notes(is_wide: bool) -> None:
    body = "De co\u00f6rdinatie \x02van\rNr. 17\x07MOTIE\x07\x07een\x1fvoud\x0bregel\r"
    field = "\x13 HYPERLINK x \x14hier\x15 verder\r"
    data = a_doc(body + field, "De noot.\r", is_wide=is_wide)
    assert detect(data) == "application/msword"
    assert extract(data, "application/msword").text.split("\n\n") == [
        "De co\u00f6rdinatie van",
        "Nr. 17 | MOTIE",
        "eenvoud\nregel",
        "hier verder",
        "De noot.",
    ]


def test_an_encrypted_word_97_file_says_so() -> None:
    read = extract(a_doc("geheim", flags=0x0100), "application/msword")
    assert (read.status, read.reason) == ("failed", "encrypted")


@settings(max_examples=60, deadline=None)
@given(st.integers(512, 7000), st.integers(0, 255))
def test_a_damaged_word_97_file_never_stops_extraction(place: int, byte: int) -> None:
    data = bytearray(a_doc("De Kamer, " * 50))
    data[place % len(data)] = byte
    assert extract(bytes(data), "application/msword").status in ("ok", "empty", "failed")


def test_notes_of_rich_text_follow_the_body() -> None:
    data = (
        rb"{\rtf1\ansi Met noot{\super\chftn}{\footnote\pard {\super\chftn} De noot, "
        rb"{\i Kamerstuk} 36 410, nr. 5.} en verder.\par Slot \{a\}.\par}"
    )
    text = extract(data, "application/rtf").text
    assert text.split("\n\n") == [
        "Met noot en verder.",
        "Slot {a}.",
        "De noot, Kamerstuk 36 410, nr. 5.",
    ]


def test_the_parts_of_a_docx_may_have_any_name() -> None:
    space = "http://schemas.openxmlformats.org"
    word = f'xmlns:w="{space}/wordprocessingml/2006/main"'
    related = f"{space}/officeDocument/2006/relationships"

    def relations(*pairs: tuple[str, str]) -> bytes:
        rows = "".join(f'<Relationship Type="{related}/{t}" Target="{p}"/>' for t, p in pairs)
        root = f'<Relationships xmlns="{space}/package/2006/relationships">'
        return f"{root}{rows}</Relationships>".encode()

    def part(root: str, words: str) -> bytes:
        paragraph = f"<w:p><w:r><w:t>{words}</w:t></w:r></w:p>"
        return f"<w:{root} {word}>{paragraph}</w:{root}>".encode()

    def notes(kind: str, words: str) -> bytes:
        return f"<w:{kind}s {word}>".encode() + part(kind, words) + f"</w:{kind}s>".encode()

    declared = f'<Types><Override ContentType="{DOCX}.main+xml"/></Types>'
    data = a_container(
        {
            "[Content_Types].xml": declared.encode(),
            "_rels/.rels": relations(("officeDocument", "/a/doc2.xml")),
            "a/doc2.xml": part("body", "De tekst"),
            "a/_rels/doc2.xml.rels": relations(("footnotes", "../b/n.xml"), ("endnotes", "e.xml")),
            "b/n.xml": f"<w:footnotes {word}>".encode()
            + part("footnote", "De noot")
            + b"</w:footnotes>",
            "a/e.xml": f"<w:endnotes {word}>".encode()
            + part("endnote", "Het slot")
            + b"</w:endnotes>",
        }
    )
    assert detect(data) == DOCX
    assert extract(data, DOCX).text == "De tekst\n\nDe noot\n\nHet slot"
