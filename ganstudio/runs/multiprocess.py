"""A run that several processes train: the first one writes its folder, the others train along.

Every process calls the same functions in the same order. What is wrong with the run is told by the first alone.
"""

import os
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Any

from ganstudio import config as cfg
from ganstudio.data import catalog
from ganstudio.data.catalog import Dataset
from ganstudio.errors import RunError
from ganstudio.events import Event
from ganstudio.runs import lookup, retention
from ganstudio.runs.control import Control
from ganstudio.runs.folder import RunFolder, RunInfo, new_run_path
from ganstudio.runs.info import this_job
from ganstudio.runs.lock import RunLock
from ganstudio.runs.plan import ResumePlan, make_trainer
from ganstudio.runs.runner import Runner
from ganstudio.training import validation
from ganstudio.training.distributed.world import World
from ganstudio.training.state import State
from ganstudio.training.trainer import Trainer


class Assistant:
    """Trains in a process that writes nothing; like a Runner to who iterates it.

    Parameters
    ----------
    control
        Its `stop` ends the run in all processes.
    """

    def __init__(self, trainer: Trainer, control: Control) -> None:
        self._trainer, self.control = trainer, control

    def events(self) -> Iterator[Event]:
        """What this process's trainer says. Raises what it raises."""
        for event in self._trainer.train():
            if self.control.stopping:
                self._trainer.leave()
            yield event


def start(world: World, choose: Callable[[], cfg.RunConfig], out: Path | None, control: Control) -> Runner | Assistant:
    """A new run in the folder `out`, or in a new one; where torchrun starts the job anew, the run goes on instead.

    choose : makes the configuration, in the first process.

    Raises RunError if the folder cannot be used, ConfigError if the settings cannot.
    """
    if world.from_rank_zero(lambda: _begun_before(out)) and out is not None:
        return resume(world, out, {}, control)
    config = world.from_rank_zero(choose)
    data, limit = config.data, config.engine.data_limit
    dataset = catalog.load(data.name, size=data.size, channels=data.channels, limit=limit)
    trainer = _trainer(world, config, dataset)
    made = trainer.config
    folder = world.from_rank_zero(lambda: RunFolder.create(out or new_run_path(made), made, RunInfo.now(made)))
    return Assistant(trainer, control) if world.rank else Runner(trainer, folder, control)


def resume(
    world: World, path: Path, changes: Mapping[str, Any], control: Control, at: int | None = None
) -> Runner | Assistant:
    """The run in the folder `path`, to go on from its newest checkpoint, with any number of processes.

    at : see `runner.resume`; a job that torchrun starts anew has gone back already.

    Only the first process need reach the folder. Raises as `runner.resume` does.
    """
    at = None if _started_anew() else at
    opened: list[tuple[RunFolder, RunLock]] = []

    def read() -> ResumePlan:
        folder = RunFolder.open(lookup.find(path))
        opened.append((folder, folder.lock()))
        folder.remove_stray_files()
        return ResumePlan.read(folder, changes, processes=world.size, at=at)

    try:
        plan = world.from_rank_zero(read)
        trainer = _trainer(world, plan.config, plan.dataset(), plan.state)
    except BaseException:
        for _, held in opened:
            held.release()
        raise
    if world.rank:
        return Assistant(trainer, control)
    folder, held = opened[0]
    retention.remove_after(folder, trainer.step, plan.back_to)
    return Runner(trainer, folder, control, held, plan.marks(trainer.step, trainer.config))


def _trainer(world: World, config: cfg.RunConfig, dataset: Dataset, state: State | None = None) -> Trainer:
    world.barrier()
    world.from_rank_zero(lambda: validation.fit(config, dataset, world.size))
    return make_trainer(config, dataset, state, world)


def _begun_before(out: Path | None) -> bool:
    """Whether this job has begun the run in `out` before: torchrun starts a job anew after a failure, and when machines
    come and go. Raises RunError if it could not be found again."""
    if out is None:
        if int(os.environ.get("TORCHELASTIC_MAX_RESTARTS", 0)):
            words = "A job that may be restarted must be given its folder, to find it again."
            raise RunError(words, at_prompt="To name it: --out RUN")
        return False
    if not (out / "run.toml").is_file():
        return False
    return _started_anew() or (this_job() != "" and RunFolder.open(out).info.job == this_job())


def _started_anew() -> bool:
    """Whether torchrun has started this job again after a failure."""
    return int(os.environ.get("TORCHELASTIC_RESTART_COUNT", 0)) > 0
