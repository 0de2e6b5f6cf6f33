"""Many disturbed lives of an archive, by dice that repeat: `make soak`.

In each life an archive, in a folder or in a bucket behind a proxy that misbehaves, is harvested
some times while processes are killed or told to stop, the way to the bucket and the source fail,
the clock jumps and the index is lost. A last harvest in peace must then give the index that an
undisturbed archive has, row for row, from an archive that `verify` finds whole.
"""

import argparse
import multiprocessing
import os
import random
import shutil
import signal
import subprocess
import sys
import tempfile
import time
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from tests.contract.ceph import ceph_gateway, is_installed
from tests.contract.proxy import Misbehaving, misbehaving
from tests.contract.servers import ENVIRONMENT, moto_server
from tests.end_to_end.processes import Griffie, Simulator, differences, running_simulator

FEED_FAULTS = ("error_500", "html", "wrong_root", "cut", "cut_chunked", "truncated", "reset")
CATEGORIES = ("Document", "Zaak", "Besluit", "Stemming", "Persoon", "DocumentActor", "Agendapunt")
HOUR_S = 3600
JUMPS = (-9600 * HOUR_S, -26 * HOUR_S, -600, 600, 26 * HOUR_S, 9600 * HOUR_S)
"""Seconds by which a clock is wrong."""


def make_clock(folder: Path) -> Path | None:
    """Compile the library that shows a process another time; None where there is no compiler."""
    compiler = shutil.which("cc") or shutil.which("gcc")
    if compiler is None:
        print("*** NO C COMPILER: clocks do not jump ***", file=sys.stderr)
        return None
    library = folder / "clock.so"
    source = Path(__file__).with_name("clock.c")
    subprocess.run([compiler, "-shared", "-fPIC", "-O2", "-o", library, source], check=True)
    return library


@dataclass
class World:
    """What all lives of one process share: a source, a whole archive, servers."""

    folder: Path
    source: Simulator
    undisturbed: Griffie
    servers: dict[str, str]
    """URL by kind; a folder has none."""
    clock: Path | None
    """The library that shows a process another time."""

    @property
    def kinds(self) -> list[str]:
        """Where archives can lie."""
        return ["folder", *self.servers]


@contextmanager
def world(folder: Path, servers: dict[str, str]) -> Iterator[World]:
    """Make a world in an empty folder."""
    os.environ.update(ENVIRONMENT)
    with running_simulator("--seed", "5", "--size", "0.15", "--tidy") as source:
        undisturbed = Griffie.at(folder / "undisturbed", source)
        undisturbed.harvest()
        yield World(folder, source, undisturbed, servers, make_clock(folder))


@dataclass
class Life:
    """One archive and what happens to it."""

    world: World
    seed: int
    kind: str
    griffie: Griffie
    proxy: Misbehaving | None
    dice: random.Random
    clock: Path
    happened: Counter[str] = field(default_factory=Counter)

    def disturb(self) -> None:
        """Harvest while something goes wrong, or several things at once."""
        if self.dice.random() < 0.4:
            self._let_the_source_fail()
        if self.proxy is not None:
            self.proxy.share = self.dice.choice([0.0, 0.05, 0.2])
        if self.dice.random() < 0.3:
            self._set_clock(self.dice.choice(JUMPS))
        if self.dice.random() < 0.1:
            self.griffie.index.unlink(missing_ok=True)
            self.happened["index lost"] += 1
        self._harvest_until(self.dice.choice([None, signal.SIGTERM, *[signal.SIGKILL] * 3]))
        if self.proxy is not None:
            self.happened.update(self.proxy.struck)
            self.proxy.struck.clear()
            self.proxy.share = 0.0
        self.world.source.heal()
        self._set_clock(0)

    def _let_the_source_fail(self) -> None:
        kind = self.dice.choice(FEED_FAULTS)
        count = self.dice.choice([1, 2, 20])
        self.world.source.fault(fault=kind, category=self.dice.choice(CATEGORIES), count=count)
        self.happened[f"source: {kind}"] += 1

    def _harvest_until(self, end: signal.Signals | None) -> None:
        """Harvest to its end, or to a signal at a random moment; the clock may jump meanwhile."""
        process = self.griffie.start("harvest", "tweedekamer")
        deadline = time.monotonic() + (120 if end is None else self.dice.uniform(0.3, 3.0))
        jumps_at = time.monotonic() + self.dice.uniform(0.8, 4.0)
        while process.poll() is None and time.monotonic() < deadline:
            if time.monotonic() > jumps_at:
                self._set_clock(self.dice.choice([0, *JUMPS]))
                jumps_at = float("inf")
            time.sleep(0.02)
        if process.poll() is None:
            assert end is not None, "a harvest did not end"
            process.send_signal(end)
        try:
            _, said = process.communicate(timeout=60)
        except subprocess.TimeoutExpired:
            process.send_signal(signal.SIGABRT)  # faulthandler says where it hangs
            _, said = process.communicate()
            raise AssertionError(f"{end} did not end a harvest:\n{said.decode()}") from None
        name = "to its end" if end is None or process.returncode >= 0 else f"{end.name}"
        self.happened[f"harvest: {name}"] += 1
        expected = (0, 3, 75, -signal.SIGKILL)
        # SIGTERM may come before the program is there to hear it.
        assert process.returncode in (*expected, -signal.SIGTERM), said.decode()
        assert b"Traceback" not in said, said.decode()

    def _set_clock(self, offset_s: int) -> None:
        if self.world.clock is not None and self.clock.read_text() != str(offset_s):
            self.happened["clock jumped"] += 1
        self.clock.write_text(str(offset_s))

    def check(self) -> None:
        """Harvest in peace and compare."""
        assert self.griffie.harvest()["outcome"] == "complete"
        assert differences(self.world.undisturbed, self.griffie) == []
        self.griffie.run("verify")


def live(world: World, seed: int, kind: str) -> Counter[str]:
    """Live one life; return what happened in it.

    Raises:
        AssertionError: something was lost.
    """
    folder = world.folder / f"{kind}-{seed}"
    dice = random.Random(f"{seed} {kind}")
    with ExitStack() as stack:
        griffie, proxy = Griffie(folder), None
        if kind == "folder":
            griffie = Griffie.at(folder, world.source)
        else:
            server = world.servers[kind]
            url, proxy = stack.enter_context(misbehaving(server, seed=seed, share=0.0))
            griffie = Griffie.in_bucket(folder, world.source, url, f"life-{os.getpid()}-{seed}")
        clock = folder / "clock"
        clock.write_text("0")
        environment = {"PYTHONFAULTHANDLER": "1", "CLOCK_OFFSET_FILE": str(clock)}
        if world.clock is not None:
            environment["LD_PRELOAD"] = str(world.clock)
        griffie = Griffie(griffie.folder, environment)
        life = Life(world, seed, kind, griffie, proxy, dice, clock)
        try:
            for _ in range(dice.randint(2, 5)):
                life.disturb()
            life.check()
        finally:
            world.source.heal()
    shutil.rmtree(folder)
    return life.happened + Counter({f"lives in a {kind}": 1})


def _work(
    folder: Path, servers: dict[str, str], seeds: list[int], tell: Callable[..., None]
) -> None:
    folder.mkdir()
    with world(folder, servers) as made:
        for seed in seeds:
            kind = made.kinds[seed % len(made.kinds)]
            try:
                tell((seed, kind, live(made, seed, kind), None))
            except Exception as error:  # noqa: BLE001 - whatever it is, it is what was looked for
                tell((seed, kind, Counter(), f"{type(error).__name__}: {error}"))


def main() -> None:
    """Live many lives; the exit code is 1 if anything was ever lost."""
    parser = argparse.ArgumentParser(prog="python -m tests.end_to_end.soak", description=__doc__)
    parser.add_argument("--runs", type=int, default=200)
    parser.add_argument("--seed", type=int, default=0, help="of the first life")
    parser.add_argument("--jobs", type=int, default=os.cpu_count() or 1)
    chosen = parser.parse_args()
    os.environ.update(ENVIRONMENT)
    total: Counter[str] = Counter()
    failed = []
    with tempfile.TemporaryDirectory(prefix="griffie-soak-") as name, ExitStack() as stack:
        servers = {"bucket of moto": stack.enter_context(moto_server())}
        if is_installed():
            ceph = stack.enter_context(ceph_gateway(Path(name) / "ceph"))
            servers["bucket of Ceph"] = ceph.url
        context = multiprocessing.get_context("spawn")
        told = context.SimpleQueue()
        seeds = range(chosen.seed, chosen.seed + chosen.runs)
        workers = [
            context.Process(
                target=_work,
                args=(
                    Path(name) / f"job-{job}",
                    servers,
                    list(seeds[job :: chosen.jobs]),
                    told.put,
                ),
            )
            for job in range(chosen.jobs)
        ]
        for worker in workers:
            worker.start()
        for done in range(1, chosen.runs + 1):
            seed, kind, happened, error = told.get()
            total += happened
            print(f"{done}/{chosen.runs} {seed} {kind}: {error or 'nothing lost'}", flush=True)
            if error:
                failed.append(seed)
        for worker in workers:
            worker.join()
    for what, count in sorted(total.items()):
        print(f"{count:6,} {what}")
    print(f"{chosen.runs} lives, something lost in {len(failed)}: {failed}")
    sys.exit(1 if failed else 0)


if __name__ == "__main__":
    main()
