"""What the conditions of the tour are judged by."""

from collections.abc import Sequence
from dataclasses import dataclass

from ganstudio.coach.finding import Finding, Severity
from ganstudio.gui.model.run_model import RunModel


@dataclass
class Facts:
    """The open run, what the coach finds in it, and what the user did beside training.

    Parameters
    ----------
    model
        The open run.
    findings
        What the coach finds in it.
    has_morphed
        Whether the user moved through the latent space since the tour began.
    coach_is_shown
        Whether the window of the coach is shown.
    has_treated
        Whether the user took a remedy of the coach for the run that the tour had them break.
    """

    model: RunModel
    findings: Sequence[Finding] = ()
    has_morphed: bool = False
    coach_is_shown: bool = False
    has_treated: bool = False

    @property
    def faults(self) -> list[Finding]:
        """What goes wrong at the moment."""
        return [one for one in self.findings if one.is_open and one.severity in (Severity.RED, Severity.AMBER)]
