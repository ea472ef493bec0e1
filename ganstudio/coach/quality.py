"""What a measurement says of G: whether it has much to learn, and whether its pictures can be told apart at all."""

from ganstudio.events import Measured

FAR_FROM_POINTS = 4.0  # times the JS of real points
FAR_COVERAGE = 0.8  # of the real pictures
MAX_UNLEARNED = 0.5  # JS of points, bits: with more, G makes little that is like the data
MIN_LEARNED = 0.1  # coverage of real pictures, likewise
MIN_PRECISION = 0.4  # of pictures: with less, they are hardly pictures yet, and what kinds they are says nothing
MIN_SURE = 0.4  # share of pictures whose class is plain to see, likewise
MIN_ON_MODES = 0.5  # share of points, likewise


def is_far(measured: Measured) -> bool:
    """Return whether G still has much to learn."""
    if measured.js is not None:
        return measured.js > FAR_FROM_POINTS * (measured.js_floor or 0.0)
    return measured.coverage is not None and measured.coverage < FAR_COVERAGE


def has_learned(measured: Measured) -> bool:
    """Return whether G has learned something at all."""
    if measured.js is not None:
        return measured.js < MAX_UNLEARNED
    return measured.coverage is None or measured.coverage > MIN_LEARNED


def is_presentable(measured: Measured) -> bool:
    """Return whether what G makes is good enough to say what kinds it makes."""
    if measured.hq is not None:
        return measured.hq >= MIN_ON_MODES
    precision, sure = measured.precision, measured.sure
    return (precision is None or precision >= MIN_PRECISION) and (sure is None or sure >= MIN_SURE)
