"""Facts about real official publications: `pytest --corpus=DIR -m corpus`.

The rows of the Tweede Kamer say the same of the same motions, written by other hands. Where the two
differ the paper is right about itself: each such paper is listed, with what it has and why.
"""

import gzip
import json
import re
import tarfile
import unicodedata
from collections import Counter
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from lxml import etree

from harvester.text import PaperFacts, Text
from tests.unit.netherlands.printed.extracting import extract

pytestmark = pytest.mark.corpus

NO_DATE = "prints no date"
DATES = {
    "kst-24587-995": "prints 5 November 2024, the row has the day before",
    "kst-29628-1282": NO_DATE,
    "kst-32849-286": NO_DATE,
    "kst-35646-45": "prints 2024, the row has 2025",
    "kst-36446-86": NO_DATE,
    "kst-36600-VI-119": NO_DATE,
    "kst-36602-140": NO_DATE,
    "kst-36602-141": NO_DATE,
    "kst-36602-142": NO_DATE,
    "kst-36602-143": NO_DATE,
    "kst-36800-80": NO_DATE,
}
CUT = "prints a name without its last letter"
GLUED = "the row has no space after the names"
FEWER = "the row does not name all who stand under the paper"
MOVERS = {
    "kst-21501-30-656": CUT,
    "kst-23432-581": "prints Ouwenhand for Ouwehand",
    "kst-24515-739": FEWER,
    "kst-28676-516": CUT,
    "kst-29544-1302": FEWER,
    "kst-30950-399": "the row has 'de leden' before one name and c.s.",
    "kst-31497-501": FEWER,
    "kst-32317-895": "prints D, van Dijk for Diederik van Dijk",
    "kst-33578-150": "prints Bushoff alone, the row has Dijk too",
    "kst-36045-218": GLUED,
    "kst-36045-229": GLUED,
    "kst-36410-XII-72": CUT,
    "kst-36600-IX-11": CUT,
    "kst-36600-L-19": "prints I. van Dijk for Inge van Dijk",
    "kst-36600-VI-127": "the row has 'motie het lid'",
    "kst-36600-XV-46": CUT,
    "kst-36600-XVII-43": FEWER,
    "kst-36625-5": CUT,
}
RECORDED = {
    "kst-21501-20-2260": "the record has Teunissen too",
    "kst-21501-30-656": CUT,
    "kst-23432-581": MOVERS["kst-23432-581"],
    "kst-28676-516": CUT,
    "kst-33578-150": MOVERS["kst-33578-150"],
}


def rows(corpus: Path, category: str) -> Iterator[dict[str, Any]]:
    with gzip.open(corpus / f"{category}.jsonl.gz", "rt", encoding="utf-8") as lines:
        yield from map(json.loads, lines)


@pytest.fixture(scope="module")
def papers(corpus_dir: Path) -> dict[str, bytes]:
    """The XML of each motion, by its official identifier."""
    with tarfile.open(corpus_dir / "koop-xml.tar.gz") as container:
        files = [(Path(member.name), container.extractfile(member)) for member in container]
        return {path.stem: file.read() for path, file in files if file is not None}


@pytest.fixture(scope="module")
def texts(papers: dict[str, bytes]) -> dict[str, Text]:
    return {name: extract(data, "application/xml") for name, data in papers.items()}


@pytest.fixture(scope="module")
def documents(corpus_dir: Path) -> dict[str, dict[str, Any]]:
    """The row of each motion, by its official identifier; some rows have none."""
    found = {row["Id"]: row for row in rows(corpus_dir, "Document")}
    versions = rows(corpus_dir, "DocumentVersie")
    return {
        row["ExterneIdentifier"]: found[row["Document_Id"]]
        for row in versions
        if row["ExterneIdentifier"]
    }


def says(text: Text) -> PaperFacts:
    assert text.says is not None
    return text.says


def names(text: Text) -> list[str]:
    return [person.name for person in says(text).people]


def folded(words: str) -> str:
    """Take accents, capitals and double spaces off: the rows have Kostic for Kostić."""
    letters = unicodedata.normalize("NFD", re.sub(" +", " ", words.lower()))
    return "".join(letter for letter in letters if not unicodedata.combining(letter))


def letters_of(data: bytes) -> Counter[str]:
    parser = etree.XMLParser(remove_pis=True, remove_comments=True)
    root = etree.fromstring(data.removeprefix(b"\xef\xbb\xbf").lstrip(), parser)
    return counted("".join(map(str, root.itertext())))


def counted(text: str) -> Counter[str]:
    """Count letters and signs, but spaces and the sign that parts cells."""
    return Counter(unicodedata.normalize("NFC", re.sub(r"[\s|\u200b\u00ad\ufeff]", "", text)))


def test_every_motion_is_read_and_nothing_in_it_is_unknown(
    texts: dict[str, Text], documents: dict[str, dict[str, Any]]
) -> None:
    assert len(texts) == 3_982
    assert texts.keys() == documents.keys()
    assert [name for name, text in texts.items() if text.status != "ok"] == []
    assert [name for name, text in texts.items() if says(text).unknown] == []


def test_every_motion_is_read_without_loss(
    papers: dict[str, bytes], texts: dict[str, Text]
) -> None:
    lost = [name for name, data in papers.items() if letters_of(data) != counted(texts[name].text)]
    assert lost == []


def test_number_dossier_and_chapter_make_the_official_identifier(
    texts: dict[str, Text], documents: dict[str, dict[str, Any]]
) -> None:
    for name, text in texts.items():
        facts = says(text)
        dossier = facts.dossiers[0]
        parts = ("kst", dossier.number, dossier.chapter, facts.number)
        assert "-".join(filter(None, parts)) == name
        assert facts.number == str(documents[name]["Volgnummer"]), name


def test_chamber_and_session_year_are_those_of_the_row(
    texts: dict[str, Text], documents: dict[str, dict[str, Any]]
) -> None:
    for name, text in texts.items():
        assert says(text).chamber == "Tweede Kamer", name
        assert says(text).session_year == documents[name]["Vergaderjaar"], name


def test_the_date_is_that_of_the_row(
    texts: dict[str, Text], documents: dict[str, dict[str, Any]]
) -> None:
    differing = {
        name: says(text).dated_on
        for name, text in texts.items()
        if says(text).dated_on != documents[name]["Datum"][:10]
    }
    assert differing.keys() == DATES.keys()
    assert {name for name, date in differing.items() if date is None} == {
        name for name, why in DATES.items() if why is NO_DATE
    }


def test_the_movers_are_those_in_the_subject_of_the_row(
    texts: dict[str, Text], documents: dict[str, dict[str, Any]]
) -> None:
    differing = {
        name
        for name, text in texts.items()
        if not is_moved_by(documents[name]["Onderwerp"], names(text))
    }
    assert differing == MOVERS.keys()


def is_moved_by(subject: str, movers: list[str]) -> bool:
    """Tell whether `Motie van de leden A, B en C over …` names these and no others."""
    opening = re.match(r".*?motie van (het lid|de leden) ", folded(subject))
    if opening is None or not movers:
        return False
    if opening[1] == "het lid":
        expected = f"{movers[0]} c.s. " if len(movers) > 1 else f"{movers[0]} "
    else:
        expected = f"{', '.join(movers[:-1])} en {movers[-1]} "
    return f"{folded(subject)} "[opening.end() :].startswith(folded(expected))


def test_the_movers_are_those_in_the_record_of_the_paper(
    papers: dict[str, bytes], texts: dict[str, Text]
) -> None:
    recorded = {
        name: re.findall(r'"OVERHEIDop\.indiener" scheme="" content="([^"]+)"', data.decode())
        for name, data in papers.items()
        if b"OVERHEIDop.indiener" in data
    }
    assert len(recorded) == 1_156
    differing = {
        name for name, people in recorded.items() if not are_the_same(people, names(texts[name]))
    }
    assert differing == RECORDED.keys()


def are_the_same(recorded: list[str], movers: list[str]) -> bool:
    """Compare `I. (Inge) van Dijk` with `Inge van Dijk`, in any order, by surname."""
    left = [folded(person) for person in recorded]
    for mover in sorted(map(folded, movers), key=len, reverse=True):
        known = [
            person
            for person in left
            if person.endswith(mover) or person.endswith(mover.partition(" ")[2] or mover)
        ]
        if not known:
            return False
        left.remove(known[0])
    return left == []


def captured(corpus_dir: Path) -> list[Path]:
    """Find the answers of the source that are kept beside the corpus."""
    folders = (folder / "captures" / "officielepublicaties" for folder in corpus_dir.parents)
    found = next((folder for folder in folders if folder.is_dir()), None)
    if found is None:
        pytest.skip("NO ANSWERS OF THE SOURCE STAND BESIDE THE CORPUS")
    return sorted(found.rglob("*.xml"))


def test_every_answer_of_the_source_is_read_without_loss(corpus_dir: Path) -> None:
    paths = captured(corpus_dir)
    assert any(b'encoding="windows-1252"' in path.read_bytes() for path in paths)
    for path in paths:
        data = path.read_bytes()
        text = extract(data, "application/xml")
        assert counted(text.text) == letters_of(data), path
        assert text.says is None or text.says.unknown == (), path


def test_a_real_letter_says_who_wrote_it_when(corpus_dir: Path) -> None:
    (path,) = [path for path in captured(corpus_dir) if path.stem == "kst-28844-269"]
    facts = says(extract(path.read_bytes(), "application/xml"))
    (signatory,) = facts.people
    assert signatory.name == "H.G.J. Bruins Slot"
    assert signatory.function == "De Minister van Binnenlandse Zaken en Koninkrijksrelaties"
    assert (facts.number, facts.dated_on) == ("269", "2023-07-07")
    assert facts.addressee == "Aan de Voorzitter van de Tweede Kamer der Staten-Generaal"
