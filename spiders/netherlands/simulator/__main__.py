"""`python -m spiders.netherlands.simulator`, and the command behind `griffie simulate`."""

import asyncio
import gc
import json
import sys
from datetime import date
from pathlib import Path

import click

from spiders.netherlands.simulator.corpus import Bodies, load_corpus
from spiders.netherlands.simulator.errors import SimulatorError
from spiders.netherlands.simulator.parliament import Parliament
from spiders.netherlands.simulator.server import Simulator
from spiders.netherlands.simulator.serving import serve
from spiders.netherlands.simulator.world import World

EPILOG = """\b
Examples:
  python -m spiders.netherlands.simulator --port 8008 --seed 7
  python -m spiders.netherlands.simulator --corpus shared/corpus/motions --bodies xml
Then open the address it prints: that page says how to let time pass and how to
switch faults on."""


@click.command(name="simulate", epilog=EPILOG)
@click.option("--host", default="127.0.0.1", show_default=True, help="Where to listen.")
@click.option("--port", type=click.IntRange(0, 65535), default=0, help="0 takes a free one.")
@click.option("--seed", type=int, default=1848, show_default=True, help="Which parliament.")
@click.option(
    "--size",
    type=click.FloatRange(0.1, 1000),
    default=1,
    show_default=True,
    help="How much it has published: 1 is about 60 letters and 140 motions.",
)
@click.option(
    "--today",
    type=click.DateTime(["%Y-%m-%d"]),
    default="2026-10-01",
    show_default=True,
    help="Its calendar's first day; it moves by advance only.",
)
@click.option("--tidy", is_flag=True, help="No missing or late files and no wrong lengths.")
@click.option(
    "--corpus",
    type=click.Path(path_type=Path, exists=True, file_okay=False),
    help="Serve the real rows of this folder instead.",
)
@click.option(
    "--bodies",
    type=click.Choice([b.value for b in Bodies]),
    default="pdf",
    show_default=True,
    help="With --corpus: what the files are made as.",
)
@click.option(
    "--exact-lengths",
    is_flag=True,
    help="With --corpus: contentLength as served instead of the source's.",
)
@click.option(
    "--wall",
    type=click.IntRange(2, 10_000),
    default=10_000,
    show_default=True,
    help="The position from which a search at KOOP gets 504.",
)
@click.option("--no-validators", is_flag=True, help="Files without ETag and Last-Modified.")
def command(
    host: str,
    port: int,
    seed: int,
    size: float,
    today: date,
    tidy: bool,
    corpus: Path | None,
    bodies: str,
    exact_lengths: bool,
    wall: int,
    no_validators: bool,
) -> None:
    """Serve stand-ins of the Tweede Kamer's SyncFeed, KOOP's publications and open.overheid.nl.

    Prints one line of JSON with its address when it answers, and runs until Ctrl-C.
    """
    # Loading makes a million objects and frees none: the collector would only look at them.
    gc.disable()
    world: World
    try:
        if corpus is not None:
            world = load_corpus(corpus, Bodies(bodies), exact_lengths=exact_lengths)
        else:
            day = date(today.year, today.month, today.day)
            world = Parliament(seed, size=size, today=day, is_tidy=tidy)
    except SimulatorError as error:
        raise click.UsageError(str(error)) from error
    simulator = Simulator(world, with_validators=not no_validators, wall=wall)
    asyncio.run(serve(simulator, host, port, _announce))


def _announce(url: str) -> None:
    click.echo(json.dumps({"url": url}))
    if sys.stdout.isatty():
        click.echo(f"Open {url} to see how to steer it; Ctrl-C ends it.", err=True)


if __name__ == "__main__":
    command()
