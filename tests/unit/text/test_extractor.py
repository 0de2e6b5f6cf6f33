"""Facts about the worker processes: real ones, some of which die."""

import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import suppress
from pathlib import Path

import pytest

from harvester.errors import ExtractorBroken
from harvester.text import NO_CONVENTIONS, Extractor, Text
from harvester.text.extractor import BATCH
from harvester.text.pool import Item
from spiders.netherlands.printed.conventions import DUTCH_PAPERS
from tests.unit.text.tasks import measure, name_process, obey

MEMORY = 2 << 30


def an_extractor(workers: int = 2, timeout_s: float = 20.0) -> Extractor:
    return Extractor(workers=workers, timeout_s=timeout_s, memory_bytes=MEMORY, task=obey)


def a_file(name: str, content: bytes, media_type: str = "x") -> Item:
    return name, content, media_type, NO_CONVENTIONS


def files(*contents: bytes) -> list[Item]:
    return [
        (f"{number:04}", content, "x", NO_CONVENTIONS) for number, content in enumerate(contents)
    ]


def test_each_file_has_exactly_one_result() -> None:
    contents = [f"file {number}".encode() for number in range(100)]
    with an_extractor() as extractor:
        results = list(extractor.map(files(*contents)))
    assert sorted(results) == [
        (f"{number:04}", Text("ok", f"file {number} x")) for number in range(100)
    ]


def test_no_files_give_no_results_and_start_no_process() -> None:
    with an_extractor() as extractor:
        assert list(extractor.map([])) == []


def test_a_pdf_is_read_in_a_worker() -> None:
    with Extractor(workers=1, timeout_s=20, memory_bytes=MEMORY) as extractor:
        [(sha256, text)] = extractor.map([a_file("ab", b"%PDF-1.7 cut", "application/pdf")])
    assert sha256 == "ab"
    assert text.status == "failed"
    assert text.reason is not None
    assert text.reason.startswith("not readable")


def test_a_file_that_kills_its_worker_fails_alone() -> None:
    contents = [b"die" if number in (2, 3, 9) else b"good" for number in range(20)]
    with an_extractor() as extractor:
        results = dict(extractor.map(files(*contents)))
    dead = {name: text for name, text in results.items() if text.status == "failed"}
    assert set(dead) == {"0002", "0003", "0009"}
    assert dead["0002"].reason == "the extractor died (signal 11)"
    assert len(results) == 20


def test_a_worker_that_ends_by_itself_fails_its_file_alone() -> None:
    with an_extractor(workers=1) as extractor:
        results = dict(extractor.map(files(b"a", b"exit", b"b")))
    assert results["0001"] == Text("failed", reason="the extractor died (exit code 3)")
    assert results["0000"].status == results["0002"].status == "ok"


def test_a_file_that_takes_too_long_fails_alone() -> None:
    with an_extractor(timeout_s=1.5) as extractor:
        results = dict(extractor.map(files(b"a", b"hang", b"b", b"c", b"d", b"e")))
    assert results.pop("0001") == Text("failed", reason="took longer than 1.5 s")
    assert {text.status for text in results.values()} == {"ok"}
    assert len(results) == 5


def test_the_time_limit_is_for_each_file_and_not_for_a_message() -> None:
    with an_extractor(workers=1, timeout_s=1.0) as extractor:
        results = dict(extractor.map(files(*[b"doze"] * 4)))
    assert [text.status for text in results.values()] == ["ok"] * 4


def test_a_slow_reader_of_results_does_not_use_up_the_time_of_files() -> None:
    with an_extractor(workers=1, timeout_s=0.5) as extractor:
        results = []
        for result in extractor.map(files(*[b"a"] * 8)):
            results.append(result)
            time.sleep(0.6 if len(results) == 1 else 0)
    assert {text.status for _, text in results} == {"ok"}


def test_a_file_that_needs_too_much_memory_fails_and_its_worker_stays() -> None:
    with an_extractor(workers=1) as extractor:
        results = dict(extractor.map(files(b"hoard", b"a")))
    assert results["0000"] == Text("failed", reason=f"needs more than {MEMORY} bytes of memory")
    assert results["0001"].status == "ok"


def test_a_file_larger_than_the_memory_of_a_worker_fails_alone() -> None:
    limit = 256 << 20
    items: list[Item] = [
        ("small", b"a", "x", NO_CONVENTIONS),
        ("large", bytes(limit), "x", NO_CONVENTIONS),
        ("other", b"b", "x", NO_CONVENTIONS),
    ]
    with Extractor(workers=1, timeout_s=60, memory_bytes=limit, task=measure) as extractor:
        results = dict(extractor.map(items))
    assert results["large"] == Text("failed", reason=f"needs more than {limit} bytes of memory")
    assert results["small"].text == results["other"].text == "1"


def test_few_files_are_taken_before_their_results_are_given() -> None:
    taken = 0

    def source() -> Iterator[Item]:
        nonlocal taken
        for item in files(*[b"a"] * 200):
            taken += 1
            yield item

    with an_extractor() as extractor:
        for given, _ in enumerate(extractor.map(source())):
            assert taken - given <= BATCH * 2 + 1
    assert taken == 200


def test_a_worker_reads_each_file_by_the_conventions_that_come_with_it() -> None:
    content = b"zorg-\nen welzijn"
    items: list[Item] = [
        ("dutch", content, "text/plain", DUTCH_PAPERS),
        ("other", content, "text/plain", NO_CONVENTIONS),
    ]
    with Extractor(workers=1, timeout_s=20, memory_bytes=MEMORY) as extractor:
        results = dict(extractor.map(items))
    assert results["dutch"].text == "zorg- en welzijn"
    assert results["other"].text == "zorgen welzijn"


def test_every_worker_has_a_share() -> None:
    with Extractor(workers=2, timeout_s=20, memory_bytes=MEMORY, task=name_process) as extractor:
        processes = {text.text for _, text in extractor.map(files(*[b"a"] * 60))}
    assert len(processes) == 2
    assert str(os.getpid()) not in processes


def test_zero_workers_means_one_for_each_processor() -> None:
    with an_extractor(workers=0) as extractor:
        assert len(list(extractor.map(files(*[b"a"] * 30)))) == 30


def test_a_map_that_is_left_early_leaves_nothing_for_the_next() -> None:
    with an_extractor() as extractor:
        for _ in extractor.map(files(*[b"old"] * 50)):
            break
        results = dict(extractor.map([("new", b"new", "x", NO_CONVENTIONS)]))
    assert results == {"new": Text("ok", "new x")}


def test_a_worker_killed_while_it_has_nothing_to_do_is_replaced() -> None:
    with Extractor(workers=1, timeout_s=20, memory_bytes=MEMORY, task=name_process) as extractor:
        [(_, first)] = extractor.map(files(b"a"))
        os.kill(int(first.text), signal.SIGKILL)
        time.sleep(0.2)
        [(_, second)] = extractor.map(files(b"b"))
    assert second.status == "ok"
    assert second.text != first.text


def test_workers_that_cannot_start_are_no_fault_of_a_file() -> None:
    extractor = Extractor(workers=1, timeout_s=20, memory_bytes=1 << 20, task=obey)
    with extractor, pytest.raises(ExtractorBroken):
        list(extractor.map(files(b"a")))


def test_an_error_in_the_source_of_files_is_given_on() -> None:
    def source() -> Iterator[Item]:
        yield "a", b"a", "x", NO_CONVENTIONS
        raise LookupError("gone")

    with an_extractor() as extractor, pytest.raises(LookupError, match="gone"):
        list(extractor.map(source()))


PROGRAM = """
import signal
from harvester.text import NO_CONVENTIONS, Extractor
from tests.unit.text.tasks import obey

def source():
    yield "a", b"a", "x", NO_CONVENTIONS
    while True:
        yield "h", b"doze", "x", NO_CONVENTIONS

if __name__ == "__main__":
    # A shell's background jobs, and so these tests, may have been started with SIGINT ignored.
    signal.signal(signal.SIGINT, signal.default_int_handler)
    with Extractor(workers=2, timeout_s=60, memory_bytes=2 << 30, task=obey) as extractor:
        try:
            for _ in extractor.map(source()):
                print("result", flush=True)
        except KeyboardInterrupt:
            print("interrupted", flush=True)
"""


def test_an_interrupt_ends_all_processes_without_a_trace(tmp_path: Path) -> None:
    program = tmp_path / "program.py"
    program.write_text(PROGRAM)
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(sys.path)}
    process = subprocess.Popen(
        [sys.executable, str(program)],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=environment,
        start_new_session=True,
    )
    assert process.stdout is not None
    assert process.stdout.readline() == b"result\n"
    os.killpg(process.pid, signal.SIGINT)
    output, errors = process.communicate(timeout=30)
    assert output.endswith(b"interrupted\n")
    assert errors == b""
    assert process.returncode == 0
    for _ in range(100):
        if not living(process.pid):
            return
        time.sleep(0.05)
    pytest.fail(f"still there: {living(process.pid)}")


def living(group: int) -> list[str]:
    """Name the processes of a group that have not ended."""
    found = []
    for path in Path("/proc").glob("[0-9]*/stat"):
        with suppress(OSError):
            state, _, its_group = path.read_text().rpartition(")")[2].split()[:3]
            if its_group == str(group) and state != "Z":
                found.append(path.parent.name)
    return found
