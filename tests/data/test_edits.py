"""Points changed by hand: added, erased, moved with their mode; the density and the batches follow."""

import numpy as np
import pytest
import torch

from ganstudio.data.batches import Batches
from ganstudio.data.dataset import Dataset, PointSource
from ganstudio.data.points import density_picture, edits, sets
from ganstudio.data.points.distributions import BUILT_IN, LIMIT, density_grid
from ganstudio.data.points.edited import Edited
from ganstudio.data.points.editing import make_edit, take_back
from ganstudio.data.points.edits import Added, Change, Edit, Erased, Moved
from ganstudio.errors import DataError

COUNT = 20_000
SIDE = 50
ALL: tuple[Edit, ...] = (
    Moved(1, (-0.5, 0.4)),
    Erased(((-0.6, 0.3), (-0.2, 0.5)), 0.2),
    Added(((0.8, -0.8), (0.9, 0.9)), 4_000, 0.1),
    Erased(((0.8, -0.9),), 0.15),
    Moved(0, (0.1, -0.6)),
)


def source(name: str, *changes: Edit, count: int = COUNT, fresh: bool = False) -> PointSource:
    return PointSource(BUILT_IN[name], count, fresh).edited(changes)


@pytest.mark.parametrize(("name", "changes"), [("lab-gaussians", ALL), ("lab-ring", ALL), ("lab-gaussians", ALL[:1])])
def test_changed_points_are_as_frequent_as_the_density_says(name: str, changes: tuple[Edit, ...]) -> None:
    changed = source(name, *changes)
    cell = 2 * LIMIT / SIDE
    density = density_grid(changed.distribution, 5 * SIDE)
    expected = density.reshape(SIDE, 5, SIDE, 5).mean((1, 3)) * cell**2
    assert expected.sum() == pytest.approx(1, abs=0.015)
    kept, drawn = sets.draw_changed(changed, 1)[0], changed.distribution.sample(COUNT, 2)[0]
    for points in (kept, drawn):
        counts = density_picture.count_in_cells(points, (SIDE, SIDE), cell)
        assert np.abs(counts / len(points) - expected).sum() / 2 < 0.09
    assert len(drawn) == COUNT
    some = drawn[:100].astype(np.float64)
    assert np.diag(changed.distribution.density_on(*some.T)) == pytest.approx(changed.distribution.density(some))
    assert np.array_equal(drawn, changed.distribution.sample(COUNT, 2)[0])


def test_points_that_are_not_touched_stay_and_the_first_ones_are_a_fair_sample() -> None:
    points, labels = BUILT_IN["lab-ring-8"].sample(1000, 0)
    stroke = Erased(((1.0, 0.0),), 0.1)
    left, kinds = sets.draw_changed(source("lab-ring-8", stroke, count=1000), 0)
    assert np.array_equal(left, points[labels != 0])
    assert np.array_equal(kinds, labels[labels != 0])
    more, classes = sets.draw_changed(source("lab-ring-8", Added(((0.0, 0.9),), 1000, 0.01), count=1000), 0)
    assert len(more) == 2000
    is_new = np.hypot(*(more - (0.0, 0.9)).T) < 0.08
    assert is_new.sum() > 990
    assert 0.4 < is_new[:500].mean() < 0.6
    assert np.array_equal(more[~is_new], points[[np.hypot(*(point - (0.0, 0.9))) >= 0.08 for point in points]])
    assert set(classes[is_new].tolist()) == {2}  # that of the mode above, which is the nearest


def test_modes_follow_what_was_moved_and_erased_and_are_not_known_once_points_were_added() -> None:
    moved = source("lab-ring-8", Moved(0, (0.5, 0.25)), Moved(0, (0.0, 0.25))).distribution.modes
    assert moved is not None
    assert moved.centres[0] == pytest.approx([1.5, 0.5])
    assert moved.centres[1:] == pytest.approx(BUILT_IN["lab-ring-8"].modes.centres[1:])  # type: ignore[union-attr]
    erased = source("lab-ring-8", Erased(((1.0, 0.0),), 0.1)).distribution.modes
    assert erased is not None
    assert len(erased) == 7
    assert erased.weights == pytest.approx(np.full(7, 1 / 7))
    assert erased.centres[0] == pytest.approx(moved.centres[1])
    hole_moves_along = source("lab-ring-8", Erased(((1.0, 0.0),), 0.1), Moved(0, (0.5, 0.0)))
    assert len(hole_moves_along.distribution.modes or ()) == 7
    assert source("lab-ring-8", Added(((0.0, 0.0),), 1, 0.1)).distribution.modes is None


def test_a_stroke_is_thinned_out_evenly_and_holds_what_lies_along_it() -> None:
    way = [(x, 0.0) for x in np.linspace(-1, 1, 10_000)]
    stroke = edits.make_stroke(way, 0.1)
    assert len(stroke) == 21
    assert np.diff(np.array(stroke)[:, 0]) == pytest.approx(np.full(20, 0.1), abs=1e-4)
    assert len(edits.make_stroke(way, 1e-5)) == edits.MAX_CORNERS
    assert edits.make_stroke([(0.5, 0.25)] * 9, 0.1) == ((0.5, 0.25),)
    places = np.random.default_rng(0).uniform(-1.5, 1.5, (2000, 2))
    beyond = np.maximum(np.abs(places[:, 0]) - 1, 0)
    assert np.array_equal(edits.is_near(places, stroke, 0.3), np.hypot(beyond, places[:, 1]) <= 0.3)
    corner = ((0.0, -1.0), (0.0, 0.0), (1.0, 0.0))
    down = np.hypot(places[:, 0], places[:, 1] - np.clip(places[:, 1], -1, 0))
    across = np.hypot(places[:, 0] - np.clip(places[:, 0], 0, 1), places[:, 1])
    assert np.array_equal(edits.is_near(places, corner, 0.2), np.minimum(down, across) <= 0.2)


def test_a_change_can_be_made_twice_and_is_the_same_as_plain_values() -> None:
    change = edits.difference(ALL[:2], (ALL[0], *ALL[3:]))
    assert (change.keep, change.edits) == (1, ALL[3:])
    assert change.of(change.of(ALL[:2])) == (ALL[0], *ALL[3:])
    marks = [
        ("data.edits", edits.encode(Change(0, ALL))),
        ("optimizer.d_lr", 0.1),
        ("data.edits", {"keep": "?"}),
        ("data.edits", edits.encode(Change(3))),
    ]
    assert edits.fold((), marks) == ALL[:3]
    assert edits.decode(edits.encode(ALL)) == ALL
    many = edits.encode([Added(((0.0, 0.0),), 100_000, 0.1)] * 11)
    assert edits.fold(ALL, [("data.edits", {"keep": 0, "edits": many})]) == ALL
    for broken in (
        many,
        [{"edit": "moved", "mode": -1, "by": [0, 0]}],
        [{"edit": "added", "stroke": []}],
        7,
        [float("nan")],
    ):
        with pytest.raises(DataError, match="changes of the points cannot be read"):
            edits.decode(broken)


def test_what_cannot_be_changed_is_refused_in_words_and_what_changes_nothing_is_nothing() -> None:
    ring = source("lab-ring-8", count=300)
    with pytest.raises(DataError, match="0 points would be left, and training needs at least 128"):
        make_edit(ring, Erased(((0.0, 0.0),), 3.0), 128)
    with pytest.raises(DataError, match="at least 300"):  # there are no more
        make_edit(ring, Erased(((1.0, 0.0),), 0.1), 1000)
    with pytest.raises(DataError, match="no mode 9"):
        make_edit(ring, Moved(8, (1.0, 0.0)), 1)
    with pytest.raises(DataError, match="no mode 1"):
        make_edit(source("lab-spiral"), Moved(0, (1.0, 0.0)), 1)
    many = source("lab-ring-8", *[Added(((0.0, 0.0),), 100_000, 0.1)] * 10)
    with pytest.raises(DataError, match=f"At most {edits.MAX_TOTAL:,} points"):
        make_edit(many, ALL[2], 1)
    with pytest.raises(DataError, match="1,000 times"):
        make_edit(source("lab-ring-8", *[ALL[0]] * edits.MAX_EDITS), ALL[0], 1)
    assert make_edit(ring, Erased(((0.0, 0.0),), 0.1), 1) is None
    assert make_edit(ring, Moved(0, (0.0, 0.0)), 1) is None


def test_changes_are_named_and_taken_back_in_their_order() -> None:
    ring = source("lab-ring-8")
    for edit, text in (
        (Moved(0, (0.5, 0.25)), "mode 1 moved from (1.00, 0.00) to (1.50, 0.25)"),
        (Added(((-0.25, 0.5),), 1, 0.1), "1 point added at (\N{MINUS SIGN}0.25, 0.50)"),
        (Added(((0.0, 0.0), (1.0, 0.0)), 1200, 0.1), "1,200 points added at (0.50, 0.00)"),
    ):
        made = make_edit(ring, edit, 1)
        assert made is not None
        assert made.text == text
        back = take_back(made.source, edit)
        assert (back.source.edits, back.text) == ((), f"taken back: {text}")
    erased = make_edit(ring, Erased(((1.0, 0.0),), 0.1), 1)
    assert erased is not None
    assert erased.text == f"{COUNT - len(sets.draw_changed(erased.source, 0)[0]):,} points erased at (1.00, 0.00)"
    with pytest.raises(DataError, match="not the last"):
        take_back(erased.source, ALL[0])


@pytest.mark.parametrize("fresh", [False, True])
def test_batches_hold_the_changed_points_and_go_on_from_the_same_state(fresh: bool) -> None:
    info = sets.look_up("lab-ring-8")
    assert info is not None
    plain = source("lab-ring-8", count=120, fresh=fresh)
    changes = (Moved(0, (0.5, 0.0)), Erased(((-1.0, 0.0),), 0.1), Added(((0.0, 0.0),), 30, 0.01))

    def batches(of: PointSource) -> Batches:
        images, labels = sets.draw(plain, 0)
        data = Dataset(info, images, labels, points=of)
        return Batches(data, 8, torch.device("cpu"), 3, labels=True)

    running = batches(plain)
    per_epoch = running.per_epoch
    for _ in range(4):
        running.next()
    running.change_points(changes)
    resumed = batches(plain.edited(changes))
    resumed.load_state(*running.state())
    drawn = []
    for _ in range(2 * per_epoch - 4):  # over the end of the epoch
        ours, theirs = running.next(), resumed.next()
        assert torch.equal(ours.images, theirs.images)
        assert torch.equal(ours.labels, theirs.labels)  # type: ignore[arg-type]
        drawn.append(ours.images.flatten(1).numpy())
    points = np.concatenate(drawn)
    assert running.per_epoch == per_epoch
    for place, share in (((1.5, 0.0), 0.11), ((1.0, 0.0), 0.0), ((-1.0, 0.0), 0.0), ((0.0, 0.0), 0.22)):
        assert (np.hypot(*(points - place).T) < 0.1).mean() == pytest.approx(share, abs=0.11 if share else 0.0)
    running.change_points((Erased(((-1.0, -0.9), (1.0, -0.9)), 0.4), Erased(((-1.0, 0.0),), 0.4)))
    left = np.concatenate([running.next().images.flatten(1).numpy() for _ in range(3 * per_epoch)])
    assert left[:, 1].min() > -0.1
    with pytest.raises(DataError, match="points are left"):
        running.change_points((Erased(((0.0, 0.0),), 5.0),))
    assert running.points is not None
    assert len(running.points.edits) == 2  # as before
    running.change_points(())
    assert isinstance(resumed.points.distribution, Edited)  # type: ignore[union-attr]
    assert running.points == plain
    assert len(running.pictures) == 120
