"""`griffie mcp`: answer an assistant on standard input and output."""

import asyncio
from pathlib import Path

import click

from harvester.cli.assistants import server_of
from harvester.cli.serve import site_of
from harvester.cli.workspace import Workspace
from harvester.site.reader import open_all

EPILOG = """\b
Examples:
  griffie mcp          # for an assistant that starts it, on standard input and output
  griffie serve        # answers assistants over HTTP too, at /-/mcp

\b
Both need `pip install griffie[mcp]`."""


@click.command(epilog=EPILOG)
@click.pass_obj
def command(config: Path | None) -> int:
    """Answer an assistant by the Model Context Protocol (MCP); read-only.

    It finds papers, reads texts in parts, compares versions, and checks the citations and
    quotations of a text. Each answer has ids, versions, digests and permanent addresses.
    """
    workspace = Workspace.load(config)
    with workspace.read_index():
        pass  # says what to do when there is none
    site = site_of(workspace)

    async def run() -> None:
        await open_all(site)
        await server_of(workspace, site).run_stdio_async()

    asyncio.run(run())
    return 0
