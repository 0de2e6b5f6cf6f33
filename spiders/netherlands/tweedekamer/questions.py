"""What `griffie doctor tweedekamer` asks, and what the guide expects (README.md 1)."""

from collections.abc import Iterator, Sequence
from urllib.parse import urlencode, urlsplit

from archive.entries import Enclosure
from harvester.source.questions import (
    Answer,
    Answers,
    Found,
    Question,
    at,
    conditional,
    conditions_of,
    headers_are_open,
    nothing_unknown,
    robots_allow,
    status_is,
    status_is_open,
)
from spiders.netherlands.tweedekamer.feed import NotAFeedPage, Page, parse_page
from spiders.netherlands.tweedekamer.records import read

CATEGORY = "Document"
BEYOND = 999_999_999_999
"""A token that the feed has not reached."""
NEVER = "00000000-0000-4000-8000-000000000000"
_AT = "2000-01-01T00:00:00.000Z"
_CHANGED = "the feed has changed: harvests fail and take nothing"


def questions(feed_url: str) -> Sequence[Question]:
    """Return the questions, in the order in which they are asked."""
    parts = urlsplit(feed_url)

    def feed(**query: object) -> str:
        return f"{feed_url}?{urlencode(query)}" if query else feed_url

    def next_page(answers: Answers) -> str | None:
        page = _page(answers, "feed")
        return feed(category=CATEGORY, skiptoken=page.token) if page and page.token else None

    def file(answers: Answers) -> str | None:
        offered = _offered(answers)
        return offered.url if offered else None

    def no_file(answers: Answers) -> str | None:
        url = file(answers)
        return None if url is None else f"{url.rpartition('/')[0]}/{NEVER}"

    return (
        Question("robots", "robots.txt", at(f"{parts.scheme}://{parts.netloc}/robots.txt"),
                 (robots_allow(parts.path),)),
        Question("feed", f"the first page of {CATEGORY}", at(feed(category=CATEGORY)),
                 (status_is(200, _CHANGED), nothing_unknown(_read), headers_are_open,
                  _tombstones_are_open)),
        Question("next-page", "the page after its last token", next_page,
                 (status_is(200, _CHANGED), _goes_on)),
        Question("end", "what follows a token that is not reached yet",
                 at(feed(category=CATEGORY, skiptoken=BEYOND)),
                 (status_is(200, _CHANGED), _is_the_end)),
        Question("decisions", "the first page of Besluit", at(feed(category="Besluit")),
                 (status_is(200, _CHANGED), nothing_unknown(_read))),
        Question("votes", "the first page of Stemming", at(feed(category="Stemming")),
                 (status_is(200, _CHANGED), nothing_unknown(_read))),
        Question("no-category", "a category that there is not", at(feed(category="Niets")),
                 (status_is_open,)),
        Question("file", "the first file that these pages offer", file,
                 (status_is(200, "files are at another address now"), _is_as_declared,
                  headers_are_open)),
        Question("file-again", "the same file, if it has changed", file, (conditional("file"),),
                 conditions_of("file")),
        Question("no-file", "a file that never was", no_file,
                 (status_is(404, "a file that is gone may be answered otherwise"),)),
    )  # fmt: skip


def _page(answers: Answers, name: str) -> Page | None:
    try:
        return parse_page(answers[name].body, _AT)
    except (KeyError, NotAFeedPage):
        return None


def _read(answer: Answer, answers: Answers) -> tuple[int, list[str]]:
    page = parse_page(answer.body, _AT)
    unknown = [what for entry in page.observations for what in read(entry).unknown]
    defects = [f"entry: {defect.reason}" for defect in page.defects]
    return len(page.observations), [*page.unknown, *unknown, *defects]


def _goes_on(answer: Answer, answers: Answers) -> Iterator[Found]:
    one, two = _page(answers, "feed"), _page({"it": answer}, "it")
    if one is None or two is None or one.token is None:
        yield Found("new", "not a page of the feed", _CHANGED)
    elif two.is_empty:
        yield Found("open", "there is only one page")
    elif two.token is not None and two.token > one.token:
        yield Found("expected", f"tokens rise, from {one.token} to {two.token}")
    else:
        means = "a walk would not come to an end; it is reported and stops there"
        yield Found("new", f"tokens do not rise: {one.token}, then {two.token}", means)


def _is_the_end(answer: Answer, answers: Answers) -> Iterator[Found]:
    page = _page({"it": answer}, "it")
    if page is not None and page.is_empty:
        yield Found("expected", "an empty page: the walk has caught up")
    else:
        yield Found("new", "not an empty page", "harvests would not know that they are done")


def _tombstones_are_open(answer: Answer, answers: Answers) -> Iterator[Found]:
    page = _page({"it": answer}, "it")
    if page is not None:
        gone = sum(entry.state == "withdrawn" for entry in page.observations)
        yield Found(
            "open", f"{gone} of {len(page.observations)} say that their record is withdrawn"
        )


def _offered(answers: Answers) -> Enclosure | None:
    """Return the first file that the pages offer."""
    for name in ("feed", "next-page"):
        page = _page(answers, name)
        for entry in page.observations if page else ():
            if entry.enclosures:
                return entry.enclosures[0]
    return None


def _is_as_declared(answer: Answer, answers: Answers) -> Iterator[Found]:
    offered = _offered(answers)
    if answer.status != 200 or offered is None:
        return
    if offered.size_bytes is None:
        yield Found("open", "no length is declared")
    elif offered.size_bytes == len(answer.body):
        yield Found("expected", "its length is the declared one")
    else:
        told = f"{len(answer.body)} bytes, and {offered.size_bytes} are declared"
        yield Found("open", f"{told}: some differ for years")
