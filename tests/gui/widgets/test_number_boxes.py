"""Fields for numbers: what is typed or pasted in any country is read in one way, or refused."""

# ruff: noqa: RUF001  (digits of other scripts are what this is about)

from collections.abc import Iterator

import pytest
from PySide6.QtCore import QLocale, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import QToolTip

from ganstudio.gui.widgets.number_boxes import DecimalBox, NumberBox, WholeBox
from ganstudio.gui.widgets.typed_number import AmbiguousNumberError, may_become_number, read_number

NARROW, WIDE = "\N{NARROW NO-BREAK SPACE}", "\N{NO-BREAK SPACE}"


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("1000", 1000.0),
        ("1,5", 1.5),
        ("0,001", 0.001),
        ("0.999", 0.999),
        ("2.125", 2.125),
        (".5", 0.5),
        ("5.", 5.0),
        ("1e3", 1000.0),
        ("2E-4", 0.0002),
        ("1,5e3", 1500.0),
        ("1,000,000", 1e6),
        ("1.000.000", 1e6),
        ("1,000.5", 1000.5),
        ("1.000,5", 1000.5),
        (f"1{NARROW}000{NARROW}000,5", 1_000_000.5),
        (f"1{WIDE}000", 1000.0),
        ("1 000", 1000.0),
        ("1'000'000.25", 1_000_000.25),
        ("٣", 3.0),
        ("١٬٠٠٠٫٥", 1000.5),
        ("٢٫١٢٥", 2.125),
        ("\N{FULLWIDTH DIGIT ONE}\N{FULLWIDTH DIGIT TWO}", 12.0),
        ("\N{MINUS SIGN}3", -3.0),
    ],
)
def test_a_number_of_any_country_is_read(text: str, value: float) -> None:
    assert read_number(text) == value
    assert may_become_number(text)


@pytest.mark.parametrize("text", ["1,000", "10,000", "-1,000", "999,125"])
@pytest.mark.parametrize("point", [".", ","])
def test_a_comma_before_three_digits_is_refused(text: str, point: str) -> None:
    with pytest.raises(AmbiguousNumberError, match=r"two ways. Type \d+ or \d+\.\d"):
        read_number(text, point=point)


def test_a_point_before_three_digits_is_refused_where_it_may_separate_thousands() -> None:
    with pytest.raises(AmbiguousNumberError, match=r"1\.000 can be read in two ways. Type 1000 or 1\.0\."):
        read_number("1.000", point=",")
    with pytest.raises(AmbiguousNumberError, match=r"Type 1125 or 1\.1250\."):
        read_number("1.125", whole=True)
    assert read_number("1,000", whole=True) == 1000


@pytest.mark.parametrize(
    "text", ["", ".", ",", "-", "1..2", "1,2,3", "1,00,000", "1.0.0", "10²", "1 00", "1,000 5", "a", "1e"]
)
def test_what_is_no_number_is_refused(text: str) -> None:
    with pytest.raises(ValueError, match="no number"):
        read_number(text)


@pytest.fixture
def box(qtbot) -> Iterator[NumberBox]:
    box = NumberBox()
    box.setRange(0.0, 1e9)
    box.setSuffix(" s")
    box.setValue(5.0)
    qtbot.addWidget(box)
    with qtbot.waitExposed(box):
        box.show()
    yield box
    QToolTip.hideText()
    QLocale.setDefault(QLocale.system())


@pytest.fixture
def whole(qtbot) -> WholeBox:
    box = WholeBox()
    box.setRange(1, 1_000_000_000)
    box.setValue(5)
    qtbot.addWidget(box)
    with qtbot.waitExposed(box):
        box.show()
    return box


def enter(qtbot, box: WholeBox | DecimalBox, text: str, pasted: bool = False) -> None:
    box.selectAll()
    if pasted:
        QGuiApplication.clipboard().setText(text)
        box.lineEdit().paste()
    else:
        qtbot.keyClicks(box, text)
    qtbot.keyClick(box, Qt.Key.Key_Return)


@pytest.mark.parametrize("country", ["en_US", "de_DE", "fr_FR", "ar_EG"])
def test_both_kinds_of_field_agree_in_every_country(qtbot, box: NumberBox, whole: WholeBox, country: str) -> None:
    QLocale.setDefault(QLocale(country))
    for text in ("2000", "2e3", f"2{NARROW}000", "٢٠٠٠", "2\N{RIGHT SINGLE QUOTATION MARK}000"):
        for field in (box, whole):
            field.setValue(5)
            enter(qtbot, field, text, pasted=True)
            assert field.value() == 2000, (text, field)
    assert (box.text(), whole.text()) == ("2000 s", "2,000")
    enter(qtbot, whole, "3,000")
    assert whole.value() == 3000
    box.setValue(1.125)
    enter(qtbot, box, "1.125")  # as the field itself shows it
    assert box.value() == 1.125


def test_a_number_that_can_be_read_in_two_ways_leaves_the_field_as_it_was_and_says_so(qtbot, box: NumberBox) -> None:
    for is_pasted in (False, True):
        enter(qtbot, box, "1,000", is_pasted)
        assert (box.value(), box.text()) == (5.0, "5 s")
        assert QToolTip.text() == "1,000 can be read in two ways. Type 1000 or 1.0."
        QToolTip.hideText()
    QLocale.setDefault(QLocale("de_DE"))
    enter(qtbot, box, "1.000")
    assert box.value() == 5.0


def test_a_fraction_is_no_whole_number(qtbot, whole: WholeBox) -> None:
    for text, why in (("1.5", "Type a whole number from 1 to 1,000,000,000."), ("1.000", "two ways")):
        enter(qtbot, whole, text)
        assert whole.value() == 5
        assert why in QToolTip.text()
    enter(qtbot, whole, "5e9")
    assert whole.value() == 5
    QToolTip.hideText()


def test_large_numbers_are_written_out(box: NumberBox) -> None:
    for value, text in ((1e7, "10000000 s"), (12_345_678.0, "12345678 s"), (0.0002, "0.0002 s"), (1e-7, "1e-07 s")):
        box.setValue(value)
        assert box.text() == text
        assert box.valueFromText(text) == value


def test_a_word_for_the_least_value_can_be_kept(qtbot, whole: WholeBox) -> None:
    whole.setSpecialValueText("auto")
    whole.setValue(1)
    enter(qtbot, whole, "7")
    assert whole.value() == 7
    whole.setValue(1)
    qtbot.keyClick(whole, Qt.Key.Key_Return)
    assert (whole.value(), whole.text()) == (1, "auto")
