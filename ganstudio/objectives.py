"""Adversarial losses on logits: pure functions, one pair per loss.

A new loss is a pair of functions and an entry in `OBJECTIVES`: settings, help and tooltips are made from it. The
window shows these before torch is loaded, so torch is imported where it is used.

With l the logit, sigmoid(l) is D(x) of the cross-entropy losses, so log D = -_softplus(-l) and log(1 - D) is
-_softplus(l), which never overflow. The logits of the other losses mean something else: `Objective` says what.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import TYPE_CHECKING

from ganstudio import extensions
from ganstudio.errors import ConfigError

if TYPE_CHECKING:
    from torch import Tensor


@dataclass(frozen=True)
class Objective:
    """What D and G minimise, and how D's logits are read.

    Parameters
    ----------
    d_loss
        D's loss (0-d) from the logits of real and of fake pictures, both (N,) float32, and the label smoothing: real
        pictures are to be called real with probability 1 minus it. Losses without such a label ignore it.
    g_loss
        G's loss (0-d) from the logits (N,) of fake pictures, and of real ones, which count only where `paired`.
    paired
        Whether G's loss compares fake pictures with real ones.
    threshold
        Logit above which D takes a picture for real. None: the loss fixes only differences between logits, so the
        middle between the batch's mean real and mean fake logit is taken.
    probability
        Whether sigmoid(logit) is the probability of being real.
    chance
        Logits minus the threshold, of any shape -> D(x) as shown, 0..1, where 0.5 is undecided; each by itself.
    smoothed
        Whether label smoothing softens `d_loss`.
    help
        When to choose it, for the user.
    explain
        What D(x) and D's accuracy mean under this loss, for the user.
    """

    d_loss: Callable[[Tensor, Tensor, float], Tensor]
    g_loss: Callable[[Tensor, Tensor], Tensor]
    paired: bool = False
    threshold: float | None = 0.0
    probability: bool = True
    chance: Callable[[Tensor], Tensor] = lambda logits: logits.sigmoid()
    smoothed: bool = False
    help: str = ""
    explain: str = ""

    def opinion(self, real_logits: Tensor, fake_logits: Tensor) -> tuple[Tensor, Tensor]:
        """Return D(x) and D(G(z)) as shown, 0..1; above 0.5 D takes the picture for real.

        Both are (N,) as the logits of a batch; or (batches, N), each batch with a centre of its own.
        """
        centre = self.centre(real_logits, fake_logits)
        return self.chance(real_logits - centre), self.chance(fake_logits - centre)

    def centre(self, real_logits: Tensor, fake_logits: Tensor) -> Tensor | float:
        """Return the logit at which D is undecided, on the logits' device, without waiting for it."""
        if self.threshold is not None:
            return self.threshold
        return (real_logits.mean(-1, keepdim=True) + fake_logits.mean(-1, keepdim=True)) / 2


def _softplus(x: Tensor) -> Tensor:
    """Return log(1 + exp(x)), without overflow."""
    from torch.nn.functional import softplus

    return softplus(x)


def value(real_logits: Tensor, fake_logits: Tensor) -> Tensor:
    """Return V(D, G) = E log D(x) + E log(1 - D(G(z))): Goodfellow et al. 2014, equation 1. At equilibrium -log 4.

    It is 0-d for the logits (N,) of a batch, and (batches,) for those of several, (batches, N).
    """
    return -_softplus(-real_logits).mean(-1) - _softplus(fake_logits).mean(-1)


def d_cross_entropy(real_logits: Tensor, fake_logits: Tensor, smoothing: float) -> Tensor:
    """Return -V(D, G), where D maximises V (Algorithm 1 of the same paper), with one-sided label smoothing.

    The label of real pictures is 1 - s (Salimans et al. 2016, section 3.4): (1 - s) _softplus(-l) + s _softplus(l), and
    _softplus(l) = _softplus(-l) + l.
    """
    return (_softplus(-real_logits) + smoothing * real_logits).mean() + _softplus(fake_logits).mean()


def g_minimax(fake_logits: Tensor, _: Tensor) -> Tensor:
    """Return E log(1 - D(G(z))), the saturating loss of equation 1; at most 0."""
    return -_softplus(fake_logits).mean()


def g_non_saturating(fake_logits: Tensor, _: Tensor) -> Tensor:
    """Return -E log D(G(z)): section 3 of the same paper; strong gradients while D still wins."""
    return _softplus(-fake_logits).mean()


def d_least_squares(real_logits: Tensor, fake_logits: Tensor, smoothing: float) -> Tensor:
    """Return 1/2 E (D(x) - b)^2 + 1/2 E (D(G(z)) - a)^2: Mao et al. 2017, equation 9, with a = 0 and b = 1 - s."""
    return ((real_logits - (1.0 - smoothing)).square().mean() + fake_logits.square().mean()) / 2


def g_least_squares(fake_logits: Tensor, _: Tensor) -> Tensor:
    """Return 1/2 E (D(G(z)) - c)^2: the same equation, c = 1."""
    return (fake_logits - 1.0).square().mean() / 2


def d_wasserstein(real_logits: Tensor, fake_logits: Tensor, _: float) -> Tensor:
    """Return E D(G(z)) - E D(x): Arjovsky et al. 2017, equation 3; minus the distance where D is 1-Lipschitz."""
    return fake_logits.mean() - real_logits.mean()


def g_mean(fake_logits: Tensor, _: Tensor) -> Tensor:
    """Return -E D(G(z)): the Wasserstein loss of G, and the hinge's."""
    return -fake_logits.mean()


def d_hinge(real_logits: Tensor, fake_logits: Tensor, _: float) -> Tensor:
    """Return E max(0, 1 - D(x)) + E max(0, 1 + D(G(z))): Miyato et al. 2018, equation 16."""
    return (1.0 - real_logits).relu().mean() + (1.0 + fake_logits).relu().mean()


def d_relativistic(real_logits: Tensor, fake_logits: Tensor, _: float) -> Tensor:
    """Return E softplus(-(D(x) - D(G(z)))): RpGAN, Jolicoeur-Martineau 2018, with Huang et al. 2024, equation 2.

    Both come in pairs: the n-th real picture against the n-th fake.
    """
    return _softplus(fake_logits - real_logits).mean()


def g_relativistic(fake_logits: Tensor, real_logits: Tensor) -> Tensor:
    """Return E softplus(-(D(G(z)) - D(x))): the same with the roles exchanged, so that it does not saturate."""
    return _softplus(real_logits - fake_logits).mean()


def _from_middle(distance: Tensor) -> Tensor:
    """Map logits that run from 0 (fake) to 1 (real), counted from 0.5, to 0..1, cut off where the loss is satisfied."""
    return (distance + 0.5).clamp(0.0, 1.0)


def _within_margins(distance: Tensor) -> Tensor:
    """Map logits from -1 to 1, the margins of the hinge, to 0..1: beyond them the loss is 0."""
    return _from_middle(distance / 2)


_IS_PROBABILITY = "D(x) is the probability that D gives a picture of being real; above 0.5 it takes it for real."
_FROM_THE_MIDDLE = (
    "Only differences between D's scores count, so D(x) is how far a score is from the midpoint between the mean "
    "real and the mean fake score, mapped to 0 to 1; above 0.5, closer to real pictures, a picture counts as taken "
    "for real."
)

OBJECTIVES: dict[str, Objective] = {
    "non-saturating": Objective(
        d_cross_entropy,
        g_non_saturating,
        smoothed=True,
        help="G maximises log D(G(z)); the usual choice.",
        explain=_IS_PROBABILITY,
    ),
    "minimax": Objective(
        d_cross_entropy,
        g_minimax,
        smoothed=True,
        help="G minimises log(1 - D(G(z))), the game of the theory; weak gradients while D wins.",
        explain=_IS_PROBABILITY,
    ),
    "least-squares": Objective(
        d_least_squares,
        g_least_squares,
        threshold=0.5,
        probability=False,
        chance=_from_middle,
        smoothed=True,
        help="squares instead of logarithms; calm, never saturates.",
        explain="D(x) is D's output itself, cut to 0 to 1: it is taught to be 1 for real pictures and 0 for fakes. "
        "It is no probability; above 0.5, closer to 1, a picture counts as taken for real.",
    ),
    "wasserstein": Objective(
        d_wasserstein,
        g_mean,
        threshold=None,
        probability=False,
        help="D estimates a distance; needs a gradient penalty or weight clipping, and several D steps.",
        explain=_FROM_THE_MIDDLE,
    ),
    "hinge": Objective(
        d_hinge,
        g_mean,
        probability=False,
        chance=_within_margins,
        help="D ignores what it already gets right by a margin; goes with spectral norm.",
        explain="D gives a score, above 0 for what it takes for real; D(x) is that score, mapped from the margins of "
        "the loss, -1 to 1, to 0 to 1 and cut off there. It is no probability.",
    ),
    "relativistic": Objective(
        d_relativistic,
        g_relativistic,
        paired=True,
        threshold=None,
        probability=False,
        help="each fake is compared with a real picture; resists missing modes; goes with R1 and R2.",
        explain=_FROM_THE_MIDDLE,
    ),
}


def objective(name: str) -> Objective:
    """Return the loss of that name, of this or another package.

    Raises
    ------
    ConfigError
        There is none, or it cannot be used.
    """
    if name in OBJECTIVES:
        return OBJECTIVES[name]
    if name not in extensions.entry_points_of(extensions.OBJECTIVES):
        raise ConfigError(f"There is no loss named {name}. Choose one of {', '.join(OBJECTIVES)}.")
    loaded = extensions.load(extensions.OBJECTIVES, name)
    if not isinstance(loaded, Objective):
        raise ConfigError(f"The loss {name} of another package is not a {Objective.__module__}.Objective.")
    return loaded
