"""Recorder of one round: it watches the updates that train, and leaves no trace in the run."""

import copy
import math
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field

import numpy as np
import numpy.typing as npt
import torch
from torch import nn

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.data.batches import Batch
from ganstudio.data.points.distributions import LIMIT
from ganstudio.images import to_uint8
from ganstudio.networks.points import to_uniform
from ganstudio.objectives import objective
from ganstudio.plots.plane import Area
from ganstudio.round_record import (
    MANIFOLD_CELLS,
    MAP_CELLS,
    MAX_PICTURES,
    MAX_POINTS,
    Floats,
    Judgement,
    Means,
    RoundRecord,
    Shown,
    Update,
)
from ganstudio.training.game import Game
from ganstudio.training.rng import even_noise
from ganstudio.training.watcher import Watcher

_PLANE = Area(-LIMIT, -LIMIT, LIMIT, LIMIT)


@dataclass(frozen=True)
class _Part:
    """What one pass of an update took and found; an update that accumulates gradients has several."""

    z: torch.Tensor
    real: Batch | None
    fake: Batch
    real_logits: torch.Tensor
    fake_logits: torch.Tensor
    loss: float
    penalty: float


@dataclass
class _Draft:
    """An update that is going on."""

    reused: bool = False
    parts: list[_Part] = field(default_factory=list)
    gradient: float = 0.0
    weights: list[torch.Tensor] = field(default_factory=list)  # before it
    D: nn.Module | None = None  # a copy, before its update


class RoundRecorder(Watcher):
    """Watcher that records the updates of a round.

    Copies of the networks are asked what the record has beside, so that the run goes on as if nothing were recorded.

    Parameters
    ----------
    game
        The game.
    config
        Its present settings.
    """

    def __init__(self, game: Game, config: cfg.RunConfig) -> None:
        self._game = game
        self._config = config
        self._loss = objective(config.objective.loss)
        self._centre = game.stats.centre(self._loss) or 0.0  # logit at which D is undecided
        self._z: torch.Tensor | None = None  # drawn last
        self._is_fresh = False  # nothing has been learned from it
        self._draft = _Draft()
        self._updates: list[Update] = []
        self._map_before = self._opinion_map(game.models.D)
        self._manifold_before = self._manifold(game.models.G)

    def record(self) -> RoundRecord:
        """Return the record of what was watched."""
        counts = {kind: sum(update.is_of_d is kind for update in self._updates) for kind in (True, False)}
        models = self._game.models
        return RoundRecord(
            self._game.progress.step,
            self._config,
            tuple(_counted(update, counts[update.is_of_d]) for update in self._updates),
            _count(models.D.parameters()),
            _count(models.G.parameters()),
            self._map_before,
            self._manifold_before,
        )

    # ---- what is watched ----------------------------------------------------------------------------------------

    def drawn(self, z: torch.Tensor, fake: Batch) -> None:
        """Take the noise of the fakes that come next."""
        self._z, self._is_fresh = z, True

    def judged(
        self,
        real: Batch | None,
        fake: Batch,
        real_logits: torch.Tensor,
        fake_logits: torch.Tensor,
        loss: torch.Tensor,
        penalty: torch.Tensor | float,
    ) -> None:
        """Take one pass of an update."""
        assert self._z is not None, "fakes are drawn before they are judged"
        if real is None and fake.images.requires_grad:
            fake.images.retain_grad()
        self._draft.reused = not self._is_fresh
        self._is_fresh = False
        part = _Part(
            self._z, real, fake, real_logits.detach(), fake_logits.detach(), float(loss.detach()), _number(penalty)
        )
        self._draft.parts.append(part)

    def stepping(self, optimizer: torch.optim.Optimizer) -> None:
        """Take the gradients, and the weights and, if it is about to change, D before the step."""
        weights = list(_weights(optimizer))
        gradients = [weight.grad for weight in weights if weight.grad is not None]
        self._draft.gradient = _norm(gradients) / self._game.engine.loss_scale(optimizer)
        self._draft.weights = [weight.detach().clone() for weight in weights]
        if optimizer is self._game.models.opt_d:
            self._draft.D = copy.deepcopy(self._game.models.D)

    def stepped(self, optimizer: torch.optim.Optimizer) -> None:
        """Make the record of the update that is over."""
        draft, self._draft = self._draft, _Draft()
        is_of_d = optimizer is self._game.models.opt_d
        parts = draft.parts
        real, fake = self._judgements(parts, is_of_d)
        fakes_after = [] if is_of_d else [self._make_again(part) for part in parts]
        # From here on, D's centre is that of its new scores.
        means = self._means(draft, fakes_after[-1] if fakes_after else None)
        self._updates.append(
            Update(
                is_of_d=is_of_d,
                number=1 + sum(update.is_of_d is is_of_d for update in self._updates),
                count=0,  # known when the round is over
                noise=self._noise(parts),
                fakes=self._shown([part.fake.images for part in parts]),
                reals=self._shown([part.real.images for part in parts if part.real]) if is_of_d else None,
                fake=fake,
                real=real if is_of_d or self._loss.paired else None,
                reused=draft.reused,
                loss=sum(part.loss for part in parts) / len(parts),
                penalty=sum(part.penalty for part in parts) / len(parts),
                gradient=draft.gradient,
                learning_rate=float(optimizer.param_groups[0]["lr"]),
                moved=_relative_change(draft.weights, _weights(optimizer)),
                means=means,
                fake_pushes=None if is_of_d else self._fake_pushes(parts, optimizer),
                fakes_after=self._shown(fakes_after) if fakes_after else None,
                opinion_map=self._opinion_map(self._game.models.D) if is_of_d else None,
                manifold=None if is_of_d else self._manifold(self._game.models.G),
            )
        )

    # ---- of a batch ---------------------------------------------------------------------------------------------

    def _noise(self, parts: Sequence[_Part]) -> Floats:
        z = torch.cat([part.z for part in parts])[: self._most].detach().float()
        network = self._config.network
        return _array(to_uniform(z) if self._config.makes_points and network.noise == "uniform" else z)

    def _shown(self, images: Sequence[torch.Tensor]) -> Shown:
        """Return the first points (N, 2) or pictures of a batch."""
        x = torch.cat([part.detach() for part in images])[: self._most]
        return _array(x.flatten(1)) if self._config.makes_points else to_uint8(x)

    @property
    def _most(self) -> int:
        return MAX_POINTS if self._config.makes_points else MAX_PICTURES

    def _judgements(self, parts: Sequence[_Part], is_of_d: bool) -> tuple[Judgement, Judgement]:
        """Return what D said of real ones and of fakes."""
        sides: tuple[list[list[torch.Tensor]], list[list[torch.Tensor]]] = ([], [])
        for part in parts:
            real, fake = part.real_logits.float(), part.fake_logits.float()
            if is_of_d or self._loss.paired:
                self._centre = float(self._loss.centre(real, fake))
            for side, logits, push in zip(sides, (real, fake), self._pushes(real, fake, is_of_d), strict=True):
                side.append([logits, self._loss.chance(logits - self._centre), push])
        real_side, fake_side = ([_array(torch.cat(column)) for column in zip(*side, strict=True)] for side in sides)
        return Judgement(*real_side), Judgement(*fake_side)

    def _pushes(self, real: torch.Tensor, fake: torch.Tensor, is_of_d: bool) -> tuple[torch.Tensor, torch.Tensor]:
        """Return where the loss pushes each score."""
        leaves = [logits.clone().requires_grad_() for logits in (real, fake)]
        with torch.enable_grad():
            if is_of_d:
                loss = self._loss.d_loss(leaves[0], leaves[1], self._config.objective.label_smoothing)
            else:
                loss = self._loss.g_loss(leaves[1], leaves[0])
            gradients = torch.autograd.grad(loss, leaves, allow_unused=True)
        first, second = (
            torch.zeros_like(leaf) if gradient is None else -len(leaf) * gradient
            for leaf, gradient in zip(leaves, gradients, strict=True)
        )
        return first, second

    def _fake_pushes(self, parts: Sequence[_Part], optimizer: torch.optim.Optimizer) -> Floats:
        """Return where G's loss pushes each fake, from the gradients of the update itself."""
        factor = self._config.optimizer.accumulate / self._game.engine.loss_scale(optimizer)
        pushes = []
        for part in parts:
            images = part.fake.images
            gradient = torch.zeros_like(images) if images.grad is None else images.grad
            pushes.append(gradient.detach().float() * (-factor * len(images)))
        pushed = torch.cat(pushes)[: self._most]
        return _array(pushed.flatten(1) if self._config.makes_points else pushed.mean(1))

    # ---- asked of copies ----------------------------------------------------------------------------------------

    @torch.no_grad()
    def _make_again(self, part: _Part) -> torch.Tensor:
        """Return what G makes after its update of the noise before."""
        with self._game.engine.autocast():
            made: torch.Tensor = copy.deepcopy(self._game.models.G)(part.z, part.fake.labels)
        return made

    def _means(self, draft: _Draft, fakes_after: torch.Tensor | None) -> Means:
        """Return D's mean opinions before and after the update."""
        part = draft.parts[-1]
        D, fake = self._game.models.D, part.fake.images.detach()
        if fakes_after is None:
            assert draft.D is not None, "before a step D is copied"
            before, after = (self._mean_opinions(each, part.real, fake, part.fake.labels) for each in (draft.D, D))
            return Means(before[0], after[0], before[1], after[1])
        before, after = (self._mean_opinions(D, None, made, part.fake.labels) for made in (fake, fakes_after))
        return Means(None, None, before[1], after[1])

    def _mean_opinions(
        self, D: nn.Module, real: Batch | None, fake: torch.Tensor, labels: torch.Tensor | None
    ) -> tuple[float | None, float]:
        """Return D's mean opinion of real ones, if there are any, and of fakes."""
        fake_logits = self._logits(D, fake, labels)
        if real is None:
            return None, float(self._loss.chance(fake_logits - self._centre).mean())
        real_logits = self._logits(D, real.images, real.labels)
        if D is self._game.models.D:
            self._centre = float(self._loss.centre(real_logits, fake_logits))
        real_opinion, fake_opinion = self._loss.opinion(real_logits, fake_logits)
        return float(real_opinion.mean()), float(fake_opinion.mean())

    @torch.no_grad()
    def _logits(self, D: nn.Module, x: torch.Tensor, labels: torch.Tensor | None) -> torch.Tensor:
        """Return what a copy of D says; batch norm and spectral norm remember whatever passes through them."""
        with self._game.engine.autocast():
            logits: torch.Tensor = copy.deepcopy(D)(*networks.pack(x.detach(), labels, self._config.network.packing))
        return logits.float()

    @torch.no_grad()
    def _opinion_map(self, D: nn.Module) -> Floats | None:
        """Return D's opinion in the plane, the mean over all classes."""
        network = self._config.network
        if not self._config.makes_points or network.packing > 1:
            return None
        D = copy.deepcopy(D).eval()
        places = torch.from_numpy(_PLANE.centres(MAP_CELLS, MAP_CELLS)).to(self._game.device)[:, :, None, None]
        classes: Iterable[int | None] = range(network.classes) if network.conditional else (None,)
        opinions = []
        for label in classes:
            labels = None if label is None else torch.full((len(places),), label, device=places.device)
            with self._game.engine.autocast():
                opinions.append(self._loss.chance(D(places, labels).float() - self._centre))
        return _array(torch.stack(opinions).mean(0)).reshape(MAP_CELLS, MAP_CELLS)

    @torch.no_grad()
    def _manifold(self, G: nn.Module) -> Floats | None:
        """Return what G makes of an even grid of noise; of a G that knows classes, those of the first one."""
        network = self._config.network
        z = even_noise(self._config, MANIFOLD_CELLS) if self._config.makes_points else None
        if z is None:
            return None
        z = z.to(self._game.device)
        labels = torch.zeros(len(z), dtype=torch.int64, device=z.device) if network.conditional else None
        with self._game.engine.autocast():
            points = copy.deepcopy(G).eval()(z, labels)
        return _array(points.flatten(1)).reshape(*[MANIFOLD_CELLS + 1] * network.z_size, 2)


def record_round(game: Game, config: cfg.RunConfig, train: Callable[[], None]) -> RoundRecord:
    """Return the record of what `train` trains; it is done as it is, never replayed."""
    recorder = RoundRecorder(game, config)
    with game.watched_by(recorder):
        train()
    return recorder.record()


def _counted(update: Update, count: int) -> Update:
    return Update(**(vars(update) | {"count": count}))


def _count(weights: Iterable[torch.Tensor]) -> int:
    return sum(weight.numel() for weight in weights)


def _weights(optimizer: torch.optim.Optimizer) -> Iterable[torch.Tensor]:
    return (weight for group in optimizer.param_groups for weight in group["params"])


def _norm(tensors: Sequence[torch.Tensor]) -> float:
    """Return the norm of all numbers in the tensors."""
    return math.sqrt(sum(float(tensor.detach().double().square().sum()) for tensor in tensors))


def _relative_change(before: Sequence[torch.Tensor], now: Iterable[torch.Tensor]) -> float:
    """Return the norm of the change of weights as a part of their norm."""
    changes = [new.detach() - old for new, old in zip(now, before, strict=True)]
    return _norm(changes) / max(_norm(before), 1e-12)


def _number(value: torch.Tensor | float) -> float:
    return float(value.detach()) if isinstance(value, torch.Tensor) else value


def _array(x: torch.Tensor) -> npt.NDArray[np.float32]:
    """Return a fresh array."""
    return np.array(x.detach().float().cpu().numpy(), np.float32)
