"""The pulse of a run: what G makes at the moment, seen by a few hundred pictures, raw and averaged.

It is taken now and then between two rounds, with random numbers of its own, from copies of the networks: the run goes
on to the bit as if nothing had been taken.
"""

import copy
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from ganstudio import config as cfg
from ganstudio.data.batches import Batch
from ganstudio.evaluation import features, neighbours
from ganstudio.evaluation.features import Features
from ganstudio.evaluation.variety import Variety
from ganstudio.images import Pictures, to_uint8
from ganstudio.training.ema import frozen_copy
from ganstudio.training.game import Game
from ganstudio.training.rng import make_generator

COUNT, MIN_COUNT = 256, 64  # pictures of each kind; fewer where they are large
MAX_NUMBERS = 1 << 23  # of them all, pixels times channels
FOLLOWED = 64  # of them, whose change is followed from pulse to pulse
SURE = 0.8  # probability of a class that is plain to see
MIN_SURE = 0.25  # share of the pictures whose class must be, before it is compared with the one that G was asked for
MIN_HELD_OUT = 64  # pictures: the mean of fewer scores of D says little
MAX_SEARCHED = 5000  # training pictures among which copies are looked for: with many more, G cannot know them by heart
MAX_SEARCHED_NUMBERS = 1 << 24  # of these, pixels times channels

Floats = npt.NDArray[np.float32]


@dataclass(frozen=True)
class Beat:
    """One pulse; None: not measured, or not defined for such a run. See `events.Tick` for what the figures are."""

    drift: float | None = None
    lag: float | None = None
    nn: float | None = None
    nn_raw: float | None = None
    twins: float | None = None
    twins_raw: float | None = None
    copies: float | None = None
    checker: float | None = None
    wrong_class: float | None = None
    gap: float | None = None


class Pulse:
    """Takes the pulse of a game; what it needs of the real pictures is computed once.

    Parameters
    ----------
    game
        The game; it is only read.
    config
        Resolved settings of the run.
    """

    def __init__(self, game: Game, config: cfg.RunConfig) -> None:
        self._game = game
        rng = make_generator(config.seed, "pulse", game.device)
        height, width = config.data.sides
        large = MAX_NUMBERS // (height * width * config.data.channels)
        self.count = COUNT if config.makes_points else max(MIN_COUNT, min(COUNT, large))
        self._z = torch.randn(self.count, config.network.z_size, generator=rng, device=game.device)
        self._labels = game.batches.draw_labels(rng, self.count) if config.network.conditional else None
        real = game.batches.draw(rng).images
        self._spread = max(float((real - real.mean(0)).abs().mean()), 1e-6)  # of the data
        self._features: Features | None = None
        self._variety: Variety | None = None  # of the real pictures
        self._compared = self.count  # as many of each kind as there are real pictures
        self._pattern = 0.0  # of the real pictures, see `_fine_pattern`
        self._before: tuple[int, Floats] | None = None  # step of the last pulse, and what G made then

    @torch.no_grad()
    def take(self, config: cfg.RunConfig) -> Beat:
        """Return the pulse as it is now."""
        cuda = [self._game.device.index or 0] if self._game.device.type == "cuda" else []
        with torch.random.fork_rng(cuda):
            raw = self._make(frozen_copy(self._game.models.G), config)
            shown = raw if config.ema.show_raw else self._make(self._game.models.G_ema.module, config)
            changes = self._changes(raw, shown)
            if config.makes_points:
                return Beat(**changes)
            pictures = to_uint8(shown)
            seen = self._seen(pictures, pictures if raw is shown else to_uint8(raw), config)
            return Beat(**changes, **seen, gap=self._gap(raw, config))

    def _make(self, G: nn.Module, config: cfg.RunConfig) -> torch.Tensor:
        """Return what a generator makes of the noise, in parts that bound the memory."""
        made = []
        for start in range(0, self.count, FOLLOWED):
            part = slice(start, start + FOLLOWED)
            labels = None if self._labels is None else self._labels[part]
            with self._game.engine.autocast():
                made.append(G(self._z[part], labels).float())
        return torch.cat(made)

    # ---- how G moves ------------------------------------------------------------------------------------------------

    def _changes(self, raw: torch.Tensor, shown: torch.Tensor) -> dict[str, float | None]:
        """Return how the shown pictures changed since the last pulse, and how far the average is from G."""
        now, step = shown[:FOLLOWED].cpu().numpy(), self._game.progress.step
        drift = None
        if self._before is not None and step > self._before[0]:
            rounds = step - self._before[0]
            drift = float(np.abs(now - self._before[1]).mean()) / self._spread * 1000 / rounds
        self._before = step, now
        return {"drift": drift, "lag": None if raw is shown else float((raw - shown).abs().mean()) / self._spread}

    def forget(self) -> None:
        """Forget the last pulse: the game continues from another state."""
        self._before = None

    # ---- what the pictures look like --------------------------------------------------------------------------------

    def _seen(self, shown: Pictures, raw: Pictures, config: cfg.RunConfig) -> dict[str, float | None]:
        real = self._game.batches.pictures
        if self._features is None or self._variety is None:
            self._features = features.choose(config.data.name, config.data.size, config.data.channels)
            chosen = np.random.default_rng(0).permutation(len(real))[: self.count]
            chosen_pictures = np.asarray(real[np.sort(chosen)])
            self._variety = Variety(self._features.extract(chosen_pictures))
            self._compared = len(chosen)
            self._pattern = _fine_pattern(chosen_pictures)
        variety = self._variety
        points, probabilities = self._features.read(shown)
        of_shown = variety.compare(points[: self._compared])
        of_raw = of_shown if shown is raw else variety.compare(self._features.extract(raw[: self._compared]))
        return {
            "nn": of_shown.nn,
            "nn_raw": of_raw.nn,
            "twins": of_shown.twins,
            "twins_raw": of_raw.twins,
            "copies": self._copies(shown, config),
            "checker": max(0.0, _fine_pattern(raw) - self._pattern),
            "wrong_class": self._wrong_class(probabilities),
        }

    def _wrong_class(self, probabilities: Floats | None) -> float | None:
        """Return how many of the pictures whose class is plain to see are of another than was asked for."""
        if self._labels is None or probabilities is None or probabilities.shape[1] <= int(self._labels.max()):
            return None
        sure = probabilities.max(1) > SURE
        if sure.mean() < MIN_SURE:
            return None
        wrong = probabilities.argmax(1) != self._labels.cpu().numpy()
        return float(wrong[sure].mean())

    def _copies(self, shown: Pictures, config: cfg.RunConfig) -> float | None:
        pool = self._game.batches.pictures
        if not 2 <= len(pool) <= MAX_SEARCHED or pool.size > MAX_SEARCHED_NUMBERS:
            return None
        found = neighbours.compare(shown[:FOLLOWED], np.asarray(pool), mirrors=config.stabilise.mirror)
        return float(found.are_copies.mean())

    # ---- what D knows by heart --------------------------------------------------------------------------------------

    def _gap(self, fake: torch.Tensor, config: cfg.RunConfig) -> float | None:
        """Return where D's mean logit of pictures that it never learns from lies; see `events.Tick`."""
        game = self._game
        if game.adaptation.held_out < MIN_HELD_OUT or config.network.packing > 1:
            return None
        D = copy.deepcopy(game.models.D).eval()
        rng = make_generator(config.seed, "pulse gap", game.device)

        def judge(batch: Batch) -> float:
            with game.engine.autocast():
                logits: torch.Tensor = D(batch.images, batch.labels)
            mean: float = logits.float().mean().item()
            return mean

        times = range(max(1, self.count // config.optimizer.batch_size))
        train = float(np.mean([judge(game.batches.draw(rng)) for _ in times]))
        held_out = float(np.mean([judge(game.batches.draw_held_out(rng)) for _ in times]))
        of_fake = judge(Batch(fake, self._labels))
        return (train - held_out) / (train - of_fake) if train > of_fake else None


def _fine_pattern(pictures: Pictures) -> float:
    """Return how strong the patterns are that alternate from pixel to pixel, 0..1 of the full range.

    It is the root mean square of their amplitudes over all pictures, of three patterns: across, down and both (Odena et
    al., 2016, "Deconvolution and checkerboard artifacts").
    """
    x = pictures.astype(np.float32)
    x = x if x.ndim == 3 else x.mean(3)
    height, width = x.shape[1:]
    down, across = (1 - 2 * (np.arange(size) % 2) for size in (height, width))  # 1, -1, 1, ...
    ones_down, ones_across = np.ones(height), np.ones(width)
    patterns = ((down, ones_across), (ones_down, across), (down, across))
    sums = [np.einsum("nhw,h,w->n", x, *pattern, optimize=True) for pattern in patterns]
    return float(np.sqrt(np.square(sums).mean())) / float(height * width) / 255
