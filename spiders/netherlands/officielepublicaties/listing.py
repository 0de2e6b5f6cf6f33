"""How far a listing in the order of identifiers came, and whether its pages add up.

Pure. Each question begins after the last identifier of the page before and asks from the first
record, so a listing of any length is read without high positions (guide 1.5).
"""

from dataclasses import dataclass, replace

from spiders.netherlands.officielepublicaties.sru import Page

MOST_LOOKS = 3
"""So often is a page asked for whose count does not fit; then the listing has failed."""


@dataclass(frozen=True, slots=True)
class Listing:
    """The question for one page of a listing.

    A page is confirmed by the next one: so many records must be left as the service counted
    before, less those that it gave. Publication goes on meanwhile, so where that does not hold
    the page before is asked for again, with its count of that moment.
    """

    after: str | None = None
    """What the page comes after; None for the first."""
    expected: int | None = None
    """How many records must be left; None where nothing was counted before."""
    before: str | None = None
    """What the page before came after."""
    looks: int = 1

    @property
    def is_given_up(self) -> bool:
        """Say whether asking once more is once too often."""
        return self.looks >= MOST_LOOKS

    def agrees_with(self, page: Page) -> bool:
        """Say whether the page's count is what the page before leads to."""
        return self.expected is None or page.total == self.expected

    def again(self) -> "Listing":
        """Return the question for the page before."""
        return Listing(after=self.before, looks=self.looks + 1)

    def onward(self, page: Page) -> "Listing | None":
        """Return the question for what comes after a page; None when it was the last."""
        left = page.total - page.count
        if not left:
            return None
        looks = self.looks if self.expected is None else 1
        return replace(self, after=page.last, expected=left, before=self.after, looks=looks)
