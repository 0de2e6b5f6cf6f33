"""One paper, however many sources publish it, whatever comes first, and nothing by guessing."""

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from archive.entries import Entry, RecordEntry
from harvester.index import Index, compare
from harvester.index.papers import find_paper
from harvester.source import domain
from tests.unit.index.makers import (
    DOCUMENT,
    PRESS,
    READERS,
    SOURCE,
    Log,
    document,
    file,
    link,
    record,
    row,
    select,
    withdrawn,
)
from tests.unit.index.test_refresh import case, publication

DOSSIER = record("d", row(domain.Dossier, number=36900, suffix="XII", title="Begroting"))
Said = tuple[str, Entry]

COPY = DOCUMENT.replace("document_key", "c.document_key")


def house(id_: str = "a", *more: Any, **values: object) -> Said:
    """Make the House's document: number 48 in the dossier, no official id yet."""
    given = {"kind": "motion", "chamber": "Tweede Kamer", "number_in_dossier": "48", **values}
    linked = link("document_dossier", "d")
    return SOURCE, document(id_, linked, *more, **given)


def printed(id_: str = "kst-36900-XII-48", **values: object) -> Said:
    """Make the printer's document, typeset."""
    given = {"source": PRESS, "number": id_, "publication_id": id_, "kind": "motion", **values}
    return PRESS, document(id_, **given)


def provisional(id_: str = "kst-1183756", **values: object) -> Said:
    """Make the printer's document before it is typeset, which says no kind."""
    given: dict[str, object] = {"expected_id": "kst-36900-XII-48", "is_provisional": 1}
    return PRESS, document(id_, **{"source": PRESS, "number": id_, "kind": None, **given, **values})


def of(source: str, *entries: Entry) -> list[Said]:
    return [(source, entry) for entry in entries]


def told(path: Path, *said: Said) -> Index:
    """Make an index in which each is a segment of its source's log, refreshed after each."""
    index = Index.open(path, READERS)
    logs = {source: Log(source) for source in (SOURCE, PRESS)}
    for source, entry in said:
        index.apply(logs[source].segment([entry]))
        index.refresh()
    return index


@pytest.fixture
def make(tmp_path: Path) -> Iterator[Any]:
    made: list[Index] = []

    def maker(*said: Said) -> Index:
        made.append(told(tmp_path / f"{len(made)}.sqlite", *said))
        return made[-1]

    yield maker
    for index in made:
        index.close()


def papers(index: Index) -> list[tuple[Any, ...]]:
    return select(
        index,
        f"SELECT p.id, group_concat(c.source || ':' || {COPY}, ' ') "
        "FROM paper AS p JOIN copy AS c ON c.paper = p.id GROUP BY p.id ORDER BY p.id",
    )


def test_what_two_sources_publish_under_one_official_id_is_one_paper(make: Any) -> None:
    stated = (SOURCE, publication("v", "a", "kst-36900-XII-48"))
    for said in ([house(), stated, printed()], [printed(), stated, house()]):
        index = make(*said)
        assert papers(index) == [
            ("kst-36900-XII-48", f"{SOURCE}:a {PRESS}:kst-36900-XII-48")
        ] or papers(index) == [("kst-36900-XII-48", f"{PRESS}:kst-36900-XII-48 {SOURCE}:a")]
        assert find_paper(index.connection, "N-a") == "kst-36900-XII-48"


def test_dossier_chapter_and_number_join_before_the_official_id_is_stated(make: Any) -> None:
    index = make(house(), printed(), (SOURCE, DOSSIER))
    [(id_, copies)] = papers(index)
    assert id_ == "kst-36900-XII-48"
    assert set(copies.split()) == {f"{SOURCE}:a", f"{PRESS}:kst-36900-XII-48"}


def test_a_paper_in_two_dossiers_is_not_joined_by_one_of_them(make: Any) -> None:
    other = record("e", row(domain.Dossier, number=29000))
    linked = link("document_dossier", "e")
    index = make((SOURCE, DOSSIER), (SOURCE, other), house("a", linked), printed())
    assert len(papers(index)) == 2


def test_a_number_of_another_chamber_joins_nothing(make: Any) -> None:
    index = make((SOURCE, DOSSIER), house(chamber="Eerste Kamer"), printed())
    assert len(papers(index)) == 2


def test_the_number_of_a_kingdom_act_is_no_part_of_an_official_id(make: Any) -> None:
    act = record("d", row(domain.Dossier, number=36900, suffix="(R2205)", official="36900"))
    index = make((SOURCE, act), house(), printed("kst-36900-48"))
    assert [id_ for id_, _ in papers(index)] == ["kst-36900-48"]


def test_a_paper_keeps_its_names_from_before_it_was_typeset(make: Any) -> None:
    said = [(SOURCE, DOSSIER), house(), provisional()]
    before = make(*said)
    assert [id_ for id_, _ in papers(before)] == ["N-a"]
    assert find_paper(before.connection, "36 900 XII, nr. 48") == "N-a"
    assert find_paper(before.connection, "kst-1183756") == "N-a"
    after = make(*said, printed(), (PRESS, withdrawn("kst-1183756")))
    [(id_, copies)] = papers(after)
    assert id_ == "kst-36900-XII-48"
    assert f"{PRESS}:kst-36900-XII-48" in copies
    for name in ("N-a", "kst-1183756", "kst-36900-XII-48"):
        assert find_paper(after.connection, name) == "kst-36900-XII-48"
    assert select(after, "SELECT version, reason FROM paper_version WHERE source = ?", PRESS) == [
        (1, "published"),
        (2, "typeset"),
    ]


def test_what_was_provisional_in_two_dossiers_is_known_by_both_and_the_number(make: Any) -> None:
    def stated(id_: str, *labels: str) -> list[domain.StatedDossier]:
        return [domain.StatedDossier(n, label, None) for n, label in enumerate(labels, 1)]

    def before(*labels: str) -> Said:
        id_ = "kst-1183756"
        given = {"number": id_, "is_provisional": 1, "number_in_dossier": "48", "source": PRESS}
        return PRESS, document(id_, *stated(id_, *labels), kind="letter", **given)

    def after(id_: str, *labels: str) -> Said:
        given = {"number": id_, "publication_id": id_, "number_in_dossier": "48", "source": PRESS}
        return PRESS, document(id_, *stated(id_, *labels), kind="letter", **given)

    both = after("kst-36900-XII-48", "36900-XII", "29000")
    other = after("kst-29000-48", "29000", "31000")
    for said in (
        [before("29000", "36900-XII"), both, other],
        [other, both, before("36900-XII", "29000")],
    ):
        index = make(*said)
        assert {id_ for id_, _ in papers(index)} == {"kst-36900-XII-48", "kst-29000-48"}
        assert find_paper(index.connection, "kst-1183756") == "kst-36900-XII-48"
    apart = make(before("36900-XII", "30000"), both, other)
    assert len(papers(apart)) == 3


def test_a_document_of_no_kind_is_a_copy_of_what_another_source_calls_a_letter(make: Any) -> None:
    assert papers(make(provisional())) == []
    index = make(provisional(), house(kind="letter"), (SOURCE, DOSSIER))
    assert select(index, "SELECT kind, copies FROM paper") == [("letter", 2)]


def test_of_two_final_documents_of_one_source_only_one_is_joined(make: Any) -> None:
    claims = [(SOURCE, publication(f"v{n}", id_, "kst-36900-XII-48")) for n, id_ in enumerate("ab")]
    index = make(house("a"), house("b"), *claims, printed())
    assert [id_ for id_, _ in papers(index)] == ["N-b", "kst-36900-XII-48"]


def test_who_knows_the_case_leads_and_the_other_fills_what_it_leaves_open(make: Any) -> None:
    zaak = (SOURCE, case(appraisal="Ontraden", advice="against"))
    mine = house("a", link("document_case", "z"), title=None, subject="van het Huis")
    theirs = printed(title="Begroting", subject="van de drukker")
    for said in ([mine, zaak, theirs], [theirs, zaak, mine]):
        index = make((SOURCE, DOSSIER), *said)
        assert select(index, "SELECT source, title, subject, advice FROM paper") == [
            (SOURCE, "Begroting", "van het Huis", "against")
        ]


def test_a_paper_is_withdrawn_when_every_source_took_it_back(make: Any) -> None:
    said = [(SOURCE, DOSSIER), house(), printed()]
    one = make(*said, (SOURCE, withdrawn("a")))
    assert select(one, "SELECT is_withdrawn FROM paper") == [(0,)]
    assert select(one, "SELECT source, is_withdrawn FROM copy ORDER BY place") == [
        (PRESS, 0), (SOURCE, 1),
    ]  # fmt: skip
    both = make(*said, (SOURCE, withdrawn("a")), (PRESS, withdrawn("kst-36900-XII-48")))
    assert select(both, "SELECT id, is_withdrawn FROM paper") == [("kst-36900-XII-48", 1)]


def test_an_annex_follows_a_parent_that_only_another_source_calls_a_letter(make: Any) -> None:
    linked = link("annex_document", "kst-1183756")
    given = {"source": PRESS, "kind": "annex", "number": "blg-1", "publication_id": "blg-1"}
    annex = (PRESS, document("blg-1", linked, **given))
    index = make(annex, provisional(), house(kind="letter"), (SOURCE, DOSSIER))
    assert {id_ for id_, _ in papers(index)} == {"N-a", "blg-1"}


def test_a_paper_says_which_annexes_it_has(make: Any) -> None:
    letter = document("a", link("document_annex", "x"))
    index = make(*of(SOURCE, document("x", kind="annex"), letter))
    assert {id_ for id_, _ in papers(index)} == {"N-a", "N-x"}


def test_people_and_dossiers_that_a_document_states_itself(make: Any) -> None:
    stated = (
        domain.StatedDossier(1, "36867", "Wet eilandsraden"),
        domain.StatedPerson(1, "Z. Eerste", None, None, "signatory"),
        domain.StatedPerson(2, "A. Tweede", None, None, "co-signatory"),
    )
    letter = document("kst-36867-B", *stated, number_in_dossier="B",
                      publication_id="kst-36867-B", number="kst-36867-B")  # fmt: skip
    index = make((PRESS, letter))
    assert select(index, "SELECT dossier, dossier_title, number_in_dossier, people FROM paper") == [
        ("36867", "Wet eilandsraden", "B", "Z. Eerste, A. Tweede")
    ]


HOUSE: list[RecordEntry] = [
    DOSSIER,
    house()[1],  # type: ignore[list-item]
    case(appraisal="Ontraden", advice="against"),
    house("b", number_in_dossier="49", kind="letter")[1],  # type: ignore[list-item]
    publication("v", "a", "kst-36900-XII-48"),
    publication("w", "b", "kst-36900-XII-50"),
]
PRINTER: list[Entry] = [
    provisional()[1],
    file("kst-1183756", "typoscript"),
    printed()[1],
    file("kst-36900-XII-48", "drukwerk"),
    withdrawn("kst-1183756"),
    provisional("kst-1183757", expected_id="kst-36900-XII-49")[1],
    printed("kst-36900-XII-50", kind="letter")[1],
]


@settings(max_examples=40, suppress_health_check=[HealthCheck.too_slow])
@given(st.lists(st.booleans(), max_size=len(HOUSE) + len(PRINTER)))
def test_any_interleaving_of_two_logs_gives_the_same_index(turns: list[bool]) -> None:
    mine, theirs = of(SOURCE, *HOUSE, file("a", "motie")), of(PRESS, *PRINTER)
    rest = {True: list(mine), False: list(theirs)}
    said = [rest[turn].pop(0) for turn in turns if rest[turn]]
    with tempfile.TemporaryDirectory() as folder:
        first, second = Path(folder) / "first.sqlite", Path(folder) / "second.sqlite"
        told(first, *mine, *theirs).close()
        told(second, *said, *rest[True], *rest[False]).close()
        assert [str(difference) for difference in compare(first, second)] == []
