"""Ask a live source the questions that its package declares, one after the other."""

from collections.abc import AsyncIterator, Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from scrapy import Request, Spider
from scrapy.http import Response
from twisted.python.failure import Failure as TwistedFailure

from harvester.source.questions import Answer, Found, Question

LARGEST_BYTES = 50_000_000
UNASKED = "cannot be asked: what it follows from did not come"


@dataclass(frozen=True, slots=True)
class Asked:
    """A question with its answer, and what that shows."""

    question: Question
    answer: Answer | None
    """None: it could not be asked."""
    found: tuple[Found, ...]


class QuestionsSpider(Spider):
    """Yield an `Asked` for each question; every status is an answer, and nothing is retried."""

    name = "questions"

    def __init__(self, *, questions: Sequence[Question], **kwargs: Any) -> None:
        """Set the questions, in their order."""
        super().__init__(**kwargs)
        self._left = list(questions)
        self._answers: dict[str, Answer] = {}

    async def start(self) -> AsyncIterator[Request | Asked]:
        """Begin with the first question."""
        for item in self._next():
            yield item

    def _next(self) -> Iterator[Request | Asked]:
        while self._left:
            question = self._left.pop(0)
            url = question.url(self._answers)
            if url is None:
                yield Asked(question, None, (Found("new", UNASKED, "see the answers before"),))
                continue
            yield Request(
                url,
                method=question.method,
                headers=dict(question.headers(self._answers)),
                callback=self.received,
                errback=self.failed,
                cb_kwargs={"question": question},
                dont_filter=True,
                meta={
                    "handle_httpstatus_all": True,
                    "dont_retry": True,
                    "dont_redirect": True,
                    "download_maxsize": LARGEST_BYTES,
                },
            )
            return

    def received(self, response: Response, question: Question) -> Iterator[Request | Asked]:
        """Judge an answer, and go on."""
        headers = {
            name.decode("latin-1").lower(): b", ".join(values).decode("latin-1")
            for name, values in response.headers.items()
        }
        answer = Answer(response.url, response.status, headers, response.body)
        yield from self._judged(question, answer)

    def failed(self, failure: TwistedFailure) -> Iterator[Request | Asked]:
        """Tell why no answer came, and go on."""
        request: Request = failure.request  # type: ignore[attr-defined]
        error = f"{type(failure.value).__name__}: {failure.value}"
        answer = Answer(request.url, error=error)
        means = "the source is down, the address is wrong, or robots.txt forbids it"
        question: Question = request.cb_kwargs["question"]
        yield Asked(question, answer, (Found("new", f"no answer: {error}", means),))
        yield from self._next()

    def _judged(self, question: Question, answer: Answer) -> Iterator[Request | Asked]:
        found = [each for judge in question.judgements for each in judge(answer, self._answers)]
        self._answers[question.name] = answer
        yield Asked(question, answer, tuple(found))
        yield from self._next()
