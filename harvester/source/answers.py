"""Report responses that spiders cannot use."""

from collections.abc import Iterator

from scrapy.http import Response
from scrapy.spidermiddlewares.httperror import HttpError
from twisted.python.failure import Failure as TwistedFailure

from harvester.source.steps import Failure

EVERYTHING = "(all)"
"""The category of failures of requests that belong to none."""
EXCERPT_BYTES = 500


def excerpt_of(response: Response) -> str:
    """Return the first bytes of a rejected response, as text."""
    return response.body[:EXCERPT_BYTES].decode("utf-8", "replace")


def given_up(failure: TwistedFailure) -> Iterator[Failure]:
    """Report a request that failed after its retries; for use as an errback.

    The failure belongs to the category in the request's `cb_kwargs`: the walk of that category ends
    there, and the others continue.
    """
    request = failure.request  # type: ignore[attr-defined]
    category = request.cb_kwargs.get("category", EVERYTHING)
    error = failure.value
    if isinstance(error, HttpError):
        reason, excerpt = f"HTTP {error.response.status}", excerpt_of(error.response)
    else:
        reason, excerpt = f"{type(error).__name__}: {error}", ""
    yield Failure(category, reason, request.url, excerpt)
