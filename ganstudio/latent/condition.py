"""The tensor that conditions a network on classes: one label for each picture, or a mix of classes."""

import numpy as np
import numpy.typing as npt
import torch

from ganstudio.images import Labels
from ganstudio.latent.paths import Mix

_SUM_TOLERANCE = 1e-3  # of the shares of a picture, which must sum to 1


def make_condition(
    count: int, classes: int, labels: Labels | None = None, mix: Mix | None = None
) -> torch.Tensor | None:
    """Return what a network is conditioned on for `count` pictures; None if it has no classes.

    Parameters
    ----------
    count
        Number of pictures.
    classes
        Number of classes that the network knows; 0: it is not class-conditional.
    labels
        Class of each picture, (count,), integers.
    mix
        Instead of labels, the share of each class in each picture, (count, classes), 0..1; rows sum to 1.

    Returns
    -------
    torch.Tensor or None
        Labels (count,), int64; or weights (count, classes), float32, where a picture is of several classes. With
        neither labels nor mix, the classes in turn.

    Raises
    ------
    ValueError
        `labels` or `mix` has the wrong shape, names a class that does not exist, or both are given.
    """
    if not classes:
        if labels is not None or mix is not None:
            raise ValueError("this generator is not class-conditional: it takes no labels")
        return None
    if labels is not None and mix is not None:
        raise ValueError("use either labels or a mix of classes, not both")
    if mix is not None:
        return _mix_tensor(count, classes, np.asarray(mix))
    if labels is None:
        return torch.arange(count) % classes
    is_integer = np.issubdtype(labels.dtype, np.integer)
    if labels.shape != (count,) or not is_integer or not ((labels >= 0) & (labels < classes)).all():
        raise ValueError(f"labels must be {count} integers, 0 to {classes - 1}; got {labels}")
    return torch.from_numpy(labels.astype(np.int64))


def _mix_tensor(count: int, classes: int, mix: npt.NDArray[np.floating]) -> torch.Tensor:
    valid = mix.shape == (count, classes) and bool((mix >= 0).all() and (abs(mix.sum(1) - 1) < _SUM_TOLERANCE).all())
    if not valid:
        raise ValueError(f"a mix must be ({count}, {classes}) shares of 0 to 1 that sum to 1 in each row; got {mix}")
    if (mix.max(1) == 1).all():  # pure classes: as labels, which every network understands
        return torch.from_numpy(mix.argmax(1).astype(np.int64))
    return torch.from_numpy(mix.astype(np.float32))
