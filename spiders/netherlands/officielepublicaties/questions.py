"""What `griffie doctor officielepublicaties` asks, and what the guide expects (README.md 1, 2)."""

from collections.abc import Iterator, Sequence
from datetime import date, timedelta

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
from spiders.netherlands.officielepublicaties import queries
from spiders.netherlands.officielepublicaties.options import PublicationsOptions
from spiders.netherlands.officielepublicaties.records import read
from spiders.netherlands.officielepublicaties.sru import Diagnosed, NotAPage, Page, parse_page

FEW = 10
DAYS = 30
_AT = "2000-01-01T00:00:00.000Z"
_CHANGED = "the service has changed: harvests fail and take nothing"


def questions(options: PublicationsOptions, today: date) -> Sequence[Question]:
    """Return the questions, in the order in which they are asked."""

    def search(query: str) -> str:
        return queries.search_url(options.sru_url, query, FEW)

    lately = queries.changed_between(today - timedelta(days=DAYS), None)
    first = search(queries.after(lately, None))
    root = options.sru_url.split("/", 3)
    host = "/".join(root[:3])

    def next_page(answers: Answers) -> str | None:
        page = _page(answers, "list")
        return search(queries.after(lately, page.last)) if page and page.last else None

    def again(answers: Answers) -> str | None:
        page = _page(answers, "list")
        if page is None or not page.observations:
            return None
        return search(queries.with_identifier(page.observations[0].id.partition("/")[2]))

    def file(answers: Answers) -> str | None:
        page = _page(answers, "list")
        offered = [f for o in (page.observations if page else ()) for f in o.enclosures]
        return offered[0].url if offered else None

    def no_file(answers: Answers) -> str | None:
        url = file(answers)
        return None if url is None else f"{url.rpartition('/')[0]}/kst-00000-0.xml"

    sgd = f"{queries.COLLECTION.replace('officielepublicaties', 'sgd')}"
    return (
        Question("robots", "robots.txt", at(f"{host}/robots.txt"),
                 (robots_allow(f"/{root[3]}"),)),
        Question("list", f"what changed in the last {DAYS} days", at(first),
                 (status_is(200, _CHANGED), nothing_unknown(_read), headers_are_open)),
        Question("next-page", "what follows the last identifier of that page", next_page,
                 (status_is(200, _CHANGED), _goes_on)),
        Question("by-id", "the first of these, by its identifier", again,
                 (status_is(200, _CHANGED), _is_one)),
        Question("nothing", "a publication that never was",
                 at(search(queries.with_identifier("kst-00000-0"))),
                 (status_is(200, _CHANGED), _is_empty)),
        Question("mistake", "a query with an unknown prefix",
                 at(search('dcterms.identifier=="kst-00000-0"')), (_is_diagnosed,)),
        Question("explain", "what the service says of itself",
                 at(f"{options.sru_url}?operation=explain&version=2.0"), (status_is_open,)),
        Question("file", "a file of the first publication", file,
                 (status_is(200, "files are at another address now"), headers_are_open)),
        Question("file-again", "the same file, if it has changed", file, (conditional("file"),),
                 conditions_of("file")),
        Question("no-file", "a file that never was", no_file,
                 (status_is(404, "a file that is gone may be answered otherwise"),)),
        Question("sgd", "the product area sgd (1814-1995)", at(search(sgd)),
                 (status_is(200, "this area is not there"), _area_is_open)),
    )  # fmt: skip


def _page(answers: Answers, name: str) -> Page | None:
    try:
        return parse_page(answers[name].body, _AT)
    except (KeyError, NotAPage):
        return None


def _read(answer: Answer, answers: Answers) -> tuple[int, list[str]]:
    page = parse_page(answer.body, _AT)
    unknown = [what for entry in page.observations for what in read(entry).unknown]
    return len(page.observations), unknown + [f"record: {d.reason}" for d in page.defects]


def _goes_on(answer: Answer, answers: Answers) -> Iterator[Found]:
    one, two = _page(answers, "list"), _page({"it": answer}, "it")
    if one is None or two is None:
        yield Found("new", "not a page of results", _CHANGED)
        return
    left = one.total - one.count
    if two.total == left:
        yield Found("expected", f"{left} are left, as the pages count")
    else:
        means = "pages do not add up: listings are read again, and reported if that does not help"
        yield Found("new", f"{two.total} are left instead of {left}", means)


def _is_one(answer: Answer, answers: Answers) -> Iterator[Found]:
    page = _page({"it": answer}, "it")
    if page is not None and page.count == 1:
        yield Found("expected", "it is found by its identifier, and nothing else is")
    else:
        means = "comparisons of dossiers would take what is there for withdrawn"
        yield Found("new", "it is not found by its identifier", means)


def _is_empty(answer: Answer, answers: Answers) -> Iterator[Found]:
    page = _page({"it": answer}, "it")
    if page is not None and page.total == 0:
        yield Found("expected", "an empty list of results")
    else:
        yield Found("new", "not an empty list of results", "withdrawals are not recognised")


def _is_diagnosed(answer: Answer, answers: Answers) -> Iterator[Found]:
    try:
        parse_page(answer.body, _AT)
    except Diagnosed as error:
        yield Found("expected", f"status {answer.status} with a diagnostic: {error}")
    except NotAPage as error:
        yield Found("open", f"status {answer.status}, and no diagnostic: {error}")
    else:
        yield Found("new", "no error at all", "a mistake in a query would read as nothing found")


def _area_is_open(answer: Answer, answers: Answers) -> Iterator[Found]:
    try:
        page = parse_page(answer.body, _AT)
    except NotAPage as error:
        yield Found("open", f"its answer cannot be read: {error}")
        return
    ids = ", ".join(entry.id for entry in page.observations[:3])
    defects = f"; not read: {page.defects[0].reason}" if page.defects else ""
    yield Found(
        "open", f"{page.total:,} records, such as {ids or 'none that can be read'}{defects}"
    )
    unknown = [what for entry in page.observations for what in read(entry).unknown]
    for what in dict.fromkeys(unknown):
        yield Found("open", f"a field or value of this area: {what}")
