"""Run a simulator until it is told to stop."""

import asyncio
import gc
import signal
from collections.abc import Callable

from aiohttp import web

from spiders.netherlands.simulator.server import Simulator


async def serve(simulator: Simulator, host: str, port: int, ready: Callable[[str], None]) -> None:
    """Listen until SIGINT or SIGTERM; port 0 takes a free one.

    `ready` is called with the base URL once requests are answered.
    """
    # The world lives as long as the process: keep the collector from walking it again and again.
    gc.freeze()
    gc.enable()
    runner = web.AppRunner(simulator.application(), access_log=None)
    await runner.setup()
    site = web.TCPSite(runner, host, port, shutdown_timeout=1)
    await site.start()
    try:
        simulator.base_url = f"http://{host}:{runner.addresses[0][1]}"
        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        ready(simulator.base_url)
        await stopped.wait()
    finally:
        await runner.cleanup()
