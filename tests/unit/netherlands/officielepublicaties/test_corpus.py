"""Real answers of the service: every record is read, and nothing in them is unknown."""

from pathlib import Path

import pytest
from lxml import etree

from spiders.netherlands.officielepublicaties.names import GZD, SRU
from spiders.netherlands.officielepublicaties.records import read
from spiders.netherlands.officielepublicaties.sru import NotAPage, parse_page
from tests.unit.netherlands.officielepublicaties.sru_service import Publication, answer

pytestmark = pytest.mark.corpus
EDITED = {"Kamerstuk.creator=overige", "Bijlage.itemUrl=httbroken:"}
"""What the collectors of these answers changed by hand: a chamber, and the address of a file."""
COUNTED_WRONG = b"<sru:numberOfRecords>3<"
"""In one answer they added records and left the count."""


@pytest.fixture(scope="session")
def answers(corpus_dir: Path) -> dict[str, bytes]:
    """The answers beside the corpus, single records put in an answer of their own."""
    folder = corpus_dir.parent.parent / "captures" / "officielepublicaties" / "sru"
    found = {path.name: path.read_bytes() for path in sorted(folder.glob("*.xml"))}
    assert found
    return {name: _whole(body.replace(COUNTED_WRONG, b"<sru:numberOfRecords>5<"))
            for name, body in found.items()}  # fmt: skip


def _whole(body: bytes) -> bytes:
    root = etree.fromstring(body)
    if root.tag != f"{SRU}record":
        return body
    whole = etree.Element(f"{SRU}searchRetrieveResponse")
    etree.SubElement(whole, f"{SRU}numberOfRecords").text = "1"
    etree.SubElement(whole, f"{SRU}records").append(root)
    return etree.tostring(whole)


def test_every_record_is_taken_and_nothing_is_unknown(answers: dict[str, bytes]) -> None:
    taken, unknown = 0, set()
    for name, body in answers.items():
        if "diagnostic" in name:
            continue
        page = parse_page(body, "2026-11-24T08:00:00.000Z")
        assert not page.defects
        assert page.count == len(list(etree.fromstring(body).iter(f"{GZD}gzd")))
        for entry in page.observations:
            taken += 1
            unknown |= {what.partition("//")[0] for what in read(entry).unknown}
    assert taken >= 23
    assert unknown == EDITED


def test_an_error_is_told_from_an_empty_answer(answers: dict[str, bytes]) -> None:
    with pytest.raises(NotAPage, match="unknown prefix dcterms"):
        parse_page(answers["diagnostic_unknown_prefix.xml"], "2026-11-24T08:00:00.000Z")


def test_every_real_identifier_is_taken(corpus_dir: Path) -> None:
    names = (corpus_dir.parent / "kst-identifiers.txt").read_text(encoding="utf-8").split()
    assert len(names) > 2000
    records = [Publication(name, "2026-09-01").record() for name in names]
    page = parse_page(answer(records, len(records)), "2026-11-24T08:00:00.000Z")
    assert {entry.id for entry in page.observations} == {f"Kamerstuk/{name}" for name in names}
