"""The calendar of what is to happen to publications."""

import heapq
from collections.abc import Callable, Iterator
from datetime import date, timedelta

from spiders.netherlands.simulator.koop.publications import Publication

Event = tuple[date, int, str, Publication]


class Agenda:
    """What is due on which working day, in the order in which it was planned."""

    def __init__(self) -> None:
        self._events: list[Event] = []
        self._planned = 0

    def plan(self, day: date, action: str, publication: Publication) -> None:
        """Enter something; what falls on a weekend is done on Monday."""
        self._planned += 1
        heapq.heappush(self._events, (weekday(day), self._planned, action, publication))

    def due(
        self, day: date, is_free: Callable[[Publication], bool]
    ) -> Iterator[tuple[str, Publication]]:
        """Take out what is due; what befalls a publication that is not free waits."""
        waiting = []
        while self._events and self._events[0][0] <= day:
            event = heapq.heappop(self._events)
            if is_free(event[3]):
                yield event[2], event[3]
            else:
                waiting.append(event)
        for event in waiting:
            heapq.heappush(self._events, event)


def weekday(day: date) -> date:
    """Return a day, or the Monday after it if it is in a weekend."""
    return day + timedelta(days=max(0, 7 - day.weekday())) if day.weekday() > 4 else day
