import dataclasses
import itertools
import time
from pathlib import Path

import pytest
import torch

from ganstudio.errors import ConfigError
from ganstudio.system import cores, paths
from ganstudio.training.device import autotune, passes
from ganstudio.training.device.load import Usage
from ganstudio.training.distributed.world import World
from ganstudio.training.state import State
from support import training


@pytest.fixture(autouse=True)
def _nothing_is_known_yet(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "measurements_file", lambda: tmp_path / "measurements.json")


@pytest.fixture(autouse=True)
def _threads():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def timed_by(
    seconds: dict[tuple[int, str], float], monkeypatch: pytest.MonkeyPatch, others: float = 0.0, work: float = 1.0
) -> list[tuple[int, str]]:
    """Measurements that come out as wished on two cores, of which others use some; the ways that were measured."""
    asked: list[tuple[int, str]] = []
    readings = itertools.count()

    def take(one_pass: object, threads: int, precision: str) -> float:
        asked.append((threads, precision))
        return seconds[threads, precision]

    monkeypatch.setattr(autotune, "time_pass", take)
    monkeypatch.setattr(autotune, "work_seconds", lambda _, name: work if name == "bfloat16" else 1.0)
    monkeypatch.setattr(autotune, "native_bfloat16", lambda device: True)
    monkeypatch.setattr(autotune.load, "read_usage", lambda: Usage(at := next(readings), others * at, 0.0))
    monkeypatch.setattr(cores, "usable_cores", lambda: 2)
    monkeypatch.setattr(cores, "fast_cores", lambda: 2)
    monkeypatch.delenv("OMP_NUM_THREADS", raising=False)
    return asked


OPEN = {"engine__precision": "auto", "engine__threads": 0}


def test_the_fastest_way_is_taken_and_all_are_told(monkeypatch: pytest.MonkeyPatch) -> None:
    timed_by({(2, "float32"): 0.020, (2, "bfloat16"): 0.010, (1, "float32"): 0.018}, monkeypatch)
    choice = autotune.resolve(training.config(**OPEN))
    assert (choice.engine.precision, choice.engine.threads) == ("bfloat16", 2)
    assert "bfloat16 on 2 threads 10.0 ms" in choice.text
    assert "float32 on 2 threads 20.0 ms" in choice.text
    assert "float32 on 1 thread 18.0 ms" in choice.text


def test_one_thread_where_another_program_holds_a_core(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = timed_by({(2, "float32"): 0.3, (1, "bfloat16"): 0.02, (1, "float32"): 0.018}, monkeypatch, others=1.0)
    choice = autotune.resolve(training.config(**OPEN))
    assert (choice.threads.now, choice.threads.limit) == (1, 2)  # and two again when the other has gone
    assert "other programs" in choice.text
    assert (2, "bfloat16") not in asked  # where two threads are slow, nothing more is waited for with them


@pytest.mark.parametrize(("work", "precision"), [(0.5, "bfloat16"), (0.98, "float32")])
def test_beside_other_programs_the_precision_is_the_one_with_least_work(
    monkeypatch: pytest.MonkeyPatch, work: float, precision: str
) -> None:
    timed_by({(2, "float32"): 0.3, (1, "float32"): 0.018}, monkeypatch, others=1.0, work=work)
    assert autotune.resolve(training.config(**OPEN)).engine.precision == precision


def test_work_is_processor_time(monkeypatch: pytest.MonkeyPatch) -> None:
    seconds = passes.work_seconds(lambda precision: time.sleep(0.02), "float32")
    assert seconds < 0.01


def test_fewer_threads_on_a_quiet_machine_are_the_most_that_are_useful(monkeypatch: pytest.MonkeyPatch) -> None:
    timed_by({(2, "float32"): 0.3, (1, "bfloat16"): 0.02, (1, "float32"): 0.018}, monkeypatch)
    choice = autotune.resolve(training.config(**OPEN))
    assert (choice.threads.now, choice.threads.limit) == (1, 1)


def test_the_number_of_threads_stays_open_in_the_settings(monkeypatch: pytest.MonkeyPatch) -> None:
    timed_by({(2, "float32"): 0.020, (2, "bfloat16"): 0.010, (1, "float32"): 0.018}, monkeypatch)
    assert autotune.resolve(training.config(**OPEN)).config.engine.threads == 0
    assert autotune.resolve(training.config(engine__threads=2)).config.engine.threads == 2


def test_large_cores_alone_are_tried_and_so_are_half_and_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(cores, "fast_cores", lambda: 6)
    assert autotune._thread_candidates(14) == [14, 7, 6, 1]


def test_a_difference_within_the_noise_changes_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    timed_by({(2, "float32"): 0.0100, (2, "bfloat16"): 0.0099, (1, "float32"): 0.0080}, monkeypatch)
    choice = autotune.resolve(training.config(**OPEN))
    assert (choice.engine.precision, choice.engine.threads) == ("float32", 2)


def test_what_is_asked_for_is_not_measured(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = timed_by({}, monkeypatch)
    choice = autotune.resolve(training.config(engine__precision="float32", engine__threads=2))
    assert (choice.engine.precision, choice.engine.threads, choice.text, asked) == ("float32", 2, "", [])


def test_more_threads_than_cores_are_done_and_said(monkeypatch: pytest.MonkeyPatch) -> None:
    timed_by({}, monkeypatch)
    choice = autotune.resolve(training.config(engine__precision="float32", engine__threads=64))
    assert choice.engine.threads == 64
    assert "number of threads is 64" in choice.text
    assert "2 cores" in choice.text


def test_a_resumed_run_computes_with_the_threads_of_its_checkpoint(monkeypatch: pytest.MonkeyPatch) -> None:
    asked = timed_by({}, monkeypatch)
    world = World()
    former = autotune.Threads.of(1, 2, world)
    config = training.config(engine__precision="float32", engine__threads=0)
    assert autotune.resolve(config, world, former=former).threads == former
    assert not asked


@pytest.mark.parametrize(
    "elsewhere", [{"processor": "another"}, {"cores": 64}, {"processes": 2}, {"now": 64}, {"limit": 64}]
)
def test_threads_of_another_machine_are_measured_anew(
    elsewhere: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    asked = timed_by({(2, "float32"): 0.010, (1, "float32"): 0.018}, monkeypatch)
    former = dataclasses.replace(autotune.Threads.of(1, 1, World()), **elsewhere)
    config = training.config(engine__precision="float32", engine__threads=0)
    assert autotune.resolve(config, former=former).threads == autotune.Threads.of(2, 2, World())
    assert asked


@pytest.mark.parametrize("held", [None, 3, {"now": 2}, {"now": -1, "limit": 2, "processor": "", "cores": 2}])
def test_what_is_no_number_of_threads_in_a_checkpoint_is_not_used(held: object) -> None:
    assert autotune.Threads.read(State({}, {"threads": held})) is None
    assert autotune.Threads.read(None) is None


def test_a_real_measurement_is_short_and_leaves_threads_as_they_were() -> None:
    before, begun = torch.get_num_threads(), time.monotonic()
    choice = autotune.resolve(training.config(**OPEN))
    assert time.monotonic() - begun < 20  # a second at most where nothing else runs
    assert torch.get_num_threads() == before
    assert choice.engine.precision in ("float32", "bfloat16")
    assert 1 <= choice.engine.threads <= cores.max_threads()


def test_float16_on_a_processor_is_refused_in_words() -> None:
    with pytest.raises(ConfigError, match="GPU"):
        autotune.resolve(training.config(engine__precision="float16"))
