"""How a file is served: validators, conditional requests, ranges.

What the official service does here is unverified (guide 6), so validators can be left out.
"""

import re
from email.utils import format_datetime, parsedate_to_datetime

from aiohttp import web

from spiders.netherlands.simulator.world import File

_RANGE = re.compile(r"bytes=(\d*)-(\d*)\Z")


def serve(request: web.Request, file: File, *, with_validators: bool) -> web.Response:
    """Answer 200, 206, 304 or 416 for a file that is there."""
    headers = {"Content-Type": file.media_type}
    if with_validators:
        headers["ETag"] = f'"{file.etag}"'
        headers["Last-Modified"] = format_datetime(file.changed_at, usegmt=True)
        headers["Accept-Ranges"] = "bytes"
        if _is_known(request, file):
            return web.Response(status=304, headers=headers)
    body = file.content()
    if with_validators and "Range" in request.headers:
        return _part(request.headers["Range"], body, headers)
    return web.Response(body=body, headers=headers)


def _is_known(request: web.Request, file: File) -> bool:
    # RFC 9110 13.2.2: If-None-Match decides alone where both are given.
    tags = request.headers.get("If-None-Match")
    if tags is not None:
        known = {tag.strip().removeprefix("W/").strip('"') for tag in tags.split(",")}
        return bool(known & {file.etag, "*"})
    since = request.headers.get("If-Modified-Since")
    if since is None:
        return False
    try:
        known_at = parsedate_to_datetime(since)
    except ValueError:
        return False
    return file.changed_at.replace(microsecond=0) <= known_at


def _part(asked: str, body: bytes, headers: dict[str, str]) -> web.Response:
    match = _RANGE.match(asked)
    if match is None or match.groups() == ("", ""):
        return web.Response(body=body, headers=headers)
    first, last = match.groups()
    start = int(first) if first else max(0, len(body) - int(last))
    end = min(int(last), len(body) - 1) if first and last else len(body) - 1
    if start > end:
        headers["Content-Range"] = f"bytes */{len(body)}"
        return web.Response(status=416, headers=headers)
    headers["Content-Range"] = f"bytes {start}-{end}/{len(body)}"
    return web.Response(status=206, body=body[start : end + 1], headers=headers)
