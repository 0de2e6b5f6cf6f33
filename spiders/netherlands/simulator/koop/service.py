"""KOOP over HTTP: the search, the files, and what goes wrong with them."""

from collections.abc import Callable, Mapping

from aiohttp import web

from spiders.netherlands.simulator import resources
from spiders.netherlands.simulator.faults import Fault, Faults
from spiders.netherlands.simulator.koop import frbr, sru
from spiders.netherlands.simulator.koop.errors import (
    MISSING_PARAMETER,
    UNSUPPORTED_OPERATION,
    UNSUPPORTED_VALUE,
    SearchRefused,
)
from spiders.netherlands.simulator.koop.faulty import Misconduct, html_error, html_not_found
from spiders.netherlands.simulator.koop.indexes import check_index
from spiders.netherlands.simulator.koop.records import AREA
from spiders.netherlands.simulator.koop.repository import Repository
from spiders.netherlands.simulator.koop.search import Search

SRU_PATHS = ("/sru", "/sru/Search")
FRBR_PATH = f"/frbr/{AREA}"
KIND = web.RequestKey("kind", str)
"""What the tally counts a request as: `sru` or `frbr`."""
WALL = 10_000
"""From this position on the service answers 504 (1.5)."""
_DEFAULT_RECORDS, _MAX_RECORDS = 10, 1000
_XML = "application/xml"


class Service:
    """Answers for one repository.

    Args:
        base_url: what addresses begin with; known once the server listens.
        wall: the position from which a search gets 504.
    """

    def __init__(
        self,
        repository: Repository,
        faults: Faults,
        base_url: Callable[[], str],
        *,
        wall: int = WALL,
        with_validators: bool = True,
    ) -> None:
        self._repository = repository
        self._search = Search(repository)
        self._faults = faults
        self._base_url = base_url
        self._wall = wall
        self._with_validators = with_validators
        self._misconduct = Misconduct()
        self._counted = 0

    def add_routes(self, app: web.Application) -> None:
        """Add the routes to an application."""
        for path in SRU_PATHS:
            app.router.add_get(path, self._sru)
            app.router.add_post(path, self._sru)
        app.router.add_get(f"{FRBR_PATH}/{{kind}}/{{group}}/", self._listing)
        app.router.add_get(f"{FRBR_PATH}/{{path:.+}}", self._file)
        app.router.add_get(r"/{path:(?:kst|blg)-.+}", self._file)

    async def _sru(self, request: web.Request) -> web.StreamResponse:
        request[KIND] = "sru"
        asked = await request.post() if request.method == "POST" else request.query
        parameters = {name: str(value) for name, value in asked.items()}
        fault = self._met("sru", None)

        async def answer() -> web.StreamResponse:
            try:
                return self._answered(parameters, fault)
            except SearchRefused as refusal:
                return _xml(sru.diagnostic(refusal))

        return await self._misconduct.answer(request, fault, answer)

    def _answered(self, parameters: Mapping[str, str], fault: Fault | None) -> web.Response:
        operation = parameters.get("operation", "searchRetrieve")
        match operation:
            case "explain":
                return _xml(sru.explanation(len(self._repository)))
            case "scan":
                return _xml(self._scanned(parameters))
            case "searchRetrieve":
                return self._retrieved(parameters, fault)
        raise SearchRefused(UNSUPPORTED_OPERATION, f"Unsupported operation {operation}")

    def _retrieved(self, parameters: Mapping[str, str], fault: Fault | None) -> web.Response:
        if "query" not in parameters:
            raise SearchRefused(MISSING_PARAMETER, "Mandatory parameter not supplied: query")
        asked = sru.Query(
            parameters["query"],
            _number(parameters, "startRecord", 1),
            _number(parameters, "maximumRecords", _DEFAULT_RECORDS),
        )
        if asked.start >= self._wall:
            return html_error(504)
        hidden = self._hidden(fault)
        # A start of 0 is tolerated (1.2).
        start, count = max(asked.start, 1), min(asked.maximum, _MAX_RECORDS)
        page = self._search.page(asked.query, start, count, hidden=hidden)
        total = page.total
        if fault is not None and fault.kind == "moving_count":
            self._counted += 1
            total += self._counted
        return _xml(sru.response(asked, page, self._base_url(), total=total))

    def _hidden(self, fault: Fault | None) -> frozenset[str]:
        """Return what the search does not find although its files are there (2.1)."""
        if fault is None or fault.kind != "missing_records":
            return frozenset()
        if fault.id is not None:
            return frozenset({fault.id})
        identifiers = [entry.record.identifier for entry in self._repository]
        return frozenset(each for each in identifiers if sum(each.encode()) % 7 == 0)

    def _scanned(self, parameters: Mapping[str, str]) -> str:
        clause = parameters.get("scanClause", "")
        if "=" not in clause:
            raise SearchRefused(MISSING_PARAMETER, "Mandatory parameter not supplied: scanClause")
        index, _, term = clause.partition("=")
        maximum = _number(parameters, "maximumTerms", 100)
        records = (entry.record for entry in self._repository)
        start = term.strip("= ").strip('"')
        return sru.scanned(check_index(index.strip()), start, maximum, records)

    async def _file(self, request: web.Request) -> web.StreamResponse:
        request[KIND] = "frbr"
        found = frbr.find(self._repository, request.path)
        identifier = found[0].record.identifier if found else None
        fault = self._met("frbr", identifier)
        is_bare = fault is not None and fault.kind == "no_validators"

        async def answer() -> web.StreamResponse:
            if found is None:
                return html_not_found()
            has_validators = self._with_validators and not is_bare
            return resources.serve(request, found[1], with_validators=has_validators)

        return await self._misconduct.answer(request, fault, answer)

    async def _listing(self, request: web.Request) -> web.StreamResponse:
        request[KIND] = "frbr"
        kind, group = request.match_info["kind"], request.match_info["group"]
        start = request.query.get("start", "0")
        identifiers = frbr.works(self._repository, kind, group)
        if not identifiers or not start.isascii() or not start[:9].isdigit():
            return html_not_found()
        # It counts from 1 for some of its readers, from 0 for others; both get the first page.
        place = max(int(start[:9]) - 1, 0)
        if request.query.get("format") == "xml":
            return _xml(frbr.listing(kind, group, identifiers, place))
        page = frbr.listing_page(kind, group, identifiers, place)
        return web.Response(text=page, content_type="text/html")

    def _met(self, target: str, entity_id: str | None) -> Fault | None:
        met = self._faults.take(target, category=None, entity_id=entity_id, is_first_page=True)
        return met[0] if met else None


def _xml(text: str) -> web.Response:
    return web.Response(text=text, content_type=_XML, charset="UTF-8")


def _number(parameters: Mapping[str, str], name: str, default: int) -> int:
    text = parameters.get(name, "")
    if not text:
        return default
    if not text.isascii() or not text.isdigit() or len(text) > 9:
        raise SearchRefused(UNSUPPORTED_VALUE, f"Unsupported parameter value: {name}={text}")
    return int(text)
