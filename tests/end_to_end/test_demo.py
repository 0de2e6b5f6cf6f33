"""`griffie demo`, from nothing to a page, as a newcomer types it."""

import re
import signal
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
    command = [sys.executable, "-P", "-m", "harvester.cli", "demo", "--port", "0"]
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
    assert len(pages) == 7
