"""Formulas: what is read, how it is laid out, and what is refused."""

import pytest
from PySide6.QtGui import QColor, QFont, QPen

from ganstudio.gui.help import glossary
from ganstudio.gui.help.formula import FormulaError, parse, plain
from ganstudio.gui.help.formula_picture import FormulaPicture, fit

SIZE = 24


class Recorder:
    """Stands in for a painter: what is written, in which size and slant."""

    def __init__(self) -> None:
        self.written: dict[str, tuple[int, bool, float]] = {}

    def setFont(self, font: QFont) -> None:
        self._font = font

    def fillRect(self, *_: object) -> None:
        pass

    def pen(self) -> QPen:
        return QPen()

    def drawText(self, place, text: str) -> None:
        self.written[text] = (self._font.pixelSize(), self._font.italic(), place.y())


def write(formula: str) -> dict[str, tuple[int, bool, float]]:
    """Return size, slant and height of each glyph of a formula of one line."""
    recorder = Recorder()
    (line,) = FormulaPicture(formula, SIZE)._lines
    line.paint(recorder, 0, 0)
    return recorder.written


def test_letters_are_slanted_and_of_one_size_and_scripts_smaller(qapp) -> None:
    written = write(r"V = \log D_k + x^2")
    assert {written[each][0] for each in ("V", "=", "log", "D", "+", "x")} == {SIZE}
    assert [each for each in written if written[each][1]] == ["V", "D", "k", "x"]  # neither names nor numbers
    assert written["k"][0] == written["2"][0] < SIZE
    assert written["2"][2] < written["x"][2] == 0 < written["k"][2]  # up, on the line, and down


def test_limits_of_a_sum_and_parts_of_a_fraction_are_over_each_other(qapp) -> None:
    written = write(r"\sum_{i}^{n} \frac{a}{b}")
    assert written["n"][2] < written["∑"][2] < written["i"][2]
    assert written["a"][2] < 0 < written["b"][2]


def test_a_formula_can_be_read_aloud() -> None:
    assert plain(parse(r"\frac{\gamma}{2} E_x\left[\lVert \nabla D \rVert^2\right]\\a \to b")) == (
        "γ/2E_x[‖∇D‖^2]\na → b"
    )


@pytest.mark.parametrize(
    ("formula", "named"),
    [
        (r"\what x", r"\what"),
        ("x_{a", "ends too early"),
        ("x}", "one too many"),
        (r"\left( x", "too early"),
        ("a_b_c", "'_'"),
    ],
)
def test_what_cannot_be_read_is_named(formula: str, named: str) -> None:
    with pytest.raises(FormulaError) as told:
        parse(formula)
    assert named in str(told.value)


def test_every_formula_of_the_glossary_is_drawn_in_the_colour_asked_for_and_fits(qapp) -> None:
    formulas = [entry.formula for entry in glossary.entries().values() if entry.formula]
    assert len(formulas) > 50
    for formula in formulas:
        picture = fit(formula, SIZE, 300)
        assert picture.width <= 310, formula
    image = picture.image(QColor("#ff0000"), 2)
    assert image.width() == 2 * picture.width
    inked = {image.pixelColor(x, y).name() for x in range(image.width()) for y in range(image.height())}
    assert "#ff0000" in inked
