import contextlib
import errno
import json
import os
import pickle
import subprocess
import sys
import tracemalloc
from pathlib import Path
from typing import Any

import pytest
import safetensors.torch
import torch

from ganstudio.errors import RunError
from ganstudio.runs import checkpoint, header
from ganstudio.system import atomic
from ganstudio.training.state import Diverged, State


def make(step: int = 1) -> State:
    """A small state with every kind of tensor that a run has."""
    rng = torch.Generator().manual_seed(step)
    tensors = {
        "G.weight": torch.randn(5, 3, generator=rng),
        "G.half": torch.randn(7, generator=rng).half(),
        "G.brain": torch.randn(4, generator=rng).bfloat16(),
        "G.count": torch.tensor(step),
        "D.empty": torch.zeros(0, 3),
        "D.flag": torch.tensor([True, False]),
        "rng.noise": torch.randint(0, 256, (16,), dtype=torch.uint8, generator=rng),
    }
    return State(tensors, {"step": step, "big": 2**127 + step, "third": 1 / 3, "text": "\u00e9", "none": None})


def same(one: State, other: State) -> bool:
    return (
        one.meta == other.meta
        and one.tensors.keys() == other.tensors.keys()
        and all(
            each.dtype == other.tensors[name].dtype and torch.equal(each, other.tensors[name])
            for name, each in one.tensors.items()
        )
    )


@pytest.fixture
def path(tmp_path: Path) -> Path:
    path = tmp_path / "checkpoints" / "00000001.safetensors"
    path.parent.mkdir()
    return path


def test_a_state_comes_back_to_the_bit(path: Path) -> None:
    checkpoint.save(path, make())
    assert same(checkpoint.load(path), make())
    assert [each.name for each in path.parent.iterdir()] == [path.name]


def test_the_file_is_plain_safetensors(path: Path) -> None:
    checkpoint.save(path, make())
    found = safetensors.torch.load_file(path)
    assert torch.equal(found["G.weight"], make().tensors["G.weight"])


def test_large_tensors_are_written_from_where_they_are(path: Path) -> None:
    """While Python joins them it holds its lock, and the window stands still."""
    state = State(
        {"G.weight": torch.randn(2**21), "D.bias": torch.randn(3), "D.weight": torch.randn(2**19)}, {"step": 1}
    )
    tracemalloc.start()
    try:
        checkpoint.save(path, state)
        _, most = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert most < 2**22
    assert same(checkpoint.load(path), state)


def test_tensors_are_aligned_and_any_name_is_read_by_others(path: Path) -> None:
    tensors = {"b": torch.tensor([True]), '\u00e9 "a"': torch.randn(3, dtype=torch.float64), "": torch.arange(5)}
    checkpoint.save_snapshot(path, tensors, {})
    content = path.read_bytes()
    length = int.from_bytes(content[:8], "little")
    entries = json.loads(content[8 : 8 + length])
    del entries["__metadata__"]
    places = {name: 8 + length + entry["data_offsets"][0] for name, entry in entries.items()}
    assert {name: places[name] % tensors[name].element_size() for name in tensors} == dict.fromkeys(tensors, 0)
    read = safetensors.torch.load_file(path)
    assert read.keys() == tensors.keys()
    assert all(torch.equal(read[name], tensors[name]) for name in tensors)


@pytest.mark.parametrize("kind", list(header._TYPES))
def test_every_type_is_written_as_safetensors_itself_does(path: Path, kind: str) -> None:
    tensor = torch.tensor([0, 1, 1]).to(getattr(torch, kind))
    expected = safetensors.torch.save({"a": tensor})
    written = header.pack({"a": (kind, tensor.shape, tensor.nbytes)}, {})
    length = int.from_bytes(written[:8], "little")
    assert json.loads(written[8:]).pop("a") == json.loads(expected[8 : 8 + int.from_bytes(expected[:8], "little")])["a"]
    assert len(written) == 8 + length
    path.write_bytes(written + tensor.view(torch.uint8).numpy().tobytes())
    read = safetensors.torch.load_file(path)["a"]
    assert read.dtype == tensor.dtype
    assert torch.equal(read.view(torch.uint8), tensor.view(torch.uint8))


def test_a_type_that_the_format_lacks_is_named(path: Path) -> None:
    with pytest.raises(RuntimeError, match=r"tensor G\.phase is of the type complex128"):
        checkpoint.save_snapshot(path, {"G.phase": torch.zeros(2, dtype=torch.complex128)}, {})
    assert list(path.parent.iterdir()) == []


def test_the_checksum_is_the_one_that_other_versions_write_and_expect(path: Path) -> None:
    tensors = {"b": torch.tensor([[1.5, -2.0]], dtype=torch.bfloat16), "a": torch.arange(3), "c": torch.zeros(0, 2)}
    checkpoint.save(path, State(tensors, {"step": 7, "text": "\u00e9"}))
    with path.open("rb") as file:
        assert header.about(path, file)["sha256"] == (
            "9fa2181f8d301e98d9b186cefe656c0f2c91673fdbc67bdd9d45e9c255759780"
        )


def test_tensors_that_share_memory_are_saved(path: Path) -> None:
    flat = torch.arange(6.0)
    checkpoint.save(path, State({"a": flat[:3], "b": flat[3:], "c": flat.view(2, 3).T, "d": flat, "e": flat}, {}))
    found = checkpoint.load(path).tensors
    assert torch.equal(found["d"], flat)
    assert torch.equal(found["e"], flat)
    assert torch.equal(found["b"], flat[3:])
    assert torch.equal(found["c"], flat.view(2, 3).T)


def test_a_bit_flipped_anywhere_is_noticed(path: Path) -> None:
    checkpoint.save(path, make())
    whole = path.read_bytes()
    taken = []
    for place in range(len(whole)):  # length, header, payload: every byte, each time another bit
        broken = bytearray(whole)
        broken[place] ^= 1 << (place % 8)
        path.write_bytes(broken)
        with contextlib.suppress(RunError):
            checkpoint.load(path)
            taken.append(place)
    assert taken == []


def test_a_file_cut_at_fifty_places_is_refused(path: Path) -> None:
    checkpoint.save(path, make())
    whole = path.read_bytes()
    for cut in range(0, len(whole), max(1, len(whole) // 50)):
        path.write_bytes(whole[:cut])
        with pytest.raises(RunError, match=r"cut short|cannot be read|damaged"):
            checkpoint.load(path)


@pytest.mark.parametrize("length", [2**60, 2**64 - 1, 2**24 + 1])
def test_an_absurd_header_is_refused_without_memory_for_it(path: Path, length: int) -> None:
    path.write_bytes(length.to_bytes(8, "little") + b"{}" * 100)
    with pytest.raises(RunError, match=f"header would have {length:,} bytes"):
        checkpoint.load(path)


def test_a_header_that_claims_a_huge_tensor_is_refused(path: Path) -> None:
    checkpoint.save(path, make())
    data = path.read_bytes()
    length = int.from_bytes(data[:8], "little")
    about = json.loads(data[8 : 8 + length])
    about["G.weight"] |= {"shape": [2**40, 2**20], "data_offsets": [0, 2**62]}
    text = json.dumps(about).encode()
    path.write_bytes(len(text).to_bytes(8, "little") + text + data[8 + length :])
    with pytest.raises(RunError, match="cannot be read"):
        checkpoint.load(path)


def test_a_deeply_nested_header_is_refused(path: Path) -> None:
    text = b"[" * 200_000
    path.write_bytes(len(text).to_bytes(8, "little") + text)
    with pytest.raises(RunError, match="header cannot be read"):
        checkpoint.load(path)


def test_a_newer_schema_is_refused_by_name(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(checkpoint, "SCHEMA", 2)
    checkpoint.save(path, make())
    monkeypatch.undo()
    with pytest.raises(RunError, match=r"newer version of GAN Studio: its schema is 2"):
        checkpoint.load(path)


class Trap:
    """Creates a file when unpickled."""

    def __init__(self, sprung: Path) -> None:
        self.sprung = sprung

    def __reduce__(self) -> tuple[Any, ...]:
        return Path.touch, (self.sprung,)


def test_a_pickle_by_another_name_is_refused_and_not_run(path: Path, tmp_path: Path) -> None:
    sprung = tmp_path / "sprung"
    torch.save(Trap(sprung), path)
    with pytest.raises(RunError):
        checkpoint.load(path)
    path.write_bytes(pickle.dumps(Trap(sprung)))
    with pytest.raises(RunError):
        checkpoint.load(path)
    assert not sprung.exists()


def test_safetensors_of_others_are_refused(path: Path) -> None:
    safetensors.torch.save_file({"a": torch.zeros(2)}, path)
    with pytest.raises(RunError, match="not written by GAN Studio"):
        checkpoint.load(path)


@pytest.mark.parametrize("bad", [float("nan"), float("inf"), float("-inf")])
def test_weights_that_are_not_finite_are_neither_saved_nor_loaded(path: Path, bad: float) -> None:
    checkpoint.save(path, make())
    broken = make()
    broken.tensors["G.weight"][2, 1] = bad
    with pytest.raises(Diverged, match=r"G\.weight contains NaN"):
        checkpoint.save(path, broken)
    assert same(checkpoint.load(path), make())
    checkpoint.save_snapshot(path, broken.tensors, broken.meta)
    with pytest.raises(RunError, match=r"G\.weight contains NaN"):
        checkpoint.load(path)


def test_what_is_not_there_or_not_a_file_is_refused(path: Path) -> None:
    with pytest.raises(RunError, match="does not exist"):
        checkpoint.load(path)
    with pytest.raises(RunError):
        checkpoint.load(path.parent)


def test_the_newest_that_loads_is_taken_and_the_others_are_told(path: Path) -> None:
    run = path.parent.parent
    for step in (9, 10, 100, 1000):
        checkpoint.save(path.parent / f"{step}.safetensors", make(step))
    (path.parent / "1000.safetensors").write_bytes(b"torn")
    newest = path.parent / "100.safetensors"
    newest.write_bytes(newest.read_bytes()[:-1] + b"\x7f")
    state, found, skipped = checkpoint.newest_valid(run)
    assert (state.meta["step"], found.name) == (10, "10.safetensors")
    assert len(skipped) == 2
    assert "1000.safetensors is cut short" in skipped[0]
    assert "100.safetensors is damaged" in skipped[1]


def test_no_checkpoint_that_loads_is_an_error_that_tells_all(path: Path) -> None:
    path.write_bytes(b"torn")
    with pytest.raises(RunError, match=r"has no checkpoint that can be resumed\. Skipped a checkpoint\. .*cut short"):
        checkpoint.newest_valid(path.parent.parent)


def test_the_newest_up_to_a_step_is_taken(path: Path) -> None:
    run = path.parent.parent
    with pytest.raises(RunError, match="has no checkpoint that can be resumed"):
        checkpoint.newest_valid(run, at=5)
    for step in (2000, 2004, 2008):
        checkpoint.save(path.parent / f"{step}.safetensors", make(step))
    for at, step in ((None, 2008), (2008, 2008), (2007, 2004), (2004, 2004), (2000, 2000)):
        state, found, skipped = checkpoint.newest_valid(run, at)
        assert (state.meta["step"], found.name, skipped) == (step, f"{step}.safetensors", [])
    with pytest.raises(RunError, match=r"cannot go back to step 1,999: its oldest checkpoint is at step 2,000\.$"):
        checkpoint.newest_valid(run, at=1999)


def test_the_state_before_a_change_is_taken_on_request_and_where_the_one_after_it_is_torn(path: Path) -> None:
    run, before = path.parent.parent, path.with_name(f"before-{path.name}")
    checkpoint.save(path, make(1))
    checkpoint.save(before, make(2))
    assert checkpoint.newest_valid(run)[1] == path
    assert checkpoint.newest_valid(run, before_edit=True)[1] == before
    path.write_bytes(b"torn")
    _, found, skipped = checkpoint.newest_valid(run)
    assert (found, len(skipped)) == (before, 1)
    checkpoint.save(path, make(1))
    before.write_bytes(b"torn")
    assert checkpoint.newest_valid(run, before_edit=True)[1] == path


def test_only_a_checkpoint_waits_for_the_disk(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    synchronised: list[int] = []
    monkeypatch.setattr(os, "fsync", synchronised.append)
    checkpoint.save_snapshot(path, make().tensors, {})
    assert synchronised == []
    checkpoint.save(path, make())
    assert synchronised


def test_a_file_whose_meta_is_no_object_is_named(path: Path) -> None:
    checkpoint.save_snapshot(path, {}, [1])  # as no version of the program does
    with pytest.raises(RunError, match=r"00000001\.safetensors is damaged, or not a checkpoint"):
        checkpoint.load_snapshot(path)


class FailingOs:
    """The `os` of atomic.py, whose n-th call of one function fails."""

    def __init__(self, function: str, nth: int) -> None:
        self.function, self.left = function, nth

    def __getattr__(self, name: str) -> Any:
        return self._fail if name == self.function else getattr(os, name)

    def _fail(self, *arguments: Any) -> Any:
        self.left -= 1
        if self.left == 0:
            raise OSError(errno.ENOSPC, "No space left on device")
        return getattr(os, self.function)(*arguments)


@pytest.mark.parametrize(
    ("function", "nth"), [("open", 1), ("write", 1), ("fsync", 1), ("replace", 1), ("open", 2), ("fsync", 2)]
)
def test_whatever_call_fails_a_whole_checkpoint_is_left(
    path: Path, monkeypatch: pytest.MonkeyPatch, function: str, nth: int
) -> None:
    if os.name == "nt" and nth == 2:
        pytest.skip("folders are not synchronised on Windows")
    checkpoint.save(path, make(1))
    monkeypatch.setattr(atomic, "os", FailingOs(function, nth))
    with pytest.raises(OSError, match="No space left"):
        checkpoint.save(path, make(2))
    monkeypatch.undo()
    assert checkpoint.load(path).meta["step"] == (2 if nth == 2 else 1)  # after the rename it is the new one
    assert [each.name for each in path.parent.iterdir()] == [path.name]
    checkpoint.save(path, make(3))
    assert checkpoint.load(path).meta["step"] == 3


def test_writes_that_take_only_a_part_are_gone_on_with(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    class SlowOs(FailingOs):
        def _fail(self, handle: int, data: memoryview) -> int:
            return os.write(handle, data[:100])

    monkeypatch.setattr(atomic, "os", SlowOs("write", 0))
    checkpoint.save(path, make())
    assert same(checkpoint.load(path), make())


def test_the_order_is_write_sync_rename_sync(path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    called: list[str] = []

    class NotingOs:
        def __getattr__(self, name: str) -> Any:
            called.append(name)
            return getattr(os, name)

    monkeypatch.setattr(atomic, "os", NotingOs())
    checkpoint.save(path, make())
    order = [name for name in called if name in ("write", "fsync", "replace")]
    assert order == (["write", "fsync", "replace", "fsync"] if os.name != "nt" else ["write", "fsync", "replace"])


KILLED = """
import os, random, signal, sys, time
from pathlib import Path
import torch
from ganstudio.system import atomic
from ganstudio.runs import checkpoint, header
from ganstudio.training.state import State

torch.set_num_threads(1)
run, rounds = Path(sys.argv[1]), int(sys.argv[2])
(run / "checkpoints").mkdir(parents=True)
state = State({"G": torch.randn(500_000), "D": torch.randn(500_000)}, {})
first, strays, killed = 1, 0, 0
while killed < rounds or first <= 5:  # on a busy machine some are killed before they have saved anything
    killed += 1
    child = os.fork()
    if child == 0:
        for step in range(first, first + 10_000):
            checkpoint.save(run / "checkpoints" / f"{step:08d}.safetensors", State(state.tensors, {"step": step}))
            (run / "checkpoints" / f"{step - 3:08d}.safetensors").unlink(missing_ok=True)
            (run / "said").write_text(str(step))
        os._exit(0)
    time.sleep(random.uniform(0.03, 0.15))
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)
    strays += atomic.remove_stray_files(run / "checkpoints")
    said = int((run / "said").read_text() or first - 1) if (run / "said").exists() else 0
    if said:
        found, _, skipped = checkpoint.newest_valid(run)
        assert not skipped, skipped
        assert found.meta["step"] >= max(said, first - 1), (said, first, found.meta)
        first = found.meta["step"] + 1
assert not list((run / "checkpoints").glob(".*"))
print("strays", strays)
"""


@pytest.mark.skipif(not hasattr(os, "fork"), reason="needs fork")
def test_killed_at_any_moment_nothing_is_lost(tmp_path: Path) -> None:
    done = subprocess.run(
        [sys.executable, "-c", KILLED, str(tmp_path / "run"), "20"],
        capture_output=True,
        text=True,
        timeout=100,
        check=False,
        cwd=Path(__file__).parents[2],
    )
    assert done.returncode == 0, done.stderr
