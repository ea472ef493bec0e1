"""The process: memory of the C library, threads, and who may change them."""

import os
import platform
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
import torch

from ganstudio import process
from ganstudio.config import EngineConfig
from ganstudio.runs import runner
from ganstudio.system import heap
from ganstudio.training import models
from ganstudio.training.trainer import Trainer
from support import training

MEBIBYTES = 30  # of a tensor: more than anything before it, less than the most that older versions of glibc keep

MEASURING = """
import resource

def resident():  # MiB
    with open("/proc/self/statm") as file:
        return int(file.read().split()[1]) * resource.getpagesize() / 2**20
"""

RESIDENT = f"""{MEASURING}
import sys, torch
from ganstudio import process

if sys.argv[1] == "keep":
    process.keep_freed_memory()
torch.ones(1)
before = resident()
tensor = torch.ones({MEBIBYTES} << 20, dtype=torch.uint8)
print(resident() - before)
del tensor
print(resident() - before)
process.release_free_memory()
print(resident() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no such switch")
def test_freed_memory_is_kept_for_the_next_tensor_until_it_is_given_back() -> None:
    kept, as_it_is = (
        [float(line) for line in subprocess.check_output([sys.executable, "-c", RESIDENT, way], text=True).split()]
        for way in ("keep", "as it is")
    )
    most, hardly_any = 0.9 * MEBIBYTES, 0.1 * MEBIBYTES
    assert kept[0] > most
    assert kept[1] > most
    assert kept[2] < hardly_any
    assert as_it_is[0] > most
    assert as_it_is[1] < hardly_any


IN_A_THREAD = f"""{MEASURING}
import sys, threading
from ganstudio import process

def work():
    before = resident()
    parts = [bytearray({MEBIBYTES} << 20) for _ in range(4)]
    del parts
    print(resident() - before)

if sys.argv[1] == "one":
    process.use_one_heap()
process.keep_freed_memory()
thread = threading.Thread(target=work)
thread.start()
thread.join()
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no such switch")
def test_another_thread_keeps_freed_memory_too_where_all_share_one_heap() -> None:
    shared, own = (
        float(subprocess.check_output([sys.executable, "-c", IN_A_THREAD, way], text=True)) for way in ("one", "own")
    )
    assert shared > 0.9 * 4 * MEBIBYTES
    assert own < 0.6 * 4 * MEBIBYTES


IN_PIECES = f"""{MEASURING}
import sys, torch
from ganstudio import process
from ganstudio.system import heap

if sys.argv[1] == "one":
    process.use_one_heap()
    process.keep_freed_memory()
torch.ones(1)
before = resident()
tensors = [torch.full(({MEBIBYTES} << 18,), float(number)) for number in range(12)]
kept = tensors[2::4]
del tensors
print(resident() - before)
heap.give_back_pieces()
print(resident() - before)
print(all(bool((each == number).all()) for each, number in zip(kept, (2, 6, 10), strict=True)))
more = [torch.full(({MEBIBYTES} << 18,), 7.0) for _ in range(9)]
print(all(bool((each == number).all()) for each, number in zip([*kept, *more], [2, 6, 10] + 9 * [7], strict=True)))
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no such heap")
@pytest.mark.parametrize("way", ["one", "as it is"])
def test_large_pieces_are_given_back_before_the_heap_is_trimmed_and_what_is_in_use_stays(way: str) -> None:
    """Trimming keeps every other thread from its memory until it is done."""
    held, left, whole, whole_after = subprocess.check_output([sys.executable, "-c", IN_PIECES, way], text=True).split()
    if way == "one":
        assert float(held) > 0.9 * 12 * MEBIBYTES
    assert 0.9 * 3 * MEBIBYTES < float(left) < 3.3 * MEBIBYTES
    assert (whole, whole_after) == ("True", "True")


def test_a_heap_whose_calls_take_long_is_left_to_others_in_between(monkeypatch: pytest.MonkeyPatch) -> None:
    clock, rests = iter([0.0, 0.0004, 1.0, 1.0008, 2.0, 2.0001]), []
    monkeypatch.setattr(heap, "time", SimpleNamespace(monotonic=lambda: next(clock), sleep=rests.append))
    work = heap._WithRests()
    assert [work.do(lambda number: number + 1, each) for each in (1, 2, 3)] == [2, 3, 4]
    assert rests == [pytest.approx(3 * 0.0012)]  # once a millisecond is full


BESIDE_THE_HEAP = """
import ctypes, resource
from ganstudio.system import heap

def peak():  # MiB that were ever mapped at once
    with open("/proc/self/status") as file:
        return int(next(line for line in file if line.startswith("VmPeak")).split()[1]) / 1024

libc = ctypes.CDLL(None)
libc.malloc.restype, libc.malloc.argtypes = ctypes.c_void_p, (ctypes.c_size_t,)
print(libc.malloc(256 << 20) < heap._find_heap()[0])
before = peak()
resource.setrlimit(resource.RLIMIT_AS, (8 << 30, 8 << 30))
heap.give_back_pieces()
print(peak() - before)
"""


@pytest.mark.skipif(platform.libc_ver()[0] != "glibc", reason="other C libraries have no such heap")
@pytest.mark.parametrize("is_below", [False, True], ids=["above", "below"])
def test_what_is_mapped_beside_the_heap_is_taken_for_no_free_piece_of_it(is_below: bool) -> None:
    """Each of 64 MiB would be followed by another, until the system has no more."""
    resource = pytest.importorskip("resource")
    _, most = resource.getrlimit(resource.RLIMIT_STACK)
    if is_below and most != resource.RLIM_INFINITY:
        pytest.skip("the size of the stack is limited here, so nothing lies below the heap")
    size = resource.RLIM_INFINITY if is_below else 8 << 20
    found = subprocess.run(
        [sys.executable, "-c", BESIDE_THE_HEAP],
        check=True,
        capture_output=True,
        text=True,
        preexec_fn=lambda: resource.setrlimit(resource.RLIMIT_STACK, (size, most)),
    ).stdout.split()
    if platform.machine() == "x86_64":
        assert found[0] == str(is_below)
    assert float(found[1]) < 256


# ---- who may change the process -------------------------------------------------------------------------------------


@pytest.fixture
def _threads() -> Iterator[None]:
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def settings() -> tuple[int, str, bool, bool]:
    cudnn = torch.backends.cudnn
    return torch.get_num_threads(), torch.get_float32_matmul_precision(), cudnn.allow_tf32, cudnn.benchmark


@pytest.mark.parametrize("changes", [{"engine__threads": 3}, {"engine__threads": 0, "engine__precision": "auto"}])
def test_a_trainer_of_the_library_leaves_the_process_as_it_is(
    changes: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(process, "_set_malloc_option", lambda *_: pytest.fail("memory was set up"))
    before = settings()
    trainer = Trainer(training.config(epochs=1, **changes), training.dataset())
    assert settings() == before
    for _ in trainer.train():
        assert settings() == before
    trainer.state()
    assert settings() == before


@pytest.mark.usefixtures("_threads")
def test_configure_sets_threads_and_memory_for_the_cpu(monkeypatch: pytest.MonkeyPatch) -> None:
    calls: list[str] = []
    monkeypatch.setattr(process, "keep_freed_memory", lambda: calls.append("memory"))
    others = settings()[1:]
    process.configure(EngineConfig(device="cpu", threads=3))
    assert settings() == (3, *others)
    assert calls == ["memory"]


def test_configure_turns_on_tf32_and_the_choice_of_kernels_for_cuda(monkeypatch: pytest.MonkeyPatch) -> None:
    before = settings()
    try:
        process.configure(EngineConfig(device="cuda:0", threads=3))
        assert settings() == (before[0], "high", True, True)
    finally:
        torch.set_float32_matmul_precision(before[1])
        torch.backends.cudnn.allow_tf32, torch.backends.cudnn.benchmark = before[2:]


def test_runs_and_benchmarks_configure_the_process_before_anything_is_built(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    calls: list[tuple[str, int]] = []
    monkeypatch.setattr(process, "configure", lambda engine: calls.append(("configure", engine.threads)))
    config, build = training.config(steps=2), models.build
    monkeypatch.setattr(models, "build", lambda *args: (calls.append(("build", 0)), build(*args))[1])
    list(runner.start(config, training.dataset(), tmp_path / "run").events())
    assert calls == [("configure", 1), ("build", 0)]
    calls.clear()
    list(runner.resume(tmp_path / "run", {"steps": 3, "data.name": "digits"}).events())
    assert calls == [("configure", 1), ("build", 0)]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has policy and niceness of its own for each thread")
@pytest.mark.parametrize(("lower", "nicer"), [(process.lower_thread_priority, 0), (process.lower_thread_share, 5)])
def test_a_lower_priority_is_of_one_thread_alone_and_leaves_its_share_of_the_processor_or_lowers_it(
    lower: Callable[[], None], nicer: int
) -> None:
    seen: list[tuple[int, int]] = []

    def look() -> tuple[int, int]:
        return os.sched_getscheduler(0), os.getpriority(os.PRIO_PROCESS, threading.get_native_id())

    def work() -> None:
        lower()
        seen.append(look())

    before = look()
    thread = threading.Thread(target=work)
    thread.start()
    thread.join()
    assert seen == [(os.SCHED_BATCH, min(19, before[1] + nicer))]
    assert look() == before


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux has a policy of its own for each thread")
def test_a_policy_that_may_not_be_changed_or_is_the_user_s_own_is_left(monkeypatch: pytest.MonkeyPatch) -> None:
    asked: list[int] = []

    def refuse(thread: int, policy: int, parameters: os.sched_param) -> None:
        asked.append(policy)
        raise PermissionError(1, "Operation not permitted")

    monkeypatch.setattr(os, "sched_setscheduler", refuse)
    process.lower_thread_priority()
    monkeypatch.setattr(os, "sched_getscheduler", lambda thread: os.SCHED_IDLE)
    process.lower_thread_priority()
    assert asked == [os.SCHED_BATCH]


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux is told where to run a thread")
@pytest.mark.parametrize(("cores", "kept"), [({2, 5}, [{5}]), ({3}, []), ({0, 1, 2, 3}, [])])
def test_a_thread_stays_on_one_core_where_there_are_two(
    monkeypatch: pytest.MonkeyPatch, cores: set[int], kept: list[set[int]]
) -> None:
    asked: list[set[int]] = []
    monkeypatch.setattr(os, "sched_getaffinity", lambda thread: cores)
    monkeypatch.setattr(os, "sched_setaffinity", lambda thread, wanted: asked.append(wanted))
    process.stay_on_one_core()
    assert asked == kept


@pytest.mark.skipif(sys.platform != "linux", reason="only Linux is told where to run a thread")
def test_a_sandbox_that_forbids_to_stay_on_one_core_is_no_fault(monkeypatch: pytest.MonkeyPatch) -> None:
    def refuse(thread: int, wanted: set[int]) -> None:
        asked.append(wanted)
        raise PermissionError(1, "Operation not permitted")

    asked: list[set[int]] = []
    monkeypatch.setattr(os, "sched_getaffinity", lambda thread: {0, 1})
    monkeypatch.setattr(os, "sched_setaffinity", refuse)
    process.stay_on_one_core()
    assert asked == [{1}]
