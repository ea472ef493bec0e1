"""Stages of a round: their order, what is known in each, and the numbers in their sentences."""

import re
from dataclasses import replace

import numpy as np
import pytest

from ganstudio.gui.round.player import MAX_ROUNDS, StagePlayer
from ganstudio.gui.round.stages import Node, Part, stages_of
from ganstudio.round_record import RoundRecord
from ganstudio.text import format_number
from support import training
from support.rounds import points, record


@pytest.fixture(scope="module")
def taken() -> RoundRecord:
    return record(points(schedule__d_steps=2, penalty__r1=1.0))


def test_a_round_has_five_stages_for_each_update_with_its_number(taken) -> None:
    titles = [stage.title for stage in stages_of(taken)]
    assert len(titles) == 15
    assert titles[0] == "D step 1 of 2: noise, fakes and real data"
    assert titles[9] == "D step 2 of 2: D moves"
    assert titles[10:] == [
        "G step: noise and fakes",
        "G step: D judges the fakes",
        "G step: G's loss",
        "G step: the gradient for G",
        "G step: G moves",
    ]


def test_networks_are_as_they_were_until_they_move(taken) -> None:
    stages, updates = stages_of(taken), taken.updates
    maps = [taken.opinion_map] * 4 + [updates[0].opinion_map] * 5 + [updates[1].opinion_map] * 6
    assert [stage.opinion_map is each for stage, each in zip(stages, maps, strict=True)] == [True] * 15
    grids = [taken.manifold] * 14 + [updates[2].manifold]
    assert [stage.manifold is each for stage, each in zip(stages, grids, strict=True)] == [True] * 15


def test_a_loss_is_known_from_its_stage_on(taken) -> None:
    stages, updates = stages_of(taken), taken.updates
    of_d = [None] * 2 + [updates[0]] * 5 + [updates[1]] * 8
    of_g = [None] * 12 + [updates[2]] * 3
    assert [(stage.loss(True), stage.loss(False)) for stage in stages] == list(zip(of_d, of_g, strict=True))


def test_what_a_stage_is_about_is_lit(taken) -> None:
    lit = [stage.lit for stage in stages_of(taken)]
    assert lit[0] == {Node.NOISE, Node.G, Node.FAKES, Node.REALS}
    assert lit[1] == {Node.FAKES, Node.REALS, Node.D, Node.OF_FAKES, Node.OF_REALS}
    assert lit[2] == {Node.OF_FAKES, Node.OF_REALS, Node.D_LOSS}
    assert lit[3] == {Node.D_LOSS, Node.SCORE_PUSH}
    assert lit[4] == {Node.SCORE_PUSH, Node.D}
    assert lit[10:] == [
        {Node.NOISE, Node.G, Node.FAKES},
        {Node.FAKES, Node.D, Node.OF_FAKES},
        {Node.OF_FAKES, Node.G_LOSS},
        {Node.G_LOSS, Node.D, Node.FAKE_PUSH},
        {Node.FAKE_PUSH, Node.G, Node.FAKES},
    ]


def test_sentences_have_the_numbers_of_the_round(taken) -> None:
    of_d, _, of_g = taken.updates
    words = [stage.sentence for stage in stages_of(taken)]
    assert words[0] == (
        "G makes 20 fakes from fresh noise z (2 normal numbers each). Beside them, 20 real points are drawn from the "
        "data."
    )
    assert of_d.real is not None
    assert (
        f"D takes {of_d.real.taken_for_real} of 20 real points for real, and {of_d.fake.taken_for_real} of" in words[1]
    )
    assert f"D(x) is {of_d.real.opinions.mean():.2f}, and D(G(z)) is {of_d.fake.opinions.mean():.2f}." in words[1]
    total = format_number(of_d.loss + of_d.penalty)
    assert words[2].startswith(f"D's loss (non-saturating) is {format_number(of_d.loss)}:")
    assert words[2].endswith(f"Penalties on its slope add {format_number(of_d.penalty)}, which makes {total}.")
    assert "up for 20 of 20 real points, and down for 20 of 20 fakes. Carried back to D's 105 weights, " in words[3]
    assert words[3].endswith(f"the gradient has the norm {format_number(of_d.gradient)}.")
    assert words[4].startswith(
        f"Adam moves D's weights by {of_d.moved * 100:.2g}\N{NARROW NO-BREAK SPACE}% of their size"
    )
    assert f"real ones goes from {of_d.means.real_before:.3f} to {of_d.means.real_after:.3f}" in words[4]
    assert of_g.fake_pushes is not None
    strength = np.linalg.norm(of_g.fake_pushes, axis=1).mean()
    assert f"with a mean strength of {format_number(strength)}. Carried on to G's 114 weights" in words[13]
    assert of_g.fakes_after is not None
    way = np.linalg.norm(of_g.fakes_after - of_g.fakes, axis=1).mean()
    assert f"makes points that are {format_number(way)} away on average" in words[14]
    assert words[14].endswith(f"from {of_g.means.fake_before:.3f} to {of_g.means.fake_after:.3f}.")


def test_where_d_gives_no_probability_its_scores_are_told() -> None:
    taken = record(points(objective__loss="wasserstein", network__packing=2, stabilise__clip_gradient=0.01))
    words = [stage.sentence for stage in stages_of(taken)]
    real, fake = (format_number(side.mean_score) for side in (taken.updates[0].real, taken.updates[0].fake))
    assert f"the score of real ones is {real}, and the score of fake ones is {fake}." in words[1]
    assert re.search(r"takes \d+ of 10 packs of 2 real points for real, and \d+ of 10 packs of 2 fakes\.", words[1])
    assert words[3].endswith(", shortened to 0.010.")
    assert not any("D(x)" in each for each in words)


def test_a_loss_that_compares_says_so_and_reused_fakes_are_named() -> None:
    taken = record(points(objective__loss="relativistic", schedule__reuse_fakes=True))
    stages = stages_of(taken)
    assert "The loss compares them with real points, drawn at random" in stages[6].sentence
    assert (Node.OF_REALS, Node.G_LOSS) in stages[7].edges
    assert stages[5].sentence == "G learns from the same 20 fakes that D has just learned from."
    assert stages[5].lit == {Node.FAKES}


def test_a_run_of_pictures_has_the_same_stages() -> None:
    taken = record(training.trainer(engine__precision="float32"))
    words = [stage.sentence for stage in stages_of(taken)]
    assert words[0].startswith(
        "G makes 8 fakes from fresh noise z (8 normal numbers each). Beside them, 8 real pictures"
    )
    assert "blue where a pixel is to become brighter" in words[8]
    assert words[9].count("on average") == 0


# ---- the player -----------------------------------------------------------------------------------------------------


@pytest.fixture
def player(qapp, taken) -> StagePlayer:
    player = StagePlayer()
    player.wanted = []
    player.roundWanted.connect(lambda: player.wanted.append(1))
    player.take(taken)
    return player


def test_stages_are_gone_through_both_ways_and_through_rounds_that_are_kept(player, taken) -> None:
    assert (player.stage.index, player.stage.part, player.can_go_back) == (0, Part.SAMPLE, False)
    player.go_back()
    assert player.number == 0
    player.go_on()
    player.go_on()
    player.go_back()
    assert player.stage.part is Part.JUDGE
    second = replace(record(points()), step=2)
    player.take(second)
    assert (player.stage.record is second, player.number) == (True, 0)
    player.go_back()
    assert (player.stage.record is taken, player.number) == (True, 14)
    player.go_on()
    assert (player.stage.record is second, player.number) == (True, 0)
    assert player.wanted == []


def test_after_the_last_stage_the_next_round_is_asked_for_once(player) -> None:
    player.go_to(14)
    player.go_on()
    player.go_on()
    assert (player.wanted, player.number) == ([1], 14)
    player.give_up()
    player.go_to_next_round()
    assert player.wanted == [1, 1]


def test_playing_goes_on_by_itself_at_its_pace_and_stops_on_going_back(player, qtbot) -> None:
    player.set_pace(0.0)
    assert player._timer.interval() == 200
    player.set_pace(9.0)
    assert player._timer.interval() == 3000
    player.set_pace(0.2)
    player.play(True)
    qtbot.waitUntil(lambda: player.number == 2)
    player.go_back()
    assert (player.is_playing, player.number) == (False, 1)


def test_only_the_last_rounds_are_kept_and_none_that_was_rewound(player, taken) -> None:
    for number in range(MAX_ROUNDS + 3):
        player.take(replace(taken, step=2 + number))
    assert [stages[0].record.step for stages in player._rounds] == list(range(5, 5 + MAX_ROUNDS))
    player.take(replace(taken, step=8))
    assert [stages[0].record.step for stages in player._rounds] == [5, 6, 7, 8]
    assert (player.stage.record.step, player.number) == (8, 0)
    player.clear()
    assert (player.stage, player.can_go_back, player.stages) == (None, False, ())
