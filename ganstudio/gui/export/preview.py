"""Preview: what an export will look like, made by the very writers that make the file."""

import dataclasses
from pathlib import Path

from PySide6.QtCore import QSize, Qt, QTemporaryDir, QTimer
from PySide6.QtGui import QHideEvent, QMovie, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QLabel, QSizePolicy, QVBoxLayout, QWidget

from ganstudio.events import Failed
from ganstudio.export.formats import FORMATS, Format
from ganstudio.export.job import Content, Job
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.workers.export import Exports, ExportThread, Keys

_SOON = 300  # ms after the last change: a number that is being typed is not previewed digit by digit
_LEAST = QSize(64, 64)  # px
_WORDS_FROM = 110  # px of width: less has no room for words
_GOOD = QSize(232, 200)
_FPS = 8.0  # frames a second of a film's preview
_SCALE = 2  # of its pixels
_SAMPLES = 16  # that stand for a generator

# What stands for a format whose file is no picture: what of the run is drawn, and what is said below it.
_STANDS_FOR = {
    "csv": (Content.CURVES, "The numbers behind these curves"),
    "tensorboard": (Content.CURVES, "These curves, with measurements, grids and settings"),
    "onnx": (Content.SPRITES, f"{_SAMPLES} pictures that this generator makes"),
    "safetensors": (Content.SPRITES, f"{_SAMPLES} pictures that this generator makes"),
    "run": (Content.GRID, "The run with this grid"),
}


def previewed(chosen: Format, job: Job, out: Path) -> tuple[Format, Job, str]:
    """The export that shows what `job` in that format will hold: a PNG, or a small GIF of a film; and words on it."""
    if job.content in (Content.PROGRESS, Content.WALK):
        small = dataclasses.replace(job, out=out.with_suffix(".gif"), fps=_FPS, scale=min(job.scale or _SCALE, _SCALE))
        return FORMATS["gif"], small, "A small preview with fewer frames"
    content, words = _STANDS_FOR.get(chosen.name, (job.content, ""))
    count = job.count if content == job.content else _SAMPLES
    return FORMATS["png"], dataclasses.replace(job, out=out.with_suffix(".png"), content=content, count=count), words


class Preview(QWidget):
    """Shows the newest request's picture or film; an older one that is still being made is called off."""

    def __init__(self, exports: Exports, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exportPreview")
        self.setAccessibleName("Preview of the export")
        self._exports = exports
        self._folder = QTemporaryDir()
        self._wanted: tuple[Format, Job, Keys | None] | None = None
        self._thread: ExportThread | None = None
        self._words_then = ""
        self._number = 0  # of previews made: each is a file of its own
        self._soon = QTimer(self, singleShot=True, interval=_SOON)
        self._soon.timeout.connect(self._make)
        self.picture = _Picture(self)
        self.words = QLabel(self)
        self.words.setObjectName("exportPreviewWords")
        self.words.setWordWrap(True)
        self.words.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.words.setProperty("muted", True)
        self.words.setProperty("small", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.picture, 1)
        column.addWidget(self.words)

    def show_job(self, chosen: Format, job: Job, keys: Keys | None = None) -> None:
        """Show what this export will look like, a moment later."""
        if self._wanted is None or self._wanted[:2] != (chosen, job) or self._wanted[2] is not keys:
            self._wanted = chosen, job, keys
            self._call_off()
            self._soon.start()

    def show_words(self, words: str) -> None:
        """Show a sentence in place of a preview."""
        self._wanted = None
        self._call_off()
        self.picture.clear()
        self.words.setText(words)

    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.words.setVisible(event.size().width() >= _WORDS_FROM)

    def hideEvent(self, event: QHideEvent) -> None:
        """What nobody looks at is not made; shown again, the dialog asks anew."""
        self._wanted = None
        self._call_off()
        super().hideEvent(event)

    def _call_off(self) -> None:
        self._soon.stop()
        if self._thread is not None:
            self._thread.cancel()
            self._thread = None

    def _make(self) -> None:
        if self._wanted is None or self._exports.stopped:
            return
        chosen, job, keys = self._wanted
        self._number += 1
        kind, small, self._words_then = previewed(chosen, job, Path(self._folder.filePath(str(self._number))))
        self._thread = thread = self._exports.make(kind, small, keys, tells=False)
        thread.done.connect(self._show)
        thread.refused.connect(self._refuse)
        thread.failed.connect(self._fail)
        if not self.picture.filled:
            self.words.setText("Making a preview\N{HORIZONTAL ELLIPSIS}")
        thread.start()

    def _show(self, _: str) -> None:
        thread = self.sender()
        if thread is not self._thread or self._thread is None:
            return
        out, self._thread = self._thread.out, None
        self.picture.show_file(out)
        self.words.setText(self._words_then)

    def _refuse(self, sentence: str) -> None:
        if self.sender() is self._thread:
            self._thread = None
            self.picture.clear()
            self.words.setText(sentence)

    def _fail(self, failed: Failed) -> None:
        self._refuse(failed.message)


class _Picture(QWidget):
    """A picture or film, as large as there is room; enlarged by whole multiples, so that its pixels stay crisp."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(_LEAST)
        self._still = QPixmap()
        self._film: QMovie | None = None

    def sizeHint(self) -> QSize:
        return _GOOD

    @property
    def filled(self) -> bool:
        """Whether there is a picture."""
        return not self._frame().isNull()

    def show_file(self, path: Path) -> None:
        """Show a picture file, or play a GIF."""
        self.clear()
        if path.suffix == ".gif":
            self._film = QMovie(str(path), parent=self)
            self._film.setCacheMode(QMovie.CacheMode.CacheAll)
            self._film.frameChanged.connect(self._next)
            self._film.start()
        else:
            self._still = QPixmap(str(path))
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        if self._film is not None:
            self._film.stop()
            self._film.deleteLater()
            self._film = None
        self._still = QPixmap()
        self.update()

    def _next(self, _: int) -> None:
        self.update()

    def _frame(self) -> QPixmap:
        return self._still if self._film is None else self._film.currentPixmap()

    def paintEvent(self, event: QPaintEvent) -> None:
        frame, ratio = self._frame(), self.devicePixelRatioF()
        if frame.isNull():
            return
        room = self.size() * ratio
        fits = min(room.width() / frame.width(), room.height() / frame.height())
        scale = float(int(fits)) if fits >= 1 else fits
        size = QSize(max(1, round(frame.width() * scale)), max(1, round(frame.height() * scale)))
        painter = QPainter(self)
        painter.scale(1 / ratio, 1 / ratio)
        painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, scale < 1)
        left, top = (room.width() - size.width()) // 2, (room.height() - size.height()) // 2
        painter.drawPixmap(left, top, size.width(), size.height(), frame)
