"""A paper is taken down: it is gone from store, index and pages, with a trace, and stays away."""

import gzip
import html
import json
import re
import sqlite3
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from urllib.parse import urljoin

import pytest

from tests.end_to_end.processes import Griffie, Simulator, running_simulator

REASON = "court order of 3 December, 12/345 <b>"


@pytest.fixture(scope="module")
def source() -> Iterator[Simulator]:
    with running_simulator("--seed", "5", "--size", "0.2", "--tidy") as running:
        yield running


def query(griffie: Griffie, sql: str, *values: object) -> list[tuple[Any, ...]]:
    connection = sqlite3.connect(griffie.index)
    try:
        return connection.execute(sql, values).fetchall()
    finally:
        connection.close()


@contextmanager
def served(griffie: Griffie) -> Iterator[str]:
    process = griffie.start("serve", "--port", "0")
    assert process.stderr is not None
    try:
        for line in process.stderr:
            if url := json.loads(line).get("url"):
                yield str(url)
                break
    finally:
        process.terminate()
        process.communicate()


def page(url: str) -> tuple[int, str]:
    try:
        asked = urllib.request.Request(url, headers={"Accept-Language": "en"})
        with urllib.request.urlopen(asked, timeout=30) as answer:
            return answer.status, answer.read().decode(errors="replace")
    except urllib.error.HTTPError as error:
        with error:
            return error.code, error.read().decode(errors="replace")


def of_digest(griffie: Griffie, sha256: str) -> list[Path]:
    return [path for path in griffie.archive.rglob("*") if path.name.startswith(sha256)]


def words_of_its_own(griffie: Griffie, paper: str) -> str:
    """Return four words in a row that stand in this paper's text and in no other's."""
    texts = dict(
        query(griffie, "SELECT p.id, f.text FROM paper AS p JOIN paper_fts AS f ON f.rowid = p.key")
    )
    words = texts.pop(paper).split()
    others = " ".join(" ".join(text.split()) for text in texts.values())
    runs = (" ".join(words[n : n + 4]) for n in range(len(words) - 3))
    return next(run for run in runs if run.isascii() and run not in others)


def content_of(path: Path) -> str:
    """Return all that a file holds, unpacked, with one blank between words."""
    if not path.is_file():
        return ""
    data = path.read_bytes()
    if path.suffix == ".gz":
        data = gzip.decompress(data)
    return " ".join(data.decode(errors="replace").split())


def crawl(url: str, *starts: str, most: int = 500) -> dict[str, str]:
    """Return the plain words of every page and answer that links lead to, by address."""
    wanted: list[str] = [*starts, url]
    found: dict[str, str] = {}
    while wanted and len(found) < most:
        address = wanted.pop(0)
        if address in found or "/-/as-of" in address:
            continue
        _, text = page(address)
        words = html.unescape(re.sub(r"<[^>]*>", " ", text))
        found[address] = " ".join(words.split())
        links = (
            urljoin(address, html.unescape(link)) for link in re.findall(r'href="([^"#]+)', text)
        )
        wanted += [link for link in links if link.startswith(url)]
    return found


def test_a_paper_that_was_taken_down_is_gone_and_stays_away(
    source: Simulator, tmp_path: Path
) -> None:
    griffie = Griffie.at(tmp_path / "griffie", source)
    griffie.harvest()
    [(document, paper, sha256, subject)] = query(
        griffie,
        "SELECT document_key, id, sha256, subject FROM paper WHERE kind = 'motion' "
        "AND id NOT LIKE '% %' ORDER BY id LIMIT 1",
    )
    words = words_of_its_own(griffie, paper)
    assert len(of_digest(griffie, sha256)) == 2
    then = griffie.last_written()
    kept = griffie.run("rebuild", "--as-of", then, "--kept").stdout.decode().split()[1]
    assert Path(kept).exists()
    griffie.run("takedown", "kst-1-1", "--reason", REASON, code=2)
    griffie.run("takedown", paper, code=2)
    said = griffie.run("takedown", paper, "--reason", REASON, code=None)
    assert b"Remove this for good?" in said.stdout + said.stderr
    assert len(of_digest(griffie, sha256)) == 2, "nobody said yes"
    griffie.run("snapshot", "create", "--name", "before")
    said = griffie.run("takedown", paper, "--reason", REASON, "--by", "J. Jansen", "--yes")
    assert not Path(kept).exists(), "it had the text"
    assert b"still in the snapshot before" in said.stdout
    assert b"still holds" in griffie.run("snapshot", "list").stdout
    griffie.run("snapshot", "remove", "before")
    assert of_digest(griffie, sha256) == []
    said = griffie.run("takedown", paper, "--reason", REASON, "--yes")
    assert b"already" in said.stdout

    # Nothing brings it back.
    source.republish()
    for path in ("log", "payloads"):
        assert (griffie.archive / path).exists()
    assert griffie.harvest()["outcome"] == "complete"
    source.advance(1)
    griffie.harvest()
    assert of_digest(griffie, sha256) == []
    assert query(griffie, "SELECT * FROM text WHERE sha256 = ?", sha256) == []
    assert query(griffie, "SELECT f.text FROM paper_fts AS f JOIN paper AS p ON p.key = f.rowid "
                 "WHERE p.document_key = ?", document) == [("",)]  # fmt: skip
    assert b"1 taken down" in griffie.run("verify").stdout
    griffie.run("rebuild", "--check")
    griffie.index.unlink()
    griffie.run("rebuild")
    assert of_digest(griffie, sha256) == []
    assert b"J. Jansen" in griffie.run("get", paper, code=2).stderr

    assert [path for path in griffie.folder.rglob("*") if words in content_of(path)] == []
    with served(griffie) as url:
        told = f"{url}paper/{paper}"
        pages = crawl(url, told, f"{told}.json", f"{url}search.json?q={paper}")
        assert len(pages) > 100
        assert [path for path, text in pages.items() if words in text] == []
        status, shown = page(f"{url}file/{sha256}")
        assert status == 410
        status, shown = page(f"{url}paper/{paper}")
        assert status == 200
        assert "Taken down" in shown
        assert "J. Jansen" in shown
        assert "12/345 &lt;b&gt;" in shown
        assert sha256 in shown
        assert f"/file/{sha256}" not in shown
        assert subject.split()[0] in shown
        status, _ = page(f"{url}tables/taken_down")
        assert status == 200


def test_a_takedown_that_was_killed_is_finished_by_the_next_harvest(
    source: Simulator, tmp_path: Path
) -> None:
    griffie = Griffie.at(tmp_path / "griffie", source)
    griffie.harvest()
    [(sha256,)] = query(griffie, "SELECT sha256 FROM paper ORDER BY id LIMIT 1")
    kept = {path: path.read_bytes() for path in of_digest(griffie, sha256)}
    griffie.run("takedown", sha256, "--reason", REASON, "--yes")
    # As if it had been killed after the decision was written: the bytes are there, and not noted.
    for path, content in kept.items():
        path.write_bytes(content)
    connection = sqlite3.connect(griffie.index)
    with connection:
        connection.execute("DELETE FROM erased")
    connection.close()
    assert b"still there" in griffie.run("verify", code=4).stdout
    griffie.harvest()
    assert of_digest(griffie, sha256) == []
    griffie.run("verify")


def test_checks_are_remembered_and_go_on_where_they_ended(
    source: Simulator, tmp_path: Path
) -> None:
    griffie = Griffie.at(tmp_path / "griffie", source)
    griffie.run("verify", "--budget", "1min", code=2)
    griffie.harvest()
    assert query(griffie, "SELECT count(*) FROM fixity") == [(0,)]
    griffie.run("verify", "--budget", "0s")
    assert query(griffie, "SELECT object_key FROM fixity") == []
    griffie.run("verify", "--budget", "10min")
    [(payloads,)] = query(griffie, "SELECT count(*) FROM payload")
    checked = "SELECT count(*) FROM fixity WHERE object_key LIKE 'payloads/%'"
    assert query(griffie, checked) == [(payloads,)]
    assert (
        f"{payloads} not this time" in griffie.run("verify", "--older-than", "1d").stdout.decode()
    )
    [(sha256,)] = query(griffie, "SELECT sha256 FROM payload ORDER BY sha256 DESC LIMIT 1")
    path = griffie.archive / "payloads" / sha256[:2] / sha256
    whole = path.read_bytes()
    path.chmod(0o644)
    path.write_bytes(whole[:-1])
    griffie.run("verify", "--older-than", "1d")
    assert sha256.encode() in griffie.run("verify", code=4).stdout
    # What is known to be damaged is looked at again whatever its age.
    griffie.run("verify", "--older-than", "1d", code=4)
    assert sha256.encode() in griffie.run("status").stdout
    path.write_bytes(whole)
    griffie.run("verify", "--older-than", "1d")
    assert json.loads(griffie.run("status", "--json").stdout)["fixity"]["damaged"] == []
    griffie.run("rebuild")
    state = json.loads(griffie.run("status", "--json").stdout)["fixity"]
    assert state["checked"] == payloads, "a rebuild keeps what was checked when"
