"""Threads as Linux sees them."""

import os
import sys
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

from ganstudio.system import thread_cores

pytestmark = pytest.mark.skipif(sys.platform != "linux", reason="only Linux shows the threads of a process")
NAME = "a thread with a long name"


@pytest.fixture
def sleeper() -> Iterator[int]:
    """The native number of a thread that waits, with a name of its own."""
    numbers: list[int] = []
    ready, ends = threading.Event(), threading.Event()

    def sleep() -> None:
        Path(f"/proc/self/task/{threading.get_native_id()}/comm").write_text(NAME)
        numbers.append(threading.get_native_id())
        ready.set()
        ends.wait()

    thread = threading.Thread(target=sleep)
    thread.start()
    assert ready.wait(10)
    yield numbers[0]
    ends.set()
    thread.join()


def test_a_thread_is_found_by_its_name(sleeper: int) -> None:
    assert thread_cores.named(NAME) == [sleeper]
    assert thread_cores.named("nobody") == []


def test_a_thread_with_a_smaller_share_is_found(sleeper: int) -> None:
    niceness = os.getpriority(os.PRIO_PROCESS, sleeper)
    assert thread_cores.with_less_share(os.getpid()) == []
    os.setpriority(os.PRIO_PROCESS, sleeper, niceness + 1)
    assert thread_cores.with_less_share(os.getpid()) == [sleeper]
    assert thread_cores.with_less_share(sleeper) == []


def test_time_counts_while_a_thread_computes_and_not_while_it_waits(sleeper: int) -> None:
    own, other = thread_cores.BusyClock(threading.get_native_id()), thread_cores.BusyClock(sleeper)
    before, before_other, until = own.read(), other.read(), time.thread_time() + 0.05
    while time.thread_time() < until:
        sum(range(1000))
    assert own.read() - before > 0.04
    assert other.read() - before_other < 0.01
    own.close()
    other.close()


def test_nobody_tells_of_a_thread_that_is_not_there() -> None:
    with pytest.raises(FileNotFoundError):
        thread_cores.BusyClock(2**30)
    assert thread_cores.processor_of(2**30) is None


def test_a_thread_runs_on_one_of_the_processors_that_it_may() -> None:
    assert thread_cores.processor_of(threading.get_native_id()) in os.sched_getaffinity(0)


def test_a_thread_is_kept_off_a_processor_and_let_back(sleeper: int) -> None:
    allowed = os.sched_getaffinity(sleeper)
    if len(allowed) < 2:
        pytest.skip("there is only one processor")
    before = thread_cores.keep_off([sleeper], min(allowed))
    assert os.sched_getaffinity(sleeper) == allowed - {min(allowed)}
    thread_cores.let_run_on(before)
    assert os.sched_getaffinity(sleeper) == allowed


def test_a_thread_stays_where_it_has_no_other_processor(sleeper: int) -> None:
    allowed = os.sched_getaffinity(sleeper)
    os.sched_setaffinity(sleeper, {min(allowed)})
    assert thread_cores.keep_off([sleeper], min(allowed)) == {}
    assert os.sched_getaffinity(sleeper) == {min(allowed)}


def test_a_thread_that_has_ended_is_no_fault() -> None:
    assert thread_cores.keep_off([2**30], 0) == {}
    thread_cores.let_run_on({2**30: {0}})
