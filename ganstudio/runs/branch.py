"""A branch: a new run that begins where another one was, goes its own way, and knows its parent."""

import contextlib
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.errors import ConfigError, RunError, reason
from ganstudio.events import Marked, MarkKind
from ganstudio.runs import atomic, checkpoint, history
from ganstudio.runs.folder import RunFolder, RunInfo, new_run_path
from ganstudio.runs.plan import changed_config
from ganstudio.training import rng
from ganstudio.training.state import State

_ORDERED_BY = ("data.name", "optimizer.batch_size", "seed")  # what the order of the pictures depends on


def branch(parent: Path, at: int | None, changes: Mapping[str, Any], out: Path | None = None) -> RunFolder:
    """A new run that is what the run in `parent` was at its newest checkpoint not after step `at` (None: the newest).

    It holds the parent's history, grids and snapshots up to there; `runner.resume` goes on with it. The parent is only
    read, and may be training meanwhile.

    changes : settings by dotted name that differ from the parent's at that step; see `Setting.on_branch`. With another
    data set, batch size or seed the pictures come in a new order, and with another seed the grids have another noise.
    out : its folder; None: a new one among the runs.

    Raises RunError if the parent is no run or holds no such checkpoint, or the folder cannot be used; ConfigError if a
    setting is wrong or may not change.
    """
    source = RunFolder.open(parent)
    state, _, _ = checkpoint.newest_valid(source.path, at)
    step, before = int(state.meta["step"]), changed_config(source, state)
    config = _changed(before, changes)
    info = _info(source, config, step)
    made = RunFolder.create(out or new_run_path(config), config, info)
    try:
        _fill(source, made, _adapted(state, before, config, source.info, info), _marks(source, before, config, step))
    except (OSError, RuntimeError) as error:
        shutil.rmtree(made.path, ignore_errors=True)
        raise RunError(f"{made.path} cannot be written: {reason(error)}.") from error
    return made


def _changed(before: cfg.RunConfig, changes: Mapping[str, Any]) -> cfg.RunConfig:
    config = before
    for path, value in changes.items():
        config = cfg.change(config, path, value)
    for path, old, _ in cfg.differences(before, config):
        if not (setting := cfg.find(path)).on_branch:
            why = setting.why_fixed
            raise ConfigError(f"{path} stays {old} in a branch. {why} A new run can have another value.")
    return config


def _info(source: RunFolder, config: cfg.RunConfig, step: int) -> RunInfo:
    """What run.toml says of the branch; what only a trainer knows is the parent's until it has started."""
    now, parent = RunInfo.now(config, source.name, step), source.info
    same = config.data.name == source.config.data.name
    count = parent.data_count if same else catalog.find(config.data.name).count
    return replace(
        parent,
        created=now.created,
        seed=now.seed,
        versions=now.versions,
        parent=now.parent,
        parent_step=step,
        data_home=parent.data_home or now.data_home,
        job=now.job,
        data_count=count,
        batches_per_epoch=max(1, count // config.optimizer.batch_size),
    )


def _adapted(state: State, before: cfg.RunConfig, config: cfg.RunConfig, parent: RunInfo, info: RunInfo) -> State:
    """The parent's state for a run with `config`: as it is, but for the order of the pictures where that changes.

    Then the place in the epoch stays, in pictures.
    """
    tensors, meta = dict(state.tensors), state.meta | {"config": cfg.to_dict(config)}
    if config.seed != before.seed:
        tensors["rng.noise"] = torch.empty(0, dtype=torch.uint8)  # see Noise.load
    if any(cfg.read(before, path) != cfg.read(config, path) for path in _ORDERED_BY):
        tensors["rng.order"] = torch.Generator().manual_seed(rng.derive_seed(config.seed, "batches")).get_state()
        longer = info.batches_per_epoch / max(1, parent.batches_per_epoch)
        schedule = state.meta["schedule"]
        meta |= {
            "position": 0,
            "batches_done": round(int(state.meta["batches_done"]) * longer),
            "schedule": schedule | {"left": round(int(schedule["left"]) * longer)},
        }
    return State(tensors, meta)


def _marks(source: RunFolder, before: cfg.RunConfig, config: cfg.RunConfig, step: int) -> list[Marked]:
    marks = [Marked(step, MarkKind.BRANCH, f"branched off {source.display_name} at step {step:,}")]
    for path, old, new in cfg.differences(before, config):
        marks.append(Marked(step, MarkKind.CHANGE, cfg.describe_change(path, old, new), path, old, new))
    return marks


def _fill(source: RunFolder, made: RunFolder, state: State, marks: list[Marked]) -> None:
    """The parent's past up to the branch, in the new folder. Raises OSError or RuntimeError."""
    step = marks[0].step
    for name, files in (("samples", source.samples()), ("snapshots", source.snapshots())):
        for number, path in files:
            if number <= step:
                with contextlib.suppress(FileNotFoundError):  # the parent has just thinned it out
                    atomic.link_or_copy(path, made.path / name / path.name)
    rows = history.Reader(source.path / "history.jsonl").rows()
    history.write(made.path / "history.jsonl", [*(row for row in rows if row.step <= step), *marks])
    checkpoint.save(made.checkpoint_path(step), state)
