"""The classes that a network is asked for: one a picture, or a mix of them."""

import numpy as np
import numpy.typing as npt
import torch

from ganstudio.images import Labels

Mix = npt.NDArray[np.float32]

_SUM_ERROR = 1e-3  # by which the shares of a picture may miss 1


def classes(count: int, known: int, labels: Labels | None = None, mix: Mix | None = None) -> torch.Tensor | None:
    """What a network that knows so many classes is told for `count` pictures.

    Labels (count,) int64, or weights (count, known) float32 where a picture is to be of several classes; None if the
    network knows none. With neither labels nor mix, the classes in turn.

    Raises ValueError for what is of another shape, or names a class that is not there.
    """
    if not known:
        if labels is not None or mix is not None:
            raise ValueError("this generator is not class-conditional: it takes no labels")
        return None
    if labels is not None and mix is not None:
        raise ValueError("either labels or a mix of classes may be asked for, not both")
    if mix is not None:
        return _mixed(count, known, np.asarray(mix))
    if labels is None:
        return torch.arange(count) % known
    whole = np.issubdtype(labels.dtype, np.integer)
    if labels.shape != (count,) or not whole or not ((labels >= 0) & (labels < known)).all():
        raise ValueError(f"labels must be {count} whole numbers, 0 to {known - 1}; got {labels}")
    return torch.from_numpy(labels.astype(np.int64))


def one_hot(labels: Labels, known: int) -> Mix:
    """The mix (N, known) that is all of one class, for labels (N,)."""
    return np.eye(known, dtype=np.float32)[labels]


def _mixed(count: int, known: int, mix: npt.NDArray[np.floating]) -> torch.Tensor:
    shares = mix.shape == (count, known) and bool((mix >= 0).all() and (abs(mix.sum(1) - 1) < _SUM_ERROR).all())
    if not shares:
        raise ValueError(f"a mix must be ({count}, {known}) shares of 0 to 1 that sum to 1 in each row; got {mix}")
    if (mix.max(1) == 1).all():  # pure classes: by label, which every network understands
        return torch.from_numpy(mix.argmax(1).astype(np.int64))
    return torch.from_numpy(mix.astype(np.float32))
