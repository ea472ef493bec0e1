"""What the user chooses for an import: name, size, channels, fit, paper and labels, each with the advice."""

import contextlib
from typing import Any

from PySide6.QtCore import QSignalBlocker, Qt, Signal, Slot
from PySide6.QtWidgets import QCheckBox, QGridLayout, QLineEdit, QVBoxLayout, QWidget

from ganstudio import presets, sizes
from ganstudio.config import SETTINGS
from ganstudio.data.pictures import stored
from ganstudio.data.pictures.advice import Advice, choose_preset
from ganstudio.data.pictures.recipe import Channels, Fit, Recipe
from ganstudio.errors import DataError
from ganstudio.gui.imports.label_field import LabelField
from ganstudio.gui.widgets.fields import ChoiceBox, TypedChoiceBox
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.widgets.wrapped_label import WrappedLabel
from ganstudio.gui.workers.picture_scan import Found

MIRROR = "stabilise.mirror"
_SIDES = (32, 48, 64, 96, 128, 192, 256)  # pixels of the longer side that are offered in the pictures' shape
_CHANNELS = {Channels.GRAY: "grey", Channels.RGB: "colour", Channels.RGBA: "colour and transparency"}
_FITS = {
    Fit.CROP: ("crop", "The middle of each picture, as large as possible"),
    Fit.PAD: ("pad", "The whole picture, with paper beside it"),
    Fit.STRETCH: ("stretch", "The whole picture, its shape changed"),
    Fit.NATIVE: ("native pixels", "Pixels as they are, in the middle of the paper; for sprites and pixel art"),
}
_PAPERS = ("white", "black", "edge", "transparent")


class ImportForm(QWidget):
    """Fields of an import; `recipe` and `problem` say what is chosen, and why it cannot be imported so."""

    recipeChanged = Signal()  # the pictures look different
    changed = Signal()  # anything

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._found: Found | None = None
        self._advice: Advice | None = None
        self._preset = ""  # name of the one that is offered
        self.name = QLineEdit()
        self.name.setMaxLength(stored.MAX_NAME)
        self.size_box = TypedChoiceBox(_read_size)
        self.channels = ChoiceBox()
        self.fit = ChoiceBox()
        self.paper = TypedChoiceBox(lambda text: str(text).strip().lower())
        self.labels = LabelField(self)
        self.preset = QCheckBox()
        self.mirror = QCheckBox()
        self._reasons = {name: _reason() for name in ("size", "channels", "fit", "preset", "mirror")}
        self._unlabelled_label = _label("no label", self.labels.unlabelled_box)
        self.warnings = WrappedLabel()
        self.warnings.setObjectName("importWarnings")
        self._name_widgets()
        self._fill()
        self._lay_out()
        self._connect()

    # What is chosen

    def recipe(self) -> Recipe:
        """Return what each picture is made into.

        Raises
        ------
        DataError
            What is chosen does not go together.
        """
        if self._advice is None:
            raise DataError("There is no picture to import.")
        try:
            height, width = sizes.sides(sizes.read_size(self.size_box.currentText()))
        except ValueError as error:
            near = f" {error}" if str(error) else ""
            raise DataError(f"The size is {sizes.ACCEPTED}.{near}") from None
        advised = self._advice.recipe
        return Recipe(
            height,
            width,
            Channels(self.channels.currentData()),
            Fit(self.fit.currentData()),
            str(self.paper.value()),
            advised.maximum,
            advised.minimum,
        )

    def problem(self) -> str:
        """Return why it cannot be imported so; "" if it can."""
        try:
            self.recipe()
            stored.check_name(self.name.text(), self._found.taken if self._found else ())
        except DataError as error:
            return str(error)
        return self.labels.problem()

    def chosen_preset(self) -> str:
        """Return the name of the preset to train with; "" for the settings as they are."""
        return self._preset if self.preset.isVisibleTo(self) and self.preset.isChecked() else ""

    def chosen_mirror(self) -> bool | None:
        """Return whether mirrored pictures are trained on, too; None if nothing is to be changed."""
        return self.mirror.isChecked() if self.mirror.isVisibleTo(self) else None

    # What is shown

    def show_found(self, found: Found) -> None:
        """Show the advice for another source."""
        self._found, self._advice = found, found.advice
        self.name.setText(found.name)
        self.labels.show_found(found.labels)
        if found.advice is not None:
            self._show_advice(found.advice)

    def _show_advice(self, advice: Advice) -> None:
        recipe = advice.recipe
        with QSignalBlocker(self.size_box):
            self.size_box.clear()
            for size in _suggest_sizes(recipe):
                self.size_box.addItem(str(size), size)
        self.size_box.set_value(sizes.image_size(recipe.height, recipe.width))
        self.channels.setCurrentIndex(self.channels.findData(recipe.channels.value))
        self.fit.setCurrentIndex(self.fit.findData(recipe.fit.value))
        self.paper.set_value(recipe.paper)
        self.warnings.setText("\n".join(advice.warnings))
        self.warnings.setVisible(bool(advice.warnings))
        self.preset.setChecked(True)
        self.mirror.setVisible(MIRROR in SETTINGS)
        self.mirror.setChecked(advice.mirror)
        for name, label in self._reasons.items():
            label.setText(advice.reasons.get(name, ""))
        self._reasons["mirror"].setVisible(MIRROR in SETTINGS)
        self._show_dependent()

    def _show_dependent(self) -> None:
        """Enable what has an effect, and ask about pictures without a label where there are some."""
        keeps_alpha = self.channels.currentData() == Channels.RGBA
        if self.paper.value() == "transparent" and not keeps_alpha:
            self.paper.set_value("white")
        beside = self.fit.currentData() in (Fit.PAD, Fit.NATIVE)
        behind = not keeps_alpha and self._has_alpha()
        self.paper.setEnabled(beside or behind)
        parts = [("beside pictures of another shape", beside), ("behind transparent parts", behind)]
        where = " and ".join(text for text, is_meant in parts if is_meant)
        usual = f"The colour {where}: white, black, edge (the outermost pixels), transparent, or #rrggbb"
        self.paper.setToolTip(as_tip(usual if where else "Nothing is beside or behind the pictures"))
        is_asked = self.labels.asks
        self._unlabelled_label.setVisible(is_asked)
        self.labels.unlabelled_box.setVisible(is_asked)
        self._show_preset()

    def _show_preset(self) -> None:
        """Offer the preset for the size and fit that are chosen; while they cannot be, that of before."""
        with contextlib.suppress(DataError):
            self._preset, reason = choose_preset(self.recipe())
            is_there = self._preset in presets.names()
            title = presets.load(self._preset).title if is_there else ""
            self.preset.setText(f"Train with the preset “{title}”")
            self.preset.setVisible(is_there)
            self._reasons["preset"].setText(reason)
            self._reasons["preset"].setVisible(is_there)

    def _has_alpha(self) -> bool:
        return self._found is not None and self._found.has_alpha

    @Slot()
    def _recipe_edited(self) -> None:
        self._show_dependent()
        self.recipeChanged.emit()
        self.changed.emit()

    @Slot()
    def _labels_changed(self) -> None:
        self._show_dependent()
        self.changed.emit()

    # Building

    def _name_widgets(self) -> None:
        for widget, name, accessible in (
            (self.name, "importName", "Name of the data set"),
            (self.size_box, "importSize", "Size, pixels: a side, or height x width"),
            (self.channels, "importChannels", "Channels"),
            (self.fit, "importFit", "Fit of other shapes"),
            (self.paper, "importPaper", "Paper"),
            (self.preset, "importPreset", "Train with the advised preset"),
            (self.mirror, "importMirror", "Mirror pictures"),
        ):
            widget.setObjectName(name)
            widget.setAccessibleName(accessible)
        self.size_box.setToolTip(as_tip(f"Of all pictures: {sizes.ACCEPTED}"))
        self.mirror.setText("Mirror pictures")
        self.mirror.setToolTip(as_tip("Half of the pictures, at random, are mirrored left to right each time"))

    def _fill(self) -> None:
        for channels, text in _CHANNELS.items():
            self.channels.addItem(text, channels.value)
        for fit, (text, meaning) in _FITS.items():
            self.fit.addItem(text, fit.value)
            self.fit.setItemData(self.fit.count() - 1, as_tip(meaning), Qt.ItemDataRole.ToolTipRole)
        for paper in _PAPERS:
            self.paper.addItem(paper, paper)

    def _lay_out(self) -> None:
        grid = QGridLayout()
        grid.setHorizontalSpacing(SPACE)
        grid.setVerticalSpacing(SPACE // 2)
        grid.setColumnStretch(1, 1)
        rows: list[tuple[str, QWidget, str]] = [
            ("name", self.name, ""),
            ("size", self.size_box, "size"),
            ("channels", self.channels, "channels"),
            ("fit", self.fit, "fit"),
            ("paper", self.paper, ""),
            ("labels", self.labels.box, ""),
        ]
        for text, field, reason in rows:
            row = grid.rowCount()
            grid.addWidget(_label(text, field), row, 0)
            grid.addWidget(field, row, 1)
            if reason:
                grid.addWidget(self._reasons[reason], row + 1, 1)
        row = grid.rowCount()
        grid.addWidget(self._unlabelled_label, row, 0)
        grid.addWidget(self.labels.unlabelled_box, row, 1)
        for offset, name in enumerate(("preset", "mirror")):
            grid.addWidget(getattr(self, name), row + 1 + 2 * offset, 1)
            grid.addWidget(self._reasons[name], row + 2 + 2 * offset, 1)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(SPACE)
        column.addLayout(grid)
        column.addWidget(self.warnings)

    def _connect(self) -> None:
        self.name.textChanged.connect(self.changed)
        self.size_box.edited.connect(self._recipe_edited)
        self.paper.edited.connect(self._recipe_edited)
        self.channels.activated.connect(self._channels_chosen)
        self.fit.activated.connect(self._recipe_edited)
        self.labels.changed.connect(self._labels_changed)

    @Slot()
    def _channels_chosen(self) -> None:
        if self.channels.currentData() == Channels.RGBA and not self._paper_was_chosen():
            self.paper.set_value("transparent")
        self._recipe_edited()

    def _paper_was_chosen(self) -> bool:
        return self.paper.value() not in ("white", "transparent")


def _suggest_sizes(recipe: Recipe) -> list[sizes.ImageSize]:
    """Return sizes to offer: those of the advised shape, then squares, each once."""
    longer = max(recipe.height, recipe.width)
    shaped = [
        sizes.nearest_sizes(round(recipe.height * side / longer), round(recipe.width * side / longer), 1)[0]
        for side in _SIDES
    ]
    all_sizes = [(recipe.height, recipe.width), *sorted(set(shaped)), *((side, side) for side in sizes.SQUARES)]
    return list(dict.fromkeys(sizes.image_size(height, width) for height, width in all_sizes))


def _read_size(text: Any) -> sizes.ImageSize:
    return sizes.read_size(text)


def _label(text: str, buddy: QWidget) -> Label:
    label = Label(text)
    label.setProperty("muted", True)
    label.setBuddy(buddy)
    return label


def _reason() -> WrappedLabel:
    label = WrappedLabel()
    label.setProperty("muted", True)
    label.setProperty("small", True)
    return label
