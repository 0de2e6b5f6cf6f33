"""An assistant asks with the SDK's own client, in memory, over HTTP and over pipes."""

import asyncio
import socket
import sys
from collections.abc import Awaitable, Callable
from pathlib import Path
from typing import Any

import httpx
import pytest
import uvicorn
from mcp import Client, StdioServerParameters, stdio_client

from archive.archive import Archive
from harvester.assistants.endpoint import LARGEST_REQUEST, Endpoint
from harvester.assistants.knowledge import PART, Knowledge
from harvester.assistants.server import make_server
from harvester.site.app import make_site
from harvester.source import domain
from tests.unit.site.dutch import Site, paper

BASE = "https://griffie.example.org"
MOTION = "De Kamer, gehoord de beraadslaging, verzoekt de regering de stikstof te halveren."
CHAMBER: dict[str, object] = {"chamber": "Tweede Kamer"}
DOSSIER = domain.StatedDossier(1, "36725", None)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = tmp_path_factory.mktemp("archive")
    site = Site(made)
    site.add(
        paper("1", MOTION, DOSSIER, kind="motion", subject="Motie over stikstof", **CHAMBER),
        paper("2", "Lang. " + "Woord na woord. " * 1000, DOSSIER, **CHAMBER),
        paper("3", "Zie Kamerstuk 36 725, nr. 99.", DOSSIER, **CHAMBER),
    )
    site.add(paper("1", f"{MOTION} En gaat over.", DOSSIER, kind="motion", title="x",
                   subject="Motie over stikstof", **CHAMBER))  # fmt: skip
    site.index.close()
    return made


def knowledge(folder: Path) -> Knowledge:
    index, archive = folder / "index.sqlite", Archive.open(str(folder / "archive"))
    return Knowledge(make_site(index, archive, public_url=BASE), archive, index, BASE)


def ask(folder: Path, tool: str, **arguments: Any) -> Any:
    """Ask one question with a client of the SDK."""

    async def asked() -> Any:
        answers = knowledge(folder)
        async with Client(make_server(lambda: answers)) as client:
            result = await client.call_tool(tool, arguments)
            assert not result.is_error, result.content
            return result.structured_content

    return asyncio.run(asked())


def test_each_tool_says_that_it_only_reads(folder: Path) -> None:
    async def listed() -> Any:
        answers = knowledge(folder)
        async with Client(make_server(lambda: answers)) as client:
            return (await client.list_tools()).tools

    tools = asyncio.run(listed())
    assert {tool.name for tool in tools} == {
        "search", "paper", "paper_text", "difference", "dossier", "person", "party",
        "changes_since", "proof", "check_text",
    }  # fmt: skip
    assert all(tool.annotations.read_only_hint and tool.description for tool in tools)


def test_every_paper_of_an_answer_can_be_checked(folder: Path) -> None:
    found = ask(folder, "search", query="stikstof", kind="motion")
    dossier = ask(folder, "dossier", label="36725")
    changes = ask(folder, "changes_since", since="2020-01-01", what="new")
    for answer in (found, dossier, changes):
        assert answer["papers"]
        for one in answer["papers"]:
            assert one["address"] == (f"{BASE}/paper/{one['id']}/{one['source']}/{one['version']}")
            assert len(one["digest"]) == 64
    assert "stikstof" in found["papers"][0]["sentence"]


def test_a_paper_is_told_by_any_of_its_names(folder: Path) -> None:
    told = ask(folder, "paper", name="36 725, nr. 1")
    assert (told["is_held"], told["id"]) == (True, "kst-36725-1")
    versions = told["copies"][0]["versions"]
    assert all(v["address"].startswith(f"{BASE}/paper/kst-36725-1/") for v in versions)


def test_what_is_not_held_is_said(folder: Path) -> None:
    cited = ask(folder, "paper", name="kst-36725-99")
    assert cited["is_held"] is False
    assert [row["id"] for row in cited["referrers"]] == ["kst-36725-3"]
    unknown = ask(folder, "paper_text", name="kst-1-1")
    assert unknown == {"is_held": False, "name": "kst-1-1", "several": []}
    assert ask(folder, "dossier", label="9")["is_held"] is False
    assert ask(folder, "party", label="none")["is_held"] is False
    assert ask(folder, "proof", name="kst-36725-1")["is_proved"] is False


def test_long_texts_come_in_parts_that_make_the_whole(folder: Path) -> None:
    first = ask(folder, "paper_text", name="kst-36725-2")
    assert first["parts"] > 1
    assert len(first["text"]) == PART
    parts = [
        ask(folder, "paper_text", name="kst-36725-2", part=n + 1)["text"]
        for n in range(first["parts"])
    ]
    assert "".join(parts).count("Woord na woord.") == 1000


def test_two_versions_are_compared(folder: Path) -> None:
    versions = ask(folder, "paper", name="kst-36725-1")["copies"][0]["versions"]
    newer, older = versions[0], versions[-1]
    told = ask(
        folder, "difference", name="kst-36725-1",
        older_source="tweedekamer", older_version=str(older["version"]),
        newer_source="tweedekamer", newer_version=str(newer["version"]),
    )  # fmt: skip
    assert told["changed"] == 1
    added = [p["text"] for paragraph in told["paragraphs"] for p in paragraph
             if p["sort"] == "added"]  # fmt: skip
    assert "gaat over" in " ".join(added)


def test_a_text_is_checked_against_the_papers_that_it_cites(folder: Path) -> None:
    text = (
        "De motie (Kamerstuk 36 725, nr. 1): “verzoekt de regering de stikstof te halveren”.\n\n"
        "In Kamerstuk 36 725, nr. 2 staat “de stikstof is geen probleem”.\n\n"
        "Over Kamerstuk 36 725, nr. 99 weet niemand iets, en over Kamerstuk 12 345, nr. 6 ook niet."
    )
    told = {one["target"]: one for one in ask(folder, "check_text", text=text)["papers"]}
    right, wrong = told["kst-36725-1"], told["kst-36725-2"]
    assert [q["stands_in"] for q in right["quotations"]] == [True]
    assert right["kind"] == "motion"
    assert right["address"].startswith(BASE)
    assert [q["stands_in"] for q in wrong["quotations"]] == [False]
    assert told["kst-36725-99"]["is_held"] is False
    assert told["kst-12345-6"]["is_held"] is False


@pytest.mark.parametrize(
    ("tool", "arguments"),
    [
        ("paper", {"name": "'; DROP TABLE paper; --"}),
        ("search", {"query": '"((" AND NEAR( OR -'}),
        ("search", {"query": "x", "since": "yesterday", "kind": ""}),
        ("changes_since", {"since": "the beginning"}),
        ("person", {"id": "../../etc/passwd"}),
        ("check_text", {"text": "\x00“”\ud7ff" * 50}),
    ],
)
def test_hostile_questions_get_answers(folder: Path, tool: str, arguments: dict[str, str]) -> None:
    assert ask(folder, tool, **arguments) is not None


def over_http(folder: Path, question: Callable[[str], Awaitable[Any]]) -> Any:
    """Serve on a free port while a question is asked."""

    async def served() -> Any:
        answers = knowledge(folder)
        app: Any = Endpoint(answers.datasette.app(), make_server(lambda: answers))
        server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="on"))
        with socket.create_server(("127.0.0.1", 0)) as listener:
            task = asyncio.create_task(server.serve(sockets=[listener]))
            while not server.started:
                await asyncio.sleep(0.01)
            try:
                return await question(f"http://127.0.0.1:{listener.getsockname()[1]}")
            finally:
                server.should_exit = True
                await task

    return asyncio.run(served())


def test_a_client_asks_over_http_and_the_site_is_there_too(folder: Path) -> None:
    async def question(base: str) -> Any:
        async with Client(f"{base}/-/mcp") as client:
            result = await client.call_tool("paper", {"name": "kst-36725-1"})
        async with httpx.AsyncClient() as browser:
            page = await browser.get(f"{base}/paper/kst-36725-1")
            stream = await browser.get(f"{base}/-/mcp")
            huge = await browser.post(f"{base}/-/mcp", content=b"x" * (LARGEST_REQUEST + 1))
        return result.structured_content, page, stream, huge

    told, page, stream, huge = over_http(folder, question)
    assert told["id"] == "kst-36725-1"
    assert page.status_code == 200
    assert stream.status_code == 405
    assert huge.status_code in (400, 406, 413, 415)


def test_a_client_asks_over_pipes(folder: Path) -> None:
    (folder / "griffie.toml").write_text('archive = "archive"\nindex = "index.sqlite"\n')

    async def question() -> Any:
        parameters = StdioServerParameters(
            command=sys.executable, args=["-P", "-m", "harvester.cli", "mcp"], cwd=str(folder)
        )
        async with Client(stdio_client(parameters)) as client:
            return (await client.call_tool("paper", {"name": "kst-36725-1"})).structured_content

    assert asyncio.run(question())["id"] == "kst-36725-1"
