"""Real rows as a feed: a small corpus of our own making, and the one that --corpus names."""

import gzip
import io
import json
import tarfile
from pathlib import Path
from typing import Any

import pypdfium2
import pytest

from spiders.netherlands.simulator.corpus import Bodies, Corpus, load_corpus
from spiders.netherlands.simulator.entities import render
from spiders.netherlands.simulator.errors import CorpusUnusable
from spiders.netherlands.simulator.koop.files import make
from spiders.netherlands.simulator.world import File
from tests.unit.netherlands.simulator.statement import check

MOTION, VERSION, CASE, PERSON, DOSSIER = (
    f"{n}{n}{n}{n}{n}{n}{n}{n}-0000-4000-8000-000000000000" for n in range(1, 6)
)
TEXT = """<?xml version="1.0" encoding="UTF-8"?><officiele-publicatie><kamerstuk><kamerstukkop>
<tekstregel inhoud="vergaderjaar">Vergaderjaar 2024-2025</tekstregel></kamerstukkop><dossier>
<dossiernummer><dossiernr>36 900-VII</dossiernr></dossiernummer><titel>Beleid </titel></dossier>
<stuk><stuknr>Nr. <ondernummer kamer="2">12</ondernummer></stuknr><titel>MOTIE VAN HET LID
TERPSMA</titel><datumtekst>Voorgesteld <datum>4 april 2025</datum></datumtekst><tekst>
<al>De Kamer,</al><lijst><li><li.nr>1.</li.nr><al>verzoekt <nadruk>iets</nadruk>;</al></li></lijst>
<al>en gaat over tot de orde van de dag.</al><al-groep><al>Terpsma</al><al>Van der Brem</al>
</al-groep></tekst></stuk></kamerstuk></officiele-publicatie>"""


def _changed(second: int) -> dict[str, Any]:
    return {
        "GewijzigdOp": "2025-04-04T10:00:02.56+02:00",
        "ApiGewijzigdOp": f"2025-04-04T08:00:0{second}.5Z",
        "Verwijderd": False,
    }


ROWS: dict[str, list[dict[str, Any]]] = {
    "Document": [
        {
            "Id": MOTION,
            "Soort": "Motie",
            "DocumentNummer": "2025D00001",
            "Titel": None,
            "Datum": "2025-04-04T00:00:00+02:00",
            "ContentType": "application/pdf",
            "ContentLength": 21998,
            "HuidigeDocumentVersie_Id": VERSION,
            "Zaak_Ids": [CASE],
            "Kamerstukdossier_Ids": [DOSSIER],
            **_changed(9),
        }
    ],
    "DocumentVersie": [
        {
            "Id": VERSION,
            "Extensie": ".pdf",
            "Document_Id": MOTION,
            "ExterneIdentifier": "kst-36900-VII-12",
            **_changed(7),
        }
    ],
    "Zaak": [{"Id": CASE, "Nummer": "2025Z00001", "Afgedaan": True, **_changed(8)}],
    "Persoon": [
        {"Id": PERSON, "Geboortedatum": "1960-10-10", "Achternaam": None, **_changed(5)},
        {"Id": MOTION, "Geboortedatum": None, "GewijzigdOp": None, "ApiGewijzigdOp": None},
    ],
    "Kamerstukdossier": [
        {"Id": DOSSIER, "Titel": "Beleid", "Nummer": 36900, "Toevoeging": "VII", "derived": True}
    ],
}


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A corpus of a few rows."""
    for category, rows in ROWS.items():
        lines = "".join(json.dumps(row) + "\n" for row in rows)
        (tmp_path / f"{category}.jsonl.gz").write_bytes(gzip.compress(lines.encode()))
    with tarfile.open(tmp_path / "koop-xml.tar.gz", "w:gz") as archive:
        member = tarfile.TarInfo("kst-36900-VII-12.xml")
        member.size = len(TEXT.encode())
        archive.addfile(member, io.BytesIO(TEXT.encode()))
    return tmp_path


def _load(folder: Path, bodies: Bodies = Bodies.PDF, *, exact: bool = False) -> Corpus:
    return load_corpus(folder, bodies, exact_lengths=exact)


def _content(corpus: Corpus) -> tuple[str, bytes]:
    file = corpus.file(MOTION)
    assert isinstance(file, File)
    return file.media_type, file.content()


def test_rows_come_in_the_order_of_their_latest_change(folder: Path) -> None:
    ids = [row.entity.id for row in _load(folder).store.view(None).rows]
    assert ids == [DOSSIER, PERSON, VERSION, CASE, MOTION]


def test_a_row_is_written_as_the_feed_sends_it(folder: Path) -> None:
    corpus = _load(folder)
    for row in corpus.store.view(None).rows:
        check(row.entity.category, render(row.entity))
    xml = {row.entity.id: render(row.entity) for row in corpus.store.view(None).rows}
    assert 'tk:bijgewerkt="2025-04-04T10:00:02.5600000"' in xml[MOTION]
    assert 'tk:contentType="application/pdf" tk:contentLength="21998"' in xml[MOTION]
    assert '<titel xsi:nil="true" />' in xml[MOTION]
    assert "<datum>2025-04-04T00:00:00</datum>" in xml[MOTION]
    assert f'<zaak ref="{CASE}" /><kamerstukdossier ref="{DOSSIER}" />' in xml[MOTION]
    assert "<externeidentifier>kst-36900-VII-12</externeidentifier>" in xml[VERSION]
    assert "<afgedaan>true</afgedaan>" in xml[CASE]
    assert 'tk:bijgewerkt="2025-04-04T08:00:02Z"' in xml[PERSON]
    assert "<geboortedatum>1960-10-10</geboortedatum>" in xml[PERSON]
    assert "derived" not in xml[DOSSIER]


def test_updated_is_a_moment_before_the_time_of_the_row(folder: Path) -> None:
    row = _load(folder).store.get(MOTION)
    assert row is not None
    assert "2025-04-04T08:00:07" <= row.updated <= "2025-04-04T08:00:09Z"


def test_the_pdf_has_the_official_text(folder: Path) -> None:
    media_type, content = _content(_load(folder))
    assert media_type == "application/pdf"
    pdf = pypdfium2.PdfDocument(content)
    try:
        text = pdf[0].get_textpage().get_text_range()
    finally:
        pdf.close()
    assert "36 900-VII Beleid" in text
    assert "MOTIE VAN HET LID TERPSMA" in text
    assert "De Kamer,\r\n1. verzoekt iets;\r\nen gaat over tot de orde van de dag." in text
    assert "Terpsma\r\nVan der Brem\r\nkst-36900-VII-12" in text


def test_the_xml_itself_can_be_the_body(folder: Path) -> None:
    media_type, content = _content(_load(folder, Bodies.XML))
    assert (media_type, content) == ("application/xml", TEXT.encode())


def test_lengths_are_those_of_the_rows_unless_exact_ones_are_asked_for(folder: Path) -> None:
    for exact in (False, True):
        corpus = _load(folder, exact=exact)
        row = corpus.store.get(MOTION)
        assert row is not None
        assert row.entity.file is not None
        assert (row.entity.file.size_bytes == len(_content(corpus)[1])) is exact


def test_a_republication_moves_every_row_and_changes_no_file(folder: Path) -> None:
    corpus = _load(folder)
    before, head = corpus.file(MOTION), corpus.store.head
    assert corpus.republish() == 5
    after = corpus.file(MOTION)
    assert isinstance(before, File)
    assert isinstance(after, File)
    assert (after.etag, after.changed_at) == (before.etag, before.changed_at)
    assert all(row.token > head for row in corpus.store.view(None).rows)


def test_the_official_texts_are_publications_too(folder: Path) -> None:
    [entry] = _load(folder).koop
    assert make(entry, "xml") == TEXT.encode()
    assert b"kst-36900-VII-12" in make(entry, "metadata")
    assert make(entry, "pdf").startswith(b"%PDF")


def test_a_folder_without_rows_is_refused(tmp_path: Path) -> None:
    with pytest.raises(CorpusUnusable, match=r"no <Entity>\.jsonl\.gz"):
        _load(tmp_path)
    (tmp_path / "Nonsense.jsonl.gz").write_bytes(gzip.compress(b"{}\n"))
    with pytest.raises(CorpusUnusable, match="no category Nonsense"):
        _load(tmp_path)


@pytest.mark.corpus
def test_the_real_corpus_is_served_whole(corpus_dir: Path) -> None:
    corpus = load_corpus(corpus_dir, Bodies.PDF, exact_lengths=False)
    counts = corpus.store.counts()
    assert counts["Document"]["live"] == 3996
    assert counts["Stemming"]["live"] == 48_995
    assert len(corpus.koop) == corpus.truth()["publications"] == 3982
    for entry in corpus.koop:
        record = entry.record
        assert record.identifier == f"kst-{record.dossiers[0]}-{record.number}"
    for row in corpus.store.view(None).rows[::50]:
        check(row.entity.category, render(row.entity))
