"""Colours, style sheet, icons."""

import dataclasses

import pytest
from PySide6.QtGui import QColor
from PySide6.QtWidgets import QPushButton

from ganstudio.gui.widgets import theme
from ganstudio.paths import resources


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


def test_data_colours_are_okabe_ito_in_both():
    for palette in theme.THEMES.values():
        assert (palette.real, palette.fake, palette.good, palette.alarm) == ("#56B4E9", "#E69F00", "#009E73", "#D55E00")


@pytest.mark.parametrize("palette", theme.THEMES.values(), ids=lambda palette: palette.name)
def test_style_sheet_is_filled_and_read_by_qt(palette: theme.Palette, qapp, qtbot):
    sheet = theme.style_sheet(palette)
    assert "@" not in sheet
    button = QPushButton("x")
    qtbot.addWidget(button)
    button.setStyleSheet(sheet)  # a warning, "Could not parse", fails the test
    button.ensurePolished()


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
    after = ink()
    theme.apply(dressed, "dark")
    assert before == theme.DARK.text.lower()
    assert after == theme.LIGHT.text.lower()


def test_an_unknown_theme_is_the_dark_one(dressed):
    theme.apply(dressed, "no such theme")
    assert theme.current() is theme.DARK


def test_every_colour_is_a_colour():
    for palette in theme.THEMES.values():
        for name, value in dataclasses.asdict(palette).items():
            assert name == "name" or QColor.isValidColorName(value), name
