"""The server over HTTP: pages, entities, files and the control plane."""

import json
import re

from lxml import etree

from spiders.netherlands.simulator import schema
from tests.unit.netherlands.simulator.client import Client, onward
from tests.unit.netherlands.simulator.conftest import SEED, running

ATOM = "{http://www.w3.org/2005/Atom}"


def test_a_walk_finds_what_the_state_counts(simulator: Client) -> None:
    counts = simulator.state()["categories"]
    for category in ("Document", "Stemming", "Toezegging", "Zaal"):
        ids: list[str] = []
        for page in simulator.pages(f"category={category}"):
            feed = etree.fromstring(page)
            assert len(feed.findall(f"{ATOM}entry")) <= 250
            ids += [str(e.findtext(f"{ATOM}title")) for e in feed.iter(f"{ATOM}entry")]
        assert len(ids) == len(set(ids)) == sum(counts[category].values())


def test_the_unfiltered_feed_has_every_category_in_token_order(simulator: Client) -> None:
    tokens: list[int] = []
    terms: set[str] = set()
    for page in simulator.pages(""):
        assert b"category=" not in page
        tokens += [
            int(t) for t in re.findall(rb'<link rel="next" href="[^"]*=(\d+)" /><(?!up)', page)
        ]
        terms |= {t.decode() for t in re.findall(rb'<category term="(\w+)" />', page)}
    assert tokens == sorted(set(tokens))
    assert terms == {schema.root_element(category) for category in schema.ELEMENTS}


def test_a_page_is_an_atom_feed_as_captured(simulator: Client) -> None:
    answer = simulator.feed("category=Document")
    assert answer.headers["Content-Type"] == "application/atom+xml; charset=utf-8"
    feed = etree.fromstring(answer.body)
    assert feed.findtext(f"{ATOM}title") == "Gegevensmagazijn SyncFeed (category: Document)"
    updated = feed.findtext(f"{ATOM}updated") or ""
    assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?\+0[12]:00\Z", updated)
    assert not re.search(r"\.\d*0\+", updated)
    names = [etree.QName(child).localname for child in feed.findall(f"{ATOM}entry")[-1]]
    assert names == ["title", "id", "author", "updated", "category", "link", "link", "content"]
    for entry in feed.iter(f"{ATOM}entry"):
        stamp = entry.findtext(f"{ATOM}updated") or ""
        assert re.match(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{1,7})?Z\Z", stamp)


def test_only_present_entities_with_a_file_have_an_enclosure(simulator: Client) -> None:
    pages = b"".join(simulator.pages("category=Document"))
    for entry in re.findall(rb"<entry>.*?</entry>", pages):
        assert (b'rel="enclosure"' in entry) == (b'verwijderd="false"' in entry)
    assert b'rel="enclosure"' not in simulator.feed("category=Zaak").body


def test_a_caught_up_page_says_resume_and_not_next(simulator: Client) -> None:
    head = simulator.state()["head"]
    for query in (f"skiptoken={head}&category=Zaak", "category=Reservering&skiptoken=30000000"):
        body = simulator.feed(query).body
        relation, url = onward(body)
        assert relation == "resume"
        assert b'rel="next"' not in body
        assert b"<entry>" not in body
        token = query.split("skiptoken=")[1].split("&")[0]
        assert f"skiptoken={token}&" in url


def test_the_order_of_parameters_does_not_matter(simulator: Client) -> None:
    first = simulator.feed("category=Zaak&skiptoken=26602000").body
    second = simulator.feed("skiptoken=26602000&category=Zaak").body
    assert re.sub(rb"<updated>.*?<author>", b"", first, count=1) == re.sub(
        rb"<updated>.*?<author>", b"", second, count=1
    )


def test_all_35_categories_are_accepted_and_others_refused(simulator: Client) -> None:
    for category in schema.CATEGORIES:
        assert simulator.feed(f"category={category}").status == 200
    for query in ("category=document", "skiptoken=x", "category=Zaak&content=external"):
        answer = simulator.feed(query)
        assert answer.status == 400
        assert answer.json["error"]["code"] == "BadRequest"


def test_an_entity_can_be_had_by_the_id_of_its_entry(simulator: Client) -> None:
    feed = etree.fromstring(simulator.feed("category=Zaak").body)
    entry = feed.findall(f"{ATOM}entry")[-1]
    answer = simulator.get(str(entry.findtext(f"{ATOM}id")))
    inside = entry.find(f"{ATOM}content")
    assert inside is not None
    assert etree.tostring(etree.fromstring(answer.body), method="c14n2") == etree.tostring(
        inside[0], method="c14n2"
    )
    assert simulator.get("/SyncFeed/2.0/Entiteiten/nothing").status == 404


def _paper(simulator: Client, **wanted: object) -> dict[str, object]:
    for paper in simulator.state()["papers"]:
        facts = {**paper, **paper["file"]}
        if all(facts[name] == value for name, value in wanted.items()):
            return dict(paper)
    raise AssertionError(f"no paper with {wanted}")


def test_a_file_comes_with_validators_and_304_without_a_body(simulator: Client) -> None:
    path = f"/SyncFeed/2.0/Resources/{_paper(simulator, status=200, kind='letter')['id']}"
    answer = simulator.get(path)
    assert answer.status == 200
    assert answer.headers["Content-Type"] == "application/pdf"
    assert answer.body.startswith(b"%PDF")
    for name, validator in (("If-None-Match", "ETag"), ("If-Modified-Since", "Last-Modified")):
        again = simulator.get(path, {name: answer.headers[validator]})
        assert (again.status, again.body) == (304, b"")
    assert simulator.get(path, {"If-None-Match": '"other"'}).status == 200
    assert simulator.requests()["conditional"] == 3


def test_ranges_are_honoured(simulator: Client) -> None:
    path = f"/SyncFeed/2.0/Resources/{_paper(simulator, status=200, kind='motion')['id']}"
    whole = simulator.get(path).body
    part = simulator.get(path, {"Range": "bytes=10-19"})
    assert (part.status, part.body) == (206, whole[10:20])
    assert part.headers["Content-Range"] == f"bytes 10-19/{len(whole)}"
    assert simulator.get(path, {"Range": "bytes=-5"}).body == whole[-5:]
    assert simulator.get(path, {"Range": f"bytes={len(whole)}-"}).status == 416


def test_missing_files_answer_404_in_json_or_500(simulator: Client) -> None:
    gone = simulator.get(f"/SyncFeed/2.0/Resources/{_paper(simulator, status=404)['id']}")
    assert gone.status == 404
    assert gone.json["error"]["code"] == "NotFound"
    broken = simulator.get(f"/SyncFeed/2.0/Resources/{_paper(simulator, status=500)['id']}")
    assert broken.status == 500
    assert simulator.get("/SyncFeed/2.0/Resources/nothing").status == 404


def test_requests_are_counted_by_kind_status_and_category(simulator: Client) -> None:
    simulator.get("/SyncFeed/2.0/Feed?category=Zaak", {"User-Agent": "tests/1"})
    simulator.feed("category=Zaak")
    simulator.feed("category=nonsense")
    simulator.get("/SyncFeed/2.0/Resources/nothing")
    counts = simulator.requests()
    assert counts["requests"] == {"feed": {"200": 2, "400": 1}, "resources": {"404": 1}}
    assert counts["feed_by_category"] == {"Zaak": {"200": 2}}
    assert counts["user_agents"]["tests/1"] == 1
    assert counts["peak_concurrency"] == 1


def test_the_first_page_says_what_this_is(simulator: Client) -> None:
    page = simulator.get("/").body.decode()
    assert "Nothing here is real" in page
    assert f"curl -X POST {simulator.url}/-/simulator/advance" in page
    assert f'<a href="{simulator.url}/sru?query=c.product-area==officielepublicaties">' in page
    assert simulator.get("/robots.txt").body == b"User-agent: *\nDisallow:\n"


def test_requests_that_cannot_be_followed_are_refused(simulator: Client) -> None:
    before = simulator.state()
    for what, body in (
        ("advance", {"days": 0}),
        ("advance", {"days": "2"}),
        ("advance", [1]),
        ("faults", {"fault": "nonsense"}),
        ("faults", {"fault": "html", "category": "nonsense"}),
        ("faults", {"fault": "html", "count": -1}),
        ("faults", {"fault": "stale", "target": "resources"}),
        ("faults", {"fault": "html", "kind": "cut"}),
    ):
        answer = simulator.post(what, body)
        assert answer.status == 400, (what, body)
        assert answer.json["error"]
    assert simulator.ask("POST", "/-/simulator/advance", b"{").status == 400
    assert simulator.state() == before


def test_two_processes_with_one_seed_serve_the_same_and_time_moves_by_advance_only() -> None:
    def published(client: Client) -> list[bytes]:
        pages = client.pages("category=Document")
        return [
            re.sub(rb"<updated>.*?<author>", b"", p.replace(client.url.encode(), b""), count=1)
            for p in pages
        ]

    arguments = ("--seed", str(SEED), "--size", "0.3", "--today", "2027-02-01", "--no-validators")
    with running(*arguments) as first, running(*arguments) as second:
        assert published(first) == published(second)
        before = published(first)
        report = first.post("advance", {"days": 2}).json
        assert report["today"] == "2027-02-03"
        assert json.loads(second.post("advance", {"days": 2}).body) == report
        assert before != published(first) == published(second)
        paper = first.state()["papers"][0]
        answer = first.get(f"/SyncFeed/2.0/Resources/{paper['id']}")
        assert answer.headers["ETag"] is None
        assert answer.headers["Last-Modified"] is None
