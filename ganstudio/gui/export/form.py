"""Options of an export."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path

from PySide6.QtCore import QSignalBlocker, Qt, Signal
from PySide6.QtWidgets import (
    QCheckBox,
    QComboBox,
    QGridLayout,
    QSizePolicy,
    QWidget,
)

from ganstudio.export.finish import HALF
from ganstudio.export.formats import MAX_SCALE
from ganstudio.export.frames import PAPER_NAMES
from ganstudio.export.job import Content, Job
from ganstudio.export.samples.kinds import MAX_FILES_IN_ZIP
from ganstudio.gui.export.layers import LayerChoice
from ganstudio.gui.export.sources import ExportContext
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.number_boxes import DecimalBox, WholeBox
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE

_AUTO = "auto"
_COUNTS = {Content.SPRITES: (64, 10_000), Content.SAMPLES: (1000, MAX_FILES_IN_ZIP)}  # at first, and at most
_MAX_FPS = 60
_PALETTES = (8, 16, 32, 64)  # colours


class Option(StrEnum):
    """Options of exports; the value is part of the field's objectName."""

    STEP = "step"
    LAYERS = "layers"
    ROUTE = "way"
    LABEL = "label"
    SEED = "seed"
    COUNT = "count"
    TRUNCATION = "truncation"
    SCALE = "scale"
    FPS = "fps"
    SECONDS = "seconds"
    EDGES = "edges"
    PALETTE = "palette"
    PAPER = "paper"
    CAPTION = "caption"
    FOLLOW = "follow"


_FINISH = (Option.EDGES, Option.PALETTE)
OPTIONS_OF: dict[Content, tuple[Option, ...]] = {
    Content.GRID: (Option.STEP, Option.SCALE, *_FINISH),
    Content.SAMPLE: (Option.STEP, Option.LABEL, Option.SEED, Option.SCALE, *_FINISH),
    Content.SPRITES: (Option.STEP, Option.LABEL, Option.SEED, Option.COUNT, Option.SCALE, *_FINISH),
    Content.SAMPLES: (Option.STEP, Option.LABEL, Option.SEED, Option.COUNT, Option.TRUNCATION, *_FINISH),
    Content.RESULTS: (),
    Content.CURVES: (),
    Content.PLANE: (Option.STEP, Option.LAYERS, Option.SECONDS, Option.FPS, Option.SCALE, Option.CAPTION),
    Content.POINTS: (Option.STEP,),
    Content.PROGRESS: (
        Option.STEP, Option.SECONDS, Option.FPS, Option.SCALE, Option.CAPTION, *_FINISH, Option.PAPER
    ),
    Content.WALK: (
        Option.STEP, Option.ROUTE, Option.LABEL, Option.SEED, Option.SECONDS, Option.FPS, Option.SCALE, *_FINISH,
        Option.PAPER,
    ),
    Content.GENERATOR: (Option.STEP,),
    Content.NETWORKS: (Option.STEP,),
    Content.LOG: (Option.FOLLOW,),
    Content.RUN: (),
}  # fmt: skip
"""The options that an export of each content has."""


@dataclass(frozen=True)
class _Row:
    """An option's label and field."""

    option: Option
    label: Label
    field: QWidget
    is_wide: bool  # takes a whole row


class ExportForm(QWidget):
    """Labels and fields of the options that apply to what is exported.

    Parameters
    ----------
    parent : QWidget, optional
        Qt's parent.
    """

    changed = Signal()
    valueChanged = Signal()  # of an option on which neither the other options nor the file's name depend

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._context = ExportContext()
        self._content: Content | None = None
        self._counted: Content | None = None  # whose number of pictures is in its field
        self._counts: dict[Content, int] = {}  # of pictures, of the others
        self._make_fields()
        self._rows = (*self._make_rows(), *self._make_finish_rows())
        self._grid = QGridLayout(self)
        self._grid.setContentsMargins(0, 0, 0, 0)
        self._grid.setHorizontalSpacing(SPACE)
        self._grid.setVerticalSpacing(SPACE // 2)
        for column in (1, 3):
            self._grid.setColumnStretch(column, 1)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Maximum)
        self.step.currentIndexChanged.connect(self.changed)
        self.route.currentIndexChanged.connect(self._arrange)
        self.label.currentIndexChanged.connect(self.valueChanged)
        for box in (self.seed, self.count, self.truncation, self.scale, self.fps, self.seconds):
            box.valueChanged.connect(self.valueChanged)
        for list_ in (self.palette_box, self.paper):
            list_.currentIndexChanged.connect(self.valueChanged)
        self.layers.changed.connect(self.valueChanged)
        for check in (self.caption, self.edges):
            check.toggled.connect(self.valueChanged)

    def show_for(self, content: Content, context: ExportContext) -> None:
        """Show the options that an export of `content` has."""
        if context != self._context:
            _fill(self.step, context.steps)
            _fill(self.label, [("all in turn", None), *((name, index) for index, name in enumerate(context.classes))])
            routes: list[tuple[str, int | None]] = [("random pictures from a seed", None)]
            if context.key_count:
                routes.insert(0, (f"the explorer's {context.key_count} key pictures", context.key_count))
            _fill(self.route, routes)
            self.route.setCurrentIndex(0)
        self.layers.offer(context.layers)
        self._keep_count(content)
        self._content, self._context = content, context
        self._arrange()

    def _keep_count(self, content: Content) -> None:
        """Show the number of pictures that was last chosen for this content."""
        if content is self._content or content not in _COUNTS:
            return
        first, most = _COUNTS[content]
        with QSignalBlocker(self.count):
            if self._counted is not None:
                self._counts[self._counted] = self.count.value()
            self.count.setMaximum(most)
            self.count.setValue(self._counts.get(content, first))
        self._counted = content

    @property
    def uses_keys(self) -> bool:
        """Whether the walk leads through the explorer's key pictures."""
        return self._content is Content.WALK and self.route.currentData() is not None

    def shown(self) -> set[Option]:
        """Return the options that are shown."""
        hidden = {
            Option.STEP: not self._context.steps,
            Option.LAYERS: not self._context.layers,
            Option.SECONDS: not self._context.is_film,
            Option.FPS: not self._context.is_film,
            Option.CAPTION: not self._context.is_film,
            Option.SCALE: not self._context.has_pixels,
            Option.ROUTE: not self._context.key_count,
            Option.LABEL: not self._context.classes or self.uses_keys,
            Option.SEED: self.uses_keys,
            Option.FOLLOW: not self._context.is_live,
            Option.EDGES: not self._context.is_transparent,
            Option.PALETTE: not self._context.has_palette,
            Option.PAPER: not self._context.has_paper,
        }
        options = OPTIONS_OF[self._content] if self._content is not None else ()
        return {option for option in options if not hidden.get(option, False)}

    def job(self, run: Path | str, out: Path) -> Job:
        """Return the export of a run, or a bundled model, with the options that are shown."""
        shown, default = self.shown(), Job(run, out)
        label = self.label.currentData() if Option.LABEL in shown else None
        return Job(
            run,
            out,
            self._content,
            step=self.step.currentData() if Option.STEP in shown else default.step,
            scale=self.scale.value() if Option.SCALE in shown else default.scale,
            fps=float(self.fps.value()) if Option.FPS in shown else default.fps,
            seconds=self.seconds.value() if Option.SECONDS in shown else default.seconds,
            seed=self.seed.value() if Option.SEED in shown else default.seed,
            count=self.count.value() if Option.COUNT in shown else default.count,
            truncation=self.truncation.value() if Option.TRUNCATION in shown else default.truncation,
            labels=() if label is None else (label,),
            paper=self.paper.currentData() if Option.PAPER in shown else default.paper,
            alpha_threshold=HALF if Option.EDGES in shown and self.edges.isChecked() else default.alpha_threshold,
            layers=self.layers.layers if Option.LAYERS in shown else default.layers,
            palette=self.palette_box.currentData() if Option.PALETTE in shown else default.palette,
            caption=self.caption.isChecked() if Option.CAPTION in shown else default.caption,
            follow=self.follow.isChecked() if Option.FOLLOW in shown else default.follow,
        )

    def _make_fields(self) -> None:
        self.step = QComboBox(self)
        self.layers = LayerChoice(self)
        self.route = QComboBox(self)
        self.label = QComboBox(self)
        self.seed = WholeBox(self)
        self.seed.setRange(0, 2**31 - 1)
        self.count = WholeBox(self)
        self.count.setRange(1, 10_000)
        self.count.setValue(64)
        self.truncation = DecimalBox(self)
        self.truncation.setRange(0, 1)
        self.truncation.setSingleStep(0.05)
        self.truncation.setDecimals(2)
        self.truncation.setSuffix(" x")
        self.truncation.setValue(1)
        self.scale = _auto_box(MAX_SCALE, " x", self)
        self.fps = _auto_box(_MAX_FPS, " per s", self)
        self.seconds = DecimalBox(self)
        self.seconds.setRange(0.5, 600)
        self.seconds.setDecimals(1)
        self.seconds.setSuffix(" s")
        self.seconds.setValue(10)
        self.caption = QCheckBox("Write the step below each frame", self)
        self.caption.setChecked(True)
        self.edges = QCheckBox("Hard edges: each pixel is opaque or transparent", self)
        self.palette_box = QComboBox(self)
        _fill(self.palette_box, [("all", 0), *((str(count), count) for count in _PALETTES)])
        self.paper = QComboBox(self)
        _fill(self.paper, [(name, paper) for paper, name in PAPER_NAMES.items()])
        self.follow = QCheckBox("Continue until the run ends or you cancel", self)

    def _make_rows(self) -> tuple[_Row, ...]:
        row = self._make_row
        return (
            row(
                Option.STEP,
                self.step,
                "step",
                "Which step is exported: the one you are looking at, or the newest. Animations end there.",
                is_wide=True,
            ),
            row(
                Option.LAYERS,
                self.layers,
                "layers",
                "What is shown of the plane. At first the layers that the lab shows.",
                is_wide=True,
            ),
            row(Option.ROUTE, self.route, "route", "The pictures that the walk leads through.", is_wide=True),
            row(Option.LABEL, self.label, "class", "The class that is drawn."),
            row(Option.SEED, self.seed, "seed", "The same seed gives the same pictures."),
            row(
                Option.TRUNCATION,
                self.truncation,
                "noise",
                "Truncation, a factor for the noise: the lower, the more typical and alike the pictures.",
            ),
            row(Option.COUNT, self.count, "pictures", "How many pictures."),
            row(
                Option.SCALE,
                self.scale,
                "scale",
                "Each pixel becomes a square of this size. auto: a size that is easy to see.",
            ),
            row(
                Option.FPS, self.fps, "frames", "Frames per second. auto: 20, or fewer where there are fewer pictures."
            ),
            row(
                Option.SECONDS,
                self.seconds,
                "length",
                "Length of the animation, including the pause on its last picture.",
            ),
            row(Option.CAPTION, self.caption, "", "Write the step and the epoch below each frame.", is_wide=True),
            row(
                Option.FOLLOW,
                self.follow,
                "",
                "Keep writing while the run trains, so that TensorBoard shows it live.",
                is_wide=True,
            ),
        )

    def _make_finish_rows(self) -> tuple[_Row, ...]:
        row = self._make_row
        tip = "Draws with as many colours: those that fit the training pictures best. all: as the generator makes them."
        edges = "A pixel that is opaque by half or more becomes opaque, any other transparent."
        return (
            row(Option.PALETTE, self.palette_box, "colours", tip),
            row(Option.PAPER, self.paper, "below", "What is below transparent pictures: this format is opaque."),
            row(Option.EDGES, self.edges, "", edges, is_wide=True),
        )

    def _make_row(self, option: Option, field: QWidget, title: str, tip: str, is_wide: bool = False) -> _Row:
        label = Label(title, self)
        label.setProperty("muted", True)
        label.setToolTip(as_tip(tip))
        field.setToolTip(as_tip(tip))
        field.setAccessibleName(title or tip)
        field.setObjectName(f"export{option.capitalize()}")
        return _Row(option, label, field, is_wide)

    def _arrange(self) -> None:
        """Lay the shown fields out: wide ones in rows of their own, others in pairs."""
        for row in self._rows:
            self._grid.removeWidget(row.label)
            self._grid.removeWidget(row.field)
        shown, line, column = self.shown(), 0, 0
        for row in self._rows:
            is_shown = row.option in shown
            row.label.setVisible(is_shown)
            row.field.setVisible(is_shown)
            if not is_shown:
                continue
            if row.is_wide and column:
                line, column = line + 1, 0
            self._grid.addWidget(row.label, line, column, Qt.AlignmentFlag.AlignRight)
            self._grid.addWidget(row.field, line, column + 1, 1, 3 if row.is_wide else 1)
            line, column = (line + 1, 0) if row.is_wide or column else (line, 2)
        self.changed.emit()


def _auto_box(maximum: int, suffix: str, parent: QWidget) -> WholeBox:
    """Return a number field where 0 stands for "auto"."""
    box = WholeBox(parent)
    box.setRange(0, maximum)
    box.setSpecialValueText(_AUTO)
    box.setSuffix(suffix)
    return box


def _fill(box: QComboBox, entries: Iterable[tuple[str, object]]) -> None:
    """Put entries (text, data) into a list; the chosen one stays chosen if it is still there."""
    before = box.currentData()
    with QSignalBlocker(box):
        box.clear()
        for text, data in entries:
            box.addItem(text, data)
        box.setCurrentIndex(max(0, box.findData(before)) if before is not None else 0)
