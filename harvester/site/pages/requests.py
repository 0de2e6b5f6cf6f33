"""The operator's page: which requests are slow, refused or failing."""

from math import inf

from datasette.utils.asgi import NotFound, Response

from harvester.site.pages.visit import Visit
from harvester.site.traffic import BUCKETS_MS


async def requests(visit: Visit) -> Response:
    """Answer `/-/requests`: each route with its latencies, and each queue."""
    counts = visit.setting.requests
    if counts is None:
        raise NotFound(visit.request.path)
    page = visit.page(
        "requests.html",
        routes=counts.by_route(),
        queues=counts.traffic.by_queue(),
        slowest=BUCKETS_MS[-1],
        infinite=inf,
    )
    page.headers["Cache-Control"] = "no-store"
    return page
