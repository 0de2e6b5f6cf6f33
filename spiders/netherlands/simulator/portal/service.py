"""The portal's web service: lists, documents, relations and files (1, 3, 5, 6)."""

from collections.abc import Awaitable, Callable
from datetime import date, datetime
from urllib.parse import unquote

from aiohttp import web

from spiders.netherlands.simulator import resources
from spiders.netherlands.simulator.faults import Fault, Faults
from spiders.netherlands.simulator.koop.service import KIND
from spiders.netherlands.simulator.misbehaviour import misbehave
from spiders.netherlands.simulator.portal.copies import Copies
from spiders.netherlands.simulator.portal.documents import Document
from spiders.netherlands.simulator.portal.ministries import Ministries, public
from spiders.netherlands.simulator.world import File

API = "/overheid/openbaarmakingen/api/v0/zoek"
SIZES = ("10", "20", "50")


class Portal:
    """Answers for the documents of the ministries, and for copies."""

    def __init__(
        self, ministries: Ministries, copies: Copies, faults: Faults, base_url: Callable[[], str]
    ) -> None:
        self._ministries = ministries
        self._copies = copies
        self._faults = faults
        self._base_url = base_url

    def add_routes(self, app: web.Application) -> None:
        """Add the routes to an application."""
        app.router.add_get(API, self._answered(self._list))
        app.router.add_get(f"{API}/{{id}}", self._answered(self._detail))
        app.router.add_get("/publicatie/{id}/_relaties", self._answered(self._relations))
        for path in ("/documenten/{id}", "/documenten/{id}/{label}"):
            for method in ("GET", "HEAD"):  # 404 for HEAD (1)
                app.router.add_route(method, path, self._answered(self._file))
        app.router.add_get("/overheid/{path:.*}", self._answered(self._unknown))

    def _answered(
        self, handle: Callable[[web.Request], web.StreamResponse]
    ) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def answer(request: web.Request) -> web.StreamResponse:
            request[KIND] = "portal"
            met = self._faults.take(
                "portal",
                category=None,
                entity_id=request.match_info.get("id"),
                is_first_page=request.query.get("start", "0") == "0",
            )

            async def right() -> web.StreamResponse:
                return handle(request)

            return await (right() if met is None else _wrong(request, met[0], right))

        return answer

    def _list(self, request: web.Request) -> web.Response:
        query = request.query
        if query.get("aantalResultaten", "10") not in SIZES:
            return _refused("aantalResultaten moet 10, 20 of 50 zijn")
        start = query.get("start", "0")
        if not start.isascii() or not start[:9].isdigit():
            return _refused("start is geen getal")
        # Values of filters are decoded twice (3).
        sort = unquote(query.get("documentsoort", ""))
        found = [
            d
            for d in public(list(self._ministries.documents.values()))
            if not sort or d.sort.lower() == sort
        ]
        try:
            first, last = (_day(query.get(f"publicatiedatum{name}")) for name in ("Van", "Tot"))
        except ValueError:
            return _refused("publicatiedatum is geen dd-mm-jjjj")
        found = [d for d in found if (first or d.day) <= d.day <= (last or d.day)]
        if query.get("sort") == "laatst-gewijzigd":
            found.sort(key=lambda d: (d.changed_at, d.id), reverse=True)
        else:
            found.sort(key=lambda d: (d.day, d.id), reverse=query.get("order") != "asc")
        page = found[int(start) :][: int(query.get("aantalResultaten", "10"))]
        results = [document.hit(self._base_url()) for document in page]
        return web.json_response({"totaal": len(found), "resultaten": results, "filters": {}})

    def _detail(self, request: web.Request) -> web.Response:
        id_ = request.match_info["id"]
        document = self._public(id_)
        if document is not None:
            return web.json_response(document.detail(self._base_url()))
        copy = self._copies.detail(id_, self._base_url())
        if copy is None:
            return web.json_response({"detail": "Document niet gevonden"}, status=404)
        for version in copy["versies"]:
            for file in version["bestanden"]:
                file["url"] = f"{self._base_url()}{file['url']}"
        return web.json_response(copy)

    def _relations(self, request: web.Request) -> web.Response:
        document = self._public(request.match_info["id"])
        if document is None:
            return web.Response(status=404)
        is_stated = document.states_relations
        return web.json_response([] if is_stated else document.stated(self._base_url()))

    def _file(self, request: web.Request) -> web.StreamResponse:
        if request.method == "HEAD":
            return web.Response(status=404)
        id_ = request.match_info["id"]
        document = self._public(id_)
        if document is None:
            is_known = id_ in self._ministries.documents
            what = "document" if is_known else "file manifest.json for"
            return web.Response(status=404, text=f"Unknown {what} plooi-api-{id_}")
        content = document.content
        etag = f"{id_[:8]}-{len(document.versions)}"
        file = File(content.media_type, content.make, etag, document.changed_at)
        return resources.serve(request, file, with_validators=True)

    def _unknown(self, request: web.Request) -> web.Response:
        return web.Response(status=401)

    def _public(self, id_: str) -> Document | None:
        document = self._ministries.documents.get(id_)
        return document if document is not None and document.is_public else None


async def _wrong(
    request: web.Request, fault: Fault, right: Callable[[], Awaitable[web.StreamResponse]]
) -> web.StreamResponse:
    match fault.kind:
        case "unauthorized":
            return web.Response(status=401)
        case "empty":
            return web.Response(status=200, content_type="application/json")
    return await misbehave(request, fault, right)


def _refused(detail: str) -> web.Response:
    body = {"type": "about:blank", "title": "Bad Request", "status": 400, "detail": detail}
    return web.json_response(body, status=400, content_type="application/problem+json")


def _day(text: str | None) -> date | None:
    return None if not text else datetime.strptime(text, "%d-%m-%Y").date()
