"""Datasette on the index, read-only, with our pages in front."""

import tomllib
from collections.abc import Mapping, Sequence
from importlib import resources
from pathlib import Path
from typing import IO, Any

from datasette.app import Datasette
from datasette.plugins import pm

from archive.archive import Archive
from archive.notes import NoteKey
from harvester.service.watch import Watch
from harvester.site import changes, objects
from harvester.site.health import Health
from harvester.site.limits import Load
from harvester.site.making import Maker
from harvester.site.memento import Mementos
from harvester.site.objects import Objects
from harvester.site.pages.routes import PATTERNS
from harvester.site.pages.visit import Handler, Setting
from harvester.site.plugin import SitePlugin
from harvester.site.reader import DATABASE, TABLES
from harvester.site.sql_process import IndexDatabase
from harvester.site.traffic import Requests, Routes
from harvester.site.turns import PAGES

SETTINGS = {
    "allow_download": False,  # the index is large, and `griffie rebuild` makes it anywhere
    "default_page_size": 50,
    "sql_time_limit_ms": 2_000,  # Datasette's default is 1,000
    "num_sql_threads": PAGES.at_once,  # of each process
    "suggest_facets": False,  # costs queries on every page; metadata.toml names the useful ones
    "default_cache_ttl": 60,
    "truncate_cells_html": 300,
    "max_csv_mb": 20,  # Datasette's default is 100; use a snapshot to get all
    "allow_csv_stream": False,  # it requests page after page, without end
}

_OTHERS = (r"^/-/health$", r"^/-/metrics$", r"^/-/static(?:-plugins)?/", rf"^{TABLES}")
"""Patterns of addresses that are no pages of ours, for counting their requests."""
_PRINTS_TRACEBACKS = "datasette.handle_exception"
"""Datasette's own error page, which prints local variables and is replaced by ours."""


def metadata() -> dict[str, Any]:
    """Return Datasette's metadata of tables and columns."""
    text = (resources.files("harvester.site") / "metadata.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


def make_site(
    index: Path,
    archive: Archive,
    watch: Watch | None = None,
    *,
    public_url: str = "",
    redirect_files: bool = False,
    names: Mapping[str, str] | None = None,
    maker: Maker | None = None,
    looks: IO[bytes] | None = None,
    witnesses: tuple[NoteKey, ...] = (),
    alerts: Sequence[tuple[str, Handler]] = (),
    load: Load | None = None,
) -> Datasette:
    """Create the site of an index and its archive.

    Args:
        index: an existing index; it is opened read-only, and a harvest may write meanwhile.
        archive: that has the files.
        watch: what `/-/health` and `/-/metrics` tell of; without it, or `looks`, there is neither.
        public_url: the site's address, for feeds and citations; empty takes the one asked for.
        redirect_files: let browsers fetch files from the archive's bucket.
        names: of the sources, for people.
        maker: makes indexes as of earlier times; None shows the present only.
        looks: a file that the processes of one site share; what one of them saw for `/-/health`
            and `/-/metrics` all tell.
        witnesses: whose signatures on the archive's checkpoints are shown.
        alerts: the pages of alerts, which come from above the site; none: there are no alerts.
        load: what the processes of one site share; None for one process without limits.

    Returns:
        Datasette, whose `app()` is the ASGI application.
    """
    for name in (DATABASE, _PRINTS_TRACEBACKS):
        if pm.has_plugin(name):
            pm.unregister(name=name)
    more = (
        (objects.PATTERN, Objects(archive).answer),
        (changes.PATTERN, changes.answer),
        *Mementos(archive).routes(),
        *alerts,
    )
    load = load or Load()
    requests = Requests(load.traffic, Routes.of((*PATTERNS, *(p for p, _ in more), *_OTHERS)))
    health = Health(watch, looks, requests.metrics).routes() if watch and looks else []
    setting = Setting(
        archive, public_url, redirect_files, names or {}, maker=maker, witnesses=witnesses,
        requests=requests, has_alerts=bool(alerts),
    )  # fmt: skip
    pm.register(SitePlugin(setting, load.limit, *more, *health), DATABASE)
    datasette = Datasette(metadata=metadata(), settings=SETTINGS)
    database = IndexDatabase(datasette, index)
    datasette.add_database(database, name=DATABASE, route=TABLES[1:])
    return datasette
