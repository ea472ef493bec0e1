"""Record of one round: what each update of D and of G took, said and changed, as numbers and fresh arrays."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from ganstudio.config import RunConfig
from ganstudio.images import Pictures

Floats = npt.NDArray[np.float32]
Shown = Floats | Pictures  # points (N, 2), or pictures (N, H, W) or (N, H, W, C), uint8

MAX_POINTS = 256  # of a batch that are kept to be shown
MAX_PICTURES = 16
MAP_CELLS = 48  # along a side of the map of D's opinion
MANIFOLD_CELLS = 16  # along each number of z


@dataclass(frozen=True, eq=False)
class Judgement:
    """What D said of all real points or pictures of a batch, or of all fakes, before the update.

    Parameters
    ----------
    scores
        D's logits, (M,): one for each of them or, where D judges packs, for each pack.
    opinions
        D(x) as the objective shows it, (M,), 0..1; above 0.5 D takes it for real.
    pushes
        Where the loss pushes each score, (M,): minus its derivative, times M.
    """

    scores: Floats
    opinions: Floats
    pushes: Floats

    @property
    def mean_score(self) -> float:
        """Mean logit."""
        return float(self.scores.mean())

    @property
    def mean_opinion(self) -> float:
        """Mean D(x), 0..1."""
        return float(self.opinions.mean())

    @property
    def taken_for_real(self) -> int:
        """How many D takes for real."""
        return int((self.opinions > 0.5).sum())


@dataclass(frozen=True)
class Means:
    """Mean opinion of D of the same real and fake ones before and after an update; None where it was not asked."""

    real_before: float | None
    real_after: float | None
    fake_before: float
    fake_after: float


@dataclass(frozen=True, eq=False)
class Update:
    """One update of D or of G. Of a batch, the first few are kept.

    Parameters
    ----------
    is_of_d
        Whether D is updated.
    number, count
        Which of how many updates of that network in the round.
    noise
        What G made the fakes from, (N, z_size); uniform noise as it is, -1..1.
    fakes
        What G made of it.
    reals
        What they are compared with; None where the update needs none.
    fake, real
        What D said of them.
    reused
        Whether G learns from fakes that D has just seen.
    loss, penalty
        The loss, and what penalties add to it.
    gradient
        Norm of the gradient for all weights of the network, before it is clipped.
    learning_rate
        Of the update.
    moved
        Norm of the change of all weights, as a part of the norm of the weights.
    means
        What the update changed in D's opinion of the same ones, without augmentation.
    fake_pushes
        Update of G: where its loss pushes each fake, (N, 2): minus the gradient, times the number of fakes; of pictures
        (N, H, W), the channels' mean. None for D.
    fakes_after
        Update of G: what G makes of the same noise after it.
    opinion_map
        Update of D of points: its opinion in the plane after it, (MAP_CELLS, MAP_CELLS), 0..1; None where it has none
        of single points.
    manifold
        Update of G of points: what it makes of an even grid of noise after it, (K, K, 2) or (K, 2); None where noise
        has more than two numbers.
    """

    is_of_d: bool
    number: int
    count: int
    noise: Floats
    fakes: Shown
    reals: Shown | None
    fake: Judgement
    real: Judgement | None
    reused: bool
    loss: float
    penalty: float
    gradient: float
    learning_rate: float
    moved: float
    means: Means
    fake_pushes: Floats | None
    fakes_after: Shown | None
    opinion_map: Floats | None
    manifold: Floats | None


@dataclass(frozen=True, eq=False)
class RoundRecord:
    """One round.

    Parameters
    ----------
    step
        Rounds done after it.
    config
        Settings it was trained with.
    updates
        In their order.
    d_parameters, g_parameters
        Numbers of weights.
    opinion_map, manifold
        As in `Update`, before the round.
    """

    step: int
    config: RunConfig
    updates: tuple[Update, ...]
    d_parameters: int
    g_parameters: int
    opinion_map: Floats | None
    manifold: Floats | None
