"""Every link on every kind of page leads somewhere, also to the files of a snapshot."""

import asyncio
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import urljoin, urlsplit

import pytest
from datasette.app import Datasette

from harvester.index import Index
from harvester.progress import Silent
from harvester.site.app import make_site
from harvester.snapshot.create import Wish, create_snapshot
from harvester.source import domain
from tests.unit.index.makers import READERS, document, file, link, record, row
from tests.unit.snapshot.makers import SETTINGS, Old

STARTS = ("/", "/search?q=over", "/changes", "/sources", "/snapshots", "/people", "/dossiers",
          "/about", "/robots.txt", "/search?dossier=36001")  # fmt: skip
MOST_PAGES = 400


class _Links(HTMLParser):
    """The addresses that a page names."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found += [value for name, value in attrs if name in ("href", "src") and value]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Datasette:
    old = Old(tmp_path_factory.mktemp("links"))
    for content in ("bytes", "other bytes", "bytes of m", "newer bytes"):
        payload = old.archive.payloads.writer()
        payload.write(content.encode())
        old.archive.payloads.commit([payload.close()])
    case = row(domain.Case, number="Z", kind="motion", advice="against")
    who = {"name": "P. Persoon", "party": "PA", "person_id": "p1", "is_withdrawn": 0}
    decision = row(domain.Decision, text="Aangenomen.", outcome="adopted")
    vote = row(domain.Vote, decision_id="b", choice="for", party_size=9, actor_party="PA",
               actor_name="PA", is_mistake=0)  # fmt: skip
    labels = [domain.StatedDossier(1, "36001", "Een dossier")]
    old.add(
        document("m", *labels, link("document_case", "z"), kind="motion"),
        record("z", case),
        record("a", row(domain.Actor, document_id="m", role="mover", **who)),
        record("s", row(domain.Actor, document_id="a", role="signatory", **who)),
        record("v", vote),
        record("b", decision, link("decision_case", "z")),
        file("m", "bytes of m"),
    )
    old.add(document("a", subject="Over iets anders"), file("a", "newer bytes"))
    index = Index.open(old.kept.index, READERS)
    index.refresh()
    index.close()
    settings = SETTINGS.model_copy(update={"index": old.kept.index})
    for name in ("first", "second"):
        create_snapshot(old.archive, settings, {}, Wish(name=name, with_files=True), Silent())
    return make_site(old.kept.index, old.archive)


async def _crawl(site: Datasette) -> tuple[set[str], list[tuple[int, str, str]]]:
    """Follow every link of the site's own pages; of Datasette's, only the way there."""
    wanted = [(path, "") for path in STARTS]
    seen, dead = set(STARTS), []
    while wanted and len(seen) < MOST_PAGES:
        path, origin = wanted.pop(0)
        answer = await site.client.get(path)
        if answer.status_code >= 400:
            dead.append((answer.status_code, path, origin))
        is_page = answer.headers.get("content-type", "").startswith("text/html")
        if not is_page or path.startswith(("/tables", "/-/")):
            continue
        links = _Links()
        links.feed(answer.text)
        for address in links.found:
            target = urlsplit(urljoin(f"http://localhost{path}", address))
            if target.netloc not in ("localhost", "") or target.scheme not in ("http", "https"):
                continue
            address = target.path + (f"?{target.query}" if target.query else "")
            if address not in seen:
                seen.add(address)
                wanted.append((address, path))
    return seen, dead


def test_no_link_of_any_page_is_dead(site: Datasette) -> None:
    seen, dead = asyncio.run(_crawl(site))
    assert dead == []
    kinds = ("/paper/", "/dossier/", "/person/", "/party/", "/archive/snapshots/second/",
             "/archive/snapshots/first/", "/file/", "/search.csv", "/search.atom",
             "/changes.csv")  # fmt: skip
    assert [kind for kind in kinds if not any(path.startswith(kind) for path in seen)] == []


def test_a_table_is_sent_whole_however_long(tmp_path: Path) -> None:
    old = Old(tmp_path)
    old.add(*(document(f"n{n}", subject="=1+1") for n in range(1_203)))
    index = Index.open(old.kept.index, READERS)
    index.refresh()
    index.close()
    site = make_site(old.kept.index, old.archive)

    async def lines(path: str) -> list[str]:
        text: str = (await site.client.get(path)).text
        return text.splitlines()

    papers = asyncio.run(lines("/search.csv?q=1"))
    assert len(papers) == 1 + 1_203
    assert len({line.partition(",")[0] for line in papers}) == 1 + 1_203
    assert not any(",=1+1" in line for line in papers)
    assert len(set(asyncio.run(lines("/changes.csv?what=new")))) == 1 + 1_203 + 3
