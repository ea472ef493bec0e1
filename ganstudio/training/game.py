"""The game of D and G: networks, data and random numbers of a run, and its rounds."""

import contextlib
from collections.abc import Iterator, Mapping
from typing import Any

import torch

from ganstudio import config as cfg
from ganstudio.data.batches import Batches
from ganstudio.data.catalog import Dataset
from ganstudio.data.points import edits as point_edits
from ganstudio.data.points.edits import Edit
from ganstudio.errors import DataError, RunError
from ganstudio.objectives import objective
from ganstudio.training import models
from ganstudio.training.adaptive import Adaptation
from ganstudio.training.counters import read_counters
from ganstudio.training.device.cuda_graphs import Replay, why_not_recordable
from ganstudio.training.device.engine import Engine
from ganstudio.training.device.tape import TapeReplay, is_tape_used
from ganstudio.training.distributed.world import World
from ganstudio.training.look import Look, flatten
from ganstudio.training.rng import Noise, derive_seed
from ganstudio.training.schedule import Progress, Schedule, Turn, d_updates
from ganstudio.training.state import State, discriminator_weights, half_precision_weights, pack, unpack
from ganstudio.training.stats import Stats
from ganstudio.training.updates import Updates, has_gradient_penalty
from ganstudio.training.watcher import Watcher

EDITS = "point_edits"  # in the meta of a state: how the points were changed by hand, if they were


class Game:
    """State of a game, and the rounds that move it on.

    Settings may change from round to round, so most methods take them; `progress` (0..1) is the fraction of the run
    that is done, which learning rates follow.

    Parameters
    ----------
    config
        Resolved settings of the run.
    dataset
        Pictures, uint8.
    world
        The processes that train together.
    replay
        How updates are repeated; None: as the engine does on this device.
    held_out
        Pictures that D never learns from; see `adaptive`.
    """

    def __init__(
        self,
        config: cfg.RunConfig,
        dataset: Dataset,
        world: World,
        replay: Replay | None = None,
        held_out: int = 0,
    ) -> None:
        self.device = torch.device(config.engine.device)
        self._world_size = world.size
        self.noise = Noise(config.seed, self.device, config.optimizer.batch_size, world.rank, world.size)
        tape = TapeReplay() if replay is None and is_tape_used(config) else None
        self.engine = Engine(config.engine, [self.noise.rng], replay or tape)
        self.models = models.build(config, self.engine, world)
        if tape is not None:
            tape.watch(self.models.G, self.models.D)
        self.batches = Batches(
            dataset,
            config.optimizer.batch_size,
            self.device,
            derive_seed(config.seed, "batches"),
            rank=world.rank,
            world=world.size,
            limit=config.engine.data_limit,
            labels=config.network.conditional,
            held_out=held_out,
        )
        self.schedule = Schedule(self.batches.per_epoch)
        self.progress = Progress(self.batches.per_epoch)
        self.turn = Turn(0, 0)  # the last round
        self.stats = Stats(self.device, world)
        count = len(self.batches.pictures) - held_out
        self.adaptation = Adaptation(count, held_out, self.device, world)
        self.updates = Updates(
            self.models, self.batches, self.noise, self.engine, self.stats, self.adaptation, world.average_gradients
        )
        self.adaptation.prepare(config, 0)
        self._stop_recording_if_impossible(config)

    # ---- rounds -------------------------------------------------------------------------------------------------

    def play_round(self, config: cfg.RunConfig, progress: float) -> None:
        """Play one round: D's updates with G held, then G's with D held."""
        is_held = self.progress.images < config.begin.hold
        turn = Turn(d_updates(config.schedule), 0) if is_held else self.schedule.next(config.schedule)
        if turn == Turn(1, 1) and self.engine.replay.records:
            self._replay_round(config, progress)
        else:
            for _ in range(turn.d):
                self.update_d(config, progress)
            for _ in range(turn.g):
                self.update_g(config, progress)
        self.turn = turn
        self.progress.step += 1
        self._end_turn(turn, config)

    def update_d_alone(self, config: cfg.RunConfig, progress: float) -> None:
        """Update D once, apart from the rounds."""
        self.update_d(config, progress)
        self._end_turn(Turn(1, 0), config)

    def _end_turn(self, turn: Turn, config: cfg.RunConfig) -> None:
        """Count the batches of a turn; the next one begins with fresh fakes."""
        self.updates.forget_fakes()
        self.progress.advance(turn, config)

    def update_d(self, config: cfg.RunConfig, progress: float) -> None:
        """Update D once, with the next batch of real pictures; G is held."""
        penalised = self._prepare_d(config, progress)
        self.stats.make_room(config.optimizer.accumulate)
        self.engine.run(("D", penalised), lambda: self.updates.update_d(config, penalised))
        self.progress.count_d(config)

    def update_g(self, config: cfg.RunConfig, progress: float) -> None:
        """Update G once, and its moving average; D is held."""
        self.models.set_learning_rates(config.optimizer, progress, self.engine)
        self.stats.make_room(config.optimizer.accumulate)
        self.engine.run("G", lambda: self.updates.update_g(config))
        self._update_average(config)

    @contextlib.contextmanager
    def watched_by(self, watcher: Watcher) -> Iterator[None]:
        """Tell a watcher what the updates take and find; meanwhile none is replayed."""
        before, self.updates.watcher = self.updates.watcher, watcher
        try:
            with self.engine.replay.suspended():
                yield
        finally:
            self.updates.watcher = before

    def _replay_round(self, config: cfg.RunConfig, progress: float) -> None:
        """Update D and G as one recorded piece of work: reused fakes connect the two."""
        penalised = self._prepare_d(config, progress)

        def update_both() -> None:
            self.updates.update_d(config, penalised)
            self.updates.update_g(config)

        self.stats.make_room(config.optimizer.accumulate)
        self.engine.run(("D, G", penalised), update_both)
        self.progress.count_d(config)
        self._update_average(config)

    def _prepare_d(self, config: cfg.RunConfig, progress: float) -> bool:
        """Put all that changes between updates where a recorded one finds it; return whether penalties are due."""
        self.models.set_learning_rates(config.optimizer, progress, self.engine)
        self.updates.set_noise_scale(config.stabilise, self.progress.images)
        self._prepare_augmentation(config)
        self.batches.advance()
        return has_gradient_penalty(config.penalty) and self.progress.d_updates % config.penalty.every == 0

    def _prepare_augmentation(self, config: cfg.RunConfig) -> None:
        """Set the probability of augmentation for the next updates, and measure what it follows."""
        self.adaptation.adapt(config, self.progress.d_updates)
        self.adaptation.prepare(config, self.progress.images)
        if self.adaptation.needs_held_out(config, self.progress.d_updates):
            self.engine.run("held out", lambda: self.updates.judge_held_out(config))

    def _update_average(self, config: cfg.RunConfig) -> None:
        self.models.G_ema.update(config.optimizer.batch_size, self.progress.images, config.ema)

    def settings_changed(self, config: cfg.RunConfig, in_cuda_graph: bool) -> None:
        """Take notice of changed settings; `in_cuda_graph`: graphs contain them and must be captured again."""
        if in_cuda_graph:
            self.engine.replay.forget()
        self._stop_recording_if_impossible(config)

    def _stop_recording_if_impossible(self, config: cfg.RunConfig) -> None:
        if reason := why_not_recordable(config, self.batches.resident, self._world_size):
            self.engine.replay.stop(reason)
        else:
            self.engine.replay.go_on()

    # ---- state --------------------------------------------------------------------------------------------------

    def snapshot(self, config: cfg.RunConfig) -> tuple[dict[str, torch.Tensor], dict[str, float]]:
        """Return tensors and meta of a snapshot: the generator that is shown, and D unless it only judges packs."""
        whole = config.makes_points  # a thousandth matters to where a point is, and the networks are small
        tensors = half_precision_weights(self.models.shown_generator(config.ema.show_raw), whole)
        if config.network.packing > 1:
            return tensors, {}
        centre = self.stats.centre(objective(config.objective.loss))
        d_tensors, meta = discriminator_weights(self.models.D, centre, whole)
        return tensors | d_tensors, meta

    def look(self, config: cfg.RunConfig) -> Look:
        """Return the generator that is shown, and D, as they are now."""
        G = self.models.G if config.ema.show_raw else self.models.G_ema.module
        centre = None if config.network.packing > 1 else self.stats.centre(objective(config.objective.loss))
        return Look(self.progress.step, flatten(G), flatten(self.models.D), centre)

    def state(self, config: cfg.RunConfig, seconds: float) -> State:
        """Return everything needed to continue bit for bit after `seconds` of training, copied to the CPU."""
        order, position = self.batches.state()
        rngs = {"noise": self.noise.rng.get_state(), "order": order}
        meta = {
            **self.progress.state(),
            "position": position,
            "schedule": self.schedule.state(),
            "scales": self.engine.loss_scales(),
            "seconds": seconds,
            **self.adaptation.state(config),
        }
        if self.batches.points is not None and self.batches.points.edits:
            meta[EDITS] = point_edits.encode(self.batches.points.edits)
        return pack(self.models.modules, self.models.optimizers, rngs, meta)

    def load_state(self, state: State, config: cfg.RunConfig) -> None:
        """Continue from what `state` returned.

        Raises
        ------
        RunError
            The state does not fit these networks or pictures, or its figures cannot be used.
        """
        counters = read_counters(state.meta)
        if counters.position > self.batches.per_epoch:
            raise RunError(
                "The checkpoint does not fit the data set: it was made after "
                f"{counters.position:,} batches of an epoch, which has {self.batches.per_epoch:,}."
            )
        self.adaptation.check(counters.augmentation)
        edits = read_edits(state)
        rngs = unpack(state, self.models.modules, self.models.optimizers)
        if self.batches.points is not None and edits != self.batches.points.edits:
            self.batches.change_points(edits)
        try:
            self.noise.load(self._noise_state(rngs, state.meta), counters.step)
            self.batches.load_state(_random_state(rngs, "order"), counters.position)
        except RuntimeError as error:  # torch looks at what is in them
            raise RunError(f"The checkpoint cannot be used: its random states are broken ({error}).") from None
        self.schedule.load(state.meta["schedule"])
        self.progress.load(state.meta)
        self.updates.set_noise_scale(config.stabilise, self.progress.images)
        self.adaptation.load(counters.augmentation)
        self.adaptation.prepare(config, self.progress.images)
        self.engine.load_loss_scales(counters.scales)

    def _noise_state(self, rngs: Mapping[str, torch.Tensor], meta: Mapping[str, Any]) -> torch.Tensor:
        """Return the state of the noise; one of another kind of device has another size. Raises RunError."""
        state, size = _random_state(rngs, "noise"), self.noise.rng.get_state().numel()
        if state.numel() not in (0, size) and _recorded_device(meta) == self.device.type:
            sizes = f"{state.numel():,} bytes in place of {size:,}"
            raise RunError(f"The checkpoint cannot be used: its random state rng.noise has {sizes}.")
        return state


def read_edits(state: State) -> tuple[Edit, ...]:
    """Return how the points were changed by hand in a run that has that state. Raises RunError."""
    try:
        return point_edits.decode(state.meta.get(EDITS, []))
    except DataError as error:
        raise RunError(f"The checkpoint cannot be used. {error}") from None


def _random_state(rngs: Mapping[str, torch.Tensor], name: str) -> torch.Tensor:
    """Return the random state of that name in a checkpoint. Raises RunError."""
    state = rngs.get(name)
    if state is None or state.dtype != torch.uint8 or state.ndim != 1:
        raise RunError(f"The checkpoint cannot be used: its random state rng.{name} is missing or of another type.")
    return state


def _recorded_device(meta: Mapping[str, Any]) -> str:
    """Return the kind of device that the checkpoint of a run was made on; "" if it does not say so."""
    config = meta.get("config")
    engine = config.get("engine") if isinstance(config, Mapping) else None
    return str(engine.get("device", "")).partition(":")[0] if isinstance(engine, Mapping) else ""
