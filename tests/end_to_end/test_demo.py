"""`griffie demo`, from nothing to a page, as a newcomer types it."""

import re
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path


def _english(url: str) -> str:
    request = urllib.request.Request(url, headers={"Accept-Language": "en"})
    with urllib.request.urlopen(request, timeout=30) as answer:
        text: str = answer.read().decode()
    return text


def test_the_demo_shows_what_an_archive_is_for(tmp_path: Path) -> None:
    command = [sys.executable, "-P", "-m", "harvester.cli", "demo", "--port", "0", "--size", "0.4"]
    process = subprocess.Popen(
        [*command, "--keep", str(tmp_path / "demo")], stderr=subprocess.PIPE, text=True
    )
    said: list[str] = []
    assert process.stderr is not None
    try:
        for line in process.stderr:
            said.append(line)
            if "a word from the body of a letter" in line:
                break
        text = "".join(said)
        assert "Traceback" not in text
        pages = {what: _english(url) for url, what in re.findall(r"(http://\S+)  (.+)", text)}
    finally:
        process.send_signal(signal.SIGTERM)
        process.communicate(timeout=30)
    assert process.returncode == 0
    assert "every version kept" in next(v for k, v in pages.items() if "search page" in k)
    assert "Version 1" in pages["a letter that changed"]
    assert "Version 2" in pages["a letter that changed"]
    assert "Withdrawn." in pages["a withdrawn letter"]
    assert ">For<" in pages["a motion with its votes"]
    assert "<mark>" in pages["a word from the body of a letter"]
    assert "ontraden" in pages["a letter that advises against motions"]
    assert "<ins>" in next(v for k, v in pages.items() if "different words" in k)
    assert "What was advised before" in next(v for k, v in pages.items() if "advice before" in k)
    assert "states another digest" in next(v for k, v in pages.items() if "another digest" in k)
    assert len(pages) == 9


def test_a_port_that_is_taken_is_said_before_any_work(tmp_path: Path) -> None:
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = str(taken.getsockname()[1])
        keep = tmp_path / "demo"
        command = ["demo", "--port", port, "--keep", str(keep)]
        done = subprocess.run(
            [sys.executable, "-P", "-m", "harvester.cli", *command], capture_output=True, text=True
        )
    assert done.returncode == 2
    assert f"port {port}" in done.stderr
    assert "--port" in done.stderr
    assert not keep.exists()


def test_without_the_extra_the_demo_says_what_to_install(tmp_path: Path) -> None:
    # A module of that name that cannot be found: as on a machine where it was never installed.
    program = (
        "import importlib.util, sys; found = importlib.util.find_spec;"
        "importlib.util.find_spec = lambda n, *a: None if n == 'reportlab' else found(n, *a);"
        "from harvester.cli import main; main(['demo', '--port', '0'])"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], capture_output=True, text=True, cwd=tmp_path,
        env={"PYTHONPATH": str(Path(__file__).parents[2])},
    )  # fmt: skip
    assert done.returncode == 2
    assert "pip install 'griffie[simulator]'" in done.stderr
    assert "Traceback" not in done.stderr
