"""A branch: a new run that starts from a checkpoint of another one, its parent."""

import contextlib
import shutil
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import torch

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.data.points import drawings, editing
from ganstudio.data.points import edits as point_edits
from ganstudio.data.points.edits import Edit
from ganstudio.errors import ConfigError, RunError, reason
from ganstudio.events import Marked, MarkKind
from ganstudio.runs import checkpoint, history, left_out
from ganstudio.runs.drawing import drawing_path, keep_drawing
from ganstudio.runs.folder import RunFolder, RunInfo
from ganstudio.runs.plan import changed_config, changed_edits, check_meta, saved_edits
from ganstudio.system import atomic
from ganstudio.training import rng
from ganstudio.training.game import EDITS
from ganstudio.training.state import State

_ORDERED_BY = ("data.name", "optimizer.batch_size", "seed")  # what the order of the pictures depends on


def branch(parent: Path, at: int | None, changes: Mapping[str, Any], out: Path | None = None) -> RunFolder:
    """Create a run that starts from a checkpoint of the run in `parent`, and return it; `runner.resume` trains it.

    It has the parent's history, grids and snapshots up to there. The parent is only read, and may be training.

    Parameters
    ----------
    parent
        Folder of the parent.
    at
        Start from the newest checkpoint that is not after this step; None: the newest.
    changes
        Settings by dotted name that differ from the parent's at that step; see `Setting.on_branch`. With another data
        set, batch size or seed the pictures come in a new order, and with another seed the grids have another noise.
    out
        Folder of the branch; None: a new one among the runs.

    Raises
    ------
    RunError
        The parent is no run or has no such checkpoint, a file of it cannot be read, or the folder cannot be used.
    DataError
        The parent's drawing cannot be read.
    ConfigError
        A setting is wrong or cannot be changed in a branch.
    """
    source = RunFolder.open(parent)
    state, _, _ = checkpoint.newest_valid(source.path, at, check=check_meta)
    step, before = int(state.meta["step"]), changed_config(source, state)
    config = _branch_config(before, changes)
    edits = changed_edits(source, state)
    state = _with_edits(state, edits if config.data.name == before.data.name else ())
    info = _branch_info(source, config, step)
    is_same = config.data.name == before.data.name
    names = left_out.read(source) if is_same else left_out.of_data(config.data.name, info.data_fingerprint)
    has_drawing = is_same and drawing_path(source).is_file()
    drawing = drawings.read(drawing_path(source)) if has_drawing else b""
    run = RunFolder.create(out, config, info)
    catalog.keep_for_run(config.data.name, info.data_fingerprint, run.path, run.data_home())
    try:
        if drawing:
            keep_drawing(run, drawing)
        left_out.keep(run, names)
        marks = _branch_marks(source, before, config, step)
        if edits != saved_edits(state):  # they were of the other points
            change = point_edits.encode(point_edits.difference(edits, ()))
            marks.append(Marked(step, MarkKind.CHANGE, editing.describe_all(()), point_edits.PATH, None, change))
        _copy_past(source, run, _adapted_state(state, before, config, source.info, info), marks)
    except (OSError, RuntimeError) as error:
        shutil.rmtree(run.path, ignore_errors=True)
        raise RunError(_why_not(error, source, run)) from error
    return run


def _why_not(error: OSError | RuntimeError, source: RunFolder, run: RunFolder) -> str:
    """Return what the user reads about a branch that could not be written."""
    file = Path(str(getattr(error, "filename", None) or run.path))
    verb = "read" if source.path in file.parents else "written"
    return f"{file if verb == 'read' else run.path} cannot be {verb}: {reason(error)}. No branch was made."


def _branch_config(before: cfg.RunConfig, changes: Mapping[str, Any]) -> cfg.RunConfig:
    config = before
    for path, value in changes.items():
        config = cfg.change(config, path, value)
    for path, old, _ in cfg.differences(before, config):
        if not (setting := cfg.find(path)).on_branch:
            why = setting.why_fixed
            raise ConfigError(f"{path} stays {old} in a branch. {why} A new run can have another value.")
    info = catalog.look_up(config.data.name)
    if info is not None and info.points != config.makes_points:
        kinds = ("points", "pictures") if config.makes_points else ("pictures", "points")
        raise ConfigError(
            f"data.name stays {before.data.name} in a branch: its networks make {kinds[0]}, and {info.title} is a set "
            f"of {kinds[1]}. A new run can have it."
        )
    return config


def _branch_info(source: RunFolder, config: cfg.RunConfig, step: int) -> RunInfo:
    """Return the info of the branch; what only a trainer knows is the parent's until it has started."""
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
        data_fingerprint=parent.data_fingerprint if same else catalog.fingerprint_of(config.data.name),
        batches_per_epoch=max(1, count // config.optimizer.batch_size),
    )


def _adapted_state(state: State, before: cfg.RunConfig, config: cfg.RunConfig, parent: RunInfo, info: RunInfo) -> State:
    """Return the parent's state for a run with `config`, with a new order of the pictures if that depends on a change.

    The place in the epoch stays, in pictures.
    """
    tensors, meta = dict(state.tensors), state.meta | {"config": cfg.to_dict(config)}
    if config.seed != before.seed:
        tensors["rng.noise"] = torch.empty(0, dtype=torch.uint8)  # see Noise.load
    if any(cfg.read(before, path) != cfg.read(config, path) for path in _ORDERED_BY):
        tensors["rng.order"] = torch.Generator().manual_seed(rng.derive_seed(config.seed, "batches")).get_state()
        ratio = info.batches_per_epoch / max(1, parent.batches_per_epoch)
        schedule = state.meta["schedule"]
        meta |= {
            "position": 0,
            "batches_done": round(int(state.meta["batches_done"]) * ratio),
            "schedule": schedule | {"left": round(int(schedule["left"]) * ratio)},
        }
    return State(tensors, meta)


def _with_edits(state: State, edits: tuple[Edit, ...]) -> State:
    """Return a state whose points were changed by hand in this way."""
    meta = {name: value for name, value in state.meta.items() if name != EDITS}
    return State(state.tensors, meta | ({EDITS: point_edits.encode(edits)} if edits else {}))


def _branch_marks(source: RunFolder, before: cfg.RunConfig, config: cfg.RunConfig, step: int) -> list[Marked]:
    marks = [Marked(step, MarkKind.BRANCH, f"branched off {source.display_name} at step {step:,}")]
    for path, old, new in cfg.differences(before, config):
        marks.append(Marked(step, MarkKind.CHANGE, cfg.describe_change(path, old, new), path, old, new))
    return marks


def _copy_past(source: RunFolder, run: RunFolder, state: State, marks: list[Marked]) -> None:
    """Copy the parent's past up to the branch into the new folder. Raises OSError or RuntimeError."""
    step = marks[0].step
    for name, files in (("samples", source.samples()), ("snapshots", source.snapshots())):
        for number, path in files:
            if number <= step:
                with contextlib.suppress(FileNotFoundError):  # the parent has just thinned it out
                    atomic.link_or_copy(path, run.path / name / path.name)
    history.write_past(run.path / "history.jsonl", source.path / "history.jsonl", step, marks)
    checkpoint.save(run.checkpoint_path(step), state)
