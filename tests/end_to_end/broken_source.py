"""A source that one day withdraws most of what it has, and may take that back.

`python -m tests.end_to_end.broken_source` is a simulator that can be broken; it prints its address.
"""

import asyncio
import json
from datetime import date

from aiohttp import web

from spiders.netherlands.simulator.control import PREFIX
from spiders.netherlands.simulator.entities import Entity
from spiders.netherlands.simulator.parliament import Parliament
from spiders.netherlands.simulator.server import Simulator
from spiders.netherlands.simulator.serving import serve

SEED = 11


class BrokenSource(Simulator):
    """A simulator that can also break and be mended."""

    def __init__(self, world: Parliament) -> None:
        super().__init__(world)
        self._press = world._press
        self._kept: list[Entity] = []

    def application(self) -> web.Application:
        """Return the simulator's routes and two more."""
        app = super().application()
        app.router.add_post(f"{PREFIX}/break", self._break)
        app.router.add_post(f"{PREFIX}/mend", self._mend)
        return app

    async def _break(self, _: web.Request) -> web.Response:
        there = [r.entity for r in self.world.store.view(None).rows if not r.entity.is_withdrawn]
        self._kept = there[: len(there) * 6 // 10]
        for entity in self._kept:
            self._press.withdraw(entity.id)
        return web.json_response({"withdrawn": len(self._kept)})

    async def _mend(self, _: web.Request) -> web.Response:
        for entity in self._kept:
            self.world.store.put(entity, self._press._updated(self._press._next_moment()))
        return web.json_response({"returned": len(self._kept)})


def main() -> None:
    """Serve until told to end."""
    world = Parliament(SEED, size=0.3, today=date(2026, 10, 1), is_tidy=True)
    asyncio.run(serve(BrokenSource(world), "127.0.0.1", 0, announce))


def announce(url: str) -> None:
    """Print the address as the simulator does."""
    print(json.dumps({"url": url}), flush=True)


if __name__ == "__main__":
    main()
