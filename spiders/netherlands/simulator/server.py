"""The simulator's HTTP server: the feed, the entities and the files of a world, and KOOP's."""

import ipaddress
from collections.abc import Awaitable, Callable
from datetime import UTC, datetime

from aiohttp import web

from spiders.netherlands.simulator import control, entities, feed, resources
from spiders.netherlands.simulator.faults import Fault, Faults, Views
from spiders.netherlands.simulator.index_page import index_page
from spiders.netherlands.simulator.koop import service
from spiders.netherlands.simulator.misbehaviour import OUTCOME, misbehave, not_found, server_error
from spiders.netherlands.simulator.portal.copies import Copies
from spiders.netherlands.simulator.portal.service import Portal
from spiders.netherlands.simulator.schema import CATEGORIES
from spiders.netherlands.simulator.tally import Tally
from spiders.netherlands.simulator.world import Missing, World

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]

_CATEGORY = web.RequestKey("category", str)
_KINDS = {feed.FEED_PATH: "feed", feed.ENTITY_PATH: "entities", feed.RESOURCE_PATH: "resources"}


def utc_now() -> datetime:
    """Return the time of a request."""
    return datetime.now(UTC)


class Simulator:
    """Answers for one world; `base_url` is what the links inside the feed start with."""

    def __init__(
        self,
        world: World,
        *,
        now: Callable[[], datetime] = utc_now,
        with_validators: bool = True,
        wall: int = service.WALL,
    ) -> None:
        self.world = world
        self.faults = Faults()
        self.tally = Tally()
        self.base_url = ""
        self._now = now
        self._with_validators = with_validators
        self._koop = service.Service(
            world.koop,
            self.faults,
            lambda: self.base_url,
            wall=wall,
            with_validators=with_validators,
        )

        self._portal = Portal(
            world.ministries, Copies(world.koop), self.faults, lambda: self.base_url
        )

    def application(self) -> web.Application:
        """Return the routes as an aiohttp application."""
        app = web.Application(middlewares=[self._counted])
        app.router.add_get(feed.FEED_PATH, self._feed)
        app.router.add_get(f"{feed.ENTITY_PATH}/{{id}}", self._entity)
        app.router.add_get(f"{feed.RESOURCE_PATH}/{{id}}", self._resource)
        app.router.add_get("/robots.txt", self._robots)
        app.router.add_get("/", self._index)
        self._koop.add_routes(app)
        self._portal.add_routes(app)
        control.Control(self.world, self.faults, self.tally).add_routes(app)
        return app

    @web.middleware
    async def _counted(self, request: web.Request, handler: Handler) -> web.StreamResponse:
        if request.path.startswith(control.PREFIX):
            _check_is_local(request)
            return await handler(request)
        conditional = {"If-None-Match", "If-Modified-Since"} & set(request.headers)
        self.tally.begin(request.headers.get("User-Agent", ""), bool(conditional))
        outcome = "aborted"
        try:
            response = await handler(request)
            outcome = str(response.status)
        except web.HTTPException as error:
            outcome = str(error.status)
            raise
        finally:
            kind = _KINDS.get(request.path.removesuffix("/" + request.match_info.get("id", "")))
            kind = request.get(service.KIND, kind)
            outcome = request.get(OUTCOME, outcome)
            self.tally.end(kind or "other", request.get(_CATEGORY), outcome)
        return response

    async def _feed(self, request: web.Request) -> web.StreamResponse:
        asked = _asked(request)
        if asked.category is not None:
            request[_CATEGORY] = asked.category

        async def answer(views: Views | None = None) -> web.StreamResponse:
            if views is None:
                view = self.world.store.view(asked.category)
            else:
                view = views.get(asked.category) or self.world.store.view("none")
            rows = view.page(-1 if asked.skiptoken is None else asked.skiptoken)
            body = feed.page(self.base_url, asked, rows, self._now())
            return web.Response(body=body, content_type="application/atom+xml", charset="utf-8")

        met = self.faults.take(
            "feed", category=asked.category, entity_id=None, is_first_page=asked.skiptoken is None
        )
        if met is None:
            return await answer()
        fault, views = met
        return await (answer(views) if views else misbehave(request, fault, answer))

    async def _entity(self, request: web.Request) -> web.StreamResponse:
        async def answer() -> web.StreamResponse:
            row = self.world.store.get(request.match_info["id"])
            if row is None:
                return not_found()
            return web.Response(text=entities.render(row.entity), content_type="application/xml")

        fault = self._met("entities", request)
        return await (misbehave(request, fault, answer) if fault else answer())

    async def _resource(self, request: web.Request) -> web.StreamResponse:
        fault = self._met("resources", request)
        is_bare = fault is not None and fault.kind == "no_validators"

        async def answer() -> web.StreamResponse:
            file = self.world.file(request.match_info["id"])
            if file is None:
                return not_found()
            if isinstance(file, Missing):
                return not_found() if file.status == 404 else server_error()
            has_validators = self._with_validators and not is_bare
            return resources.serve(request, file, with_validators=has_validators)

        return await (misbehave(request, fault, answer) if fault and not is_bare else answer())

    def _met(self, target: str, request: web.Request) -> Fault | None:
        entity_id = request.match_info["id"]
        row = self.world.store.get(entity_id)
        category = row.entity.category if row else None
        met = self.faults.take(target, category=category, entity_id=entity_id, is_first_page=True)
        return met[0] if met else None

    async def _index(self, _request: web.Request) -> web.StreamResponse:
        page = index_page(self.base_url, self.world.store.counts(), len(self.world.koop))
        return web.Response(text=page, content_type="text/html")

    async def _robots(self, _request: web.Request) -> web.StreamResponse:
        return web.Response(text="User-agent: *\nDisallow:\n")


def _asked(request: web.Request) -> feed.Query:
    """Read a feed request; the parameters may come in any order.

    Raises:
        web.HTTPBadRequest: the service's answer to these is unverified (guide 6); 400 is ours.
    """
    category = request.query.get("category")
    if category is not None and category not in CATEGORIES:
        raise _refused(f"unknown category {category!r}")
    if request.query.get("content", "internal") != "internal":
        raise _refused("only content=internal is served here: the other form is unverified")
    token = request.query.get("skiptoken")
    try:
        return feed.Query(category, None if token is None else int(token))
    except ValueError:
        raise _refused(f"skiptoken {token!r} is no integer") from None


def _refused(message: str) -> web.HTTPBadRequest:
    body = control.dump({"error": {"code": "BadRequest", "message": message}})
    return web.HTTPBadRequest(text=body, content_type="application/json")


def _check_is_local(request: web.Request) -> None:
    if not ipaddress.ip_address(request.remote or "0.0.0.0").is_loopback:  # noqa: S104
        raise web.HTTPForbidden(text="the simulator is steered from its own machine only\n")
