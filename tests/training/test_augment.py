from collections import Counter
from collections.abc import Iterator
from dataclasses import replace

import numpy as np
import pytest
import torch
from torch.autograd import gradcheck, gradgradcheck

from ganstudio import config as cfg
from ganstudio.training.augment import Policy, augment, mirror, noise_scale
from ganstudio.training.penalties import zero_centred

COLOUR, TRANSLATION, CUTOUT = Policy(colour=True), Policy(translation=True), Policy(cutout=True)
ALL = Policy(colour=True, translation=True, cutout=True)


class Draws:
    """Uniform draws that can be repeated, of numbers given first or else at random; remembers what was asked for."""

    def __init__(self, *given: float) -> None:
        self.asked: list[tuple[int, ...]] = []
        self.drawn: list[torch.Tensor] = []
        self._given = given
        self._rng = torch.Generator().manual_seed(5)

    def __call__(self, shape: tuple[int, ...]) -> torch.Tensor:
        self.asked.append(shape)
        draws = torch.rand(shape, generator=self._rng, dtype=torch.float64)
        if self._given:
            draws = torch.tensor(self._given, dtype=torch.float64).reshape(1, -1).expand(shape[0], -1).reshape(shape)
        self.drawn.append(draws)
        return draws


def _pictures(count: int = 4, channels: int = 3, height: int = 8, width: int = 8) -> torch.Tensor:
    rng = torch.Generator().manual_seed(count)
    return torch.rand((count, channels, height, width), generator=rng, dtype=torch.float64) * 2 - 1


def _moved(picture: np.ndarray, down: int, right: int) -> np.ndarray:
    """A picture (C, H, W) moved by hand, 0 at the edges."""
    height, width = picture.shape[1:]
    wide = np.pad(picture, ((0, 0), (height, height), (width, width)))
    return wide[:, height - down : 2 * height - down, width - right : 2 * width - right]


def test_nothing_chosen_changes_nothing_and_draws_nothing() -> None:
    x, draws = _pictures(), Draws()
    assert augment(x, Policy(), draws) is x
    assert not draws.asked


def test_draws_come_in_a_fixed_order_a_row_a_picture() -> None:
    asked: dict[Policy, list[tuple[int, ...]]] = {}
    for policy in (COLOUR, TRANSLATION, CUTOUT, ALL):
        for channels in (1, 3):
            draws = Draws()
            augment(_pictures(4, channels), policy, draws)
            assert all(shape[0] == 4 for shape in draws.asked)
            assert asked.setdefault(policy, draws.asked) == draws.asked
    assert asked[ALL] == asked[COLOUR] + asked[TRANSLATION] + asked[CUTOUT]


@pytest.mark.parametrize("policy", [COLOUR, TRANSLATION, CUTOUT, ALL])
def test_each_picture_is_changed_by_itself(policy: Policy) -> None:
    x, draws = _pictures(), Draws()
    whole = augment(x, policy, draws)
    assert whole.shape == x.shape
    its_draws = iter([each[2:3] for each in draws.drawn])
    alone = augment(x[2:3], policy, lambda _: next(its_draws))
    torch.testing.assert_close(alone, whole[2:3])
    assert not torch.equal(whole, x)


def test_colour_is_brightness_then_saturation_then_contrast() -> None:
    x, (b, s, c) = _pictures(), (0.8, 0.3, 0.9)
    by_hand = x.numpy() + (b - 0.5)
    grey = by_hand.mean(1, keepdims=True)
    by_hand = grey + 2 * s * (by_hand - grey)
    mean = by_hand.mean((1, 2, 3), keepdims=True)
    by_hand = mean + (c + 0.5) * (by_hand - mean)
    np.testing.assert_allclose(augment(x, COLOUR, Draws(b, s, c)).numpy(), by_hand)


def test_colour_in_the_middle_of_its_draws_leaves_the_picture() -> None:
    torch.testing.assert_close(augment(_pictures(), COLOUR, Draws(0.5, 0.5, 0.5)), _pictures())


def test_saturation_takes_colour_away_and_does_nothing_to_grey() -> None:
    flat = augment(_pictures(), COLOUR, Draws(0.5, 0.0, 0.5))
    torch.testing.assert_close(flat, _pictures().mean(1, keepdim=True).expand(4, 3, 8, 8))
    grey = _pictures(channels=1)
    torch.testing.assert_close(augment(grey, COLOUR, Draws(0.5, 0.0, 0.5)), grey)


@pytest.mark.parametrize(("height", "width"), [(28, 28), (32, 32), (16, 24)])
def test_translation_moves_whole_pixels_by_up_to_an_eighth(height: int, width: int) -> None:
    x = _pictures(64, 2, height, width)
    moved = augment(x, TRANSLATION, Draws()).numpy()
    far_down, far_right = int(height / 8 + 0.5), int(width / 8 + 0.5)
    places = [(down, right) for down in range(-far_down, far_down + 1) for right in range(-far_right, far_right + 1)]
    for before, after in zip(x.numpy(), moved, strict=True):
        assert any(np.array_equal(after, _moved(before, down, right)) for down, right in places)


def test_the_first_draw_moves_down_and_the_second_right() -> None:
    x = _pictures(2, 1, 16, 16)
    for draws, (down, right) in (((0.0, 0.999), (-2, 2)), ((0.99, 0.5), (2, 0)), ((0.5, 0.25), (0, -1))):
        moved = augment(x, TRANSLATION, Draws(*draws)).numpy()
        np.testing.assert_array_equal(moved[1], _moved(x[1].numpy(), down, right))


def test_all_shifts_are_as_likely() -> None:
    x = torch.zeros((5000, 1, 16, 16), dtype=torch.float64)
    x[:, :, 8, 8] = 1.0
    places = augment(x, TRANSLATION, Draws()).flatten(1).argmax(1)
    counts = Counter((int(place) // 16 - 8, int(place) % 16 - 8) for place in places)
    assert set(counts) == {(down, right) for down in range(-2, 3) for right in range(-2, 3)}
    assert all(130 < count < 270 for count in counts.values())  # 200 of each, give or take 5 deviations


def _holes(side: int, count: int = 400) -> Iterator[np.ndarray]:
    cut = augment(torch.ones((count, 2, side, side), dtype=torch.float64), CUTOUT, Draws()).numpy()
    assert (cut[:, 0] == cut[:, 1]).all()
    yield from (picture == 0 for picture in cut[:, 0])


@pytest.mark.parametrize("side", [8, 14, 28])
def test_cutout_blanks_a_square_of_half_the_side_about_a_place_in_the_picture(side: int) -> None:
    seen, whole = np.zeros((side, side), dtype=bool), 0
    for hole in _holes(side):
        rows, columns = hole.any(1), hole.any(0)
        assert (hole == rows[:, None] & columns[None, :]).all()
        for line in (rows, columns):
            inside = np.flatnonzero(line)
            assert np.array_equal(inside, np.arange(inside[0], inside[-1] + 1))
            assert side // 4 <= len(inside) <= side // 2
        whole += hole.sum() == (side // 2) ** 2
        seen |= hole
    assert seen.all()
    assert whole > 50  # about a quarter lies wholly inside


def test_outside_the_hole_nothing_changes() -> None:
    x = _pictures(16)
    cut = augment(x, CUTOUT, Draws())
    assert ((cut == x) | (cut == 0)).all()


# ---- edges, transparency, mirror ------------------------------------------------------------------------------------


def test_what_is_moved_in_repeats_the_edge() -> None:
    x = _pictures(2, 3, 16, 24)
    for draws, (down, right) in (((0.0, 0.999), (-2, 3)), ((0.999, 0.0), (2, -3)), ((0.5, 0.5), (0, 0))):
        moved = augment(x, replace(TRANSLATION, edge=True), Draws(*draws)).numpy()
        wide = np.pad(x.numpy(), ((0, 0), (0, 0), (2, 2), (3, 3)), "edge")
        np.testing.assert_array_equal(moved, wide[:, :, 2 - down : 18 - down, 3 - right : 27 - right])


def test_a_hole_takes_the_mean_colour_of_the_border() -> None:
    x = _pictures(1, 3, 4, 4)
    cut = augment(x, replace(CUTOUT, edge=True), Draws(0.5, 0.5)).numpy()
    ring = np.concatenate([x[0, :, 0], x[0, :, -1], x[0, :, :, 0], x[0, :, :, -1]], 1)  # corners count twice
    np.testing.assert_allclose(cut[0, :, 1:3, 1:3], np.broadcast_to(ring.mean(1)[:, None, None], (3, 2, 2)))
    cut[0, :, 1:3, 1:3] = x[0, :, 1:3, 1:3]
    np.testing.assert_array_equal(cut, x.numpy())


def _with_opacity(colours: torch.Tensor, opacity: torch.Tensor) -> torch.Tensor:
    """Colours (N, 3, H, W), -1..1, and opacity (N, 1, H, W), 0..1, as networks take them."""
    return torch.cat(((colours + 1) * opacity - 1, 2 * opacity - 1), 1)


@pytest.mark.parametrize("edge", [False, True])
def test_what_is_moved_in_is_transparent_where_pictures_have_opacity(edge: bool) -> None:
    x = _with_opacity(_pictures(2), torch.full((2, 1, 8, 8), 0.75, dtype=torch.float64))
    moved = augment(x, replace(TRANSLATION, edge=edge), Draws(0.999, 0.0)).numpy()
    np.testing.assert_array_equal(moved[:, :, 1:, :-1], x.numpy()[:, :, :-1, 1:])
    assert (moved[:, :, 0] == -1).all()
    assert (moved[:, :, :, -1] == -1).all()


@pytest.mark.parametrize("edge", [False, True])
@pytest.mark.parametrize("policy", [COLOUR, CUTOUT])
def test_colour_and_holes_leave_the_opacity_and_what_is_transparent(policy: Policy, edge: bool) -> None:
    opacity = torch.rand((3, 1, 8, 8), generator=torch.Generator().manual_seed(0), dtype=torch.float64).round(
        decimals=1
    )
    opacity[:, :, :, :4] = 0.0
    opacity[0] = 0.0  # nothing of it is seen
    x = _with_opacity(_pictures(3), opacity)
    changed = augment(x, replace(policy, edge=edge), Draws())
    assert torch.equal(changed[:, 3], x[:, 3])
    torch.testing.assert_close(changed[:, :, :, :4], torch.full((3, 4, 8, 4), -1.0, dtype=torch.float64))
    assert not torch.equal(changed, x)


def test_a_hole_in_a_picture_with_opacity_is_grey_as_far_as_it_is_seen() -> None:
    x = _with_opacity(_pictures(1, 3, 4, 4), torch.full((1, 1, 4, 4), 0.5, dtype=torch.float64))
    cut = augment(x, CUTOUT, Draws(0.5, 0.5))
    grey = _with_opacity(torch.zeros((1, 3, 2, 2)), torch.full((1, 1, 2, 2), 0.5, dtype=torch.float64))
    torch.testing.assert_close(cut[:, :, 1:3, 1:3], grey)


def test_opaque_pictures_change_as_those_without_opacity() -> None:
    x, opaque = _pictures(), torch.ones((4, 1, 8, 8), dtype=torch.float64)
    draws = (0.8, 0.3, 0.9)
    changed = augment(_with_opacity(x, opaque), COLOUR, Draws(*draws))
    torch.testing.assert_close(changed[:, :3], augment(x, COLOUR, Draws(*draws)))


def test_half_of_the_pictures_are_mirrored() -> None:
    x = _pictures(400, 1, 2, 8)
    mirrored = mirror(x, Draws())
    is_mirrored = [torch.equal(after, before.flip(2)) for before, after in zip(x, mirrored, strict=True)]
    assert all(
        is_it or torch.equal(after, before) for is_it, before, after in zip(is_mirrored, x, mirrored, strict=True)
    )
    assert 160 < sum(is_mirrored) < 240


# ---- probability ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("policy", [COLOUR, TRANSLATION, CUTOUT, ALL])
def test_each_kind_is_made_with_its_probability(policy: Policy, channels: int) -> None:
    x = _pictures(600, channels)
    seen = augment(x, policy, Draws(), torch.tensor(0.3))
    share = ((seen - x).abs() > 1e-9).flatten(1).any(1).double().mean()
    plain = 0.7 ** (policy.colour + policy.cutout) * (1 - 0.3 * 8 / 9 * policy.translation)  # one of 9 moves is none
    assert abs(float(share) - (1 - plain)) < 0.08
    torch.testing.assert_close(augment(x, policy, Draws(), torch.tensor(0.0)), x)


@pytest.mark.parametrize("policy", [COLOUR, TRANSLATION, CUTOUT, ALL])
def test_with_probability_one_all_are_made_as_without(policy: Policy) -> None:
    x, draws = _pictures(), Draws()
    seen = augment(x, policy, draws, torch.tensor(1.0))
    same = iter(draws.drawn[1:])  # the first are the coins
    assert torch.equal(seen, augment(x, policy, lambda _: next(same)))


@pytest.mark.parametrize("policy", [COLOUR, TRANSLATION, CUTOUT, ALL])
def test_gradients_of_first_and_second_order(policy: Policy) -> None:
    def seen(x: torch.Tensor) -> torch.Tensor:
        return augment(x.sin(), policy, Draws())

    x = _pictures(2, 2, 8, 8).requires_grad_()
    assert gradcheck(seen, (x,))
    assert gradgradcheck(seen, (x,))


@pytest.mark.parametrize("channels", [2, 4])
def test_gradients_with_a_probability_edges_and_opacity(channels: int) -> None:
    def seen(x: torch.Tensor) -> torch.Tensor:
        return augment(x.sin(), replace(ALL, edge=True), Draws(), torch.tensor(0.7))

    x = _pictures(2, channels, 4, 3).requires_grad_()
    assert gradcheck(seen, (x,))
    assert gradgradcheck(seen, (x,))


def test_a_penalty_reaches_the_plain_pictures_and_d() -> None:
    x = _pictures().requires_grad_()
    weights = torch.randn(
        3 * 8 * 8, dtype=torch.float64, generator=torch.Generator().manual_seed(1), requires_grad=True
    )
    logits = (augment(x, ALL, Draws()).flatten(1).square() * weights).sum(1)
    (gradient,) = torch.autograd.grad(zero_centred(logits, x), weights)
    assert gradient.abs().sum() > 0


@pytest.mark.parametrize("policy", [COLOUR, TRANSLATION, CUTOUT])
def test_memory_order_does_not_matter(policy: Policy) -> None:
    x = _pictures()
    other = x.to(memory_format=torch.channels_last)
    torch.testing.assert_close(augment(other, policy, Draws()), augment(x, policy, Draws()))


def test_noise_fades_in_a_straight_line() -> None:
    settings = cfg.StabiliseConfig(noise=0.2, noise_images=1000)
    assert [noise_scale(settings, images) for images in (0, 250, 1000, 5000)] == pytest.approx([0.2, 0.15, 0.0, 0.0])
    assert noise_scale(cfg.StabiliseConfig(), 0) == 0.0
