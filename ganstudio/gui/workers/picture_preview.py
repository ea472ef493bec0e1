"""Thread that makes pictures as D will see them, before an import; a newer request drops the older."""

import io
import time
from dataclasses import dataclass, field
from enum import Enum, auto

import numpy as np
from PySide6.QtCore import QObject, Signal

from ganstudio.data.pictures.advice import count_bytes, count_enlarged, estimate_seconds
from ganstudio.data.pictures.decode import prepare
from ganstudio.data.pictures.recipe import Recipe
from ganstudio.data.pictures.sources import show
from ganstudio.data.pictures.verdicts import PictureError
from ganstudio.gui.workers.picture_scan import Found, read_labels
from ganstudio.gui.workers.worker import QueueWorker
from ganstudio.images import Pictures
from ganstudio.process import brief_turns

_SHOW_SECONDS = 0.25  # after which the pictures made so far are shown


class Channel(Enum):
    """What is asked for, the most urgent first."""

    LABELS = auto()
    PICTURES = auto()
    COST = auto()


@dataclass(frozen=True)
class Shown:
    """Pictures as D will see them.

    Parameters
    ----------
    recipe
        What they were made by.
    pictures
        (N, H, W, C), uint8; colours premultiplied where there is alpha.
    examples
        The number of the example that each shows.
    failed
        Why others cannot be read, by their number.
    is_whole
        Whether there are no more to come.
    """

    recipe: Recipe
    pictures: Pictures
    examples: tuple[int, ...]
    failed: dict[int, str] = field(default_factory=dict)
    is_whole: bool = True


@dataclass(frozen=True)
class Cost:
    """What an import takes: bytes on the disk, seconds; and how many pictures it enlarges."""

    recipe: Recipe
    bytes: int
    seconds: float
    enlarged: int


class PreviewThread(QueueWorker[Channel, object]):
    """Thread that makes the examples of a source by recipes, and says what an import by them costs.

    Parameters
    ----------
    found : Found
        The source.
    parent : QObject, optional
        Qt's parent.
    """

    shown = Signal(object)  # Shown
    costed = Signal(object)  # Cost
    labelled = Signal(object)  # FoundLabels

    action = "The preview could not be made"

    def __init__(self, found: Found, parent: QObject | None = None) -> None:
        super().__init__("previewThread", list(Channel), parent)
        self._found = found

    # In the GUI thread

    def request(self, recipe: Recipe) -> None:
        """Have the examples made by that recipe, and what it costs."""
        self.put(Channel.PICTURES, recipe)
        self.put(Channel.COST, recipe)

    def request_labels(self, wanted: str) -> None:
        """Have labels looked for: "auto", or in the table of that path."""
        self.put(Channel.LABELS, wanted)

    # In the thread

    def run(self) -> None:
        """Serve requests; then close the source."""
        super().run()
        self._found.source.close()

    def serve(self, channel: Channel, request: object) -> None:
        """Answer a request."""
        with brief_turns():
            if channel is Channel.LABELS:
                self.labelled.emit(read_labels(self._found.scan, self._found.source, str(request)))
                return
            assert isinstance(request, Recipe)
            if channel is Channel.PICTURES:
                self._show(request)
            else:
                self._estimate(request)

    def _show(self, recipe: Recipe) -> None:
        made, numbers, failed = [], [], {}
        shown_at = time.monotonic()
        for number, example in enumerate(self._found.examples):
            if self.is_superseded(Channel.PICTURES):
                return
            try:
                content = self._found.source.read(example.file.entry.path)
                made.append(prepare(io.BytesIO(content), recipe).pixels)
                numbers.append(number)
            except PictureError as error:
                failed[number] = show(error.why)
            except MemoryError:
                failed[number] = "there is not enough memory for it"
            if made and time.monotonic() - shown_at > _SHOW_SECONDS:
                self.shown.emit(Shown(recipe, np.stack(made), tuple(numbers), dict(failed), is_whole=False))
                shown_at = time.monotonic()
        pictures = np.stack(made) if made else np.empty((0, recipe.height, recipe.width, recipe.channels.count), "u1")
        self.shown.emit(Shown(recipe, pictures, tuple(numbers), failed))

    def _estimate(self, recipe: Recipe) -> None:
        found = self._found
        seconds = estimate_seconds(found.source, found.scan, recipe)
        if not self.is_superseded(Channel.COST):
            enlarged = count_enlarged(found.scan, recipe)
            self.costed.emit(Cost(recipe, count_bytes(found.scan, recipe), seconds, enlarged))
