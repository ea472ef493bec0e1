"""Explorer: where the person is in the latent space, and of which generator. Its pages watch and move it."""

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np
from PySide6.QtCore import QObject, QTimer, Signal

from ganstudio.errors import StudioError
from ganstudio.events import Pictures, RunStatus
from ganstudio.gui.explorer import axes
from ganstudio.gui.explorer.axes import DIRECTION, RAW
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.viewing import viewed_model
from ganstudio.gui.widgets.class_box import class_names
from ganstudio.gui.workers.sample_requests import Answer, Channel, FoundDirections, Mix, Noise, Opinion
from ganstudio.gui.workers.sampling import ChannelSignals, SampleThread
from ganstudio.latent import models
from ganstudio.latent.models import Model

if TYPE_CHECKING:
    from ganstudio.latent.directions import Directions

FIRST_SEED = 0  # of the z that is shown first
_SEEDS = 2**31  # of them a random one is taken
_CHANNELS = (Channel.PREVIEW, Channel.MORPH, Channel.WALK, Channel.SKETCH, Channel.STRIP)  # that its pages use
_QUIET = 5.0  # s after a move; from then on new generators of a live run are taken more rarely:
_SHARE = 0.002  # of the time may go into their pictures, as training needs the processor, too
_RAREST = 6.0  # s between two of them at most
_LEARNED = 4  # times as many steps: the generator is worth looking for its directions again


@dataclass(frozen=True)
class Place:
    """Where an explorer is: all that its picture depends on but the generator, and where z came from."""

    z: Noise  # (z_size,)
    mix: Mix | None  # (classes,)
    truncation: float
    seed: int | None
    active: tuple[str, int]


@dataclass(frozen=True)
class Move:
    """A person moved it: from where, and how in words. Those with one `key` may be parts of one drag."""

    before: Place
    words: str
    key: str = ""


class Explorer(QObject):
    """The explorer's state, in the GUI thread.

    `z` (z_size,) is where it is; pictures are made of z * `truncation`. `mix` (classes,) are the shares of the classes,
    which sum to 1; None if the generator knows none. `seed` is the one that z was drawn from, None if it was moved.
    """

    changed = Signal()  # z, mix or truncation: ask for a picture
    moved = Signal(object)  # Move: by a person; not when a walk is played, or a generator takes other sizes
    sourceChanged = Signal()  # another generator, or none: sizes, classes and directions may differ
    directionsReady = Signal()

    def __init__(self, model: RunModel, samples: SampleThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._model, self._samples = model, samples
        self._source: Model | None = None
        self._trouble = ""
        self._z: Noise = np.zeros(0, np.float32)
        self._mix: Mix | None = None
        self.truncation = 1.0
        self.seed: int | None = FIRST_SEED
        self.classes: tuple[str, ...] = ()
        self._asleep = False
        self._active = (DIRECTION, 0)
        self._rng = np.random.default_rng()
        self._signals = {channel: ChannelSignals(self) for channel in _CHANNELS}
        self._floor = dict.fromkeys(_CHANNELS, 0.0)  # channel -> stamp below which answers are stale
        self._directions: FoundDirections | None = None
        self._directions_asked = 0.0  # stamp
        self._held_fast = False  # a person moved or named a direction: they stay
        self._names = axes.Names()
        self._moved_at = self._looked_at = time.monotonic()
        self._pictured, self._cost = -1, 0.0  # step of the newest picture; s that the first one of that step took
        self._later = QTimer(self, singleShot=True)  # a newer generator waits to be taken
        self._later.timeout.connect(self._look)
        self.changed.connect(self._played_with)
        model.snapshotAdded.connect(self._look_in_time)
        for signal in (model.viewedStepChanged, model.statusChanged, model.configChanged, model.renamed):
            signal.connect(self._look)
        model.reset.connect(self._restart)
        for channel, signals in self._signals.items():
            answered = self._judged if channel is Channel.SKETCH else self._answered
            samples.on(channel).answered.connect(answered)
            samples.on(channel).refused.connect(signals.refused)
        samples.on(Channel.DIRECTIONS).answered.connect(self._directed)
        self._look()

    def sleep(self) -> None:
        """Ask for nothing until `wake`: the window is painted before torch is imported."""
        self._asleep = True

    def wake(self) -> None:
        """Ask for pictures from now on."""
        self._asleep = False
        self.find_directions()
        self.changed.emit()

    # What there is

    def source(self) -> Model | None:
        """The generator that pictures are made with: of the viewed step, else a bundled one."""
        return self._source

    @property
    def live(self) -> bool:
        """Whether the newest generator of a run is shown: the next one takes its place."""
        return self._model.viewed_step is None and self._model.busy

    @property
    def trouble(self) -> str:
        """Why there is no source, in a sentence; "" if none was looked for in vain."""
        return self._trouble

    @property
    def z(self) -> Noise:
        """Where it is, (z_size,): a copy."""
        return self._z.copy()

    @property
    def z_size(self) -> int:
        """How many numbers z has."""
        return len(self._z)

    @property
    def mix(self) -> Mix | None:
        """Shares of the classes (classes,), which sum to 1: a copy; None if the generator knows none."""
        return None if self._mix is None else self._mix.copy()

    @property
    def label(self) -> int | None:
        """The class with the largest share."""
        return None if self._mix is None else int(self._mix.argmax())

    # Where it is

    def place(self) -> Place:
        """Where it is, to come back to with `go_to`."""
        return Place(self.z, self.mix, self.truncation, self.seed, self._active)

    def holds(self, place: Place) -> bool:
        """Whether a place lies in the latent space of the generator there is."""
        fits = place.mix is None if self._mix is None else place.mix is not None and place.mix.shape == self._mix.shape
        return self._source is not None and place.z.shape == self._z.shape and fits

    def go_to(self, place: Place) -> None:
        """Be again exactly where it was; not in the space of another generator."""
        if not self.holds(place):
            return
        self._z, self._mix = place.z.copy(), None if place.mix is None else place.mix.copy()
        self.truncation, self.seed, self._active = place.truncation, place.seed, place.active
        self.changed.emit()

    def set_point(self, z: Noise, mix: Mix | None = None, words: str = "picture", key: str = "") -> None:
        """Go to `z` (z_size,), and to those shares of the classes if they are given; not to one of another size.

        words : how a person came there, for undo.  key : moves with the same one may be parts of one drag.
        """
        before = self.place()
        if self.pass_by(z, mix):
            self.moved.emit(Move(before, words, key))

    def pass_by(self, z: Noise, mix: Mix | None = None) -> bool:
        """As `set_point`, on a way that is played: nobody goes back to each of its places. False: of another size."""
        if z.shape != self._z.shape:
            return False  # of a run that is no longer open
        self._z, self.seed = z.astype(np.float32), None
        if mix is not None and self._mix is not None and mix.shape == self._mix.shape:
            self._mix = _shares(mix)
        self.changed.emit()
        return True

    def randomise(self, seed: int | None = None) -> None:
        """Go to the z of a seed, the one that `ganstudio sample --seed` begins with; None: of a random seed."""
        before, drawn = self.place(), int(self._rng.integers(_SEEDS)) if seed is None else seed
        self._z, self.seed = _drawn(drawn, self.z_size), drawn
        self.changed.emit()
        self.moved.emit(Move(before, "random picture") if seed is None else Move(before, f"seed {seed}", "seed"))

    def reset(self) -> None:
        """Go to the centre of the latent space."""
        self.set_point(np.zeros_like(self._z), words="reset")

    def start_over(self) -> None:
        """As at first: the first seed, the first class, nothing shrunk."""
        self.truncation = 1.0
        if self.classes:
            self._mix = only(0, len(self.classes))
        self.randomise(FIRST_SEED)

    def set_mix(self, mix: Mix) -> None:
        """Ask for those shares of the classes (classes,); they are scaled to sum to 1."""
        if self._mix is None or mix.shape != self._mix.shape:
            return
        before, self._mix = self.place(), _shares(mix)
        self.changed.emit()
        alone = float(self._mix.max()) == 1
        words = f"class {self.classes[int(self._mix.argmax())]}" if alone else "blend of classes"
        self.moved.emit(Move(before, words, "" if alone else "blend"))

    def set_label(self, label: int) -> None:
        """Ask for one class."""
        if 0 <= label < len(self.classes):
            self.set_mix(only(label, len(self.classes)))

    def set_truncation(self, truncation: float) -> None:
        """Shrink z to that share, 0..1, in every picture: surer pictures, fewer kinds of them."""
        before, self.truncation = self.place(), min(1.0, max(0.0, truncation))
        self.changed.emit()
        self.moved.emit(Move(before, f"truncation {self.truncation:.2f}", "truncation"))

    # Along an axis

    @property
    def active(self) -> tuple[str, int]:
        """Kind and index of the axis that was moved last."""
        kind, index = self._active
        known = self.directions is not None and index < len(self.directions.vectors)
        return self._active if kind == RAW or known else (RAW, 0)

    def coordinate(self, kind: str, index: int) -> float:
        """Where it is along an axis, "direction" or "raw": normal random z have 0 on average, 1 as deviation."""
        return float(self._z @ self._axis(kind, index))

    def set_coordinate(self, kind: str, index: int, value: float) -> None:
        """Move along an axis, which then is the active one; not along a direction that is not known yet."""
        if kind == DIRECTION and self.directions is None:
            return
        before, name = self.place(), self.axis_name(kind, index)
        self._active, self.seed = (kind, index), None
        self._held_fast |= kind == DIRECTION
        self._z = axes.moved(self._z, self._axis(kind, index), value)
        self.changed.emit()
        self.moved.emit(Move(before, name, f"{kind} {index}"))

    def along(self, count: int) -> Noise:
        """z (count, z_size) along the active axis, from -3 to 3."""
        return axes.spread_along(self._z, self._axis(*self.active), count)

    def _axis(self, kind: str, index: int) -> Noise:
        return axes.unit(kind, index, self.z_size, self.directions)

    # Principal directions
    #
    # They belong to a run, not to a snapshot: were they found anew for every snapshot while it trains, the sliders
    # would change their meaning under the person's hand. So those found first stay until another run is opened; but
    # while nobody has moved or named one, and four times as many steps were trained, they are found again, as those
    # of a generator that has learned nothing mean nothing. A person can ask for them, too. New ones are then brought
    # into the order, and given the signs, of the old ones.

    @property
    def directions(self) -> "Directions | None":
        """The principal directions of the generator; None until they are found."""
        return None if self._directions is None else self._directions.directions

    def find_directions(self, again: bool = False) -> None:
        """Have them found if they are not known, or worth finding again; `again`: in any case."""
        source = self._source
        if source is None or self._asleep:
            return
        last = self._directions
        learned = last is not None and not self._held_fast and source.step > self._worth_finding(last.model.step)
        if again or learned or (last is None and not self._directions_asked):
            self._directions_asked = self._samples.request_directions(source)

    def _worth_finding(self, step: int) -> int:
        """Step from which on others than the directions of `step` are looked for: of a run that rests, the newest."""
        return step if self._rests() else _LEARNED * step

    def _rests(self) -> bool:
        """Whether the newest generator of a run is shown that nobody trains just now."""
        return self._model.viewed_step is None and not self._model.busy and self._model.status != RunStatus.FOLLOWING

    def axis_name(self, kind: str, index: int) -> str:
        """What an axis is called: as a person does, else "direction 3" or "z 12"."""
        return (self.direction_name(index) or f"direction {index + 1}") if kind == DIRECTION else f"z {index}"

    def direction_name(self, index: int) -> str:
        """What a person calls a direction; "" if there is no name."""
        return "" if self._source is None else self._names.of(self._source.name, index)

    def name_direction(self, index: int, name: str) -> None:
        """Call a direction so; "" takes its name away."""
        if self._source is not None:
            self._names.give(self._source.name, index, name.strip())
            self._held_fast = True

    def _directed(self, found: FoundDirections) -> None:
        if self._source is None or found.stamp != self._directions_asked or found.model.name != self._source.name:
            return
        old = self.directions
        if old is not None and (self._held_fast or not self._rests()):  # else in their own order, most first
            found = FoundDirections(found.model, found.stamp, axes.aligned(found.directions, old))
        self._directions = found
        self.directionsReady.emit()

    # Pictures

    def on(self, channel: Channel) -> ChannelSignals:
        """Return the signals of a channel; answers older than the newest one are dropped."""
        return self._signals[channel]

    def request(self, channel: Channel, z: Noise, mix: Mix | None = None, in_parts: bool = False) -> float:
        """Ask for pictures of `z` (N, z_size) in shares `mix` (N, classes), by default those it is at.

        z is shrunk by `truncation` on the way; answers carry it as it was given. Gives the stamp that they carry, or 0
        if there is no generator, or it sleeps.  channel : any of its own but SKETCH.  in_parts : some
        of the pictures are answered before all are made, and a newer request ends this one.
        """
        if self._source is None or self._asleep:
            return 0.0
        z = np.atleast_2d(z)
        if mix is None and self._mix is not None:
            mix = np.repeat(self._mix[None], len(z), axis=0)
        shares = mix if self.classes else None
        return self._samples.request(
            channel, z, self._source, mix=shares, truncation=self.truncation, in_parts=in_parts
        )

    def judge(self, pictures: Pictures, mix: Mix | None = None) -> float:
        """Ask what D thinks of `pictures` (N, H, W[, 3]), on the channel SKETCH. Gives the stamp, or 0 as `request`.

        mix : (N, classes), as ones of which classes; None: of those that they most likely are.
        """
        if self._source is None or self._asleep:
            return 0.0
        return self._samples.request_opinion(Channel.SKETCH, pictures, self._source, mix=mix if self.classes else None)

    def _is_fresh(self, channel: Channel, stamp: float) -> bool:
        """Whether nothing newer was shown on the channel; it is the newest then."""
        if stamp < self._floor[channel]:
            return False
        self._floor[channel] = stamp
        return True

    def _answered(self, answer: Answer) -> None:
        if answer.channel is Channel.PREVIEW and answer.step != self._pictured:
            self._pictured, self._cost = answer.step, time.perf_counter() - answer.stamp
        if self._is_fresh(answer.channel, answer.stamp):
            self._signals[answer.channel].answered.emit(answer)

    def _judged(self, opinion: Opinion) -> None:
        if self._is_fresh(Channel.SKETCH, opinion.stamp):
            self._signals[Channel.SKETCH].answered.emit(opinion)

    # The generator

    def _restart(self) -> None:
        """Another run is open: what was asked of the old one is stale."""
        self._floor = dict.fromkeys(self._floor, time.perf_counter())
        self._moved_at = time.monotonic()
        self._look()

    def _played_with(self) -> None:
        """Somebody plays with it: now every new generator is worth a picture, and first the one that waits."""
        self._moved_at = time.monotonic()
        if self._later.isActive():
            self._later.start(0)

    def _look_in_time(self, *_: object) -> None:
        """There is a newer generator: take it, or a little later, if nobody plays and the last was taken just now."""
        now = time.monotonic()
        first = self._source is None or self._source.name in models.BUNDLED
        wait = min(_RAREST, self._cost / _SHARE) - (now - self._looked_at)
        by_hand = self._model.status == RunStatus.PAUSED  # each update is one that a person asked for
        if first or by_hand or not self.live or now - self._moved_at < _QUIET or wait <= 0:
            self._look()
        elif not self._later.isActive():
            self._later.start(round(wait * 1000))

    def _look(self, *_: object) -> None:
        """Take the viewed generator, if it is another; z stays as far as its size fits."""
        self._later.stop()
        self._looked_at = time.monotonic()
        try:
            found, self._trouble = viewed_model(self._model), ""
        except (StudioError, OSError) as error:
            found, self._trouble = None, str(error)
        if found == self._source:
            return
        before, self._source = self._source, found
        if found is not None:
            self._fit(found)
            if before is None or before.name != found.name:
                self._directions, self._directions_asked, self._held_fast = None, 0.0, False
        self.sourceChanged.emit()

    def _fit(self, source: Model) -> None:
        z_size, names = source.config.network.z_size, class_names(source.config)
        if z_size != self.z_size:
            self._z, self.seed = _drawn(FIRST_SEED, z_size), FIRST_SEED
            self._active = (DIRECTION, 0)
            self._directions, self._directions_asked = None, 0.0
        if names != self.classes:
            self.classes = names
            self._mix = only(0, len(names)) if names else None


def only(label: int, count: int) -> Mix:
    """Shares (count,) of one class alone."""
    shares = np.zeros(count, np.float32)
    shares[label] = 1
    return shares


def _drawn(seed: int, z_size: int) -> Noise:
    """z (z_size,) of a seed: the first that `ganstudio.latent.sampler.noise` draws of it."""
    drawn: Noise = np.random.default_rng(seed).standard_normal((1, z_size), dtype=np.float32)[0]
    return drawn


def _shares(mix: Mix) -> Mix:
    """Shares that sum to 1, none below 0; all of the first class where there is nothing to share."""
    held: Mix = np.maximum(mix, 0).astype(np.float32)
    total = float(held.sum())
    if not np.isfinite(total) or total <= 0:
        return only(0, len(held))
    shares: Mix = held / np.float32(total)
    return shares
