"""Events of a run, as frozen dataclasses: numbers and fresh uint8 arrays, never live tensors.

The same events come from a trainer, through the runner, out of a run folder that another process writes, and reach
the command line and the window by one path.
"""

import math
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from ganstudio.config import RunConfig
from ganstudio.errors import UserFolder
from ganstudio.images import Pictures
from ganstudio.round_record import RoundRecord


class RunStatus(StrEnum):
    """State of a run, as a list of runs and the window show it."""

    # Of a run folder, whoever trains it.
    RUNNING = "running"  # a program is training it
    INTERRUPTED = "interrupted"  # stopped, failed or killed; it can be resumed
    FINISHED = "finished"  # of a folder: trained to its end; of the open run: its training ended, and not by an error

    # Of the run that is open in the window.
    IDLE = "idle"  # not trained since it was opened, or no run is open
    STARTING = "starting"
    TRAINING = "training"
    PAUSED = "paused"
    SAVING = "saving"  # training is ending
    FOLLOWING = "following"  # another program trains it
    FAILED = "failed"


class MarkKind(StrEnum):
    """What a mark in the history is about. Values are those in history.jsonl."""

    CHANGE = "change"  # a setting
    RESUME = "resume"  # lines before it with a later step are void
    BRANCH = "branch"
    MANUAL = "hand"  # updates by hand, see `ByHand`
    THREADS = "threads"  # their number changed, because other programs use the processor, or no longer do
    WARNING = "warning"
    FINDING = "finding"  # of the coach, see `coach.said`
    SKIPPED = "skipped"  # lines could not be read; never written to disk
    METRIC = "metric"  # on disk only: read as `Measured`
    FINISHED = "finished"  # on disk only: read as `Finished`
    FAILED = "failed"  # on disk only: read as `Failed`

    @classmethod
    def _missing_(cls, value: object) -> "MarkKind | None":
        """Accept a kind that a newer program wrote, so that a copy of its history loses nothing."""
        if not isinstance(value, str):
            return None
        kind = str.__new__(cls, value)
        kind._name_, kind._value_ = "UNKNOWN", value
        return kind


class SavedKind(StrEnum):
    """What a file holds that a run has written."""

    CHECKPOINT = "checkpoint"  # all that a resume needs
    SNAPSHOT = "snapshot"  # the generator


class EndReason(StrEnum):
    """Why training ended without an error. Values are those in history.jsonl."""

    DONE = "done"  # all epochs, steps or seconds
    STOPPED = "stopped"  # the user stopped it
    INTERRUPTED = "interrupted"  # by a signal, or the program was closed

    @classmethod
    def _missing_(cls, value: object) -> "EndReason | None":
        """Take a reason that a newer program wrote for an interruption: the run can be resumed."""
        return cls.INTERRUPTED if isinstance(value, str) else None


class ManualUpdate(StrEnum):
    """What a manual update trains. Values are those in history.jsonl."""

    D = "d"
    G = "g"
    ROUND = "round"


@dataclass(frozen=True)
class Preparing:
    """Stage of the preparation before a run begins, see `stages`. Never written to disk."""

    stage: str


@dataclass(frozen=True)
class Started:
    """The run begins or resumes at `step`."""

    config: RunConfig  # resolved: what is trained, with nothing left to "auto" but what the engine decides per device
    device: str  # "cpu", "cuda:0"; with the name of the hardware in `hardware`
    hardware: str
    precision: str  # "float32", "bfloat16"
    g_parameters: int
    d_parameters: int
    data_count: int  # pictures
    batches_per_epoch: int
    total_steps: int  # steps at which the run is done
    step: int = 0
    measured: str = ""  # how precision and threads were chosen, if they were
    held_out: int = 0  # of the pictures: D never learns from them, to see whether it knows the others by heart


@dataclass(frozen=True)
class Stepped:
    """One round is done; between these events a run can be stopped or steered. Never written to disk."""

    step: int


@dataclass(frozen=True)
class Tick:
    """Means over the updates since the last tick. A loss is None when its network was not trained in that time."""

    step: int
    images: int  # real pictures D has seen
    epoch: float
    seconds: float  # of training, pauses left out, since step 0
    d_loss: float | None
    g_loss: float | None
    d_loss_max: float | None  # worst single update: a spike that the mean would hide
    g_loss_max: float | None
    d_acc_real: float | None  # share of real with D(x) > 0.5, 0..1
    d_acc_fake: float | None  # share of fake with D(G(z)) < 0.5, 0..1
    d_acc: float | None  # their mean; 0.5 is the equilibrium
    d_real: float | None  # mean D(x), 0..1
    d_fake: float | None  # mean D(G(z)), 0..1
    value: float | None  # V(D, G) = E log D(x) + E log(1 - D(G(z))); -log 4 at the equilibrium
    images_per_second: float | None  # None while stepping by hand
    memory: int  # bytes held by this process (or allocated on the accelerator)
    augment_p: float | None = None  # probability of augmentation, 0..1; None: nothing is drawn by it
    # Gauges: measured now and then, see `training.gauges`; None at all other ticks.
    d_grad: float | None = None  # norm of D's gradient in one round, after clipping
    g_grad: float | None = None
    d_move: float | None = None  # change of D's weights by one update, relative to them: median of the layers
    g_move: float | None = None
    d_cos: float | None = None  # cosine of the angle between the gradients of two rounds in a row
    g_cos: float | None = None
    drift: float | None = None  # change of what is shown in 1,000 rounds, relative to how much the data vary
    lag: float | None = None  # distance of the average from what G makes, likewise; None: G is shown
    nn: float | None = None  # distance of pictures to the nearest other, relative to real ones; 1: as varied as these
    nn_raw: float | None = None  # the same of G itself, without the average
    twins: float | None = None  # share of the pictures with another that is nearer than nearly any two real ones
    twins_raw: float | None = None
    copies: float | None = None  # share of the pictures that are near-copies of the data; None: the data are many
    checker: float | None = None  # strength of patterns from pixel to pixel beyond that of real pictures, 0..1
    wrong_class: float | None = None  # share of pictures of a class that was not asked for; None: not told
    gap: float | None = None  # D(held back) from D(training), 0, to D(fake), 1, in logits; None: none are held back


@dataclass(frozen=True)
class Samples:
    """Pictures of the fixed z. Those that are `kept` end a reported epoch and are never thinned out."""

    step: int
    epoch: float
    pictures: Pictures  # (N, H, W) or (N, H, W, C)
    kept: bool = False


@dataclass(frozen=True)
class Measured:
    """Measurement of the generated pictures, or points, against real ones; see `evaluation`.

    Of pictures it has the figures from `fcd` on, of points those from `js` on; the others are None.
    """

    step: int
    epoch: float
    seconds: float  # that measuring took; they do not count as training time
    features: str  # name of the network that looked at the pictures; figures of different features cannot be compared
    count: int  # generated pictures, and at most as many real ones
    fcd: float | None = None  # Frechet classifier distance, lower is better
    precision: float | None = None  # share of the generated pictures that look like real ones, 0..1
    recall: float | None = None  # share of the real ones that look like generated ones, 0..1
    density: float | None = (
        None  # how crowded the places are where the pictures made lie among real ones; 1: as the real ones
    )
    coverage: float | None = None  # share of the real ones that have a generated one near, 0..1
    kl: float | None = None  # of the classes' shares from those of the data, nats; None where classes are not known
    classes: tuple[float, ...] | None = None  # share of the pictures made that each class has; they sum to 1
    sure: float | None = None  # share of the pictures whose class is plain to see, 0..1
    fcd_real: float | None = None  # what other real pictures have as `fcd`; None: not measured, or there are too few
    js: float | None = None  # Jensen-Shannon divergence from real points, bits, 0..1; lower is better
    js_floor: float | None = None  # what other real points have as `js`, on average
    sw: float | None = None  # sliced Wasserstein-1 distance from real points
    sw_floor: float | None = None  # what other real points have as `sw`, on average
    modes: int | None = None  # with at least one point of high quality; None where the data has no modes
    of_modes: int | None = None  # that the data has
    hq: float | None = None  # share of points within 3 standard deviations of their mode, 0..1
    mode_kl: float | None = None  # of the modes' shares of the points from those of the data, nats

    @property
    def distance(self) -> float:
        """What is lower the better the generator: `fcd`, of points `js`; infinite if neither was measured."""
        found = self.fcd if self.js is None else self.js
        return math.inf if found is None else found

    @property
    def mode_share(self) -> float | None:
        """Share of the modes that were found, 0..1; None where the data has none."""
        return None if self.modes is None or not self.of_modes else self.modes / self.of_modes

    @property
    def distance_name(self) -> str:
        """What `distance` is called: "FCD" or "JS"."""
        return "FCD" if self.js is None else "JS"


@dataclass(frozen=True)
class Saved:
    """A file of the run is safely on disk."""

    step: int
    kind: SavedKind
    path: str


@dataclass(frozen=True)
class Marked:
    """A mark in the history: a change of a setting, a resume, an update by hand, a warning."""

    step: int
    kind: MarkKind
    text: str  # "learning rate of D: 0.0002 -> 0.0001"
    path: str = ""  # dotted name of a changed setting
    old: Any = None
    new: Any = None


@dataclass(frozen=True)
class Standing:
    """Losses and outputs of D and G, on the same real pictures and z each time; None if the loss defines none."""

    d_loss: float | None = None
    g_loss: float | None = None
    d_real: float | None = None  # mean D(x), 0..1
    d_fake: float | None = None  # mean D(G(z)), 0..1
    value: float | None = None  # V(D, G)


@dataclass(frozen=True)
class ByHand(Marked):
    """Mark of updates by hand: what they were and what they changed.

    Each update of a series has one, which replaces the mark of the update before it: see `add_mark`.
    """

    what: ManualUpdate = ManualUpdate.ROUND
    count: int = 1  # of its kind in a row, with nothing in between
    epoch: float = 0.0
    images: int = 0  # real pictures D has seen
    began: Standing = Standing()  # before the first of the series
    before: Standing = Standing()  # before this one
    after: Standing = Standing()


def add_mark(marks: list[Marked], mark: Marked) -> bool:
    """Append a mark to `marks`, or replace the last one if both are of one series of updates by hand.

    Returns
    -------
    bool
        Whether it replaced the last one.
    """
    last = marks[-1] if marks else None
    if isinstance(mark, ByHand) and isinstance(last, ByHand) and (last.what, last.count + 1) == (mark.what, mark.count):
        marks[-1] = mark
        return True
    marks.append(mark)
    return False


@dataclass(frozen=True)
class RoundRecorded:
    """One round was trained and recorded, because somebody wants to see its stages. Never written to disk."""

    step: int
    record: RoundRecord


@dataclass(frozen=True)
class Paused:
    """The run is paused after `step`. Never written to disk."""

    step: int


@dataclass(frozen=True)
class Resumed:
    """The run continues after a pause. Never written to disk."""

    step: int


@dataclass(frozen=True)
class Finished:
    """The run ended without an error; it can be resumed from `step`."""

    step: int
    reason: EndReason


@dataclass(frozen=True)
class Failed:
    """The run ended in an error: a sentence for the user, what was kept, and the traceback."""

    message: str
    kept: str = ""
    details: str = ""
    place: UserFolder | None = None  # see StudioError
    out_of_memory: bool = False  # a run with other settings may fit


Event = (
    Preparing
    | Started
    | Stepped
    | Tick
    | Samples
    | Measured
    | Saved
    | Marked
    | RoundRecorded
    | Paused
    | Resumed
    | Finished
    | Failed
)
