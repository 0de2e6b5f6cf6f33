"""What signing takes of a whole harvest: records, files, texts and index.

    python -m tests.benchmarks.signed_harvest --size 20

Both are counted in one `griffie harvest` and the processes that read texts for it: two harvests
differ by more than the share that is asked for.
"""

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any
from unittest.mock import patch

from harvester import cli
from harvester.cli.exit_codes import INCOMPLETE
from harvester.snapshot.signing import sign_now
from tests.end_to_end.processes import Griffie, running_simulator

WITHIN = "--within"
"""The first argument of the process that harvests."""


def main() -> None:
    """Print the share of signing in each of two harvests: the first one, and one of a day."""
    parser = argparse.ArgumentParser(
        prog="python -m tests.benchmarks.signed_harvest", description=__doc__
    )
    parser.add_argument("--size", type=int, default=10, help="of the fictional parliament")
    asked = parser.parse_args()
    with (
        tempfile.TemporaryDirectory() as folder,
        running_simulator("--seed", "7", "--size", str(asked.size)) as simulator,
    ):
        griffie = Griffie.at(Path(folder) / "griffie", simulator)
        key = griffie.folder / "operator.key"
        griffie.run("key", "new", str(key))
        with (griffie.folder / "griffie.toml").open("a") as settings:
            settings.write(f'\n[signing]\nkey = "{key}"\n')
        for what in ("the first harvest", "one of the day after"):
            print(f"{what}: {_told(griffie)}", flush=True)
            simulator.advance()


def _told(griffie: Griffie) -> str:
    command = [sys.executable, "-m", "tests.benchmarks.signed_harvest", WITHIN]
    done = subprocess.run(
        [*command, str(griffie.folder)], check=False, capture_output=True, text=True
    )
    if done.returncode:
        raise SystemExit(f"{done.stdout}\n{done.stderr}")
    return done.stdout.splitlines()[-1]


def harvest_within(folder: str) -> None:
    """Harvest as the command does; print what signing took of it."""
    taken = 0.0

    def signed(*arguments: Any, **options: Any) -> Any:
        nonlocal taken
        began = time.process_time()
        try:
            return sign_now(*arguments, **options)
        finally:
            taken += time.process_time() - began

    with patch("harvester.cli.harvest.sign_now", signed):
        try:
            cli.main(["--config", f"{folder}/griffie.toml", "harvest", "tweedekamer"])
        except SystemExit as ended:
            if ended.code not in (0, INCOMPLETE):
                raise
    whole = sum(os.times()[:4])
    print(f"signing took {taken:.2f} of {whole:.2f} CPU s: {taken / whole:.1%}")


if __name__ == "__main__":
    if sys.argv[1:2] == [WITHIN]:
        harvest_within(sys.argv[2])
    else:
        main()
