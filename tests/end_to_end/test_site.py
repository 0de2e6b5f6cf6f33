"""The site as a reader meets it: `griffie serve` over HTTP, on two days of a parliament."""

import hashlib
import http.client
import json
import os
import re
import sqlite3
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import pytest

from tests.end_to_end.processes import Griffie, running_simulator

HOSTILE = [
    "'", '"', "NOT", "AND OR", "a*b*", "(", ")", "NEAR(", "^x", "-x", "x:y", "%", "{}", "\\",
    "<script>alert(1)</script>", "', (select 1)", "\0", "\u202e", "é" * 2000,
]  # fmt: skip


@dataclass(frozen=True)
class Answer:
    status: int
    headers: dict[str, str]
    body: bytes

    @property
    def text(self) -> str:
        return self.body.decode()


@dataclass(frozen=True)
class Site:
    url: str
    index: Path

    def get(self, path: str, method: str = "GET", **headers: str) -> Answer:
        request = urllib.request.Request(self.url + path, headers=headers, method=method)
        try:
            with urllib.request.urlopen(request, timeout=60) as answer:
                return Answer(answer.status, _lower(answer.headers), answer.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, _lower(error.headers), error.read())

    def search(self, q: str, **more: str) -> Answer:
        return self.get("?" + urllib.parse.urlencode({"q": q, **more}))

    def one(self, sql: str) -> Any:
        connection = sqlite3.connect(self.index)
        try:
            return connection.execute(sql).fetchone()[0]
        finally:
            connection.close()


def _lower(headers: Any) -> dict[str, str]:
    return {name.lower(): value for name, value in headers.items()}


@pytest.fixture(scope="module")
def harvested(tmp_path_factory: pytest.TempPathFactory) -> Iterator[tuple[Griffie, dict[str, Any]]]:
    with running_simulator("--seed", "7", "--size", "0.4") as simulator:
        griffie = Griffie.at(tmp_path_factory.mktemp("site"), simulator)
        griffie.harvest(code=None)
        simulator.advance(5)
        griffie.harvest(code=None)
        yield griffie, simulator.state()


@pytest.fixture(scope="module")
def site(harvested: tuple[Griffie, dict[str, Any]]) -> Iterator[Site]:
    griffie, _ = harvested
    process = griffie.start("serve", "--port", "0")
    assert process.stderr is not None
    url = json.loads(process.stderr.readline())["url"]
    yield Site(url, griffie.index)
    process.terminate()
    _, errors = process.communicate(timeout=20)
    assert process.returncode == 0
    assert b"Traceback" not in errors, errors.decode()


@pytest.fixture(scope="module")
def papers(harvested: tuple[Griffie, dict[str, Any]]) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = harvested[1]["papers"]
    return found


def test_the_front_page_shows_what_there_is(site: Site) -> None:
    page = site.get("").text
    for kind, many in (("letter", "letters"), ("motion", "motions")):
        count = site.one(f"SELECT count(*) FROM paper WHERE kind = '{kind}'")
        assert f"<strong>{count}</strong> {many}" in page
    newest = site.one("SELECT id FROM paper WHERE kind <> 'annex' ORDER BY published_on DESC")
    assert f"/paper/{newest}" in page
    assert "withdrawn" in page


def test_a_word_that_the_pdf_broke_finds_its_paper(
    site: Site, papers: list[dict[str, Any]]
) -> None:
    broken = [p for p in papers if p["is_hyphenated"] and p["file"]["status"] == 200]
    assert len(broken) > 20
    for paper in broken[::5]:
        page = site.search(paper["word"]).text
        [found] = re.findall(r'class="title" href="/paper/([^"]+)"', page)
        assert paper["number"] in site.get(f"paper/{found}").text
        assert f"<mark>{paper['word']}</mark>" in page


def test_a_number_in_any_spelling_leads_to_its_paper(site: Site) -> None:
    id_ = site.one("SELECT id FROM paper WHERE publication_id LIKE 'kst-36900-%' LIMIT 1")
    number = site.one(f"SELECT number FROM paper WHERE id = '{id_}'")
    _, dossier, chapter, nr = id_.split("-")
    for spelling in (id_, number, f"{dossier[:2]} {dossier[2:]} {chapter}, nr. {nr}", id_[4:]):
        page = site.search(spelling)
        assert f"<strong>{id_}</strong>" in page.text, spelling


def test_results_are_filtered_sorted_and_paged(site: Site) -> None:
    total = int(re.findall(r"<strong>([\d,]+)</strong> papers", site.search("de").text)[0])
    assert total > 40
    motions = site.search("de", kind="motion").text
    assert "badge letter" not in motions
    dates = re.findall(r"<time>([\d-]+)</time>", site.search("de", sort="newest").text)
    assert dates == sorted(dates, reverse=True)
    assert len(dates) == 20
    first, second = (
        re.findall(r'class="title" href="([^"]+)"', site.search("de", page=page).text)
        for page in ("1", "2")
    )
    assert not set(first) & set(second)
    assert "no results this far" in site.search("de", page="99").text


@pytest.mark.parametrize("typed", HOSTILE)
def test_whatever_is_typed_is_answered(site: Site, typed: str) -> None:
    answer = site.search(typed)
    assert answer.status == 200
    assert "<script>" not in answer.text
    for extra in ({"kind": typed}, {"sort": typed}, {"page": typed}):
        assert site.search("de", **extra).status == 200


def test_a_changed_paper_shows_both_versions(site: Site, papers: list[dict[str, Any]]) -> None:
    paper = next(p for p in papers if p["earlier_words"] and p["kind"] == "letter")
    now = site.get(f"paper/{paper['number']}").text
    before = site.get(f"paper/{paper['number']}/tweedekamer/1").text
    [old_word] = paper["earlier_words"]
    assert "version 1 of tweedekamer" in before
    assert old_word in before
    assert paper["word"] not in before
    assert paper["word"] in now
    digests = re.findall(r'href="/file/([0-9a-f]{64})"', now)
    assert len(set(digests)) == 2
    for digest in digests:
        file = site.get(f"file/{digest}")
        assert hashlib.sha256(file.body).hexdigest() == digest


def test_a_withdrawn_paper_says_so_and_stays_readable(
    site: Site, papers: list[dict[str, Any]]
) -> None:
    paper = next(p for p in papers if p["withdrawn"] and p["kind"] == "letter")
    page = site.get(f"paper/{paper['number']}").text
    assert "Withdrawn." in page
    assert paper["word"] in page
    assert "Version 1" in page
    assert site.get(f"paper/{paper['number']}/tweedekamer/1").status == 200


def test_a_motion_shows_its_votes(site: Site, papers: list[dict[str, Any]]) -> None:
    paper = next(p for p in papers if p["kind"] == "motion" and p.get("votes"))
    page = site.get(f"paper/{paper['number']}").text
    pro, con = (
        site.one(f"SELECT votes_{which} FROM paper WHERE number = '{paper['number']}'")
        for which in ("for", "against")
    )
    assert f'aria-label="{pro} for, {con} against"' in page
    assert f"For {pro}" in page
    assert f"Against {con}" in page


def test_a_file_is_an_attachment_that_no_browser_runs(site: Site) -> None:
    digest = site.one("SELECT sha256 FROM paper WHERE sha256 IS NOT NULL LIMIT 1")
    file = site.get(f"file/{digest}")
    assert file.headers["content-disposition"].startswith('attachment; filename="')
    assert file.headers["x-content-type-options"] == "nosniff"
    assert "sandbox" in file.headers["content-security-policy"]
    assert file.headers["etag"] == f'"{digest}"'
    assert int(file.headers["content-length"]) == len(file.body)
    again = site.get(f"file/{digest}", **{"If-None-Match": f'"{digest}"'})
    assert (again.status, again.body) == (304, b"")
    head = site.get(f"file/{digest}", method="HEAD")
    assert (head.status, head.body) == (200, b"")
    assert head.headers["content-length"] == file.headers["content-length"]


def test_a_damaged_file_never_arrives_whole(
    site: Site, harvested: tuple[Griffie, dict[str, Any]]
) -> None:
    digest = site.one("SELECT sha256 FROM file ORDER BY size_bytes DESC LIMIT 1")
    path = harvested[0].archive / "payloads" / digest[:2] / digest
    content = path.read_bytes()
    os.chmod(path, 0o644)
    path.write_bytes(content[:-1] + bytes([content[-1] ^ 1]))
    try:
        with pytest.raises(http.client.IncompleteRead):
            site.get(f"file/{digest}")
    finally:
        path.write_bytes(content)
    assert site.get(f"file/{digest}").body == content


@pytest.mark.parametrize(
    "path",
    [
        "paper/nothing", "paper/kst-36900-XII-99999", "paper/..%2F..%2Fetc", "file/" + "0" * 64,
        "paper/%00", "nowhere", "griffie/nowhere", "paper/2026D40001/99",
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_in_words(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.status == 404
    assert "Not found" in answer.text
    assert "<script>" not in answer.text


def test_every_page_tells_browsers_to_be_careful(site: Site) -> None:
    for path in ("", "?q=de", "griffie", "griffie/paper", "griffie/paper.json", "nowhere"):
        headers = site.get(path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
    assert "script-src" not in site.get("").headers["content-security-policy"]


def test_datasette_serves_tables_sql_json_and_csv(site: Site) -> None:
    rows = json.loads(site.get("griffie/paper.json?_shape=array&kind=motion").body)
    assert rows
    assert {row["kind"] for row in rows} == {"motion"}
    counted = json.loads(site.get("griffie.json?sql=select+count(*)+as+n+from+vote").body)
    assert counted["rows"] == [[site.one("SELECT count(*) FROM vote")]]
    assert site.get("griffie/paper.csv").text.startswith("key,id,")
    assert "Letters, motions and their annexes" in site.get("griffie/paper").text
    for query in ("outcomes_by_party", "against_advice", "withdrawn", "missing_files"):
        assert site.get(f"griffie/{query}").status == 200
    found = json.loads(site.get("griffie/paper.json?_search=regering&_shape=array").body)
    assert found


def test_the_site_cannot_be_written_to(site: Site) -> None:
    sql = urllib.parse.quote("delete from paper")
    assert site.get(f"griffie.json?sql={sql}").status == 400
    attach = urllib.parse.quote("attach '/etc/passwd' as x")
    assert site.get(f"griffie.json?sql={attach}").status == 400
    assert site.get("griffie.db").status in (403, 404)
    assert site.one("SELECT count(*) FROM paper") > 0
