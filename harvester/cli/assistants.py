"""Put assistants before a site, if what they need is installed."""

import importlib
import importlib.util
import logging
from typing import Any

from datasette.app import Datasette

from harvester.cli.workspace import Workspace
from harvester.errors import ConfigurationError


def server_of(workspace: Workspace, site: Datasette) -> Any:
    """Return the MCP server of a site.

    Raises:
        ConfigurationError: the extra `mcp` is not installed.
    """
    try:
        # An optional extra, and slow to import.
        knowledge = importlib.import_module("harvester.assistants.knowledge")
        server = importlib.import_module("harvester.assistants.server")
    except ImportError as error:
        raise ConfigurationError(
            f"assistants need the extra `mcp`: pip install griffie[mcp] ({error})"
        ) from error
    # It says two lines of each question.
    logging.getLogger("mcp").setLevel(logging.WARNING)
    settings = workspace.settings
    base = settings.site.public_url or f"http://{settings.site.host}:{settings.site.port}"
    answers = knowledge.Knowledge(
        site, workspace.open_with_origin(), settings.index, base.rstrip("/")
    )
    return server.make_server(lambda: answers)


def with_assistants(workspace: Workspace, site: Datasette) -> Any:
    """Return the application of a site; with assistants at `/-/mcp`, if they are installed."""
    app = site.app()
    if importlib.util.find_spec("mcp") is None:
        return app
    endpoint = importlib.import_module("harvester.assistants.endpoint")
    return endpoint.Endpoint(app, server_of(workspace, site))
