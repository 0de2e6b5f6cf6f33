"""What happened to papers: a page, and the same as data and as a feed."""

import csv
import io
from dataclasses import replace

from datasette.utils.asgi import Response

from harvester.site import feeds
from harvester.site.addresses import paper_url, with_arguments
from harvester.site.language import ARGUMENT
from harvester.site.pages.dossier import KINDS
from harvester.site.pages.search import entry, inert
from harvester.site.pages.visit import Visit
from harvester.site.queries import Row, sources
from harvester.site.queries import changes as queries
from harvester.site.rendering import answered, json_answer, shown_to

FEED_SIZE = 100
MOST_ROWS = 1000
_COLUMNS = ("happened_at", "reason", "source", "id", "changed_version", "kind", "subject", "why")


def _asked(visit: Visit) -> dict[str, str | None]:
    return {
        "what": visit.argument("what", queries.WHATS),
        "source": (visit.request.args.get("source") or "")[:100] or None,
        "kind": visit.argument("kind", KINDS),
    }


async def changes(visit: Visit) -> Response:
    """Answer `/changes`."""
    asked, number = _asked(visit), visit.page_number
    found, names = await visit.ask(
        lambda c: (queries.changes(c, asked, page=number), sources.names(c))
    )
    return visit.page(
        "changes.html",
        changes=found[: queries.PAGE],
        is_more=len(found) > queries.PAGE,
        number=number,
        asked=asked,
        whats=queries.WHATS,
        kinds=KINDS,
        sources=names,
        url=lambda form="", **changed: with_arguments(f"/changes{form}", **{**asked, **changed}),
    )


async def _rows(visit: Visit, limit: int) -> list[Row]:
    asked = _asked(visit)
    found = await visit.ask(lambda c: queries.changes(c, asked, limit=limit))
    return found[:limit]


async def changes_json(visit: Visit) -> Response:
    """Answer `/changes.json`: the last thousand."""
    base = visit.visitor.base
    found = [
        {**shown_to(row), "url": base + paper_url(row["id"])}
        for row in await _rows(visit, MOST_ROWS)
    ]
    return json_answer(visit.visitor, {"query": _asked(visit), "changes": found})


async def changes_csv(visit: Visit) -> Response:
    """Answer `/changes.csv`: the last thousand."""
    text = io.StringIO()
    writer = csv.writer(text)
    writer.writerow(_COLUMNS)
    for row in await _rows(visit, MOST_ROWS):
        writer.writerow([inert(row[column]) for column in _COLUMNS])
    headers = {"Content-Disposition": 'attachment; filename="griffie-changes.csv"'}
    body = text.getvalue().encode(errors="replace")
    return answered(visit.visitor, body, "text/csv; charset=utf-8", headers)


async def changes_atom(visit: Visit) -> Response:
    """Answer `/changes.atom`."""
    body = feeds.atom(await _feed(visit, ".atom"))
    return answered(visit.visitor, body, "application/atom+xml; charset=utf-8")


async def changes_feed(visit: Visit) -> Response:
    """Answer `/changes.feed.json`."""
    body = feeds.json_feed(await _feed(visit, ".feed.json"))
    return answered(visit.visitor, body, "application/feed+json; charset=utf-8")


async def _feed(visit: Visit, form: str) -> feeds.Feed:
    base, words, asked = visit.visitor.base, visit.words, _asked(visit)
    found = await _rows(visit, FEED_SIZE)
    entries = []
    for row in found:
        reason = str(words.value("reason", row["reason"]).unescape())
        about = entry(visit, row, row["happened_at"], note=f"{reason} ({row['source']})")
        address = base + paper_url(row["id"], row["source"], row["changed_version"])
        id_ = f"{address}#taken-down" if row["reason"] == "taken down" else address
        title = f"{reason}: {about.title}"
        entries.append(replace(about, id=id_, url=address, title=title))
    return feeds.Feed(
        id=base + with_arguments(f"/changes{form}", **asked, **{ARGUMENT: words.language}),
        url=base + with_arguments("/changes", **asked),
        title=f"Griffie · {words('changes.title').unescape()}",
        language=words.language,
        updated=found[0]["happened_at"] if found else "1970-01-01T00:00:00.000Z",
        entries=entries,
    )
