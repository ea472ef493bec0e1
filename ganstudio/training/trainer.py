"""The alternating loop of a GAN, as a plain generator of events: it writes nothing and calls nobody back."""

import contextlib
from collections.abc import Callable, Iterator

import torch

from ganstudio import config as cfg
from ganstudio.data.batches import Batches
from ganstudio.data.catalog import Dataset
from ganstudio.events import ByHand, EndReason, Event, Finished, Marked, MarkKind, Samples, Started, Stepped, Tick
from ganstudio.images import to_uint8
from ganstudio.objectives import Objective, objective
from ganstudio.stages import BUILDING, Tell, silent
from ganstudio.training import manual_updates, models, rng, validation
from ganstudio.training.augment import noise_scale
from ganstudio.training.clock import Clock
from ganstudio.training.device import autotune, cuda_graphs, engine, hardware
from ganstudio.training.distributed.world import World
from ganstudio.training.ema import frozen_copy
from ganstudio.training.fakes import Fakes
from ganstudio.training.penalties import clip_weights
from ganstudio.training.schedule import Progress, Schedule, Turn
from ganstudio.training.state import (
    Diverged,
    State,
    discriminator_weights,
    half_precision_weights,
    pack,
    unpack,
)
from ganstudio.training.stats import Stats
from ganstudio.training.updates import Sight, any_penalty


class Trainer:
    """Trains G and D against each other.

    Parameters
    ----------
    config
        The run's settings; "auto" is resolved here, see `config` afterwards.
    dataset
        Pictures, uint8, already at the configured size and channels.
    state
        Where to go on from, as `state()` gave it; None starts anew.
    world
        The processes that train together; None: this one alone.
    replay
        How updates are repeated; None: as the engine does on this device.
    tell
        Hears what is going on meanwhile.
    configure
        Called with the resolved engine settings before anything is built; see `process.configure`. None: the process
        stays as it is.

    Raises
    ------
    ConfigError
        A setting is wrong, or asks for a device that is not here.
    """

    CHECK_EVERY = 4  # rounds between two looks at whether the losses are still finite
    EARLY = (0.25, 0.5)  # of the time between two grids until the first ones: who has just started looks

    def __init__(
        self,
        config: cfg.RunConfig,
        dataset: Dataset,
        state: State | None = None,
        world: World | None = None,
        replay: cuda_graphs.Replay | None = None,
        tell: Tell = silent,
        configure: Callable[[cfg.EngineConfig], None] | None = None,
    ) -> None:
        self._world = world or World()
        config = validation.fit(cfg.validate(config), dataset, self._world.size)
        self.config, self.measured = autotune.resolve(config, self._world, tell)
        if configure is not None:
            configure(self.config.engine)
        tell(BUILDING)
        rank, size, settings = self._world.rank, self._world.size, self.config
        self._device = torch.device(settings.engine.device)
        self._noise = rng.Noise(settings.seed, self._device, settings.optimizer.batch_size, rank, size)
        self._engine = engine.Engine(settings.engine, [self._noise.rng], replay)
        self._players = models.make(settings, self._engine, self._world)
        self.G, self.D, self.G_ema = self._players.G, self._players.D, self._players.G_ema
        self.opt_d, self.opt_g = self._players.opt_d, self._players.opt_g
        self._sight = Sight(self.D, self._noise, self._device)
        self.batches = self._make_batches(dataset)
        self._data_count = len(dataset.images)
        self._fixed_z, self._fixed_labels = rng.grid_noise(settings, self._device)
        self.schedule = Schedule(self.batches.per_epoch)
        self._progress = Progress(self.batches.per_epoch)
        self._stats = Stats(self._device, self._world)
        self.clock = Clock()
        self._fakes = Fakes(self.G, self._noise, self.batches, self._engine)
        self._images_at_tick = 0
        self._leaving = self._told_why = False
        self.slow = False  # in slow motion each round says a tick and a grid
        self._witness: manual_updates.Witness | None = None
        self._by_hand: ByHand | None = None  # the last update by hand, if nothing came after it
        self._keep_to_what_can_be_recorded()
        if state is not None:
            self.load_state(state)

    def _make_batches(self, dataset: Dataset) -> Batches:
        """Return the endless shuffled batches of the run; of each, the rows that are this process's."""
        return Batches(
            dataset,
            self.config.optimizer.batch_size,
            self._device,
            rng.derive_seed(self.config.seed, "batches"),
            rank=self._world.rank,
            world=self._world.size,
            limit=self.config.engine.data_limit,
            labels=self.config.network.conditional,
        )

    # ---- the game ---------------------------------------------------------------------------------------------

    def round(self) -> None:
        """One round: D's updates with G held, then G's with D held (Goodfellow et al., 2014, Algorithm 1)."""
        turn = self.schedule.next(self.config.schedule)
        if turn == Turn(1, 1) and self._engine.replay.records:
            self._replay_round()
        else:
            for _ in range(turn.d):
                self.update_d()
            for _ in range(turn.g):
                self.update_g()
        self._fakes.forget()
        self._progress.step += 1
        self._progress.advance(turn, self.config)

    def update_d(self) -> None:
        """Train D on m real and m fake pictures, with G held."""
        penalised = self._prepare_d()
        self._engine.run(("D", penalised), lambda: self._learn_d(penalised))
        self._progress.count_d(self.config)

    def update_g(self) -> None:
        """Train G through D, which is held, with fresh noise."""
        self._prepare()
        self._engine.run("G", self._learn_g)
        self.G_ema.update(self.config.optimizer.batch_size, self.images, self.config.ema)

    def _replay_round(self) -> None:
        """An update of D and one of G as one piece of work that is recorded: with reused fakes they hang together."""
        penalised = self._prepare_d()

        def learn() -> None:
            self._learn_d(penalised)
            self._learn_g()

        self._engine.run(("D, G", penalised), learn)
        self._progress.count_d(self.config)
        self.G_ema.update(self.config.optimizer.batch_size, self.images, self.config.ema)

    def _learn_d(self, penalised: bool) -> None:
        self.D.requires_grad_(True)
        self.opt_d.zero_grad()
        parts = self.config.optimizer.accumulate
        for part in range(parts):
            if part:
                self.batches.advance()
            real, fake = self.batches.current(), self._fakes.for_d(self.config)  # (m, C, H, W), -1..1
            if penalised:
                real.images.requires_grad_(True)
                fake.images.requires_grad_(True)
            with self._engine.passes():
                judged = self._sight.judge_both(real, fake, self.config)  # logits (m,)
                cost = self._sight.penalty(judged, self.config) if penalised else 0.0
            smoothing = self.config.objective.label_smoothing
            loss = self._objective.d_loss(judged.real_logits, judged.fake_logits, smoothing)
            self._engine.backward((loss + cost) / parts, self.opt_d)
            self._stats.add_d(loss.detach(), judged.real_logits, judged.fake_logits, self._objective)
        self._update(self.opt_d)
        if self.config.penalty.clip:
            clip_weights(self.D.parameters(), self.config.penalty.clip)

    def _learn_g(self) -> None:
        self.D.requires_grad_(False)
        self.opt_g.zero_grad()
        parts = self.config.optimizer.accumulate
        for _ in range(parts):
            with self._engine.passes():
                fake_logits = self._sight.judge(self._fakes.for_g(self.config), self.config)  # (m,)
                real_logits = self._real_logits_for_g() if self._objective.paired else fake_logits
            loss = self._objective.g_loss(fake_logits, real_logits)
            self._engine.backward(loss / parts, self.opt_g)
            self._stats.add_g(loss.detach(), fake_logits, self._objective)
        self._update(self.opt_g)

    @property
    def _objective(self) -> Objective:
        return objective(self.config.objective.loss)

    def _update(self, optimizer: torch.optim.Optimizer) -> None:
        self._world.average_gradients(optimizer)
        self._engine.update(optimizer, self.config.stabilise.clip_gradient)

    def _prepare(self) -> None:
        """What changes from update to update, put where a recorded update looks for it."""
        models.set_rates(self._players, self.config.optimizer, self._share(), self._engine)

    def _prepare_d(self) -> bool:
        """The same for D, with the next batch; whether its penalties are due."""
        self._prepare()
        self._set_noise()
        self.batches.advance()
        return any_penalty(self.config.penalty) and self._progress.d_updates % self.config.penalty.every == 0

    def _set_noise(self) -> None:
        """Instance noise as it is from D's next update on, for D and for G after it."""
        self._sight.sigma.fill_(noise_scale(self.config.stabilise, self.images))

    def _real_logits_for_g(self) -> torch.Tensor:
        """Of random pictures: what a relativistic G is compared with."""
        with torch.no_grad():
            return self._sight.judge(self.batches.draw(self._noise.rng), self.config)

    # ---- what the run says ------------------------------------------------------------------------------------

    def train(self) -> Iterator[Event]:
        """Trains to the end, yielding `Started`, `Samples`, then `Stepped` after each round and ticks when due.

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
        tick_at = sample_at = self.clock.seconds
        over, early = self.done, iter(self.EARLY)
        wait = next(early)  # of the time between two grids
        while not over:
            epoch = int(self.epoch)
            self.round()
            self._by_hand = None
            self.clock.lap()
            self.clock.seconds, self._leaving = self._world.sync_clock(self.clock.seconds, self._leaving)
            if self.step % self.CHECK_EVERY == 0 and self._stats.diverged_before():
                raise self._diverged()
            reports = int(self.epoch) > epoch and int(self.epoch) % self.config.output.report_epochs == 0
            seconds, output = self.clock.seconds, self.config.output
            ticks = seconds - tick_at >= output.tick_seconds
            samples = seconds - sample_at >= output.sample_seconds * wait
            over = self.done or self._leaving
            if ticks or reports or over or self.slow:
                tick = self._tick(seconds - tick_at)
                tick_at = seconds
                yield tick
            if samples or reports or over or self.slow:
                sample_at, wait = seconds, next(early, 1.0)
                yield self.samples(kept=reports or self.done)
            if self._engine.replay.why_not and not self._told_why:
                self._told_why = True
                yield Marked(self.step, MarkKind.WARNING, self._engine.replay.why_not)
            yield Stepped(self.step)
        yield Finished(self.step, EndReason.STOPPED if self._leaving else EndReason.DONE)

    def leave(self) -> None:
        """End `train` after the next round, in all processes."""
        self._leaving = True

    def by_hand(self, what: str) -> Iterator[Event]:
        """One update of D ("d"), of G ("g") or a "round", while nobody iterates `train`; then what it changed."""
        actions: dict[str, Callable[[], None]] = {"d": self._one_d, "g": self.update_g, "round": self.round}
        if self._witness is None:
            self._witness = manual_updates.Witness(self.config, self.batches, self._engine)
        before = self._witness.look(self.G, self.D, self.config)
        actions[what]()
        tick, after = self._tick(None), self._witness.look(self.G, self.D, self.config)
        self._by_hand = manual_updates.told(what, self._by_hand, self.step, self.epoch, self.images, (before, after))
        yield self._by_hand
        yield manual_updates.filled(tick, after)
        yield self.samples()

    def _one_d(self) -> None:
        self.update_d()
        self._fakes.forget()
        self._progress.advance(Turn(1, 0), self.config)

    @property
    def step(self) -> int:
        """Rounds done."""
        return self._progress.step

    @property
    def images(self) -> int:
        """Real pictures D has seen."""
        return self._progress.images

    @property
    def epoch(self) -> float:
        """Passes over the data so far."""
        return self._progress.epoch

    @property
    def done(self) -> bool:
        """Whether the configured epochs are over, or the steps or seconds if they are set."""
        return self._share() >= 1.0

    def _share(self) -> float:
        return self._progress.fraction(self.config, self.clock.seconds)

    def started(self) -> Started:
        """What there is to know before the next step."""
        return Started(
            config=self.config,
            device=str(self._device),
            hardware=hardware.hardware(self._device),
            precision=self.config.engine.precision,
            g_parameters=sum(each.numel() for each in self.G.parameters()),
            d_parameters=sum(each.numel() for each in self.D.parameters()),
            data_count=self._data_count,
            batches_per_epoch=self.batches.per_epoch,
            total_steps=self._progress.total_steps(self.config),
            step=self.step,
            measured=self.measured,
        )

    def samples(self, kept: bool = False) -> Samples:
        """The grid of the fixed noise as it looks now."""
        with torch.no_grad(), self._engine.passes():
            x = self._shown()(self._fixed_z, self._fixed_labels)
        return Samples(self.step, self.epoch, to_uint8(x), kept)

    def _tick(self, elapsed: float | None) -> Tick:
        self._check_finite()
        means = self._stats.read()
        new = self.images - self._images_at_tick
        self._images_at_tick = self.images
        return Tick(
            step=self.step,
            images=self.images,
            epoch=self.epoch,
            seconds=self.clock.seconds,
            images_per_second=new / elapsed if elapsed and new else None,
            memory=hardware.memory_in_use(self._device),
            **vars(means),
        )

    def _check_finite(self, alone: bool = False) -> None:
        """By the losses of all processes; or, where only this one asks, by its own and by the weights they share."""
        if self._stats.diverged(alone) or (alone and not self._players.finite()):
            raise self._diverged()

    def _diverged(self) -> Diverged:
        return Diverged(f"A loss became NaN or infinite by step {self.step:,}. Lower learning rates may help.")

    # ---- steering ---------------------------------------------------------------------------------------------

    def change(self, path: str, value: object) -> Marked:
        """A live setting takes a new value from the next step on. Raises ConfigError if it is not live or not valid."""
        setting, new = cfg.check_live(path, value)
        old = cfg.read(self.config, setting.path)
        self.config = cfg.replace(self.config, setting, new)
        if setting.recorded:
            self._engine.replay.forget()
        self._keep_to_what_can_be_recorded()
        self._by_hand = None
        text = cfg.describe_change(setting.path, old, new)
        return Marked(self.step, MarkKind.CHANGE, text, setting.path, old, new)

    def _keep_to_what_can_be_recorded(self) -> None:
        if reason := cuda_graphs.why_not(self.config, self.batches.resident, self._world.size):
            self._engine.replay.stop(reason)

    # ---- what the run is made of --------------------------------------------------------------------------------

    def _shown(self) -> torch.nn.Module:
        """The generator that pictures are made with, ready for it."""
        return frozen_copy(self.G) if self.config.ema.show_raw else self.G_ema.module

    def generator_state(self) -> dict[str, torch.Tensor]:
        """Weights of the generator that is shown, on the CPU, floating point ones in float16."""
        return half_precision_weights(self._shown())

    def snapshot_state(self) -> tuple[dict[str, torch.Tensor], dict[str, float]]:
        """Tensors and meta of a snapshot: `generator_state`, and D if it has an opinion of single pictures."""
        single = self.config.network.packing == 1
        judge, about = discriminator_weights(self.D, self._stats.centre(self._objective)) if single else ({}, {})
        return self.generator_state() | judge, about

    def state(self) -> State:
        """Everything needed to go on bit for bit, copied to the CPU. Raises Diverged rather than save NaN."""
        self._check_finite(alone=True)
        order, position = self.batches.state()
        rngs = {"noise": self._noise.rng.get_state(), "order": order}
        meta = {
            **self._progress.state(),
            "position": position,
            "schedule": self.schedule.state(),
            "scales": self._engine.scales(),
            "seconds": self.clock.seconds,
        }
        return pack(self._players.modules, self._players.optimizers, rngs, meta)

    def load_state(self, state: State) -> None:
        """Goes on from what `state()` gave. Raises RunError if it does not fit these networks."""
        rngs = unpack(state, self._players.modules, self._players.optimizers)
        self._noise.load(rngs["noise"], int(state.meta["step"]))
        self.batches.load(rngs["order"], int(state.meta["position"]))
        self.schedule.load(state.meta["schedule"])
        self._progress.load(state.meta)
        self._images_at_tick = self.images
        self._set_noise()
        self._engine.load_scales(state.meta.get("scales", []))
        self.clock = Clock(float(state.meta["seconds"]))
