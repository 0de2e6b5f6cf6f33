"""What `griffie doctor openoverheid` asks, and what the guide expects (README.md 1 to 6)."""

import hashlib
from collections.abc import Iterator, Sequence
from contextlib import suppress

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
from spiders.netherlands.openoverheid import observing, values
from spiders.netherlands.openoverheid.addresses import PAGE, Addresses
from spiders.netherlands.openoverheid.answers import (
    Hit,
    NotAnAnswer,
    parse_detail,
    parse_list,
    parse_relations,
    told_error,
)
from spiders.netherlands.openoverheid.identifiers import copy_id
from spiders.netherlands.openoverheid.options import OpenOverheidOptions
from spiders.netherlands.openoverheid.records import read

NEVER = "00000000-0000-4000-8000-000000000000"
"""The id of no document."""
PUBLICATION = "kst-35842-4"
"""An official publication of 2021, of which the platform's operator has a copy in its tests."""
DEEP = 10_000
_AT = "2000-01-01T00:00:00.000Z"
_CHANGED = "the interface has changed: until the spider is changed, harvests fail and take nothing"


def questions(options: OpenOverheidOptions) -> Sequence[Question]:
    """Return the questions, in the order in which they are asked."""
    to = Addresses(options.url.rstrip("/"))
    kind = options.kinds[0].lower()
    first = to.changed(kind, 0)

    def detail(answers: Answers) -> str | None:
        hit = _first(answers)
        return None if hit is None else to.detail(hit.id)

    def relations(answers: Answers) -> str | None:
        hit = _first(answers)
        return None if hit is None else to.relations(hit.id)

    def file(answers: Answers) -> str | None:
        offered = _offered(answers)
        return offered[0] if offered else None

    return (
        Question("robots", "robots.txt", at(f"{to.root}/robots.txt"),
                 (robots_allow(first.removeprefix(to.root)),)),
        Question("list", "what changed last, first page", at(first),
                 (status_is(200, _CHANGED), nothing_unknown(_read_list), headers_are_open)),
        Question("next-page", "the page after it", at(to.changed(kind, PAGE)),
                 (status_is(200, _CHANGED), _goes_on)),
        Question("page-size", "a page of 30", at(first.replace(f"={PAGE}", "=30")),
                 (status_is(400, "other page sizes are possible now"), _tells_why)),
        Question("deep", f"what changed last, from {DEEP:,} on", at(to.changed(kind, DEEP)),
                 (status_is_open,)),
        Question("detail", "all about the first document of the list", detail,
                 (status_is(200, _CHANGED), nothing_unknown(_read_detail), _numbers_agree)),
        Question("relations", "the relations of that document", relations,
                 (_relations_are_open, headers_are_open)),
        Question("file", "the file of that document", file,
                 (status_is(200, "files are at another address now"), _is_as_declared,
                  headers_are_open)),
        Question("file-again", "the same file, if it has changed", file, (conditional("file"),),
                 conditions_of("file")),
        Question("no-document", "all about a document that never was", at(to.detail(NEVER)),
                 (status_is(404, "what is gone may be answered otherwise: withdrawals are not "
                            "recognised, and none is believed"), status_is_open)),
        Question("no-file", "the file of a document that never was", at(to.file(NEVER)),
                 (status_is(404, "what is gone may be answered otherwise"), _body_is_open)),
        Question("copy", f"the copy of {PUBLICATION}", at(to.detail(copy_id(PUBLICATION))),
                 (_copy_is_there,)),
    )  # fmt: skip


def _first(answers: Answers) -> Hit | None:
    """Return the first document of the list."""
    try:
        hits = parse_list(answers["list"].body).hits
    except (KeyError, NotAnAnswer):
        return None
    return hits[0] if hits else None


def _read_list(answer: Answer, answers: Answers) -> tuple[int, list[str]]:
    page = parse_list(answer.body)
    return len(page.hits), list(page.unknown)


def _read_detail(answer: Answer, answers: Answers) -> tuple[int, list[str]]:
    hit = _first(answers)
    detail = parse_detail(answer.body)
    assert hit is not None
    entries = list(observing.entries_of(hit.id, detail, answer.url, _AT))
    return len(entries), [what for entry in entries for what in read(entry).unknown]


def _goes_on(answer: Answer, answers: Answers) -> Iterator[Found]:
    try:
        one, two = parse_list(answers["list"].body), parse_list(answer.body)
    except (KeyError, NotAnAnswer) as error:
        yield Found("new", f"not a page: {error}", _CHANGED)
        return
    common = {hit.name for hit in one.hits} & {hit.name for hit in two.hits}
    if len(common) > len(two.hits) // 2:
        means = "offsets are not obeyed: a walk would read one page again and again"
        yield Found("new", f"{len(common)} of {len(two.hits)} are on both pages", means)
    else:
        yield Found("expected", f"other documents than before ({one.total:,} in all)")
    moments = [h.changed_at for h in (*one.hits, *two.hits) if h.changed_at is not None]
    if moments == sorted(moments, reverse=True):
        yield Found("expected", "the latest change comes first")
    else:
        means = "the walk ends at what is known, and would miss what comes after it"
        yield Found("new", "the changes are not in order", means)


def _tells_why(answer: Answer, answers: Answers) -> Iterator[Found]:
    told = told_error(answer.body)
    yield Found("expected" if told else "open", f"it says: {told or 'nothing'}")


def _numbers_agree(answer: Answer, answers: Answers) -> Iterator[Found]:
    hit = _first(answers)
    try:
        events = observing.events_of(parse_detail(answer.body))
    except NotAnAnswer:
        return
    numbers = [observing.number_of(event) for event in events]
    known = [number for number in numbers if number is not None]
    if hit is not None and hit.version is not None and known:
        if hit.version == max(known):
            yield Found("expected", "the list and the document tell the same number of its version")
        else:
            means = "the document may lag behind the list; it is asked for again in turn"
            yield Found("new", f"version {hit.version} in the list, {max(known)} here", means)
    yield Found("open", f"{len(events)} versions are told, with numbers {known}")


def _relations_are_open(answer: Answer, answers: Answers) -> Iterator[Found]:
    stated = 0
    with suppress(KeyError, NotAnAnswer):
        stated = len(parse_detail(answers["detail"].body).get("documentrelaties") or ())
    yield Found("open", f"the document itself states {stated} relations")
    if answer.status != 200:
        yield Found("open", f"the address for relations answers {answer.status}")
        return
    try:
        found = parse_relations(answer.body)
    except NotAnAnswer as error:
        yield Found("new", f"the address for relations gives {error}",
                    "annexes and notes of new documents are not found")  # fmt: skip
        return
    yield Found("open", f"the address for relations gives {len(found)}")
    roles = {each.get("role") for each in found if isinstance(each, dict)}
    for role in sorted(str(role) for role in roles - set(values.ROLES)):
        yield Found("new", f"an unknown role: {role}", "it is counted, and no relation is made")


def _offered(answers: Answers) -> tuple[str, str | None, int | None] | None:
    """Return address, digest and size of the document's first file."""
    hit = _first(answers)
    try:
        detail = parse_detail(answers["detail"].body)
    except (KeyError, NotAnAnswer):
        return None
    assert hit is not None
    entries = observing.entries_of(hit.id, detail, answers["detail"].url, _AT)
    for entry in entries:
        for row in read(entry).rows:
            if type(row).__name__ == "OfferedFile":
                return row.url, row.digest, row.size_bytes  # type: ignore[union-attr]
    return None


def _is_as_declared(answer: Answer, answers: Answers) -> Iterator[Found]:
    offered = _offered(answers)
    if answer.status != 200 or offered is None:
        return
    _, digest, size = offered
    computed = f"sha1:{hashlib.sha1(answer.body, usedforsecurity=False).hexdigest()}"
    if digest is None:
        yield Found("new", "the file has no digest that can be read", "files cannot be checked")
    elif digest == computed:
        yield Found("expected", "its SHA-1 is the declared one")
    else:
        means = (
            "the file is kept and marked; if every file is so, the digest is of another kind now"
        )
        yield Found("new", f"declared {digest}, and it has {computed}", means)
    if size != len(answer.body):
        yield Found("new", f"{len(answer.body)} bytes, and {size} are declared", "it is marked")


def _body_is_open(answer: Answer, answers: Answers) -> Iterator[Found]:
    text = answer.body[:200].decode("utf-8", "replace")
    if "Unknown file manifest" in text:
        yield Found("open", "the body tells what never existed from what was withdrawn")
    else:
        yield Found("open", f"the body does not tell what never existed: {' '.join(text.split())}")


def _copy_is_there(answer: Answer, answers: Answers) -> Iterator[Found]:
    if answer.status != 200:
        yield Found(
            "open", f"status {answer.status}: no copy under the id that follows from section 2"
        )
        return
    try:
        document = parse_detail(answer.body)["document"]
    except NotAnAnswer as error:
        yield Found("new", f"not a document: {error}", _CHANGED)
        return
    if PUBLICATION in (document.get("identifiers") or ()):
        yield Found("open", "ids of copies follow from official ids, as section 2 says")
    else:
        yield Found("new", f"it is not the copy of {PUBLICATION}", "copies are not what they seem")
