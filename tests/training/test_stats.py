import math

import pytest
import torch

from ganstudio.objectives import OBJECTIVES, value
from ganstudio.training.distributed.world import World
from ganstudio.training.stats import MIN_KEPT, Means, Stats

PLAIN = OBJECTIVES["non-saturating"]
WASSERSTEIN = OBJECTIVES["wasserstein"]


class Pair(World):
    """Two processes, of which the other one has twice the sums, and peaks of 1000."""

    size = 2

    def all_mean(self, values: torch.Tensor) -> torch.Tensor:
        return values * 1.5

    def all_max(self, values: torch.Tensor) -> torch.Tensor:
        return values.clamp(min=1000.0)


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


def test_every_mean_of_both_networks() -> None:
    """No sum is equal to another or to a count, so that none can stand in for it."""
    stats = Stats(torch.device("cpu"))
    real, fake = torch.tensor([2.0, 1.0, -1.0]), torch.tensor([-3.0, 1.5])
    for loss in (0.5, 4.0, 2.0):
        stats.add_d(torch.tensor(loss), real, fake, PLAIN)
    for loss in (7.0, 0.25):
        stats.add_g(torch.tensor(loss), torch.tensor([0.5]), PLAIN)
    means = stats.read()
    assert (means.d_loss, means.d_loss_max) == (pytest.approx(6.5 / 3), 4.0)
    assert (means.g_loss, means.g_loss_max) == (pytest.approx(7.25 / 2), 7.0)
    assert (means.d_acc_real, means.d_acc_fake, means.d_acc) == pytest.approx((2 / 3, 1 / 2, 7 / 12))
    assert means.d_real == pytest.approx(real.sigmoid().mean().item())
    assert means.d_fake == pytest.approx(fake.sigmoid().mean().item())  # what D was trained on, not what G was
    assert means.value == pytest.approx(value(real, fake).item())
    assert stats.read() == Means()


def test_means_of_g_alone() -> None:
    stats = Stats(torch.device("cpu"))
    for loss, logit in ((1.0, 0.5), (3.0, -2.0), (2.0, 1.0)):
        stats.add_g(torch.tensor(loss), torch.tensor([logit]), PLAIN)
    d_fake = torch.tensor([0.5, -2.0, 1.0]).sigmoid().mean().item()
    assert stats.read() == Means(g_loss=pytest.approx(2.0), g_loss_max=3.0, d_fake=pytest.approx(d_fake))


def test_a_loss_of_0_counts() -> None:
    stats = Stats(torch.device("cpu"))
    stats.add_g(torch.tensor(0.0), torch.tensor([-torch.inf]), PLAIN)
    assert stats.read() == Means(g_loss=0.0, g_loss_max=0.0, d_fake=0.0)
    stats.add_d(torch.tensor(0.0), torch.tensor([-1.0]), torch.tensor([-1.0]), PLAIN)
    assert stats.read().d_loss == 0.0


@pytest.mark.parametrize("name", OBJECTIVES)
def test_many_passes_have_the_means_of_each_by_itself_also_across_a_change_of_the_loss(name: str) -> None:
    """They are evaluated together, each around the middle of its own logits, and by the loss that it had."""
    rng, together, single = torch.Generator().manual_seed(0), Stats(torch.device("cpu")), Stats(torch.device("cpu"))
    sums: dict[str, float] = {}
    count = MIN_KEPT + 7
    for number in range(count):
        chosen = PLAIN if number < 5 else OBJECTIVES[name]
        real, fake = (2 * torch.randn(6, generator=rng) + number / 10 for _ in range(2))
        loss = chosen.d_loss(real, fake, 0.0)
        together.make_room(1)
        for stats in (together, single):
            stats.add_d(loss, real, fake, chosen)
            stats.add_g(loss / 2, fake, chosen)
        for key, mean in vars(single.read()).items():
            sums[key] = sums.get(key, 0.0) + (math.nan if mean is None else mean)
    found = together.read()
    for key in ("d_loss", "g_loss", "d_acc_real", "d_acc_fake", "d_acc", "d_real", "d_fake", "value"):
        mean = sums[key] / count
        assert getattr(found, key) == (None if math.isnan(mean) else pytest.approx(mean, rel=1e-5)), key


def test_more_passes_than_are_usually_kept_fit_if_they_are_announced() -> None:
    stats = Stats(torch.device("cpu"))
    for passes in (1, 3 * MIN_KEPT, 2):
        stats.make_room(passes)
        for number in range(passes):
            stats.add_g(torch.tensor(float(number)), torch.zeros(2), PLAIN)
    assert stats.read().g_loss == pytest.approx((sum(range(3 * MIN_KEPT)) + 1) / (3 * MIN_KEPT + 3))


def test_a_logit_at_the_threshold_is_taken_for_neither() -> None:
    stats = Stats(torch.device("cpu"))
    stats.add_d(torch.tensor(1.0), torch.tensor([0.0]), torch.tensor([0.0]), PLAIN)
    assert stats.read().d_acc == 0.0


def test_means_are_those_of_all_processes() -> None:
    stats = Stats(torch.device("cpu"), Pair())
    stats.add_d(torch.tensor(2.0), torch.tensor([1.0]), torch.tensor([1.0]), PLAIN)
    stats.add_g(torch.tensor(3.0), torch.tensor([1.0]), PLAIN)
    means = stats.read()
    assert (means.d_loss, means.g_loss) == (2.0, 3.0)  # sums and counts alike
    assert (means.d_loss_max, means.g_loss_max) == (1000.0, 1000.0)


def test_a_loss_of_another_process_that_is_not_finite_is_seen_unless_asked_alone() -> None:
    class Broken(World):
        def all_max(self, values: torch.Tensor) -> torch.Tensor:
            return torch.full_like(values, torch.nan)

    stats = Stats(torch.device("cpu"), Broken())
    assert stats.diverged()
    assert stats.diverged(alone=False)
    assert stats.diverged_before()
    assert not stats.diverged(alone=True)


@pytest.mark.parametrize("loss", [math.nan, math.inf])
def test_a_loss_of_d_that_is_not_finite_is_seen_by_itself(loss: float) -> None:
    stats = Stats(torch.device("cpu"))
    assert not stats.diverged(alone=True)
    assert not stats.diverged_before()
    stats.add_d(torch.tensor(loss), torch.tensor([0.0]), torch.tensor([0.0]), PLAIN)
    assert stats.diverged(alone=True)


def test_d_is_undecided_at_the_threshold_of_its_loss() -> None:
    stats = Stats(torch.device("cpu"))
    stats.add_d(torch.tensor(1.0), torch.tensor([9.0]), torch.tensor([3.0]), PLAIN)
    stats.read()
    assert stats.centre(PLAIN) == 0.0
    assert stats.centre(OBJECTIVES["least-squares"]) == 0.5


def test_without_a_threshold_d_is_undecided_midway_between_the_means_of_the_last_read() -> None:
    stats = Stats(torch.device("cpu"))
    assert stats.centre(WASSERSTEIN) is None
    stats.add_d(torch.tensor(1.0), torch.tensor([9.0, 7.0]), torch.tensor([5.0, 3.0]), WASSERSTEIN)
    stats.add_d(torch.tensor(1.0), torch.tensor([11.0]), torch.tensor([5.0]), WASSERSTEIN)
    assert stats.centre(WASSERSTEIN) is None
    stats.read()
    assert stats.centre(WASSERSTEIN) == 7.0
    stats.read()
    assert stats.centre(WASSERSTEIN) == 7.0  # nothing was counted since


def test_sums_are_kept_on_the_device_and_adding_to_them_does_not_read_it() -> None:
    """Tensors on "meta" have no values: an attempt to read one is an error."""

    class Elsewhere(World):
        def all_mean(self, values: torch.Tensor) -> torch.Tensor:
            devices.append(values.device.type)
            return torch.zeros_like(values, device="cpu")

        all_max = all_mean

    devices: list[str] = []
    stats = Stats(torch.device("meta"), Elsewhere())
    loss, logits = torch.empty((), device="meta"), torch.empty(4, device="meta")
    for objective in (PLAIN, WASSERSTEIN):
        stats.add_d(loss, logits, logits, objective)
        stats.add_g(loss, logits, objective)
    assert stats.read() == Means()
    assert devices == ["meta"] * 3


@pytest.mark.skipif(not torch.cuda.is_available(), reason="only losses on CUDA are looked at late")
def test_on_cuda_a_loss_that_is_not_finite_is_seen_at_the_next_look() -> None:
    stats = Stats(torch.device("cuda"))
    loss, logits = torch.ones((), device="cuda"), torch.zeros(4, device="cuda")
    stats.add_g(loss, logits, PLAIN)
    assert [stats.diverged_before(), stats.diverged_before()] == [False, False]
    stats.add_g(loss * torch.nan, logits, PLAIN)
    assert [stats.diverged_before(), stats.diverged_before()] == [False, True]


class OnCuda(torch.Tensor):
    """Values that say they are on CUDA: a copy of them is done only when its event is waited for."""

    device = torch.device("cuda:3")

    @classmethod
    def __torch_function__(cls, function, types, args=(), kwargs=None):
        kwargs = kwargs or {}
        plain = [each.as_subclass(torch.Tensor) if isinstance(each, OnCuda) else each for each in args]
        if function is torch.empty_like:
            assert kwargs == {"device": "cpu", "pin_memory": True}  # else the host would wait for the copy
            return torch.full_like(*plain, 123.0)
        if function is torch.Tensor.copy_:
            assert kwargs == {"non_blocking": True}
            there, here = plain
            Event.begun.append((there, here.clone()))
            return there
        return super().__torch_function__(function, types, args, kwargs)


class Event:
    """An event of CUDA: copies begun before it are done once it is waited for."""

    begun: list[tuple[torch.Tensor, torch.Tensor]] = []

    def record(self, stream: str) -> None:
        assert stream == "stream of cuda:3"
        self.copies, Event.begun = Event.begun, []

    def synchronize(self) -> None:
        for there, here in self.copies:
            there.copy_(here)


def test_losses_on_cuda_are_read_a_call_later(monkeypatch: pytest.MonkeyPatch) -> None:
    class Cuda(World):
        def all_max(self, values: torch.Tensor) -> torch.Tensor:
            return values.as_subclass(OnCuda)

    monkeypatch.setattr(torch.cuda, "Event", Event)
    monkeypatch.setattr(torch.cuda, "current_stream", lambda device: f"stream of {device}")
    stats = Stats(torch.device("cpu"), Cuda())
    seen = []
    for loss in (1.0, 1.0, math.nan, 1.0, 1.0):
        stats.add_g(torch.tensor(loss), torch.tensor([0.0]), PLAIN)
        seen.append(stats.diverged_before())
    assert seen == [False, False, False, True, True]
