import pytest
import torch

from ganstudio.objectives import OBJECTIVES
from ganstudio.training.stats import Stats

PLAIN = OBJECTIVES["non-saturating"]


def test_means_of_what_was_added_and_none_of_what_was_not() -> None:
    stats = Stats(torch.device("cpu"))
    stats.add_d(torch.tensor(1.0), torch.tensor([2.0, -1.0]), torch.tensor([-3.0, -4.0, -5.0, 6.0]), PLAIN)
    stats.add_d(torch.tensor(3.0), torch.tensor([2.0, 1.0]), torch.tensor([3.0, 4.0, 5.0, 6.0]), PLAIN)
    means = stats.read()
    assert means.d_loss == pytest.approx(2.0)
    assert means.d_loss_max == pytest.approx(3.0)
    assert means.d_acc_real == pytest.approx((0.5 + 1.0) / 2)
    assert means.d_acc_fake == pytest.approx((0.75 + 0.0) / 2)
    assert means.d_acc == pytest.approx((0.75 + 0.375) / 2)
    assert means.d_real == pytest.approx(torch.tensor([2.0, -1.0, 2.0, 1.0]).sigmoid().mean().item())
    assert means.g_loss is None


def test_reading_begins_anew() -> None:
    stats = Stats(torch.device("cpu"))
    stats.add_g(torch.tensor(4.0), torch.tensor([0.0]), PLAIN)
    assert stats.read().g_loss == pytest.approx(4.0)
    means = stats.read()
    assert means.g_loss is None
    assert means.g_loss_max is None


@pytest.mark.parametrize("bad", [float("nan"), float("inf")])
def test_a_loss_that_is_not_finite_is_seen_among_good_ones(bad: float) -> None:
    stats = Stats(torch.device("cpu"))
    for loss in (1.0, bad, 1.0):
        stats.add_g(torch.tensor(loss), torch.tensor([0.0]), PLAIN)
    assert stats.diverged()
    assert stats.diverged_before()
    stats.read()
    assert not stats.diverged()


def test_a_loss_without_a_probability_has_no_value_and_no_opinion_of_fakes_alone() -> None:
    stats = Stats(torch.device("cpu"))
    wasserstein = OBJECTIVES["wasserstein"]
    stats.add_g(torch.tensor(1.0), torch.tensor([5.0]), wasserstein)
    assert stats.read().d_fake is None
    stats.add_d(torch.tensor(1.0), torch.tensor([9.0, 7.0]), torch.tensor([5.0, 3.0]), wasserstein)
    means = stats.read()
    assert means.value is None
    assert (means.d_acc_real, means.d_acc_fake) == (1.0, 1.0)  # either side of the middle, 6
    assert means.d_fake == pytest.approx(torch.tensor([-1.0, -3.0]).sigmoid().mean().item())
