"""The fictional parliament: what it publishes, and how it lives on."""

import re
from collections import Counter
from typing import Any

import pypdfium2
import pytest

from spiders.netherlands.simulator.entities import Ref, render
from spiders.netherlands.simulator.parliament import Parliament
from spiders.netherlands.simulator.world import File, Missing


def _feed(world: Parliament) -> list[tuple[int, str, str]]:
    rows = world.store.view(None).rows
    return [(row.token, row.updated, render(row.entity)) for row in rows]


def _papers(world: Parliament) -> dict[str, Any]:
    return {paper["number"]: paper for paper in world.truth()["papers"]}


def _served(world: Parliament, entity_id: str) -> bytes:
    file = world.file(entity_id)
    assert isinstance(file, File)
    return file.content()


def test_the_same_seed_gives_the_same_feed_and_files() -> None:
    first, second = Parliament(3, size=0.3), Parliament(3, size=0.3)
    for world in (first, second):
        world.advance(2)
        world.advance(1)
    assert _feed(first) == _feed(second)
    assert first.truth() == second.truth()
    some = [p.id for p in first.papers if isinstance(first.file(p.id), File)][::20]
    assert [_served(first, i) for i in some] == [_served(second, i) for i in some]


def test_another_seed_gives_another_parliament() -> None:
    assert _feed(Parliament(3, size=0.3)) != _feed(Parliament(4, size=0.3))


def test_it_has_about_as_many_papers_as_promised(parliament: Parliament) -> None:
    kinds = Counter(paper.kind for paper in parliament.papers)
    assert 110 <= kinds["motion"] <= 180
    assert 45 <= kinds["letter"] <= 80
    assert kinds["annex"] >= 5


def test_size_scales_it() -> None:
    assert len(Parliament(3, size=3).papers) > 2 * len(Parliament(3).papers)


def test_each_outcome_and_the_kinds_of_appraisal_occur(parliament: Parliament) -> None:
    motions = [p for p in _papers(parliament).values() if p["kind"] == "motion"]
    outcomes = Counter(motion["outcome"] for motion in motions)
    assert set(outcomes) >= {"adopted", "rejected", "tied", "held", "retracted", None}
    assert len({motion["appraisal"] for motion in motions}) >= 6
    assert {m["voting_method"] for m in motions} == {"Met handopsteken", "Hoofdelijk", None}
    assert any(motion["soort"] == "Motie (gewijzigd/nader)" for motion in motions)


def test_a_motion_that_was_held_is_decided_later(parliament: Parliament) -> None:
    soorten: dict[str, list[str]] = {}
    for row in parliament.store.rows("Besluit"):
        fields = dict(row.entity.fields)
        case = fields["zaak"]
        assert isinstance(case, Ref)
        soorten.setdefault(case.id, []).append(str(fields["besluitSoort"]))
    later = [
        each[each.index("Stemmen - aangehouden") :]
        for each in soorten.values()
        if "Stemmen - aangehouden" in each
    ]
    assert any(len(each) == 2 for each in later)


def test_what_is_only_proposed_has_no_decision_yet(parliament: Parliament) -> None:
    for row in parliament.store.rows("Besluit"):
        fields = dict(row.entity.fields)
        assert (fields["status"] == "Voorstel") == (fields["besluitSoort"] is None)
    open_cases = sum(
        dict(r.entity.fields)["status"] == "Voorstel" for r in parliament.store.rows("Besluit")
    )
    assert open_cases


def test_promises_are_kept(parliament: Parliament) -> None:
    states = [dict(r.entity.fields)["status"] for r in parliament.store.rows("Toezegging")]
    assert set(states) == {"Openstaand", "Voldaan"}


def test_the_votes_published_are_those_of_the_truth(parliament: Parliament) -> None:
    store = parliament.store
    decisions = {r.entity.id: dict(r.entity.fields) for r in store.rows("Besluit")}
    cases = {r.entity.id: dict(r.entity.fields) for r in store.rows("Zaak")}
    counted: dict[str, Counter[str]] = {}
    seen: set[tuple[str, str]] = set()
    for row in store.rows("Stemming"):
        if row.entity.is_withdrawn:
            continue
        vote = dict(row.entity.fields)
        decision = vote["besluit"]
        assert isinstance(decision, Ref)
        case = decisions[decision.id]["zaak"]
        assert isinstance(case, Ref)
        key = (decision.id, str(vote["actorNaam"]))
        weight = 1 if "persoon" in vote else int(str(vote["fractieGrootte"]))
        if key not in seen:
            tally = counted.setdefault(str(cases[case.id]["nummer"]), Counter())
            tally[str(vote["soort"])] += weight
        seen.add(key)
    voted = {p["case"]: p["votes"] for p in _papers(parliament).values() if p["votes"]}
    assert voted.keys() == counted.keys()
    for number, votes in voted.items():
        assert counted[number]["Voor"] == votes["for"]
        assert counted[number]["Tegen"] == votes["against"]


def test_the_dossier_of_a_european_council_is_written_as_such(parliament: Parliament) -> None:
    [dossier] = {p.dossier.folder for p in parliament.papers if p.dossier.number == 21_501}
    assert dossier == "21501-32"
    paper = next(p for p in parliament.papers if p.dossier.folder == dossier)
    assert paper.sheet.dossier == "21 501-32"
    assert re.fullmatch(r"kst-21501-32-\d+", paper.kst or "")


def test_letters_cite_the_motions_that_they_answer(parliament: Parliament) -> None:
    motions = {paper.kst for paper in parliament.papers if paper.kind == "motion"}
    citing = [paper for paper in parliament.papers if paper.cites]
    assert any(kst.count("-") == 3 for paper in citing for kst in paper.cites)
    for letter in citing:
        assert set(letter.cites) <= motions
        assert set(letter.cites) <= {citation.target for citation in letter.citations}


def test_the_words_of_every_citation_stand_in_the_letter_in_that_order(
    parliament: Parliament,
) -> None:
    letters = [paper for paper in parliament.papers if paper.citations]
    assert len(letters) > 40
    for letter in letters:
        texts: dict[int | None, str] = {None: " ".join(letter.sheet.paragraphs)}
        texts |= dict(enumerate(letter.sheet.notes, 1))
        places = dict.fromkeys(texts, 0)
        for citation in letter.citations:
            place = texts[citation.note].find(citation.words, places[citation.note])
            assert place >= 0, (letter.number, citation)
            places[citation.note] = place + len(citation.words)


def test_letters_say_what_the_register_says_or_that_it_is_done(parliament: Parliament) -> None:
    appraisals = {p.kst: p.case.appraisal for p in parliament.papers if p.case}
    said: Counter[str] = Counter()
    for letter in parliament.papers:
        assert [answer.motion for answer in letter.answers] == letter.cites
        for answer in letter.answers:
            assert answer.advice in ("Uitgevoerd", appraisals[answer.motion])
            said[answer.advice] += 1
    assert said["Uitgevoerd"]
    assert said["Ontraden"]
    assert said["Oordeel Kamer"]


def test_letters_refer_in_the_forms_that_people_use(parliament: Parliament) -> None:
    said = " ".join(
        text
        for paper in parliament.papers
        if paper.kind == "letter"
        for text in (*paper.sheet.paragraphs, *paper.sheet.notes)
    )
    for form in (
        r"\(Kamerstuk 36 900 [IVX]+, nr\. \d+\)",
        r"\(Kamerstukken II 20\d\d/\d\d, \d\d \d{3}[ IVX]*, nr\. \d+\)",
        r"nrs\. \d+ en \d+",
        r"nrs?\. \d+, \d+ en \d+",
        r"idem, nr\. \d+",
        r"36 900-[IVX]+, nr\. \d+",
        r"bericht\.⁽\d+⁾",
    ):
        assert re.search(form, said), form


@pytest.mark.parametrize(("seed", "size"), [(7, 1), (3, 0.1)])
def test_every_parliament_has_the_typical_letter(seed: int, size: float) -> None:
    world = Parliament(seed, size=size)
    told = world.truth()["typical_letter"]
    world.advance(3)
    assert world.truth()["typical_letter"] == told
    papers = {paper.kst: paper for paper in world.papers}
    letter = papers[told["letter"]]
    motions = [papers[answer["motion"]] for answer in told["answers"]]
    assert [bool(motion.dossier.chapter) for motion in motions] == [True, False]
    assert {answer["advice"] for answer in told["answers"]} == {"Ontraden"}
    assert [m.case.appraisal if m.case else None for m in motions] == ["Ontraden", "Ontraden"]
    assert letter.cites == [motion.kst for motion in motions]
    named = [
        citation.target for citation in letter.citations if citation.target not in letter.cites
    ]
    assert named == told["earlier_letters"]
    assert all(papers[kst].kind == "letter" for kst in named)
    text = " ".join(letter.sheet.paragraphs)
    for motion in motions:
        sentence = rf"{motion.dossier.printed}, nr\. {motion.ondernummer}\) wordt ontraden"
        assert re.search(sentence, text)
    assert told["word"] == letter.word
    assert all(not paper.is_withdrawn and paper.states == 1 for paper in (letter, *motions))
    lines = _lines(_served(world, letter.id))
    assert not any(letter.word in line for line in lines)
    assert any(line.endswith("-") and letter.word.startswith(_tail(line)) for line in lines)


def _lines(pdf: bytes) -> list[str]:
    document = pypdfium2.PdfDocument(pdf)
    try:
        # The reader gives U+FFFE for a hyphen at a line end.
        texts = [page.get_textpage().get_text_range() for page in document]
    finally:
        document.close()
    return "\n".join(texts).replace("\ufffe", "-\n").splitlines()


def _tail(line: str) -> str:
    return line.rsplit(" ", 1)[-1].removesuffix("-")


def test_an_advance_publishes_changes_and_withdraws(living: Parliament) -> None:
    before = _papers(living)
    first, second = living.advance(1), living.advance(1)
    papers = _papers(living)
    for report in (first, second):
        assert report["new"]
        assert {papers[n]["kind"] for n in report["withdrawn"]} == {"letter", "motion"}
        assert all(papers[n]["withdrawn"] for n in report["withdrawn"])
    [corrected] = first["corrected"]
    assert papers[corrected]["earlier_words"] == [before[corrected]["word"]]
    [moved] = second["moved"]
    assert papers[moved]["kst"] != before[moved]["kst"] == papers[moved]["earlier_kst"][0]
    [retitled] = first["retitled"]
    assert papers[retitled]["subject"] != before[retitled]["subject"]


def test_word_becomes_pdf_under_the_same_id_and_the_official_id_appears(
    living: Parliament,
) -> None:
    drafts = {p.number: p.id for p in living.papers if not p.is_official and p.kind != "annex"}
    assert drafts
    assert all(_served(living, i).startswith(b"PK") for i in drafts.values())
    made = living.advance(1)["made_official"]
    assert set(made) == set(drafts)
    late = [p for p in living.papers if p.declared != p.served]
    for paper in living.papers:
        if paper.number in made and paper not in late:
            assert _served(living, paper.id).startswith(b"%PDF")
            version = living.store.get(paper.version_id)
            assert version is not None
            assert dict(version.entity.fields)["externeidentifier"] == paper.kst
    assert all(_served(living, paper.id).startswith(b"PK") for paper in late)
    living.advance(1)
    assert all(_served(living, paper.id).startswith(b"%PDF") for paper in late)
    assert all(paper.silent_changes == 1 for paper in late)


def test_a_paper_changes_at_most_once_per_advance(living: Parliament) -> None:
    for _ in range(4):
        before = {p.number: p.states + p.silent_changes for p in living.papers}
        living.advance(3)
        for paper in living.papers:
            if paper.number in before:
                assert paper.states + paper.silent_changes - before[paper.number] in (0, 1)


def test_the_third_advance_brings_a_withdrawn_paper_back(living: Parliament) -> None:
    withdrawn = {*living.advance(1)["withdrawn"], *living.advance(1)["withdrawn"]}
    [back] = living.advance(1)["returned"]
    assert back in withdrawn
    assert not _papers(living)[back]["withdrawn"]
    assert _papers(living)[back]["versions"] == 3


def test_a_republication_changes_tokens_and_times_and_nothing_else(living: Parliament) -> None:
    living.advance(1)
    before = {r.entity.id: r for r in living.store.view(None).rows}
    truth, head = living.truth(), living.store.head
    assert living.republish() == len(before)
    after = living.store.view(None).rows
    assert len(after) == len(before)
    for row in after:
        old = before[row.entity.id].entity
        assert row.token > head
        assert row.entity.bijgewerkt != old.bijgewerkt
        assert (row.entity.fields, row.entity.file, row.entity.is_withdrawn) == (
            old.fields,
            old.file,
            old.is_withdrawn,
        )
    assert living.truth() == truth


def test_updated_is_not_monotone(parliament: Parliament) -> None:
    stamps = [row.updated for row in parliament.store.rows("Stemming")]
    assert stamps != sorted(stamps)


def test_some_files_are_missing_or_longer_than_said(parliament: Parliament) -> None:
    files = {paper.id: parliament.file(paper.id) for paper in parliament.papers}
    assert {f.status for f in files.values() if isinstance(f, Missing)} == {404, 500}
    wrong = 0
    for paper in parliament.papers:
        row, file = parliament.store.get(paper.id), files[paper.id]
        assert row is not None
        assert row.entity.file is not None
        if isinstance(file, File) and paper.served == paper.declared:
            is_wrong = len(file.content()) != row.entity.file.size_bytes
            assert is_wrong == bool(paper.length_error)
            wrong += is_wrong
    assert wrong


@pytest.mark.parametrize("advances", [0, 2])
def test_a_tidy_parliament_has_no_odd_files(advances: int) -> None:
    world = Parliament(7, size=0.5, is_tidy=True)
    for _ in range(advances):
        world.advance(1)
    for paper in world.papers:
        row = world.store.get(paper.id)
        assert row is not None
        if paper.is_withdrawn:
            assert world.file(paper.id) is None
        else:
            assert row.entity.file is not None
            assert len(_served(world, paper.id)) == row.entity.file.size_bytes
