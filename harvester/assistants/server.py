"""The tools of assistants, on the official SDK of the Model Context Protocol."""

from collections.abc import Callable
from typing import Annotated, Any, Literal

from mcp.server import MCPServer
from mcp.types import ToolAnnotations
from pydantic import Field

from harvester import __version__
from harvester.assistants.knowledge import LONGEST_TEXT, Knowledge
from harvester.errors import ConfigurationError
from harvester.times import read_moment

INSTRUCTIONS = """\
An archive of parliamentary papers (letters, motions and their annexes) with every version that was
published. Each answer names papers by id, with version, SHA-256 digest of the file and permanent
address: cite the address, so that your reader can check it. What the archive does not hold is
said (`is_held: false`): do not fill it in. Texts come in parts. Before you publish a text with
citations, pass it to `check_text`."""

_READS = ToolAnnotations(
    read_only_hint=True, destructive_hint=False, idempotent_hint=True, open_world_hint=False
)
Page = Annotated[int, Field(ge=1, le=1000)]
Name = Annotated[str, Field(min_length=1, max_length=200)]
Optional = Annotated[str, Field(max_length=200)]


class Tools:
    """What assistants may ask; the docstrings are what they read."""

    def __init__(self, knowledge: Callable[[], Knowledge]) -> None:
        """Take what returns the one who answers; it is called at each question."""
        self._knowledge = knowledge

    async def search(
        self,
        query: Annotated[str, Field(max_length=1000)],
        kind: Literal["", "letter", "motion", "annex", "report", "note", "copy"] = "",
        dossier: Optional = "",
        party: Optional = "",
        since: Optional = "",
        until: Optional = "",
        page: Page = 1,
    ) -> dict[str, Any]:
        """Find papers by words (in any of their forms), numbers, names, and filters.

        The query takes phrases in quotes, OR, -excluded, and fields such as title:word. Dates are
        2026-11-23. `read_otherwise` says where words were read in another way than typed.
        """
        given = {"kind": kind, "dossier": dossier, "party": party, "since": since, "until": until}
        filters = {name: value for name, value in given.items() if value}
        return await self._knowledge().search(query, page, filters)

    async def paper(self, name: Name) -> dict[str, Any]:
        """Return all about a paper by any of its numbers, except its text.

        Versions with files and digests, people, votes, advice, what it cites, who cites it, which
        letters answer it. Of a paper that others cite and that is not held, who cites it.
        """
        return await self._knowledge().paper(name)

    async def paper_text(
        self, name: Name, part: Page = 1, source: Optional = "", version: Optional = ""
    ) -> dict[str, Any]:
        """Return a part of the text of a paper, the current one or a version of a source."""
        return await self._knowledge().text(name, part, source, version)

    async def difference(
        self,
        name: Name,
        older_source: Name,
        older_version: Name,
        newer_source: Name,
        newer_version: Name,
    ) -> dict[str, Any]:
        """Return the paragraphs in which two versions of a paper differ."""
        older, newer = (older_source, older_version), (newer_source, newer_version)
        return await self._knowledge().difference(name, older, newer)

    async def dossier(self, label: Name, page: Page = 1) -> dict[str, Any]:
        """Return the papers of a dossier, the newest first, and how its motions ended."""
        return await self._knowledge().dossier(label, page)

    async def person(self, id: Name, page: Page = 1) -> dict[str, Any]:
        """Return what a person signed and how they voted by name, by the id of their page."""
        return await self._knowledge().person(id, page)

    async def party(self, label: Name) -> dict[str, Any]:
        """Return a party's motions and their outcomes, and how it voted on the last ones."""
        return await self._knowledge().party(label)

    async def changes_since(
        self,
        since: Name,
        what: Literal["", "new", "changed", "withdrawn", "restored", "taken-down"] = "",
    ) -> dict[str, Any]:
        """Return what happened to papers since a day or time; without `what`, all but new ones."""
        moment = since if "T" in since else f"{since}T00:00:00Z"
        try:
            return await self._knowledge().changes(read_moment(moment), what or None)
        except ConfigurationError as error:
            return {"said": str(error), "papers": []}

    async def proof(self, name: Name) -> dict[str, Any]:
        """Return a proof of a paper that anyone can check offline, if the archive is signed."""
        return await self._knowledge().proof(name)

    async def check_text(
        self,
        text: Annotated[str, Field(min_length=1, max_length=LONGEST_TEXT)],
    ) -> dict[str, Any]:
        """Check a text: each paper that it cites, whether that is held, and what it is.

        Of each quotation in a paragraph that cites a paper: whether it stands in the paper's text,
        word for word; null where there is no text to look into.
        """
        return await self._knowledge().check(text)


def make_server(knowledge: Callable[[], Knowledge]) -> MCPServer:
    """Create a server with every tool.

    Args:
        knowledge: returns what answers; called at each question.
    """
    server = MCPServer("griffie", "Griffie", instructions=INSTRUCTIONS, version=__version__)
    tools = Tools(knowledge)
    for one in (
        tools.search, tools.paper, tools.paper_text, tools.difference, tools.dossier,
        tools.person, tools.party, tools.changes_since, tools.proof, tools.check_text,
    ):  # fmt: skip
        server.tool(annotations=_READS, structured_output=True)(one)
    return server
