"""How the maps of a new network hold the features of an old one's.

Where they correspond, a map of the new network holds what that of the old one held, perhaps among more features: a
matrix `read` recovers the old features from the new ones, and a matrix `write` puts old features into new ones. A layer
W between the two becomes write W read. New features get their weights from the new network's own initialisation, and
nothing old listens to them: they change nothing until they have learned.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

import torch


@dataclass(frozen=True)
class Stage:
    """How a map holds the old features.

    Parameters
    ----------
    read
        (old features, new features): recovers the old ones.
    write
        (new features, old features): puts them in.
    first_new
        From this feature on the new ones are free.
    """

    read: torch.Tensor
    write: torch.Tensor
    first_new: int


def plain_stage(old: int, new: int) -> Stage:
    """Return the stage whose first features are the old ones."""
    return Stage(torch.eye(old, new), torch.eye(new, old), min(old, new))


def find_stages(
    old: Sequence[int],
    new: Sequence[int],
    offset: int,
    changes: Mapping[int, torch.Tensor],
    changing: Collection[int],
    is_generator: bool,
) -> list[Stage]:
    """Return how each map of the new network holds the old features, from the smallest map up.

    Parameters
    ----------
    old, new
        Features of the maps of either network, by depth.
    offset
        Depth in the new network of the old one's smallest map; negative: the old one's smaller maps are left out.
    changes
        By depth, (features, features of the next smaller map): how the old G makes the ones of the others; of a D,
        which makes them the other way round, transposed.
    changing
        Depths at which the new network has a layer that changes the number of features. Where it has none and the old
        one has, the new map holds the features as they were before that.
    is_generator
        Whether they are generators.
    """
    stages: list[Stage] = []
    features = old[max(0, -offset)]
    through, is_plain = torch.eye(features, new[0]), True  # from new features to old ones
    for depth in range(len(new)):
        change = changes.get(depth - offset) if depth else None
        if change is not None:
            features = len(change)
        if depth == 0 or depth in changing:
            through, is_plain = torch.eye(features, new[depth]), True
        elif change is not None:
            through, is_plain = change @ through, False
        inverse = through.T if is_plain else torch.linalg.pinv(through)
        read, write = (through, inverse) if is_generator else (inverse.T, through.T)
        stages.append(Stage(read, write, min(features, new[depth]) if is_plain else new[depth]))
    return stages


def with_fresh_rows(made: torch.Tensor, fresh: torch.Tensor, first_new: int) -> torch.Tensor:
    """Return weights (outputs, ...) with those of new outputs freshly drawn."""
    made = made.reshape(fresh.shape).clone()
    made[first_new:] = fresh[first_new:]
    return made
