"""The control plane: let time pass, switch faults, see counts and the expected truth."""

import json
from typing import Any

from aiohttp import web

from spiders.netherlands.simulator.errors import RequestRefused
from spiders.netherlands.simulator.faults import KINDS, Faults, parse_fault
from spiders.netherlands.simulator.tally import Tally
from spiders.netherlands.simulator.world import World

PREFIX = "/-/simulator"
MAX_DAYS = 366


def dump(value: object) -> str:
    """Write JSON as it is answered."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def _answer(value: object) -> web.Response:
    return web.json_response(text=dump(value))


class Control:
    """The handlers of the control plane; a request that cannot be followed gets 400."""

    def __init__(self, world: World, faults: Faults, tally: Tally) -> None:
        self._world = world
        self._faults = faults
        self._tally = tally

    def add_routes(self, app: web.Application) -> None:
        """Add the routes to an application."""
        app.router.add_post(f"{PREFIX}/advance", self._advance)
        app.router.add_post(f"{PREFIX}/republish", self._republish)
        app.router.add_get(f"{PREFIX}/faults", self._list_faults)
        app.router.add_post(f"{PREFIX}/faults", self._switch_on)
        app.router.add_delete(f"{PREFIX}/faults", self._switch_off)
        app.router.add_get(f"{PREFIX}/state", self._state)
        app.router.add_get(f"{PREFIX}/requests", self._requests)
        app.router.add_delete(f"{PREFIX}/requests", self._forget_requests)

    async def _advance(self, request: web.Request) -> web.Response:
        days = (await _body(request)).get("days", 1)
        if isinstance(days, bool) or not isinstance(days, int) or not 1 <= days <= MAX_DAYS:
            raise _refused(f"days is {days!r}, not a whole number from 1 to {MAX_DAYS}")
        return _answer({**self._world.advance(days), "head": self._world.store.head})

    async def _republish(self, _request: web.Request) -> web.Response:
        return _answer({"republished": self._world.republish(), "head": self._world.store.head})

    async def _list_faults(self, _request: web.Request) -> web.Response:
        return _answer({"faults": self._faults.listed(), "kinds": dict(KINDS)})

    async def _switch_on(self, request: web.Request) -> web.Response:
        try:
            fault = parse_fault(await _body(request))
        except RequestRefused as error:
            raise _refused(str(error)) from error
        self._faults.switch_on(fault, self._world.store.views())
        return _answer({"faults": self._faults.listed()})

    async def _switch_off(self, _request: web.Request) -> web.Response:
        self._faults.switch_off()
        return _answer({"faults": []})

    async def _state(self, _request: web.Request) -> web.Response:
        store = self._world.store
        state = {"head": store.head, "categories": store.counts(), **self._world.truth()}
        return _answer(state)

    async def _requests(self, _request: web.Request) -> web.Response:
        return _answer(self._tally.as_json())

    async def _forget_requests(self, _request: web.Request) -> web.Response:
        self._tally.clear()
        return _answer(self._tally.as_json())


async def _body(request: web.Request) -> dict[str, Any]:
    text = await request.text()
    try:
        body = json.loads(text or "{}")
    except json.JSONDecodeError as error:
        raise _refused(f"the body is no JSON: {error}") from error
    if not isinstance(body, dict):
        raise _refused("the body is no JSON object")
    return body


def _refused(message: str) -> web.HTTPBadRequest:
    return web.HTTPBadRequest(text=dump({"error": message}), content_type="application/json")
