"""Faults that can be switched on, and which of them a request meets.

The kinds, with their source in tweedekamer/README.md: `error_500` (1.7), `html`, `wrong_root`,
`cut`, `cut_chunked`, `truncated` (1.7, 5.13), `slow` (1.7), `too_many` (429, form unverified),
`reset`, `stale` (1.7), `not_found` (1.6), `huge` (1.6: files up to 204 MB), `no_validators`. Those
of the targets `sru` and `frbr` are from officielepublicaties/README.md 1.5, 1.7 and 2, those of
`portal` from openoverheid/README.md 1 and 4.
"""

import time
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any

from spiders.netherlands.simulator.errors import RequestRefused
from spiders.netherlands.simulator.koop.throttle import TokenBucket
from spiders.netherlands.simulator.schema import CATEGORIES
from spiders.netherlands.simulator.store import View

KINDS: Mapping[str, str] = {
    "error_500": "500 with the service's own <Error> body",
    "html": "200 with an HTML page",
    "wrong_root": "200 with well-formed XML that is no feed",
    "cut": "the right Content-Length, half of the body, connection closed",
    "cut_chunked": "no length, half of the body, connection closed without the last chunk",
    "truncated": "a whole 200 answer whose text stops halfway",
    "slow": "delay_s seconds before the answer; on the feed only to first pages",
    "too_many": "429 with Retry-After: retry_after_s",
    "reset": "the connection is reset",
    "stale": "200 with the data of the moment when the fault was switched on (feed only)",
    "not_found": "404 with a JSON body",
    "huge": "a file of size_bytes, made on the fly (resources only)",
    "no_validators": "a file without ETag and Last-Modified (resources, frbr)",
    "diagnostic": "200 with a diagnostic in the place of records (sru only)",
    "error_503": "503 with an HTML page (sru, frbr)",
    "error_504": "504 with an HTML page (sru, frbr)",
    "rate_limit": "429 with Retry-After from a bucket of `bucket` requests, `per_s` a second",
    "reset_parallel": "a request that comes while another is answered is reset (sru, frbr)",
    "moving_count": "numberOfRecords grows with each page (sru only)",
    "missing_records": "some records, or `id`, are not found; their files are there (sru only)",
    "metadata_only": "the XML of a paper has no text (frbr only)",
    "unauthorized": "401 (portal only)",
    "empty": "200 with an empty body (portal only)",
}
TARGETS = ("feed", "resources", "entities", "sru", "frbr", "portal")
_ONLY: Mapping[str, tuple[str, ...]] = {
    "stale": ("feed",),
    "huge": ("resources", "frbr"),
    "no_validators": ("resources", "frbr"),
    "diagnostic": ("sru",),
    "error_503": ("sru", "frbr"),
    "error_504": ("sru", "frbr"),
    "rate_limit": ("sru", "frbr"),
    "reset_parallel": ("sru", "frbr"),
    "moving_count": ("sru",),
    "missing_records": ("sru",),
    "metadata_only": ("frbr",),
    "unauthorized": ("portal",),
    "empty": ("portal",),
}
Views = Mapping[str | None, View]


@dataclass(frozen=True, slots=True)
class Fault:
    """A fault as it was switched on; `count` is None when it lasts."""

    kind: str
    target: str = "feed"
    category: str | None = None
    id: str | None = None
    count: int | None = None
    after: int = 0
    delay_s: float = 5.0
    retry_after_s: int = 1
    size_bytes: int = 200_000_000
    bucket: int = 20
    per_s: float = 5.0


@dataclass(slots=True)
class _Active:
    fault: Fault
    left: int | None
    spared: int
    hits: int = 0
    views: Views | None = None
    tokens: TokenBucket | None = None


class Faults:
    """The faults that are on; the first that fits a request is the one it meets."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._active: list[_Active] = []
        self._clock = clock

    def switch_on(self, fault: Fault, views: Views) -> None:
        """Switch a fault on; a stale feed keeps the views of this moment."""
        kept = views if fault.kind == "stale" else None
        active = _Active(fault, fault.count, fault.after, views=kept)
        if fault.kind == "rate_limit":
            active.tokens = TokenBucket(fault.bucket, fault.per_s, self._clock)
        self._active.append(active)

    def switch_off(self) -> None:
        """Switch all faults off."""
        self._active.clear()

    def take(
        self, target: str, *, category: str | None, entity_id: str | None, is_first_page: bool
    ) -> tuple[Fault, Views | None] | None:
        """Return the fault that a request meets, and count it."""
        for active in self._active:
            fault = active.fault
            if not _fits(fault, target, category, entity_id, is_first_page) or active.left == 0:
                continue
            if active.tokens is not None and active.tokens.take():
                continue
            if active.spared:
                active.spared -= 1
                continue
            active.hits += 1
            if active.left is not None:
                active.left -= 1
            return fault, active.views
        return None

    def listed(self) -> list[dict[str, Any]]:
        """List the faults with how often they struck and how often they still will."""
        return [
            {
                "fault": active.fault.kind,
                "target": active.fault.target,
                "category": active.fault.category,
                "id": active.fault.id,
                "left": active.left,
                "hits": active.hits,
            }
            for active in self._active
        ]


def parse_fault(body: object) -> Fault:
    """Read a fault from the JSON of a control request.

    Raises:
        RequestRefused: an unknown key, kind, target or category, or a value of another type.
    """
    if not isinstance(body, dict):
        raise RequestRefused('expected an object like {"fault": "error_500", "count": 3}')
    values = dict(body)
    kind = values.pop("fault", None)
    if kind not in KINDS:
        raise RequestRefused(f"fault {kind!r} is not known; there are {', '.join(KINDS)}")
    values.setdefault("target", _ONLY.get(kind, TARGETS)[0])
    unknown = set(values) - set(Fault.__slots__) | ({"kind"} & set(values))
    if unknown:
        raise RequestRefused(f"unknown keys {sorted(unknown)}")
    if values["target"] not in TARGETS:
        raise RequestRefused(f"target is one of {', '.join(TARGETS)}")
    if values["target"] not in _ONLY.get(kind, TARGETS):
        raise RequestRefused(f"{kind} is for {', '.join(_ONLY[kind])} only")
    if values["target"] in ("sru", "frbr") and values.get("category") is not None:
        raise RequestRefused("there are no categories at KOOP; name an id")
    _check_values(values)
    return Fault(kind=kind, **values)


def _check_values(values: Mapping[str, Any]) -> None:
    if values.get("category") is not None and values["category"] not in CATEGORIES:
        raise RequestRefused(f"category {values['category']!r} is not one of the 35")
    for name in ("count", "after", "retry_after_s", "size_bytes", "delay_s", "bucket", "per_s"):
        value = values.get(name)
        allowed = (int, float) if name in ("delay_s", "per_s") else (int,)
        if value is None and (name == "count" or name not in values):
            continue
        if isinstance(value, bool) or not isinstance(value, allowed) or value < 0:
            raise RequestRefused(f"{name} is {value!r}, not a number from 0 up")


def _fits(
    fault: Fault, target: str, category: str | None, entity_id: str | None, is_first_page: bool
) -> bool:
    if fault.kind == "missing_records" and target == "sru":
        # Its id is that of the record that is not found, not of what is asked for.
        return True
    if fault.target != target or (fault.kind == "slow" and target == "feed" and not is_first_page):
        return False
    return fault.category in (None, category) and fault.id in (None, entity_id)
