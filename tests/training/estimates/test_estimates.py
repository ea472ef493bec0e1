"""What is made of a simulated run: memory, time, ways to need less, and words."""

import dataclasses
import re
import time
from collections.abc import Callable

import pytest

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.errors import Cancelled
from ganstudio.system import memory as system_memory
from ganstudio.training.device import autotune, tape
from ganstudio.training.device.tape import TapeReplay
from ganstudio.training.estimates import describe, estimate, memory, options, simulation, timing
from ganstudio.training.estimates.simulation import Simulated, Work
from ganstudio.training.estimates.timing import Forecast
from ganstudio.training.schedule import Progress
from support.training import config

INFO = catalog.find("digits")
GB = 10**9


def simulated(**changes: object) -> Simulated:
    work = Work(1e9, 1e9, 100)
    made = Simulated(1000, 900, 10**8, 5 * 10**8, 2 * 10**8, 3 * 10**8, work, work * 2, work)
    return dataclasses.replace(made, **changes)


def by_batch(config: cfg.RunConfig, is_cancelled: Callable[[], bool]) -> Simulated:
    """Simulate nothing: memory follows batch, width and precision."""
    size = config.optimizer.batch_size * config.network.width * (2 if config.engine.precision == "bfloat16" else 4)
    return simulated(training=10**8 + size * 10**7)


@pytest.fixture
def estimates(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(simulation, "run", by_batch)
    monkeypatch.setattr(system_memory, "available_bytes", lambda: 2 * GB)


def test_pictures_count_where_they_are_kept_in_memory() -> None:
    info = dataclasses.replace(INFO, count=1_000_000)
    kept = memory.add_up(config(), info, simulated())
    assert kept.pictures == 1_000_000 * 28 * 28
    read = memory.add_up(config(engine__data_limit=0.5), info, simulated())
    assert read.pictures == 4 * 8 * 28 * 28  # four batches of 8
    assert kept.added - read.added == kept.pictures - read.pictures


def test_measuring_and_grids_count_where_they_need_more_than_updates() -> None:
    settings = config(engine__precision="bfloat16")
    small = memory.add_up(settings, INFO, simulated())
    large = memory.add_up(settings, INFO, simulated(measuring=9 * 10**8))
    assert large.measuring - small.measuring == pytest.approx(memory.SCRATCH * 4 * 10**8)
    assert memory.add_up(config(measure__every=0), INFO, simulated()).measuring == 0


def test_points_count_that_a_run_wants() -> None:
    settings = config(network__name="points", data__name="lab-ring", data__size=64, data__channels=3)
    info = catalog.find("lab-ring")
    assert memory.picture_bytes(cfg.change(settings, "data.points", 500_000), info) == 4_000_000


def test_a_gpu_holds_networks_and_updates_in_its_own_memory() -> None:
    on_gpu = memory.add_up(config(engine__device="cuda"), INFO, simulated())
    assert on_gpu.networks == 0
    assert on_gpu.on_device > memory.CUDA_CONTEXT + 5 * 10**8


def test_float32_takes_more_scratch_and_checkpoints_are_copies() -> None:
    low, high = (memory.add_up(config(engine__precision=name), INFO, simulated()) for name in ("bfloat16", "float32"))
    assert high.training - low.training == pytest.approx((memory.SCRATCH_FLOAT32 - memory.SCRATCH) * 4 * 10**8)
    assert low.saving == high.saving == 3 * (10**8 - 4 * 1900)


def test_processes_need_memory_each() -> None:
    one, two = (memory.add_up(config(engine__processes=count), INFO, simulated()) for count in (1, 2))
    assert two.training == 2 * one.training


@pytest.mark.parametrize("changes", [{}, {"optimizer__accumulate": 2}, {"schedule__d_steps": 2}, {"steps": 77}])
def test_rounds_are_those_of_the_run(changes: dict[str, object]) -> None:
    settings = config(epochs=7, **changes)
    per_epoch = 100 // settings.optimizer.batch_size
    assert timing.count_rounds(settings, 100) == Progress(per_epoch).total_steps(settings)


def test_the_time_of_a_round_follows_from_a_small_batch(monkeypatch: pytest.MonkeyPatch) -> None:
    seen = []

    def take_turns(first: object, *_: object) -> tuple[float, float]:
        seen.append(first)
        return (1.0, 2.0) if len(seen) == 1 else (5.0, 2.0)  # penalised

    monkeypatch.setattr(timing, "_time_in_turn", take_turns)
    settings = config(optimizer__batch_size=64, schedule__d_steps=3, penalty__r1=1.0, penalty__every=4)
    assert timing.measure_round(settings, 1, 0.0) == 3 * (1 + (5 - 1) / 4) + 2
    seen.clear()
    many = timing.measure_round(settings, 1, 16 * timing.MAX_FLOPS)  # an eighth of the batch: four updates are timed
    assert many == 8 * (3 * (1 + (5 - 1) / 4) + 2)


@pytest.mark.parametrize("is_busy", [False, True])
def test_other_programs_are_left_out_of_the_time(monkeypatch: pytest.MonkeyPatch, is_busy: bool) -> None:
    monkeypatch.setattr(timing.load, "others_were_busy", lambda *_: is_busy)
    wall, work = 40.0, 6.0
    monkeypatch.setattr(timing, "measure_round", lambda *given: work if time.thread_time in given else wall)
    settings = config(optimizer__batch_size=16 if is_busy else 24)  # of which nothing is known
    found = timing.forecast(settings, 2, simulated())
    assert found.seconds == pytest.approx(timing.BESIDE * (work / 2 if is_busy else wall))
    monkeypatch.setattr(timing, "measure_round", lambda *_: 9.0)
    again = timing.forecast(settings, 2, simulated()).seconds
    assert (again == found.seconds) != is_busy  # only a quiet moment's is kept


def call_off_after(count: int) -> Callable[[], None]:
    """Return what raises Cancelled when it is called for the next time after `count`."""
    left = iter(range(count))

    def check() -> None:
        if next(left, None) is None:
            raise Cancelled

    return check


def test_what_is_measured_ends_where_it_is_called_off_and_is_not_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(timing.load, "others_were_busy", lambda *_: False)
    settings = config(optimizer__batch_size=40)
    updates: list[str] = []
    for name in ("update_d", "update_g"):
        monkeypatch.setattr(timing.Rehearsal, name, lambda _, name=name: updates.append(name))
    with pytest.raises(Cancelled):
        timing.forecast(settings, 1, simulated(), call_off_after(3))
    assert updates == ["update_d", "update_g", "update_d"]
    monkeypatch.setattr(timing, "measure_round", lambda *_: 1.0)
    with pytest.raises(Cancelled):  # a run has begun beside the last update
        timing.forecast(settings, 1, simulated(), call_off_after(0))
    monkeypatch.setattr(timing, "measure_round", lambda *_: 2.0)
    assert timing.forecast(settings, 1, simulated()).seconds == 2 * timing.BESIDE


def test_passes_end_where_an_estimate_is_called_off(monkeypatch: pytest.MonkeyPatch, estimates: None) -> None:
    passes: list[str] = []
    monkeypatch.setattr(autotune, "make_pass", lambda *_: passes.append)
    monkeypatch.setattr(autotune, "_thread_candidates", lambda _: [2, 1])
    monkeypatch.setattr(system_memory, "available_bytes", lambda: 99 * GB)
    settings = config(engine__threads=0, engine__precision="float32", network__width=12)
    with pytest.raises(Cancelled):
        estimate.estimate(settings, INFO, is_cancelled=lambda: len(passes) == 2)
    assert len(passes) == 2


def test_a_smaller_batch_is_of_whole_packs() -> None:
    settings = config(optimizer__batch_size=24, network__packing=3)
    assert timing._choose_batch(settings, 24, 1e15) == 6


@pytest.mark.usefixtures("estimates")
def test_options_keep_the_pictures_of_an_update_and_say_what_changes() -> None:
    settings = config(network__name="dcgan", network__width=16, optimizer__batch_size=32, engine__precision="float32")
    known = estimate.estimate(settings, INFO, measures=False)
    assert not known.fits
    assert re.search(r"needs about \d\d\.\d GB of memory, and 2\.0 GB are free", describe.shortage(known))
    found = options.list_options(known, INFO)
    half, lesser = found[0]
    changed = half.apply(settings).optimizer
    assert (changed.batch_size, changed.accumulate) == (16, 2)
    assert "batch norm averages over 16" in half.effect
    assert lesser.memory.added < 0.6 * known.memory.added
    assert half.flags == "--optimizer.batch-size 16 --optimizer.accumulate 2"
    assert any(option.changes == {"network.width": 8} for option, _ in found)
    assert all(lesser.memory.added < 0.95 * known.memory.added for _, lesser in found)
    with pytest.raises(Cancelled):
        options.list_options(known, INFO, is_cancelled=lambda: True)


@pytest.mark.usefixtures("estimates")
def test_a_batch_is_not_halved_where_packs_or_processes_would_not_fit() -> None:
    settings = config(optimizer__batch_size=12, network__packing=4, engine__precision="float32")
    known = estimate.estimate(settings, INFO, measures=False)
    assert not any("optimizer.batch_size" in option.changes for option, _ in options.list_options(known, INFO))


def test_words() -> None:
    known = estimate.Estimate(
        config(data__size=64, data__channels=3), simulated(), memory.add_up(config(), INFO, simulated()), 8 * GB, 0,
        Forecast(0.1, 1.25), 120_000, 8.0,
    )  # fmt: skip
    assert describe.time(known) == "about 3 h 20 min (2 h 40 min to 4 h 10 min) for 960,000 pictures"
    assert describe.recognisable(known) == "in about 43 min, after about 210,000 pictures"
    short = dataclasses.replace(known, rounds=1000)
    assert describe.recognisable_briefly(short) == "probably too short to be recognisable"
    assert "D sees 8,000 pictures, and they take about 210,000" in describe.recognisable(short)
    assert describe.time(dataclasses.replace(known, round=None)) == ""


def test_a_round_of_points_is_timed_as_it_is_replayed_with_what_lies_between_its_updates(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    points = {"network__name": "points", "data__name": "lab-ring", "data__size": 64, "data__channels": 3}
    settings = config(**points)
    replays: list[TapeReplay] = []

    class Replayed(TapeReplay):
        def __init__(self) -> None:
            super().__init__()
            replays.append(self)

    monkeypatch.setattr(timing, "TapeReplay", Replayed)
    monkeypatch.setattr(tape, "WARM_UP", 2)
    monkeypatch.setattr(timing, "MIN_SECONDS", 0.05)
    assert timing.measure_round(settings, 1, 0.0) > 0
    assert [each.recorded for each in replays] == [{"D", "G"}]
    monkeypatch.setattr(timing, "measure_round", lambda *_: 0.0)
    monkeypatch.setattr(timing.load, "others_were_busy", lambda *_: True)
    seconds = [timing.forecast(each, 1, simulated()).seconds for each in (settings, config(optimizer__batch_size=56))]
    assert seconds == [timing.BETWEEN_SECONDS, 0.0]
