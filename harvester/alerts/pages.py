"""The pages on which readers ask for alerts, confirm them and end them.

Whoever has the token of an alert may confirm and end it: there are no accounts and no cookies, so
a page of somebody else can make a browser do nothing that its own reader could not do. Following a
link changes nothing, since mail programs follow links to look at them; the button behind it does.
"""

import asyncio
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from datasette.app import Datasette
from datasette.utils.asgi import NotFound, Request, Response

from harvester.alerts.asking import ABOUTS, Wish, ask
from harvester.alerts.composing import Composer, alert_target
from harvester.alerts.describing import describe
from harvester.alerts.matching import Arguments, read_search, saved_form
from harvester.alerts.outbox import confirm
from harvester.alerts.store import RHYTHMS, Alert, Store
from harvester.settings import Settings
from harvester.site.limits import client_of
from harvester.site.pages.visit import Handler
from harvester.site.rendering import Visitor, page
from harvester.times import Clock, now

LONGEST_FORM = 20_000
# No `Referrer-Policy: no-referrer`: browsers would send our own forms with `Origin: null`. The
# site's own policy, same-origin, gives no token away.
_PRIVATE = {"Cache-Control": "no-store"}


class Forbidden(Exception):
    """A form of another site was sent."""

    status = 403


@dataclass(frozen=True, slots=True)
class AlertPages:
    """The pages of alerts of one site."""

    settings: Settings
    store: Store
    clock: Clock = now

    def routes(self) -> list[tuple[str, Handler]]:
        """Return address patterns and what answers them."""
        token = r"^/alert/(?P<token>[A-Za-z0-9_-]{20,100})"  # noqa: S105
        return [
            (r"^/alert/new$", self.new),
            (rf"{token}$", self.one),
            (rf"{token}/confirm$", self.confirm),
            (rf"{token}/end$", self.end),
        ]

    @property
    def composer(self) -> Composer:
        """Writes mail of this site."""
        return composer_of(self.settings)

    async def new(self, datasette: Datasette, request: Request) -> Response:
        """Answer `/alert/new`: a form, and what it sends."""
        given = request.args if request.method != "POST" else await self._form(request)
        about = given.get("about") or "search"
        if about not in ABOUTS:
            raise NotFound(about)
        value = (given.get("value") or "").strip()
        if about == "search":
            value = saved_form(read_search(value))
        if not value:
            raise NotFound("value")
        problem = None
        if request.method == "POST":
            asked = await asyncio.to_thread(self._ask, request, given, about, value)
            if isinstance(asked, Alert):
                return self._page(request, "alert_asked.html", alert=asked)
            problem = asked
        return self._page(
            request, "alert_new.html", 200 if problem is None else 400,
            about=about, value=value, problem=problem, given=given, rhythms=RHYTHMS,
            has_webhooks=self.settings.alerts.webhooks,
            described=self._described(request, about, value),
        )  # fmt: skip

    async def one(self, datasette: Datasette, request: Request) -> Response:
        """Answer `/alert/<token>`: what it is about and how to end it."""
        return self._of(request, "alert_one.html", await self._alert(request))

    async def confirm(self, datasette: Datasette, request: Request) -> Response:
        """Answer `/alert/<token>/confirm`: a button, and what it does."""
        alert = await self._alert(request)
        if request.method == "POST" and alert.channel == "mail":
            await asyncio.to_thread(confirm, self.store, alert, self.clock())
            alert = await self._alert(request)
        return self._of(request, "alert_one.html", alert)

    async def end(self, datasette: Datasette, request: Request) -> Response:
        """Answer `/alert/<token>/end`; mail programs post to it (RFC 8058)."""
        alert = await self._alert(request, is_ending=True)
        if request.method == "POST":
            if alert is not None:
                await asyncio.to_thread(self.store.end, alert.id, "ended by its reader")
            return self._page(request, "alert_ended.html")
        if alert is None:
            raise NotFound("token")
        return self._of(request, "alert_one.html", alert)

    def _ask(self, request: Request, given: Any, about: str, value: str) -> Alert | str:
        header = self.settings.site.client_header.lower().encode()
        wish = Wish(
            (given.get("channel") or "mail") if self.settings.alerts.webhooks else "mail",
            (given.get("address") or "").strip(),
            about,
            value,
            given.get("rhythm") or "",
            str(Visitor.of(request).words.language),
            client_of(request.scope, header) or "",
        )
        return ask(self.store, self.settings.alerts, self.composer, wish, self.clock())

    async def _form(self, request: Request) -> Arguments:
        """Read what a form of this site sends.

        Raises:
            Forbidden: a page of another site sent it.
        """
        origin = request.headers.get("origin")
        is_foreign = request.headers.get("sec-fetch-site") in ("cross-site", "same-site")
        ours = {urlsplit(self.settings.site.public_url).netloc, request.headers.get("host")}
        if is_foreign or (origin is not None and urlsplit(origin).netloc not in ours):
            raise Forbidden("this form was sent by another site")
        body, is_more = b"", True
        while is_more and len(body) <= LONGEST_FORM:
            part = await request.receive()
            body += part.get("body", b"")
            is_more = part.get("more_body", False)
        return Arguments(body[:LONGEST_FORM].decode("ascii", errors="replace"), LONGEST_FORM)

    async def _alert(self, request: Request, *, is_ending: bool = False) -> Any:
        alert = await asyncio.to_thread(self.store.find, request.url_vars["token"])
        if alert is None and not (is_ending and request.method == "POST"):
            raise NotFound("token")
        return alert

    def _described(self, request: Request, about: str, value: str) -> str:
        words = Visitor.of(request).words
        shown = Alert(0, "", "mail", "", about, value, "daily", words.language, "", "", None, "")
        return describe(words, shown)

    def _of(self, request: Request, template: str, alert: Alert) -> Response:
        return self._page(
            request, template, alert=alert, target=alert_target(alert),
            described=self._described(request, alert.about, alert.value),
        )  # fmt: skip

    def _page(
        self, request: Request, template: str, status: int = 200, /, **shown: object
    ) -> Response:
        visitor = Visitor.of(request, self.settings.site.public_url)
        answer = page(visitor, template, status, **shown)
        answer.headers.update(_PRIVATE)
        answer.headers.pop("ETag", None)
        return answer


def composer_of(settings: Settings) -> Composer:
    """Return what writes the messages of a site."""
    base = settings.site.public_url.rstrip("/")
    return Composer(base, settings.alerts.sender, settings.alerts.storm)
