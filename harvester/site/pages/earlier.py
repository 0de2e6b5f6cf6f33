"""Serve pages as of an earlier time (`_as_of`), or say that its index is being made."""

import asyncio
from collections.abc import Callable
from dataclasses import replace
from datetime import datetime
from http import HTTPStatus
from typing import Any

from datasette.app import Datasette
from datasette.utils.asgi import Request, Response

from harvester.site import formats
from harvester.site.as_of import (
    ARGUMENT,
    AsOf,
    Known,
    NotShown,
    Waiting,
    find_index,
    is_present,
    read_as_of,
)
from harvester.site.pages.visit import Answer, Handler, Page, Setting, Visit
from harvester.site.rendering import page
from harvester.times import is_day, now

LONGEST_RETRY_S = 60
_DATA = (".json", ".csv", ".atom")
Now = Callable[[], datetime]


def bound_in_time(setting: Setting, answer: Page, clock: Now = now) -> Handler:
    """Make a Datasette view of a page that uses the index of the requested time."""

    async def handle(datasette: Datasette, request: Request) -> Answer:
        visit = Visit.of(setting, datasette, request)
        text = (request.args.get(ARGUMENT) or "").strip()
        if not text:
            return await answer(visit)
        try:
            as_of = await _find(visit, text, clock())
            if as_of is None:
                return Response.redirect(visit.visitor.without(ARGUMENT))
            return await answer(_then(visit, as_of))
        except NotShown as reason:
            return _told(visit, reason)

    return handle


def bound_now(setting: Setting, answer: Page) -> Handler:
    """Make a Datasette view of a page that only knows the present."""

    async def handle(datasette: Datasette, request: Request) -> Answer:
        visit = Visit.of(setting, datasette, request)
        if request.args.get(ARGUMENT):
            return _told(visit, NotShown("as_of.not_here", HTTPStatus.BAD_REQUEST))
        return await answer(visit)

    return handle


async def _find(visit: Visit, text: str, present: datetime) -> AsOf | None:
    """Return the time to show, None for the present; start making its index if needed.

    Raises:
        NotShown: see `find_index`.
    """
    moment = read_as_of(text)
    if is_present(text, moment, present):
        return None
    known = await visit.ask(lambda connection: Known.read(connection, moment))
    maker = visit.setting.maker
    if maker is None:
        raise NotShown("as_of.off", HTTPStatus.FORBIDDEN, text=text)
    try:
        return await asyncio.to_thread(find_index, maker.kept, text, moment, known)
    except NotShown as reason:
        if reason.waiting is not None and reason.waiting.is_idle:
            maker.start(moment, known.then.key)
        raise


def _then(visit: Visit, as_of: AsOf) -> Visit:
    maker, setting = visit.setting.maker, visit.setting
    if as_of.index is not None and maker is not None:
        setting = replace(setting, cache=maker.cache(as_of.index))
    return replace(visit, setting=setting, as_of=as_of)


def _told(visit: Visit, reason: NotShown) -> Response:
    """Explain why there is nothing to show: in words for people, by status for programs."""
    waiting = reason.waiting
    shown = {**reason.values, "duration": _duration(visit, waiting) if waiting else ""}
    if "first" in shown:
        shown["first"] = formats.day(visit.words, shown["first"])
    message = visit.words(reason.key, **shown)
    headers = _headers(reason)
    if visit.request.path.endswith(_DATA):
        return _data(visit.request.path, reason, str(message.unescape()), headers)
    told = {"message": message, "status": int(reason.status), "waiting": waiting, **shown}
    if waiting is not None:
        text = visit.request.args[ARGUMENT].strip()
        write = formats.day if is_day(text) else formats.moment
        told["time"] = write(visit.words, text)
    template = "problem.html" if waiting is None else "making.html"
    answer = page(visit.visitor, template, reason.status, **told)
    answer.headers.update(headers)
    return answer


def _headers(reason: NotShown) -> dict[str, str]:
    if reason.waiting is not None:
        retry_s = str(min(LONGEST_RETRY_S, round(reason.waiting.left_s)))
        return {"Retry-After": retry_s, "Refresh": retry_s}
    is_later = reason.status == HTTPStatus.SERVICE_UNAVAILABLE
    return {"Retry-After": str(LONGEST_RETRY_S)} if is_later else {}


def _data(path: str, reason: NotShown, message: str, headers: dict[str, str]) -> Response:
    is_waiting = reason.status == HTTPStatus.ACCEPTED
    status = HTTPStatus.SERVICE_UNAVAILABLE if is_waiting else reason.status
    headers = {**headers, "Cache-Control": "no-store"}
    if not path.endswith(".json"):
        return Response.text(message, status=status, headers=headers)
    told: dict[str, Any] = {"ok": False, "error": message, "status": status}
    if "Retry-After" in headers:
        told["retry_after_s"] = int(headers["Retry-After"])
    return Response.json(told, status=status, headers=headers)


def _duration(visit: Visit, waiting: Waiting) -> str:
    seconds = round(waiting.left_s)
    if seconds < 90:
        return visit.words.count("as_of.seconds", seconds)
    return visit.words.count("as_of.minutes", -(-seconds // 60))
