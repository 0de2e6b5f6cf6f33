"""Searches as feeds."""

import re
import sqlite3
from collections.abc import Mapping, Sequence
from typing import NamedTuple

from datasette.utils.asgi import Response
from markupsafe import Markup

from harvester.site import feeds
from harvester.site.formats import day
from harvester.site.language import ARGUMENT
from harvester.site.pages.search import named
from harvester.site.pages.visit import Visit
from harvester.site.queries import Row, search
from harvester.site.queries.finding import matching, understand
from harvester.site.queries.signers import signer_name
from harvester.site.rendering import answered
from harvester.site.search_params import SearchParams

FEED_SIZE = 50


class _Read(NamedTuple):
    """What a feed is made of: papers, when they became known and changed, names of people."""

    papers: Sequence[Row] = ()
    times: Mapping[str, tuple[str, str]] = {}
    names: Mapping[str, str] = {}


async def results_atom(visit: Visit) -> Response:
    """Answer `/search.atom`: a search as an Atom feed, what became known last first."""
    return answered(
        visit.visitor, feeds.atom(await _feed(visit, ".atom")),
        "application/atom+xml; charset=utf-8",
    )  # fmt: skip


async def results_feed(visit: Visit) -> Response:
    """Answer `/search.feed.json`: a search as a JSON Feed, what became known last first."""
    return answered(
        visit.visitor, feeds.json_feed(await _feed(visit, ".feed.json")),
        "application/feed+json; charset=utf-8",
    )  # fmt: skip


async def _feed(visit: Visit, form: str) -> feeds.Feed:
    """Return a search as a feed: what became known last comes first, however the page is sorted."""
    params, today = SearchParams.read(visit.request.args), visit.today

    def read(connection: sqlite3.Connection) -> _Read:
        # A feed of words that are not there yet must not tell of other papers meanwhile.
        understood = understand(connection, params.q, today, relax=False)
        if params.q and not understood.reading.is_anything:
            return _Read()
        matches = matching(connection, understood, params.filters)
        papers = search.find(connection, matches, "known", FEED_SIZE)
        person = params.filters.get("person")
        names = {person: signer_name(connection, person)} if person else {}
        return _Read(papers, search.times(connection, [paper["id"] for paper in papers]), names)

    papers, times, names = await visit.ask(read)
    base, words = visit.visitor.base, visit.words
    about = [
        params.q,
        *(str(named(visit, n, v, names)) for n, v in params.filters.items()),
        params.as_of,
    ]
    said = {ARGUMENT: words.language}
    return feeds.Feed(
        id=base + params.url(form, **said, sort=None),
        url=base + params.url(),
        title=" · ".join(["Griffie", *(part for part in about if part)]),
        language=words.language,
        updated=max((last for _, last in times.values()), default=feeds.NEVER),
        entries=[entry(visit, p, times.get(p["id"], (feeds.NEVER, feeds.NEVER))) for p in papers],
    )


def entry(visit: Visit, paper: Row, times: tuple[str, str], note: str = "") -> feeds.Entry:
    """Make a feed's entry of a paper.

    Args:
        times: when it became known here, and when it last changed.
        note: stands first in the summary.
    """
    words, url = visit.words, visit.visitor.base + visit.paper_url(paper["id"])
    said = [words.value("kind", paper["kind"]), paper["id"]]
    said += [day(words, paper["published_on"]).striptags()] if paper["published_on"] else []
    said += [words.value("outcome", paper["outcome"])] if paper["outcome"] else []
    if paper["advice"]:
        said.append(f"{words('paper.advice')}: {words.value('advice', paper['advice'])}")
    said += [words("badge.withdrawn")] if paper["is_withdrawn"] else []
    snippet = re.sub("[\x02\x03]", "", paper.get("snippet") or "")
    summary = [note, " · ".join(map(_plain, said)), snippet]
    return feeds.Entry(
        id=url,
        url=url,
        title=paper["subject"] or paper["title"] or paper["id"],
        summary="\n".join(part for part in summary if part),
        published=times[0],
        updated=times[1],
        authors=[name for name in (paper["people"] or "").split(", ") if name],
        categories=[c for c in (paper["kind"], paper["dossier"]) if c],
    )


def _plain(text: object) -> str:
    return str(text.unescape()) if isinstance(text, Markup) else str(text)
