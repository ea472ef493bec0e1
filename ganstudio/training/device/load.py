"""What other programs leave of the processor, and the number of threads that follows them while a run goes on.

All threads of a step wait for the slowest. One that shares its core with another program makes a step several times
slower, so that fewer threads than cores are faster then; and it must be all of them again when the other has gone.
"""

import math
import time
from collections.abc import Callable
from dataclasses import dataclass

import psutil

from ganstudio.system import cores

_BUSY_FIELDS = ("user", "nice", "system", "irq", "softirq", "steal")  # of psutil.cpu_times, where the system has them

SAMPLE_SECONDS = 1.0  # of one look at the processor: shorter ones see the grain of the system's clock
LONG_SECONDS = 1.8  # a look as long as that decides alone, otherwise two in a row: most loads pass in a moment
MIN_OWN_SHARE = 0.25  # of a processor: less is used by a process that is suspended
BUSY_SHARE = 0.4  # of a core that others use is a core less; a process that wants a whole one gets half at least
QUIET_SHARE = 0.25  # of a core may be used for it to count as free again
SHARED_CORE_SPEED = 0.6  # of a hyper-thread while the other one of its core is busy
MAX_SLOWDOWN = 0.85  # a change that leaves less than this of the speed is taken back
FIRST_DISTRUST_SECONDS = 20.0  # for which a change that was taken back is not tried again; doubled each time
MAX_DISTRUST_SECONDS = 320.0


@dataclass(frozen=True)
class Usage:
    """Processor time since some moment in the past."""

    at: float  # seconds, of a clock that does not jump
    busy: float  # seconds of the processors that this program may use
    own: float  # seconds of all threads of this process, which are not others: the window's, too


def read_usage() -> Usage | None:
    """Return the processor time used so far; None where the system does not tell."""
    try:
        each = psutil.cpu_times(percpu=True)
    except (OSError, RuntimeError, psutil.Error):
        return None
    usable = cores.usable_processors()
    counted = [times for number, times in enumerate(each) if number in usable]
    if len(counted) < len(usable):  # some processors are switched off, and the numbers do not fit
        counted = each
    busy = sum(float(getattr(times, name, 0.0)) for times in counted for name in _BUSY_FIELDS)
    return Usage(time.monotonic(), busy, time.process_time())


@dataclass(frozen=True)
class Look:
    """What happened between two readings.

    Parameters
    ----------
    seconds
        Between them.
    others, own
        How many processors other programs, and this process, kept busy on average.
    """

    seconds: float
    others: float
    own: float

    @classmethod
    def between(cls, before: Usage, after: Usage) -> "Look":
        """Return it for two readings, the older one first."""
        seconds = max(after.at - before.at, 1e-9)
        own = after.own - before.own
        return cls(seconds, max(0.0, after.busy - before.busy - own) / seconds, own / seconds)

    @property
    def is_long(self) -> bool:
        """Whether it decides alone: a slow round. It is none if this process was suspended meanwhile."""
        return self.seconds >= LONG_SECONDS and self.own >= MIN_OWN_SHARE


@dataclass(frozen=True)
class Machine:
    """Cores that this program may use, and the processors (hyper-threads) among which others spread."""

    cores: int
    physical: int
    processors: int

    @classmethod
    def now(cls) -> "Machine":
        """Return what this program may use now; quotas and affinity may change while a run goes on."""
        processors = cores.usable_processors()
        return cls(cores.max_threads(), cores.physical_cores(processors), len(processors))

    def free_cores(self, others: float, share: float) -> int:
        """Return for how many threads there is room beside others, at least 1.

        Parameters
        ----------
        others
            Processors that other programs keep busy.
        share
            How much of a core they may use while it counts as free.
        """
        apart = math.floor(self.physical - others + share)  # cores that others do not touch
        together = min(self.physical, math.floor(self.processors - others + share))  # with a hyper-thread free
        free = apart if apart >= SHARED_CORE_SPEED * together else together
        return max(1, min(self.cores, free))


class ThreadFollower:
    """Chooses the number of threads between the rounds of a run, by what other programs leave of the processor.

    A change is taken back if the run becomes slower by it: a hypervisor, a frequency limit or a program that yields
    may keep a processor busy without being in the way.

    Parameters
    ----------
    threads
        With which the run computes now.
    limit
        The most that are useful, where nothing else runs; where it is all cores, more count as they come.
    read
        Reads the processor time; None where the system does not tell: then nothing changes.
    machine
        Returns what may be used now.
    now
        Clock of the readings, in seconds.
    """

    def __init__(
        self,
        threads: int,
        limit: int,
        read: Callable[[], Usage | None] = read_usage,
        machine: Callable[[], Machine] = Machine.now,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.threads = threads
        self.machine = machine()
        self._limit = limit if limit < self.machine.cores else None
        self._read, self._read_machine, self._now = read, machine, now
        self._before = read()
        self._rounds = 0  # since `_before`
        self._wanted = threads  # by the last look
        self._former: tuple[int, float] | None = None  # threads and speed before a change that is on trial
        self._distrusted: int | None = None  # a number of threads that was slower
        self._distrusted_until = 0.0
        self._distrust_seconds = FIRST_DISTRUST_SECONDS

    def after_round(self) -> int:
        """Take note of a round that has just ended, and return the number of threads for the next one."""
        self._rounds += 1
        if self._before is None or self._now() - self._before.at < SAMPLE_SECONDS:
            return self.threads
        before, self._before = self._before, self._read()
        if self._before is not None:
            look = Look.between(before, self._before)
            self._consider(look, self._rounds / look.seconds)
        self._rounds = 0
        return self.threads

    def skip(self) -> None:
        """Forget the time since the last look: it was not training."""
        self._before = self._read()
        self._rounds = 0

    def _consider(self, look: Look, speed: float) -> None:
        """Decide, after a time in which so many rounds a second were trained."""
        if self._former is not None:
            threads, former_speed = self._former
            self._former = None
            if speed < MAX_SLOWDOWN * former_speed and self._choose(look.others) == self.threads:
                self._take_back(threads)
                return
            self._distrust_seconds = FIRST_DISTRUST_SECONDS
        last, self._wanted = self._wanted, self._choose(look.others)
        if look.is_long:
            last = self._wanted
        low, high = sorted((last, self._wanted))
        wanted = min(max(self.threads, low), high)  # of two looks that want more, or fewer, the smaller change
        if wanted != self.threads and not self._is_distrusted(wanted):
            self._former = (self.threads, speed)
            self.threads = wanted

    def _choose(self, others: float) -> int:
        """Return the number of threads that fits; between two that both do, the present one."""
        self.machine = self._read_machine()
        most = self.machine.free_cores(others, BUSY_SHARE)
        least = self.machine.free_cores(others, QUIET_SHARE)
        return min(self._limit or self.machine.cores, max(least, min(self.threads, most)))

    def _take_back(self, threads: int) -> None:
        self._distrusted, self.threads = self.threads, threads
        self._distrusted_until = self._now() + self._distrust_seconds
        self._distrust_seconds = min(2 * self._distrust_seconds, MAX_DISTRUST_SECONDS)
        self._wanted = threads

    def _is_distrusted(self, threads: int) -> bool:
        return threads == self._distrusted and self._now() < self._distrusted_until


def others_were_busy(before: Usage | None, after: Usage | None) -> bool:
    """Return whether other programs kept a core busy; True where the system does not tell."""
    if before is None or after is None:
        return True
    return Look.between(before, after).others >= BUSY_SHARE
