"""A fault by its numbers, before it is put into words."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from ganstudio.coach.finding import Figure, Severity


@dataclass(frozen=True)
class Suspicion:
    """A fault by its numbers; see `Finding`.

    Parameters
    ----------
    words
        What its sentences name.
    unsure
        Whether it is a fault only if measurements agree.
    story
        Which words it has; "" for those of its id.
    sound
        Last step at which the run was sound, as far as is known; None: when it began.
    """

    id: str
    severity: Severity
    began: int
    found: int
    cleared: int | None
    figures: tuple[Figure, ...]
    words: Mapping[str, str] = field(default_factory=dict)
    unsure: bool = False
    sound: int | None = None
    story: str = ""
