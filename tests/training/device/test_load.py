"""Threads beside other programs, on machines whose processor time is made up."""

import os
import threading
import time

import pytest

from ganstudio.training.device import load
from ganstudio.training.device.load import Look, Machine, ThreadFollower, Usage

TWO_CORES = Machine(cores=2, physical=2, processors=2)


@pytest.mark.parametrize(
    ("machine", "others", "threads"),
    [
        (TWO_CORES, 0.0, 2),
        (TWO_CORES, 0.3, 2),  # a browser
        (TWO_CORES, 0.67, 1),  # what a process that wants a core gets beside two threads
        (TWO_CORES, 1.0, 1),
        (TWO_CORES, 2.0, 1),
        (Machine(16, 16, 16), 0.5, 15),  # what one process gets of a core that it shares
        (Machine(16, 16, 16), 1.0, 15),
        (Machine(16, 16, 16), 8.0, 8),
        (Machine(2, 64, 64), 30.0, 2),  # a container of two cores on a busy host
        (Machine(2, 64, 64), 63.0, 1),
        (Machine(8, 8, 16), 1.0, 7),  # hyper-threads: a core of its own is better than half of one
        (Machine(8, 8, 16), 8.0, 8),  # but half of each is better than none
        (Machine(8, 8, 16), 15.0, 1),
    ],
)
def test_threads_for_what_others_leave(machine: Machine, others: float, threads: int) -> None:
    assert machine.free_cores(others, load.BUSY_SHARE) == threads


class Studio:
    """A run on a machine of some cores, whose clock and load are made up; each thread trains ten rounds a second."""

    def __init__(self, threads: int = 2, limit: int = 2, machine: Machine = TWO_CORES) -> None:
        self.now = self.busy = self.own = 0.0
        self.others = 0.0
        self.machine = machine
        self.efficiency = 1.0
        self.follower = ThreadFollower(threads, limit, self.read, lambda: self.machine, lambda: self.now)

    def read(self) -> Usage | None:
        return Usage(self.now, self.busy, self.own)

    @property
    def threads(self) -> int:
        return self.follower.threads

    def speed(self) -> float:
        """Rounds a second: two threads beside another program wait for it most of the time."""
        is_crowded = self.threads + self.others > self.machine.cores
        return 10.0 * self.threads * (0.2 if is_crowded else 1.0) * self.efficiency

    def train(self, seconds: float) -> None:
        until = self.now + seconds
        while self.now < until:
            self.pass_time(1 / self.speed())
            self.follower.after_round()

    def pass_time(self, seconds: float, own: float | None = None) -> None:
        used = self.threads if own is None else own
        self.now += seconds
        self.own += used * seconds
        self.busy += (used + self.others) * seconds


def test_the_threads_follow_another_program_within_five_seconds_both_ways() -> None:
    studio = Studio()
    studio.train(10)
    assert studio.threads == 2
    studio.others = 0.7
    studio.train(4)
    assert studio.threads == 1
    studio.others = 1.0
    studio.train(60)
    assert studio.threads == 1
    studio.others = 0.0
    studio.train(4)
    assert studio.threads == 2


def test_what_passes_in_a_moment_changes_nothing() -> None:
    studio = Studio()
    for _ in range(20):
        studio.others = 1.0
        studio.train(0.5)
        studio.others = 0.0
        studio.train(2.5)
        assert studio.threads == 2


def test_a_load_between_free_and_busy_changes_nothing() -> None:
    for threads in (1, 2):
        studio = Studio(threads)
        studio.others = 0.3
        studio.train(20)
        assert studio.threads == threads


def test_one_slow_round_is_enough() -> None:
    studio = Studio()
    studio.train(3)
    studio.others = 1.0
    studio.pass_time(2.5, own=1.0)
    assert studio.follower.after_round() == 1


def test_a_run_that_was_suspended_is_not_a_slow_round() -> None:
    studio = Studio()
    studio.train(3)
    studio.others = 2.0
    studio.pass_time(60.0, own=0.0)
    assert studio.follower.after_round() == 2
    studio.others = 0.0
    studio.train(5)
    assert studio.threads == 2


def test_a_change_that_makes_it_slower_is_taken_back_and_not_tried_again_soon() -> None:
    studio = Studio()
    studio.train(3)
    studio.efficiency, studio.others = 5.0, 1.0  # the other yields: two threads are as fast as before
    numbers = []
    for _ in range(15):
        studio.train(1)
        numbers.append(studio.threads)
        studio.efficiency = 5.0 if studio.threads == 2 else 1.0
    assert numbers[-8:] == [2] * 8
    assert 1 in numbers


def test_more_threads_than_were_useful_when_measured_are_not_taken() -> None:
    studio = Studio(threads=4, limit=4, machine=Machine(16, 16, 16))
    studio.train(5)
    assert studio.threads == 4


def test_cores_that_come_and_go_while_it_runs() -> None:
    studio = Studio()
    studio.machine = Machine(1, 64, 64)  # a quota
    studio.train(5)
    assert studio.threads == 1
    studio.machine = Machine(8, 64, 64)
    studio.train(5)
    assert studio.threads == 8


def test_where_the_system_tells_nothing_nothing_changes() -> None:
    follower = ThreadFollower(2, 2, lambda: None, lambda: TWO_CORES)
    assert [follower.after_round() for _ in range(5)] == [2] * 5


def test_threads_of_this_program_are_no_others() -> None:
    before = load.read_usage()
    assert before is not None
    ending = time.monotonic() + 0.3
    threads = [threading.Thread(target=spin, args=(ending,)) for _ in range(2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    after = load.read_usage()
    assert after is not None
    look = Look.between(before, after)
    assert look.own > 0.1
    assert look.own + look.others <= (os.cpu_count() or 1) + 0.5  # what this process did is not counted twice


def spin(until: float) -> None:
    while time.monotonic() < until:
        sum(range(1000))
