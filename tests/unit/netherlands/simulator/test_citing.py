"""The forms in which letters refer to papers, and what each of them means."""

from datetime import date
from random import Random

from spiders.netherlands.simulator import citing
from spiders.netherlands.simulator.citing import Citation, Cited, Line, mark
from spiders.netherlands.simulator.correspondence import noted

PAPERS = [
    Cited("36 900 XII", str(number), f"kst-36900-XII-{number}", date(2026, 10, 1))
    for number in (47, 48, 50)
]


def test_one_paper_is_cited_in_several_forms() -> None:
    rng = Random(1)
    made = {citing.single(rng, PAPERS[1]) for _ in range(60)}
    assert {cite.text for cite in made} == {
        "Kamerstuk 36 900 XII, nr. 48",
        "Kamerstukken II 2026/27, 36 900 XII, nr. 48",
        "Kamerstuk II 36 900 XII, nr. 48",
        "36 900 XII, nr. 48",
        "Kamerstuk 36 900-XII, nr. 48",
    }
    for cite in made:
        [link] = cite.citations
        assert link.target == "kst-36900-XII-48"
        assert cite.text.endswith(link.words)


def test_a_dossier_without_chapter_keeps_its_space() -> None:
    rng = Random(1)
    paper = Cited("29 351", "4", "kst-29351-4", date(2026, 3, 1))
    assert all("29 351, nr. 4" in citing.single(rng, paper).text for _ in range(40))
    assert citing.session(paper.day) == "2025/26"


def test_several_papers_are_cited_at_once() -> None:
    rng = Random(1)
    made = [citing.several(rng, PAPERS) for _ in range(60)]
    assert any(cite.text.endswith("36 900 XII, nr. 47, 48 en 50") for cite in made)
    assert any(cite.text.endswith("36 900 XII, nrs. 47, 48 en 50") for cite in made)
    for cite in made:
        assert [link.target for link in cite.citations] == [paper.target for paper in PAPERS]
        assert [link.words for link in cite.citations][1:] == ["48", "50"]
    assert citing.several(rng, PAPERS[:2]).text.endswith(" 47 en 48")


def test_footnotes_are_numbered_through_the_letter() -> None:
    first = noted("Eerst.", citing.again(PAPERS[0]))
    lines = [Line("A"), first, Line("B", (Citation("B", "kst-1-1"),)), first]
    paragraphs, notes, citations = citing.number_notes(lines)
    assert paragraphs == ["A", f"Eerst.{mark(1)}", "B", f"Eerst.{mark(2)}"]
    assert notes == ["idem, nr. 47."] * 2
    assert [(each.target, each.note) for each in citations] == [
        ("kst-36900-XII-47", 1),
        ("kst-1-1", None),
        ("kst-36900-XII-47", 2),
    ]
