"""Principal directions of the explorer's generator: when they are searched for, and the user's names for them."""

from typing import TYPE_CHECKING

from PySide6.QtCore import QObject, Signal

from ganstudio.gui.explorer.axes import Axis, AxisKind, align
from ganstudio.gui.explorer.generator_source import GeneratorSource
from ganstudio.gui.explorer.requests import ExplorerRequests
from ganstudio.gui.stored_settings import open_settings
from ganstudio.gui.workers.sample_requests import FoundDirections

if TYPE_CHECKING:
    from ganstudio.latent.directions import Directions

_LEARNED_FACTOR = 4  # after that many times as many steps, the directions are worth searching again


class DirectionNames:
    """The user's names for the directions of models; kept between sessions, by the model's name."""

    def __init__(self) -> None:
        self._settings = open_settings("directions")

    def get(self, model: str, index: int) -> str:
        """Return the name of a direction; "" if it has none."""
        return str(self._settings.value(_key(model, index), ""))

    def set(self, model: str, index: int, name: str) -> None:
        """Name a direction; "" removes its name."""
        if name:
            self._settings.set(_key(model, index), name)
        else:
            self._settings.remove(_key(model, index))


def _key(model: str, index: int) -> str:
    return f"{model.replace('/', ' ')}/{index}"


class PrincipalDirections(QObject):
    """The principal directions of the generator that is explored.

    They belong to a run, not to a snapshot: if they were searched for every snapshot of a run that trains, the sliders
    would change their meaning while the user moves them. So those found first stay until another run is opened. But as
    long as nobody has moved or named one, they are searched again after four times as many steps, because the
    directions of a generator that has learned nothing mean nothing. The user can request them, too. New ones are then
    brought into the order, and given the signs, of the old ones.

    Parameters
    ----------
    source
        The generator.
    requests
        Where searches are requested.
    parent
        Qt's parent.
    """

    found = Signal()

    def __init__(self, source: GeneratorSource, requests: ExplorerRequests, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = source
        self._requests = requests
        self._found: FoundDirections | None = None
        self._requested = 0.0  # stamp of the newest search; 0: none
        self._held = False  # the user moved or named a direction: they stay
        self._names = DirectionNames()
        requests.directionsFound.connect(self._take)

    @property
    def current(self) -> "Directions | None":
        """The principal directions; None until they are found."""
        return None if self._found is None else self._found.directions

    @property
    def step(self) -> int | None:
        """Step of the generator that they were found for; None until they are found."""
        return None if self._found is None else self._found.model.step

    @property
    def is_searching(self) -> bool:
        """Whether a search was requested that is not finished."""
        return self._requested != (0.0 if self._found is None else self._found.stamp)

    def find(self, again: bool = False) -> None:
        """Request a search if they are unknown or worth searching again; `again`: in any case."""
        generator = self._source.generator
        if generator is None:
            return
        outdated = self.step is not None and not self._held and generator.step > self._last_valid_step(self.step)
        if again or outdated or (self._found is None and not self._requested):
            self._requested = self._requests.request_directions(generator) or self._requested

    def hold(self) -> None:
        """Keep them from now on, as the user has moved or named one."""
        self._held = True

    def forget(self) -> None:
        """Forget them, as another model is explored."""
        self._held = False
        self.forget_vectors()

    def forget_vectors(self) -> None:
        """Forget them, as z has another size."""
        self._found = None
        self._requested = 0.0

    def axis_name(self, axis: Axis) -> str:
        """Return the name of an axis: the user's, else "direction 3" or "z 12"."""
        if axis.kind is AxisKind.RAW:
            return f"z {axis.index}"
        return self.name(axis.index) or default_name(axis.index)

    def name(self, index: int) -> str:
        """Return the user's name for a direction; "" if it has none."""
        generator = self._source.generator
        return "" if generator is None else self._names.get(generator.name, index)

    def rename(self, index: int, name: str) -> None:
        """Name a direction; "" removes its name."""
        generator = self._source.generator
        if generator is not None:
            self._names.set(generator.name, index, name.strip())
            self.hold()

    def _last_valid_step(self, step: int) -> int:
        """Return the step up to which directions of `step` stay; those of a run at rest are of its newest generator."""
        return step if self._source.is_at_rest else _LEARNED_FACTOR * step

    def _take(self, found: FoundDirections) -> None:
        generator = self._source.generator
        if generator is None or found.stamp != self._requested or found.model.name != generator.name:
            return
        old = self.current
        if old is not None and (self._held or not self._source.is_at_rest):  # else in their own, decreasing order
            found = FoundDirections(found.model, found.stamp, align(found.directions, old))
        self._found = found
        self.found.emit()


def default_name(index: int) -> str:
    """Return the name of a direction that the user has not named."""
    return f"direction {index + 1}"
