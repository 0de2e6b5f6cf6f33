"""A file of 200 MB does not cost 200 MB of memory."""

import re
import sqlite3
import subprocess
import sys
import time
from contextlib import suppress
from pathlib import Path

from tests.end_to_end.processes import Griffie, running_simulator

SIZE_BYTES = 200_000_000


def peak_of(process: "subprocess.Popen[bytes]") -> int:
    """Wait for the end of a process; return the most memory that it ever had, in KiB.

    From the kernel's own high-water mark: that of `wait4` begins with its parent's memory.
    """
    status = Path(f"/proc/{process.pid}/status")
    peak = 0
    while process.poll() is None:
        with suppress(OSError):
            found = re.search(r"^VmHWM:\s+(\d+) kB", status.read_text(), re.MULTILINE)
            peak = int(found[1]) if found else peak
        time.sleep(0.02)
    return peak


def test_a_large_file_is_streamed_to_disk(tmp_path: Path) -> None:
    with running_simulator("--seed", "5", "--size", "0.1", "--tidy") as simulator:
        griffie = Griffie.at(tmp_path / "griffie", simulator, timeout_s=120)
        paper = next(p for p in simulator.state()["papers"] if p["kind"] == "letter")
        simulator.fault(fault="huge", id=paper["id"], size_bytes=SIZE_BYTES)
        command = [sys.executable, "-P", "-m", "harvester.cli", "harvest", "tweedekamer"]
        with subprocess.Popen(
            command, cwd=griffie.folder, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        ) as process:
            peak_kib = peak_of(process)
            assert process.stdout is not None
            said = process.stdout.read()
        assert process.returncode == 0, said.decode()
        connection = sqlite3.connect(griffie.index)
        [(sha256, size_bytes)] = connection.execute(
            "SELECT sha256, size_bytes FROM file WHERE size_bytes >= ?", (SIZE_BYTES,)
        ).fetchall()
        connection.close()
        stored = griffie.archive / "payloads" / sha256[:2] / sha256
        assert stored.stat().st_size == size_bytes == SIZE_BYTES
        assert 0 < peak_kib / 1024 < 400, "megabytes at the most"
        griffie.run("verify")
