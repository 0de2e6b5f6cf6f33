"""Describe the addresses of data for programs (OpenAPI 3.1) and for assistants (llms.txt).

Both are made from the routes: paths and what their parts may be come from the patterns, summaries
from the docstrings of what answers them.
"""

import re
from collections.abc import Awaitable, Callable, Iterable, Iterator, Mapping, Sequence
from typing import Any, NamedTuple, get_args

from harvester import __version__
from harvester.site.language import ARGUMENT, LANGUAGES
from harvester.site.queries.changes import WHATS
from harvester.site.search_params import DAYS, FILTERS, LARGEST_PAGE, SORTS
from harvester.source.domain import PaperKind

_group = re.compile(r"\(\?P<(\w+)>((?:[^()\[\]]|\[[^\]]*\])*)\)")
_answers = re.compile(r"^Answer (`[^`]*`:? ?|with )")
_MEDIA_TYPES = {
    ".feed.json": "application/feed+json",
    ".jsonl": "application/jsonl",
    ".json": "application/json",
    ".csv": "text/csv",
    ".atom": "application/atom+xml",
}
"""By the end of a path, longer ones first."""
ANSWERS: Mapping[str, Sequence[str]] = {
    "/search.json": (
        "query", "notes", "conditions", "named", "go_along", "first_appears_in", "total", "facets",
        "papers", "next",
    ),
    "/changes.json": ("query", "changes", "next"),
}  # fmt: skip
"""What the objects of answers have."""

Parameter = dict[str, Any]


class Address(NamedTuple):
    """An address of data.

    Attributes:
        path: with its parts in braces.
        parts: the pattern of each.
        summary: what it answers.
    """

    path: str
    parts: Mapping[str, str]
    media_type: str
    summary: str


def addresses(pages: Iterable[tuple[str, Callable[..., Awaitable[Any]]]]) -> Iterator[Address]:
    """Yield the addresses of data among routes.

    Args:
        pages: pattern and what answers, whose docstring tells of it.
    """
    for pattern, answer in pages:
        bare = pattern.removeprefix("^").removesuffix("$")
        path = _group.sub(r"{\1}", bare).replace("\\", "")
        for end, media_type in _MEDIA_TYPES.items():
            if path.endswith(end) and not path.startswith("/openapi"):
                said = _answers.sub("", (answer.__doc__ or "").strip().split("\n")[0])
                said = said[:1].upper() + said[1:]
                yield Address(path, dict(_group.findall(bare)), media_type, said)
                break


def openapi(known: Iterable[Address], base: str) -> dict[str, Any]:
    """Return the description of these addresses in OpenAPI 3.1."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Griffie",
            "version": __version__,
            "summary": "Parliamentary papers, every version, with digests.",
            "description": "Read-only, without keys. 503 and 429 have `Retry-After`.",
        },
        "servers": [{"url": base}],
        "paths": {one.path: {"get": _operation(one)} for one in known},
    }


def _operation(one: Address) -> dict[str, Any]:
    return {
        "operationId": re.sub(r"\W+", "_", one.path).strip("_"),
        "summary": one.summary,
        "parameters": [*_parts(one), *_arguments(one)],
        "responses": {
            "200": {"description": one.summary, "content": {one.media_type: _content(one)}},
            "404": {"description": "There is no such thing, or never was."},
            "429": {"description": "Too many requests of this client."},
            "503": {"description": "It took too long, or too many ask at once."},
        },
    }


def _content(one: Address) -> dict[str, Any]:
    if one.media_type not in ("application/json", "application/feed+json"):
        return {"schema": {"type": "string"}}
    names = ANSWERS.get(one.path, ())
    schema: dict[str, Any] = {"type": "object"}
    if names:
        schema |= {"required": list(names), "properties": {name: {} for name in names}}
    return {"schema": schema}


def _parts(one: Address) -> list[Parameter]:
    return [
        {
            "name": name,
            "in": "path",
            "required": True,
            "schema": {"type": "string", "pattern": f"^(?:{pattern})$"},
        }
        for name, pattern in one.parts.items()
    ]


def _arguments(one: Address) -> list[Parameter]:
    text, number = {"type": "string"}, {"type": "integer", "minimum": 1}
    language = {ARGUMENT: {"type": "string", "enum": list(LANGUAGES)}}
    kinds = {"type": "string", "enum": list(get_args(PaperKind))}
    given: dict[str, Any] = {}
    if one.path.startswith("/search"):
        day = {"type": "string", "format": "date"}
        given = {"q": text, **{name: day if name in DAYS else text for name in FILTERS}}
        given |= {"kind": kinds, "sort": {"type": "string", "enum": list(SORTS)}, "_as_of": text}
        if one.path == "/search.json":
            given |= {"page": number, "size": {**number, "maximum": LARGEST_PAGE}}
    elif one.path == "/changes.jsonl":
        given = {"after": {"type": "integer", "minimum": 0}, "generation": text}
    elif one.path.startswith("/changes"):
        given = {"what": {"type": "string", "enum": list(WHATS)}, "source": text, "kind": kinds}
    if one.path.endswith((".atom", ".feed.json")):
        given |= language
    return [{"name": name, "in": "query", "schema": schema} for name, schema in given.items()]


def llms_txt(known: Iterable[Address], base: str) -> str:
    """Return what an assistant should know of this site (llmstxt.org)."""
    listed = "\n".join(f"- [{one.path}]({base}{one.path}): {one.summary}" for one in known)
    return f"""\
# Griffie

> An archive of parliamentary papers: letters, motions and annexes, every version as it was
> published, with SHA-256 digests. Cite `{base}/paper/<id>/<source>/<version>`: it never changes.

What is not here is said: a paper that others cite and that is not held has a page that says so.

## Data

{listed}

## More

- [How searches are read]({base}/search/help)
- [OpenAPI description]({base}/openapi.json)
- [Where the papers come from, and what is missing]({base}/sources)
- [How to check the archive]({base}/-/integrity)
- Assistants may ask by the Model Context Protocol at {base}/-/mcp, where the site offers it.
"""
