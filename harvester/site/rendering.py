"""Render templates to responses: in the reader's language, with caching headers."""

import hashlib
import json
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache, partial
from typing import Any
from urllib.parse import urlencode

from datasette.utils.asgi import Request, Response
from jinja2 import Environment, PackageLoader, StrictUndefined
from jinja2.runtime import Context
from markupsafe import Markup

from harvester.site import addresses, formats
from harvester.site.language import ARGUMENT, COOKIE, LANGUAGES, Words, choose
from harvester.site.prose import marked
from harvester.source import registry

YEAR_S = 365 * 24 * 3600
FRESH = "public, max-age=60"
"""A harvest is visible within a minute; revalidation costs a digest if nothing changed."""

_unfit = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\udfff\ufdd0-\ufdef\ufffe\uffff]")
"""Characters that HTML must not contain; sources may send and readers may type them."""
_host = re.compile(r"[A-Za-z0-9.-]{1,253}(?::\d{1,5})?|\[[0-9a-fA-F:]+\](?::\d{1,5})?")


@dataclass(frozen=True, slots=True)
class Visitor:
    """The visitor: language, and the address of this site as requested."""

    words: Words
    base: str
    """`https://griffie.example.org`, without a slash at the end."""
    request: Request

    @classmethod
    def of(cls, request: Request, public_url: str = "") -> "Visitor":
        """Read a request.

        Args:
            public_url: the site's address; empty uses the requested Host.
        """
        language = choose(
            request.args.get(ARGUMENT),
            request.cookies.get(COOKIE),
            request.headers.get("accept-language"),
        )
        host = request.headers.get("host") or ""
        asked = f"{request.scheme}://{host if _host.fullmatch(host) else 'localhost'}"
        return cls(Words(language), public_url.rstrip("/") or asked, request)

    def switched(self, language: str) -> str:
        """Return the address of this page in another language."""
        return f"{self.path}?{urlencode([*self._others(ARGUMENT), (ARGUMENT, language)])}"

    def without(self, argument: str) -> str:
        """Return the address of this page without an argument."""
        pairs = self._others(argument)
        return f"{self.path}?{urlencode(pairs)}" if pairs else self.path

    def _others(self, argument: str) -> list[tuple[str, str]]:
        return [
            (name, value)
            for name in self.request.args
            for value in self.request.args.getlist(name)
            if name != argument
        ]

    @property
    def path(self) -> str:
        """The requested path, as it was written."""
        return str(self.request.path)


class _Plain(Context):
    """A template context that skips Jinja's check for functions that want the context, which costs
    time on every call.
    """

    def call(self, __obj: Callable[..., Any], *args: Any, **kwargs: Any) -> Any:
        """Call a function of a template."""
        # Jinja adds these for functions that take the context.
        kwargs.pop("_loop_vars", None)
        kwargs.pop("_block_vars", None)
        return __obj(*args, **kwargs)


class _Environment(Environment):
    context_class = _Plain


@cache
def templates() -> Environment:
    """Return the templates; undefined names are errors."""
    environment = _Environment(
        loader=PackageLoader("harvester.site"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    environment.globals.update(
        {
            name: getattr(addresses, name)
            for name in (
                "paper_url", "difference_url", "replacement_url", "file_url", "dossier_url",
                "person_url", "party_url", "search_url",
            )
        },
        marked=marked,
        kind_of_file=formats.kind_of_file,
        printed_dossier=registry.printed_dossier,
        paper_language=registry.paper_language,
        language_of=lambda source: registry.parliament_of(source).language,
        main_chambers=registry.main_chambers,
        time_zone=registry.time_zone().key,
        languages=LANGUAGES,
        style=style_url(),
    )  # fmt: skip
    return environment


@cache
def style() -> bytes:
    """Return the stylesheet."""
    loader = PackageLoader("harvester.site", "static")
    source, _, _ = loader.get_source(Environment(autoescape=True), "griffie.css")
    return source.encode()


@cache
def style_url() -> str:
    """Return the stylesheet's address, which changes with it."""
    return f"/griffie-{hashlib.sha256(style()).hexdigest()[:12]}.css"


def page(visitor: Visitor, template: str, status: int = 200, /, **shown: object) -> Response:
    """Answer with a page."""
    words = visitor.words
    html = (
        templates()
        .get_template(template)
        .render(
            t=words,
            visitor=visitor,
            day=partial(formats.day, words),
            month=partial(formats.month, words),
            moment=partial(formats.moment, words),
            size=partial(formats.size, words),
            **{"q": "", "as_of": None, **shown},
        )
    )
    headers = {"Content-Language": words.language, "Vary": "Accept-Language, Cookie"}
    is_choosing = visitor.request.args.get(ARGUMENT) == words.language
    if is_choosing:
        headers["Cache-Control"] = "private, no-cache"  # a cookie is personal
    if status != 200:
        headers["Cache-Control"] = "no-store"
    answer = answered(visitor, _unfit.sub("\ufffd", html).encode(), "text/html; charset=utf-8",
                      headers, status)  # fmt: skip
    if is_choosing:
        answer.set_cookie(COOKIE, words.language, max_age=YEAR_S, samesite="lax", httponly=True)
    return answer


def answered(
    visitor: Visitor,
    body: bytes,
    content_type: str,
    headers: Mapping[str, str] | None = None,
    status: int = 200,
) -> Response:
    """Answer with bytes, or with 304 if the client has them."""
    tag = f'W/"{hashlib.sha256(body).hexdigest()[:32]}"'
    all_headers = {"Cache-Control": FRESH, **(headers or {})}
    if status == 200:
        all_headers["ETag"] = tag
        if tag in (visitor.request.headers.get("if-none-match") or ""):
            return Response(status=304, body="", headers=all_headers)
    return Response(body, status=status, headers=all_headers, content_type=content_type)


def json_answer(visitor: Visitor, data: object) -> Response:
    """Answer with JSON, readable from any origin."""
    body = json.dumps(data, ensure_ascii=False, indent=1).encode(errors="replace")
    headers = {"Access-Control-Allow-Origin": "*"}
    return answered(visitor, body, "application/json; charset=utf-8", headers)


def as_html(text: str) -> Markup:
    """Return a text of the catalogue as paragraphs."""
    return Markup("").join(
        Markup("<p>{}</p>").format(part.strip()) for part in text.split("\n\n") if part.strip()
    )


def shown_to(value: Any) -> Any:
    """Return rows for JSON: without row keys, and with booleans converted."""
    if isinstance(value, dict):
        return {
            k: (bool(v) if k.startswith(("is_", "has_")) and v in (0, 1) else shown_to(v))
            for k, v in value.items()
            if k != "key"
        }
    if isinstance(value, list | tuple):
        return [shown_to(item) for item in value]
    return value
