"""The training loop of a GAN, as a plain generator of events: it writes nothing and calls nobody back."""

import contextlib
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import asdict, replace

import torch

from ganstudio import config as cfg
from ganstudio.data.catalog import Dataset
from ganstudio.data.points import editing
from ganstudio.data.points import edits as point_edits
from ganstudio.data.points.edits import Edit
from ganstudio.errors import DataError
from ganstudio.events import (
    ByHand,
    EndReason,
    Event,
    Finished,
    ManualUpdate,
    Marked,
    MarkKind,
    RoundRecorded,
    Samples,
    Started,
    Stepped,
    Tick,
)
from ganstudio.stages import BUILDING, StageCallback, ignore_stage
from ganstudio.training import adaptive, beginning, manual_updates, validation
from ganstudio.training.beginning import Beginning, Origin
from ganstudio.training.clock import Clock
from ganstudio.training.device import autotune
from ganstudio.training.device.cuda_graphs import Replay
from ganstudio.training.distributed.world import World
from ganstudio.training.game import Game
from ganstudio.training.gauges import Gauges
from ganstudio.training.look import Look
from ganstudio.training.reporting import NO_GAUGES, Reporter, Timetable
from ganstudio.training.round_recorder import record_round
from ganstudio.training.state import Diverged, State, half_precision_weights

CHECK_INTERVAL = 4  # rounds between two checks that the losses are finite


class Trainer:
    """Trains G and D against each other.

    The process stays as it is: threads, memory and TF32 are for the program to set, see `configure`.

    Parameters
    ----------
    config
        Settings of the run; "auto" is resolved here, see `config` afterwards, and `threads` where their number is open.
    dataset
        Pictures, uint8, of the configured size and channels.
    state
        Where to continue from, as `state()` returned it; None: from the start.
    world
        The processes that train together; None: this one alone.
    replay
        How updates are repeated; None: as the engine does on this device.
    tell
        Called with each stage of the preparation.
    configure
        Called with the resolved engine settings before anything is built; `process.configure` sets up threads and
        memory as `ganstudio train` does. None: the process is not changed, and the number of threads is torch's own.

    Raises
    ------
    ConfigError
        A setting is wrong, or the device is not on this machine.
    RunError
        The state does not fit the networks.
    """

    def __init__(
        self,
        config: cfg.RunConfig,
        dataset: Dataset,
        state: State | None = None,
        world: World | None = None,
        replay: Replay | None = None,
        tell: StageCallback = ignore_stage,
        configure: Callable[[cfg.EngineConfig], None] | None = None,
    ) -> None:
        self._world = world or World(0 if configure else torch.get_num_threads())
        config = validation.fit(cfg.validate(config), dataset, self._world.size)
        choice = autotune.resolve(config, self._world, tell, autotune.Threads.read(state))
        self.config, self.measured = choice.config, choice.text
        self.threads = choice.threads
        if configure is not None:
            configure(choice.engine)
        tell(BUILDING)
        count = len(dataset.images)
        held_out = adaptive.read_held_out(state, count) if state else adaptive.count_held_out(self.config, count)
        self.game = Game(self.config, dataset, self._world, replay, held_out)
        self.G = self.game.models.G
        self.D = self.game.models.D
        self.G_ema = self.game.models.G_ema
        self.opt_d = self.game.models.opt_d
        self.opt_g = self.game.models.opt_g
        self.batches = self.game.batches
        self.schedule = self.game.schedule
        self.clock = Clock()
        self.slow = False  # in slow motion each round yields a tick and a grid
        self._reporter = Reporter(self.game, self.config)
        self._gauges = Gauges(self.game, self.config, is_on=self._world.rank == 0)
        self.beginning: Beginning | None = None  # what its networks began with, if not random weights
        self._leaving = False
        self._probe: manual_updates.Probe | None = None
        self._last_manual: ByHand | None = None  # the last manual update, if nothing came after it
        if state is not None:
            self.load_state(state)

    # ---- the loop -----------------------------------------------------------------------------------------------

    def train(self) -> Iterator[Event]:
        """Train to the end, yielding `Started`, `Samples`, then `Stepped` after each round, ticks and grids when due.

        Raises
        ------
        Diverged
            A loss is NaN or infinite.
        """
        with contextlib.closing(self.batches):
            yield from self._train()

    def _train(self) -> Iterator[Event]:
        yield self.started()
        yield self.samples(kept=self.step == 0)
        self.clock.begin()
        timetable, over = Timetable(self.clock.seconds), self.done
        while not over:
            # Step 1: update D with G held. Step 2: update G with D held. See `updates`.
            epoch = int(self.epoch)
            self._gauges.before_round()
            self.round()
            self._gauges.after_round()
            self._last_manual = None
            # Time it. All processes take the first one's time, and leave together.
            self.clock.lap()
            self.clock.seconds, self._leaving = self._world.sync_clock(self.clock.seconds, self._leaving)
            # Stop if a loss is no longer finite.
            if self.step % CHECK_INTERVAL == 0 and self.game.stats.diverged_before():
                raise self._diverged()
            # Report means and samples when they are due.
            seconds, output = self.clock.seconds, self.config.output
            epoch_report = int(self.epoch) > epoch and int(self.epoch) % output.report_epochs == 0
            over = self.done or self._leaving
            always = epoch_report or over or self.slow
            samples_due = always or timetable.are_samples_due(seconds, output)
            if always or timetable.is_tick_due(seconds, output):
                yield self._tick(timetable.start_tick(seconds), self._gauges.read(self.config, seconds))
            if samples_due:
                timetable.start_samples(seconds)
                yield self.samples(kept=epoch_report or self.done)
            yield from self._reporter.warnings()
            yield Stepped(self.step)
        yield Finished(self.step, EndReason.STOPPED if self._leaving else EndReason.DONE)

    def round(self) -> None:
        """Train one round: D's updates with G held, then G's with D held (Goodfellow et al. 2014, Algorithm 1)."""
        self.game.play_round(self.config, self._fraction())

    def update_d(self) -> None:
        """Update D once on real and fake pictures, with G held."""
        self.game.update_d(self.config, self._fraction())

    def update_g(self) -> None:
        """Update G once through D, which is held, with fresh noise."""
        self.game.update_g(self.config, self._fraction())

    @property
    def step(self) -> int:
        """Rounds done."""
        return self.game.progress.step

    @property
    def images(self) -> int:
        """Real pictures D has seen."""
        return self.game.progress.images

    @property
    def epoch(self) -> float:
        """Passes over the data so far."""
        return self.game.progress.epoch

    @property
    def done(self) -> bool:
        """Whether the configured epochs are over, or the steps or seconds if they are set."""
        return self._fraction() >= 1.0

    def _fraction(self) -> float:
        return self.game.progress.fraction(self.config, self.clock.seconds)

    # ---- reports ------------------------------------------------------------------------------------------------

    def started(self) -> Started:
        """Return what there is to know before the next step."""
        return self._reporter.started(self.config, self.measured)

    def samples(self, kept: bool = False) -> Samples:
        """Return the grid of the fixed noise as it looks now."""
        return self._reporter.samples(self.config, kept)

    def _tick(self, elapsed: float | None, gauges: Mapping[str, float] = NO_GAUGES) -> Tick:
        self._check_finite()
        return self._reporter.tick(self.config, self.clock.seconds, elapsed, gauges)

    def _check_finite(self, alone: bool = False) -> None:
        """Raise Diverged if a loss is not finite in any process.

        If `alone`, this process asks without the others: about its own losses and about the weights, which all share.
        """
        if self.game.stats.diverged(alone) or (alone and not self.game.models.is_finite()):
            raise self._diverged()

    def _diverged(self) -> Diverged:
        return Diverged(f"A loss became NaN or infinite by step {self.step:,}. Lower learning rates may help.")

    # ---- steering -----------------------------------------------------------------------------------------------

    def leave(self) -> None:
        """End `train` after the next round, in all processes."""
        self._leaving = True

    def change(self, path: str, value: object) -> Marked:
        """Give a live setting a new value from the next step on.

        Raises
        ------
        ConfigError
            The setting is not live or the value is not valid.
        """
        setting, new = cfg.check_live(path, value)
        old = cfg.read(self.config, setting.path)
        self.config = cfg.replace(self.config, setting, new)
        self.game.settings_changed(self.config, setting.in_cuda_graph)
        self._last_manual = None
        text = cfg.describe_change(setting.path, old, new)
        return Marked(self.step, MarkKind.CHANGE, text, setting.path, old, new)

    def edit_points(self, edit: Edit, undo: bool = False) -> Marked | None:
        """Change the points that D sees as real, from the next round on; None if nothing is changed by it.

        Parameters
        ----------
        edit
            The change.
        undo
            Take it back instead; it is the last one that was made.

        Raises
        ------
        DataError
            It cannot be made; says why.
        """
        source = self.batches.points
        if source is None:
            raise DataError("The data of this run are pictures: only points can be changed while it trains.")
        least = self.config.optimizer.batch_size
        edition = editing.take_back(source, edit) if undo else editing.make_edit(source, edit, least)
        if edition is None:
            return None
        return self._take_edits(edition.source.edits, edition.text)

    def set_edits(self, edits: tuple[Edit, ...]) -> Marked | None:
        """Train on the points with these changes by hand and no others; None if it is so already.

        Raises
        ------
        DataError
            The data are pictures, or no points would be left.
        """
        source = self.batches.points
        if edits == (() if source is None else source.edits):
            return None
        if source is None:
            raise DataError("The data of this run are pictures: they cannot be changed by hand.")
        return self._take_edits(edits, editing.describe_all(edits))

    def _take_edits(self, edits: tuple[Edit, ...], text: str) -> Marked:
        assert self.batches.points is not None
        change = point_edits.difference(self.batches.points.edits, edits)
        self.batches.change_points(edits)
        self.game.settings_changed(self.config, in_cuda_graph=True)
        self._probe = self._last_manual = None
        return Marked(self.step, MarkKind.CHANGE, text, point_edits.PATH, None, point_edits.encode(change))

    def set_threads(self, count: int) -> None:
        """Compute the next rounds with that many threads; rounding errors then differ from those of other numbers."""
        torch.set_num_threads(count)
        self.threads = replace(self.threads, now=count)

    def manual_update(self, update: ManualUpdate, recorded: bool = False) -> Iterator[Event]:
        """Do one update while nobody iterates `train`; yield what it changed, a tick and a grid.

        If `recorded`, its record as well.
        """
        actions: dict[ManualUpdate, Callable[[], None]] = {
            ManualUpdate.D: lambda: self.game.update_d_alone(self.config, self._fraction()),
            ManualUpdate.G: self.update_g,
            ManualUpdate.ROUND: self.round,
        }
        if self._probe is None:
            self._probe = manual_updates.Probe(self.config, self.batches, self.game.engine)
        before = self._probe.measure(self.G, self.D, self.config)
        record = record_round(self.game, self.config, actions[update]) if recorded else actions[update]()
        tick, after = self._tick(None), self._probe.measure(self.G, self.D, self.config)
        self._last_manual = manual_updates.make_mark(update, self._last_manual, self.game.progress, before, after)
        yield self._last_manual
        yield manual_updates.fill_tick(tick, after)
        yield self.samples()
        if record is not None:
            yield RoundRecorded(self.step, record)

    def by_hand(self, what: str) -> Iterator[Event]:
        """Do one manual update; deprecated, see `manual_update`."""
        warnings.warn("Trainer.by_hand is now Trainer.manual_update.", DeprecationWarning, stacklevel=2)
        return self.manual_update(ManualUpdate(what))

    # ---- state --------------------------------------------------------------------------------------------------

    def generator_state(self) -> dict[str, torch.Tensor]:
        """Return the weights of the generator that is shown, on the CPU; of one of pictures, floats in float16."""
        return half_precision_weights(
            self.game.models.shown_generator(self.config.ema.show_raw), self.config.makes_points
        )

    def snapshot_state(self) -> tuple[dict[str, torch.Tensor], dict[str, float]]:
        """Return tensors and meta of a snapshot: `generator_state`, and D unless it only judges packs of pictures."""
        return self.game.snapshot(self.config)

    def look(self) -> Look:
        """Return the generator that is shown, and D, as they are now."""
        return self.game.look(self.config)

    def state(self) -> State:
        """Return everything needed to continue bit for bit, copied to the CPU.

        Raises
        ------
        Diverged
            A weight or a loss is not finite: it would be saved.
        """
        self._check_finite(alone=True)
        state = self.game.state(self.config, self.clock.seconds)
        return State(state.tensors, state.meta | {"threads": asdict(self.threads)})

    def begin_from(self, origin: Origin, labels: Sequence[str]) -> None:
        """Let the networks begin as those of another run or model, before the first step.

        Parameters
        ----------
        origin
            What they begin from.
        labels
            Names of the classes of the data set.

        Raises
        ------
        ConfigError
            Levels of D would be frozen that begin anew.
        """
        G, D = self.G.state_dict(), self.D.state_dict()
        self.beginning = beginning.prepare(origin, self.config, labels, G, D)
        self.G.load_state_dict(self.beginning.G)
        self.D.load_state_dict(self.beginning.D)
        self.G_ema.module.load_state_dict(self.beginning.G_ema)

    def load_state(self, state: State) -> None:
        """Continue from what `state` returned.

        Raises
        ------
        RunError
            The state does not fit these networks.
        """
        self.game.load_state(state, self.config)
        self._reporter.forget_images()
        self._gauges.restart()
        self.clock = Clock(float(state.meta["seconds"]))
