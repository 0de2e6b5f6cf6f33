"""Letters of two sources that have the same words are found, and no others."""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pytest

from archive.archive import Archive
from archive.entries import Entry
from harvester.harvest.twins import pair_texts
from harvester.index import Index, TextRow
from harvester.index.texts import forget_findings
from harvester.progress import Silent
from harvester.text import Text, dump, text_key
from tests.unit.archive.makers import digest
from tests.unit.index.makers import PRESS, READERS, SOURCE, TIME, Log, document, file, select

BODY = (
    "Geachte voorzitter,\n\nDe afgelopen maanden is met gemeenten, uitvoeringsorganisaties en "
    "deskundigen gesproken over de vraag hoe de afspraken het best kunnen worden uitgevoerd. "
    "De uitkomst daarvan is dat een gefaseerde invoering de voorkeur verdient.\n\nDe Minister"
)


@dataclass
class World:
    """An archive with its index and two sources of letters."""

    archive: Archive
    index: Index
    logs: dict[str, Log]

    def publish(self, source: str, id_: str, words: str, kind: str = "letter") -> str:
        """Publish a paper whose file has these words; return the file's digest."""
        content = f"{source}/{id_}"
        entries: list[Entry] = [document(id_, kind=kind, number=None), file(id_, content)]
        self.index.apply(self.logs[source].segment(entries))
        self.index.refresh()
        sha256 = digest(content)
        self.archive.put_text(text_key(sha256), dump(Text("ok", words)))
        self.index.put_texts([TextRow(sha256, "ok", None, 1, words)])
        return sha256

    def pairs(self) -> list[set[str]]:
        """Compare what is to be compared; return the pairs that have the same words."""
        pair_texts(self.archive, self.index, Silent())
        assert select(self.index, "SELECT * FROM unpaired") == []
        return [set(pair) for pair in select(self.index, "SELECT * FROM same_words")]


@pytest.fixture
def world(tmp_path: Path) -> Iterator[World]:
    archive = Archive.create(tmp_path / "archive", TIME)
    index = Index.open(tmp_path / "index.sqlite", READERS)
    yield World(archive, index, {source: Log(source) for source in (SOURCE, PRESS)})
    index.close()


def test_a_letter_with_another_head_is_the_same(world: World) -> None:
    one = world.publish(SOURCE, "a", BODY)
    two = world.publish(PRESS, "b", f"Retouradres Postbus 1 Den Haag\n\n{BODY}\n\nPagina 1 van 1")
    assert world.pairs() == [{one, two}]


def test_one_other_word_makes_another_letter(world: World) -> None:
    world.publish(SOURCE, "a", BODY)
    world.publish(PRESS, "b", BODY.replace("gefaseerde", "snelle"))
    assert world.pairs() == []


def test_letters_of_one_source_are_not_compared(world: World) -> None:
    world.publish(SOURCE, "a", BODY)
    world.publish(SOURCE, "b", BODY)
    assert world.pairs() == []


def test_other_kinds_of_papers_are_not_compared(world: World) -> None:
    world.publish(SOURCE, "a", BODY)
    world.publish(PRESS, "b", BODY, kind="motion")
    assert world.pairs() == []


def test_a_letter_that_is_part_of_a_longer_one_is_another(world: World) -> None:
    world.publish(SOURCE, "a", BODY)
    world.publish(PRESS, "b", " ".join(f"woord{n}" for n in range(150)) + f".\n\n{BODY}")
    assert world.pairs() == []


def test_what_is_erased_is_no_twin_any_more(world: World) -> None:
    one = world.publish(SOURCE, "a", BODY)
    two = world.publish(PRESS, "b", BODY)
    assert world.pairs() == [{one, two}]
    forget_findings(world.index.connection, one)
    assert world.pairs() == []
    assert select(world.index, "SELECT sha256 FROM text_key") == [(two,)]
