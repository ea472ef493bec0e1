"""A new run whose networks begin as those of a model, of another run, or in a file."""

import hashlib
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from ganstudio import config as cfg
from ganstudio.errors import ConfigError, InputError
from ganstudio.events import EndReason, Finished, MarkKind, Samples, Stepped
from ganstudio.runs import begin_from, checkpoint, runner
from ganstudio.runs.folder import RunFolder
from ganstudio.training import beginning
from support.runs import Start, assert_same, marks, of, until, weights


@pytest.fixture
def parent(start: Start) -> RunFolder:
    """A run of 4 steps, with a grid and snapshot of 0 and 4 and a checkpoint of 4."""
    run = start("parent", steps=4)
    list(run.events())
    return run.folder


@pytest.fixture
def generator(parent: RunFolder, tmp_path: Path) -> Path:
    """The parent's generator alone, as exports have it."""
    tensors, meta = checkpoint.load_snapshot(parent.snapshot_path(4))
    path = tmp_path / "alone.safetensors"
    alone = {name: weight for name, weight in tensors.items() if not name.startswith("D/")}
    checkpoint.save_snapshot(path, alone, meta | {"config": cfg.to_dict(parent.config), "step": 4})
    return path


def first_grid(run: runner.Runner) -> np.ndarray:
    return of(Samples, until(run.events(), Samples))[0].pictures


def network(run: runner.Runner, name: str) -> dict[str, torch.Tensor]:
    return {key: weight.clone() for key, weight in getattr(run._trainer, name).state_dict().items()}


def changed(before: dict[str, torch.Tensor], after: dict[str, torch.Tensor]) -> set[str]:
    """Names of layers with a weight that differs."""
    return {name.rsplit(".", 1)[0] for name in before if not torch.equal(before[name], after[name])}


def test_the_first_grid_is_the_last_one_of_the_run_that_it_begins_from(parent: RunFolder, start: Start) -> None:
    run = start("child", begin__source=str(parent.path), steps=1)
    events = list(run.events())
    last = parent.read_samples(dict(parent.samples())[4])
    assert np.array_equal(of(Samples, events)[0].pictures, last.pictures)
    assert of(Samples, events)[0].step == 0
    (mark,) = marks(events, MarkKind.BRANCH)
    assert mark.text.startswith("The networks begin as those of parent, step 4. Tensors of G: ")
    saved = RunFolder.open(run.folder.path).config.begin
    file = parent.checkpoint_path(4)
    assert (saved.source, saved.sha256) == (f"{parent.path}:4", hashlib.sha256(file.read_bytes()).hexdigest())


def test_weights_are_the_runs_and_moments_of_adam_begin_anew(parent: RunFolder, start: Start) -> None:
    run = start("child", begin__source=f"{parent.path}:4")
    state, before = run._trainer.state().tensors, weights(parent.path, 4)
    assert_same(
        {name: weight for name, weight in state.items() if name.startswith(("G.", "D.", "G_ema."))},
        {name: weight for name, weight in before.items() if name.startswith(("G.", "D.", "G_ema."))},
    )
    assert not [name for name in state if name.startswith("opt_")]


def test_an_earlier_step_of_a_run_can_be_named(parent: RunFolder, start: Start) -> None:
    run = start("child", begin__source=f"{parent.path}:3")
    first = parent.read_samples(dict(parent.samples())[0])
    assert np.abs(first_grid(run).astype(int) - first.pictures).max() <= 1  # snapshots are float16
    assert run.folder.config.begin.source == f"{parent.path}:0"


def test_a_generator_alone_is_held_until_a_new_d_has_caught_up(generator: Path, start: Start) -> None:
    run = start("child", begin__source=str(generator), begin__hold=24, optimizer__batch_size=8, steps=5)
    events, seen = run.events(), []
    before = network(run, "G")
    for _ in range(5):
        until(events, Stepped)
        seen.append(bool(changed(before, network(run, "G"))))
    assert seen == [False, False, False, True, True]
    assert run._trainer.images == 40
    other = start("other", begin__source=str(generator))
    assert other.folder.config.begin.hold == beginning.DEFAULT_HOLD
    assert other.beginning is not None
    assert begin_from.describe(other.beginning).endswith(" begun anew. G waits until D has seen 3,000 pictures.")


def test_frozen_levels_of_d_stay_until_they_are_let_go(parent: RunFolder, start: Start) -> None:
    run = start("child", begin__source=str(parent.path), begin__freeze_d=1, steps=4)
    events, before = run.events(), network(run, "D")
    until(events, Stepped, 2)
    assert changed(before, network(run, "D")) == {"layers.2", "layers.4"}
    run.control.change("begin.freeze_d", 0)
    list(events)
    assert changed(before, network(run, "D")) == {"layers.0", "layers.2", "layers.4"}


def test_a_run_that_began_from_another_is_resumed_to_the_bit(generator: Path, parent: RunFolder, start: Start) -> None:
    changes = {"begin__source": str(parent.path), "begin__freeze_d": 1, "begin__hold": 32, "steps": 8}
    list(start("whole", **changes).events())
    run = start("stopped", **changes)
    events = run.events()
    until(events, Stepped, 3)
    run.control.stop(EndReason.INTERRUPTED)
    list(events)
    generator.unlink()
    for path in (parent.checkpoint_path(4), parent.snapshot_path(4)):
        path.unlink()  # it is not needed any more
    assert isinstance(list(runner.resume(run.folder.path).events())[-1], Finished)
    assert_same(weights(run.folder.path, 8), weights(run.folder.path.parent / "whole", 8))


def test_a_run_that_was_killed_before_it_saved_anything_begins_from_there_again(
    parent: RunFolder, start: Start
) -> None:
    run = start("child", begin__source=str(parent.path))
    expected = first_grid(run)
    run.close()
    for _, path in run.folder.checkpoints():
        path.unlink()
    again = runner.resume(run.folder.path)
    try:
        assert np.array_equal(first_grid(again), expected)
    finally:
        again.close()


# ---- refused --------------------------------------------------------------------------------------------------------


def no_model(parent: RunFolder, generator: Path) -> dict[str, object]:
    return {"begin__source": "mnits:12"}


def pickled(parent: RunFolder, generator: Path) -> dict[str, object]:
    path = generator.with_suffix(".pt")
    torch.save({}, path)
    return {"begin__source": str(path)}


def foreign(parent: RunFolder, generator: Path) -> dict[str, object]:
    from safetensors.torch import save_file

    save_file({"weight": torch.zeros(2)}, generator)
    return {"begin__source": str(generator)}


def not_fitting(parent: RunFolder, generator: Path) -> dict[str, object]:
    tensors, meta = checkpoint.load_snapshot(generator)
    checkpoint.save_snapshot(generator, tensors, meta | {"config": cfg.to_dict(cfg.RunConfig())})
    return {"begin__source": str(generator)}


def exchanged(parent: RunFolder, generator: Path) -> dict[str, object]:
    return {"begin__source": str(parent.path), "begin__sha256": "0" * 64}


def other_width(parent: RunFolder, generator: Path) -> dict[str, object]:
    return {"begin__source": str(parent.path), "network__width": 8}


def frozen_from_nothing(parent: RunFolder, generator: Path) -> dict[str, object]:
    return {"begin__freeze_d": 1}


def frozen_without_d(parent: RunFolder, generator: Path) -> dict[str, object]:
    return {"begin__source": str(generator), "begin__freeze_d": 1}


def frozen_whole(parent: RunFolder, generator: Path) -> dict[str, object]:
    return {"begin__source": str(parent.path), "begin__freeze_d": 3}


def no_snapshot(parent: RunFolder, generator: Path) -> dict[str, object]:
    for folder in ("snapshots", "checkpoints"):
        for path in (parent.path / folder).iterdir():
            path.unlink()
    return {"begin__source": str(parent.path)}


@pytest.mark.parametrize(
    ("trouble", "told"),
    [
        (no_model, "There is no model mnits to begin from: it is neither mnist nor mnist-conditional, nor a file."),
        (pickled, r"alone\.pt cannot be begun from: such files can run programs"),
        (foreign, r"alone\.safetensors was not written by GAN Studio"),
        (not_fitting, "does not fit the networks that its settings describe"),
        (exchanged, r"another file than the one that these settings begin from.* not 0000"),
        (other_width, "network.width is 8, but parent, step 4 has 4, .* Set network.width to 4"),
        (frozen_from_nothing, "begin.freeze_d needs a model to begin from"),
        (frozen_without_d, "begin.freeze_d must be 0 here: .* has no D"),
        (frozen_whole, "begin.freeze_d must be at most 2 with this D"),
        (no_snapshot, "has nothing to begin from yet"),
    ],
)
def test_what_cannot_be_begun_from_is_refused_before_a_folder_is_made(
    trouble: Callable[[RunFolder, Path], dict[str, object]],
    told: str,
    parent: RunFolder,
    generator: Path,
    start: Start,
    tmp_path: Path,
) -> None:
    changes = trouble(parent, generator)
    with pytest.raises(InputError, match=told):
        start("child", **changes)
    assert not (tmp_path / "child").exists()


# ---- other networks -------------------------------------------------------------------------------------------------


def test_a_begun_network_takes_what_the_model_has_unless_it_is_given() -> None:
    origin = begin_from.load("mnist")
    config = cfg.from_dict({"network": {"name": "dcgan", "width": 64, "z_size": 16, "batch_norm": False}})
    taken = beginning.take_networks(config, origin, ("network.z_size",)).network
    assert (taken.name, taken.width, taken.modes, taken.batch_norm, taken.z_size) == ("resnet", 32, 20, True, 16)
    with pytest.raises(ConfigError, match=r"network.z_size is 16, but mnist, step 22,488 has 32"):
        beginning.resolve(beginning.take_networks(config, origin, ("network.z_size",)), origin)


def test_the_bundled_digits_are_larger_coloured_and_opaque_before_the_first_step() -> None:
    origin = begin_from.load("mnist")
    changes = {"data.size": 56, "data.channels": 4, "network.conditional": True, "network.classes": 3}
    config = beginning.take_networks(cfg.RunConfig(), origin)
    for path, value in changes.items():
        config = cfg.change(config, path, value)
    new, plain = beginning.draw(config), beginning.draw(origin.config)
    states = [{name: weight.clone() for name, weight in each.state_dict().items()} for each in new]
    made = beginning.prepare(origin, config, ("1", "cat", "7"), states[0], states[1])
    new[0].load_state_dict(made.G_ema)
    plain[0].load_state_dict(origin.G_ema)
    z = torch.randn(16, 32, generator=torch.Generator().manual_seed(5))
    with torch.no_grad():
        pictures, digits = new[0].eval()(z, torch.arange(16) % 3), plain[0].eval()(z)
    assert (pictures[:, 3] > 0.95).float().mean() > 0.96  # features alone do not make it so everywhere
    small = torch.nn.functional.avg_pool2d(pictures[:, :3], 2)
    assert torch.equal(pictures[:, 0], pictures[:, 2])
    assert (small - digits).abs().mean() < 0.12  # drawn softer: what is finer than the old features is not known
    assert np.corrcoef(small[:, 0].flatten(), digits.flatten())[0, 1] > 0.85


def test_a_smaller_dcgan_shows_pictures_by_the_statistics_of_its_own_features() -> None:
    config = cfg.from_dict({"network": {"name": "dcgan", "width": 4, "z_size": 4}})
    G, D = (each.state_dict() for each in beginning.draw(config))
    smaller = cfg.change(config, "data.size", 14)
    new = [each.state_dict() for each in beginning.draw(smaller)]
    made = beginning.prepare(beginning.Origin("model", config, G, G, D), smaller, (), new[0], new[1])
    assert made.G["layers.1.running_mean"].abs().max() > 0  # of the fresh one it is 0


@pytest.mark.parametrize("channels", [1, 3])
def test_levels_with_spectral_norm_can_be_frozen(channels: int) -> None:
    config = cfg.from_dict(
        {"network": {"name": "dcgan", "width": 4, "spectral_norm": True}, "begin": {"source": "m", "freeze_d": 1}}
    )
    G, D = (each.state_dict() for each in beginning.draw(config))
    other = cfg.change(cfg.change(config, "seed", 5), "data.channels", channels)
    new = [each.state_dict() for each in beginning.draw(other)]
    made = beginning.prepare(beginning.Origin("model", config, G, G, D), other, (), new[0], new[1])
    assert made.D["layers.0.parametrizations.weight.original"].shape == (4, 16 * channels)
    assert all(torch.equal(weight, D[name]) for name, weight in made.D.items() if not name.startswith("layers.0."))


def test_layers_of_points_are_taken_from_the_model_too() -> None:
    config = cfg.from_dict({"network": {"name": "points", "g_layers": 3, "d_width": 8, "noise": "uniform"}})
    origin = beginning.Origin("model", config, {}, {}, {})
    taken = beginning.take_networks(cfg.RunConfig(), origin, ("network.d_width",))
    assert taken == cfg.change(config, "network.d_width", 32)
    assert beginning.take_networks(taken, begin_from.load("mnist")).network.g_layers == 3  # of no use to pictures


@pytest.mark.parametrize(
    ("old", "new", "expected"),
    [
        (("cat", "dog"), ("Dog", "cow", "cat"), (1, None, 0)),
        (("cat", "cat"), ("cat",), (0,)),
        (("0", "1"), (), (0, 1, None)),
    ],
)
def test_classes_are_the_same_if_their_names_are(old, new, expected) -> None:
    network = cfg.NetworkConfig(conditional=True, classes=len(expected))
    assert beginning.match_classes(old, new, network) == expected
    assert beginning.match_classes(old, new, cfg.NetworkConfig()) == ()


def test_the_table_has_a_line_for_each_tensor(parent: RunFolder, start: Start) -> None:
    run = start("child", begin__source=str(parent.path))
    assert run.beginning is not None
    lines = begin_from.format_table(run.beginning)
    tensors = {f"{name} {key}" for name in ("G", "D") for key in network(run, name)}
    assert {" ".join(line.split()[:2]) for line in lines[1:]} == tensors
    assert all("copied" in line for line in lines[1:])
