"""What is looked at in the networks: a layer, its channels and their changes; it asks whenever the explorer moves."""

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal, Slot

from ganstudio.gui.explorer.explorer import Explorer
from ganstudio.gui.workers.inside_requests import Looked, LookRequest, PushRequest, StepsRequest, SumsRequest
from ganstudio.gui.workers.sample_requests import Channel, Mix, Noise
from ganstudio.gui.workers.sampling import SampleThread
from ganstudio.images import Pictures
from ganstudio.latent.channel_edit import Edit, Mask
from ganstudio.latent.models import Model

if TYPE_CHECKING:
    from ganstudio.networks.inside.structure import Layer

MAX_MAPS, MAX_NUMBERS = 32, 96  # channels that are shown


@dataclass(frozen=True, eq=False)
class Inputs:
    """What a network takes: see `LookRequest`."""

    model: Model
    is_generator: bool
    z: Noise
    mix: Mix | None
    picture: Pictures | None

    def are_those_of(self, request: SumsRequest | StepsRequest | PushRequest) -> bool:
        """Return whether a request has the same z, classes and picture."""
        one, other = self.mix, request.mix
        has_same_mix = one is other or (one is not None and other is not None and np.array_equal(one, other))
        return has_same_mix and self.picture is request.picture and np.array_equal(self.z, request.z)


def index_of(channels: npt.NDArray[np.int64], channel: int) -> int:
    """Return the place of a channel among others by its number; -1 if it is not there."""
    found = np.flatnonzero(channels == channel)
    return int(found[0]) if len(found) else -1


class Looker(QObject):
    """Asks what a layer makes of the explorer's z, or of a picture of the data; the newest request wins.

    Parameters
    ----------
    explorer
        Where z comes from.
    samples
        The thread that answers.
    parent
        Qt's parent.

    Attributes
    ----------
    seen : Looked or None
        The newest answer.
    channel : int
        Number of the channel that is chosen.
    """

    changed = Signal()  # `seen`, `channel` or the edits
    refused = Signal(str)  # why there is nothing to see

    def __init__(self, explorer: Explorer, samples: SampleThread, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._explorer, self._samples = explorer, samples
        self._model: Model | None = None
        self._is_generator = True
        self._layer: Layer | None = None
        self._picture: Pictures | None = None
        self._order: tuple[int, ...] = ()  # of the channels; kept while the sliders move
        self._edits: dict[int, Edit] = {}
        self._asked: LookRequest | None = None
        self.seen: Looked | None = None
        self.channel = -1
        self.is_awake = False
        explorer.changed.connect(self.look)
        samples.on(Channel.LOOK).answered.connect(self._take)
        samples.on(Channel.LOOK).refused.connect(self._refuse)

    # What is looked at

    @property
    def is_generator(self) -> bool:
        """Whether the layer is one of G, not of D."""
        return self._is_generator

    @property
    def layer(self) -> "Layer | None":
        """The layer."""
        return self._layer

    @property
    def edits(self) -> tuple[Edit, ...]:
        """Changes of channels of the layer."""
        return tuple(self._edits.values())

    @property
    def edit(self) -> Edit:
        """The change of the chosen channel."""
        return self._edits.get(self.channel, Edit(self.channel))

    def look_at(self, model: Model | None, is_generator: bool, layer: "Layer | None") -> None:
        """Look at another layer, or with another generator, newer or older; None: at nothing."""
        is_same = layer is not None and self._layer is not None and layer.place == self._layer.place
        is_same = is_same and is_generator == self._is_generator and model is not None and self._model is not None
        if not (is_same and model is not None and self._model is not None and model.name == self._model.name):
            self._order, self._edits, self.channel, self.seen = (), {}, -1, None
            self.changed.emit()
        self._model, self._is_generator, self._layer = model, is_generator, layer
        self.look()

    def show_picture(self, picture: Pictures | None) -> None:
        """Have D judge a picture (1, H, W) or (1, H, W, C); None: what G makes of the explorer's z."""
        self._picture = picture
        if not self._is_generator:
            self.look()

    def sort(self) -> None:
        """Order the channels by their strength now."""
        self._order = ()
        self.look()

    def choose(self, channel: int) -> None:
        """Choose a channel by its number."""
        if channel != self.channel:
            self.channel = channel
            self.changed.emit()

    # Changes

    def multiply(self, factor: float) -> None:
        """Multiply the chosen channel; what was painted into it goes."""
        self._set(Edit(self.channel, factor))

    def paint(self, row: int, column: int, is_out: bool) -> None:
        """Paint a cell of the chosen channel, with the largest value of the layer or with 0."""
        index = self._index_of(self.channel)
        if self.seen is None or index is None:
            return
        edit, shape = self.edit, self.seen.seen.maps[index].shape
        strong, out = (_copy(mask, shape) for mask in (edit.strong, edit.out))
        strong[row, column], out[row, column] = not is_out, is_out
        self._set(Edit(self.channel, edit.factor, strong, out))

    def undo_all(self) -> None:
        """Leave all channels as they are."""
        self._edits = {}
        self.changed.emit()
        self.look()

    def _set(self, edit: Edit) -> None:
        if self.channel < 0:
            return
        self._edits.pop(edit.channel, None)
        if edit.factor != 1.0 or edit.painted is not None:
            self._edits[edit.channel] = edit
        self.changed.emit()
        self.look()

    # Asking

    def inputs(self) -> Inputs | None:
        """Return what the network takes now; None if there is none, nobody looks, or the explorer has another run's z.

        While another run is opened, the explorer's z may already be of its size, and the network still of the old run.
        """
        generator = self._explorer.generator
        if not self.is_awake or self._model is None or generator is None:
            return None
        used, known = self._model.config, generator.config
        if (used.data, used.network) != (known.data, known.network):
            return None
        z = np.atleast_2d(self._explorer.z) * np.float32(self._explorer.truncation)
        mix = self._explorer.mix
        picture = None if self._is_generator else self._picture
        return Inputs(self._model, self._is_generator, z, None if mix is None else mix[None], picture)

    def judged_inputs(self) -> Inputs | None:
        """Return what D takes now, also while a layer of G is looked at; None as from `inputs`."""
        inputs = self.inputs()
        return None if inputs is None else replace(inputs, is_generator=False, picture=self._picture)

    @Slot()
    def look(self) -> None:
        """Ask for what there is to see now."""
        layer, inputs = self._layer, self.inputs()
        if layer is None or inputs is None:
            return
        limit = MAX_MAPS if len(layer.outputs) == 3 and layer.outputs[1:] != (1, 1) else MAX_NUMBERS
        self._asked = LookRequest(
            inputs.model,
            inputs.is_generator,
            layer.place,
            inputs.z,
            inputs.mix,
            inputs.picture,
            self._order or limit,
            self.edits,
        )
        self._samples.put(Channel.LOOK, self._asked)

    @Slot(object)
    def _take(self, looked: Looked) -> None:
        asked, layer = looked.request, self._layer
        if layer is None or asked.place != layer.place or asked.is_generator != self._is_generator:
            return
        self.seen = looked
        self._order = tuple(int(channel) for channel in looked.seen.channels)
        if self.channel not in self._order:
            self.channel = self._order[0] if self._order else -1
        self.changed.emit()

    @Slot(str)
    def _refuse(self, why: str) -> None:
        self.seen = None
        self.changed.emit()
        self.refused.emit(why)

    def _index_of(self, channel: int) -> int | None:
        return self._order.index(channel) if channel in self._order else None


def _copy(mask: Mask | None, shape: tuple[int, ...]) -> Mask:
    return mask.copy() if mask is not None and mask.shape == shape else np.zeros(shape, np.bool_)
