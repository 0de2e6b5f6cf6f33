"""Page through a listing by identifier, and check that its pages add up.

Pure. Each question begins after the last identifier of the page before and asks from the first
record, so a listing of any length is read without high positions (guide 1.5).
"""

from dataclasses import dataclass, replace

from spiders.netherlands.officielepublicaties.sru import Page

MOST_LOOKS = 3
"""Requests of a page whose count does not fit, after which the listing has failed."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The query for one page of a listing.

    A page is confirmed by the next one: so many records must be left as the service counted
    before, less those that it gave. Publication goes on meanwhile, so where that does not hold
    the page before is asked for again, with its count of that moment.
    """

    after: str | None = None
    """The identifier before the page; None for the first one."""
    expected: int | None = None
    """Expected number of remaining records; None if nothing was counted before."""
    before: str | None = None
    """The identifier before the previous page."""
    looks: int = 1

    @property
    def is_given_up(self) -> bool:
        """Tell whether the page was requested often enough."""
        return self.looks >= MOST_LOOKS

    def agrees_with(self, page: Page) -> bool:
        """Tell whether the page's count agrees with the previous page."""
        return self.expected is None or page.total == self.expected

    def again(self) -> "Listing":
        """Return the query for the previous page."""
        return Listing(after=self.before, looks=self.looks + 1)

    def onward(self, page: Page) -> "Listing | None":
        """Return the query for the next page; None after the last one."""
        left = page.total - page.count
        if not left:
            return None
        looks = self.looks if self.expected is None else 1
        # What has no identifier follows `last` and is on the next page once more.
        expected = left + page.unnamed
        return replace(self, after=page.last, expected=expected, before=self.after, looks=looks)
