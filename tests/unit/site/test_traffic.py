"""Every answer is counted once, by its route, status and latency, whichever process gave it."""

import asyncio
import os
from collections.abc import Iterator
from math import inf
from pathlib import Path
from typing import Any

import pytest
from datasette.app import Datasette
from hypothesis import given
from hypothesis import strategies as st
from prometheus_client.parser import text_string_to_metric_families

from archive.archive import Archive
from harvester.site.app import make_site
from harvester.site.limits import Load
from harvester.site.pages.routes import PATTERNS
from harvester.site.traffic import (
    BUCKETS_MS,
    OTHER,
    STATUSES,
    Requests,
    Routes,
    Traffic,
    counted,
    name_of,
)
from tests.unit.index.makers import TIME, document, file, filled

_answer = st.tuples(
    st.integers(0, 3), st.integers(0, 2), st.sampled_from([*STATUSES, 302, 418, 599]),
    st.floats(0, 20_000),
)  # fmt: skip


@given(answers=st.lists(_answer, max_size=60))
def test_metrics_and_figures_have_every_answer_of_every_process(
    answers: list[tuple[int, int, int, float]],
) -> None:
    shared, names = Traffic(4), ("/a", "/b", OTHER)
    for process, route, status, took_ms in answers:
        shared.at(process).count(route, status, took_ms)
    assert sum(one.requests for one in shared.by_route(names)) == len(answers)
    counted = {
        (sample.labels["route"], sample.labels["status"]): sample.value
        for family in text_string_to_metric_families(shared.metrics(names).decode())
        for sample in family.samples
        if sample.name == "griffie_request_seconds_count"
    }
    for route in range(3):
        for status in {s for _, _, s, _ in answers}:
            label = str(status) if status in STATUSES else OTHER
            same = [a for a in answers if a[1] == route and _label(a[2]) == label]
            assert counted.get((names[route], label), 0) == len(same)


def _label(status: int) -> str:
    return str(status) if status in STATUSES else OTHER


@given(took=st.lists(st.floats(0, 20_000), min_size=1, max_size=40))
def test_half_and_most_of_the_answers_came_within_what_is_told(took: list[float]) -> None:
    traffic = Traffic()
    for took_ms in took:
        traffic.count(0, 200, took_ms)
    [figures] = traffic.by_route(["/a"])
    for share, bound in ((0.5, figures.p50_ms), (0.95, figures.p95_ms)):
        assert sum(t <= bound for t in took) >= share * len(took)
        lower = max((b for b in BUCKETS_MS if b < bound), default=0)
        assert sum(t <= lower for t in took) < share * len(took) or lower == 0


def test_a_forked_process_counts_for_all() -> None:
    shared = Traffic(2)
    child = os.fork()
    if child == 0:
        shared.at(1).count(0, 200, 3)
        os._exit(0)
    os.waitpid(child, 0)
    shared.at(0).count(0, 200, 30_000)
    [figures] = shared.by_route(["/a"])
    assert (figures.requests, figures.p50_ms, figures.p95_ms) == (2, 5, inf)


def test_routes_have_names_that_people_read() -> None:
    names = [name_of(pattern) for pattern in PATTERNS]
    assert {"/", "/search", "/search.json", "/paper/{paper}", "/person/{id}"} <= {*names}
    assert len({*names}) == len(names)
    assert not [name for name in names if set("()?\\^$*") & set(name)]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Datasette]:
    folder = tmp_path_factory.mktemp("traffic")
    archive = Archive.create(folder / "archive", created_at=TIME)
    filled(folder / "index.sqlite", [document("d"), file("d")]).close()
    site = make_site(folder / "index.sqlite", archive)
    yield site
    site.get_database("griffie").close()


@pytest.mark.parametrize(
    ("path", "route", "status"),
    [
        ("/search?q=motie", "/search", 200),
        ("/paper/none", "/paper/{paper}", 404),
        ("/tables/paper.json", "/tables", 200),
        ("/" + "x" * 62_000, OTHER, 414),
        ("/nothing/here", OTHER, 404),
    ],
)
def test_answers_are_counted_by_route_and_status(
    site: Datasette, path: str, route: str, status: int
) -> None:

    def so_far() -> float:
        page = site.client.get("/-/requests", headers={"Accept-Language": "en"})
        text = asyncio.run(page).text
        row = text.partition(f"<code>{route}</code>")[2].partition("</tr>")[0]
        return float(row.partition('class="n">')[2].partition("<")[0] or 0)

    before = so_far()
    assert asyncio.run(site.client.get(path)).status_code == status
    assert so_far() == before + 1


def test_what_fails_before_it_answers_is_counted_as_an_error() -> None:
    async def failing(*_: object) -> None:
        raise ValueError("lost")

    load = Load()
    app: Any = counted(failing, _requests(load.traffic))
    with pytest.raises(ValueError, match="lost"):
        asyncio.run(app({"type": "http", "path": "/a"}, None, None))
    [figures] = load.traffic.by_route(["/a", OTHER])
    assert (figures.route, figures.errors) == ("/a", 1)


def _requests(traffic: Traffic) -> Any:
    return Requests(traffic, Routes.of(["^/a$"]))


def test_a_slow_answer_is_logged_with_its_address(
    caplog: pytest.LogCaptureFixture, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr("harvester.site.traffic.SLOW_MS", 0)

    async def app(scope: Any, receive: Any, send: Any) -> None:
        await send({"type": "http.response.start", "status": 200, "headers": []})

    async def send(message: Any) -> None:
        pass

    scope = {"type": "http", "path": "/a\n", "query_string": b"q=x"}
    wrapped: Any = counted(app, _requests(Traffic()))
    asyncio.run(wrapped(scope, None, send))
    assert "slow: /a\\n?q=x" in caplog.text
