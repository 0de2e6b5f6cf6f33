"""A lease in a bucket: one writer at a time may write a log.

Each writer that wants it puts a claim of its own, `.lease/<name>/<holder>`, and looks
who else has one. Whoever sees another live claim takes its own back: of two that claim at once,
the one who looks last sees the other, so never do both stay. A claim lives for `LIFE_S` after it
was last put, by the server's clock alone; its holder puts it again and again, and trusts it for a
shorter time, by a clock that cannot be set. So clocks that are wrong, or jump, do no harm.

A lease keeps writers out of each other's way. That a writer who slept through its lease cannot
harm the log (fencing) is the store's promise to write a key once.
"""

import json
import os
import random
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from datetime import UTC, datetime, timedelta
from typing import NamedTuple

from archive.errors import ArchiveError, LeaseHeld, LeaseLost
from archive.stores.bucket import Bucket, Version, server_time

FOLDER = ".lease"
"""A hidden name, which no key of the archive can have."""
LIFE_S = 120.0
RENEWAL_S = 30.0
TRUST_S = 90.0
"""How long after a renewal its holder relies on it.

The rest of the life is for a put that is under way, and for servers that tell whole seconds.
"""
CLAIMS = 5
"""Attempts to make a claim that met another one."""
FORGOTTEN = timedelta(days=1)
"""Age of a claim at which any writer removes it."""


class _Claim(NamedTuple):
    holder: str
    put_at: datetime
    age: timedelta


class BucketLease:
    """A lease in a bucket, renewed by a thread of its own."""

    def __init__(self, bucket: Bucket, name: str, holder: str) -> None:
        """Prepare a lease; `hold` takes it.

        Args:
            bucket: of the archive.
            name: what the lease is for.
            holder: a name that stays when this writer is killed and started again; two writers
                that may run at once never have the same.
        """
        self._bucket = bucket.below(f"{FOLDER}/{name}/")
        self._name = name
        self._holder = holder
        self._last: Version | None = None
        self._renewed = 0.0
        self._is_lost = False
        self._released = threading.Event()

    @contextmanager
    def hold(self) -> Iterator["BucketLease"]:
        """Take the lease, renew it meanwhile, give it back.

        Raises:
            LeaseHeld: another writer has it.
        """
        self._take()
        renewing = threading.Thread(target=self._keep, name=f"lease {self._name}", daemon=True)
        renewing.start()
        try:
            yield self
        finally:
            self._released.set()
            renewing.join()
            # A claim that cannot be removed expires by itself.
            with suppress(ArchiveError):
                self._bucket.remove_all(self._holder)

    def check(self) -> None:
        """See `Lease.check`."""
        if self._is_lost or _clock() - self._renewed > TRUST_S:
            raise LeaseLost(self._name)

    def _take(self) -> None:
        rival: _Claim | None = None
        for attempt in range(CLAIMS):
            # Writers that met remove their claims and wait for different times.
            time.sleep(random.uniform(0.5, 1.5) * attempt * 0.3)  # noqa: S311
            if rival := self._rival():
                if attempt == 0:
                    break
                continue
            self._renewed = _clock()
            self._put()
            if not (rival := self._rival()):
                return
            self._bucket.remove_all(self._holder)
        assert rival is not None
        raise LeaseHeld(self._name, self._describe(rival), f"{rival.put_at + _life():%H:%M:%S} UTC")

    def _keep(self) -> None:
        while not self._released.wait(RENEWAL_S):
            with suppress(ArchiveError):
                self._renew()

    def _renew(self) -> None:
        covered, started = self._last, _clock()
        if started - self._renewed <= LIFE_S:
            self._put()
        # If it reached the server while the previous claim was alive, nobody came in between.
        if _clock() - self._renewed > LIFE_S:
            self._is_lost = True
            return
        self._renewed = started
        if covered is not None:
            self._bucket.remove(covered)

    def _put(self) -> None:
        who = {"host": socket.gethostname(), "pid": os.getpid()}
        with self._bucket.translating(self._holder):
            answer = self._bucket.client.put_object(
                **self._bucket.place(self._holder), Body=json.dumps(who).encode()
            )
        version = answer.get("VersionId")
        self._last = Version(self._holder, version, is_deletion=False) if version else None

    def _rival(self) -> _Claim | None:
        """Return a live claim of another writer, and remove long-expired ones."""
        rival = None
        for claim in self._claims():
            if claim.holder == self._holder:
                continue
            if claim.age < _life():
                rival = claim
            elif claim.age > FORGOTTEN:
                self._bucket.remove_all(claim.holder)
        return rival

    def _claims(self) -> list[_Claim]:
        with self._bucket.translating():
            answer = self._bucket.client.list_objects_v2(
                Bucket=self._bucket.name, Prefix=self._bucket.prefix
            )
        present = server_time(answer) or datetime.now(UTC)
        return [
            _Claim(item["Key"][len(self._bucket.prefix) :], at, present - at)
            for item in answer.get("Contents", ())
            for at in (item["LastModified"],)
        ]

    def _describe(self, claim: _Claim) -> str:
        with suppress(ArchiveError, ValueError, KeyError), self._bucket.translating():
            answer = self._bucket.client.get_object(**self._bucket.place(claim.holder))
            who = json.loads(answer["Body"].read())
            return f"process {who['pid']} of {who['host']}"
        return claim.holder


def _life() -> timedelta:
    return timedelta(seconds=LIFE_S)


def _clock() -> float:
    """Return the time of a clock that nobody can set and that, where possible, runs during
    sleep."""
    with suppress(AttributeError, OSError):
        return time.clock_gettime(time.CLOCK_BOOTTIME)
    return time.monotonic()
