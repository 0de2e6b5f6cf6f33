"""What `griffie doctor SOURCE` asks a live source, and how it judges the answers.

A source declares some ten questions. Each is asked once, in order and politely; what a guide
expects is a judgement over the answer. Where the guide leaves something open, the judgement only
tells which answer came.
"""

import json
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NamedTuple

Kind = Literal["expected", "new", "open"]
"""`expected`: as the guide says. `new`: otherwise. `open`: the guide did not know."""


class Found(NamedTuple):
    """One thing that an answer shows."""

    kind: Kind
    what: str
    means: str = ""
    """Of what is new: what follows from it."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came; of a request that failed altogether, only `error`."""

    url: str
    status: int = 0
    headers: Mapping[str, str] = field(default_factory=dict)
    """By names in lower case."""
    body: bytes = b""
    error: str = ""

    def header(self, name: str) -> str:
        """Return a header by its name in lower case; empty if it is not there."""
        return self.headers.get(name, "")

    def json(self) -> Any:
        """Return the body as JSON; None if it is none."""
        try:
            return json.loads(self.body)
        except (ValueError, RecursionError):
            return None


Answers = Mapping[str, Answer]
"""The answers so far, by the name of their question."""
Judgement = Callable[[Answer, Answers], Iterator[Found]]
NO_HEADERS: Mapping[str, str] = {}


@dataclass(frozen=True, slots=True)
class Question:
    """One request, and what is expected of its answer."""

    name: str
    """In one word; names the capture."""
    about: str
    """What is asked, in words."""
    url: Callable[[Answers], str | None]
    """The address, which may follow from earlier answers; None: it cannot be asked."""
    judgements: tuple[Judgement, ...]
    headers: Callable[[Answers], Mapping[str, str]] = lambda answers: NO_HEADERS
    method: Literal["GET", "HEAD"] = "GET"


def at(url: str) -> Callable[[Answers], str]:
    """Return an address that follows from nothing."""
    return lambda answers: url


# Judgements --------------------------------------------------------------------------------------


def status_is(expected: int, means: str) -> Judgement:
    """Expect a status."""

    def judge(answer: Answer, answers: Answers) -> Iterator[Found]:
        if answer.status == expected:
            yield Found("expected", f"status {expected}")
        else:
            yield Found("new", f"status {answer.status} instead of {expected}", means)

    return judge


def status_is_open(answer: Answer, answers: Answers) -> Iterator[Found]:
    """Tell the status and the beginning of the body."""
    start = " ".join(answer.body[:120].decode("utf-8", "replace").split())
    yield Found("open", f"status {answer.status}{f', body: {start}' if start else ''}")


def headers_are_open(answer: Answer, answers: Answers) -> Iterator[Found]:
    """Tell the type and the validators of an answer."""
    names = ("content-type", "etag", "last-modified", "accept-ranges", "cache-control")
    told = [f"{name}: {answer.header(name)}" for name in names if answer.header(name)]
    yield Found("open", "; ".join(told) or "no type and no validators")


def robots_allow(path: str) -> Judgement:
    """Tell whether robots.txt lets this program ask for a path."""

    def judge(answer: Answer, answers: Answers) -> Iterator[Found]:
        if answer.status != 200:
            yield Found("open", f"no robots.txt (status {answer.status}): everything is allowed")
            return
        from protego import Protego  # noqa: PLC0415 - comes with Scrapy, and only this needs it

        rules = Protego.parse(answer.body.decode("utf-8", "replace"))
        if rules.can_fetch(path, "Griffie"):
            yield Found("expected", f"robots.txt allows {path}")
        else:
            means = "a harvest obeys and gets nothing; ask the publisher for permission"
            yield Found("new", f"robots.txt forbids {path}", means)

    return judge


def conditions_of(name: str) -> Callable[[Answers], Mapping[str, str]]:
    """Return the headers that ask whether an earlier answer has changed."""

    def headers(answers: Answers) -> Mapping[str, str]:
        before = answers.get(name)
        if before is None:
            return NO_HEADERS
        asked = {"If-None-Match": "etag", "If-Modified-Since": "last-modified"}
        return {ask: before.header(got) for ask, got in asked.items() if before.header(got)}

    return headers


def conditional(name: str) -> Judgement:
    """Tell whether a request with the validators of an earlier answer is answered by 304."""

    def judge(answer: Answer, answers: Answers) -> Iterator[Found]:
        before = answers.get(name)
        if before is None or not (before.header("etag") or before.header("last-modified")):
            yield Found("open", "no validators were given: every re-check fetches the whole file")
        elif answer.status == 304:
            yield Found("open", "304: re-checks of unchanged files cost no bytes")
        else:
            yield Found("open", f"status {answer.status} for the same file: validators are ignored")

    return judge


def nothing_unknown(read: Callable[[Answer, Answers], tuple[int, list[str]]]) -> Judgement:
    """Expect records, and nothing in them that the reader does not know.

    Args:
        read: returns how many records were read, and what in them is unknown.
    """

    def judge(answer: Answer, answers: Answers) -> Iterator[Found]:
        try:
            count, unknown = read(answer, answers)
        except ValueError as error:
            means = "the reader cannot use it: harvests will report failures and take nothing"
            yield Found("new", f"not in the known form: {error}", means)
            return
        if not count:
            yield Found("new", "no records in it", "nothing would be harvested from here")
        elif not unknown:
            yield Found("expected", f"{count} records, and every field and value of them is known")
        for what in dict.fromkeys(unknown):
            means = (
                "it is kept in the record and counted in reports; the reader may need to learn it"
            )
            yield Found("new", f"unknown: {what}", means)

    return judge
