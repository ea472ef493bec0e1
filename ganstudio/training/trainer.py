"""The alternating loop of a GAN, as a plain generator of events: it writes nothing and calls nobody back."""

from collections.abc import Callable, Iterator

import torch

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.data.batches import Batches
from ganstudio.data.catalog import Dataset
from ganstudio.errors import ConfigError
from ganstudio.events import Event, Finished, Marked, Samples, Started, Stepped, Tick
from ganstudio.images import to_uint8
from ganstudio.training import engine, seeds
from ganstudio.training.clock import Clock
from ganstudio.training.objectives import Objective, objective
from ganstudio.training.schedule import Schedule, Turn, batches_in, rounds
from ganstudio.training.state import Diverged, State, pack, unpack
from ganstudio.training.stats import Stats


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

    Raises
    ------
    ConfigError
        A setting is wrong, or asks for a device that is not here.
    """

    CHECK_EVERY = 8  # rounds between two looks at whether the losses are still finite: each look waits for the device

    def __init__(self, config: cfg.RunConfig, dataset: Dataset, state: State | None = None) -> None:
        self.config = engine.resolve(cfg.validate(config))
        self._engine = engine.Engine(self.config.engine)
        self._device = self._engine.device
        self._data_count = len(dataset.images)
        optimizer = self.config.optimizer

        weights = seeds.generator(self.config.seed, "weights")
        self.G = self._engine.place(networks.generator(self.config, weights))
        self.D = self._engine.place(networks.discriminator(self.config, weights))
        self.G_ema = engine.Average(self.G)
        betas = (optimizer.beta1, optimizer.beta2)
        self.opt_d = self._engine.adam(self.D.parameters(), optimizer.d_lr, betas)
        self.opt_g = self._engine.adam(self.G.parameters(), optimizer.g_lr, betas)

        shuffle = seeds.number(self.config.seed, "batches")
        self.batches = Batches(dataset, optimizer.batch_size, self._device, shuffle)
        self._noise = seeds.generator(self.config.seed, "noise", self._device)
        self._fixed_z = self._draw_fixed_z()
        self.schedule = Schedule(self.batches.per_epoch)
        self._stats = Stats(self._device)
        self._clock = Clock()
        self._reusable: torch.Tensor | None = None  # D's last fakes, with G's graph, if G is to reuse them

        self.step = 0  # rounds done
        self.images = 0  # real pictures D has seen
        self._batches_done = 0  # batches by which the run has moved along, see `batches_in`
        self._images_at_tick = 0
        if state is not None:
            self.load_state(state)

    # ---- the game ---------------------------------------------------------------------------------------------

    def round(self) -> None:
        """One round: D's updates with G held, then G's with D held (Goodfellow et al., 2014, Algorithm 1)."""
        turn = self.schedule.next(self.config.schedule)
        for _ in range(turn.d):
            self.update_d()
        for _ in range(turn.g):
            self.update_g()
        self._reusable = None
        self.step += 1
        self._advance(turn)

    def update_d(self) -> None:
        """Train D on m real and m fake pictures, with G held."""
        real = self.batches.next().images  # (m, C, H, W), -1..1
        fake = self._fake_for_d()  # (m, C, H, W), -1..1, without G's graph
        self.D.requires_grad_(True)
        with self._engine.passes():
            real_logits = self.D(real)  # (m,)
            fake_logits = self.D(fake)
        loss = self._objective.d_loss(real_logits, fake_logits, self.config.objective.label_smoothing)
        self.opt_d.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.opt_d.step()
        self.images += len(real)
        self._stats.add_d(loss.detach(), real_logits, fake_logits)

    def update_g(self) -> None:
        """Train G through D, which is held, with fresh noise."""
        self.D.requires_grad_(False)
        with self._engine.passes():
            fake = self._fake_for_g()  # (m, C, H, W), -1..1
            fake_logits = self.D(fake)  # (m,)
            real_logits = self.D(self.batches.next().images) if self._objective.paired else fake_logits
        loss = self._objective.g_loss(fake_logits, real_logits)
        self.opt_g.zero_grad()
        loss.backward()  # type: ignore[no-untyped-call]
        self.opt_g.step()
        self.G_ema.update(len(fake_logits), self.images, self.config.ema.half_life)
        self._stats.add_g(loss.detach(), fake_logits)

    @property
    def _objective(self) -> Objective:
        return objective(self.config.objective.loss)

    def _draw_z(self) -> torch.Tensor:
        """Noise (batch_size, z_size), standard normal."""
        shape = (self.config.optimizer.batch_size, self.config.network.z_size)
        return torch.randn(shape, generator=self._noise, device=self._device)

    def _fake_for_d(self) -> torch.Tensor:
        keep = self.config.schedule.reuse_fakes and self.config.schedule.mode == "steps"
        with torch.set_grad_enabled(keep), self._engine.passes():
            fake: torch.Tensor = self.G(self._draw_z())
        self._reusable = fake if keep else None
        return fake.detach()

    def _fake_for_g(self) -> torch.Tensor:
        if self._reusable is not None:
            fake, self._reusable = self._reusable, None
            return fake
        fresh: torch.Tensor = self.G(self._draw_z())
        return fresh

    # ---- what the run says ------------------------------------------------------------------------------------

    def train(self) -> Iterator[Event]:
        """Trains to the end, yielding `Started`, `Samples`, then `Stepped` after each round and ticks when due.

        Raises
        ------
        Diverged
            A loss is NaN or infinite.
        """
        yield self.started()
        yield self.samples(kept=self.step == 0)
        self._clock.begin()
        tick_at = sample_at = self._clock.seconds
        while not self.done:
            epoch = int(self.epoch)
            self.round()
            self._clock.lap()
            if self.step % self.CHECK_EVERY == 0:
                self._check_finite()
            reports = int(self.epoch) > epoch and int(self.epoch) % self.config.output.report_epochs == 0
            seconds, output = self._clock.seconds, self.config.output
            if seconds - tick_at >= output.tick_seconds or reports or self.done:
                tick = self._tick(seconds - tick_at)
                tick_at = seconds
                yield tick
            if seconds - sample_at >= output.sample_seconds or reports or self.done:
                sample_at = seconds
                yield self.samples(kept=reports or self.done)
            yield Stepped(self.step)
        yield Finished(self.step, "done")

    def by_hand(self, what: str) -> Iterator[Event]:
        """One update of D ("d"), of G ("g") or a "round", while nobody iterates `train`; then what it changed."""
        actions: dict[str, tuple[Callable[[], None], str]] = {
            "d": (self._one_d, "one update of D"),
            "g": (self.update_g, "one update of G"),
            "round": (self.round, "one round"),
        }
        act, text = actions[what]
        act()
        yield Marked(self.step, "hand", text)
        yield self._tick(None)
        yield self.samples()

    def _one_d(self) -> None:
        self.update_d()
        self._reusable = None
        self._advance(Turn(1, 0))

    def _advance(self, turn: Turn) -> None:
        self._batches_done += batches_in(turn, self.config.schedule)

    @property
    def epoch(self) -> float:
        """Passes over the data so far."""
        return self._batches_done / self.batches.per_epoch

    @property
    def done(self) -> bool:
        """Whether the configured epochs, or steps if they are set, are over."""
        if self.config.steps:
            return self.step >= self.config.steps
        return self._batches_done >= self.config.epochs * self.batches.per_epoch

    @property
    def total_steps(self) -> int:
        """Step at which the run will be done under the present settings."""
        if self.config.steps:
            return self.config.steps
        left = max(0, self.config.epochs * self.batches.per_epoch - self._batches_done)
        return self.step + rounds(left, self.config.schedule)

    def started(self) -> Started:
        """What there is to know before the next step."""
        return Started(
            config=self.config,
            device=str(self._device),
            hardware=engine.hardware(self._device),
            precision=self.config.engine.precision,
            g_parameters=sum(each.numel() for each in self.G.parameters()),
            d_parameters=sum(each.numel() for each in self.D.parameters()),
            data_count=self._data_count,
            batches_per_epoch=self.batches.per_epoch,
            total_steps=self.total_steps,
            step=self.step,
        )

    def samples(self, kept: bool = False) -> Samples:
        """The grid of the fixed noise as it looks now."""
        with torch.no_grad(), self._engine.passes():
            x = self._shown()(self._fixed_z)
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
            seconds=self._clock.seconds,
            images_per_second=new / elapsed if elapsed and new else None,
            memory=engine.memory_in_use(self._device),
            **vars(means),
        )

    def _check_finite(self) -> None:
        if self._stats.diverged():
            raise Diverged(f"A loss became NaN or infinite by step {self.step:,}. Lower learning rates may help.")

    # ---- steering ---------------------------------------------------------------------------------------------

    def change(self, path: str, value: object) -> Marked:
        """A live setting takes a new value from the next step on. Raises ConfigError if it is not live or not valid."""
        known = cfg.find(path)
        if not known.setting.live:
            raise ConfigError(f"{known.path} cannot change during a run. {known.setting.why_fixed}")
        old = cfg.read(self.config, known.path)
        self.config = cfg.change(self.config, known.path, value)
        new = cfg.read(self.config, known.path)
        self._apply_rates()
        return Marked(
            self.step, "change", f"{known.setting.label}: {old} \N{RIGHTWARDS ARROW} {new}", known.path, old, new
        )

    def _apply_rates(self) -> None:
        settings = self.config.optimizer
        for optimizer, lr in ((self.opt_d, settings.d_lr), (self.opt_g, settings.g_lr)):
            for group in optimizer.param_groups:
                group["lr"] = lr
                group["betas"] = (settings.beta1, settings.beta2)

    # ---- what the run is made of --------------------------------------------------------------------------------

    def _shown(self) -> torch.nn.Module:
        """The generator that pictures are made with, ready for it."""
        return engine.frozen_copy(self.G) if self.config.ema.show_raw else self.G_ema.module

    def _draw_fixed_z(self) -> torch.Tensor:
        rng = seeds.generator(self.config.seed, "fixed")
        return torch.randn(self.config.output.grid**2, self.config.network.z_size, generator=rng).to(self._device)

    def generator_state(self) -> dict[str, torch.Tensor]:
        """Weights of the generator that is shown, on the CPU, floating point ones in float16."""
        weights = self._shown().state_dict()
        return {
            name: (each.half() if each.is_floating_point() else each).cpu().clone() for name, each in weights.items()
        }

    def state(self) -> State:
        """Everything needed to go on bit for bit, copied to the CPU. Raises Diverged rather than save NaN."""
        self._check_finite()
        order, position = self.batches.state()
        parts = {"G": self.G, "D": self.D, "G_ema": self.G_ema.module}
        rngs = {"noise": self._noise.get_state(), "order": order}
        meta = {
            "step": self.step,
            "images": self.images,
            "batches_done": self._batches_done,
            "position": position,
            "schedule": self.schedule.state(),
            "seconds": self._clock.seconds,
        }
        return pack(parts, {"opt_d": self.opt_d, "opt_g": self.opt_g}, rngs, meta)

    def load_state(self, state: State) -> None:
        """Goes on from what `state()` gave. Raises RunError if it does not fit these networks."""
        parts = {"G": self.G, "D": self.D, "G_ema": self.G_ema.module}
        rngs = unpack(state, parts, {"opt_d": self.opt_d, "opt_g": self.opt_g})
        self._apply_rates()
        self._noise.set_state(rngs["noise"])
        self.batches.load(rngs["order"], int(state.meta["position"]))
        self.schedule.load(state.meta["schedule"])
        self.step = int(state.meta["step"])
        self.images = self._images_at_tick = int(state.meta["images"])
        self._batches_done = int(state.meta["batches_done"])
        self._clock = Clock(float(state.meta["seconds"]))
