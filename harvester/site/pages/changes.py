"""What happened to papers: a page, and the same as data and as a feed."""

from collections.abc import AsyncIterator
from dataclasses import replace
from functools import partial

from datasette.utils.asgi import Response

from harvester.site import feeds
from harvester.site.addresses import paper_url, with_arguments
from harvester.site.csv_answer import CsvAnswer
from harvester.site.language import ARGUMENT
from harvester.site.pages.dossier import KINDS
from harvester.site.pages.search_data import CSV_STEP
from harvester.site.pages.search_feeds import entry
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
    """Answer `/changes.json`: what happened to papers; in `next` where those before are."""
    base, asked, page = visit.visitor.base, _asked(visit), visit.page_number
    found = await visit.ask(lambda c: queries.changes(c, asked, page=page, limit=MOST_ROWS))
    further = with_arguments("/changes.json", **asked, page=page + 1)
    return json_answer(
        visit.visitor,
        {
            "query": asked,
            "changes": [
                {**shown_to(row), "url": base + paper_url(row["id"])} for row in found[:MOST_ROWS]
            ],
            "next": base + further if len(found) > MOST_ROWS else None,
        },
    )


async def changes_csv(visit: Visit) -> CsvAnswer:
    """Answer `/changes.csv`: all that happened to papers, sent as it is read."""
    asked = _asked(visit)

    async def rows() -> AsyncIterator[list[list[object]]]:
        last: Row | None = None
        while True:
            found = await visit.ask(
                partial(queries.changes, asked=asked, limit=CSV_STEP, after=last)
            )
            yield [[row[column] for column in _COLUMNS] for row in found[:CSV_STEP]]
            if len(found) <= CSV_STEP:
                return
            last = found[CSV_STEP - 1]

    return CsvAnswer("griffie-changes.csv", _COLUMNS, rows())


async def changes_atom(visit: Visit) -> Response:
    """Answer `/changes.atom`: what happened to papers, the last first."""
    body = feeds.atom(await _feed(visit, ".atom"))
    return answered(visit.visitor, body, "application/atom+xml; charset=utf-8")


async def changes_feed(visit: Visit) -> Response:
    """Answer `/changes.feed.json`: what happened to papers, the last first."""
    body = feeds.json_feed(await _feed(visit, ".feed.json"))
    return answered(visit.visitor, body, "application/feed+json; charset=utf-8")


async def _feed(visit: Visit, form: str) -> feeds.Feed:
    base, words, asked = visit.visitor.base, visit.words, _asked(visit)
    found = await _rows(visit, FEED_SIZE)
    entries = []
    for row in found:
        reason = str(words.value("reason", row["reason"]).unescape())
        about = entry(visit, row, (row["happened_at"],) * 2, note=f"{reason} ({row['source']})")
        address = base + paper_url(row["id"], row["source"], row["changed_version"])
        id_ = f"{address}#taken-down" if row["reason"] == "taken down" else address
        title = f"{reason}: {about.title}"
        entries.append(replace(about, id=id_, url=address, title=title))
    return feeds.Feed(
        id=base + with_arguments(f"/changes{form}", **asked, **{ARGUMENT: words.language}),
        url=base + with_arguments("/changes", **asked),
        title=f"Griffie · {words('changes.title').unescape()}",
        language=words.language,
        updated=found[0]["happened_at"] if found else feeds.NEVER,
        entries=entries,
    )
