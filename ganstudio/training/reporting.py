"""What a trainer reports: the run itself, means of its updates, grids of samples, and when these are due."""

from collections.abc import Iterator, Mapping
from types import MappingProxyType

import torch

from ganstudio import config as cfg
from ganstudio import sizes
from ganstudio.data.points.density_picture import to_pictures
from ganstudio.events import Marked, MarkKind, Samples, Started, Tick
from ganstudio.training.device import hardware
from ganstudio.training.game import Game
from ganstudio.training.rng import grid_noise

EARLY_FRACTIONS = (0.25, 0.5)  # of the usual time until the first two grids: the user is looking at a new run
NO_GAUGES: Mapping[str, float] = MappingProxyType({})


class Reporter:
    """Makes events of the state of a game.

    Parameters
    ----------
    game
        The game; it is only read.
    config
        Resolved settings of the run.
    """

    def __init__(self, game: Game, config: cfg.RunConfig) -> None:
        self._game = game
        self._z, self._labels = grid_noise(config, game.device)  # (grid^2, z_size), (grid^2,)
        self._images_at_tick = game.progress.images
        self._has_warned = False

    def started(self, config: cfg.RunConfig, measured: str) -> Started:
        """Return what there is to know before the next step; `measured`: how precision and threads were chosen."""
        game = self._game
        return Started(
            config=config,
            device=str(game.device),
            hardware=hardware.device_name(game.device),
            precision=config.engine.precision,
            g_parameters=sum(parameter.numel() for parameter in game.models.G.parameters()),
            d_parameters=sum(parameter.numel() for parameter in game.models.D.parameters()),
            data_count=len(game.batches.pictures) if game.batches.points is None else game.batches.points.count,
            batches_per_epoch=game.batches.per_epoch,
            total_steps=game.progress.total_steps(config),
            step=game.progress.step,
            measured=measured,
            held_out=game.adaptation.held_out,
        )

    def tick(
        self, config: cfg.RunConfig, seconds: float, elapsed: float | None, gauges: Mapping[str, float] = NO_GAUGES
    ) -> Tick:
        """Return means over the updates since the last tick.

        Parameters
        ----------
        config
            Present settings of the run.
        seconds
            Training time so far.
        elapsed
            Seconds of it since the last tick; None: no speed is given.
        gauges
            What was measured beside, by the names of `Tick`.
        """
        progress = self._game.progress
        means = self._game.stats.read()
        new = progress.images - self._images_at_tick
        self._images_at_tick = progress.images
        return Tick(
            step=progress.step,
            images=progress.images,
            epoch=progress.epoch,
            seconds=seconds,
            images_per_second=new / elapsed if elapsed and new else None,
            memory=hardware.memory_in_use(self._game.device),
            augment_p=self._game.adaptation.shown(config),
            **vars(means),
            **gauges,
        )

    def samples(self, config: cfg.RunConfig, kept: bool) -> Samples:
        """Return the grid of the fixed noise as it looks now; `kept`: it is never thinned out."""
        G = self._game.models.shown_generator(config.ema.show_raw)
        count = len(self._z) if config.makes_points else sizes.pictures_at_once(len(self._z), *config.data.sides)
        z = torch.split(self._z, count)
        labels = [None] * len(z) if self._labels is None else torch.split(self._labels, count)
        with torch.no_grad(), self._game.engine.autocast():
            pictures = torch.cat(list(map(G, z, labels)))
        progress = self._game.progress
        return Samples(progress.step, progress.epoch, to_pictures(pictures, config), kept)

    def warnings(self) -> Iterator[Marked]:
        """Yield, once, why updates are not recorded, if they should be."""
        if self._game.engine.replay.why_not and not self._has_warned:
            self._has_warned = True
            yield Marked(self._game.progress.step, MarkKind.WARNING, self._game.engine.replay.why_not)

    def forget_images(self) -> None:
        """Count pictures per second from here: the game continues from another state."""
        self._images_at_tick = self._game.progress.images


class Timetable:
    """When ticks and sample grids are due, in training time.

    Parameters
    ----------
    seconds
        Training time now.
    """

    def __init__(self, seconds: float) -> None:
        self._tick_at = seconds
        self._samples_at = seconds
        self._early = iter(EARLY_FRACTIONS)
        self._fraction = next(self._early)  # of the usual time between two grids

    def is_tick_due(self, seconds: float, output: cfg.OutputConfig) -> bool:
        """Return whether it is time for a tick."""
        return seconds - self._tick_at >= output.tick_seconds

    def are_samples_due(self, seconds: float, output: cfg.OutputConfig) -> bool:
        """Return whether it is time for a grid."""
        return seconds - self._samples_at >= output.sample_seconds * self._fraction

    def start_tick(self, seconds: float) -> float:
        """Return the seconds since the last tick; the next one counts from here."""
        elapsed = seconds - self._tick_at
        self._tick_at = seconds
        return elapsed

    def start_samples(self, seconds: float) -> None:
        """Count the time until the next grid from here."""
        self._samples_at = seconds
        self._fraction = next(self._early, 1.0)
