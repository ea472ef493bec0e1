"""A set of points that was changed by hand: its points, and the distribution that they are drawn from."""

from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

import numpy as np
import numpy.typing as npt

from ganstudio.data.points.distributions import Distribution, Floats, Labels, Mixture, Modes, Points, Seed
from ganstudio.data.points.edits import Added, Edit, Erased, Flags, Moved, is_near
from ganstudio.errors import DataError

_MEASURED = 1 << 15  # points that tell how much of a part is left
_SEED = 0x6564697473  # of what does not follow from the caller's seed
_MIN_MODE = 0.02  # of a mode's points: with fewer left, it is no longer looked for
_PART = 1 << 12  # points whose class is looked for at once
_NEIGHBOURS = 500  # points of the base among which the class of an added one is looked for
_CHUNK = 1 << 16  # points drawn at once, at most
_MAX_TRIES = 300


@dataclass(frozen=True, eq=False)
class Edited:
    """A distribution with edits: modes moved, points added as normal distributions, regions without any points.

    Parameters
    ----------
    base
        What was changed.
    edits
        How, in order.
    count
        Number of points that were drawn of the base: beside them, the added ones have their weight.
    """

    base: Distribution
    edits: tuple[Edit, ...]
    count: int

    @property
    def labels(self) -> tuple[str, ...]:
        """See `Distribution.labels`."""
        return self.base.labels

    # ---- points -------------------------------------------------------------------------------------------------

    def change(self, points: Points, labels: Labels) -> tuple[Points, Labels]:
        """Return points of the base with the edits.

        The others stay what they are, and in their order; added ones are spread evenly among them, so that the first
        points of a set are a fair sample of it.

        Parameters
        ----------
        points, labels
            (N, 2) and (N,), drawn of the base.
        """
        known = points[:_NEIGHBOURS], labels[:_NEIGHBOURS]
        places, kinds = points.astype(np.float64), labels.copy()
        order = (np.arange(len(points)) + 0.5) / max(1, len(points))
        modes = kinds if self._has_modes else np.full(len(points), -1, np.int32)
        for number, edit in enumerate(self.edits):
            match edit:
                case Moved():
                    places[modes == edit.mode] += edit.by
                case Erased():
                    left = ~is_near(places, edit.stroke, edit.radius)
                    places, kinds, modes, order = places[left], kinds[left], modes[left], order[left]
                case Added():
                    rng = np.random.default_rng((_SEED, number))
                    new = _draw_added(edit, edit.count, rng)
                    places = np.concatenate((places, new))
                    kinds = np.concatenate((kinds, self._classes_of(new, *known)))
                    modes = np.concatenate((modes, np.full(len(new), -1, np.int32)))
                    order = np.concatenate((order, rng.random(len(new))))
        sequence = np.argsort(order, kind="stable")
        return places[sequence].astype(np.float32), kinds[sequence]

    def _classes_of(self, new: Floats, points: Points, labels: Labels) -> Labels:
        """Return the classes of added points: those of the nearest points of the base."""
        if not self.labels or not len(points):
            return np.zeros(len(new), np.int32)
        nearest = [
            (np.square(points).sum(1) - 2 * new[part : part + _PART] @ points.T).argmin(1)
            for part in range(0, len(new), _PART)
        ]
        return labels[np.concatenate(nearest)] if nearest else labels[:0]

    def sample(self, count: int, seed: Seed) -> tuple[Points, Labels]:
        """See `Distribution.sample`: others for each seed, as likely as the points of the set.

        Raises
        ------
        DataError
            Hardly any are left.
        """
        rng = np.random.default_rng(seed)
        found: list[tuple[Points, Labels]] = []
        missing, tries = count, 0
        while missing > 0:
            if (tries := tries + 1) > _MAX_TRIES:
                raise DataError("Hardly any points are left of the set: too much of it was erased.")
            chunk = min(_CHUNK, int(missing / max(self._left, 1e-3) * 1.1) + 64)
            points, labels = self._draw(chunk, rng)
            found.append((points[:missing], labels[:missing]))
            missing -= len(found[-1][0])
        points, labels = (np.concatenate(part) for part in zip(*found, strict=True)) if found else self._draw(0, rng)
        return points, labels

    def _draw(self, count: int, rng: np.random.Generator) -> tuple[Points, Labels]:
        """Draw points as they were before anything was erased, and leave out those that were; in random order."""
        strokes = [(number, edit) for number, edit in enumerate(self.edits) if isinstance(edit, Added)]
        weights = np.array([self.count, *(edit.count for _, edit in strokes)], np.float64)
        shares = rng.multinomial(count, weights / weights.sum())
        base, kinds = self.base.sample(int(shares[0]), rng)
        parts = [self._place(base.astype(np.float64), kinds)]
        labels = [kinds[parts[0][1]]]
        for (number, edit), share in zip(strokes, shares[1:], strict=True):
            new = _draw_added(edit, int(share), rng)
            left = self._survive(new, number + 1)
            parts.append((new, left))
            labels.append(self._classes_of(new[left], base[:_NEIGHBOURS], kinds[:_NEIGHBOURS]))
        places = np.concatenate([places[left] for places, left in parts])
        order = rng.permutation(len(places))
        return places[order].astype(np.float32), np.concatenate(labels)[order]

    def _place(self, places: Floats, kinds: Labels) -> tuple[Floats, Flags]:
        """Return where points of the base are now, and which of them are left."""
        left = np.ones(len(places), bool)
        for edit in self.edits:
            if isinstance(edit, Moved) and self._has_modes:
                places[kinds == edit.mode] += edit.by
            elif isinstance(edit, Erased):
                left &= ~is_near(places, edit.stroke, edit.radius)
        return places, left

    def _survive(self, places: Floats, since: int) -> Flags:
        """Return which of points were not erased by edits from number `since` on."""
        left = np.ones(len(places), bool)
        for edit in self.edits[since:]:
            if isinstance(edit, Erased):
                left &= ~is_near(places, edit.stroke, edit.radius)
        return left

    # ---- density ------------------------------------------------------------------------------------------------

    def density(self, points: npt.NDArray[np.floating]) -> Floats:
        """See `Distribution.density`."""
        places = np.asarray(points, np.float64)
        total = np.zeros(len(places))
        for part in self._parts:
            total += part.weight * part.distribution.density(places) * part.mask(places)
        return total / self._mass

    def density_on(self, x: Floats, y: Floats) -> Floats:
        """See `Distribution.density_on`."""
        columns, rows = np.meshgrid(x, y)
        places = np.stack((columns.ravel(), rows.ravel()), axis=1)
        total = np.zeros((len(y), len(x)))
        for part in self._parts:
            total += part.weight * part.distribution.density_on(x, y) * part.mask(places).reshape(total.shape)
        return total / self._mass

    @cached_property
    def _parts(self) -> list["_Part"]:
        """Parts of which the same regions were erased, in points."""
        parts = self._moved_parts() if self._is_moved else [_Part(self.base, self.count, _holes(self.edits, 0))]
        start = 0
        while start < len(self.edits):  # strokes between the same erasures are one part
            end = start
            while end < len(self.edits) and not isinstance(self.edits[end], Erased):
                end += 1
            strokes = [edit for edit in self.edits[start:end] if isinstance(edit, Added)]
            if strokes:
                weight = sum(stroke.count for stroke in strokes)
                parts.append(_Part(_bells(strokes), weight, _holes(self.edits, end)))
            start = end + 1
        return parts

    def _moved_parts(self) -> list["_Part"]:
        """Return the modes of the base where they are now, those together of which the same was erased."""
        modes = self._moved_modes
        groups: dict[tuple[tuple[Erased, tuple[float, float]], ...], list[int]] = {}
        for mode in range(len(modes)):
            groups.setdefault(self._holes_of(mode), []).append(mode)
        parts = []
        for holes, members in groups.items():
            weights = modes.weights[members]
            group = Modes(modes.centres[members], modes.deviations[members], weights / weights.sum())
            parts.append(_Part(Mixture(group), self.count * float(weights.sum()), holes))
        return parts

    def _holes_of(self, mode: int) -> tuple[tuple[Erased, tuple[float, float]], ...]:
        """Return what was erased of a mode, and how far it was moved since."""
        holes = []
        since = np.zeros(2)
        for edit in reversed(self.edits):
            if isinstance(edit, Moved) and edit.mode == mode:
                since = since + edit.by
            elif isinstance(edit, Erased):
                holes.append((edit, (float(since[0]), float(since[1]))))
        return tuple(holes)

    @cached_property
    def _mass(self) -> float:
        """Number of points that are left, as far as the distribution tells."""
        rng = np.random.default_rng(_SEED)
        mass = 0.0
        for part in self._parts:
            if not part.holes:
                mass += part.weight
                continue
            places = part.distribution.sample(_MEASURED, rng)[0].astype(np.float64)
            mass += part.weight * float(part.mask(places).mean())
        return max(mass, 1e-9)

    @property
    def _left(self) -> float:
        """Share of the points that is left."""
        return self._mass / (self.count + sum(edit.count for edit in self.edits if isinstance(edit, Added)))

    # ---- modes --------------------------------------------------------------------------------------------------

    @property
    def _has_modes(self) -> bool:
        return self.base.modes is not None and len(self.base.labels) == len(self.base.modes)

    @property
    def _is_moved(self) -> bool:
        return self._has_modes and any(isinstance(edit, Moved) for edit in self.edits)

    @cached_property
    def _moved_modes(self) -> Modes:
        assert self.base.modes is not None
        modes = self.base.modes
        centres = modes.centres.copy()
        for edit in self.edits:
            if isinstance(edit, Moved) and edit.mode < len(centres):
                centres[edit.mode] += edit.by
        return Modes(centres, modes.deviations, modes.weights)

    @cached_property
    def places_of_modes(self) -> Modes | None:
        """All modes of the base, where they are now; None if it has none."""
        return self._moved_modes if self._has_modes else None

    @cached_property
    def modes(self) -> Modes | None:
        """See `Distribution.modes`: those that are left, where they are now.

        None if points were added: they are of no mode, so that nobody knows what a generator that makes them has found.
        """
        if not self._has_modes or any(isinstance(edit, Added) for edit in self.edits):
            return None
        modes = self._moved_modes
        if not any(isinstance(edit, Erased) for edit in self.edits):
            return modes
        rng = np.random.default_rng(_SEED)
        left = np.empty(len(modes))
        for mode in range(len(modes)):
            noise = rng.standard_normal((_MEASURED // len(modes), 2)) * modes.deviations[mode]
            part = _Part(self.base, 1.0, self._holes_of(mode))
            left[mode] = part.mask(modes.centres[mode] + noise).mean()
        found = left >= _MIN_MODE
        weights = (modes.weights * left)[found]
        if not found.any():
            return None
        return Modes(modes.centres[found], modes.deviations[found], weights / weights.sum())


@dataclass(frozen=True, eq=False)
class _Part:
    """Part of a distribution: so many points, and what was erased of them, each with how far they were moved since."""

    distribution: Distribution
    weight: float
    holes: tuple[tuple[Erased, tuple[float, float]], ...]

    def mask(self, places: Floats) -> Flags:
        """Return at which places (N, 2) something is left, (N,)."""
        left = np.ones(len(places), bool)
        for hole, moved in self.holes:
            left &= ~is_near(places - moved, hole.stroke, hole.radius)
        return left


def _holes(edits: Sequence[Edit], since: int) -> tuple[tuple[Erased, tuple[float, float]], ...]:
    return tuple((edit, (0.0, 0.0)) for edit in edits[since:] if isinstance(edit, Erased))


def _bells(strokes: Sequence[Added]) -> Mixture:
    """Return the distribution that the points of strokes are drawn from."""
    centres = np.concatenate([np.asarray(stroke.stroke, np.float64) for stroke in strokes])
    lengths = [len(stroke.stroke) for stroke in strokes]
    deviations = np.repeat([stroke.deviation for stroke in strokes], lengths)
    weights = np.repeat([stroke.count / len(stroke.stroke) for stroke in strokes], lengths)
    return Mixture(Modes(centres, np.stack((deviations, deviations), axis=1), weights / weights.sum()))


def _draw_added(edit: Added, count: int, rng: np.random.Generator) -> Floats:
    """Draw points of a stroke, (count, 2), the first ones anywhere along it."""
    corners = np.asarray(edit.stroke, np.float64)
    chosen = corners[rng.integers(0, len(corners), count)]
    return chosen + edit.deviation * rng.standard_normal((count, 2))
