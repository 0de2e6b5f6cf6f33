"""Words of files are found in the papers that have those files now."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest

from harvester.index import ComparisonRow, Index, Signature, Statement, TextRow
from harvester.search.query import read_query
from tests.unit.archive.makers import digest
from tests.unit.index.makers import (
    DOCUMENT,
    PRESS,
    READERS,
    SOURCE,
    Log,
    document,
    file,
    select,
    withdrawn,
)

WORDS = {"one": "over stikstof", "two": "over water"}


@pytest.fixture
def index(tmp_path: Path) -> Iterator[Index]:
    made = Index.open(tmp_path / "index.sqlite", READERS)
    yield made
    made.close()


@pytest.fixture
def log() -> Log:
    return Log()


def apply(index: Index, log: Log, *entries: object) -> None:
    index.apply(log.segment(entries))  # type: ignore[arg-type]
    index.refresh()
    known = {digest(content): text for content, text in WORDS.items()}
    wanted = index.wanted_texts()
    index.put_texts([TextRow(sha256, "ok", None, 1, known[sha256]) for sha256, _ in wanted])
    assert index.wanted_texts() == []


def found(index: Index, word: str) -> list[str]:
    rows = select(
        index,
        f"SELECT {DOCUMENT} FROM paper_fts JOIN paper ON key = paper_fts.rowid "
        "WHERE paper_fts MATCH ? ORDER BY 1",
        f"text: {word}",
    )
    return [document_id for (document_id,) in rows]


def test_every_paper_with_the_file_is_found(index: Index, log: Log) -> None:
    apply(index, log, document("a"), document("b"), file("a", "one"), file("b", "one"))
    assert found(index, "stikstof") == ["a", "b"]


def test_a_later_paper_with_a_known_file_is_found_too(index: Index, log: Log) -> None:
    apply(index, log, document("a"), file("a", "one"))
    apply(index, log, document("b"), file("b", "one"))
    assert found(index, "stikstof") == ["a", "b"]


def test_another_file_brings_other_words(index: Index, log: Log) -> None:
    apply(index, log, document("a"), file("a", "one"))
    apply(index, log, file("a", "two"))
    assert found(index, "stikstof") == []
    assert found(index, "water") == ["a"]
    assert select(index, "SELECT count(*) FROM text") == [(2,)]


def test_other_metadata_leave_the_words(index: Index, log: Log) -> None:
    apply(index, log, document("a"), file("a", "one"))
    apply(index, log, document("a", subject="anders"))
    assert found(index, "stikstof") == ["a"]


def test_a_withdrawn_paper_is_still_found(index: Index, log: Log) -> None:
    apply(index, log, document("a"), file("a", "one"))
    apply(index, log, withdrawn("a"))
    assert found(index, "stikstof") == ["a"]


STATEMENT = Statement(
    "BRIEF VAN DE MINISTER", "36867", "B", "Eerste Kamer", "2025-2026", "2026-06-10",
    "Aan de Voorzitter", None, None, (Signature("Z. Eerste", "De Minister", "signatory"),),
)  # fmt: skip


def test_a_paper_that_no_record_dates_or_signs_says_so_itself(index: Index, log: Log) -> None:
    index.apply(log.segment([document("a", published_on=None), file("a", "one")]))
    index.refresh()
    index.put_texts([TextRow(digest("one"), "ok", None, 1, "brief", (), STATEMENT)])
    index.refresh()
    assert select(index, "SELECT people, published_on FROM paper") == [("Z. Eerste", "2026-06-10")]
    assert select(index, "SELECT number, dossiers, heading FROM statement") == [
        ("B", "36867", "BRIEF VAN DE MINISTER")
    ]


def test_what_a_record_says_comes_before_what_the_paper_says(index: Index, log: Log) -> None:
    index.apply(log.segment([document("a"), file("a", "one")]))
    index.refresh()
    index.put_texts([TextRow(digest("one"), "ok", None, 1, "brief", (), STATEMENT)])
    index.refresh()
    assert select(index, "SELECT published_on FROM paper") == [("2026-11-20",)]


def test_a_file_without_text_gives_way_to_one_with_text(index: Index, log: Log) -> None:
    xml = replace(file("a", "shell"), name="xml", media_type="application/xml")
    index.apply(log.segment([document("a"), xml, file("a", "one")]))
    index.refresh()
    assert select(index, "SELECT sha256 FROM paper") == [(digest("shell"),)]
    index.put_texts(
        [
            TextRow(digest("shell"), "empty", "no text in it", None, ""),
            TextRow(digest("one"), "ok", None, 1, "over stikstof"),
        ]
    )
    index.refresh()
    assert select(index, "SELECT sha256 FROM paper") == [(digest("one"),)]
    assert [sha256 for sha256, _ in index.wanted_texts()] == [digest("one")]


def test_links_of_the_publisher_and_words_are_one_list(index: Index, log: Log) -> None:
    index.apply(log.segment([document("a"), file("a", "one")]))
    index.refresh()
    text = "Zie Kamerstuk 28 844, nr. 266 en de brief."
    links = ((4, 29, "kst-28844-266"), (33, 41, "kst-28844-261"))
    index.put_texts([TextRow(digest("one"), "ok", None, 1, text, links)])
    assert select(index, "SELECT target, words, origin FROM citation ORDER BY ordinal") == [
        ("kst-28844-266", "Kamerstuk 28 844, nr. 266", "link"),
        ("kst-28844-261", "de brief", "link"),
    ]


def test_two_sources_copies_are_compared_once(index: Index) -> None:
    given = {"publication_id": "kst-1-2", "chamber": "Tweede Kamer"}
    for source, id_, content in ((SOURCE, "a", "one"), (PRESS, "b", "two")):
        letter = document(id_, source=source, **given)
        index.apply(Log(source).segment([letter, file(id_, content)]))
    index.refresh()
    assert index.wanted_comparisons() == []
    index.put_texts([TextRow(digest(name), "ok", None, 1, name) for name in ("one", "two")])
    [pair] = index.wanted_comparisons()
    assert pair == tuple(sorted((digest("one"), digest("two"))))
    index.settle_comparisons()
    assert index.wanted_comparisons() == [pair]
    index.put_comparisons([ComparisonRow(*pair, 0, "[]", "kop", "voet")])
    index.settle_comparisons()
    assert index.wanted_comparisons() == []
    assert select(index, "SELECT * FROM uncompared") == []
    # Another harvest, at the same time, puts the same text.
    index.put_texts([TextRow(digest("one"), "ok", None, 1, "one")])
    assert select(index, "SELECT count(*) FROM comparison") == [(1,)]
    [(paper, agrees, outside)] = select(index, "SELECT paper, agrees, outside FROM witness")
    assert (paper, agrees) == ("kst-1-2", 0)
    assert outside == ("kop" if pair[0] == digest("one") else "voet")


def test_a_comparison_goes_when_the_two_part(index: Index, log: Log) -> None:
    given = {"publication_id": "kst-1-2"}
    press = Log(PRESS)
    index.apply(log.segment([document("a", **given), file("a", "one")]))
    index.apply(press.segment([document("b", **given), file("b", "two")]))
    index.refresh()
    index.put_texts([TextRow(digest(name), "ok", None, 1, name) for name in ("one", "two")])
    [pair] = index.wanted_comparisons()
    index.put_comparisons([ComparisonRow(*pair, 1, "[]", "", "")])
    index.apply(log.segment([document("a", subject="anders", **given)]))
    index.refresh()
    assert select(index, "SELECT count(*) FROM comparison") == [(1,)]
    index.apply(log.segment([document("a", publication_id="kst-9-9")]))
    index.refresh()
    assert select(index, "SELECT * FROM comparison") == []


@pytest.mark.parametrize(
    ("subject", "typed"),
    [
        ("Brief over stik\u00adstofbeleid", "stikstofbeleid"),
        ("Brief over zorg\u200bverleners", "zorgverleners"),
        ("Brief over \ufb01nanciering", "financiering"),
        ("Brief over het \u0132sselmeer", "ijsselmeer"),
        ("Brief over CO\u2082", "CO2"),
        ("Brief van A. Yes\u00b8ilakan", "yesilakan"),
        ("Brief over stikstof", "stik\u00adstof"),
    ],
)
def test_metadata_and_queries_have_the_same_normal_form(
    index: Index, log: Log, subject: str, typed: str
) -> None:
    apply(index, log, document("t", subject=subject))
    rows = select(
        index,
        "SELECT rowid FROM paper_fts WHERE paper_fts MATCH ?",
        read_query(typed).expression or "",
    )
    assert len(rows) == 1
