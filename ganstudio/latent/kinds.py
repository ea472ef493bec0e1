"""Which kinds of pictures, or which modes of points, the generator of a snapshot makes."""

from collections.abc import Callable

import numpy as np

from ganstudio.data.points.distributions import Modes
from ganstudio.errors import Cancelled, InputError
from ganstudio.evaluation import kinds
from ganstudio.evaluation.kinds import Judge, KindMap
from ganstudio.evaluation.points.meter import MODE_COUNT
from ganstudio.images import Pictures
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler

MIN_COUNT, MAX_COUNT = 512, 2000  # pictures that are looked at
_PER_KIND = 32
_SEED = 0  # of the noise: the same for every snapshot, so that maps can be compared


def map_pictures(
    sampler: Sampler, judge: Judge, cancelled: Callable[[], bool] = lambda: False
) -> tuple[KindMap, dict[int, Pictures]]:
    """Return which kinds G makes, and an example of each that there is, (1, H, W) or (1, H, W, C).

    A generator with classes is asked for them as often as the data has them.

    Raises
    ------
    Cancelled
        `cancelled` returned true.
    """
    count = min(MAX_COUNT, max(MIN_COUNT, _PER_KIND * len(judge.names)))
    z, asked = noise(count, sampler.z_size, _SEED), None
    if sampler.classes:
        shares = judge.shares if sampler.classes == len(judge.names) else None
        asked = np.random.default_rng(_SEED).choice(sampler.classes, count, p=shares)
    found = []
    examples: dict[int, Pictures] = {}
    for start in range(0, count, sampler.at_once):
        if cancelled():
            raise Cancelled
        part = slice(start, start + sampler.at_once)
        pictures = sampler.sample(z[part], None if asked is None else asked[part])
        seen = judge.recognise(pictures)
        for index, kind in enumerate(seen.tolist()):
            if kind != kinds.NONE and kind not in examples:
                examples[kind] = pictures[index, None].copy()  # a view would keep all of them in memory
        found.append(seen)
    is_known = sampler.classes == len(judge.names)
    return kinds.count_kinds(judge, np.concatenate(found), asked if is_known else None), examples


def map_points(sampler: Sampler, modes: Modes | None) -> KindMap:
    """Return which modes the points of G are of.

    Raises
    ------
    InputError
        The distribution has no modes, or G makes numbers that are not finite.
    """
    if modes is None:
        raise InputError("These points have no separate modes, so there is none that could be missing.")
    points = sampler.sample_points(noise(MODE_COUNT, sampler.z_size, _SEED))
    if not np.isfinite(points).all():
        raise InputError("G makes points that are not finite at this step. Look at an earlier step.")
    return kinds.count_modes(points, modes)
