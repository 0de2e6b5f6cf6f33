"""Whatever a source puts in a title, a name or a file's name: it is shown, and does nothing."""

import asyncio
import json
from typing import Any
from urllib.parse import quote

import pytest
from datasette.app import Datasette
from lxml import etree

from archive.archive import Archive
from archive.entries import Aside, Header
from harvester.index import asides
from harvester.index.connection import transaction
from harvester.site.app import make_site
from harvester.source import domain
from harvester.text import Text, dump, text_key
from tests.end_to_end.markup import check_html
from tests.unit.archive.makers import digest
from tests.unit.index.makers import (
    LATER,
    SOURCE,
    TIME,
    document,
    file,
    filled,
    link,
    record,
    row,
)

HOSTILE = (
    "<script>alert(1)</script>", "\"><img src=x onerror=alert(1)>", "'; DROP TABLE paper; --",
    "</title></script><b>", "{{ 7*7 }}", "%s%n{0}", "=cmd|'/c calc'!A1", "\u202etxt.exe", "a\x00b",
    "../../etc/passwd", "javascript:alert(1)", "&lt;&amp;", "x" * 5000, "\x02\x03", "🙈\ud7ff",
)  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    """A site whose every paper is about something hostile."""
    folder = tmp_path_factory.mktemp("hostile")
    archive = Archive.create(folder / "archive", created_at=TIME)
    first: list[Any] = []
    for n, text in enumerate(HOSTILE):
        first += _hostile(f"d{n}", text)
        for words in (f"a {text} b", f"a {text} c"):
            archive.store.put_derived(text_key(digest(words)), dump(Text("ok", words)))
    changed = [file(f"d{n}", f"a {text} c", LATER) for n, text in enumerate(HOSTILE)]
    index = filled(folder / "index.sqlite", first, changed)
    index.put_texts(())
    header = Header(SOURCE, 9, None, "h", "other", "none", TIME)
    put_aside = [Aside("Thing", f"Thing/{text}", TIME, text, text, text, b"x") for text in HOSTILE]
    with transaction(index.database) as connection:
        asides.apply(connection, header, put_aside)
    index.close()
    return make_site(folder / "index.sqlite", archive)


def _hostile(id_: str, text: str) -> list[Any]:
    paper = document(
        id_, kind="motion", number=f"{id_} {text[:30]}", subject=text, title=text, soort=text,
        chamber=text,
    )  # fmt: skip
    case = row(domain.Case, number="Z", kind="motion", appraisal=text, advice="against")
    who = {"name": text, "party": text, "function": text, "person_id": f"p{id_}"}
    votes = row(domain.Vote, decision_id=f"b{id_}", choice="for", party_size=9,
                actor_party=text, actor_name=text, is_mistake=0)  # fmt: skip
    decision = row(domain.Decision, text=text, soort=text, outcome="adopted")
    return [
        paper,
        file(id_, f"a {text} b"),
        record(f"z{id_}", case, link("document_case", f"z{id_}")),
        record(f"a{id_}", row(domain.Actor, document_id=id_, role="mover",
                              is_withdrawn=0, **who)),
        record(f"v{id_}", votes),
        record(f"b{id_}", decision, link("decision_case", f"z{id_}")),
    ]  # fmt: skip


def get(site: Datasette, path: str) -> Any:
    async def ask() -> Any:
        return await site.client.get(path, headers={"Accept-Language": "en"})

    return asyncio.run(ask())


def test_no_page_breaks_or_runs(site: Datasette) -> None:
    papers = json.loads(get(site, "/search.json?size=100").text)["papers"]
    assert len(papers) == len(HOSTILE)
    paths = ["/", "/search?q=a", "/search?kind=motion", "/people", "/dossiers", "/changes",
             "/sources", "/about", "/snapshots"]  # fmt: skip
    for paper in papers:
        address = quote(paper["id"], safe="")
        paths += [f"/paper/{address}", f"/paper/{address}/testland/1",
                  f"/paper/{address}/testland/2/against/testland/1"]  # fmt: skip
    # A name that no column holds is unknown, and who has no name has no page.
    paths += [f"/person/pd{n}" for n, text in enumerate(HOSTILE) if "\0" not in text]
    for path in paths:
        answer = get(site, path)
        assert answer.status_code == 200, path
        check_html(answer.text, path)


@pytest.mark.parametrize("text", HOSTILE)
def test_no_address_breaks_or_runs(site: Datasette, text: str) -> None:
    said = quote(text.encode(errors="replace"), safe="")
    for path in (
        f"/search?q={said}", f"/search?kind={said}&sender={said}&dossier={said}",
        f"/changes?source={said}", f"/party/{said}", f"/dossier/{said}", f"/paper/{said}",
        f"/person/{said}", f"/{said}", f"/search?q=a&page={said}", f"/?q={said}",
    ):  # fmt: skip
        answer = get(site, path)
        assert answer.status_code in (200, 302, 404), path
        if answer.status_code != 302:
            check_html(answer.text, path)


def test_data_and_feeds_stay_what_they_are(site: Datasette) -> None:
    for path in (
        "/search.json?size=100",
        "/changes.json",
        "/search.feed.json",
        "/changes.feed.json",
    ):
        assert json.loads(get(site, path).text)
    for path in ("/search.atom", "/changes.atom", "/opensearch.xml"):
        assert etree.fromstring(get(site, path).content) is not None
    for line in get(site, "/search.csv").text.splitlines():
        assert "=cmd" not in line or "'=cmd" in line


def test_what_is_put_aside_is_told_with_its_reason(site: Datasette) -> None:
    page = get(site, "/sources").text
    assert page.count("<code>Thing/") == len(HOSTILE)
    assert "Thing/&lt;script&gt;" in page
