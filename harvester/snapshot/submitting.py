"""Submit a checkpoint to a witness over HTTP (C2SP tlog-witness)."""

import time

import urllib3
from urllib3.util import Timeout

from archive.notes import NoteKey, NoteSignature, signed_when
from archive.submissions import SIZE_LIMIT, Submission, read_answer
from harvester.errors import HarvesterError

TIMEOUT = Timeout(connect=5, read=10)
DEADLINE_S = 20
"""For the whole body: a witness that trickles its answer is not waited for."""
ANSWER_LIMIT_BYTES = 1 << 14
SIZE_TYPE = "text/x.tlog.size"


class NotCosigned(HarvesterError):
    """A witness gave no signature; the archive is signed all the same."""

    exit_code = 3


class Unreachable(NotCosigned):
    """A witness does not answer."""


class SeenAt(NotCosigned):
    """A witness wants a proof from another size: the one that it cosigned last."""

    def __init__(self, size: int) -> None:
        super().__init__(f"it cosigned {size} lines last")
        self.size = size


def submit(url: str, submission: Submission, key: NoteKey) -> list[NoteSignature]:
    """Ask a witness to cosign a checkpoint; return its signatures, which were checked.

    Raises:
        SeenAt: it wants a proof from the size that it cosigned last.
        Unreachable: it did not answer.
        NotCosigned: it refused, or its answer makes no sense.
    """
    status, kind, body = _post(f"{url.rstrip('/')}/add-checkpoint", submission.body())
    if status == 409 and kind.partition(";")[0].strip() == SIZE_TYPE:
        raise SeenAt(_size(body))
    if status != 200:
        said = "".join(c for c in body.decode(errors="replace") if c.isprintable())[:200]
        raise NotCosigned(f"it answers {status}: {said}")
    try:
        lines = read_answer(body)
    except ValueError as error:
        raise NotCosigned(f"its answer cannot be read: {error}") from error
    note = submission.signed.note
    good = [one for one in lines if signed_when(note._replace(signatures=(one,)), key) is not None]
    if not good:
        raise NotCosigned(f"its answer is not signed by {key}")
    return good[:1]


def _post(url: str, body: bytes) -> tuple[int, str, bytes]:
    until = time.monotonic() + DEADLINE_S
    try:
        answer = urllib3.request(
            "POST", url, body=body, timeout=TIMEOUT, retries=False, redirect=False,
            preload_content=False, headers={"User-Agent": "griffie", "Accept-Encoding": "identity"},
        )  # fmt: skip
        content = bytearray()
        try:
            while len(content) <= ANSWER_LIMIT_BYTES and (part := answer.read1(4096)):
                content += part
                if time.monotonic() > until:
                    raise Unreachable(f"its answer takes longer than {DEADLINE_S} s")
        finally:
            answer.close()
    except urllib3.exceptions.HTTPError as error:
        raise Unreachable(f"it cannot be reached: {error}") from error
    if len(content) > ANSWER_LIMIT_BYTES:
        raise NotCosigned("its answer is longer than that of any witness")
    return answer.status, answer.headers.get("content-type", ""), bytes(content)


def _size(body: bytes) -> int:
    text = body.decode(errors="replace").removesuffix("\n")
    if not (text.isascii() and text.isdecimal() and len(text) < 20 and int(text) < SIZE_LIMIT):
        raise NotCosigned("it names no size that it cosigned last")
    return int(text)
