"""Checkpoints that this program did not write, or not there: refused in words or left alone, never half taken."""

import functools
import json
import os
import shutil
import tempfile
import zipfile
from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from ganstudio import config as cfg
from ganstudio.errors import InputError, RunError
from ganstudio.runs import checkpoint, header, runner
from ganstudio.runs.branch import branch
from ganstudio.runs.folder import RunFolder, RunInfo
from ganstudio.runs.plan import ResumePlan
from ganstudio.training.state import State
from support.hostile import bounded_memory, damaged_bytes, damaged_json
from support.runs import Start


@pytest.fixture
def run(start: Start) -> RunFolder:
    made = start(steps=4)
    list(made.events())
    return made.folder


def damage_meta(run: RunFolder, **meta: object) -> Path:
    """Write the newest checkpoint again, with a valid checksum and other figures."""
    path = run.checkpoint_path(run.rewind_points()[-1])
    state = checkpoint.load(path)
    changed = {name: value for name, value in (state.meta | meta).items() if value is not ...}
    checkpoint.save(path, State(state.tensors, changed))
    return path


@pytest.mark.parametrize(
    "name",
    [
        "00000004 (1).safetensors",
        "00000004-DESKTOP.safetensors",
        "00000004 - Copy.safetensors",
        "4x.safetensors",
        "\N{ARABIC-INDIC DIGIT FOUR}.safetensors",
        "9" * 200 + ".safetensors",
    ],
)
def test_files_that_a_run_did_not_write_are_left_alone(run: RunFolder, tmp_path: Path, name: str) -> None:
    for folder, source in (("checkpoints", run.checkpoint_path(4)), ("snapshots", run.snapshot_path(4))):
        shutil.copy(source, run.path / folder / name)
    assert run.rewind_points() == [0, 4]
    assert branch(run.path, None, {}, tmp_path / "branch").rewind_points() == [4]
    again = runner.resume(run.path, {"steps": 5})
    list(again.events())
    assert run.rewind_points() == [0, 4, 5]
    assert (run.path / "checkpoints" / name).exists()


@pytest.mark.parametrize(
    ("meta", "why"),
    [
        ({"config": ...}, "its settings are missing"),
        ({"config": 5}, "its settings are missing"),
        ({"config": {"network": {"width": -1}}}, "its settings are not valid"),
        ({"config": {"network": {"unheard_of": 1}}}, "its settings are not valid"),
        ({"step": "4"}, "step: expected a whole number, got text"),
        ({"images": float("inf")}, "images: expected a whole number"),
        ({"position": -7}, "position: expected a whole number >= 0"),
        ({"batches_done": ...}, "batches_done is missing"),
    ],
)
def test_figures_that_no_run_has_are_skipped_as_damage_is(
    run: RunFolder, tmp_path: Path, meta: dict[str, object], why: str
) -> None:
    path = damage_meta(run, **meta)
    plan = ResumePlan.read(run)
    assert plan.state is not None
    assert plan.state.meta["step"] == 0
    assert len(plan.skipped) == 1
    assert str(path) in plan.skipped[0]
    assert why in plan.skipped[0]
    assert branch(run.path, None, {}, tmp_path / "branch").info.parent_step == 0


def test_a_schema_of_thousands_of_digits_is_refused(tmp_path: Path) -> None:
    text = json.dumps({"__metadata__": {"schema": "9" * 6000, "meta": "{}", "sha256": ""}}).encode()
    path = tmp_path / "file.safetensors"
    path.write_bytes(len(text).to_bytes(8, "little") + text)
    for read in (header.meta, checkpoint.load):
        with pytest.raises(RunError, match=r"newer version of GAN Studio: its schema is a number of 6,000 digits"):
            read(path)


def test_metadata_that_is_no_text_is_refused(tmp_path: Path) -> None:
    text = json.dumps({"__metadata__": {"schema": "1", "meta": ["{}"], "sha256": ""}}).encode()
    path = tmp_path / "file.safetensors"
    path.write_bytes(len(text).to_bytes(8, "little") + text)
    with pytest.raises(RunError, match="was not written by GAN Studio"):
        header.meta(path)


def test_a_file_much_larger_than_its_tensors_is_not_read_into_memory(tmp_path: Path) -> None:
    path = tmp_path / "file.safetensors"
    checkpoint.save(path, State({"G": torch.zeros(3)}, {}))
    os.truncate(path, 1 << 40)  # takes no room on the disk
    with bounded_memory(5), pytest.raises(RunError, match="its tensors would have another length than the file"):
        checkpoint.load(path)


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="needs named pipes")
def test_a_pipe_in_the_place_of_a_checkpoint_is_not_waited_for(run: RunFolder) -> None:
    os.mkfifo(run.checkpoint_path(9))
    plan = ResumePlan.read(run)
    assert plan.state is not None
    assert plan.state.meta["step"] == 4
    os.mkfifo(run.path / "pipe.safetensors")
    with pytest.raises(RunError, match="it is a pipe"):
        header.meta(run.path / "pipe.safetensors")


@functools.cache
def template() -> tuple[bytes, State]:
    """A small checkpoint: the content of its file, and the state in it."""
    tensors = {"G.0.weight": torch.arange(6.0).reshape(2, 3), "rng.noise": torch.arange(9, dtype=torch.uint8)}
    meta = {"step": 3, "images": 24, "batches_done": 3, "position": 1, "seconds": 0.5, "scales": [1.0]}
    meta |= {"schedule": {"whose": "d", "left": 0}, "config": cfg.to_dict(cfg.RunConfig())}
    state = State(tensors, meta)
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "00000003.safetensors"
        checkpoint.save(path, state)
        return path.read_bytes(), state


@pytest.mark.fuzz
@given(st.data())
def test_a_damaged_file_is_refused_or_harmless(tmp_path: Path, data: st.DataObject) -> None:
    whole, state = template()
    path = tmp_path / "00000003.safetensors"
    path.write_bytes(data.draw(damaged_bytes(whole)))
    try:
        with bounded_memory(20):
            found = checkpoint.load(path)
    except RunError:
        return
    assert found.meta == state.meta
    assert found.tensors.keys() == state.tensors.keys()


@pytest.mark.fuzz
@given(st.data())
def test_a_made_up_header_is_refused(tmp_path: Path, data: st.DataObject) -> None:
    whole, _ = template()
    length = int.from_bytes(whole[:8], "little")
    about = data.draw(damaged_json(json.loads(whole[8 : 8 + length])))
    text = json.dumps(about).encode()
    path = tmp_path / "00000003.safetensors"
    path.write_bytes(len(text).to_bytes(8, "little") + text + whole[8 + length :])
    for read in (header.meta, checkpoint.load):
        try:
            with bounded_memory(20):
                read(path)
        except RunError:
            pass


@pytest.mark.fuzz
@given(st.data())
def test_made_up_figures_with_a_valid_checksum_are_refused_or_make_a_plan(tmp_path: Path, data: st.DataObject) -> None:
    meta = data.draw(damaged_json(template()[1].meta))
    path = tmp_path / "run"
    shutil.rmtree(path, ignore_errors=True)
    run = RunFolder.create(path, cfg.RunConfig(), RunInfo.now(cfg.RunConfig()))
    checkpoint.save(run.checkpoint_path(3), State(template()[1].tensors, meta))
    try:
        ResumePlan.read(run)
        branch(run.path, None, {}, tmp_path / "branch")
    except InputError:
        pass
    finally:
        shutil.rmtree(tmp_path / "branch", ignore_errors=True)


def test_a_run_in_one_file_says_how_it_is_unpacked(tmp_path: Path) -> None:
    packed = tmp_path / "x.ganrun"
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("run.toml", "")
    for read in (RunFolder.open, header.meta):
        with pytest.raises(RunError, match="has to be opened first") as error:
            read(packed)
        assert error.value.at_prompt == f"For example: ganstudio open {packed}"
