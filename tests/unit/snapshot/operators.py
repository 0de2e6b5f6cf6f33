"""Operators who sign archives and witness each other over HTTP, in one process."""

import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

import uvicorn

from archive.archive import Archive
from archive.checkpoints import OBJECTS, origin_of
from archive.evidence import Trust
from archive.findings import Finding
from archive.fixity import verify
from archive.notes import NoteKey
from archive.signers import read_signers
from archive.statements import new_key
from harvester.cli.listening import listening
from harvester.settings import Settings, SigningSettings
from harvester.site.witness import WitnessApp
from harvester.snapshot.signing import SignedNow, public_key, sign_now, witness_key, witness_of
from harvester.snapshot.watching import watched_logs
from tests.unit.archive.makers import TIME
from tests.unit.archive.signed import grow


@dataclass(frozen=True)
class Operator:
    """A folder with an archive, and keys to sign and to witness with."""

    folder: Path

    @classmethod
    def at(cls, folder: Path) -> "Operator":
        folder.mkdir(parents=True)
        made = cls(folder)
        grow(Archive.create(folder / "archive", TIME), 1)
        for name in ("griffie.key", "witness.key"):
            (folder / name).write_bytes(new_key())
        made.sign()
        return made

    @property
    def archive(self) -> Archive:
        return Archive.open(self.folder / "archive")

    def harvest(self, number: int) -> None:
        grow(self.archive, number)

    def sign(self, *witnesses: str) -> SignedNow:
        signing = SigningSettings(key=str(self.folder / "griffie.key"), witnesses=witnesses)
        settings = Settings(index=self.folder / "index.sqlite", signing=signing)
        return sign_now(self.archive, settings, all_objects=True)

    @property
    def witness(self) -> NoteKey:
        return witness_key(public_key(self.folder / "witness.key"))

    def lacks(self, witness: NoteKey) -> list[Finding]:
        """Return what is wrong with the archive for who insists on a witness."""
        trust = Trust(witnesses=(witness,), needed=1)
        return list(verify(self.archive, trust=trust, workers=1).findings)

    def log_keys(self) -> tuple[str, ...]:
        signers = read_signers(self.archive.store)
        assert signers is not None
        logs = (*self.archive.sources(), OBJECTS)
        return tuple(str(NoteKey(origin_of(self.archive, log), signers.current)) for log in logs)

    @contextmanager
    def witnessing(self, *watched: str, port: int = 0) -> Iterator[str]:
        """Answer requests to cosign; give the address."""
        record = witness_of(self.folder / "witness.key", self.folder / "index.sqlite")
        app = WitnessApp(record, watched_logs(SigningSettings(watched=watched), None))
        with serving(app, port) as url:
            yield url


@contextmanager
def serving(app: WitnessApp, port: int = 0) -> Iterator[str]:
    """Serve an application on a free port."""
    [listener] = listening("127.0.0.1", port, 1)
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, lifespan="off"))
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
    thread.start()
    try:
        yield f"http://127.0.0.1:{listener.getsockname()[1]}"
    finally:
        server.should_exit = True
        thread.join()
        listener.close()
