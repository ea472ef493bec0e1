from ganstudio.training.clock import Clock


def ticking(clock_times: list[float]) -> Clock:
    times = iter(clock_times)
    return Clock(now=lambda: next(times))


def test_adds_up_steps() -> None:
    clock = ticking([0.0, 0.5, 1.0, 1.5])
    clock.begin()
    assert [clock.lap() for _ in range(3)] == [0.5, 0.5, 0.5]
    assert clock.seconds == 1.5


def test_a_pause_or_a_suspended_machine_counts_as_one_usual_step() -> None:
    clock = ticking([0.0, 0.1, 0.2, 60.2, 60.3])
    clock.begin()
    laps = [clock.lap() for _ in range(4)]
    assert abs(sum(laps) - 0.4) < 1e-9
    assert abs(laps[2] - 0.1) < 1e-9


def test_a_machine_that_is_suspended_in_the_first_step_counts_for_little() -> None:
    times, computed = iter([0.0, 3600.0, 3600.1]), iter([7.0, 7.05])
    clock = Clock(now=lambda: next(times), computed=lambda: next(computed))
    clock.begin()
    assert clock.lap() == Clock.MAX_GAP_SECONDS
    assert abs(clock.lap() - 0.1) < 1e-9


def test_a_first_step_that_is_slow_because_it_computes_counts_in_full() -> None:
    times, computed = iter([0.0, 90.0]), iter([7.0, 17.0])
    clock = Clock(now=lambda: next(times), computed=lambda: next(computed))
    clock.begin()
    assert clock.lap() == 90.0


def test_slow_steps_count_in_full() -> None:
    clock = ticking([0.0, 5.0, 11.0])
    clock.begin()
    clock.lap()
    assert clock.lap() == 6.0


def test_what_was_not_training_is_skipped() -> None:
    clock = ticking([0.0, 0.5, 2.25])
    clock.skip(1.0)  # before training: nothing to take it from
    clock.begin()
    clock.lap()
    clock.skip(1.25)
    assert clock.lap() == 0.5
    assert clock.seconds == 1.0
