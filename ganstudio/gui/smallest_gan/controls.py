"""Settings of the game: loss, penalty, noise, turns and learning rates, with the formulas of the losses."""

import math
from dataclasses import replace

from PySide6.QtCore import QSignalBlocker, Signal
from PySide6.QtWidgets import QGridLayout, QHBoxLayout, QSizePolicy, QWidget
from typing_extensions import override

from ganstudio.config import SETTINGS
from ganstudio.dirac.settings import GameSettings, Penalty, Steps
from ganstudio.gui.help import glossary
from ganstudio.gui.help.formula_label import FormulaLabel
from ganstudio.gui.smallest_gan.files import MAX_LOSS_NAME
from ganstudio.gui.widgets import tooltips
from ganstudio.gui.widgets.fields import ChoiceBox
from ganstudio.gui.widgets.label import Label
from ganstudio.gui.widgets.number_boxes import NumberBox, WholeBox
from ganstudio.gui.widgets.rich_text import as_tip
from ganstudio.gui.widgets.slider import Slider
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.objectives import OBJECTIVES
from ganstudio.text import format_number, one_line

_VALUE_WIDTH = 40  # px
_RATES = (0.001, 2.0)
_MAX_D_STEPS = 20
_WEIGHT_STEPS = 80  # of the slider, over the powers of ten from the lowest weight to the largest
_WEIGHT_POWERS = (-2.0, 2.0)
_NOISE_STEP = 0.05
_MAX_NOISE = 2.0
_PENALTY_HELP = {
    Penalty.NONE: "none: D is free.",
    Penalty.R1: "R1: ½ γ · |∇D|² at the real point.",
    Penalty.R2: "R2: ½ γ · |∇D|² at the fake. D is equally steep everywhere, so here it does what R1 does.",
    Penalty.GRADIENT: "gradient penalty: λ · (|∇D| − 1)² between the real point and the fake (WGAN-GP).",
    Penalty.DRAGAN: "DRAGAN: the same near the real point; here it does what the gradient penalty does.",
    Penalty.CLIP: "weight clipping: the slope is kept between −c and c.",
}
_PENALTY_ENTRIES = {
    Penalty.R1: "r1",
    Penalty.R2: "r1",
    Penalty.GRADIENT: "gradient-penalty",
    Penalty.DRAGAN: "gradient-penalty",
}
_LINES_OF_R1_AND_R2 = {Penalty.R1: 0, Penalty.R2: 1}
_SYMBOLS = {Penalty.R1: "weight γ", Penalty.R2: "weight γ", Penalty.CLIP: "largest slope c"}  # others have a lambda
_STEPS_HELP = {
    Steps.ALTERNATING: "alternating: D moves first, then G, which sees the new D, as in training.",
    Steps.SIMULTANEOUS: "simultaneous: both move at once, from the same point.",
    Steps.CONTINUOUS: "continuous: endlessly small steps, as in the theory; the learning rates are speeds.",
}


class GameControls(QWidget):
    """Form with the settings of the game."""

    changed = Signal(object)  # GameSettings: by the user

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._game = GameSettings()
        self.loss = _choice_box("gameLoss", "loss", tooltips.describe_setting(SETTINGS["objective.loss"], "", "", []))
        for name in SETTINGS["objective.loss"].choices:
            self.loss.addItem(one_line(name, MAX_LOSS_NAME), name)
        self.penalty = _choice_box("gamePenalty", "penalty", "\n".join(_PENALTY_HELP.values()))
        for penalty in Penalty:
            self.penalty.addItem(penalty.value, penalty)
        self.weight = ValueSlider("gameWeight", _WEIGHT_STEPS, self)
        self.noise = ValueSlider("gameNoise", round(_MAX_NOISE / _NOISE_STEP), self)
        self.noise.setToolTip(
            "Standard deviation of noise that is added to all that D sees. The arrows are what it does on average."
        )
        self.noise.slider.setAccessibleName("instance noise")
        self.steps = _choice_box("gameSteps", "turns", "\n".join(_STEPS_HELP.values()))
        for steps in Steps:
            self.steps.addItem(steps.value, steps)
        self.d_steps = WholeBox(self)
        self.d_lr, self.g_lr = NumberBox(self), NumberBox(self)
        self.formulas = FormulaLabel(self)
        self._weight_label = Label("weight", self)
        self._set_up_numbers()
        self._lay_out()
        self._show(self._game)
        self._connect()

    def _set_up_numbers(self) -> None:
        self.d_steps.setObjectName("gameDSteps")
        self.d_steps.setRange(1, _MAX_D_STEPS)
        self.d_steps.setAccessibleName("D steps")
        self.d_steps.setToolTip("Updates of D for each of G; in continuous time, how many times as fast D moves")
        for box, name, whose in ((self.d_lr, "gameDRate", "D"), (self.g_lr, "gameGRate", "G")):
            box.setObjectName(name)
            box.setRange(*_RATES)
            box.setAccessibleName(f"learning rate of {whose}")
            box.setToolTip(as_tip(f"Learning rate of {whose}: plain gradient descent, {_RATES[0]} to {_RATES[1]:g}"))
        self.formulas.setObjectName("gameFormulas")

    def _lay_out(self) -> None:
        rows = QGridLayout(self)
        rows.setContentsMargins(0, 0, 0, 0)
        rows.setHorizontalSpacing(SPACE)
        rows.setVerticalSpacing(SPACE // 2)
        rows.setColumnStretch(1, 1)
        named = (
            (Label("loss"), self.loss),
            (Label("penalty"), self.penalty),
            (self._weight_label, self.weight),
            (Label("instance noise"), self.noise),
            (Label("turns"), self.steps),
            (Label("D steps"), self.d_steps),
            (Label("rate of D"), self.d_lr),
            (Label("rate of G"), self.g_lr),
        )
        for row, (label, editor) in enumerate(named):
            label.setProperty("muted", True)
            label.setBuddy(editor)
            rows.addWidget(label, row, 0)
            rows.addWidget(editor, row, 1)
        rows.addWidget(self.formulas, len(named), 0, 1, 2)
        rows.setRowStretch(len(named) + 1, 1)

    def _connect(self) -> None:
        self.loss.currentIndexChanged.connect(self._read)
        self.penalty.currentIndexChanged.connect(self._read)
        self.steps.currentIndexChanged.connect(self._read)
        for slider in (self.weight.slider, self.noise.slider):
            slider.valueChanged.connect(self._read)
        self.weight.slider.resetRequested.connect(self._reset_weight)
        self.noise.slider.resetRequested.connect(self._reset_noise)
        for box in (self.d_steps, self.d_lr, self.g_lr):
            box.valueChanged.connect(self._read)

    # Values

    @property
    def game(self) -> GameSettings:
        """The settings as they are."""
        return self._game

    def set_game(self, game: GameSettings) -> None:
        """Take settings, as if the user had chosen them."""
        if game != self._game:
            self._show(game)
            self.changed.emit(game)

    def _show(self, game: GameSettings) -> None:
        shown = (self.loss, self.penalty, self.steps, self.weight.slider, self.noise.slider)
        blockers = [QSignalBlocker(each) for each in (*shown, self.d_steps, self.d_lr, self.g_lr)]
        self.loss.setCurrentIndex(self.loss.findData(game.loss))
        self.penalty.setCurrentIndex(self.penalty.findData(game.penalty))
        self.steps.setCurrentIndex(self.steps.findData(game.steps))
        self.weight.slider.setValue(_weight_place(game.weight))
        self.noise.slider.setValue(round(game.noise / _NOISE_STEP))
        self.d_steps.setValue(game.d_steps)
        self.d_lr.setValue(game.d_lr)
        self.g_lr.setValue(game.g_lr)
        del blockers
        self._game = game
        self._explain()

    def _read(self, *_: object) -> None:
        game = GameSettings(
            loss=self.loss.currentData(),
            penalty=Penalty(self.penalty.currentData()),
            weight=_weight_at(self.weight.slider.value()),
            noise=round(self.noise.slider.value() * _NOISE_STEP, 2),
            d_lr=self.d_lr.value(),
            g_lr=self.g_lr.value(),
            d_steps=self.d_steps.value(),
            steps=Steps(self.steps.currentData()),
        )
        if game != self._game:
            self._game = game
            self._explain()
            self.changed.emit(game)

    def _reset_weight(self) -> None:
        self.set_game(replace(self._game, weight=GameSettings().weight))

    def _reset_noise(self) -> None:
        self.set_game(replace(self._game, noise=0.0))

    # Text

    def _explain(self) -> None:
        game = self._game
        has_weight = game.penalty is not Penalty.NONE
        symbol = _SYMBOLS.get(game.penalty, "weight λ") if has_weight else "weight"
        self._weight_label.setText(symbol)
        self._weight_label.setEnabled(has_weight)
        self.weight.setEnabled(has_weight)
        self.weight.slider.setAccessibleName(f"{symbol} of the penalty")
        self.weight.setToolTip(as_tip(_PENALTY_HELP[game.penalty] if has_weight else "Choose a penalty first."))
        self.weight.set_text(format_number(game.weight) if has_weight else "")
        self.noise.set_text(format_number(game.noise) if game.noise else "off")
        self.formulas.show_formulas(formulas(game))
        self.formulas.setToolTip(as_tip(OBJECTIVES[game.loss].help if game.loss in OBJECTIVES else ""))


class ValueSlider(QWidget):
    """Slider with its value beside it."""

    def __init__(self, name: str, steps: int, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.slider = Slider(0, steps, parent=self)
        self.slider.setObjectName(name)
        self._text = Label("", self)
        self._text.setFixedWidth(_VALUE_WIDTH)
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.setSpacing(SPACE // 2)
        row.addWidget(self.slider, 1)
        row.addWidget(self._text)
        self.setFocusProxy(self.slider)
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)

    def set_text(self, text: str) -> None:
        """Show a value."""
        self._text.setText(text)
        self.slider.setAccessibleDescription(text)

    @override
    def setToolTip(self, text: str) -> None:
        self.slider.setToolTip(as_tip(text))


def formulas(game: GameSettings) -> tuple[str, ...]:
    """Return D, and from the glossary the formulas of the loss, unless it is another package's, and of the penalty."""
    centre = OBJECTIVES[game.loss].threshold or 0.0 if game.loss in OBJECTIVES else None
    constant = "c + " if centre is None else f"{format_number(centre)} + " if centre else ""
    names = (f"loss-{game.loss}", _PENALTY_ENTRIES.get(game.penalty, ""))
    loss, penalty = (entry.formula if (entry := glossary.entries().get(name)) else "" for name in names)
    if game.penalty in _LINES_OF_R1_AND_R2:  # they share an entry
        penalty = penalty.split(r"\\")[_LINES_OF_R1_AND_R2[game.penalty]]
    return (rf"D(x) = {constant}\psi x", *filter(None, (loss, penalty)))


def _choice_box(name: str, accessible_name: str, tip: str) -> ChoiceBox:
    box = ChoiceBox()
    box.setObjectName(name)
    box.setAccessibleName(accessible_name)
    box.setToolTip(as_tip(tip))
    return box


def _weight_at(place: int) -> float:
    low, high = _WEIGHT_POWERS
    return float(f"{10 ** (low + (high - low) * place / _WEIGHT_STEPS):.2g}")


def _weight_place(weight: float) -> int:
    low, high = _WEIGHT_POWERS
    return round((math.log10(weight) - low) / (high - low) * _WEIGHT_STEPS)
