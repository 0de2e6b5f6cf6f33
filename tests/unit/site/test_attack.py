"""A site that anyone may query stands anyone: nothing below may be answered with 500."""

import asyncio
import csv
import io
import json
import re
import resource
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlencode

import pytest
from datasette.app import Datasette

from archive.archive import Archive
from harvester.site.app import make_site
from harvester.site.search_params import FILTERS
from harvester.site.traffic import name_of
from harvester.site.turns import SQL, Busy, Turns
from tests.unit.index.makers import TIME, document, file, filled

LONG_DIGITS = "9" * 5_000
HOSTILE = ("", "\0", "\u202e", "9" * 5_000, "-1", "é" * 300, "' OR 1=1 --", '"', "%", "../" * 40,
           "\ud800", "<script>", "{{7*7}}", "\r\nX: y", "2026-02-30", "0001-01-01", "NEAR(",
           "paper_fts_data", "a" * 3_000)  # fmt: skip
ARGUMENTS = (*FILTERS, "q", "page", "size", "sort", "_as_of", "_lang", "what", "source",
             "_sort", "_size", "_next", "_shape", "_labels", "_facet", "sql", "_search",
             "_timelimit", "_nocol", "_where", "_stream", "_trace", "_extra")  # fmt: skip
TABLE_PATHS = ("/tables", "/tables/paper", "/tables/paper.json", "/tables/paper.csv",
               "/tables/paper/1", "/tables/paper_fts", "/tables/nothing",
               "/tables.json")  # fmt: skip


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    folder = tmp_path_factory.mktemp("attack")
    archive = Archive.create(folder / "archive", created_at=TIME)
    index = filled(folder / "index.sqlite", [document("d", subject="=cmd()"), file("d")])
    index.close()
    site = make_site(folder / "index.sqlite", archive)
    yield site
    site.get_database("griffie").close()


def get(site: Datasette, path: str, **headers: str) -> Any:
    async def ask() -> Any:
        return await site.client.get(path, headers={"Accept-Language": "en", **headers})

    return asyncio.run(ask())


def sql(site: Datasette, text: str, form: str = ".json") -> Any:
    return get(site, f"/tables{form}?{urlencode({'sql': text, '_shape': 'array'})}")


def test_sql_of_readers_is_answered(site: Datasette) -> None:
    assert sql(site, "SELECT subject, 1 AS one FROM paper").json() == [
        {"subject": "=cmd()", "one": 1}
    ]
    assert sql(site, "SELECT count(*) AS n FROM paper_fts WHERE paper_fts MATCH 'cmd'").json() == [
        {"n": 1}
    ]


@pytest.mark.parametrize(
    "text",
    [
        "select length(hex(zeroblob(499999999)))",
        "select length(group_concat(hex(zeroblob(900000)))) from (select 1 union all select 2 "
        "union all select 3 union all select 4 union all select 5)",
        "select instr(hex(zeroblob(1900000)), hex(zeroblob(1800000)) || 'x')",
        "with recursive n(i) as (select 1 union all select i + 1 from n) select count(*) from n",
        "with recursive n(i) as (select 1 union all select i + 1 from n) select i from n "
        "order by 1",
        "select " + "(" * 900 + "1" + ")" * 900,
        "select * from paper_fts_content",
        "select hex(block) from \"PAPER_FTS_data\"",
        "select * from [paper_fts_docsize]",
        "select * from pragma_database_list",
        "select load_extension('x')",
        "select * from sqlite_dbpage",
        "select 1; select 2",
        "delete from paper",
    ],
)  # fmt: skip
def test_hostile_sql_is_refused_in_time_and_hurts_nobody(site: Datasette, text: str) -> None:
    begun = time.monotonic()
    answer = sql(site, text)
    assert answer.status_code in (400, 403), answer.text
    assert time.monotonic() - begun < 20  # not how fast it is: that it ends at all
    assert get(site, "/search?q=cmd").status_code == 200
    assert sql(site, "SELECT 1 AS one").json() == [{"one": 1}]


def test_the_memory_of_sql_is_not_ours(site: Datasette) -> None:
    before = resource.getrusage(resource.RUSAGE_SELF).ru_maxrss
    for _ in range(3):
        sql(site, "select hex(zeroblob(1900000)), hex(zeroblob(1900000)) from paper, paper_facet")
        sql(site, "select length(hex(zeroblob(499999999)))")
    assert resource.getrusage(resource.RUSAGE_SELF).ru_maxrss - before < 100_000  # kB


def test_where_the_index_lies_is_not_told(site: Datasette, tmp_path: Path) -> None:
    folder = str(site.get_database("griffie").path).rpartition("/")[0]
    for path in ("/-/databases.json", "/-/databases", "/-/metadata.json", "/-/threads.json",
                 "/-/settings.json", "/-/plugins.json", "/tables.json", "/tables", "/-/versions",
                 "/tables.json?sql=select+x"):  # fmt: skip
        assert folder not in get(site, path).text, path
    assert get(site, "/-/databases.json").status_code == 404


def test_tables_as_csv_hold_no_formula(site: Datasette) -> None:
    for path in ("/tables/paper.csv?_size=max", "/tables.csv?sql=select+subject+from+paper"):
        rows = list(csv.DictReader(io.StringIO(get(site, path).text)))
        assert [row["subject"] for row in rows] == ["'=cmd()"], path


def test_a_host_that_anybody_can_choose_is_in_no_shared_cache(site: Datasette) -> None:
    for path in ("/search.atom", "/search?q=cmd", "/changes.feed.json", "/robots.txt",
                 "/search.csv", "/tables/paper.json"):  # fmt: skip
        answer = get(site, path, Host="evil.example")
        assert "public" not in answer.headers.get("cache-control", ""), path
        assert "private" in answer.headers.get("cache-control", "private"), path


def test_ranges_and_addresses_beyond_reason_are_no_fault_of_ours(site: Datasette) -> None:
    for value in (f"bytes={LONG_DIGITS}-", f"bytes=-{LONG_DIGITS}", f"bytes=0-{LONG_DIGITS}"):
        assert get(site, "/archive/griffie.json", Range=value).status_code < 500
    for path in (f"/-/static/{'a' * 3_000}.css", f"/-/static-plugins/harvester.site/{'a' * 300}",
                 f"/{'a' * 20_000}", "/-/static/%00", f"/paper/{'a' * 9_000}"):  # fmt: skip
        assert get(site, path).status_code in (400, 404, 414), path[:40]


def _routes(site: Datasette) -> Iterator[str]:
    """Yield an address of each route of ours, and each with nonsense for its parts."""
    names = [name_of(pattern.pattern) for pattern, _ in site._routes() if _is_ours(pattern.pattern)]
    for name in names:
        if "{" not in name:
            yield name
            continue
        for n, value in enumerate(HOSTILE):
            if len(name.split("{")) == 2 or n % 4 == 0:
                said = quote(value.encode(errors="replace"), safe="")
                yield re.sub(r"\{\w+\}", lambda _: said, name)  # noqa: B023
    yield from (f"/file/{'0' * 64}", "/paper/x/bench/1", "/paper/x/a/1/against/b/2")


def _is_ours(pattern: str) -> bool:
    return not pattern.startswith(("/-/", "/(?P<database>", "^/-/static"))


def test_no_route_fails_whatever_it_is_asked(site: Datasette) -> None:
    async def crawl() -> list[tuple[int, str]]:
        bad = []
        paths = list(_routes(site))
        for n, path in enumerate(paths):
            # Each route gets each value, and each argument some of them.
            for k, value in enumerate(HOSTILE if "/" not in path[1:] else HOSTILE[n % 3 :: 9]):
                names = ARGUMENTS[(n + k) % 5 :: 5]
                said = urlencode(dict.fromkeys(names, value.encode(errors="replace")))
                bad += await _failed(site, f"{path}?{said}")
        for path in TABLE_PATHS:
            for k, value in enumerate(HOSTILE[::2]):
                names = ARGUMENTS[k % 4 :: 4]
                said = urlencode(dict.fromkeys(names, value.encode(errors="replace")))
                bad += await _failed(site, f"{path}?{said}")
        return bad

    assert asyncio.run(crawl()) == []


async def _failed(site: Datasette, path: str) -> list[tuple[int, str]]:
    answer = await site.client.get(path)
    return [(answer.status_code, path[:200])] if answer.status_code >= 500 else []


def test_turns_are_taken_in_order_and_the_queue_ends() -> None:
    turns = Turns(at_once=1, most_waiting=2)
    order: list[int] = []

    async def take(n: int) -> None:
        async with turns.turn():
            await asyncio.sleep(0)
            order.append(n)

    async def run() -> list[Any]:
        return await asyncio.gather(*(take(n) for n in range(4)), return_exceptions=True)

    ended = asyncio.run(run())
    assert order == [0, 1, 2]
    assert isinstance(ended[3], Busy)
    assert (turns.refused, turns.waiting, turns.running) == (1, 0, 0)


def test_who_is_refused_is_told_when_to_come_back(
    site: Datasette, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(SQL, "most_waiting", -1)
    answer = sql(site, "select 1")
    assert answer.status_code == 503
    assert int(answer.headers["retry-after"]) > 0
    assert json.loads(answer.text)["ok"] is False
