"""The front page, and searches as a page."""

import sqlite3
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from typing import Any

from datasette.utils.asgi import Response

from harvester.index.papers import find_papers
from harvester.search.query import Note
from harvester.site.addresses import dossier_url, paper_url, party_url, person_url, search_url
from harvester.site.formats import day
from harvester.site.pages.visit import Visit
from harvester.site.queries import Row, changes, companions, examples, papers, search, sources
from harvester.site.queries.finding import Understood, matching, understand
from harvester.site.queries.named import Named
from harvester.site.queries.signers import signer_name, signers_of
from harvester.site.queries.unheld import find_unheld
from harvester.site.queries.votes import choices_of
from harvester.site.reader import TookTooLong
from harvester.site.rendering import answered
from harvester.site.search_params import DAYS, FACETS, PAGE_SIZE, SORTS, SearchParams
from harvester.source.registry import is_number, printed_dossier

SHOWN_VALUES = 8
"""Of a facet, before the rest."""
MOST_VALUES = 60
RARE = 50
"""Papers of which the first one that has a word says something."""
_VALUES = {"kind": "kind", "outcome": "outcome", "advice": "advice", "changed": "changed",
           "withdrawn": "withdrawn"}  # fmt: skip
"""Facets whose values have a name in the reader's language."""


@dataclass(frozen=True, slots=True)
class Found:
    """What a search found.

    Attributes:
        understood: how it was read, and what it names.
        choices: by paper how the party voted that is named.
        earliest: of a rare word, the paper that had it first.
        names: of people, by their ids.
        companions: words that often go along with those that were typed.
        is_searched: whether there was anything to search in what was typed.
    """

    counts: search.Counts
    papers: list[Row]
    order: str
    understood: Understood = field(default_factory=Understood)
    choices: Mapping[int, str] = field(default_factory=dict)
    earliest: Row | None = None
    companions: Sequence[str] = ()
    names: Mapping[str, str] = field(default_factory=dict)
    is_searched: bool = True

    @property
    def notes(self) -> Sequence[Note]:
        """What was read otherwise than typed."""
        return self.understood.notes


async def home(visit: Visit) -> Response:
    """Answer `/`: search, and what is new."""
    params = SearchParams.read(visit.request.args)
    if params.is_anything or params.as_of:
        return Response.redirect(params.url())
    cache = visit.setting.cache

    def read(connection: sqlite3.Connection) -> dict[str, Any]:
        return {
            "totals": search.totals(connection),
            "newest": search.last_days(connection),
            "changes": changes.changes(connection, {}, limit=8)[:8],
            "harvests": sources.last_harvests(connection),
            "examples": cache.get_or_find("examples", lambda: examples.chosen(connection)),
        }

    source = next(iter(visit.setting.names), "SOURCE")
    return visit.page("home.html", params=params, first_source=source, **await visit.ask(read))


async def help_page(visit: Visit) -> Response:
    """Answer `/search/help`: how to search precisely, with examples that find something here."""
    cache = visit.setting.cache

    def read(connection: sqlite3.Connection) -> examples.Examples:
        return cache.get_or_find("examples", lambda: examples.chosen(connection))

    return visit.page("help.html", examples=await visit.ask(read))


def find(
    connection: sqlite3.Connection, params: SearchParams, today: date, limit: int = PAGE_SIZE
) -> Found:
    """Find the papers of a search."""
    understood = understand(connection, params.q, today)
    if params.q and not understood.reading.is_anything:
        return Found(search.Counts(), [], params.sort, understood, is_searched=False)
    matches = matching(connection, understood, params.filters)
    counts = search.count(matches)
    signers = signers_of(connection, matches.narrowed)
    more = {
        "dossier": search.dossiers(matches),
        "person": [(one.id, one.papers) for one in signers],
    }
    counts = search.Counts(counts.total, {**counts.facets, **more})
    names = {one.id: one.name for one in signers}
    if chosen := params.filters.get("person"):
        names[chosen] = signer_name(connection, chosen)
    order = order_of(params, understood, counts.total)
    papers = search.find(connection, matches, order, limit, (params.page - 1) * limit)
    words = understood.reading.words
    earliest = None
    if len(words) == 1 and 0 < counts.total <= RARE and not params.filters:
        keys = search.ordered(connection, matches, "oldest", 1)
        earliest = next(iter(search.shown(connection, keys)), None)
    return Found(
        counts,
        papers,
        order,
        understood,
        choices_of(connection, papers, understood.party) if understood.party else {},
        earliest,
        companions.of(connection, matches, words) if params.page == 1 else (),
        names,
    )


def order_of(params: SearchParams, understood: Understood, total: int) -> str:
    """Return how so many papers are sorted: by relevance only where that says something."""
    is_by_relevance = params.sort == SORTS[0]
    if is_by_relevance and (understood.reading.expression is None or total > search.BROAD):
        return SORTS[1]
    return params.sort


def card_url(card: Named) -> str:
    """Return the address of what was named."""
    if card.kind == "person":
        return person_url(card.id)
    if card.kind == "party":
        return party_url(card.id)
    if card.kind == "dossier":
        return dossier_url(card.id)
    if card.kind == "paper":
        return paper_url(card.id)
    if card.kind == "ministry":
        return search_url(q=f'ministry:"{card.id}"')
    if card.kind == "committee":
        return search_url(q=f'"{card.name}"')
    first, _, last = card.id.partition("/")
    return search_url(since=first, until=last)


async def results(visit: Visit) -> Response:
    """Answer `/search`: a number goes to its paper; anything else is searched."""
    params, today = SearchParams.read(visit.request.args), visit.today
    notes: list[dict[str, str]] = []

    def read(connection: sqlite3.Connection) -> Found | list[Row] | str:
        named = find_papers(connection, params.q) if params.q and not params.filters else []
        if named:
            return papers.listed(connection, named) if named[1:] else named[0]
        is_numbered = bool(params.q) and not params.filters and is_number(params.q)
        if is_numbered and (unheld := find_unheld(connection, params.q)) is not None:
            return unheld.target
        return find(connection, params, today)

    found: Found | list[Row] | str | None = None
    try:
        found = await visit.ask(read)
    except TookTooLong:
        notes.append(Note("slow")._asdict())
    if isinstance(found, str):
        return Response.redirect(visit.paper_url(found))
    if isinstance(found, list):
        return visit.page("several.html", name=params.q, papers=found)
    cards: list[tuple[Named, str]] = []
    if found:
        notes = [note._asdict() for note in found.notes]
        cards = [(card, card_url(card)) for card in found.understood.cards]
        found = found if found.is_searched else None
    total = found.counts.total if found else 0
    return visit.page(
        "search.html",
        q=params.q,
        params=params,
        found=found,
        notes=notes,
        cards=cards,
        total=total,
        pages=-(-total // PAGE_SIZE),
        facets=_facets(visit, params, found) if found else [],
        chosen=[
            (name, value, named(visit, name, value, found.names if found else {}))
            for name, value in params.filters.items()
        ],
        is_unlike_spelled=bool(params.q) and is_number(params.q),
    )


def named(visit: Visit, name: str, value: str, people: Mapping[str, str]) -> str:
    """Return what people call the value of a filter.

    Args:
        people: names by ids.
    """
    if name == "person":
        return people.get(value, value)
    if name == "dossier":
        return printed_dossier(value)
    if name in DAYS:
        return str(day(visit.words, value).striptags())
    return visit.words.value(_VALUES[name], value) if name in _VALUES else value


def _facets(visit: Visit, params: SearchParams, found: Found) -> list[dict[str, Any]]:
    """Lay out what a search can be narrowed by: names, counts, addresses."""
    shown = []
    counts = found.counts
    for name in FACETS:
        chosen = params.filters.get(name)
        counted = [
            pair
            for n, pair in enumerate(counts.facets.get(name, ()))
            if n < MOST_VALUES or pair[0] == chosen
        ]
        urls = params.choices(name, [value for value, _ in counted])
        values: list[dict[str, Any]] = [
            {
                "value": value,
                "name": named(visit, name, value, found.names),
                "papers": papers,
                "is_chosen": chosen == value,
                "url": params.url(**{name: None}) if chosen == value else url,
            }
            for (value, papers), url in zip(counted, urls, strict=True)
        ]
        # What has but one value narrows nothing.
        is_useful = len(values) > 1 or any(v["papers"] < counts.total for v in values)
        if values and (is_useful or name in params.filters):
            first = [v for v in values if v["is_chosen"]] + [
                v for v in values if not v["is_chosen"]
            ]
            order = first if name != "year" else values
            shown.append(
                {
                    "name": name,
                    "values": order[:SHOWN_VALUES],
                    "rest": order[SHOWN_VALUES:MOST_VALUES],
                }
            )
    return shown


async def opensearch(visit: Visit) -> Response:
    """Answer `/opensearch.xml`: browsers can search here from their own bar."""
    html = visit.page("opensearch.xml")
    body = html.body if isinstance(html.body, bytes) else html.body.encode()
    return answered(visit.visitor, body, "application/opensearchdescription+xml; charset=utf-8")
