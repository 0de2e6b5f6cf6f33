"""A proxy before an S3 server that refuses, or garbles, what some S3-compatible servers do."""

import http.client
import http.server
import threading
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from typing import NamedTuple
from urllib.parse import urlsplit


class Asked(NamedTuple):
    """A request: its names of headers are in lower case."""

    method: str
    path: str
    headers: Mapping[str, str]

    @property
    def is_about_versions(self) -> bool:
        """Whether it is a call of the versions API."""
        return any(word in self.path for word in ("?versioning", "?versions", "&versions"))


class Refusal(NamedTuple):
    """An answer of S3 that refuses."""

    status: int
    code: str
    message: str


Rule = Callable[[Asked], Refusal | None]
Garble = Callable[[list[tuple[str, str]]], list[tuple[str, str]]]


def no_versions(asked: Asked) -> Refusal | None:
    """Know nothing of versions."""
    if asked.is_about_versions:
        return Refusal(501, "NotImplemented", "GetBucketVersioning is not implemented.")
    return None


def no_checksums(asked: Asked) -> Refusal | None:
    """Know no checksum headers but Content-MD5."""
    name = next((name for name in asked.headers if name.startswith("x-amz-checksum")), None)
    name = name or next((n for n in asked.headers if n == "x-amz-sdk-checksum-algorithm"), None)
    return Refusal(400, "InvalidArgument", f"Unsupported header {name!r}.") if name else None


def wants_digest(asked: Asked) -> Refusal | None:
    """Want Content-MD5 of what changes a bucket."""
    if asked.method == "PUT" and "?versioning" in asked.path and "content-md5" not in asked.headers:
        return Refusal(400, "MissingContentMD5", "Missing required header: Content-Md5.")
    return None


def no_conditions(asked: Asked) -> Refusal | None:
    """Refuse every condition of a put."""
    if "if-none-match" in asked.headers and asked.method == "PUT":
        return Refusal(501, "NotImplemented", "A header you provided is not implemented.")
    return None


@contextmanager
def refusing(upstream: str, rules: tuple[Rule, ...], garble: Garble = list) -> Iterator[str]:
    """Serve the S3 server at `upstream` under these rules; gives the URL."""
    target = urlsplit(upstream).netloc

    class Handler(http.server.BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing."""

        def _answer(self) -> None:
            body = self.rfile.read(int(self.headers.get("content-length") or 0))
            headers = {name.lower(): value for name, value in self.headers.items()}
            asked = Asked(self.command, self.path, headers)
            for rule in rules:
                if refusal := rule(asked):
                    return self._refuse(refusal)
            connection = http.client.HTTPConnection(target)
            passed = {n: v for n, v in headers.items() if n not in ("connection", "expect")}
            connection.request(self.command, self.path, body, passed)
            answer = connection.getresponse()
            content = answer.read()
            connection.close()
            self.send_response_only(answer.status)
            told = [(name.lower(), value) for name, value in answer.getheaders()]
            dropped = ("transfer-encoding", "connection", "content-length")
            for name, value in garble([pair for pair in told if pair[0] not in dropped]):
                self.send_header(name, value)
            length = answer.getheader("content-length") if self.command == "HEAD" else len(content)
            self.send_header("content-length", str(length))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(content)
            return None

        def _refuse(self, refusal: Refusal) -> None:
            content = (
                f"<Error><Code>{refusal.code}</Code><Message>{refusal.message}</Message></Error>"
            ).encode()
            self.send_response(refusal.status)
            self.send_header("content-type", "application/xml")
            self.send_header("content-length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _answer  # noqa: N815

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    try:
        yield f"http://127.0.0.1:{server.server_port}"
    finally:
        server.shutdown()
        server.server_close()
