"""Harvest open.overheid.nl: what ministries publish themselves (README.md 7)."""

from collections.abc import AsyncIterator, Iterator, Sequence

from pydantic import BaseModel
from scrapy import Request
from scrapy.http import Response

from harvester.source.answers import excerpt_of
from harvester.source.questions import Question
from harvester.source.spider import About, to_ask_again
from harvester.source.steps import Failure
from spiders.netherlands.openoverheid import records
from spiders.netherlands.openoverheid.asking import Batch, Item
from spiders.netherlands.openoverheid.checking import CheckingSpider
from spiders.netherlands.openoverheid.identifiers import id_of
from spiders.netherlands.openoverheid.options import OpenOverheidOptions
from spiders.netherlands.openoverheid.questions import questions
from spiders.netherlands.parliament import NETHERLANDS


class OpenOverheidSpider(CheckingSpider):
    """Walk each kind of documents, then ask again for held ones and for copies."""

    name = "openoverheid"
    parliament = NETHERLANDS
    about = About(
        name="Open overheid",
        title="open.overheid.nl: publications of the Dutch ministries",
        publisher="the Dutch ministries, through the portal of the Open Government Act",
        homepage_url="https://open.overheid.nl",
        licence="Auteurswet art. 15b",
        cadence="every working day",
    )
    read = staticmethod(records.read)

    @classmethod
    def questions(cls, options: BaseModel) -> Sequence[Question]:
        """Return what the guide expects of the live portal."""
        assert isinstance(options, OpenOverheidOptions)
        return questions(options)

    async def start(self) -> AsyncIterator[Request]:
        """Begin the walks; each makes one request at a time."""
        for kind in self.options.kinds:
            yield self.first_request(kind.lower())
        for category, url in to_ask_again(self.memory, self.begun_at):
            yield self.request(url, self.parse_again, {"category": category, "url": url})
        for item in (*self.check_held(), *self.ask_copies()):
            assert isinstance(item, Request), "each begins with a document to ask for"
            yield item

    def parse_again(self, response: Response, category: str, url: str) -> Iterator[Item]:
        """Take a document that could not be had before, or note that it is gone."""
        id_ = id_of(response.url)
        if id_ is None:
            yield Failure(category, "no document's address", url, excerpt_of(response))
            return

        def then(batch: Batch) -> Iterator[Item]:
            yield batch.step(None, again=url)

        for item in self.ask(category, [id_], then):
            if isinstance(item, Request):
                # The answer is here already; only its relations may have to be asked for.
                batch = item.cb_kwargs["batch"]
                yield from self.parse_detail(response, category, batch, id_)
