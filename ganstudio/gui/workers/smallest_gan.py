"""Thread that computes the arrows and the path of the smallest GAN."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PySide6.QtCore import QObject, Signal

from ganstudio.dirac.settings import GameSettings
from ganstudio.gui.workers.worker import QueueWorker
from ganstudio.plots.curve_data import Floats

_PATH, _FIELD = "path", "field"
_PART = 8  # steps after which the thread looks whether the rest is wanted
Point = tuple[float, float]  # theta, psi


@dataclass(frozen=True)
class PathRequest:
    """The next `count` points of a path from `start`; `number` tells requests apart."""

    number: int
    game: GameSettings
    start: Point
    count: int


@dataclass(frozen=True, eq=False)
class FieldRequest:
    """Arrows at points, (N, 2)."""

    game: GameSettings
    points: Floats


class GameThread(QueueWorker[str, PathRequest | FieldRequest]):
    """Thread that plays the game.

    Parameters
    ----------
    parent : QObject, optional
        Qt's parent.
    """

    advanced = Signal(object, object)  # PathRequest, list of points: fewer than wanted where the path ended
    fieldFound = Signal(object, object)  # FieldRequest, arrows (N, 2)

    action = "The smallest GAN could not be computed"
    kept = "Training is not affected."

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("smallestGanThread", (_PATH, _FIELD), parent)

    def advance(self, request: PathRequest) -> None:
        """Ask for a part of a path."""
        self.put(_PATH, request)

    def find_field(self, request: FieldRequest) -> None:
        """Ask for arrows."""
        self.put(_FIELD, request)

    def serve(self, channel: str, request: PathRequest | FieldRequest) -> None:
        """Compute what is requested."""
        from ganstudio.dirac import game  # imports torch

        if isinstance(request, PathRequest):
            self._advance(request, game.advance)
        else:
            self.fieldFound.emit(request, np.nan_to_num(game.velocity(request.game, request.points)))

    def _advance(self, request: PathRequest, advance: Callable[[GameSettings, Point, int], Floats]) -> None:
        """Compute a path in parts, and leave off where it is not wanted any more."""
        points: list[Point] = []
        while len(points) < request.count:
            if self.should_stop() or self.is_superseded(_PATH):
                return
            wanted = min(_PART, request.count - len(points))
            part = advance(request.game, points[-1] if points else request.start, wanted)
            points += [(theta, psi) for theta, psi in part.tolist()]
            if len(part) < wanted:
                break
        self.advanced.emit(request, points)
