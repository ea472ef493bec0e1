"""Which kinds of pictures a generator makes: a judge of kinds, tried first on real pictures whose kind is known."""

import contextlib
import math
from collections.abc import Callable
from dataclasses import dataclass
from typing import TypeVar

import numpy as np
import numpy.typing as npt

from ganstudio.data.points.distributions import Modes
from ganstudio.errors import Cancelled, InputError
from ganstudio.evaluation.features import Features, Floats, random_conv_features, wide_random_features
from ganstudio.evaluation.modes import CONFIDENCE_THRESHOLD
from ganstudio.evaluation.points.measures import MAX_DEVIATIONS
from ganstudio.images import Labels, Pictures
from ganstudio.sizes import image_size
from ganstudio.text import MINUS, format_percent

MAX_KINDS = 100
MIN_TRIED = 20  # pictures of each kind that a judge is tried on
MAX_LEAK = 0.25  # share of its usual number that a kind may seem to have where there is none of it
MIN_RECALL = 0.7  # share of the pictures of a kind that must be taken for one
MISSING, RARE = 0.1, 0.5  # shares of what the data has, below which a kind is called so
MIN_RECOGNISED = 0.25  # share of the pictures that must be recognised before a kind is called missing
MAX_CHANCE = 1e-3  # that there are so few of a kind by chance, above which it is not called missing or rare
MIN_ASKED = 8  # pictures asked for of a class, before it is said whether G makes them
NONE = -1

_RIDGE = 0.01  # times the number of examples
_TOLERANCE = 1.5  # times as far (squared) may a picture be from the nearest example
_PER_KIND = 200  # pictures that are learned from, and at most as many that are tried
_MAX_LEARNED = 3000
_USUAL = 0.99  # share of real pictures whose nearest one is no farther than that of a picture that is recognised
_BLANK = 8  # grey levels, all within which a picture is like no kind: classifiers are sure of anything there
_SEED = 0
_READ = 32  # pictures that are read at once: bounds the memory, however large they are

_T = TypeVar("_T", bound=np.generic)
Shares = npt.NDArray[np.float64]
Recognise = Callable[[Pictures], npt.NDArray[np.int64]]


@dataclass(frozen=True, eq=False)
class Judge:
    """Tells kinds of pictures.

    Parameters
    ----------
    names
        Of the kinds, (K,).
    shares
        Share of the real pictures of each kind, (K,).
    leaks
        Number of other pictures that it takes for the kind, as a share of the kind's own, (K,).
    accuracy
        Share of real pictures that it tells rightly, of those that it was tried on.
    tried
        Number of these.
    recognise
        Pictures (N, H, W) or (N, H, W, C), uint8 -> kind of each, (N,), `NONE` where it is like no kind.
    """

    names: tuple[str, ...]
    shares: Shares
    leaks: Shares
    accuracy: float
    tried: int
    recognise: Recognise


@dataclass(frozen=True, eq=False)
class KindMap:
    """Which kinds there are among what G makes.

    Parameters
    ----------
    names
        Of the kinds, (K,).
    shares
        Of the recognised ones, (K,).
    reference
        Share that the data has of each, (K,).
    count
        Number of pictures or points that were looked at.
    recognised
        Share of them that is of some kind, 0..1.
    missing, rare
        Numbers of the kinds that G hardly makes, and makes less than half as often as the data has them.
    unsure
        Numbers of the kinds that seem to be missing, but of which the data has so few that there may be none by chance
        among as many of its own.
    obeyed
        Of a generator with classes: share of the pictures asked for of a class that are of it, (K,); nan of one that
        was asked for less than `MIN_ASKED` times.
    """

    names: tuple[str, ...]
    shares: Shares
    reference: Shares
    count: int
    recognised: float
    missing: tuple[int, ...]
    rare: tuple[int, ...]
    unsure: tuple[int, ...] = ()
    obeyed: Shares | None = None


def make_judge(
    read: Callable[[npt.NDArray[np.int64]], Pictures],
    labels: Labels,
    names: tuple[str, ...],
    classifier: Features | None = None,
    cancelled: Callable[[], bool] = lambda: False,
) -> Judge:
    """Return a judge of the kinds of a labelled set, tried on some of its pictures that it did not learn from.

    Parameters
    ----------
    read
        Returns the real pictures with some numbers, (n, H, W) or (n, H, W, C), uint8.
    labels
        The kind of each real picture, (N,).
    names
        Of the kinds.
    classifier
        Features of a classifier that knows these kinds. Without one, or where that cannot tell them, linear functions
        of random convolutions are fitted to the labels (ridge regression).
    cancelled
        Called from time to time.

    Raises
    ------
    InputError
        The kinds cannot be told reliably; says why.
    Cancelled
        `cancelled` returned true.
    """
    counts = np.bincount(labels, minlength=len(names))
    _check_counts(names, counts)
    learned, tried = _choose(labels, len(names))
    examples, others = _Real(read, learned, cancelled), _Real(read, tried, cancelled)
    known = labels[tried]

    def attempt(tell: Recognise) -> Judge:
        def recognise(pictures: Pictures) -> npt.NDArray[np.int64]:
            return np.where(_is_blank(pictures), NONE, tell(pictures))

        found = others.map(recognise)
        judge = Judge(names, counts / counts.sum(), *_try(found, known, len(names)), len(tried), recognise)
        _check(judge, found, known)
        return judge

    if classifier is not None:
        with contextlib.suppress(InputError):
            return attempt(_by_classifier(classifier, examples, others))
    return attempt(_by_ridge(examples, labels[learned], len(names), others))


@dataclass(frozen=True, eq=False)
class _Real:
    """Some real pictures, of which only a few are in memory at a time.

    Parameters
    ----------
    read
        Returns pictures by their numbers.
    numbers
        Theirs.
    cancelled
        Called before each part is read.
    """

    read: Callable[[npt.NDArray[np.int64]], Pictures]
    numbers: npt.NDArray[np.int64]
    cancelled: Callable[[], bool]

    def map(self, function: Callable[[Pictures], npt.NDArray[_T]]) -> npt.NDArray[_T]:
        """Return what a function makes of all of them; it is given some at a time."""
        parts = []
        for start in range(0, len(self.numbers), _READ):
            if self.cancelled():
                raise Cancelled
            parts.append(function(self.read(self.numbers[start : start + _READ])))
        return np.concatenate(parts)

    def first(self) -> Pictures:
        """Return one of them, (1, H, W) or (1, H, W, C)."""
        return self.read(self.numbers[:1])


def _is_blank(pictures: Pictures) -> npt.NDArray[np.bool_]:
    flat = pictures.reshape(len(pictures), -1)
    is_blank: npt.NDArray[np.bool_] = flat.max(1) - flat.min(1) < _BLANK
    return is_blank


def _check_counts(names: tuple[str, ...], counts: npt.NDArray[np.int64]) -> None:
    """Raise InputError if there are no kinds, or too few pictures of one."""
    if len(names) < 2:
        raise InputError(_NO_KINDS)
    if len(names) > MAX_KINDS:
        raise InputError(f"The data has {len(names):,} classes: a map has room for {MAX_KINDS}.")
    if counts.min() < 2 * MIN_TRIED:
        few = names[int(counts.argmin())]
        pictures = "1 picture" if counts.min() == 1 else f"{counts.min()} pictures"
        raise InputError(
            f"The data has {pictures} of {few}. To learn what a class looks like, and to try whether it "
            f"is told from the others, it takes {2 * MIN_TRIED} of each."
        )


_NO_KINDS = (
    "The data has no labels, so nobody can say which kinds there are. Pictures in a folder for each kind, or a table "
    "of labels, make classes when they are imported."
)


def _choose(labels: Labels, kinds: int) -> tuple[npt.NDArray[np.int64], npt.NDArray[np.int64]]:
    """Return the numbers of pictures to learn from, and of others to try; as many of each kind, where there are."""
    rng = np.random.default_rng(_SEED)
    most = max(MIN_TRIED, min(_PER_KIND, _MAX_LEARNED // kinds))
    learned, tried = [], []
    for kind in range(kinds):
        own = rng.permutation(np.flatnonzero(labels == kind))
        half = min(most, len(own) // 2)
        learned.append(own[:half])
        tried.append(own[half : 2 * half])
    return np.sort(np.concatenate(learned)), np.sort(np.concatenate(tried))


def _by_classifier(features: Features, examples: _Real, others: _Real) -> Recognise:
    """Return what takes the classifier's word where it is sure, and the picture is like others."""
    is_usual = _make_usual(examples.map(features.extract), others.map(features.extract))

    def recognise(pictures: Pictures) -> npt.NDArray[np.int64]:
        seen, probabilities = features.read(pictures)
        assert probabilities is not None
        is_sure = probabilities.max(1) > CONFIDENCE_THRESHOLD
        return np.where(is_sure & is_usual(seen), probabilities.argmax(1), NONE)

    return recognise


def _by_ridge(examples: _Real, labels: Labels, kinds: int, others: _Real) -> Recognise:
    """Return linear functions of random convolutions, the largest of which says the kind.

    Where these are fitted to few pictures, other real ones are farther away than those: `others` say how far.
    """
    one = examples.first()
    height, width = one.shape[1:3]
    shape = image_size(height, width), 1 if one.ndim == 3 else one.shape[3]
    features, looks = wide_random_features(*shape), random_conv_features(*shape)
    seen = examples.map(features.extract).astype(np.float64)
    mean, scale = seen.mean(0), seen.std() + 1e-9
    seen = (seen - mean) / scale
    target = np.eye(kinds)[labels] - 1 / kinds
    squares = seen.T @ seen
    squares[np.diag_indices_from(squares)] += _RIDGE * len(seen)
    weights = np.linalg.solve(squares, seen.T @ target)

    def score(pictures: Pictures) -> Floats:
        scores: Floats = ((features.extract(pictures) - mean) / scale @ weights).astype(np.float32)
        return scores

    is_usual = _make_usual((seen @ weights).astype(np.float32), others.map(score))
    looks_usual = _make_usual(examples.map(looks.extract), others.map(looks.extract))

    def recognise(pictures: Pictures) -> npt.NDArray[np.int64]:
        scores = score(pictures)
        return np.where(is_usual(scores) & looks_usual(looks.extract(pictures)), scores.argmax(1), NONE)

    return recognise


def _make_usual(examples: Floats, others: Floats) -> Callable[[Floats], npt.NDArray[np.bool_]]:
    """Return what tells which rows are about as near to an example as other real ones are."""
    usual = _TOLERANCE * float(np.quantile(_distances(others, examples).min(1), _USUAL))
    return lambda seen: _distances(seen, examples).min(1) <= usual


def _distances(a: Floats, b: Floats) -> npt.NDArray[np.float64]:
    """Return the squared distances of rows (N, d) and (M, d), (N, M)."""
    squares = np.square(a).sum(1)[:, None] + np.square(b).sum(1) - 2 * a @ b.T
    distances: npt.NDArray[np.float64] = np.maximum(squares, 0)
    return distances


def _try(found: npt.NDArray[np.int64], known: Labels, kinds: int) -> tuple[Shares, float]:
    """Return what leaks into each kind, and the share that is told rightly of what is recognised."""
    leaks = [float(((found == kind) & (known != kind)).sum() / (known == kind).sum()) for kind in range(kinds)]
    recognised = found != NONE
    return np.array(leaks), float((found == known)[recognised].mean()) if recognised.any() else 0.0


def _check(judge: Judge, found: npt.NDArray[np.int64], known: Labels) -> None:
    """Raise InputError if a kind would be called missing that is there, or the other way round."""
    recalls = [float((found[known == kind] == kind).mean()) for kind in range(len(judge.names))]
    bad = [
        name
        for name, recall, leak in zip(judge.names, recalls, judge.leaks, strict=True)
        if recall < MIN_RECALL or leak > MAX_LEAK
    ]
    if bad:
        some = ", ".join(bad[:5]) + (" and others" if len(bad) > 5 else "")
        raise InputError(
            f"The kinds of this data cannot be told reliably: of {judge.tried:,} real pictures that were tried, "
            f"{format_percent(judge.accuracy)} were told rightly, and too few of {some}. A map would name kinds as "
            "missing that are there, so none is shown."
        )


def count_kinds(judge: Judge, kinds: npt.NDArray[np.int64], asked: Labels | None = None) -> KindMap:
    """Return which kinds there are.

    Parameters
    ----------
    judge
        The judge.
    kinds
        What it recognised, (N,).
    asked
        Of a generator with classes, the class that was asked for of each, (N,).
    """
    known = kinds[kinds != NONE]
    counts = np.bincount(known, minlength=len(judge.names))
    least = np.maximum(MISSING, 1.5 * judge.leaks)
    obeyed = None
    if asked is not None:
        right = np.bincount(asked[kinds == asked], minlength=len(judge.names))
        wanted = np.bincount(asked, minlength=len(judge.names))
        obeyed = np.where(wanted >= MIN_ASKED, right / np.maximum(1, wanted), np.nan)
    return _map(judge.names, counts, judge.shares, len(kinds), least, obeyed)


def count_modes(points: npt.NDArray[np.floating], modes: Modes) -> KindMap:
    """Return which modes there are among points (N, 2): a point is of the nearest one, if it is within 3 deviations."""
    distances = modes.distances(points)
    nearest = distances.argmin(1)[distances.min(1) <= MAX_DEVIATIONS]
    counts = np.bincount(nearest, minlength=len(modes))
    names = tuple(f"{number} ({_place(x)}, {_place(y)})" for number, (x, y) in enumerate(modes.centres, 1))
    none = np.full(len(modes), 0.5 / max(1, len(points)))  # less than one point: as the measures count them
    return _map(names, counts, modes.weights, len(points), none / modes.weights, None)


def _place(value: float) -> str:
    return f"{round(float(value), 2) + 0.0:g}".replace("-", MINUS)  # no "-0"


def _map(
    names: tuple[str, ...],
    counts: npt.NDArray[np.int64],
    reference: Shares,
    count: int,
    least: Shares,
    obeyed: Shares | None,
) -> KindMap:
    known = int(counts.sum())
    shares = counts / max(1, known)
    recognised = known / max(1, count)
    missing: list[int] = []
    rare: list[int] = []
    unsure: list[int] = []
    if recognised >= MIN_RECOGNISED:
        for kind in np.flatnonzero(shares < np.maximum(RARE, least) * reference).tolist():
            is_chance = _chance_of_at_most(int(counts[kind]), known * float(reference[kind])) > MAX_CHANCE
            if shares[kind] < least[kind] * reference[kind]:
                (unsure if is_chance else missing).append(kind)
            elif not is_chance:
                rare.append(kind)
    return KindMap(names, shares, reference, count, recognised, tuple(missing), tuple(rare), tuple(unsure), obeyed)


def _chance_of_at_most(count: int, expected: float) -> float:
    """Return the chance that there are no more than a number of what there are so many on average (Poisson)."""
    return sum(math.exp(each * math.log(expected) - expected - math.lgamma(each + 1)) for each in range(count + 1))
