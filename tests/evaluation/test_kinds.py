"""Which kinds of pictures there are among others."""

import weakref
from dataclasses import replace

import numpy as np
import pytest
import torch

from ganstudio.data import catalog
from ganstudio.data.points.distributions import BUILT_IN
from ganstudio.errors import Cancelled, InputError
from ganstudio.evaluation import kinds
from ganstudio.evaluation.features import Features
from ganstudio.evaluation.kinds import NONE, count_kinds, count_modes, make_judge

DIGITS = catalog.load("digits", size=8, channels=1)
NAMES = DIGITS.info.labels
LABELS = DIGITS.labels.astype(np.int64)


@pytest.fixture(scope="module")
def judge() -> kinds.Judge:
    return make_judge(lambda numbers: DIGITS.images[numbers], LABELS, NAMES)


def test_what_g_does_not_make_is_missing_and_what_it_makes_seldom_is_rare(judge) -> None:
    rng = np.random.default_rng(0)
    keep = (LABELS != 3) & ((LABELS != 7) | (rng.random(len(LABELS)) < 0.25))
    found = count_kinds(judge, judge.recognise(DIGITS.images[keep][:700]))
    assert found.missing == (3,)
    assert found.rare == (7,)
    assert found.recognised > 0.9
    assert found.reference[3] == pytest.approx((LABELS == 3).mean())
    whole = count_kinds(judge, judge.recognise(DIGITS.images[:700]))
    assert (whole.missing, whole.rare) == ((), ())


def test_what_is_so_rare_in_the_data_that_there_may_be_none_by_chance_is_not_called_missing(judge) -> None:
    shares = np.array([0.3, 0.3, *[0.0561] * 7, 0.0073])
    uneven = replace(judge, shares=shares / shares.sum())
    made = np.repeat([0, 1, 2, 3, 4, 5, 6, 7], [165, 165, 30, 30, 30, 30, 30, 13])  # no 8 of 28, no 9 of 4
    found = count_kinds(uneven, made)
    assert (found.missing, found.rare, found.unsure) == ((8,), (), (9,))  # 13 of 28 may be chance
    more = count_kinds(uneven, np.tile(made, 4))
    assert (more.missing, more.rare, more.unsure) == ((8, 9), (7,), ())
    assert count_kinds(uneven, np.append(made, [9] * 2)).unsure == ()


def test_a_judge_reads_few_pictures_at_a_time_and_keeps_none() -> None:
    sizes: list[int] = []
    alive: list[weakref.ref[np.ndarray]] = []

    def read(numbers: np.ndarray) -> np.ndarray:
        sizes.append(len(numbers))
        pictures = DIGITS.images[numbers]
        alive.append(weakref.ref(pictures))
        return pictures

    judged = make_judge(read, LABELS, NAMES)
    assert max(sizes) <= 32
    assert sum(sizes) > 2 * judged.tried
    assert not any(each() is not None for each in alive)


def test_noise_and_even_pictures_are_of_no_kind_and_then_nothing_is_called_missing(judge) -> None:
    noise = np.random.default_rng(0).integers(0, 256, (90, 8, 8)).astype(np.uint8)
    even = np.full((10, 8, 8), 3, np.uint8)
    found = judge.recognise(np.concatenate([noise, even]))
    assert (found == NONE).all()
    mapped = count_kinds(judge, found)
    assert (mapped.missing, mapped.rare, mapped.recognised) == ((), (), 0.0)


def test_noise_and_even_pictures_are_of_no_kind_where_a_classifier_is_sure_of_them() -> None:
    known = torch.from_numpy(DIGITS.images.reshape(-1, 64)) / 127.5 - 1

    def classify(x: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor]:
        flat = x.flatten(1)
        nearest = LABELS[torch.cdist(flat, known).argmin(1).numpy()]
        return flat, 20 * torch.eye(10)[nearest]

    sure = make_judge(lambda numbers: DIGITS.images[numbers], LABELS, NAMES, Features("sure", "", classify))
    assert sure.accuracy == 1.0
    assert (sure.recognise(np.zeros((5, 8, 8), np.uint8)) == NONE).all()
    blind = Features("blind", "", lambda x: (x.flatten(1) * 0, classify(x)[1]))  # to which all look alike
    trusting = make_judge(lambda numbers: DIGITS.images[numbers], LABELS, NAMES, blind)
    assert (trusting.recognise(np.full((5, 8, 8), 7, np.uint8)) == NONE).all()
    noise = np.random.default_rng(0).integers(0, 256, (9, 8, 8)).astype(np.uint8)
    assert (sure.recognise(noise) == NONE).all()


def test_of_a_generator_with_classes_it_says_whether_it_makes_what_it_is_asked_for(judge) -> None:
    chosen = np.flatnonzero((LABELS == 1) | (LABELS == 2))[:100]
    asked = np.where(LABELS[chosen] == 1, 1, 5)
    found = count_kinds(judge, judge.recognise(DIGITS.images[chosen]), asked)
    assert found.obeyed[1] > 0.8
    assert found.obeyed[5] < 0.1
    assert np.isnan(found.obeyed[7])  # it was not asked for
    assert np.isnan(count_kinds(judge, np.array([1] * 7), np.array([1] * 7)).obeyed[1])  # hardly


def test_where_kinds_cannot_be_told_it_says_why() -> None:
    def read(numbers: np.ndarray) -> np.ndarray:
        return DIGITS.images[numbers]

    wrong = np.random.default_rng(0).permutation(LABELS)
    with pytest.raises(InputError, match=r"cannot be told reliably: of .* real pictures"):
        make_judge(read, wrong, NAMES)
    with pytest.raises(InputError, match="no labels"):
        make_judge(read, LABELS * 0, ("all",))
    few = np.where((LABELS == 4) & (np.cumsum(LABELS == 4) > 12), 5, LABELS)
    with pytest.raises(InputError, match="has 12 pictures of 4"):
        make_judge(read, few, NAMES)
    one = np.where((LABELS == 4) & (np.cumsum(LABELS == 4) > 1), 5, LABELS)
    with pytest.raises(InputError, match="has 1 picture of 4"):
        make_judge(read, one, NAMES)
    with pytest.raises(InputError, match="101 classes"):
        make_judge(read, LABELS, tuple(map(str, range(101))))
    with pytest.raises(Cancelled):
        make_judge(read, LABELS, NAMES, None, lambda: True)


def test_modes_without_a_point_within_three_deviations_are_missing() -> None:
    ring = BUILT_IN["lab-ring-8"]
    points, mode = ring.sample(2500, 1)
    points = points[(mode != 2) & ((mode != 5) | (np.arange(2500) % 4 == 0))]
    far = np.full((100, 2), 0.1, np.float32)
    found = count_modes(np.concatenate([points, far]), ring.modes)
    assert found.missing == (2,)
    assert found.rare == (5,)
    assert found.names[2] == "3 (0, 1)"
    assert found.recognised == pytest.approx(len(points) / (len(points) + 100), abs=0.03)
    stray = ring.modes.centres[2].astype(np.float32)[None]
    assert count_modes(np.concatenate([points, stray]), ring.modes).missing == ()
