"""Numbers of any size as a person reads them: in a legend, along an axis, under the pointer."""

import math

from ganstudio.gui.model.viewing import MINUS, signed

_PLAIN = (5e-4, 99_999.5)  # between them a number is written out
_DIGITS_OF_POWER = ((1, 1.5, 2, 3, 4, 5, 6, 7, 8, 9), (1, 1.5, 2, 3, 5, 7), (1, 2, 5), (1, 3), (1,))
_WIDEST = ("88,888", "8.8e38", f"8.8e{MINUS}38", "88.88", "0.888")
_LEAST_SHARE = 1e-3  # of the largest number that an axis spans at least
_SPAN_OF_ZERO = 1e-3  # of an axis that shows nothing but 0


def readable(value: float) -> str:
    """A number in at most 8 signs: "0.123", "88.88", "3,195", "3.2e10"; not a number and infinity are said as such."""
    if math.isnan(value):
        return "NaN"
    if math.isinf(value):
        return "\N{INFINITY}" if value > 0 else f"{MINUS}\N{INFINITY}"
    size = abs(value)
    if value and not _PLAIN[0] <= size < _PLAIN[1]:
        return power(value, 1)
    if size < 100:
        return signed(value, 3 if size < 0.9995 and value else 2)
    return f"{value:,.0f}".replace("-", MINUS)


def widest(negative: bool) -> tuple[str, ...]:
    """Words of `readable` of which one takes as much room as any number does."""
    return tuple(f"{MINUS}{each}" for each in _WIDEST) if negative else _WIDEST


def power(value: float, decimals: int) -> str:
    """A number with a power of ten: "3.2e10"; zeros at the end are left out."""
    mantissa, exponent = f"{value:.{decimals}e}".split("e")
    mantissa = mantissa.rstrip("0").rstrip(".") if "." in mantissa else mantissa
    return f"{mantissa}e{int(exponent)}".replace("-", MINUS)


def round_step(span: float, most: int) -> float:
    """1, 2 or 5 times a power of ten: the least step of which at most `most` make up the span."""
    least = span / most
    unit = 10.0 ** math.floor(math.log10(least))
    return unit * next(each for each in (1, 2, 5, 10) if unit * each >= least * 0.999)


def round_range(low: float, high: float) -> tuple[float, float]:
    """The range widened to multiples of a round number near a tenth of it."""
    largest = max(abs(low), abs(high))
    step = round_step(max(high - low, largest * _LEAST_SHARE) or _SPAN_OF_ZERO, 10)
    return math.floor(low / step - 0.2) * step, math.ceil(high / step + 0.2) * step


def round_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """At most some `most` round numbers from `low` to `high`, with their words and, far from 1, their power of ten."""
    step = round_step(high - low, most)
    places = range(math.ceil(low / step - 1e-9), math.floor(high / step + 1e-9) + 1)
    decimals = max(0, -math.floor(math.log10(step) + 1e-9))
    largest = max(abs(low), abs(high))
    if decimals <= 4 and largest < _PLAIN[1]:
        return [(index * step, _grouped(index * step, decimals)) for index in places]
    digits = max(0, math.floor(math.log10(largest)) - math.floor(math.log10(step) + 1e-9))
    return [(index * step, power(index * step, digits) if index else "0") for index in places]


def log_ticks(low: float, high: float, most: int) -> list[tuple[float, str]]:
    """At most some `most` round numbers between 10**low and 10**high, at their logarithms."""
    powers = range(math.floor(low), math.ceil(high) + 1)
    choices = []
    for digits in _DIGITS_OF_POWER:
        numbers = [digit * 10.0**each for each in powers for digit in digits]
        choices.append([(math.log10(each), _short(each)) for each in numbers if low <= math.log10(each) <= high])
    found = next((ticks for ticks in choices if len(ticks) <= most), choices[-1])
    if len(found) > most:  # many decades: every second power, every third ...
        return found[:: -(-len(found) // most)]
    return found if len(found) > 1 else choices[0][:: max(1, len(choices[0]) // most)]


def _grouped(value: float, decimals: int) -> str:
    text = signed(value, decimals)
    return f"{round(value):,}".replace("-", MINUS) if not decimals else text


def _short(value: float) -> str:
    """A round number in as few signs as it takes."""
    return f"{value:,.10g}" if 1e-4 < value < _PLAIN[1] else power(value, 1)
