"""The site as a reader meets it: `griffie serve` over HTTP, on two days of a parliament."""

import base64
import csv
import hashlib
import http.client
import io
import json
import os
import re
import urllib.parse
from typing import Any

import pytest

from tests.end_to_end.feeds import ATOM, check_atom, check_json_feed
from tests.end_to_end.markup import check_html
from tests.end_to_end.processes import Griffie
from tests.end_to_end.sites import Answer, Site

PERSON = """(SELECT substr(r.id, instr(r.id, '/') + 1) FROM record AS r
WHERE r.key = person_key)"""
"""The id that its source gives a person of `actor`."""

HOSTILE = [
    "'", '"', "NOT", "AND OR", "a*b*", "(", ")", "NEAR(", "^x", "-x", "x:y", "%", "{}", "\\",
    "<script>alert(1)</script>", "', (select 1)", "\0", "\u202e", "é" * 2000,
]  # fmt: skip

NAMES = {"tweedekamer": "Tweede Kamer", "officielepublicaties": "Officiële bekendmakingen"}


def titles(page: Answer) -> list[str]:
    return re.findall(r'class="title"><a href="([^"]+)"', page.text)


def test_the_front_page_shows_what_there_is(site: Site) -> None:
    page = site.get("").text
    for kind, many in (("letter", "letters"), ("motion", "motions")):
        count = site.one(f"SELECT count(*) FROM paper WHERE kind = '{kind}'")
        assert f"<strong>{count}</strong> {many}" in page
    newest = site.one("SELECT id FROM paper WHERE kind <> 'annex' ORDER BY published_on DESC")
    assert f"/paper/{newest}" in page
    assert "Changed or withdrawn" in page


def test_a_word_that_the_pdf_broke_finds_its_paper(
    site: Site, papers: list[dict[str, Any]]
) -> None:
    broken = [p for p in papers if p["is_hyphenated"] and p["file"]["status"] == 200]
    assert len(broken) > 20
    for paper in broken[::5]:
        page = site.search(paper["word"])
        [found] = titles(page)
        assert paper["number"] in site.get(found[1:]).text
        assert f"<mark>{paper['word']}</mark>" in page.text


def test_a_number_in_any_spelling_leads_to_its_paper(site: Site) -> None:
    id_ = site.one("SELECT id FROM paper WHERE publication_id LIKE 'kst-36900-%' LIMIT 1")
    number = site.one(f"SELECT number FROM paper WHERE id = '{id_}'")
    _, dossier, chapter, nr = id_.split("-")
    spaced = f"{dossier[:2]} {dossier[2:]} {chapter}"
    for spelling in (id_, number, f"{spaced}, nr. {nr}", f"{spaced} nr. {nr}", id_[4:]):
        page = site.search(spelling)
        assert f'<strong class="id">{id_}</strong>' in page.text, spelling
    assert f"/dossier/{dossier}-{chapter}" in site.search(f"{dossier} {chapter}").text
    assert "No paper in this archive has this number" in site.search("12 345, nr. 6").text


def test_results_are_narrowed_sorted_and_paged(site: Site) -> None:
    everything = json.loads(site.search("de", ".json").body)
    assert everything["total"] > 40
    assert sum(v["papers"] for v in everything["facets"]["kind"]) == everything["total"]
    for name, values in everything["facets"].items():
        for value in values[:3]:
            narrowed = json.loads(site.search("de", ".json", **{name: value["value"]}).body)
            assert narrowed["total"] == value["papers"], (name, value)
            assert narrowed["papers"]
    dates = [p["published_on"] for p in json.loads(
        site.search("de", ".json", sort="newest", size="30").body)["papers"]]  # fmt: skip
    assert dates == sorted(dates, reverse=True)
    assert len(dates) == 30
    first, second = (titles(site.search("de", page=page)) for page in ("1", "2"))
    assert len(first) == 20
    assert not set(first) & set(second)
    assert "no results on this page" in site.search("de", page="99").text


def test_all_papers_can_be_had_without_a_word(site: Site) -> None:
    adopted = "kind = 'motion' AND outcome = 'adopted' AND advice = 'against'"
    count = site.one(f"SELECT count(*) FROM paper WHERE {adopted}")
    assert count > 3
    found = json.loads(
        site.get("search.json?kind=motion&outcome=adopted&advice=against&size=1000").body
    )
    assert (found["total"], len(found["papers"])) == (count, count)
    assert found["next"] is None


def test_a_search_is_also_csv_and_feeds(site: Site, papers: list[dict[str, Any]]) -> None:
    rows = list(csv.DictReader(io.StringIO(site.search("de", ".csv").text)))
    total = json.loads(site.search("de", ".json").body)["total"]
    assert len(rows) == total
    assert all(row["url"] == f"{site.url}paper/{row['id']}" for row in rows)
    word = next(p["word"] for p in papers if p["file"]["status"] == 200 and p["kind"] == "letter")
    feed = site.search(word, ".atom")
    assert feed.headers["content-type"].startswith("application/atom+xml")
    root = check_atom(feed.body)
    [entry] = root.findall(f"{{{ATOM}}}entry")
    link = entry.find(f"{{{ATOM}}}link")
    assert link is not None
    assert word in site.get(link.get("href", "").removeprefix(site.url)).text
    check_json_feed(json.loads(site.search(word, ".feed.json").body))
    for path in ("changes.atom", "changes.atom?what=new", "search.atom?kind=motion"):
        assert len(check_atom(site.get(path).body).findall(f"{{{ATOM}}}entry")) > 2
    check_json_feed(json.loads(site.get("changes.feed.json?what=withdrawn").body))


@pytest.mark.parametrize("typed", HOSTILE)
def test_whatever_is_typed_is_answered(site: Site, typed: str) -> None:
    for form in ("", ".json", ".csv", ".atom", ".feed.json"):
        answer = site.search(typed, form)
        assert answer.status == 200
        assert form or "<script>alert" not in answer.text
    names = ("kind", "sort", "page", "year", "dossier", "sender", "withdrawn", "size", "_lang")
    for name in names:
        assert site.search("de", **{name: typed}).status == 200
    query = urllib.parse.urlencode({"what": typed, "source": typed, "kind": typed, "page": typed})
    assert site.get(f"changes?{query}").status == 200
    for place in ("paper", "dossier", "party", "person"):
        answer = site.get(f"{place}/{urllib.parse.quote(typed, safe='')}")
        assert answer.status == 404
        assert "<script>alert" not in answer.text


def test_a_changed_paper_shows_both_versions_and_their_difference(
    site: Site, papers: list[dict[str, Any]]
) -> None:
    paper = next(p for p in papers if p["earlier_words"] and p["kind"] == "letter")
    now = site.get(f"paper/{paper['number']}").text
    before = site.get(f"paper/{paper['number']}/tweedekamer/1").text
    [old_word] = paper["earlier_words"]
    assert "You are reading version 1 of Tweede Kamer" in before
    assert old_word in before
    assert paper["word"] not in before
    assert paper["word"] in now
    data = json.loads(site.get(f"paper/{paper['number']}.json").body)
    house = next(copy for copy in data["copies"] if copy["source"] == "tweedekamer")
    digests = {file["sha256"] for version in house["versions"] for file in version["files"]}
    assert len(digests) == 2
    for digest in digests:
        assert f'href="/file/{digest}"' in now
        file = site.get(f"file/{digest}")
        assert hashlib.sha256(file.body).hexdigest() == digest
    [address] = re.findall(r'href="/(paper/[^"]+/tweedekamer/2/against/tweedekamer/1)"', now)
    difference = site.get(address).text
    assert re.search(rf"<del>[^<]*{old_word}[^<]*</del>", difference)
    assert re.search(rf"<ins>[^<]*{paper['word']}[^<]*</ins>", difference)


def test_a_withdrawn_paper_says_so_and_stays_readable(
    site: Site, papers: list[dict[str, Any]]
) -> None:
    paper = next(p for p in papers if p["withdrawn"] and p["kind"] == "letter")
    page = site.get(f"paper/{paper['number']}").text
    assert "Withdrawn by Tweede Kamer." in page
    assert "Another source still publishes it." in page
    assert paper["word"] in page
    assert "Version 1" in page
    assert site.get(f"paper/{paper['number']}/tweedekamer/1").status == 200
    [change] = json.loads(
        site.get("changes.json?what=withdrawn&kind=letter&source=tweedekamer").body
    )["changes"]
    assert paper["number"] in site.get(f"paper/{change['id']}").text


def test_two_sources_stand_side_by_side(site: Site) -> None:
    id_, source, other = site.row(
        "SELECT paper, source, other_source FROM witness WHERE agrees = 0 AND differences <> '[]'"
    )
    page = site.get(f"paper/{id_}").text
    assert f"The texts of {NAMES[source]} and {NAMES[other]} differ." in page
    assert "<del>" in page
    [address] = re.findall(rf'href="/(paper/[^"]+/{other}/[0-9]+/against/{source}/[0-9]+)"', page)
    difference = site.get(address).text
    assert "<ins>" in difference
    assert "<del>" in difference
    agreeing = site.one("SELECT paper FROM witness WHERE agrees = 1")
    assert "agree." in site.get(f"paper/{agreeing}").text
    senate = json.loads(site.get("search.json?chamber=Eerste+Kamer").body)
    assert senate["total"] == site.one("SELECT count(*) FROM paper WHERE chamber = 'Eerste Kamer'")
    assert senate["total"] > 3


def test_a_motion_shows_its_votes(site: Site, papers: list[dict[str, Any]]) -> None:
    paper = next(p for p in papers if p["kind"] == "motion" and p.get("votes"))
    page = site.get(f"paper/{paper['number']}").text
    pro, con = (
        site.one(f"SELECT votes_{which} FROM paper WHERE number = '{paper['number']}'")
        for which in ("for", "against")
    )
    assert f"with {pro} votes for and {con} against" in page
    seats = [int(n) for n in re.findall(r'href="/party/[^"]+">[^<]+</a>&nbsp;(\d+)', page)]
    assert sum(seats) >= pro + con
    data = json.loads(site.get(f"paper/{paper['number']}.json").body)
    assert sum(v["seats"] for v in data["votes"] if v["choice"] == "for") == pro


def test_dossiers_people_and_parties_have_what_is_theirs(site: Site) -> None:
    label = site.one("SELECT dossier FROM paper WHERE kind = 'motion' LIMIT 1")
    count = site.one(f"SELECT count(*) FROM paper WHERE dossier = '{label}'")
    dossier = site.get(f"dossier/{label}")
    assert f"{count} paper" in dossier.text
    assert len(titles(dossier)) == min(count, 50)
    assert f'href="/dossier/{label}"' in site.get("dossiers").text
    person, name = site.row(
        f"SELECT {PERSON}, name FROM actor WHERE role = 'signatory' AND party IS NOT NULL"
    )
    page = site.get(f"person/{person}")
    signed = site.one(
        f"SELECT count(DISTINCT document_key) FROM actor WHERE {PERSON} = '{person}' "
        "AND document_key IS NOT NULL"
    )
    assert name in page.text
    assert len(titles(page)) == signed
    party = site.one("SELECT sender FROM paper_facet WHERE kind = 'motion' LIMIT 1")
    adopted = site.one(
        f"SELECT count(*) FROM paper_facet WHERE sender = '{party}' AND outcome = 'adopted'"
    )
    page = site.get(f"party/{urllib.parse.quote(party)}")
    assert re.search(rf"<strong>{adopted}</strong> <a [^>]+>Adopted</a>", page.text)
    assert urllib.parse.quote(party) in site.get("people").text


def test_sources_say_in_words_what_failed(site: Site) -> None:
    page = site.get("sources").text
    reason = site.one("SELECT reason FROM failure ORDER BY reason LIMIT 1")
    told = {"4": "the source says that it is not there", "5": "the source itself failed"}
    assert f"{told[reason[5]]} ({reason})" in page
    assert "complete" in page
    assert "No snapshots have been made yet." in site.get("snapshots").text


def test_the_language_is_the_browsers_or_the_one_chosen(site: Site) -> None:
    assert '<html lang="nl">' in site.get("", **{"Accept-Language": "nl"}).text
    page = site.get("about")
    assert '<html lang="en">' in page.text
    assert "set-cookie" not in page.headers
    chosen = site.get("about?_lang=nl")
    assert '<html lang="nl">' in chosen.text
    cookie = chosen.headers["set-cookie"].partition(";")[0]
    assert cookie == "griffie_lang=nl"
    assert "private" in chosen.headers["cache-control"]
    assert page.headers["cache-control"] == "private, max-age=60"
    assert '<html lang="nl">' in site.get("about", Cookie=cookie).text
    assert "Accept-Language" in page.headers["vary"]


def test_a_page_that_did_not_change_is_not_sent_again(site: Site) -> None:
    for path in ("", "search?q=de", "dossiers", "search.atom?q=de", "about"):
        first = site.get(path)
        again = site.get(path, **{"If-None-Match": first.headers["etag"]})
        assert (again.status, again.body) == (304, b""), path


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
    whole = base64.b64decode(file.headers["repr-digest"][len("sha-256=:") : -1])
    assert whole == hashlib.sha256(file.body).digest()
    part = site.get(f"file/{digest}", Range="bytes=10-19")
    assert (part.status, part.body) == (206, file.body[10:20])
    assert part.headers["content-range"] == f"bytes 10-19/{len(file.body)}"
    assert site.get(f"file/{digest}", Range="bytes=99999999-").status == 416


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
        "paper/%00", "nowhere", "tables/nowhere", "paper/2026D40001/99",
    ],
)  # fmt: skip
def test_what_is_not_there_is_said_in_words(site: Site, path: str) -> None:
    answer = site.get(path)
    assert answer.status == 404
    assert "Not found" in answer.text
    assert "<script>" not in answer.text


PAGES = (
    "", "search?q=de", "search?kind=motion&outcome=adopted", 'search?q="', "search?q=xyzzy",
    "dossiers", "people", "changes", "changes?what=taken-down", "sources", "snapshots", "about",
    "-/integrity", "nowhere",
)  # fmt: skip


@pytest.mark.parametrize("language", ["nl", "en"])
def test_every_page_is_valid_html(site: Site, language: str) -> None:
    motion, letter, withdrawn = (
        site.one(f"SELECT id FROM paper WHERE {where} ORDER BY key LIMIT 1")
        for where in (
            "votes_for > 0",
            "kind = 'letter' AND version > 1 AND source = 'tweedekamer'",
            "id IN (SELECT paper FROM copy WHERE is_withdrawn)",
        )
    )
    dossier, person, party = (
        site.one(f"SELECT {what} FROM actor JOIN paper USING (document_key) WHERE party <> ''")
        for what in ("paper.dossier", PERSON, "party")
    )
    more = (
        f"paper/{motion}", f"paper/{letter}", f"paper/{withdrawn}", f"paper/{letter}/tweedekamer/1",
        f"paper/{letter}/tweedekamer/2/against/tweedekamer/1", f"dossier/{dossier}",
        f"person/{person}", f"party/{urllib.parse.quote(party)}",
    )  # fmt: skip
    for path in (*PAGES, *more):
        page = site.get(path, **{"Accept-Language": language})
        check_html(page.text, path)
        assert f'<html lang="{language}">' in page.text


def test_every_page_tells_browsers_to_be_careful(site: Site) -> None:
    paths = ("", "search?q=de", "tables", "tables/paper", "tables/paper.json", "nowhere")
    for path in paths:
        headers = site.get(path).headers
        assert headers["x-content-type-options"] == "nosniff", path
        assert "frame-ancestors 'none'" in headers["content-security-policy"], path
    assert "script-src" not in site.get("").headers["content-security-policy"]


def test_datasette_serves_tables_sql_json_and_csv(site: Site) -> None:
    rows = json.loads(site.get("tables/paper.json?_shape=array&kind=motion").body)
    assert rows
    assert {row["kind"] for row in rows} == {"motion"}
    counted = json.loads(site.get("tables.json?sql=select+count(*)+as+n+from+vote").body)
    assert counted["rows"] == [[site.one("SELECT count(*) FROM vote")]]
    assert site.get("tables/paper.csv").text.startswith("key,id,")
    assert "Letters, motions and their annexes" in site.get("tables/paper").text
    for query in ("outcomes_by_party", "against_advice", "withdrawn", "missing_files"):
        assert site.get(f"tables/{query}").status == 200
    found = json.loads(site.get("tables/paper.json?_search=regering&_shape=array").body)
    assert found


def test_the_site_cannot_be_written_to(site: Site) -> None:
    sql = urllib.parse.quote("delete from paper")
    assert site.get(f"tables.json?sql={sql}").status == 400
    attach = urllib.parse.quote("attach '/etc/passwd' as x")
    assert site.get(f"tables.json?sql={attach}").status == 400
    assert site.get("tables.db").status in (403, 404)
    assert site.one("SELECT count(*) FROM paper") > 0


def test_who_comes_second_to_a_port_is_told(
    site: Site, harvested: tuple[Griffie, dict[str, Any]]
) -> None:
    """Sockets that several processes share would let in another site of the same user."""
    port = str(urllib.parse.urlsplit(site.url).port)
    assert "another with --port" in harvested[0].refused("serve", "--port", port)
    assert site.get("").status == 200
