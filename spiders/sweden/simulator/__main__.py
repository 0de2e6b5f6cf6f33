"""`python -m spiders.sweden.simulator`: serve a fictional Riksdag until Ctrl-C."""

import asyncio
import json
import signal
from datetime import date, timedelta

import click
from aiohttp import web

from spiders.sweden.simulator.server import Riksdag, Server


@click.command(name="simulate")
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 takes a free one.")
@click.option("--seed", type=int, default=1866, show_default=True, help="Which parliament.")
@click.option("--size", type=click.FloatRange(0.1, 100), default=1, help="How many papers.")
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    default=None,
    help="Its calendar's first day, ten days ago by default; it moves by advance only.",
)
def command(host: str, port: int, seed: int, size: float, today: date | None) -> None:
    """Serve a stand-in of the Riksdag's open data; print one line of JSON with its address."""
    day = date.today() - timedelta(days=10)
    if today is not None:
        day = date(today.year, today.month, today.day)
    asyncio.run(_serve(Server(Riksdag(seed, day, size)), host, port))


async def _serve(server: Server, host: str, port: int) -> None:
    runner = web.AppRunner(server.application(), access_log=None)
    await runner.setup()
    await web.TCPSite(runner, host, port, shutdown_timeout=1).start()
    try:
        server.base_url = f"http://{host}:{runner.addresses[0][1]}"
        stopped = asyncio.Event()
        for number in (signal.SIGINT, signal.SIGTERM):
            asyncio.get_running_loop().add_signal_handler(number, stopped.set)
        click.echo(json.dumps({"url": server.base_url}))
        await stopped.wait()
    finally:
        await runner.cleanup()


if __name__ == "__main__":
    command()
