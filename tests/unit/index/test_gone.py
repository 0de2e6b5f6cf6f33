"""What goes from a paper, a link, a file, a dossier, its kind, goes from the index too."""

from pathlib import Path

import pytest

from archive.entries import Entry, TakedownEntry
from harvester.progress import Silent
from harvester.snapshot.canonical_index import write_canonical
from harvester.source import domain
from tests.unit.archive.makers import digest
from tests.unit.index.histories import Step, word_of
from tests.unit.index.makers import PRESS, SOURCE, TIME, document, file, link, record, row, select
from tests.unit.index.test_grouping import printed
from tests.unit.index.test_histories import Kept, differences, rebuilt
from tests.unit.index.test_refresh import case, publication

LETTER = [document("t", link("document_case", "z")), case(kind="letter")]
LATE_DOSSIER = record("d", row(domain.Dossier, number=100, title="Titel"))
IN_DOSSIER = document("t", link("document_case", "z"), link("document_dossier", "d"))


def annex(*parents: str) -> Entry:
    links = (link("document_annex", "blg-1") for _ in parents)
    return printed("kst-100-1")[1] if not parents else document(
        "kst-100-1", *links, number="kst-100-1", publication_id="kst-100-1",
    )  # fmt: skip


HISTORIES: dict[str, list[Step]] = {
    "an annex that its paper names no more": [
        (PRESS, (document("blg-1", kind="annex", publication_id="blg-1"),)),
        (PRESS, (annex("kst-100-1"),)),
        (PRESS, (annex(),)),
    ],
    "a file that went to another paper": [
        (SOURCE, (*LETTER, publication("v", "t", "kst-100-1"))),
        (PRESS, (printed("kst-100-1", kind="letter")[1], file("kst-100-1", "the print"))),
        (SOURCE, (publication("v", "t", "kst-100-2"),)),
    ],
    "a dossier that comes late and is called as the printer called it": [
        (SOURCE, (IN_DOSSIER, case(kind="letter"), publication("v", "t", "kst-100-1"))),
        (
            PRESS,
            (
                document(
                    "kst-100-1", domain.StatedDossier(1, "100", "Titel"),
                    number="kst-100-1", publication_id="kst-100-1",
                ),
            ),
        ),
        (SOURCE, (LATE_DOSSIER,)),
    ],
    "a document that is no paper any more": [
        (SOURCE, (document("t"), file("t", "x"))),
        (SOURCE, (document("t", kind=None),)),
    ],
    "a current file that was taken down before it came": [
        (SOURCE, (document("t"), file("t", "one"))),
        (SOURCE, (TakedownEntry(TIME, "why", "me", (digest("two"),), None),)),
        (SOURCE, (file("t", "two"),)),
    ],
}  # fmt: skip


def followed(path: Path, steps: list[Step]) -> Kept:
    kept = Kept(path)
    for step in steps:
        kept.take(step)
        kept.settle()
    return kept


@pytest.mark.parametrize("steps", HISTORIES.values(), ids=HISTORIES.keys())
def test_step_by_step_and_at_once_give_the_same_index(tmp_path: Path, steps: list[Step]) -> None:
    one, other = tmp_path / "one.sqlite", tmp_path / "other.sqlite"
    kept = followed(one, steps)
    made = rebuilt(other, kept.segments, (SOURCE, PRESS))
    kept.index.close()
    made.index.close()
    assert differences(one, other) == []
    for name, path in (("first", one), ("second", other)):
        write_canonical(path, tmp_path / name, Silent())
    assert (tmp_path / "first").read_bytes() == (tmp_path / "second").read_bytes()


def test_the_words_of_a_file_go_with_it_to_its_paper(tmp_path: Path) -> None:
    steps = HISTORIES["a file that went to another paper"]
    index = followed(tmp_path / "index.sqlite", steps).index
    word = word_of(digest("the print"))
    found = (
        "SELECT p.id FROM paper_fts AS f JOIN paper AS p ON p.key = f.rowid WHERE paper_fts MATCH ?"
    )
    assert select(index, found, word) == [("kst-100-1",)]
    index.close()


def test_a_late_dossier_is_the_paper_s(tmp_path: Path) -> None:
    steps = HISTORIES["a dossier that comes late and is called as the printer called it"]
    index = followed(tmp_path / "index.sqlite", steps).index
    assert select(
        index, "SELECT r.id, dossier, copies FROM paper JOIN record AS r ON r.key = dossier_key"
    ) == [("Thing/d", "100", 2)]
    index.close()
