"""A file of 200 MB does not cost 200 MB of memory."""

import os
import sqlite3
import subprocess
import sys
from pathlib import Path

from tests.end_to_end.processes import Griffie, running_simulator

SIZE_BYTES = 200_000_000


def test_a_large_file_is_streamed_to_disk(tmp_path: Path) -> None:
    with running_simulator("--seed", "5", "--size", "0.1", "--tidy") as simulator:
        griffie = Griffie.at(tmp_path / "griffie", simulator, timeout_s=120)
        paper = next(p for p in simulator.state()["papers"] if p["kind"] == "letter")
        simulator.fault(fault="huge", id=paper["id"], size_bytes=SIZE_BYTES)
        command = [sys.executable, "-P", "-m", "harvester.cli", "harvest", "tweedekamer"]
        with subprocess.Popen(
            command, cwd=griffie.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process:
            assert process.stdout is not None
            said = process.stdout.read()
            _, status, usage = os.wait4(process.pid, 0)
            process.returncode = os.waitstatus_to_exitcode(status)
        assert process.returncode == 0, said.decode()
        connection = sqlite3.connect(griffie.index)
        [(sha256, size_bytes)] = connection.execute(
            "SELECT sha256, size_bytes FROM file WHERE size_bytes >= ?", (SIZE_BYTES,)
        ).fetchall()
        connection.close()
        stored = griffie.archive / "payloads" / sha256[:2] / sha256
        assert stored.stat().st_size == size_bytes == SIZE_BYTES
        assert usage.ru_maxrss / 1024 < 400, "megabytes at the most"
        griffie.run("verify")
