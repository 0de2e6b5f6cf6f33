"""Run jobs, each in its own process, one per lane at a time, and record every run."""

import asyncio
import logging
from collections import defaultdict
from dataclasses import dataclass, field
from pathlib import Path

from harvester.index.connection import connect, transaction
from harvester.index.errors import IndexFault
from harvester.index.operations import JobRun, activity, job_runs, note_job
from harvester.service.alarms import Alarms
from harvester.service.hooks import hooks
from harvester.service.schedule import Job, is_due, reconciled_from
from harvester.service.supervise import Ended, supervise
from harvester.service.watch import Watch
from harvester.settings import Settings
from harvester.times import Clock, now, to_text

_logger = logging.getLogger(__name__)


@dataclass(slots=True)
class Runner:
    """Runs jobs; whoever has a runner holds `service_lock`."""

    config: Path | None
    settings: Settings
    watch: Watch
    stop: asyncio.Event
    clock: Clock = now
    running: dict[str, JobRun] = field(default_factory=dict)
    _lanes: "defaultdict[str, asyncio.Lock]" = field(
        default_factory=lambda: defaultdict(asyncio.Lock)
    )
    _alarms: Alarms | None = None
    _looking: asyncio.Lock = field(default_factory=asyncio.Lock)

    def last_runs(self) -> dict[str, JobRun]:
        """Return when each job last ran, as far as the index knows."""
        try:
            database = connect(self.settings.index, create=False)
        except IndexFault as error:
            _logger.warning("when jobs last ran is not known: %s", error)
            return {}
        try:
            return job_runs(database.conn)
        finally:
            database.conn.close()

    def is_due(self, job: Job) -> bool:
        """Tell whether a job is due."""
        return is_due(job, self.last_runs().get(job.name), self.clock())

    async def do(self, job: Job) -> Ended | None:
        """Run a job once its lane is free; None if it is no longer due then."""
        async with self._lanes[job.lane]:
            arguments = None if self.stop.is_set() else self._arguments(job)
            if arguments is None:
                return None
            run = JobRun(job.name, to_text(self.clock()), None, None, None)
            self.running[job.name] = run
            self._note(run)
            try:
                ended = await supervise(self.config, arguments, self.settings.service, self.stop)
            finally:
                del self.running[job.name]
            self._note(run._replace(ended_at=to_text(self.clock()), **ended._asdict()))
        self._tell(job, ended)
        await self.look()
        return ended

    async def look(self) -> None:
        """Look for conditions, record them, and notify the hooks."""
        async with self._looking:
            await asyncio.to_thread(self._look)

    def _look(self) -> None:
        if self._alarms is None:
            self._alarms = Alarms(self.settings.index, {})
        self._alarms.hooks = hooks(self.settings.alarm)
        self._alarms.note(self.watch.look())

    def _arguments(self, job: Job) -> tuple[str, ...] | None:
        """Return the arguments of griffie for a job; None if it must not run now."""
        if job.reconciles is None:
            return job.arguments
        try:
            database = connect(self.settings.index, create=False)
        except IndexFault:
            return None
        try:
            newest = reconciled_from(activity(database.conn, job.reconciles, 1))
        finally:
            database.conn.close()
        if newest is None:
            _logger.info("%s waits: the source has not been walked to its end", job.name)
            return None
        return job.arguments

    def _note(self, run: JobRun) -> None:
        """Record a run; an unwritable index only loses its time."""
        try:
            database = connect(self.settings.index, create=False)
        except IndexFault as error:
            _logger.error("that %s ran cannot be remembered: %s", run.name, error)
            return
        try:
            with transaction(database) as connection:
                note_job(connection, run)
        except IndexFault as error:
            _logger.error("that %s ran cannot be remembered: %s", run.name, error)
        finally:
            database.conn.close()

    def _tell(self, job: Job, ended: Ended) -> None:
        level = logging.ERROR if ended.said or ended.code is None else logging.INFO
        said = ended.said or ("ended" if ended.code is not None else "died")
        _logger.log(
            level, "%s: %s", job.name, said, extra={"fields": {"job": job.name, "code": ended.code}}
        )
