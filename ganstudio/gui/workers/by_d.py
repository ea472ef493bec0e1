"""Threads that let D judge all real pictures of a run, and that take some out of an imported set."""

import threading
import time
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QObject, Signal

from ganstudio import sizes
from ganstudio.data import imported
from ganstudio.errors import InputError, StudioError
from ganstudio.gui.workers.real_pictures import KnownData, load_native
from ganstudio.gui.workers.worker import QueueWorker, Worker
from ganstudio.images import Labels, Pictures
from ganstudio.process import brief_turns, lower_thread_share, use_one_core
from ganstudio.system import libraries, mapped

if TYPE_CHECKING:
    from ganstudio.data.dataset import Dataset
    from ganstudio.latent.critic import Critic
    from ganstudio.latent.models import Model
    from ganstudio.runs.folder import RunFolder

_BATCH = 128  # pictures judged between two looks at what else is wanted, fewer if they are large
_INTERVAL = 0.25  # seconds between two reports
_SEED = 0  # of the order in which pictures are judged, so that some of them stand for all before the end

_RELEASED_BYTES = 32 << 20  # of pictures that are read from a file before they are handed back
_OTHER_SET = (
    "These pictures are no longer those of the data set: it was changed in the meantime. Press Judge again to see it "
    "as it is now."
)
_UNKNOWN = "unknown"  # mark of a set that was changed again at once
_NOT_FINITE = "D's answers are not finite at this step, so that pictures cannot be sorted. Go to an earlier step."

Floats = npt.NDArray[np.float64]


@dataclass(frozen=True, eq=False)
class JudgeRequest:
    """Request for D's opinion of all pictures that a model was trained with; `run`: that run, if it is open."""

    model: "Model"
    data: KnownData
    run: "RunFolder | None" = None


@dataclass(frozen=True, eq=False)
class LookRequest:
    """Request for some pictures by their numbers, as D sees them, of the set that was `judged`."""

    judged: "Judged"
    numbers: tuple[int, ...]


@dataclass(frozen=True, eq=False)
class SetFacts:
    """What is known of the pictures.

    Parameters
    ----------
    title
        Of the data set.
    count
        Number of pictures.
    files
        Paths of the pictures of an imported set; () of others.
    labels
        Class of each picture; None without classes.
    classes
        Names of the classes.
    out
        Paths of the pictures that are out of the set as it is now.
    out_before
        Paths of those that are out of the version that was judged.
    others
        Paths of pictures that are not in the set as it is now, or are other ones there.
    mark
        Tells the set as it is now from what it may become; see `taking_out.take_out`.
    fingerprint
        Of the version that was judged.
    """

    title: str
    count: int
    files: tuple[str, ...] = ()
    labels: Labels | None = None
    classes: tuple[str, ...] = ()
    out: frozenset[str] = frozenset()
    out_before: frozenset[str] = frozenset()
    others: frozenset[str] = frozenset()
    mark: str = ""
    fingerprint: str = ""


@dataclass(frozen=True, eq=False)
class LeftOut:
    """What was out of the data when a run began: names of pictures, or why that is not known."""

    request: JudgeRequest
    names: tuple[str, ...]
    problem: str = ""


@dataclass(frozen=True, eq=False)
class Judged:
    """D's opinion of the pictures that were judged so far.

    Parameters
    ----------
    request
        What was asked for.
    facts
        What is known of the pictures.
    order
        Numbers of the judged ones, the least real first, (n,).
    chances
        D(x) of all pictures, (N,), 0..1; nan of those that were not judged.
    """

    request: JudgeRequest
    facts: SetFacts
    order: npt.NDArray[np.int64]
    chances: Floats

    @property
    def is_whole(self) -> bool:
        """Whether all were judged."""
        return len(self.order) == self.facts.count


@dataclass(frozen=True, eq=False)
class Looked:
    """Pictures (n, H, W) or (n, H, W, C), and the request that they answer."""

    request: LookRequest
    pictures: Pictures


class Channel(Enum):
    """What is asked of the thread, the most urgent first."""

    LOOK = "look"
    JUDGE = "judge"
    FORGET = "forget"


class ByDThread(QueueWorker[Channel, JudgeRequest | LookRequest | None]):
    """Thread that judges with one core, and with what training leaves of it.

    It keeps the data set of the last request until it is to `forget` it. Pictures are read and judged a few at a time:
    besides the data set as it is loaded, which of imported pictures is a file, there are some numbers for each.

    Parameters
    ----------
    parent : QObject, optional
        Qt's parent.
    """

    leftOut = Signal(object)  # LeftOut: before the pictures are judged
    judged = Signal(object)  # Judged
    looked = Signal(object)  # Looked

    action = "The real pictures could not be judged"
    kept = "Training is not affected."

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__("byDThread", Channel, parent)
        self._is_halted = threading.Event()
        self._known: KnownData | None = None
        self._set: Dataset | None = None

    def judge(self, request: JudgeRequest) -> None:
        """Have all pictures judged, instead of what is being judged."""
        self._is_halted.clear()
        self.put(Channel.JUDGE, request)

    def look(self, request: LookRequest) -> None:
        """Have pictures read; replaces what waits."""
        self.put(Channel.LOOK, request)

    def halt(self) -> None:
        """Judge no more."""
        self.drop(Channel.JUDGE)
        self._is_halted.set()

    def forget(self) -> None:
        """Keep the data set no longer; it is loaded again where it is needed."""
        if self.isRunning():
            self.put(Channel.FORGET, None)

    def work(self) -> None:
        """Serve requests until the thread is asked to end."""
        lower_thread_share()
        libraries.load_torch()
        use_one_core()
        super().work()
        self._known = self._set = None

    def serve(self, channel: Channel, request: JudgeRequest | LookRequest | None) -> None:
        """Judge, read pictures, or forget the set."""
        if isinstance(request, LookRequest):
            judged = request.judged
            dataset = self._load(judged.request.data, judged.facts.fingerprint)
            if dataset.fingerprint != judged.facts.fingerprint:
                raise InputError(_OTHER_SET)
            self.looked.emit(Looked(request, _read(dataset, judged.request.data, np.array(request.numbers, np.int64))))
        elif request is not None:
            self._judge(request)
        else:
            self._known = self._set = None

    def _load(self, known: KnownData, fingerprint: str = "") -> "Dataset":
        """Return the data, which is kept; of a set of which no version is named that with a fingerprint, or the newest.

        What is kept can be shown also where its version was removed in the meantime.
        """
        dataset = self._set
        is_kept = dataset is not None and known == self._known
        if dataset is not None and is_kept and (dataset.fingerprint == fingerprint or _is_newest(dataset, known)):
            return dataset
        self._set = None
        loaded = load_native(known.data, known.home, known.fingerprint, self.should_stop)
        self._set, self._known = loaded, known
        return loaded

    def _judge(self, request: JudgeRequest) -> None:
        from ganstudio.latent.inside import find_critic
        from ganstudio.latent.sampler import Sampler

        if request.model.config.makes_points:
            raise InputError("This run learns from points: there are no pictures to sort. The lab shows D's opinion.")
        if request.run is not None:
            self.leftOut.emit(_read_left_out(request, request.run))
        critic = find_critic(Sampler.from_model(request.model))
        dataset = self._load(request.data)
        facts, unreleased = _describe(dataset, request.data), 0
        is_known = critic.classes > 0 and critic.classes == len(dataset.info.labels)
        labels = dataset.labels.astype(np.int64) if is_known else None
        logits, reported = np.full(facts.count, np.nan), 0.0
        self._report(request, facts, critic, logits)
        batch = sizes.pictures_at_once(_BATCH, *request.data.data.sides)
        starts = np.arange(0, facts.count, batch)
        for start in np.random.default_rng(_SEED).permutation(starts).tolist():
            rows = np.arange(start, min(start + batch, facts.count))
            pictures = _read(dataset, request.data, rows)
            logits[rows] = critic.logits(pictures, None if labels is None else labels[rows])
            unreleased += dataset.images[:1].nbytes * len(rows)
            if unreleased > _RELEASED_BYTES:
                unreleased = 0
                mapped.release(dataset.images)
            if not np.isfinite(logits[rows]).all():
                raise InputError(_NOT_FINITE)
            if time.monotonic() - reported > _INTERVAL:
                reported = time.monotonic()
                self._report(request, facts, critic, logits)
            self.serve_urgent(Channel.JUDGE)
            if self.is_superseded(Channel.JUDGE) or self._is_halted.is_set():
                return
        self._report(request, facts, critic, logits)

    def _report(self, request: JudgeRequest, facts: SetFacts, critic: "Critic", logits: Floats) -> None:
        known = np.flatnonzero(~np.isnan(logits))
        order = known[np.argsort(logits[known], kind="stable")]
        self.judged.emit(Judged(request, facts, order, critic.chances(logits)))


def _is_newest(dataset: "Dataset", known: KnownData) -> bool:
    """Return whether a set of which no version was named is still the newest one."""
    if known.fingerprint or not dataset.info.imported:
        return True
    return dataset.fingerprint == imported.fingerprint_of(dataset.info.name, known.home)


def _describe(dataset: "Dataset", known: KnownData) -> SetFacts:
    info = dataset.info
    labels = dataset.labels.astype(np.int64) if len(info.labels) > 1 else None
    if not info.imported:
        return SetFacts(info.title, len(dataset.images), (), labels, info.labels)
    from ganstudio.data.pictures import taking_out

    standing = taking_out.compare(info.name, known.home, dataset.fingerprint)
    return SetFacts(
        info.title,
        len(dataset.images),
        standing.paths,
        labels,
        info.labels,
        standing.out,
        standing.out_before,
        standing.others,
        standing.mark,
        dataset.fingerprint,
    )


def _read_left_out(request: JudgeRequest, run: "RunFolder") -> LeftOut:
    """Return what was out of the data when a run began, from the run itself."""
    from ganstudio.runs import left_out

    try:
        return LeftOut(request, left_out.read(run))
    except StudioError as error:
        return LeftOut(request, (), str(error))


def _read(dataset: "Dataset", known: KnownData, rows: npt.NDArray[np.int64]) -> Pictures:
    """Return some pictures in the size that D sees."""
    from ganstudio.data import resize

    return resize.resize_pictures(np.asarray(dataset.images[rows]), known.data.size, known.data.channels)


@dataclass(frozen=True)
class Edit:
    """A change of an imported set.

    Parameters
    ----------
    name, home
        Of the set, and the data folder; the usual one if there is none.
    paths
        Of the pictures.
    is_back
        Whether they are put back.
    mark
        Of the set that was looked at: another one is not changed.
    run, fingerprint
        Folder of a run, and the version with which it began, which is kept for it.
    """

    name: str
    home: Path | None
    paths: tuple[str, ...]
    is_back: bool
    mark: str
    run: Path | None = None
    fingerprint: str = ""


@dataclass(frozen=True)
class Edited:
    """What has become of an imported set: its number of pictures, the paths of those that are out, and its mark."""

    count: int
    out: frozenset[str] = field(default_factory=frozenset)
    mark: str = ""


class EditThread(Worker):
    """Thread that takes pictures out of an imported set, or puts them back; it ends by `done`, or as workers do.

    Parameters
    ----------
    edit : Edit
        What is to be done.
    parent : QObject, optional
        Qt's parent.
    """

    progressed = Signal(int, int)  # pictures that are written, and all
    done = Signal(object)  # Edited

    action = "The set could not be changed"
    kept = "It is as it was."

    def __init__(self, edit: Edit, parent: QObject | None = None) -> None:
        super().__init__("editThread", parent)
        self.edit = edit

    def work(self) -> None:
        """Write another version of the set."""
        from ganstudio.data.pictures import stored, taking_out

        edit = self.edit
        if edit.run is not None and edit.fingerprint:
            imported.keep_for_run(edit.name, edit.fingerprint, edit.run, edit.home)
        change = taking_out.put_back if edit.is_back else taking_out.take_out
        with brief_turns():
            info = change(edit.name, edit.paths, edit.home, self.progressed.emit, self.is_stopping, edit.mark)
        version = stored.find_version(stored.set_folder(edit.name, edit.home), info.fingerprint)
        out = taking_out.paths_out_of(version) if version is not None else ()
        mark = stored.mark_of(version) if version is not None else _UNKNOWN
        self.done.emit(Edited(info.count, frozenset(out), mark))
