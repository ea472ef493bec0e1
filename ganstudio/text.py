"""Numbers of any size as text, and foreign text as it may be shown. Knows no Qt."""

import math
import re
from datetime import date

EN_DASH = "\N{EN DASH}"
MINUS = "\N{MINUS SIGN}"
DOT = "\N{MIDDLE DOT}"
SQUARE = "\N{BLACK SQUARE}"

_PLAIN_RANGE = (5e-4, 99_999.5)  # a number between them is written without a power of ten
_LEADING_DIGITS = ((1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9), (1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,))
_WIDEST = ("88,888", "8.8e38", f"8.8e{MINUS}38", "88.88", "0.888")
_MIN_SPAN_FRACTION = 1e-3  # of the largest number that an axis spans at least
_MIN_SPAN_FRACTION_OF_POWERS = 0.1  # the same where numbers have powers of ten: more digits would find no room
_SPAN_OF_ZERO = 1e-3  # of an axis that shows nothing but 0
MAX_LINE = 200  # characters of a name that are shown
MAX_TEXT = 2000  # characters of a sentence or a tooltip that are shown
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_NOT_SHOWN = "\N{REPLACEMENT CHARACTER}"
# Control characters; those that turn the direction of the text around them, or take no room; halves of characters,
# which stand for bytes of a file name that is not UTF-8.
_HARMFUL = re.compile(
    "[\x00-\x08\x0e-\x1f\x7f-\x9f\u061c\u200e\u200f\u202a-\u202e\u2060-\u206f\ufeff\ufff9-\ufffb\ud800-\udfff]"
)
_BREAKS = re.compile("[\t\n\v\f\r\u2028\u2029]+")
_MARKS = "[\u0300-\u036f\u0483-\u0489\u1ab0-\u1aff\u1dc0-\u1dff\u20d0-\u20ff\ufe20-\ufe2f]"  # over and under a letter
_MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")
_STACK = re.compile(f"({_MARKS}{{4}}){_MARKS}+")  # more of them than any language has


def one_line(text: str, longest: int = MAX_LINE) -> str:
    """Return text of a file, a name or another program as one line that can be shown.

    What would break the line, turn its direction or hide is replaced; what is longer ends in an ellipsis.
    """
    return readable(_BREAKS.sub(" ", text[: 4 * longest]), longest)


def readable(text: str, longest: int = MAX_TEXT) -> str:
    """Return text of a file, a name or another program as it can be shown, with its line breaks."""
    if len(text) > longest:
        text = text[: longest - 1] + _ELLIPSIS
    if text.isascii() and text.isprintable():
        return text  # as nearly all texts are
    return _STACK.sub(r"\1", _HARMFUL.sub(_NOT_SHOWN, text))


def format_signed(value: float, decimals: int = 2) -> str:
    """Return a number with a true minus sign; what rounds to 0 has none."""
    text = f"{value:.{decimals}f}"
    return text.replace("-", MINUS) if float(text) else text.removeprefix("-")


def format_day(day: date) -> str:
    """Return a day of a year in English, whatever the locale is: "3 May"."""
    return f"{day.day} {_MONTHS[day.month - 1]}"


def format_percent(fraction: float, decimals: int = 0) -> str:
    """Return a fraction, 0..1, in percent."""
    return f"{fraction * 100:.{decimals}f}\N{NARROW NO-BREAK SPACE}%"


def format_nearly_all(fraction: float) -> str:
    """Return a fraction near 1 in percent: "98 %", "99.7 %"; what is less than all is never called 100 %."""
    if not 0.995 <= fraction < 1:
        return format_percent(fraction)
    return format_percent(min(fraction, 0.999), 1)


def format_bytes(count: int) -> str:
    """Return a number of bytes, such as "11.4 MB" or "46 kB"."""
    return f"{count / 1e6:,.1f} MB" if count >= 1e6 else f"{count / 1e3:,.0f} kB"


def format_duration(seconds: float) -> str:
    """Return a duration in one unit, such as "18 min"."""
    for size, unit in ((86_400, "d"), (3600, "h"), (60, "min")):
        if seconds >= 1.5 * size:
            return f"{seconds / size:,.0f} {unit}"
    return f"{max(0.0, seconds):.0f} s"


def format_time(seconds: float) -> str:
    """Return a duration in up to two units, such as "3 h 20 min", "12 min" or "40 s"."""
    if seconds < 90:
        return f"{max(0.0, seconds):.0f} s"
    minutes = round(seconds / 60)
    if minutes < 10 * 60:
        hours, minutes = divmod(minutes, 60)
        return " ".join(part for part in (f"{hours} h" if hours else "", f"{minutes} min" if minutes else "") if part)
    days, hours = divmod(round(seconds / 3600), 24)
    return " ".join(part for part in (f"{days:,} d" if days else "", f"{hours} h" if hours else "") if part)


def format_number(value: float) -> str:
    """Return a number in at most 8 characters, such as "0.123", "88.88", "3,195", "3.2e10", "NaN" or "∞"."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "\N{INFINITY}" if value > 0 else f"{MINUS}\N{INFINITY}"
    size = abs(value)
    if value and not _PLAIN_RANGE[0] <= size < _PLAIN_RANGE[1]:
        return format_power(value, 1)
    if size < 100:
        return format_signed(value, 3 if size < 0.9995 and value else 2)
    return f"{value:,.0f}".replace("-", MINUS)


def widest_numbers(negative: bool) -> tuple[str, ...]:
    """Return texts of `format_number` of which one is as wide as that of any number."""
    return tuple(f"{MINUS}{number}" for number in _WIDEST) if negative else _WIDEST


def format_power(value: float, decimals: int) -> str:
    """Return a number with a power of ten, such as "3.2e10", without zeros at the end of its mantissa."""
    mantissa, exponent = f"{value:.{decimals}e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}e{int(exponent)}".replace("-", MINUS)


def round_step(span: float, max_count: int) -> float:
    """Return the least step of 1, 2 or 5 times a power of ten of which at most `max_count` make up the span."""
    least = span / max_count
    unit = 10.0 ** math.floor(math.log10(least))
    return unit * next(digit for digit in (1, 2, 5, 10) if unit * digit >= least * 0.999)


def round_range(low: float, high: float) -> tuple[float, float]:
    """Return the range widened to multiples of a round number near a tenth of it."""
    largest = max(abs(low), abs(high))
    is_plain = not largest or _PLAIN_RANGE[0] <= largest < _PLAIN_RANGE[1]
    fraction = _MIN_SPAN_FRACTION if is_plain else _MIN_SPAN_FRACTION_OF_POWERS
    step = round_step(max(high - low, largest * fraction) or _SPAN_OF_ZERO, 10)
    return math.floor(low / step - 0.2) * step, math.ceil(high / step + 0.2) * step


def round_ticks(low: float, high: float, max_count: int) -> list[tuple[float, str]]:
    """Return round numbers from `low` to `high`, about `max_count` at most, each with its text.

    Numbers far from 1 are written with their power of ten.
    """
    step = round_step(high - low, max_count)
    places = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    largest = max(abs(low), abs(high))
    if decimals <= 4 and largest < _PLAIN_RANGE[1]:
        return [(index * step, _group_digits(index * step, decimals)) for index in places]
    digits = max(0, math.floor(math.log10(largest)) - math.floor(math.log10(step) + 1e-9))
    return [(index * step, format_power(index * step, digits) if index else "0") for index in places]


def log_ticks(low: float, high: float, max_count: int) -> list[tuple[float, str]]:
    """Return round numbers between 10**low and 10**high, at their logarithms, about `max_count` at most."""
    powers = range(math.floor(low), math.ceil(high) + 1)
    choices = []
    for digits in _LEADING_DIGITS:
        numbers = [digit * 10.0**power for power in powers for digit in digits]
        choices.append([(math.log10(n), _format_round(n)) for n in numbers if low <= math.log10(n) <= high])
    found = next((ticks for ticks in choices if len(ticks) <= max_count), choices[-1])
    if len(found) > max_count:  # many decades: every second power, every third ...
        return found[:: math.ceil(len(found) / max_count)]
    return found if len(found) > 1 else choices[0][:: max(1, len(choices[0]) // max_count)]


def _group_digits(value: float, decimals: int) -> str:
    text = format_signed(value, decimals)
    return f"{round(value):,}".replace("-", MINUS) if not decimals else text


def _format_round(value: float) -> str:
    """Return a round number in as few characters as possible."""
    return f"{value:,.10g}" if 1e-4 < value < _PLAIN_RANGE[1] else format_power(value, 1)
