"""`_as_of` on a running site: made once by a process of its own, whoever asks, and then shown."""

import json
import os
import re
import signal
import subprocess
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import quote

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import sync_playwright

from tests.end_to_end.lived import Lived, copy_of, query
from tests.end_to_end.markup import check_html
from tests.end_to_end.processes import Griffie
from tests.end_to_end.sites import Answer, Site
from tests.end_to_end.test_browser import CHROMIUM, SERIOUS, SIZES
from tests.forked import Forked


@contextmanager
def serving(griffie: Griffie) -> Iterator[tuple[Site, "Forked | subprocess.Popen[bytes]"]]:
    process = griffie.start("serve", "--port", "0")
    assert process.stderr is not None
    try:
        yield Site(json.loads(process.stderr.readline())["url"], griffie.index), process
    finally:
        process.kill()
        process.communicate()


@pytest.fixture
def griffie(lived: Lived, tmp_path: Path) -> Griffie:
    return copy_of(lived, tmp_path / "g")


@pytest.fixture
def site(griffie: Griffie) -> Iterator[Site]:
    with serving(griffie) as (running, _):
        yield running


def patiently(site: Site, path: str) -> Answer:
    """Ask until it is there, as often as the site says."""
    for _ in range(20):
        answer = site.get(path)
        if answer.status not in (202, 503):
            return answer
        time.sleep(int(answer.headers["retry-after"]))
    raise AssertionError(f"{path} is not there after 20 times")


def test_a_search_and_a_dossier_show_what_was_known_after_each_harvest(
    lived: Lived, site: Site
) -> None:
    totals = []
    for moment, index in zip(lived.times, lived.indexes, strict=True):
        as_of = quote(moment)
        found = json.loads(patiently(site, f"search.json?size=1000&_as_of={as_of}").body)
        papers = {paper["id"]: paper["subject"] for paper in found["papers"]}
        assert papers == dict(query(index, "SELECT id, subject FROM paper"))
        totals.append(found["total"])
        [(word, count)] = query(
            index,
            "SELECT 'motie', count(*) FROM paper_fts WHERE paper_fts MATCH 'motie'",
        )
        searched = json.loads(site.get(f"search.json?q={word}&_as_of={as_of}").body)
        assert searched["total"] == count > 0
        [(label, held)] = query(
            index, "SELECT dossier, count(*) FROM paper WHERE dossier <> '' GROUP BY 1 "
            "ORDER BY 2 DESC, 1 LIMIT 1",
        )  # fmt: skip
        dossier = site.get(f"dossier/{label}?_as_of={as_of}").text
        assert f"{held} papers" in dossier
        check_html(dossier, label)
        links = re.findall(r'class="title"><a href="/(paper/[^"]+)"', dossier)
        assert len(links) == min(held, 50)
        paper = site.get(links[0].replace("&amp;", "&"))
        assert (paper.status, "You are reading version" in paper.text) == (200, True)
    assert totals[0] < totals[2]


def test_two_sites_on_one_index_make_one(lived: Lived, griffie: Griffie, site: Site) -> None:
    path = f"search?_as_of={quote(lived.times[1])}"
    with serving(griffie) as (other, _):
        waiting = [one.get(path) for one in (site, other, site, other)]
        assert {answer.status for answer in waiting} == {202}
        check_html(waiting[0].text, path)
        assert "It takes about" in waiting[0].text
        shown = [patiently(one, path).text for one in (site, other)]
        assert len({re.findall("<h1[^>]*>(.*?)</h1>", text)[0] for text in shown}) == 1
    assert len(list((griffie.folder / "index-as-of").glob("*.sqlite"))) == 1


def test_with_its_site_what_makes_an_index_ends_and_what_is_half_made_goes(
    lived: Lived, griffie: Griffie
) -> None:
    with serving(griffie) as (running, process):
        assert running.get(f"search?_as_of={quote(lived.times[1])}").status == 202
        [maker] = [child for child in below(process.pid) if "--kept" in about(child, "cmdline")]
        process.send_signal(signal.SIGKILL)
        process.wait()
        for _ in range(3000):  # it yields to all else on the machine
            if "State:" not in (told := about(maker, "status")) or "Z (zombie)" in told:
                break
            time.sleep(0.02)
        else:
            raise AssertionError("it lives on")
    left = griffie.folder / "index-as-of" / "x.half.new"
    left.parent.mkdir(exist_ok=True)
    left.write_bytes(b"half of an index")
    said = griffie.run("rebuild", "--as-of", lived.times[1], "--kept").stdout
    assert said.startswith(b"kept ")
    assert not left.exists()
    assert "--as-of" in griffie.refused("rebuild", "--kept")


def below(parent: int) -> list[int]:
    """Return the processes that a process started, and those that they started."""
    everything = [int(entry) for entry in os.listdir("/proc") if entry.isdigit()]
    mine = [p for p in everything if f"PPid:\t{parent}\n" in about(p, "status")]
    return mine + [further for child in mine for further in below(child)]


def about(process: int, what: str) -> str:
    try:
        return Path(f"/proc/{process}/{what}").read_text()
    except OSError:
        return ""


def test_in_a_browser_the_page_waits_by_itself_and_fits(
    lived: Lived, griffie: Griffie, site: Site
) -> None:
    if CHROMIUM is None:
        pytest.skip("CHROMIUM IS NOT INSTALLED HERE: no page was tried; .ci/run installs it")
    label = query(lived.indexes[1], "SELECT dossier FROM paper WHERE dossier <> '' LIMIT 1")[0][0]
    as_of = quote(lived.times[1])
    found: list[Any] = []
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        for width, height in SIZES:
            page = browser.new_page(locale="en-GB", viewport={"width": width, "height": height})
            for path in (f"search?q=de&_as_of={as_of}", f"dossier/{label}?_as_of={as_of}"):
                page.goto(site.url + path)
                found += serious(page)
                page.locator(".banner.then").wait_for(timeout=30_000)
                found += serious(page)
                assert page.evaluate("document.documentElement.scrollWidth") <= width, path
            page.get_by_role("link", name="To what is known now.").click()
            assert "_as_of" not in page.url
            page.get_by_label("As known at the end of this day").fill("2020-01-01")
            page.get_by_role("button", name="Show").click()
            assert "This archive begins on" in page.locator("main").inner_text()
            page.close()
        browser.close()
    assert found == []


def serious(page: Any) -> list[Any]:
    violations = Axe().run(page).response["violations"]
    return [v["id"] for v in violations if v["impact"] in SERIOUS]
