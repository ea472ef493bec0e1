"""Figures of a measurement of points as text."""

from ganstudio.events import Measured
from ganstudio.text import format_number, format_percent


def point_figures(measured: Measured) -> list[str]:
    """Return the figures of points: "JS 0.0123", "SW 0.021", "8 of 8 modes", "97 % on modes", "reverse KL 0.0014".

    Empty for a measurement of pictures.
    """
    if measured.js is None:
        return []
    parts = [f"JS {format_number(measured.js)}"]
    if measured.sw is not None:
        parts.append(f"SW {format_number(measured.sw)}")
    if measured.modes is not None:
        parts.append(f"{measured.modes} of {measured.of_modes} modes")
    if measured.hq is not None:
        parts.append(f"{format_percent(measured.hq)} on modes")
    if measured.mode_kl is not None:
        parts.append(f"reverse KL {format_number(measured.mode_kl)}")
    return parts


def real_figures(measured: Measured) -> str:
    """Return what real points have, in words: "real points have JS 0.0061 and SW 0.011"; "" for pictures."""
    if measured.js_floor is None:
        return ""
    other = f" and SW {format_number(measured.sw_floor)}" if measured.sw_floor is not None else ""
    return f"real points have JS {format_number(measured.js_floor)}{other}"
