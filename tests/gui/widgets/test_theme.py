"""Colours, style sheet, icons."""

import dataclasses
import re

import pytest
from PySide6.QtCore import QEvent, QObject, Qt
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QCheckBox, QLabel, QLineEdit, QPushButton, QSpinBox, QVBoxLayout, QWidget

from ganstudio.gui.widgets import theme
from ganstudio.system.paths import resources


def luminance(colour: str) -> float:
    """Relative luminance, WCAG 2.1."""
    parts = [channel / 255 for channel in QColor(colour).getRgb()[:3]]
    linear = [part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts]
    return 0.2126 * linear[0] + 0.7152 * linear[1] + 0.0722 * linear[2]


def contrast(one: str, other: str) -> float:
    light, dark = sorted((luminance(one), luminance(other)), reverse=True)
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("palette", theme.THEMES.values(), ids=lambda palette: palette.name)
def test_text_meets_aa(palette: theme.Palette):
    for surface in (palette.window, palette.surface, palette.raised, palette.hover):
        assert contrast(palette.text, surface) >= 4.5
    for surface in (palette.window, palette.surface, palette.raised):
        assert contrast(palette.muted, surface) >= 4.5
    assert contrast(palette.on_accent, palette.accent) >= 4.5
    assert contrast(palette.accent, palette.surface) >= 3.0  # a focus ring


@pytest.mark.parametrize("ground", ["black", "white", "#777777", "#009E73", "#CC79A7", "#825070", "#F0E442"])
def test_numbers_can_be_read_on_every_ground(ground: str):
    assert contrast(theme.text_on(QColor(ground)).name(), ground) >= 4.5


def test_data_colours_are_okabe_ito_in_both():
    for palette in theme.THEMES.values():
        assert (palette.real, palette.fake, palette.good, palette.alarm) == ("#56B4E9", "#E69F00", "#009E73", "#D55E00")


def test_style_sheet_is_filled_and_read_by_qt(qapp, qtbot):
    sheet = theme.style_sheet()
    assert "@" not in sheet
    button = QPushButton("x")
    qtbot.addWidget(button)
    button.setStyleSheet(sheet)  # a warning, "Could not parse", fails the test
    button.ensurePolished()


def test_every_colour_of_the_style_sheet_is_the_theme_s():
    assert not re.findall(r"#[0-9A-Fa-f]{3,8}\b", (resources() / "style.qss").read_text(encoding="utf-8"))


class Form(QWidget):
    """A widget of most kinds, and how often Qt styled it anew."""

    def __init__(self) -> None:
        super().__init__()
        self.styled = 0
        column = QVBoxLayout(self)
        disabled = QPushButton("disabled")
        disabled.setEnabled(False)
        enabled = (QPushButton("press"), QLineEdit("text"), QCheckBox("check"), QSpinBox(), QLabel("label"))
        for each in (disabled, *enabled):
            each.setProperty("muted", True)
            each.setFocusPolicy(Qt.FocusPolicy.NoFocus)
            column.addWidget(each)

    def changeEvent(self, event: QEvent) -> None:
        self.styled += event.type() == QEvent.Type.StyleChange
        super().changeEvent(event)


def test_another_theme_looks_as_if_it_had_been_chosen_first(dressed, qtbot):
    def picture(*names: str, hides: bool) -> QImage:
        dressed.setStyleSheet("")
        theme.apply(dressed, names[0])
        form = Form()
        qtbot.addWidget(form)
        form.show()
        form.setVisible(not hides)
        for name in names[1:]:
            theme.apply(dressed, name)
        assert form.styled == 0  # to have Qt give it another style takes half a second for a window
        qtbot.waitUntil(lambda: not dressed.findChildren(QObject, "restyling"))
        form.show()
        return form.grab().toImage()

    for hides in (False, True):
        dark, light = (picture(name, hides=hides) for name in ("dark", "light"))
        assert dark != light
        assert picture("dark", "light", hides=hides) == light
        assert picture("light", "dark", "light", "dark", hides=hides) == dark


def test_every_icon_can_be_drawn_in_any_colour(qapp):
    for path in (resources() / "icons").glob("*.svg"):
        drawn = theme.pixmap(path.stem, "#FF0000", 32).toImage()
        inked = [drawn.pixelColor(x, y) for x in range(32) for y in range(32) if drawn.pixelColor(x, y).alpha() > 250]
        assert inked, path.name
        if not path.stem.startswith(("ui-", "ganstudio")):
            assert all(colour.red() > 250 and colour.green() < 5 for colour in inked), path.name


def test_icons_follow_the_theme(dressed, qtbot):
    button = QPushButton()
    qtbot.addWidget(button)
    theme.set_icon(button, "close")

    def ink() -> str:
        image = button.icon().pixmap(32, 32).toImage()
        return max((image.pixelColor(x, y) for x in range(32) for y in range(32)), key=QColor.alpha).name()

    before = ink()
    theme.apply(dressed, "light")
    qtbot.waitUntil(lambda: ink() != before)
    after = ink()
    theme.apply(dressed, "dark")
    qtbot.waitUntil(lambda: ink() == before)
    assert before == theme.DARK.text.lower()
    assert after == theme.LIGHT.text.lower()


def test_an_unknown_theme_is_the_dark_one(dressed):
    theme.apply(dressed, "no such theme")
    assert theme.current() is theme.DARK


def test_every_colour_is_a_colour():
    for palette in theme.THEMES.values():
        for name, value in dataclasses.asdict(palette).items():
            assert name == "name" or QColor.isValidColorName(value), name
