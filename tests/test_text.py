"""Numbers as text, and the numbers along an axis."""

import datetime

import pytest

from ganstudio.text import (
    MINUS,
    format_day,
    format_duration,
    format_nearly_all,
    format_number,
    format_percent,
    format_signed,
    log_ticks,
    round_range,
    round_ticks,
)


@pytest.mark.parametrize(
    ("value", "words"),
    [
        (3.2e10, "3.2e10"),
        (-3.1947e10, f"{MINUS}3.2e10"),
        (3194.6, "3,195"),
        (88.88, "88.88"),
        (-0.1234, f"{MINUS}0.123"),
        (-0.0001, f"{MINUS}1e{MINUS}4"),
        (1.27e-6, f"1.3e{MINUS}6"),
        (-0.0, "0.00"),
        (float("inf"), "∞"),
        (float("-inf"), f"{MINUS}∞"),
        (float("nan"), "NaN"),
    ],
)
def test_numbers_of_any_size_in_few_signs(value: float, words: str) -> None:
    assert format_number(value) == words


def test_round_numbers() -> None:
    assert round_range(0.31, 0.97) == pytest.approx((0.2, 1.0))
    low, high = round_range(2.0, 2.0)
    assert low < 2.0 < high
    assert [words for _, words in round_ticks(-0.5, 1.0, 4)] == ["\N{MINUS SIGN}0.5", "0.0", "0.5", "1.0"]
    assert [words for _, words in log_ticks(-2.0, 1.0, 5)] == ["0.01", "0.1", "1", "10"]


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(-1, "0 s"), (0.4, "0 s"), (89, "89 s"), (90, "2 min"), (3600, "60 min"), (5400, "2 h"), (129_600, "2 d")],
)
def test_a_duration_has_one_unit(seconds: float, text: str) -> None:
    assert format_duration(seconds) == text


def test_signs_and_percent() -> None:
    assert format_signed(-0.001) == "0.00"
    assert format_signed(-0.5, 1) == f"{MINUS}0.5"
    assert format_percent(0.505) == "50\N{NARROW NO-BREAK SPACE}%"
    texts = [
        format_nearly_all(share).removesuffix("\N{NARROW NO-BREAK SPACE}%") for share in (0.98, 0.997, 0.9999, 1.0)
    ]
    assert texts == ["98", "99.7", "99.9", "100"]


def test_many_decades_have_few_numbers() -> None:
    ticks = log_ticks(-30.0, 30.0, 6)
    assert 3 <= len(ticks) <= 8
    assert all(float(text.replace(MINUS, "-").replace(",", "")) == pytest.approx(10**at) for at, text in ticks)


def test_months_are_english_whatever_the_locale() -> None:
    class French(datetime.date):
        """Says months as Python does after `setlocale`; not every computer has a French locale."""

        def __format__(self, form: str) -> str:
            return super().__format__(form.replace("%b", "f\N{LATIN SMALL LETTER E WITH ACUTE}vr."))

    assert format_day(French(2025, 2, 3)) == "3 Feb"
    assert [format_day(French(2025, month, 12)) for month in (1, 6, 12)] == ["12 Jan", "12 Jun", "12 Dec"]
