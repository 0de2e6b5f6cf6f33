"""A pool of equal worker processes, kept by their parent and never outliving it."""

import logging
import os
import signal
import time
from collections.abc import Callable
from types import FrameType

from archive.orphans import die_with_parent

AT_MOST = 4
"""Most processes by default, since each takes memory and they share one disk."""
AGAIN_AFTER_S = 1.0
_ENDING = (signal.SIGTERM, signal.SIGINT)

_logger = logging.getLogger(__name__)

Ready = Callable[[], object]
Work = Callable[[int, Ready], object]


def default_workers() -> int:
    """Return the default number of processes: one for each processor that we may use."""
    return min(AT_MOST, len(os.sched_getaffinity(0)))


class Workers:
    """Children of this process that do the same work until this process is told to end."""

    def __init__(self, work: Work, count: int, *, grace_s: float = 10) -> None:
        """Prepare the pool without starting processes; `run` does that.

        Args:
            work: called in each child with its index, from 0, which a replacement inherits; it
                calls its second argument when ready, and returns after SIGTERM.
            count: number of children.
            grace_s: time after SIGTERM after which a child is killed.
        """
        self._work = work
        self._count = count
        self._grace_s = grace_s
        self._places: dict[int, int] = {}
        """Process ids of the living children."""
        self._is_ending = False

    def run(self, on_ready: Ready) -> bool:
        """Run until SIGTERM or SIGINT; replace children that die before.

        No thread may be running: children are forks, which need not import again.

        Args:
            on_ready: called once, when all are ready.

        Returns:
            False if a child died before it was ready; the others were ended.
        """
        before = {number: signal.signal(number, self._end) for number in _ENDING}
        before[signal.SIGALRM] = signal.signal(signal.SIGALRM, self._kill)
        try:
            lines = [self._start(place) for place in range(self._count)]
            answers = [_heard(line) for line in lines]
            is_ready = all(answers)
            if is_ready and not self._is_ending:
                on_ready()
            is_told = self._is_ending
            if not is_ready:
                self._end()
            self._keep()
            return is_ready or is_told
        finally:
            signal.setitimer(signal.ITIMER_REAL, 0)
            for number, handler in before.items():
                signal.signal(number, handler)

    def _end(self, number: int = signal.SIGTERM, frame: FrameType | None = None) -> None:
        self._is_ending = True
        for child in self._places:
            os.kill(child, signal.SIGTERM)
        signal.setitimer(signal.ITIMER_REAL, self._grace_s)

    def _kill(self, number: int, frame: FrameType | None) -> None:
        """Kill children that do not end in time: a thread may be in an uninterruptible call."""
        for child in self._places:
            _logger.error("a process of the site did not end in %g s and is killed", self._grace_s)
            os.kill(child, signal.SIGKILL)

    def _keep(self) -> None:
        """Wait for the end, and replace children that die before it."""
        while self._places:
            child, status = os.waitpid(-1, 0)
            place = self._places.pop(child)
            if self._is_ending:
                continue
            code = os.waitstatus_to_exitcode(status)
            _logger.error("a process of the site died (%d) and is replaced", code)
            time.sleep(AGAIN_AFTER_S)
            _heard(self._start(place))

    def _start(self, place: int) -> int:
        """Start a child; return the reading end of a pipe on which it reports that it is ready."""
        ours, theirs = os.pipe()
        parent = os.getpid()
        # A signal during the fork would reach only one of the two, or be lost.
        signal.pthread_sigmask(signal.SIG_BLOCK, _ENDING)
        try:
            child = 0 if self._is_ending else os.fork()
            if child == 0 and not self._is_ending:
                os.close(ours)
                self._be_child(place, parent, theirs)
            if child:
                self._places[child] = place
        finally:
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
        os.close(theirs)
        return ours

    def _be_child(self, place: int, parent: int, descriptor: int) -> None:
        """Do the work, and never return."""
        code = 1
        try:
            for number in _ENDING:
                signal.signal(number, signal.SIG_DFL)
            signal.pthread_sigmask(signal.SIG_UNBLOCK, _ENDING)
            die_with_parent(parent)
            self._work(place, lambda: _say(descriptor))
            code = 0
        except Exception:
            _logger.exception("a process of the site failed")
        finally:
            os._exit(code)


def _say(line: int) -> None:
    os.write(line, b".")
    os.close(line)


def _heard(line: int) -> bool:
    """Wait until a child is ready, or dead."""
    with open(line, "rb") as reader:
        return reader.read(1) == b"."
