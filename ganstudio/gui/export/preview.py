"""Preview of an export, made by the writers that make the file."""

import dataclasses
from pathlib import Path

from PySide6.QtCore import QRect, QSize, Qt, QTemporaryDir, QTimer
from PySide6.QtGui import QHideEvent, QMovie, QPainter, QPaintEvent, QPixmap, QResizeEvent
from PySide6.QtWidgets import QSizePolicy, QVBoxLayout, QWidget
from typing_extensions import override

from ganstudio.events import Failed
from ganstudio.export.formats import FORMATS, Format
from ganstudio.export.job import Content, Job
from ganstudio.gui.widgets.checkerboard import paint_checkerboard
from ganstudio.gui.widgets.deletion import delete_later
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.workers.export import Exports, ExportThread, Keys

_DELAY_MS = 300  # after the last change: a number that is being typed is not previewed digit by digit
_MIN_SIZE = QSize(64, 64)  # px
_MIN_CAPTION_WIDTH = 110  # px: a narrower preview has no caption
_SIZE_HINT = QSize(232, 200)
_FPS = 8.0  # frames per second of an animation's preview
_MAX_SCALE = 2  # of its pixels
_MAX_SIDE = 2048  # px of a still: to decode a larger one keeps the window waiting, and Qt refuses 256 MB
_PLANE_SECONDS = 2.0  # of the film of a plane: each of its frames is computed
_SAMPLE_COUNT = 16  # that represent a generator

# By the name of a format whose file is no picture: what is drawn instead, and the caption.
_SUBSTITUTES = {
    "csv": (Content.CURVES, "The numbers behind these curves"),
    "tensorboard": (Content.CURVES, "These curves, with measurements, grids and settings"),
    "onnx": (Content.SPRITES, f"{_SAMPLE_COUNT} pictures that this generator makes"),
    "safetensors": (Content.SPRITES, f"{_SAMPLE_COUNT} pictures that this generator makes"),
    **dict.fromkeys(("folder", "zip", "npz"), (Content.SPRITES, "The first of these pictures")),
    "run": (Content.GRID, "The run with this grid"),
}


def preview_of(chosen: Format, job: Job, out: Path) -> tuple[Format, Job, str]:
    """Return a small export that shows what a larger one will contain.

    Parameters
    ----------
    chosen : Format
        The format of the export.
    job : Job
        The export.
    out : Path
        The file of the preview, without its ending.

    Returns
    -------
    tuple of Format, Job and str
        A PNG, or a GIF of an animation; and a caption.
    """
    if job.content in (Content.PROGRESS, Content.WALK):
        small = dataclasses.replace(
            job, out=out.with_suffix(".gif"), fps=_FPS, scale=min(job.scale or _MAX_SCALE, _MAX_SCALE)
        )
        return FORMATS["gif"], small, "A small preview with fewer frames"
    if job.content is Content.PLANE and chosen.is_slow:
        small = dataclasses.replace(job, out=out.with_suffix(".gif"), fps=_FPS, scale=1, seconds=_PLANE_SECONDS)
        return FORMATS["gif"], small, "A small preview with fewer frames"
    if job.content is not None and job.content.is_of_points:
        caption = "The points of this table" if job.content is Content.POINTS else ""
        small = dataclasses.replace(
            job, out=out.with_suffix(".png"), content=Content.PLANE, scale=1, max_side=_MAX_SIDE
        )
        return FORMATS["png"], small, caption
    content, caption = _SUBSTITUTES.get(chosen.name, (job.content, ""))
    few = job.count if job.content is Content.SAMPLES else _SAMPLE_COUNT
    count = job.count if content == job.content else min(few, _SAMPLE_COUNT)
    still = dataclasses.replace(job, out=out.with_suffix(".png"), content=content, count=count, max_side=_MAX_SIDE)
    return FORMATS["png"], still, caption


class Preview(QWidget):
    """Preview of the newest job that was shown; an older one that is still being made is cancelled.

    Parameters
    ----------
    exports : Exports
        Makes the previews.
    parent : QWidget, optional
        Qt's parent.
    """

    def __init__(self, exports: Exports, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("exportPreview")
        self.setAccessibleName("Preview of the export")
        self._exports = exports
        self._folder = QTemporaryDir()
        self._requested: tuple[Format, Job, Keys | None] | None = None
        self._thread: ExportThread | None = None
        self._next_caption = ""
        self._count = 0  # of previews made: each is a file of its own
        self._delay = QTimer(self, singleShot=True, interval=_DELAY_MS)
        self._delay.timeout.connect(self.make_now)
        self.picture = _Picture(self)
        self.caption = Label("", self)
        self.caption.setObjectName("exportPreviewWords")
        self.caption.setWordWrap(True)
        self.caption.setAlignment(Qt.AlignmentFlag.AlignHCenter | Qt.AlignmentFlag.AlignTop)
        self.caption.setProperty("muted", True)
        self.caption.setProperty("small", True)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE // 2)
        column.addWidget(self.picture, 1)
        column.addWidget(self.caption)

    def show_job(self, chosen: Format, job: Job, keys: Keys | None = None) -> None:
        """Show what this export will look like, a moment later."""
        if self._requested is None or self._requested[:2] != (chosen, job) or self._requested[2] is not keys:
            self._requested = chosen, job, keys
            self._cancel()
            self._delay.start()

    def show_text(self, text: str) -> None:
        """Show a sentence instead of a preview."""
        self._requested = None
        self._cancel()
        self.picture.clear()
        self.caption.setText(text)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        self.caption.setVisible(event.size().width() >= _MIN_CAPTION_WIDTH)

    def hideEvent(self, event: QHideEvent) -> None:
        """Cancel the preview: shown again, the dialog requests a new one."""
        self._requested = None
        self._cancel()
        super().hideEvent(event)

    def _cancel(self) -> None:
        self._delay.stop()
        if self._thread is not None:
            self._thread.request_stop()
            self._thread = None

    def make_now(self) -> None:
        """Make the requested preview without waiting for further changes."""
        if self._requested is None or self._exports.stopped:
            return
        chosen, job, keys = self._requested
        self._count += 1
        kind, small, self._next_caption = preview_of(chosen, job, Path(self._folder.filePath(str(self._count))))
        self._thread = thread = self._exports.make(kind, small, keys, is_preview=True)
        thread.done.connect(self._show)
        thread.refused.connect(self._refuse)
        thread.failed.connect(self._refuse)
        if self.picture.frame().isNull():
            self.caption.setText("Making a preview\N{HORIZONTAL ELLIPSIS}")
        thread.start()

    def _show(self, _: str) -> None:
        thread = self.sender()
        if thread is not self._thread or self._thread is None:
            return
        out, self._thread = self._thread.out, None
        self.picture.show_file(out)
        self.caption.setText(self._next_caption)

    def _refuse(self, failed: Failed) -> None:
        if self.sender() is self._thread:
            self._thread = None
            self.picture.clear()
            self.caption.setText(failed.message)


class _Picture(QWidget):
    """Picture or animation that fills its room; enlarged by whole multiples, so that its pixels stay crisp."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Expanding)
        self.setMinimumSize(_MIN_SIZE)
        self._still = QPixmap()
        self._movie: QMovie | None = None
        self._small, self._reduced_key = QPixmap(), 0  # what is shown of a larger frame, and which that is

    def sizeHint(self) -> QSize:
        return _SIZE_HINT

    def show_file(self, path: Path) -> None:
        """Show a picture file, or play a GIF."""
        self.clear()
        if path.suffix == ".gif":
            self._movie = QMovie(str(path), parent=self)
            self._movie.setCacheMode(QMovie.CacheMode.CacheAll)
            self._movie.frameChanged.connect(self._repaint)
            self._movie.start()
        else:
            self._still = QPixmap(str(path))
        self.update()

    def clear(self) -> None:
        """Show nothing."""
        if self._movie is not None:
            self._movie.stop()
            delete_later(self._movie)
            self._movie = None
        self._still = QPixmap()
        self.update()

    def _repaint(self) -> None:
        self.update()

    @property
    def frame_count(self) -> int:
        """Number of frames of the animation; 0 where none is shown."""
        return 0 if self._movie is None else self._movie.frameCount()

    def frame(self) -> QPixmap:
        """Return the picture, or the current frame of the animation; null where there is none."""
        return self._still if self._movie is None else self._movie.currentPixmap()

    def paintEvent(self, event: QPaintEvent) -> None:
        frame, ratio = self.frame(), self.devicePixelRatioF()
        if frame.isNull():
            return
        room = self.size() * ratio
        fits = min(room.width() / frame.width(), room.height() / frame.height())
        scale = float(int(fits)) if fits >= 1 else fits
        size = QSize(max(1, round(frame.width() * scale)), max(1, round(frame.height() * scale)))
        painter = QPainter(self)
        painter.scale(1 / ratio, 1 / ratio)
        left, top = (room.width() - size.width()) // 2, (room.height() - size.height()) // 2
        if frame.hasAlphaChannel():
            paint_checkerboard(painter, QRect(left, top, size.width(), size.height()), ratio)
        painter.drawPixmap(left, top, size.width(), size.height(), self._reduced(frame, size) if scale < 1 else frame)

    def _reduced(self, frame: QPixmap, size: QSize) -> QPixmap:
        """Return a smaller frame, mixed of all pixels: a painter takes four for each, and breaks thin lines."""
        if frame.cacheKey() != self._reduced_key or self._small.size() != size:
            self._reduced_key = frame.cacheKey()
            self._small = frame.scaled(
                size, Qt.AspectRatioMode.IgnoreAspectRatio, Qt.TransformationMode.SmoothTransformation
            )
        return self._small
