"""State of the latent explorer: the position in the latent space that its pages show and move."""

import numpy as np
from PySide6.QtCore import QObject, Signal

from ganstudio.data import catalog
from ganstudio.gui.explorer import axes
from ganstudio.gui.explorer.axes import Axis, AxisKind
from ganstudio.gui.explorer.directions import PrincipalDirections
from ganstudio.gui.explorer.generator_source import GeneratorSource
from ganstudio.gui.explorer.position import Move, Position, normalize
from ganstudio.gui.explorer.requests import ExplorerRequests
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.workers.sample_requests import Channel
from ganstudio.gui.workers.sampling import ChannelSignals, SampleThread
from ganstudio.images import Pictures
from ganstudio.latent.models import Model
from ganstudio.latent.paths import Mix, Noise, noise, one_hot

FIRST_SEED = 0  # of the z that is shown first
_MAX_SEED = 2**31  # random seeds are below it
_FIRST_AXIS = Axis(AxisKind.DIRECTION, 0)


class Explorer(QObject):
    """The explorer's position, in the GUI thread; pictures are made of `z` times `truncation`.

    Parameters
    ----------
    model
        The run that is viewed.
    samples
        The thread that makes the pictures.
    parent
        Qt's parent.

    Attributes
    ----------
    directions : PrincipalDirections
        The principal directions of the generator.
    truncation : float
        Factor of z in every picture, 0..1.
    seed : int or None
        Seed that z was drawn from; None if it was moved.
    classes : tuple of str
        Names of the generator's classes; () if it has none.
    """

    changed = Signal()  # z, mix or truncation: request a picture
    moved = Signal(object)  # Move: by the user; not when a walk is played, or a generator has other sizes
    generatorChanged = Signal()  # another generator, or none: sizes, classes and directions may differ

    def __init__(self, model: RunModel, samples: SampleThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._source = GeneratorSource(model, self)
        self._requests = ExplorerRequests(samples, self)
        self.directions = PrincipalDirections(self._source, self._requests, self)
        self._z: Noise = np.zeros(0, np.float32)
        self._mix: Mix | None = None
        self._active_axis = _FIRST_AXIS
        self.truncation = 1.0
        self.seed: int | None = FIRST_SEED
        self.classes: tuple[str, ...] = ()
        self._rng = np.random.default_rng()
        self.changed.connect(self._source.note_use)
        self._requests.pictured.connect(self._source.note_picture)
        self._source.runOpened.connect(self._requests.drop_pending)
        self._source.changed.connect(self._take_generator)
        self._source.update()

    def sleep(self) -> None:
        """Request nothing until `wake`: the window is painted before torch is imported."""
        self._requests.is_asleep = True

    def wake(self) -> None:
        """Request pictures from now on."""
        self._requests.is_asleep = False
        self.directions.find()
        self.changed.emit()

    # The generator

    @property
    def generator(self) -> Model | None:
        """The generator that pictures are made with: of the viewed step, else a bundled one."""
        return self._source.generator

    @property
    def is_live(self) -> bool:
        """Whether the newest generator of a run that trains is shown, so that the next one will replace it."""
        return self._source.is_live

    @property
    def problem(self) -> str:
        """Why there is no generator, in a sentence; "" if it is not due to an error."""
        return self._source.problem

    def _take_generator(self, before: Model | None, generator: Model | None) -> None:
        """Take another generator; z and classes stay as far as they fit."""
        if generator is not None:
            z_size, names = generator.config.network.z_size, catalog.class_names_of_run(generator.config)
            if z_size != self.z_size:
                self._z, self.seed = noise(1, z_size, FIRST_SEED)[0], FIRST_SEED
                self._active_axis = _FIRST_AXIS
                self.directions.forget_vectors()
            if names != self.classes:
                self.classes = names
                self._mix = one_hot(0, len(names)) if names else None
            if before is None or before.name != generator.name:
                self.directions.forget()
            if before is not None and before.name != generator.name:
                self._requests.drop_pending()  # an answer about another model may be of classes that this one has not
        self.generatorChanged.emit()

    # The position

    @property
    def z(self) -> Noise:
        """Where it is, (z_size,): a copy."""
        return self._z.copy()

    @property
    def z_size(self) -> int:
        """Number of numbers in z."""
        return len(self._z)

    @property
    def mix(self) -> Mix | None:
        """Shares of the classes, (classes,), which sum to 1: a copy; None if the generator has none."""
        return None if self._mix is None else self._mix.copy()

    @property
    def label(self) -> int | None:
        """The class with the largest share; None if the generator has none."""
        return None if self._mix is None else int(self._mix.argmax())

    def position(self) -> Position:
        """Return the position, to come back to with `go_to`."""
        return Position(self.z, self.mix, self.truncation, self.seed, self._active_axis)

    def can_go_to(self, position: Position) -> bool:
        """Return whether a position is in the latent space of the present generator."""
        if self._mix is None or position.mix is None:
            fits = position.mix is self._mix
        else:
            fits = position.mix.shape == self._mix.shape
        return self.generator is not None and position.z.shape == self._z.shape and fits

    def go_to(self, position: Position) -> None:
        """Return to exactly that position; do nothing if it is in the space of another generator."""
        if not self.can_go_to(position):
            return
        self._z, self._mix = position.z.copy(), None if position.mix is None else position.mix.copy()
        self.truncation, self.seed = position.truncation, position.seed
        self._active_axis = position.active_axis
        self.changed.emit()

    # Moves of the user

    def set_point(self, z: Noise, mix: Mix | None = None, description: str = "picture", key: str = "") -> None:
        """Go to another z; do nothing if it has another size, as that of a run that is no longer open.

        Parameters
        ----------
        z
            (z_size,).
        mix
            Shares of the classes, (classes,); None: as they are.
        description, key
            As in `Move`.
        """
        before = self.position()
        if self.show_point(z, mix):
            self.moved.emit(Move(before, description, key))

    def show_point(self, z: Noise, mix: Mix | None = None) -> bool:
        """Go to another z as `set_point` does, but not as a move that can be undone; return whether it fits."""
        if z.shape != self._z.shape:
            return False
        self._z, self.seed = z.astype(np.float32), None
        if mix is not None and self._mix is not None and mix.shape == self._mix.shape:
            self._mix = normalize(mix)
        self.changed.emit()
        return True

    def randomise(self, seed: int | None = None) -> None:
        """Go to the z of a seed, the first one that `ganstudio sample --seed` draws; None: of a random seed."""
        before, drawn = self.position(), int(self._rng.integers(_MAX_SEED)) if seed is None else seed
        self._z, self.seed = noise(1, self.z_size, drawn)[0], drawn
        self.changed.emit()
        self.moved.emit(Move(before, "random picture") if seed is None else Move(before, f"seed {seed}", "seed"))

    def reset(self) -> None:
        """Go to the centre of the latent space."""
        self.set_point(np.zeros_like(self._z), description="reset")

    def start_over(self) -> None:
        """Go back to the beginning: the first seed, the first class, no truncation."""
        self.truncation = 1.0
        if self.classes:
            self._mix = one_hot(0, len(self.classes))
        self.randomise(FIRST_SEED)

    def set_mix(self, mix: Mix) -> None:
        """Set the shares of the classes (classes,); they are scaled to sum to 1."""
        if self._mix is None or mix.shape != self._mix.shape:
            return
        before, self._mix = self.position(), normalize(mix)
        self.changed.emit()
        is_pure = float(self._mix.max()) == 1
        description = f"class {self.classes[int(self._mix.argmax())]}" if is_pure else "blend of classes"
        self.moved.emit(Move(before, description, "" if is_pure else "blend"))

    def set_label(self, label: int) -> None:
        """Go to one class."""
        if 0 <= label < len(self.classes):
            self.set_mix(one_hot(label, len(self.classes)))

    def set_truncation(self, truncation: float) -> None:
        """Set the factor of z in every picture, 0..1: lower ones give cleaner pictures but less variety."""
        before, self.truncation = self.position(), min(1.0, max(0.0, truncation))
        self.changed.emit()
        self.moved.emit(Move(before, f"truncation {self.truncation:.2f}", "truncation"))

    # Axes

    @property
    def active_axis(self) -> Axis:
        """The axis that was moved last; the first number of z while its direction is unknown."""
        axis, known = self._active_axis, self.directions.current
        if axis.kind is AxisKind.RAW or (known is not None and axis.index < len(known.vectors)):
            return axis
        return Axis(AxisKind.RAW, 0)

    def coordinate(self, axis: Axis) -> float:
        """Return the coordinate along an axis; that of random z has mean 0 and standard deviation 1."""
        return float(self._z @ self._vector(axis))

    def set_coordinate(self, axis: Axis, value: float) -> None:
        """Move along an axis, which becomes the active one; do nothing along a direction that is unknown yet."""
        if axis.kind is AxisKind.DIRECTION:
            if self.directions.current is None:
                return
            self.directions.hold()
        before = self.position()
        self._active_axis, self.seed = axis, None
        self._z = axes.with_coordinate(self._z, self._vector(axis), value)
        self.changed.emit()
        self.moved.emit(Move(before, self.directions.axis_name(axis), f"{axis.kind} {axis.index}"))

    def along_active_axis(self, count: int) -> Noise:
        """Return z (count, z_size) along the active axis, from -3 to 3."""
        return axes.spread_along(self._z, self._vector(self.active_axis), count)

    def _vector(self, axis: Axis) -> Noise:
        return axes.unit_vector(axis, self.z_size, self.directions.current)

    # Pictures

    def on(self, channel: Channel) -> ChannelSignals:
        """Return the signals of a channel; answers older than the newest one are dropped."""
        return self._requests.on(channel)

    def request(self, channel: Channel, z: Noise, mix: Mix | None = None, in_parts: bool = False) -> float:
        """Request pictures, with the present truncation.

        Parameters
        ----------
        channel
            Where they arrive: PREVIEW, MORPH, WALK or STRIP.
        z
            (N, z_size) or (z_size,), before truncation.
        mix
            Shares of the classes, (N, classes); None: the present ones.
        in_parts
            Whether some pictures are answered before all are made, and a newer request ends this one.

        Returns
        -------
        float
            The stamp that the answers carry; 0 if there is no generator or the explorer sleeps.
        """
        if self.generator is None:
            return 0.0
        z = np.atleast_2d(z)
        if mix is None and self._mix is not None:
            mix = np.repeat(self._mix[None], len(z), axis=0)
        shares = mix if self.classes else None
        return self._requests.request(channel, self.generator, z, shares, self.truncation, in_parts)

    def request_opinion(self, pictures: Pictures, mix: Mix | None = None) -> float:
        """Request D's opinion of pictures, on the channel SKETCH.

        Parameters
        ----------
        pictures
            (N, H, W) or (N, H, W, 3).
        mix
            Shares of the classes that they are judged as, (N, classes); None: their most likely classes.

        Returns
        -------
        float
            The stamp that the answer carries; 0 if there is no generator or the explorer sleeps.
        """
        if self.generator is None:
            return 0.0
        return self._requests.request_opinion(self.generator, pictures, mix if self.classes else None)
