"""`griffie run`: a scheduler, its jobs, and signals."""

import asyncio
import logging
import signal
from collections.abc import Callable, Coroutine
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from apscheduler.schedulers.asyncio import AsyncIOScheduler

from harvester.errors import HarvesterError
from harvester.service.notify import Notifier
from harvester.service.runner import Runner
from harvester.service.schedule import Job, jobs
from harvester.service.supervise import supervise
from harvester.service.watch import Watch
from harvester.settings import Settings
from harvester.settings.service import ServiceSettings

LOOK_EVERY_S = 300.0
_FOREVER = ServiceSettings(longest_h=1e6, silent_s=1e9)

_logger = logging.getLogger(__name__)


class Service:
    """Runs the schedule until it is told to stop."""

    def __init__(
        self,
        config: Path | None,
        load: Callable[[], Watch],
        notifier: Notifier,
        serve: tuple[str, ...] | None = None,
        look_every_s: float = LOOK_EVERY_S,
    ) -> None:
        """Create a service.

        Args:
            config: the settings file; None is the default one.
            load: reads the settings, at start and on reload; raises `HarvesterError`.
            notifier: notifies systemd.
            serve: arguments of `griffie serve` to run too; None runs no site.
            look_every_s: interval of looks for conditions, besides those after each job.
        """
        self._config = config
        self._load = load
        self._notifier = notifier
        self._serve = serve
        self._look_every_s = look_every_s
        self._tasks: set[asyncio.Task[Any]] = set()
        self._scheduler = AsyncIOScheduler(timezone=UTC)

    async def run(self) -> None:
        """Run until SIGTERM or SIGINT; running jobs have ended when this returns."""
        watch = self._load()
        self._stop = asyncio.Event()
        self._runner = Runner(self._config, watch.settings, watch, self._stop)
        loop = asyncio.get_running_loop()
        for number in (signal.SIGTERM, signal.SIGINT):
            loop.add_signal_handler(number, self._stop.set)
        loop.add_signal_handler(signal.SIGHUP, self.reload)
        self._schedule(watch)
        self._scheduler.start()
        if self._serve is not None:
            self._spawn(self._keep("the site", self._serve))
        if watch.settings.has_alerts:
            self._spawn(self._keep("the sender of alerts", ("alerts", "send", "--keep")))
        self._notifier.ready(self._status())
        _logger.info("running", extra={"fields": {"next": self.next_starts()}})
        await self._watch_until_stopped()
        await self._end()

    def reload(self) -> None:
        """Reload the settings; invalid ones leave the old ones in use."""
        self._notifier.reloading()
        try:
            watch = self._load()
        except HarvesterError as error:
            _logger.error("the settings stay as they were: %s", error)
        else:
            self._runner.settings, self._runner.watch = watch.settings, watch
            self._schedule(watch)
            _logger.info("settings read again", extra={"fields": {"next": self.next_starts()}})
        self._notifier.ready(self._status())

    def next_starts(self) -> dict[str, str]:
        """Return the next start of each job."""
        return {
            job.id: job.next_run_time.astimezone(UTC).isoformat(timespec="seconds")
            for job in self._scheduler.get_jobs()
            if getattr(job, "next_run_time", None) is not None
        }

    def _schedule(self, watch: Watch) -> None:
        """Replace the scheduled jobs by those of the settings."""
        self._scheduler.remove_all_jobs()
        for job in jobs(watch.settings, watch.sources, jitter=True):
            # Run jobs once that were missed while nothing ran.
            is_missed = job.name not in self._runner.running and self._runner.is_due(job)
            missed = {"next_run_time": datetime.now(UTC)} if is_missed else {}
            self._scheduler.add_job(
                self._start,
                job.trigger,
                args=[job],
                id=job.name,
                coalesce=True,
                max_instances=1,
                misfire_grace_time=None,
                **missed,
            )

    async def _start(self, job: Job) -> None:
        # The scheduler would cancel its jobs when it ends; await them instead.
        task = self._spawn(self._runner.do(job))
        with suppress(asyncio.CancelledError):
            await asyncio.shield(task)

    def _spawn(self, work: Coroutine[Any, Any, Any]) -> "asyncio.Task[Any]":
        task = asyncio.create_task(work)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    async def _watch_until_stopped(self) -> None:
        """Look for conditions regularly, and send systemd heartbeats more often."""
        beat_s = min(self._look_every_s, (self._notifier.watchdog_s or 120) / 3)
        since_look = self._look_every_s
        while not self._stop.is_set():
            if since_look >= self._look_every_s:
                since_look = 0.0
                self._spawn(self._runner.look())
            self._notifier.alive(self._status())
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), beat_s)
            since_look += beat_s

    async def _end(self) -> None:
        self._notifier.stopping()
        _logger.info("ending", extra={"fields": {"waits_for": sorted(self._runner.running)}})
        self._scheduler.pause()
        while self._tasks:
            await asyncio.wait(self._tasks)
        self._scheduler.shutdown(wait=False)
        _logger.info("ended")

    async def _keep(self, what: str, arguments: tuple[str, ...]) -> None:
        """Run a companion of the service, and restart it with growing delays if it dies."""
        pause_s = 1.0
        limits = _FOREVER.model_copy(update={"grace_s": self._runner.settings.service.grace_s})
        while not self._stop.is_set():
            began = asyncio.get_running_loop().time()
            ended = await supervise(self._config, arguments, limits, self._stop)
            if self._stop.is_set():
                return
            if asyncio.get_running_loop().time() - began > 60:
                pause_s = 1.0
            _logger.error(
                "%s ended (exit code %s) and is started again in %g s", what, ended.code, pause_s
            )
            with suppress(TimeoutError):
                await asyncio.wait_for(self._stop.wait(), pause_s)
            pause_s = min(60.0, pause_s * 2)

    def _status(self) -> str:
        running = ", ".join(sorted(self._runner.running))
        following = min(self.next_starts().items(), key=lambda item: item[1], default=None)
        waits = f"next {following[0]} at {following[1]}" if following else "nothing is scheduled"
        return f"doing {running}" if running else waits


async def do_due(
    config: Path | None, settings: Settings, watch: Watch, only: str | None = None
) -> list[int | None]:
    """Run the due jobs one after another, look for conditions, and return the exit codes."""
    stop = asyncio.Event()
    for number in (signal.SIGTERM, signal.SIGINT):
        asyncio.get_running_loop().add_signal_handler(number, stop.set)
    runner = Runner(config, settings, watch, stop)
    codes: list[int | None] = []
    for job in jobs(settings, watch.sources):
        if (only is None or job.lane == only) and runner.is_due(job):
            ended = await runner.do(job)
            if ended is not None:
                codes.append(ended.code)
    await runner.look()
    return codes
