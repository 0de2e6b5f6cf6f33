"""The pages: what is asked, which rows answer it, which template shows them."""

import asyncio
import re
from collections.abc import Awaitable, Callable, Mapping, Sequence
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias
from urllib.parse import quote, unquote, urlencode

from datasette.app import Datasette
from datasette.database import QueryInterrupted
from datasette.utils.asgi import NotFound, Request, Response
from markupsafe import Markup, escape

from archive.archive import Archive
from archive.errors import ObjectNotFound
from harvester.domain import PaperKind
from harvester.index.papers import find_paper
from harvester.site import files, objects, queries
from harvester.site.as_of import with_as_of
from harvester.site.match import match_query
from harvester.text import Text, load, text_key

DATABASE = "griffie"
KINDS: tuple[PaperKind, ...] = ("letter", "motion", "annex")

Answer: TypeAlias = Response | files.FileAnswer | objects.ObjectAnswer
Page = Callable[[Datasette, Request], Awaitable[Answer]]


@dataclass(frozen=True, slots=True)
class Asked:
    """What a search's URL says; anything that makes no sense counts as not said."""

    q: str = ""
    kind: str | None = None
    sort: str = queries.SORTS[0]
    page: int = 1

    @classmethod
    def read(cls, request: Request) -> "Asked":
        """Read the query string."""
        kind, sort = request.args.get("kind"), request.args.get("sort")
        page = request.args.get("page") or "1"
        return cls(
            (request.args.get("q") or "").strip(),
            kind if kind in KINDS else None,
            sort if sort in queries.SORTS else queries.SORTS[0],
            int(page) if re.fullmatch(r"[1-9][0-9]{0,3}", page) else 1,
        )

    def url(self, **changed: object) -> str:
        """Return the address of this search with something changed; page 1 unless that is."""
        values = {"q": self.q, "kind": self.kind, "sort": self.sort, "page": 1, **changed}
        usual = {"sort": queries.SORTS[0], "page": 1}
        said = {k: v for k, v in values.items() if v and usual.get(k) != v}
        return f"/?{urlencode(said)}"


class Pages:
    """The pages of one archive."""

    def __init__(self, archive: Archive) -> None:
        """Show this archive's files beside the index that Datasette serves."""
        self._archive = archive

    def routes(self) -> list[tuple[str, Page]]:
        """Return address patterns and what answers them."""
        return [
            (r"^/$", self.home),
            (
                r"^/paper/(?P<paper>[^/]+)(?:/(?P<source>[a-z][a-z0-9_-]*)/(?P<version>[0-9]{1,6}))?$",
                with_as_of(self.paper, DATABASE),
            ),
            (r"^/file/(?P<sha256>[0-9a-f]{64})$", self.file),
        ]

    async def home(self, datasette: Datasette, request: Request) -> Answer:
        """Answer `/`: search, or what is new."""
        database = datasette.get_database(DATABASE)
        asked = Asked.read(request)
        if not asked.q:
            shown: dict[str, Any] = {
                "totals": await queries.totals(database),
                "newest": await queries.newest(database),
                "changes": await queries.changes(database),
                "harvests": await queries.last_harvests(database),
            }
            return await _render(datasette, request, "home.html", asked=asked, **shown)
        named = await database.execute_fn(lambda connection: find_paper(connection, asked.q))
        if named is not None:
            return Response.redirect(paper_url(named))
        return await self._results(datasette, request, asked)

    async def _results(self, datasette: Datasette, request: Request, asked: Asked) -> Answer:
        database = datasette.get_database(DATABASE)
        match = match_query(asked.q)
        counts: dict[str, int] = {}
        found: list[dict[str, Any]] = []
        problem = None if match else "There is no word in this. Type a word, a name or a number."
        if match:
            try:
                counts = await queries.counts(database, match)
                found = await queries.search(database, match, asked.kind, asked.sort, asked.page)
            except QueryInterrupted:
                problem = "This finds too much to sort in time. Add a word that fewer papers have."
        total = counts.get(asked.kind, 0) if asked.kind else sum(counts.values())
        return await _render(
            datasette, request, "results.html", asked=asked, counts=counts, total=total,
            found=found, problem=problem, pages=-(-total // queries.PAGE_SIZE),
            kinds=KINDS, sorts=queries.SORTS,
        )  # fmt: skip

    async def paper(self, datasette: Datasette, request: Request) -> Answer:
        """Answer `/paper/<id>` and `/paper/<id>/<source>/<version>`."""
        database = datasette.get_database(DATABASE)
        name = unquote(request.url_vars["paper"])
        asked = (request.url_vars["source"], request.url_vars["version"])
        row = await queries.paper(database, name)
        if row is None:
            known = await database.execute_fn(lambda connection: find_paper(connection, name))
            if known is None:
                raise NotFound(f"No paper goes, or ever went, by {name!r}.")
            return Response.redirect(paper_url(known, *asked))
        copies = await queries.copies(database, row["id"])
        version = _chosen(row, copies, *asked)
        file = _readable(row, copies, version, is_current=asked[0] is None)
        return await _render(
            datasette, request, "paper.html", asked=Asked(), paper=row, copies=copies,
            version=version, is_current=asked[0] is None, file=file,
            text=await self._text(file) if file else None,
            citations=await queries.citations(database, file["sha256"]) if file else [],
            witnesses=await queries.witnesses(database, row["id"]),
            references=await queries.references(database, row["id"]),
            answers=await queries.answers(database, row["id"]),
            referrers=await queries.referrers(database, row),
            takedowns=await queries.takedowns(database, row["id"]),
            aliases=await queries.aliases(database, row["id"]),
            people=await queries.people(database, row),
            family=await queries.family(database, row),
            votes=await queries.votes(database, row["decision_id"]),
        )  # fmt: skip

    async def _text(self, file: dict[str, Any]) -> Text | None:
        if file["is_taken_down"]:
            return None
        key = text_key(file["sha256"])
        try:
            return load(await asyncio.to_thread(self._archive.store.get, key))
        except (ObjectNotFound, ValueError):
            # Not extracted yet, or damaged: the next harvest makes it again.
            return None

    async def file(self, datasette: Datasette, request: Request) -> Answer:
        """Answer `/file/<sha256>`: the bytes as they were received."""
        sha256 = request.url_vars["sha256"]
        database = datasette.get_database(DATABASE)
        if taken := await queries.takedown_of(database, sha256):
            message = (
                f"This file was taken down on {taken['taken_down_at'][:10]} by "
                f"{taken['decided_by']}: {taken['reason']}"
            )
            return await problem_page(datasette, request, HTTPStatus.GONE, message)
        row = await queries.file(database, sha256)
        if row is None or not await asyncio.to_thread(self._archive.payloads.exists, sha256):
            raise NotFound("This archive has no file with this digest.")
        name = files.file_name(row["paper"], row["version"], row["media_type"])
        headers = files.headers(sha256, name, row["size_bytes"], row["media_type"])
        if sha256 in (request.headers.get("if-none-match") or ""):
            return Response(status=304, body="", headers={"ETag": headers["ETag"]})
        is_head = request.method == "HEAD"
        return files.FileAnswer(self._archive, sha256, headers, is_head=is_head)


async def problem_page(
    datasette: Datasette, request: Request, status: int, message: str
) -> Response:
    """Return a page that says in words what is wrong."""
    return await _render(
        datasette, request, "problem.html", status, asked=Asked(), message=message, status=status
    )


def paper_url(paper: str, source: object = None, version: object = None) -> str:
    """Return the address of a paper, or of one version of it at a source."""
    address = f"/paper/{quote(paper, safe='')}"
    return f"{address}/{source}/{version}" if source and version else address


def marked(snippet: str) -> Markup:
    """Return a snippet as HTML, with `<mark>` around what was found."""
    safe = str(escape(snippet))
    html = safe.replace(queries.MARK_START, "<mark>").replace(queries.MARK_END, "</mark>")
    return Markup(html)  # noqa: S704 - escaped above


def paragraphs(text: str, citations: Sequence[Mapping[str, Any]] = ()) -> list[Markup]:
    """Split a text where it has empty lines, with a link where it cites a paper that is here.

    Args:
        text: as it was extracted.
        citations: places with `start_at`, `end_at` and `cited`, in order.
    """
    found = []
    begin = 0
    for end, after in [*(m.span() for m in re.finditer(r"\n\s*\n", text)), (len(text), len(text))]:
        if text[begin:end].strip():
            found.append(_linked(text, begin, end, citations))
        begin = after
    return found


def _linked(text: str, begin: int, end: int, citations: Sequence[Mapping[str, Any]]) -> Markup:
    html = Markup()
    at = begin
    for cited in citations:
        if at <= cited["start_at"] and cited["end_at"] <= end:
            html += escape(text[at : cited["start_at"]])
            words = text[cited["start_at"] : cited["end_at"]]
            html += Markup('<a href="{}">{}</a>').format(paper_url(cited["cited"]), words)
            at = cited["end_at"]
    return html + escape(text[at:end])


def size(count: int) -> str:
    """Say a number of bytes as people do."""
    for unit in ("bytes", "KB", "MB"):
        if count < 1000 or unit == "MB":
            break
        count = round(count / 1000)
    return f"{count:,} {unit}"


def _chosen(
    row: Mapping[str, Any], copies: Sequence[Mapping[str, Any]], source: str | None, number: str
) -> dict[str, Any]:
    """Return the version that is asked for; by default the current one of the leading source."""
    for copy in copies:
        for version in copy["versions"]:
            if source is None or (source, int(number)) == (copy["source"], version["version"]):
                found: dict[str, Any] = version
                return found
    raise NotFound(f"{row['id']} has no version {number} at {source!r}.")


def _readable(
    row: Mapping[str, Any],
    copies: Sequence[Mapping[str, Any]],
    version: Mapping[str, Any],
    *,
    is_current: bool,
) -> dict[str, Any] | None:
    """Return the file whose text to show, with its `source` and `version`.

    Of the current paper the one that is searched; of a version its own, or the one before.
    """
    files = [f for copy in copies for v in copy["versions"] for f in v["files"]]
    if is_current:
        return next((f for f in files if f["sha256"] == row["sha256"]), None)
    return next(
        (
            f
            for f in files
            if f["source"] == version["source"] and f["version"] <= version["version"]
        ),
        None,
    )


_FUNCTIONS = {"paper_url": paper_url, "marked": marked, "paragraphs": paragraphs, "size": size}


async def _render(
    datasette: Datasette, request: Request, template: str, status: int = 200, /, **shown: object
) -> Response:
    html = await datasette.render_template(template, {**shown, **_FUNCTIONS}, request=request)
    return Response.html(html, status=status)
