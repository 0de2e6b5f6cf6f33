"""A paper's page, each of its versions, and the same as data."""

import asyncio
import sqlite3
from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple
from urllib.parse import unquote

from datasette.utils.asgi import NotFound, Response

from archive.archive import Archive
from archive.errors import ObjectNotFound
from harvester.index.papers import find_papers, find_version
from harvester.index.records import name_of
from harvester.search.query import LONGEST
from harvester.site import citing
from harvester.site.addresses import file_url, paper_url
from harvester.site.as_of import version_as_of
from harvester.site.ballots import draw
from harvester.site.marks import Wanted, places, wanted_in
from harvester.site.pages.visit import Visit
from harvester.site.prose import marked, render_text
from harvester.site.queries import Row, papers, with_names
from harvester.site.queries.beside import beside, digests
from harvester.site.queries.chains import story
from harvester.site.queries.claims import claims, source_versions
from harvester.site.queries.finding import understand
from harvester.site.queries.highlights import EVERY, Highlighted, highlighted
from harvester.site.queries.unheld import Unheld, find_unheld
from harvester.site.queries.votes import dissenters
from harvester.site.reader import TookTooLong
from harvester.site.rendering import json_answer, shown_to
from harvester.site.signatures import Signature
from harvester.source.registry import parliament_of
from harvester.text import Text, load, text_key


async def paper(visit: Visit) -> Response:
    """Answer `/paper/<id>` and `/paper/<id>/<source>/<version>`."""
    asked = (visit.request.url_vars["source"], visit.request.url_vars["version"])
    name = unquote(visit.request.url_vars["paper"])
    if moment := visit.request.args.get("_as_of"):
        then = await visit.ask(lambda connection: version_as_of(connection, name, moment))
        return Response.redirect(then)
    known = await visit.ask(lambda connection: _read_version(connection, name, *asked))
    if isinstance(known, list):
        return visit.page("several.html", name=name, papers=known)
    if isinstance(known, Unheld):
        return _unheld(visit, name, known)
    if isinstance(known, tuple):
        return Response.redirect(paper_url(*known))
    row, copies, version = known["paper"], known["copies"], known["version"]
    file, citations, is_current = known["file"], known.pop("citations"), asked[0] is None
    provable = await _provable(visit, row["id"])
    text = await text_of(visit.setting.archive, file)
    searched = await _searched(visit, row["key"])
    found = places(text.text, searched.wanted) if text else []
    base = visit.visitor.base
    # The current page cites the version whose file is shown: its digest is the proof.
    cited = chosen(row, copies, file["source"], str(file["version"])) if file else version
    current_files = [f for copy in copies for f in current(copy)["files"]]
    offered = current_files if is_current else version["files"]
    return visit.page(
        "paper.html",
        **known,
        is_current=is_current,
        provable=provable,
        text=text,
        downloads=downloads(offered or ([file] if file else [])),
        prose=render_text(text, citations, found) if text else "",
        q=searched.q,
        found=found,
        title=marked(searched.title) if searched.title else None,
        ballot=draw(known["votes"]),
        citation=parliament_of(row["source"]).cite(row),
        permanent=base + paper_url(row["id"]),
        cited=cited,
        of_version=base + paper_url(row["id"], cited["source"], cited["version"]),
        json_ld=citing.json_ld(row, base, known["people"], current_files, known["references"]),
    )


def _unheld(visit: Visit, name: str, known: Unheld) -> Response:
    """Answer with what is known of a cited paper that is not here."""
    if name != known.target:
        return Response.redirect(paper_url(known.target))
    return visit.page("unheld.html", **known._asdict())


class _Searched(NamedTuple):
    """The search from which a reader comes."""

    q: str = ""
    wanted: Wanted = frozenset()
    title: str = ""
    """The title with marks; empty if it has none."""


async def _searched(visit: Visit, key: int) -> _Searched:
    """Return what the search in the address (`?q=`) finds in a paper."""
    q, today = (visit.request.args.get("q") or "").strip()[:LONGEST], visit.today
    if not q:
        return _Searched()

    def read(connection: sqlite3.Connection) -> _Searched:
        expression = understand(connection, q, today).reading.expression
        texts = highlighted(connection, expression, [key], EVERY) if expression else {}
        found = texts.get(key, Highlighted("", ""))
        return _Searched(q, wanted_in(found), found.marked_title)

    try:
        return await visit.ask(read)
    except TookTooLong:  # the paper is shown all the same
        return _Searched(q)


async def paper_json(visit: Visit) -> Response:
    """Answer `/paper/<id>.json`: everything about a paper except its text."""
    name = unquote(visit.request.url_vars["paper"])
    known = await visit.ask(lambda connection: read_named(connection, name))
    if isinstance(known, list):
        found = [{"id": p["id"], "page": visit.visitor.base + paper_url(p["id"])} for p in known]
        return json_answer(visit.visitor, {"name": name, "papers": found})
    base = visit.visitor.base
    if isinstance(known, Unheld):
        return json_answer(visit.visitor, {"paper": None, **shown_to(known.data(base))})
    if isinstance(known, str):
        return Response.redirect(f"{paper_url(known)}.json")
    provable = await _provable(visit, known["paper"]["id"]) or {}
    for copy in known["copies"]:
        for version in copy["versions"]:
            signature = provable.get((copy["source"], version["version"]))
            version["provable"] = signature.shown() if signature else None
            version["page"] = base + paper_url(
                known["paper"]["id"], copy["source"], version["version"]
            )
            for file in version["files"]:
                file["download"] = base + file_url(file["sha256"])
    return json_answer(visit.visitor, shown_to(known))


async def _provable(visit: Visit, paper: str) -> Mapping[tuple[str, int], Signature] | None:
    """Return since when the versions of a paper are provable; None where nobody signs."""
    signatures = visit.setting.signatures
    if not await asyncio.to_thread(signatures.is_signed):
        return None
    segments = await visit.ask(lambda connection: papers.segments(connection, paper))
    return await asyncio.to_thread(signatures.provable, segments)


def _read(connection: sqlite3.Connection, name: str) -> Any:
    """Return all about a paper; of another name its id; of a name of several, a list of these.

    Of a paper that is cited and not here, what is known of it.

    Raises:
        NotFound: no paper has, or had, this name, and none that is here cites it.
    """
    row = papers.paper(connection, name)
    found = find_papers(connection, name)
    if row is None:
        if not found:
            if (unheld := find_unheld(connection, name)) is not None:
                return unheld
            raise NotFound(name)
        return found[0] if len(found) == 1 else papers.listed(connection, found)
    id_ = row["id"]
    told = story(connection, id_) if row["kind"] == "motion" else []
    return {
        "paper": row,
        "copies": papers.copies(connection, id_),
        "aliases": papers.aliases(connection, id_),
        "people": papers.people(connection, row),
        "votes": papers.votes(connection, row["decision_key"]),
        "dissenters": dissenters(connection, row["decision_key"]),
        "decisions": papers.decisions(connection, row["case_key"]),
        "claims": claims(connection, row["document_key"]) if row["kind"] == "motion" else [],
        "source_versions": source_versions(connection, id_),
        "answers": papers.answers(connection, row),
        "references": papers.references(connection, id_),
        "referrers": papers.referrers(connection, id_),
        "family": papers.family(connection, row),
        "editions": papers.editions(connection, id_),
        "story": told,
        "successors": [one for one in told if one["is_held"] and id_ in one["replaces"]],
        "witnesses": papers.witnesses(connection, id_) if row["copies"] > 1 else [],
        "beside": beside(connection, row),
        "digests": digests(connection, id_),
        "takedowns": papers.takedowns(connection, id_),
        "namesakes": papers.listed(connection, [other for other in found if other != id_]),
    }


def read_named(connection: sqlite3.Connection, name: str) -> Any:
    """Return all about a paper as data: records by their names."""
    known = _read(connection, name)
    if not isinstance(known, dict):
        return known
    decisions = [
        {"id": name_of(connection, row["key"]), **with_names(connection, row)}
        for row in known["decisions"]
    ]
    return {**known, "paper": with_names(connection, known["paper"]), "decisions": decisions}


def _read_version(
    connection: sqlite3.Connection, name: str, source: str | None, number: str | None
) -> Any:
    """Return all about a paper, with the `version` asked for, the `file` to read, its `citations`.

    Where it stands under another name or number now, the arguments of that address; of a name of
    several papers, a list of these; of a cited paper that is not here, what is known of it.

    Raises:
        NotFound: no paper has, or had, this name, or it has no such version.
    """
    if source is not None and number is not None:
        return _read_shown(connection, name, source, number)
    known = _read(connection, name)
    if isinstance(known, str):
        return known, None, None
    if isinstance(known, list | Unheld):
        return known
    return _with_file(connection, known, chosen(known["paper"], known["copies"], None, None))


def _read_shown(connection: sqlite3.Connection, name: str, source: str, number: str) -> Any:
    """Return all about a paper with the version that was once shown under an address.

    Raises:
        NotFound: nothing was.
    """
    is_number = number.isascii() and number.isdecimal() and len(number) < 9
    located = find_version(connection, name, source, int(number)) if is_number else None
    if located is None or located.paper is None:
        raise NotFound(f"{name} {source} {number}")
    if located.number is not None and located.paper != name:
        return located.paper, source, located.number
    known = _read(connection, located.paper)
    if located.number is not None:
        version = chosen(known["paper"], known["copies"], source, number)
    else:
        version = papers.former_version(connection, located, source)
    return _with_file(connection, known, version, is_current=False)


def _with_file(
    connection: sqlite3.Connection, known: Row, version: Row, *, is_current: bool = True
) -> Row:
    """Add the shown version, its file, and the file's citations."""
    file = readable(known["paper"], known["copies"], version, is_current=is_current)
    citations = papers.citations(connection, file["sha256"]) if file else []
    return {**known, "version": version, "file": file, "citations": citations}


async def text_of(archive: Archive, file: Mapping[str, Any] | None) -> Text | None:
    """Return the text of a file; None if there is none yet, or it was taken down."""
    if file is None or file["is_taken_down"]:
        return None
    key = text_key(file["sha256"])
    try:
        return await asyncio.to_thread(lambda: load(archive.store.get(key)))
    except (ObjectNotFound, ValueError):
        # Not extracted yet, or damaged: the next harvest extracts it.
        return None


def current(copy: Mapping[str, Any]) -> Row:
    """Return the latest version at a source that has files, else the latest."""
    versions: Sequence[Row] = copy["versions"]
    return next((version for version in versions if version["files"]), versions[0])


def downloads(files: Sequence[Row]) -> list[Row]:
    """Return the files to offer, one of each type, printable ones first."""
    order = ("application/pdf", "wordprocessingml", "msword", "opendocument", "xml", "html")
    kept: dict[str | None, Row] = {}
    for file in files:
        if not file["is_taken_down"] and not file["is_description"]:
            kept.setdefault(file["media_type"], file)

    def rank(file: Row) -> int:
        kind = file["media_type"] or ""
        return next((n for n, part in enumerate(order) if part in kind), len(order))

    return sorted(kept.values(), key=rank)


def chosen(
    row: Mapping[str, Any],
    copies: Sequence[Mapping[str, Any]],
    source: str | None,
    number: str | None,
) -> Row:
    """Return the requested version; by default the current one of the leading source.

    Raises:
        NotFound: there is no such version.
    """
    for copy in copies:
        for version in copy["versions"]:
            if source is None or (source, number) == (copy["source"], str(version["version"])):
                found: Row = version
                return found
    raise NotFound(f"{row['id']} {source} {number}")


def readable(
    row: Mapping[str, Any],
    copies: Sequence[Mapping[str, Any]],
    version: Mapping[str, Any],
    *,
    is_current: bool,
) -> Row | None:
    """Return the file whose text is shown, with its `source` and `version`.

    For the current paper the searched one; for a version its own, or the previous one.
    """
    if version.get("is_former"):
        return next(iter(version["files"]), None)
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
