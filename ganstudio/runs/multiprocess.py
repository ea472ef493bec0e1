"""A run that several processes train: rank 0 writes its folder, the other ranks only train.

Every process calls the same functions in the same order. Only rank 0 reports what is wrong with the run.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.data.catalog import Dataset
from ganstudio.errors import DataError, RunError
from ganstudio.events import Event
from ganstudio.runs import error_messages, lookup, retention
from ganstudio.runs.control import Control
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.info import this_job
from ganstudio.runs.plan import ResumePlan, create_folder, make_trainer, opening_marks
from ganstudio.runs.runner import Runner
from ganstudio.system.lock import FolderLock
from ganstudio.training import validation
from ganstudio.training.distributed.world import World
from ganstudio.training.state import State
from ganstudio.training.trainer import Trainer


class RankRunner:
    """Runner of a rank other than 0: it trains and writes nothing.

    Parameters
    ----------
    trainer
        What trains in this process.
    control
        Its `stop` ends the run in all processes.
    """

    def __init__(self, trainer: Trainer, control: Control) -> None:
        self._trainer = trainer
        self.control = control

    def events(self) -> Iterator[Event]:
        """Yield what this process's trainer yields. Raises what it raises."""
        for event in self._trainer.train():
            if self.control.stopping:
                self._trainer.leave()
            yield event


def start(world: World, choose: Callable[[], cfg.RunConfig], out: Path | None, control: Control) -> Runner | RankRunner:
    """Create a new run, ready to train; resume it if torchrun restarts the job.

    Parameters
    ----------
    world
        The processes.
    choose
        Makes the configuration, in rank 0.
    out
        Its folder; None: a new one.
    control
        How others steer this process.

    Raises
    ------
    RunError
        The folder cannot be used.
    ConfigError
        The settings cannot be used.
    """
    if world.from_rank_zero(lambda: _begun_before(out)) and out is not None:
        return resume(world, out, {}, control)
    config = world.from_rank_zero(choose)
    dataset = catalog.load_for(config)
    trainer = _trainer(world, config, dataset)
    made = trainer.config
    folder = world.from_rank_zero(lambda: create_folder(out, made, dataset))
    if world.rank:
        return RankRunner(trainer, control)
    return Runner(trainer, folder, control, opening=opening_marks(trainer, dataset))


def resume(
    world: World, path: Path, changes: Mapping[str, Any], control: Control, at: int | None = None
) -> Runner | RankRunner:
    """Open the run in the folder `path`, ready to train from its newest checkpoint with any number of processes.

    Only rank 0 needs to reach the folder. Parameters and errors are those of `runner.resume`; `at` is ignored in a job
    that torchrun restarts, which has gone back already.
    """
    at = None if _is_restarted() else at
    opened: list[tuple[RunFolder, FolderLock]] = []

    def read() -> ResumePlan:
        folder = RunFolder.open(lookup.find(path))
        opened.append((folder, folder.lock()))
        folder.remove_stray_files()
        return ResumePlan.read(folder, changes, processes=world.size, at=at)

    try:
        plan = world.from_rank_zero(read)
        dataset = plan.dataset()
        trainer = _trainer(world, plan.config, dataset, plan.state)
        trainer.set_edits(plan.edits)
        if world.rank:
            return RankRunner(trainer, control)
        folder, held = opened[0]
        retention.remove_after(folder, trainer.step, plan.back_to)
        return Runner(trainer, folder, control, held, plan.marks(trainer, dataset))
    except BaseException as error:
        for _, held in opened:
            held.release()
        if isinstance(error, OSError):
            raise error_messages.cannot_resume(path, error) from error
        raise


def _trainer(world: World, config: cfg.RunConfig, dataset: Dataset, state: State | None = None) -> Trainer:
    world.barrier()
    world.from_rank_zero(lambda: validation.fit(config, dataset, world.size))
    _check_same(dataset, world.from_rank_zero(lambda: len(dataset.images)))
    return make_trainer(config, dataset, state, world)


def _check_same(dataset: Dataset, count: int) -> None:
    """Check that this process, perhaps on another machine, has as many pictures as the first one: they train in step.

    Raises
    ------
    DataError
        It has another number.
    """
    if len(dataset.images) != count:
        raise DataError(
            f"{dataset.info.title} has {len(dataset.images):,} pictures here, and {count:,} where the first process "
            "runs. All machines need the same files."
        )


def _begun_before(out: Path | None) -> bool:
    """Return whether this job began the run in `out` before: torchrun restarts a job if it fails or machines change.

    Raises RunError if the run could not be found again.
    """
    if out is None:
        if int(os.environ.get("TORCHELASTIC_MAX_RESTARTS", 0)):
            text = "A job that torchrun may restart needs a fixed folder to find its run again."
            raise RunError(text, at_prompt="To name it: --out RUN")
        return False
    if not (out / "run.toml").is_file():
        return False
    return _is_restarted() or (this_job() != "" and RunFolder.open(out).info.job == this_job())


def _is_restarted() -> bool:
    """Return whether torchrun has restarted this job after a failure."""
    return int(os.environ.get("TORCHELASTIC_RESTART_COUNT", 0)) > 0
