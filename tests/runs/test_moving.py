"""A run that is resumed on another computer than the one it was trained on."""

import dataclasses

import pytest
import torch

from ganstudio import config as cfg
from ganstudio.errors import ConfigError
from ganstudio.events import Started
from ganstudio.runs import checkpoint, evaluator, info, runner
from ganstudio.runs.folder import RunFolder
from ganstudio.system import cores
from ganstudio.training.device import hardware
from ganstudio.training.state import State
from support.runs import Start, marks, of

ARROW = "\N{RIGHTWARDS ARROW}"


@pytest.fixture
def run(start: Start) -> RunFolder:
    """A run that was trained here, for three steps."""
    made = start(steps=3)
    list(made.events())
    return made.folder


@pytest.fixture(autouse=True)
def _threads():
    before = torch.get_num_threads()
    yield
    torch.set_num_threads(before)


def pretend(run: RunFolder, of_older_version: bool = False, hardware: str = "", **engine: object) -> None:
    """Make the files of a run say that it was trained with other settings of the engine, elsewhere or long ago."""
    path = run.checkpoint_path(3)
    state = checkpoint.load(path)
    meta = dict(state.meta)
    meta["config"] = meta["config"] | {"engine": meta["config"]["engine"] | engine}
    if of_older_version:
        del meta["threads"]
    elif hardware:
        meta["threads"] = meta["threads"] | {"processor": hardware}
    checkpoint.save(path, State(state.tensors, meta))
    about = dataclasses.replace(run.info, **({"hardware": hardware} if hardware else {}))
    config = run.config
    for name, value in engine.items():
        config = cfg.replace(config, cfg.SETTINGS[f"engine.{name}"], value)
    info.write(run.path / "run.toml", config, about)


def resume(run: RunFolder, **changes: object) -> tuple[Started, list]:
    told = list(runner.resume(run.path, {"steps": 4} | {f"engine.{name}": to for name, to in changes.items()}).events())
    return of(Started, told)[0], told


@pytest.mark.parametrize("old", [True, False])
def test_more_threads_than_cores_are_measured_anew(run: RunFolder, old: bool) -> None:
    pretend(run, of_older_version=old, threads=64)
    started, told = resume(run)
    assert started.config.engine.threads == 0
    assert torch.get_num_threads() <= cores.usable_cores()
    [change] = [mark for mark in marks(told, "change") if mark.path == "engine.threads"]
    assert (change.old, change.new) == (64, 0)
    assert change.text.startswith(f"threads: 64 {ARROW} {torch.get_num_threads()} (")
    _, told = resume(run)
    assert not [mark for mark in marks(told, "change") if mark.path == "engine.threads"]  # once


@pytest.mark.parametrize(("processor", "threads"), [("", 1), ("Another Processor", 0)])
def test_threads_of_an_older_version_are_measured_anew_on_another_processor_only(
    run: RunFolder, processor: str, threads: int
) -> None:
    pretend(run, of_older_version=True, hardware=processor)
    assert resume(run)[0].config.engine.threads == threads


def test_threads_that_are_asked_for_when_resuming_are_taken(run: RunFolder) -> None:
    pretend(run, threads=64)
    started, _ = resume(run, threads="3")
    assert started.config.engine.threads == torch.get_num_threads() == 3


@pytest.mark.parametrize("old", [True, False])
def test_bfloat16_goes_on_only_where_it_is_in_hardware(
    run: RunFolder, monkeypatch: pytest.MonkeyPatch, old: bool
) -> None:
    pretend(run, of_older_version=old, hardware="A Processor of a Data Centre", precision="bfloat16")
    monkeypatch.setattr(hardware, "native_bfloat16", lambda device: False)
    monkeypatch.setattr("ganstudio.training.device.autotune.native_bfloat16", lambda device: False)
    started, told = resume(run)
    assert started.precision == "float32"
    assert "no bfloat16 in hardware" in marks(told, "warning")[0].text
    [change] = [mark for mark in marks(told, "change") if mark.path == "engine.precision"]
    assert (change.old, change.new) == ("bfloat16", "float32")


def test_a_precision_that_both_processors_have_stays(run: RunFolder) -> None:
    pretend(run, hardware="Another Processor", precision="float32")
    started, told = resume(run)
    assert started.precision == "float32"
    assert not [mark for mark in marks(told, "change") if mark.path == "engine.precision"]


def test_a_run_of_a_graphics_card_names_all_flags_at_once(run: RunFolder) -> None:
    pretend(run, device="cuda:0", precision="float16")
    with pytest.raises(ConfigError, match="trained on cuda:0, which this computer does not have") as caught:
        runner.resume(run.path)
    assert "--device cpu --engine.precision auto" in caught.value.typed
    assert "--" not in str(caught.value)  # the window has fields for them
    pretend(run, device="cuda:0", precision="float32")
    with pytest.raises(ConfigError) as caught:
        runner.resume(run.path)
    assert caught.value.typed.endswith("--device cpu")


def test_the_device_alone_is_enough_to_go_on(run: RunFolder) -> None:
    pretend(run, device="cuda:0", precision="float16")
    started, told = resume(run, device="cpu")
    assert started.config.engine.device == "cpu"
    assert started.precision in ("float32", "bfloat16")
    assert {mark.path for mark in marks(told, "change")} >= {"engine.device", "engine.precision"}
    assert any("float16" in mark.text for mark in marks(told, "warning"))


def test_float16_that_is_asked_for_on_a_processor_is_refused_with_the_flag(run: RunFolder) -> None:
    with pytest.raises(ConfigError, match="needs a GPU") as caught:
        runner.resume(run.path, {"engine.precision": "float16"})
    assert "--engine.precision auto" in caught.value.typed


def test_a_run_of_a_graphics_card_can_be_measured_here(run: RunFolder, monkeypatch: pytest.MonkeyPatch) -> None:
    pretend(run, device="cuda:0", precision="float16")
    seen = []
    monkeypatch.setattr(evaluator.Evaluator, "measure", lambda self, thorough: seen.append(self._trainer.config.engine))
    evaluator.measure_newest(run.path)
    assert seen[0].device == "cpu"


def test_a_run_of_a_version_that_knew_direct_convolutions_only_keeps_them(start: Start) -> None:
    made = start(steps=3, engine__precision="float32", engine__convolution="winograd")
    list(made.events())
    run = made.folder
    assert resume(run)[0].config.engine.convolution == "winograd"
    path = run.checkpoint_path(4)
    state = checkpoint.load(path)
    meta = dict(state.meta)
    meta["config"]["engine"].pop("convolution")
    checkpoint.save(path, State(state.tensors, meta))
    assert of(Started, list(runner.resume(run.path, {"steps": 5}).events()))[0].config.engine.convolution == "direct"
