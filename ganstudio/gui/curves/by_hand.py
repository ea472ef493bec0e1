"""What updates by hand changed, in words."""

from ganstudio.events import ByHand
from ganstudio.gui.text import readable

_NAMES = {"d": "D step", "g": "G step", "round": "round"}
_ARROW = "\N{RIGHTWARDS ARROW}"
_SEEN = {"d": ("d_real", "d_fake"), "g": ("d_fake", "g_loss"), "round": ("d_real", "d_fake")}  # what an update moves
_FIGURES = {"d_real": "D(x)", "d_fake": "D(G(z))", "d_loss": "loss of D", "g_loss": "loss of G"}


def words(mark: ByHand) -> str:
    """ "D step: D(x) 0.530 -> 0.560, D(G(z)) 0.460 -> 0.410"; of a series all that it changed: "3 D steps: ..."."""
    name = _NAMES[mark.what]
    whole = name[0].upper() + name[1:] if mark.count == 1 else f"{mark.count:,} {name}s"
    changes = [
        f"{_FIGURES[column]} {readable(old)} {_ARROW} {readable(new)}"
        for column in _SEEN[mark.what]
        if (old := getattr(mark.began, column)) is not None and (new := getattr(mark.after, column)) is not None
    ]
    return f"{whole}: {', '.join(changes)}" if changes else whole
