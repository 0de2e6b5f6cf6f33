"""The site in a real browser: the way of a new user, with a keyboard, without JavaScript."""

import hashlib
import shutil
from collections.abc import Iterator
from http import HTTPStatus
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Browser, BrowserContext, Page, Response, sync_playwright

from tests.end_to_end.feeds import check_atom
from tests.end_to_end.sites import Site

PERSON = """(SELECT substr(r.id, instr(r.id, '/') + 1) FROM record AS r
WHERE r.key = person_key)"""
"""The id that its source gives a person of `actor`."""

CHROMIUM = next(filter(None, map(shutil.which, ("chromium", "chromium-browser"))), None)
SIZES = ((1280, 900), (390, 800))
SERIOUS = ("serious", "critical")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    if CHROMIUM is None:
        pytest.skip("CHROMIUM IS NOT INSTALLED HERE: no page was tried; .ci/run installs it")
    with sync_playwright() as playwright:
        # A browser as root needs to be without its sandbox; it sees nothing but our own pages.
        running = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield running
        running.close()


def context(browser: Browser, **options: Any) -> BrowserContext:
    return browser.new_context(
        **{"locale": "en-GB", "viewport": {"width": 1280, "height": 900}, **options}
    )


@pytest.fixture
def page(browser: Browser, site: Site) -> Iterator[Page]:
    """A page without JavaScript; at the end nothing must have been refused or failed."""
    opened = context(browser, java_script_enabled=False)
    page = opened.new_page()
    problems: list[str] = []
    page.on("console", lambda message: problems.append(message.text))

    def judge(answer: Response) -> None:
        if answer.status >= HTTPStatus.BAD_REQUEST:
            problems.append(f"{answer.status} {answer.url}")

    page.on("response", judge)
    yield page
    opened.close()
    assert [p for p in problems if "favicon" not in p] == []


@pytest.fixture(scope="module")
def answering(site: Site, papers: list[dict[str, Any]]) -> tuple[str, str]:
    """A letter's word, which no other paper has, and the motion that this letter answers."""
    for paper in papers:
        found = site.row(
            "SELECT a.motion FROM answer AS a JOIN paper AS p ON p.id = a.letter "
            f"JOIN paper AS m ON m.id = a.motion WHERE p.number = '{paper['number']}' "
            "AND m.votes_for > 0"
        )
        if found and paper["kind"] == "letter" and not paper["withdrawn"]:
            return paper["word"], found[0]
    raise AssertionError("no letter answers a motion that was voted on")


def test_from_a_word_in_a_letter_to_the_votes_on_its_motion(
    page: Page, site: Site, answering: tuple[str, str]
) -> None:
    word, motion = answering
    page.goto(site.url)
    page.get_by_role("searchbox").fill(word)
    page.get_by_role("button", name="Search").click()
    assert page.locator("mark").first.inner_text() == word
    page.locator(".papers .title a").first.click()
    assert word in page.locator(".text").inner_text()
    page.locator(f'aside a[href="/paper/{motion}"]').first.click()
    pro = site.one(f"SELECT votes_for FROM paper WHERE id = '{motion}'")
    assert page.locator(".bar.for .seats").inner_text() == str(pro)
    widths = page.locator(".bar.for .seat").evaluate_all("all => all.map(e => e.getBBox().width)")
    whole = page.locator(".bar.for svg").evaluate("svg => svg.getBoundingClientRect().width")
    cast = site.one(f"SELECT votes_for + votes_against FROM paper WHERE id = '{motion}'")
    assert sum(widths) / whole == pytest.approx(pro / cast, abs=0.01)
    assert page.locator(f'a[href="{page.url}"]').count() == 0
    assert word not in page.content()
    page.locator(".verdict a[href^='/paper/']").first.click()
    assert word in page.content()


def test_a_version_its_difference_and_its_file(
    page: Page, site: Site, papers: list[dict[str, Any]], tmp_path: Path
) -> None:
    paper = next(p for p in papers if p["earlier_words"] and p["kind"] == "letter")
    [old_word] = paper["earlier_words"]
    page.goto(f"{site.url}search?q={paper['number']}")
    versions = page.locator('.versions a[href$="/tweedekamer/1"]')
    versions.get_by_text("Version 1", exact=True).click()
    assert old_word in page.locator(".text").inner_text()
    page.get_by_role("link", name="To the current one.").click()
    page.locator('a[href$="/tweedekamer/2/against/tweedekamer/1"]').click()
    assert old_word in "".join(page.locator("del").all_inner_texts())
    assert paper["word"] in "".join(page.locator("ins").all_inner_texts())
    page.go_back()
    with page.expect_download() as coming:
        page.get_by_role("link", name="Download", exact=True).click()
    coming.value.save_as(tmp_path / "file")
    digest = hashlib.sha256((tmp_path / "file").read_bytes()).hexdigest()
    assert page.locator(".digest", has_text=digest).count() > 0
    assert coming.value.suggested_filename.endswith(("-version-2.pdf", "-version-2.docx"))


def test_facets_feeds_and_the_other_language(page: Page, site: Site) -> None:
    page.goto(f"{site.url}search?q=de")
    total = page.locator("h1").inner_text()
    page.locator(".filters").get_by_role("link", name="motion").first.click()
    page.locator(".filters").get_by_role("link", name="Adopted").click()
    assert "kind=motion" in page.url
    assert "outcome=adopted" in page.url
    assert page.locator("h1").inner_text() != total
    motions = site.one("SELECT count(*) FROM paper WHERE outcome = 'adopted' AND kind = 'motion'")
    assert page.locator("h1").inner_text().startswith(str(motions))
    address = page.locator('link[type="application/atom+xml"]').get_attribute("href") or ""
    assert len(check_atom(site.get(address[1:]).body)) > 5
    page.get_by_role("navigation", name="Language").get_by_role("link").click()
    assert "stukken met" in page.locator("h1").inner_text()
    page.goto(f"{site.url}about")
    assert page.locator("h1").inner_text() == "Over Griffie"


def test_everything_can_be_done_by_keyboard(
    page: Page, site: Site, answering: tuple[str, str]
) -> None:
    page.goto(f"{site.url}about")

    def focused() -> str:
        return str(page.locator(":focus").first.inner_text())

    page.keyboard.press("Tab")
    assert focused() == "To the content"
    assert page.locator(":focus").bounding_box()["x"] >= 0  # type: ignore[index]
    page.keyboard.press("Enter")
    page.keyboard.press("Tab")
    assert page.locator("main :focus").count() == 1
    page.goto(f"{site.url}about")
    for _ in range(3):
        page.keyboard.press("Tab")
    page.keyboard.type(answering[0])
    page.keyboard.press("Enter")
    page.wait_for_url("**/search?**")
    for _ in range(60):
        page.keyboard.press("Tab")
        outline = page.locator(":focus").evaluate("e => getComputedStyle(e).outlineStyle")
        assert outline != "none", focused()
        if page.locator(".papers :focus").count():
            break
    page.keyboard.press("Enter")
    page.wait_for_url("**/paper/**")
    assert answering[0] in page.content()


@pytest.fixture(scope="module")
def places(site: Site, papers: list[dict[str, Any]]) -> list[str]:
    """One of each page."""
    changed = next(p["number"] for p in papers if p["earlier_words"] and p["kind"] == "letter")
    letter = site.one(f"SELECT id FROM paper WHERE number = '{changed}'")
    motion = site.one("SELECT id FROM paper WHERE votes_for > 0 AND advice IS NOT NULL")
    withdrawn = site.one("SELECT paper FROM copy WHERE is_withdrawn")
    differing = site.one("SELECT paper FROM witness WHERE agrees = 0 AND differences <> '[]'")
    person, party, dossier = site.row(
        f"SELECT {PERSON}, party, dossier FROM actor JOIN paper USING (document_key) "
        "WHERE party <> '' AND role = 'signatory'"
    )
    return [
        "", "search?q=de", "search?q=%22", f"paper/{letter}", f"paper/{motion}",
        f"paper/{withdrawn}", f"paper/{differing}", f"paper/{letter}/tweedekamer/1",
        f"paper/{letter}/tweedekamer/2/against/tweedekamer/1", "dossiers", f"dossier/{dossier}",
        "people", f"person/{person}", f"party/{quote(party)}", "changes", "sources", "snapshots",
        "about", "-/integrity", "nowhere",
    ]  # fmt: skip


def test_no_page_is_wider_than_its_screen(browser: Browser, site: Site, places: list[str]) -> None:
    for width, height in SIZES:
        opened = context(browser, viewport={"width": width, "height": height})
        page = opened.new_page()
        for place in places:
            page.goto(site.url + place)
            assert page.evaluate("document.documentElement.scrollWidth") <= width, (place, width)
        opened.close()


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_axe_finds_nothing_serious(
    browser: Browser, site: Site, places: list[str], scheme: Any
) -> None:
    opened = context(browser, color_scheme=scheme)
    page = opened.new_page()
    axe = Axe()
    found: list[str] = []
    for place in places:
        page.goto(site.url + place)
        for violation in axe.run(page).response["violations"]:
            if violation["impact"] in SERIOUS:
                nodes = [node["html"][:120] for node in violation["nodes"][:3]]
                found.append(f"{place}: {violation['id']}: {nodes}")
    opened.close()
    assert found == []
