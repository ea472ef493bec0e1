"""Updates of D and G: Algorithm 1 of Goodfellow et al. (2014), with penalties and stabilisers of later papers.

All that D and G learn from is here, in the order of the paper: sample, judge, penalise, take the loss, go backward,
step. Whose turn it is, learning rates, files and clocks are elsewhere.

Shapes: m is this process's part of a batch; pictures are (m, C, H, W), float32, -1..1; labels (m,), int64, or None;
logits (m / packing,).
"""

from collections.abc import Callable
from dataclasses import dataclass

import torch
from torch import nn

from ganstudio import config as cfg
from ganstudio import networks
from ganstudio.data.batches import Batch, Batches
from ganstudio.networks.freezing import find_frozen
from ganstudio.objectives import objective
from ganstudio.training import penalties
from ganstudio.training.adaptive import Adaptation, draws_coins
from ganstudio.training.augment import Policy, augment, mirror, noise_scale
from ganstudio.training.device.engine import Engine
from ganstudio.training.models import Models
from ganstudio.training.rng import Noise
from ganstudio.training.schedule import reuses_fakes
from ganstudio.training.stats import Stats
from ganstudio.training.watcher import Watcher


@dataclass(frozen=True)
class Judged:
    """Real and fake pictures before augmentation, and D's logits of them."""

    real: Batch
    fake: Batch
    real_logits: torch.Tensor
    fake_logits: torch.Tensor


class Updates:
    """One update of D and one of G.

    Parameters
    ----------
    models
        D, G and their optimisers.
    batches
        Real pictures; its current batch is the one that D learns from.
    noise
        Random numbers of all kinds.
    engine
        How passes and steps are executed.
    stats
        Takes losses and logits.
    adaptation
        Decides the probability of augmentation, and takes logits for it.
    average_gradients
        Called before a step of the optimiser: gradients become their means over all processes.
    """

    def __init__(
        self,
        models: Models,
        batches: Batches,
        noise: Noise,
        engine: Engine,
        stats: Stats,
        adaptation: Adaptation,
        average_gradients: Callable[[torch.optim.Optimizer], None],
    ) -> None:
        self._models = models
        self._batches = batches
        self._noise = noise
        self._engine = engine
        self._stats = stats
        self._adaptation = adaptation
        self._average_gradients = average_gradients
        self.watcher = Watcher()  # is told what the next updates take and find
        # Standard deviation of the instance noise: a tensor, so that a recorded update sees it change.
        self.noise_scale = torch.zeros((), device=engine.device)
        self._kept_fake: Batch | None = None  # D's last fakes, with G's graph, if G is to reuse them
        batch_norms = (nn.modules.batchnorm._BatchNorm,)
        self._has_batch_norm = any(isinstance(module, batch_norms) for module in models.D.modules())

    # ---- Algorithm 1 --------------------------------------------------------------------------------------------

    def update_d(self, config: cfg.RunConfig, penalised: bool) -> None:
        """Update D once, with G held; `penalised`: with the gradient penalties."""
        D, optimizer, loss = self._models.D, self._models.opt_d, objective(config.objective.loss)
        D.requires_grad_(True)
        self._freeze(config.begin.freeze_d)
        optimizer.zero_grad()
        for part in range(config.optimizer.accumulate):
            # Sample m real pictures x and m fake ones G(z), z ~ N(0, 1).
            if part:
                self._batches.advance()
            real, fake = self._mirrored(self._batches.current(), config), self._sample_fake_for_d(config)
            if penalised:
                real.images.requires_grad_(True)
                fake.images.requires_grad_(True)
            # Judge both; penalise D's gradients at them.
            with self._engine.autocast():
                judged = self._judge_both(real, fake, config)
                penalty = self._penalty(judged, config) if penalised else 0.0
            # Take the loss, go backward.
            d_loss = loss.d_loss(judged.real_logits, judged.fake_logits, config.objective.label_smoothing)
            self.watcher.judged(real, fake, judged.real_logits, judged.fake_logits, d_loss, penalty)
            self._engine.backward((d_loss + penalty) / config.optimizer.accumulate, optimizer)
            self._stats.add_d(d_loss.detach(), judged.real_logits, judged.fake_logits, loss)
            self._adaptation.add(judged.real_logits, judged.fake_logits, config, loss)
        # Step.
        self._step(optimizer, config)
        if config.penalty.clip:
            penalties.clip_weights((each for each in D.parameters() if each.requires_grad), config.penalty.clip)
        self.watcher.stepped(optimizer)

    def update_g(self, config: cfg.RunConfig) -> None:
        """Update G once through D, which is held."""
        D, optimizer, loss = self._models.D, self._models.opt_g, objective(config.objective.loss)
        D.requires_grad_(False)
        optimizer.zero_grad()
        for _ in range(config.optimizer.accumulate):
            with self._engine.autocast():
                # Sample m fake pictures G(z); judge them.
                fake = self._sample_fake_for_g(config)
                fake_logits = self._judge(fake, config)
                real_logits = self._judge_random_real(config) if loss.paired else fake_logits
            # Take the loss, go backward through D into G.
            g_loss = loss.g_loss(fake_logits, real_logits)
            self.watcher.judged(None, fake, real_logits, fake_logits, g_loss, 0.0)
            self._engine.backward(g_loss / config.optimizer.accumulate, optimizer)
            self._stats.add_g(g_loss.detach(), fake_logits, loss)
        # Step.
        self._step(optimizer, config)
        self.watcher.stepped(optimizer)

    def judge_held_out(self, config: cfg.RunConfig) -> None:
        """Let D judge pictures that it never learns from, as it judges others, for the probability of augmentation."""
        with torch.no_grad(), self._engine.autocast():
            held_out = self._mirrored(self._batches.draw_held_out(self._noise.rng), config)
            self._adaptation.add_held_out(self._judge(held_out, config))

    def _freeze(self, levels: int) -> None:
        """Leave the weights of D's first levels as they are."""
        if levels:
            for layer in find_frozen(self._models.D, levels):
                layer.requires_grad_(False)

    # ---- sample -------------------------------------------------------------------------------------------------

    def _sample_fake(self, config: cfg.RunConfig) -> Batch:
        """Return m pictures of G, of classes as frequent as in the data."""
        labels = self._batches.draw_labels(self._noise.rng) if config.network.conditional else None
        z = self._noise.normal(config.network.z_size)  # (m, z_size)
        fake = Batch(self._models.G(z, labels), labels)
        self.watcher.drawn(z, fake)
        return fake

    def _sample_fake_for_d(self, config: cfg.RunConfig) -> Batch:
        """Return fakes without G's graph; with it they are kept for G, if it is to reuse them."""
        keep = reuses_fakes(config)
        with torch.set_grad_enabled(keep), self._engine.autocast():
            fake = self._sample_fake(config)
        self._kept_fake = fake if keep else None
        return Batch(fake.images.detach(), fake.labels)

    def _sample_fake_for_g(self, config: cfg.RunConfig) -> Batch:
        """Return fakes with G's graph: those that D saw just now, if they were kept."""
        if self._kept_fake is not None:
            fake, self._kept_fake = self._kept_fake, None
            return fake
        return self._sample_fake(config)

    def _mirrored(self, real: Batch, config: cfg.RunConfig) -> Batch:
        """Return real pictures, half of them mirrored if the run wants it."""
        return Batch(mirror(real.images, self._noise.uniform), real.labels) if config.stabilise.mirror else real

    def forget_fakes(self) -> None:
        """Keep no fakes for G: its update did not follow D's."""
        self._kept_fake = None

    # ---- judge --------------------------------------------------------------------------------------------------

    def _judge(self, batch: Batch, config: cfg.RunConfig) -> torch.Tensor:
        """Return D's logits of one batch."""
        logits: torch.Tensor = self._models.D(*self._augmented(batch, config))
        return logits

    def _judge_both(self, real: Batch, fake: Batch, config: cfg.RunConfig) -> Judged:
        """Judge real and fake: in one pass, unless batch norm would mix their statistics."""
        if self._has_batch_norm:
            return Judged(real, fake, self._judge(real, config), self._judge(fake, config))
        (x, real_labels), (y, fake_labels) = self._augmented(real, config), self._augmented(fake, config)
        labels = None if real_labels is None or fake_labels is None else torch.cat((real_labels, fake_labels))
        real_logits, fake_logits = self._models.D(torch.cat((x, y)), labels).chunk(2)
        return Judged(real, fake, real_logits, fake_logits)

    def _judge_random_real(self, config: cfg.RunConfig) -> torch.Tensor:
        """Return logits of random real pictures, for relativistic losses."""
        with torch.no_grad():
            return self._judge(self._mirrored(self._batches.draw(self._noise.rng), config), config)

    def _augmented(self, batch: Batch, config: cfg.RunConfig) -> tuple[torch.Tensor, torch.Tensor | None]:
        """Return what D takes: pictures and labels after augmentation and instance noise, packed."""
        settings = config.stabilise
        policy = Policy(settings.colour, settings.translation, settings.cutout, settings.fill == "edge")
        p = self._adaptation.p if draws_coins(settings) else None
        x = augment(batch.images, policy, self._noise.uniform, p)
        if settings.noise:
            x = x + self.noise_scale * self._noise.normal(*x.shape[1:])
        return networks.pack(x, batch.labels, config.network.packing)

    def set_noise_scale(self, settings: cfg.StabiliseConfig, images: int) -> None:
        """Set the instance noise for the updates to come, with `images` real pictures seen so far."""
        self.noise_scale.fill_(noise_scale(settings, images))

    # ---- penalise -----------------------------------------------------------------------------------------------

    def _penalty(self, judged: Judged, config: cfg.RunConfig) -> torch.Tensor:
        """Return the weighted sum of the gradient penalties (0-d); the pictures must require gradients.

        It is multiplied by the interval of lazy penalties, so that their mean over all updates is the same.
        """
        settings, real, fake = config.penalty, judged.real, judged.fake
        total = torch.zeros((), device=judged.real_logits.device)
        if settings.r1:
            total = total + settings.r1 * penalties.zero_centred(judged.real_logits, real.images)
        if settings.r2:
            total = total + settings.r2 * penalties.zero_centred(judged.fake_logits, fake.images)
        if settings.gradient:
            u = self._noise.uniform((len(real.images), 1, 1, 1))
            points = Batch(penalties.interpolate(real.images, fake.images, u), real.labels)
            total = total + settings.gradient * penalties.one_centred(self._judge(points, config), points.images)
        if settings.dragan:
            u = self._noise.uniform(real.images.shape)
            points = Batch(penalties.perturb(real.images, u), real.labels)
            total = total + settings.dragan * penalties.one_centred(self._judge(points, config), points.images)
        return total * settings.every

    # ---- step ---------------------------------------------------------------------------------------------------

    def _step(self, optimizer: torch.optim.Optimizer, config: cfg.RunConfig) -> None:
        self._average_gradients(optimizer)
        self.watcher.stepping(optimizer)
        self._engine.step(optimizer, config.stabilise.clip_gradient)


def has_gradient_penalty(settings: cfg.PenaltyConfig) -> bool:
    """Return whether any penalty on D's gradients is on."""
    return bool(settings.r1 or settings.r2 or settings.gradient or settings.dragan)
