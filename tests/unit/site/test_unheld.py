"""A paper that others cite and that is not here has a page, until it arrives."""

from pathlib import Path

import pytest

from tests.unit.site.dutch import Site, paper

LETTER = (
    "Geachte voorzitter,\n\nDe motie van het lid Jansen (Kamerstuk 36 725, nr. 29) ontraad ik.\n\n"
    "Zie ook Kamerstuk 36 725, nr. 30."
)
CITED = "/paper/kst-36725-29"


@pytest.fixture
def site(tmp_path: Path) -> Site:
    made = Site(tmp_path)
    made.add(paper("40", LETTER, subject="Reactie op <moties>", chamber="Tweede Kamer"))
    return made


def test_the_number_of_a_cited_paper_leads_to_what_is_known_of_it(site: Site) -> None:
    page = site.get(CITED)
    assert page.status_code == 200
    assert 'href="/paper/kst-36725-40"' in page.text
    assert "Reactie op &lt;moties&gt;" in page.text
    assert "De motie van het lid Jansen (Kamerstuk 36 725, nr. 29) ontraad ik." in page.text
    assert ">against<" in page.text
    assert "36 725</a>, nr. 29" in page.text or "36 725, nr. 29" in page.text
    assert "zoek.officielebekendmakingen.nl/kst-36725-29" in page.text
    assert '<meta name="robots" content="noindex' in page.text


def test_a_paper_that_is_cited_without_a_verdict_shows_the_words_that_cite_it(site: Site) -> None:
    page = site.get("/paper/kst-36725-30").text
    assert ">36 725, nr. 30<" in page
    assert "<blockquote" not in page


def test_the_same_is_had_as_data(site: Site) -> None:
    told = site.get(f"{CITED}.json").json()
    assert told["paper"] is None
    assert (told["target"], told["dossier"], told["number_in_dossier"]) == (
        "kst-36725-29", "36725", "29",
    )  # fmt: skip
    [citing] = told["referrers"]
    assert (citing["id"], [one["verdict"] for one in citing["verdicts"]]) == (
        "kst-36725-40", ["against"],
    )  # fmt: skip


def test_any_spelling_of_its_number_leads_to_its_page(site: Site) -> None:
    assert site.get("/paper/36725-29").headers["location"] == CITED
    assert site.get("/search?q=36+725%2C+nr.+29").headers["location"] == CITED


def test_the_citing_paper_shows_the_verdict_and_leads_to_the_page(site: Site) -> None:
    page = site.get("/paper/kst-36725-40").text
    assert page.count(f'href="{CITED}"') >= 3, "in its text, its verdicts, its references"
    [answer] = site.get("/paper/kst-36725-40.json").json()["answers"]
    assert (answer["motion"], answer["target"], answer["verdict"]) == (
        None, "kst-36725-29", "against",
    )  # fmt: skip


@pytest.mark.parametrize(
    "path", ["/paper/kst-36725-31", "/paper/kst-36725-31.json", "/paper/36725"]
)
def test_what_nothing_cites_is_not_found(site: Site, path: str) -> None:
    assert site.get(path).status_code == 404


def test_it_is_no_paper_in_searches(site: Site) -> None:
    assert site.get("/search.json?q=jansen").json()["total"] == 1
    assert "kst-36725-29" not in site.get("/sitemap.xml").text


def test_both_pages_fill_in_when_the_paper_arrives(site: Site) -> None:
    site.add(paper("29", "Motie van het lid Jansen", kind="motion", subject="Motie over water"))
    page = site.get(CITED).text
    assert "Motie over water" in page
    assert "noindex" not in page
    [answer] = site.get("/paper/kst-36725-40.json").json()["answers"]
    assert (answer["motion"], answer["motion_subject"]) == ("kst-36725-29", "Motie over water")


def test_a_page_is_there_as_long_as_any_version_cites_the_paper(site: Site) -> None:
    site.add(paper("40", "Geachte voorzitter, geen moties.", subject="Reactie"))
    assert "in an earlier version" in site.get(CITED).text
    older = site.get("/paper/kst-36725-40/tweedekamer/2").text
    assert f'href="{CITED}"' in older or "geen moties" in older
