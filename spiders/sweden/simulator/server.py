"""The stand-in over HTTP: the source's addresses, its faults, and a control plane."""

import json
import random
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import date, timedelta
from typing import Any

from aiohttp import web

from spiders.sweden.simulator import wire
from spiders.sweden.simulator.papers import Paper, Session, members

LARGEST_PAGE = 200
FAULTS = {
    "down": "every request gets 500",
    "capped": "beyond `page` (50) a list repeats that page and points forward",
    "error in 200": "a document gets status 200 and an error of another shape",
    "unlisted": "the last half of each list is missing, and not counted",
    "latin-1": "answers are not in UTF-8",
}
PREFIX = "/-/simulator"
Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Riksdag:
    """The fictional parliament and what it publishes today."""

    def __init__(self, seed: int, today: date, size: float = 1) -> None:
        """Make the papers of the last session and of this one, far into the future."""
        dice = random.Random(seed)  # noqa: S311 - no secrets here
        self.today = today
        self.chamber = members(dice)
        year = today.year if today.month >= 9 else today.year - 1
        count = max(4, round(16 * size))
        last = Session(dice, year - 1, self.chamber).papers(date(year - 1, 10, 1), count)
        this = Session(dice, year, self.chamber).papers(today - timedelta(days=6), 2 * count)
        self._papers = {paper.id: paper for paper in (*last, *this)}

    def served(self) -> list[Paper]:
        """Return the documents that are there today, the latest first."""
        there = [
            paper for paper in self._papers.values()
            if paper.planned <= self.today and not (paper.gone and paper.gone <= self.today)
        ]  # fmt: skip
        return sorted(there, key=lambda paper: (paper.day, paper.id), reverse=True)

    def paper(self, id_: str) -> Paper | None:
        """Return a document that is there today."""
        return next((paper for paper in self.served() if paper.id == id_), None)


class Server:
    """Answers as data.riksdagen.se does."""

    def __init__(self, riksdag: Riksdag) -> None:
        """Serve this parliament, without faults."""
        self.riksdag = riksdag
        self.base_url = ""
        self.faults: dict[str, Any] = {}
        self.requests: Counter[str] = Counter()

    def application(self) -> web.Application:
        """Return the application."""
        app = web.Application(middlewares=[self._middleware])
        add = app.router.add_get
        add("/", self._index)
        add("/dokumentlista/", self._list)
        add("/dokumentstatus/{id}.json", self._status)
        add("/utskottsforslag/{id}.json", self._points)
        add("/votering/{id}.json", self._votes)
        add("/dokument/{id}.html", self._text)
        add("/fil/{id}", self._file)
        add(f"{PREFIX}/state", self._state)
        add(f"{PREFIX}/requests", self._counts)
        add(f"{PREFIX}/faults", self._list_faults)
        app.router.add_post(f"{PREFIX}/advance", self._advance)
        app.router.add_post(f"{PREFIX}/faults", self._switch_on)
        app.router.add_delete(f"{PREFIX}/faults", self._switch_off)
        return app

    @web.middleware
    async def _middleware(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if not request.path.startswith(PREFIX):
            self.requests[request.path.split("/")[1] or "/"] += 1
            if "down" in self.faults:
                return web.Response(status=500, text="Serverfel")
        return await handler(request)

    def _json(self, value: Any) -> web.Response:
        text = json.dumps(value, ensure_ascii=False)
        # The byte order mark is the source's own.
        body = text.encode("latin-1" if "latin-1" in self.faults else "utf-8-sig", "replace")
        return web.Response(body=body, content_type="application/json", charset="utf-8")

    async def _list(self, request: web.Request) -> web.Response:
        asked, riksdag = request.query, self.riksdag
        hits = [
            paper for paper in riksdag.served()
            if paper.kind == asked.get("doktyp") and paper.session == asked.get("rm")
        ]  # fmt: skip
        if "unlisted" in self.faults:
            hits = hits[: len(hits) // 2]
        size = min(_number(asked.get("sz"), 20), LARGEST_PAGE)
        pages = -(-len(hits) // size)
        cap = int(self.faults.get("capped", {}).get("page", 50))
        number = min(max(_number(asked.get("p"), 1), 1), cap)
        shown = hits[(number - 1) * size : number * size]
        told = {
            "@ms": "12.0", "@version": "3.8.5.21679", "@q": request.query_string,
            "@datum": f"{riksdag.today} 12:00:00", "@sidor": str(pages),
            "@traffar": str(len(hits)), "@dR": "11", "@sida": str(number),
        }  # fmt: skip
        if number < pages:
            following = f"http:{self.base_url.partition(':')[2]}/dokumentlista/?p={number + 1}"
            told["@nasta_sida"] = following
        told["dokument"] = wire.listed(
            [wire.hit(paper, riksdag.today, self.base_url) for paper in shown]
        )
        return self._json({"dokumentlista": told})

    async def _status(self, request: web.Request) -> web.Response:
        if "error in 200" in self.faults:
            return self._json({"anforande": {"@not": "felaktigt anrop. 5"}})
        paper = self._paper(request)
        return self._json({"dokumentstatus": wire.status(paper, self.riksdag.today, self.base_url)})

    async def _points(self, request: web.Request) -> web.Response:
        report = self._paper(request)
        return self._json(
            {"utskottsforslag": wire.points(report, self.riksdag.today, self.base_url)}
        )

    async def _votes(self, request: web.Request) -> web.Response:
        for report in self.riksdag.served():
            for division, cast in report.divisions.values():
                if division == request.match_info["id"]:
                    told = wire.votes(division, cast, self.riksdag.chamber)
                    return self._json({"votering": told})
        raise web.HTTPNotFound(text="Sidan finns inte")

    async def _text(self, request: web.Request) -> web.Response:
        return web.Response(text=wire.text_of(self._paper(request)), content_type="text/html")

    async def _file(self, request: web.Request) -> web.Response:
        for paper in self.riksdag.served():
            if wire.file_id(paper) == request.match_info["id"]:
                return web.Response(text=wire.text_of(paper), content_type="text/html")
        raise web.HTTPNotFound(text="Sidan finns inte")

    def _paper(self, request: web.Request) -> Paper:
        paper = self.riksdag.paper(request.match_info["id"])
        if paper is None:
            raise web.HTTPNotFound(text="Sidan finns inte")
        return paper

    # The control plane ---------------------------------------------------------------------------

    async def _index(self, _request: web.Request) -> web.Response:
        lines = ["A fictional Riksdag.", "", f'POST {PREFIX}/advance {{"days": 5}}']
        lines += [
            f'POST {PREFIX}/faults {{"kind": "{kind}"}}  {what}' for kind, what in FAULTS.items()
        ]
        return web.Response(text="\n".join([*lines, f"DELETE {PREFIX}/faults", ""]))

    async def _advance(self, request: web.Request) -> web.Response:
        days = (await request.json()).get("days", 1)
        if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= 366:
            raise web.HTTPBadRequest(text="days is a whole number from 1 to 366")
        self.riksdag.today += timedelta(days=days)
        return web.json_response({"today": self.riksdag.today.isoformat()})

    async def _state(self, _request: web.Request) -> web.Response:
        served = self.riksdag.served()
        return web.json_response(
            {
                "today": self.riksdag.today.isoformat(),
                "documents": sorted(f"{paper.kind}/{paper.id}" for paper in served),
            }
        )

    async def _counts(self, _request: web.Request) -> web.Response:
        return web.json_response(dict(self.requests))

    async def _list_faults(self, _request: web.Request) -> web.Response:
        return web.json_response({"faults": self.faults, "kinds": FAULTS})

    async def _switch_on(self, request: web.Request) -> web.Response:
        fault = await request.json()
        if fault.get("kind") not in FAULTS:
            raise web.HTTPBadRequest(text=f"the kinds are: {', '.join(FAULTS)}")
        self.faults[fault["kind"]] = fault
        return await self._list_faults(request)

    async def _switch_off(self, request: web.Request) -> web.Response:
        self.faults.clear()
        return await self._list_faults(request)


def _number(text: str | None, default: int) -> int:
    return int(text) if text and text.isascii() and text.isdigit() and len(text) < 9 else default
