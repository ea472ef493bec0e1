"""Line of the set-up panel: memory that the run takes beside the program, and when pictures become recognisable."""

import dataclasses
from typing import TYPE_CHECKING

from PySide6.QtWidgets import QWidget

from ganstudio.gui.widgets.fitting_label import FittingLabel
from ganstudio.gui.widgets.rich_text import lines, wrapped
from ganstudio.text import DOT

if TYPE_CHECKING:
    from ganstudio.training.estimates.estimate import Estimate


class CostLine(FittingLabel):
    """Says what the run that is set up takes; hidden while that is not known.

    Parameters
    ----------
    parent : QWidget, optional
        Qt's parent.
    """

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self.setObjectName("costLabel")
        self.hide()

    def keep_place(self, kept: bool) -> None:
        """While the line is hidden, leave its place free, or not, so that what is below stays where it is."""
        policy = self.sizePolicy()
        if policy.retainSizeWhenHidden() != kept:
            policy.setRetainSizeWhenHidden(kept)
            self.setSizePolicy(policy)

    def show_estimate(self, estimate: "Estimate | None") -> None:
        """Show an estimate."""
        if estimate is None:
            self.hide()
            return
        from ganstudio.training.estimates import describe

        size, lack = describe.memory_beside(estimate), describe.shortage(estimate)
        parts = describe.memory_parts(dataclasses.replace(estimate.memory, libraries=0))
        when = describe.recognisable_briefly(estimate)
        tip = [
            f"Memory: {size} more than now; {describe.gigabytes(estimate.free)} are free",
            f"({parts})",
            *_labelled("Time", describe.time(estimate)),
            *_labelled("First recognisable pictures", describe.recognisable(estimate)),
        ]
        if lack:
            self.say(lack, f"too little memory: {size} needed", tip=wrapped(lines([lack, *tip])))
        else:
            wordings = (_join(f"{size} more memory", when), _join(size, when), size)
            self.say(*wordings, tip=wrapped(lines(tip)))
        self.show()


def _labelled(label: str, text: str) -> list[str]:
    return [f"{label}: {text}"] if text else []


def _join(size: str, when: str) -> str:
    return f" {DOT} ".join(filter(None, (size, when)))
