"""A motion and its amended successors are one story on each one's page."""

from pathlib import Path

import pytest

from harvester.source.domain import Case, Replacement
from tests.unit.index.makers import link, record, row
from tests.unit.site.dutch import Paper, Site, paper


def motion(number: str, words: str, *more: object, **values: object) -> Paper:
    return paper(number, words, *more, kind="motion", subject=f"Motie {number}", **values)


FIRST = motion("29", "De Kamer,\n\nverzoekt de regering water te meten,\n\nen gaat over.")
SECOND = motion(
    "41", "De Kamer,\n\nverzoekt de regering water te sparen,\n\nen gaat over.",
    Replacement("kst-36725-29"), published_on="2026-11-22",
)  # fmt: skip
THIRD = motion("57", "De Kamer.", Replacement("kst-36725-41"), published_on="2026-11-24")


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path)
    made.add(FIRST, SECOND, THIRD)
    return made


@pytest.mark.parametrize("number", ["29", "41", "57"])
def test_each_page_tells_the_whole_story(site: Site, number: str) -> None:
    told = site.get(f"/paper/kst-36725-{number}.json").json()["story"]
    assert [(one["id"], one["replaces"]) for one in told] == [
        ("kst-36725-29", []),
        ("kst-36725-41", ["kst-36725-29"]),
        ("kst-36725-57", ["kst-36725-41"]),
    ]
    page = site.get(f"/paper/kst-36725-{number}").text
    assert "One motion, step by step" in page
    assert 'href="/paper/kst-36725-41/replaces/kst-36725-29"' in page


def test_what_became_of_an_original_is_said(site: Site) -> None:
    page = site.get("/paper/kst-36725-29").text
    assert 'Replaced by <a href="/paper/kst-36725-41">' in page
    assert "Replaced by" not in site.get("/paper/kst-36725-57").text


def test_the_difference_is_shown(site: Site) -> None:
    page = site.get("/paper/kst-36725-41/replaces/kst-36725-29")
    assert page.status_code == 200
    assert "<del>meten</del>" in page.text
    assert "<ins>sparen</ins>" in page.text


@pytest.mark.parametrize(
    "path",
    [
        "/paper/kst-36725-29/replaces/kst-36725-41",
        "/paper/kst-36725-57/replaces/kst-36725-29",
        "/paper/kst-36725-41/replaces/kst-1-1",
        "/paper/kst-1-1/replaces/kst-36725-41",
    ],
)
def test_papers_that_do_not_replace_one_another_are_not_compared(site: Site, path: str) -> None:
    assert site.get(path).status_code == 404


def test_an_original_that_is_not_here_has_a_page_with_its_successor(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.add(SECOND)
    assert 'href="/paper/kst-36725-29"' in site.get("/paper/kst-36725-41").text
    page = site.get("/paper/kst-36725-29")
    assert page.status_code == 200
    assert 'href="/paper/kst-36725-41"' in page.text
    assert site.get("/paper/kst-36725-29.json").json()["replaced_by"] == ["kst-36725-41"]
    site.add(FIRST)
    assert 'Replaced by <a href="/paper/kst-36725-41">' in site.get("/paper/kst-36725-29").text


def test_a_source_may_link_cases_instead(tmp_path: Path) -> None:
    site = Site(tmp_path)
    cases = (
        record("z1", row(Case, number="Z-1", kind="motion")),
        record("z2", row(Case, number="Z-2", kind="motion"), link("case_replaces", "z1")),
    )
    site.add(
        motion("29", "Een.", link("document_case", "z1")),
        motion("41", "Twee.", link("document_case", "z2")),
        records=cases,
    )
    told = site.get("/paper/kst-36725-29.json").json()["story"]
    assert [(one["id"], one["replaces"]) for one in told] == [
        ("kst-36725-29", []), ("kst-36725-41", ["kst-36725-29"]),
    ]  # fmt: skip


def test_motions_that_replace_one_another_in_a_circle_are_told_once(tmp_path: Path) -> None:
    site = Site(tmp_path)
    site.add(
        motion("29", "Een.", Replacement("kst-36725-41")),
        motion("41", "Twee.", Replacement("kst-36725-29")),
        motion("42", "Drie.", Replacement("kst-36725-42")),
    )
    told = site.get("/paper/kst-36725-29.json").json()["story"]
    assert sorted(one["id"] for one in told) == ["kst-36725-29", "kst-36725-41"]
    assert site.get("/paper/kst-36725-42.json").json()["story"] == []
