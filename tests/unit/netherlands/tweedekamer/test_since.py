"""The search for the token of a date."""

from bisect import bisect_left
from datetime import UTC, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from spiders.netherlands.tweedekamer.since import CLOSE_ENOUGH, MARGIN, Bisection

START = datetime(2008, 9, 1, tzinfo=UTC)


def search(tokens: list[int], since: datetime) -> tuple[int, int]:
    """Search a feed whose entry `i` has `tokens[i]` and was updated `i` hours after START."""
    state = Bisection.towards(since)
    requests = 0
    while not state.is_done:
        requests += 1
        first = bisect_left(tokens, state.probe + 1)
        state = state.learn(START + timedelta(hours=first) if first < len(tokens) else None)
    return state.low, requests


@given(
    gaps=st.lists(st.integers(1, 400_000), min_size=1, max_size=300),
    hours=st.integers(-10, 400),
)
def test_nothing_published_since_is_missed(gaps: list[int], hours: int) -> None:
    tokens = [sum(gaps[: n + 1]) for n in range(len(gaps))]
    low, _ = search(tokens, START + timedelta(hours=hours))
    missed = [n for n, token in enumerate(tokens) if token <= low and n >= hours]
    assert not missed


@given(head=st.integers(1, 60_000_000), hours=st.integers(0, 100))
def test_some_25_requests_are_enough(head: int, hours: int) -> None:
    step = max(1, head // 100)
    _, requests = search(list(range(step, head + 1, step)), START + timedelta(hours=hours))
    assert requests <= 25


def test_little_is_read_that_was_published_before() -> None:
    tokens = list(range(1, 20_000_000, 2_000))
    since = START + timedelta(hours=9_000)
    low, _ = search(tokens, since)
    assert tokens[9_000] - low <= CLOSE_ENOUGH + 2_000 * (1 + MARGIN // timedelta(hours=1))
