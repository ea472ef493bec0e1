"""Stages of a round, in words, and what the diagram shows in each; without Qt."""

from dataclasses import dataclass
from enum import Enum, IntEnum

import numpy as np

from ganstudio.objectives import objective
from ganstudio.round_record import Floats, Judgement, RoundRecord, Update
from ganstudio.text import format_number


class Part(IntEnum):
    """Part of an update, in their order."""

    SAMPLE = 1
    JUDGE = 2
    LOSS = 3
    GRADIENT = 4
    STEP = 5


class Node(Enum):
    """Node of the diagram."""

    NOISE = "noise z"
    G = "generator G"
    FAKES = "fakes G(z)"
    REALS = "real x"
    D = "discriminator D"
    OF_REALS = "D on real"
    OF_FAKES = "D on fakes"
    D_LOSS = "D's loss"
    G_LOSS = "G's loss"
    SCORE_PUSH = "push on scores"
    FAKE_PUSH = "push on fakes"


Edge = tuple[Node, Node]

_SAMPLE_EDGES = ((Node.NOISE, Node.G), (Node.G, Node.FAKES))
_JUDGE_FAKES = ((Node.FAKES, Node.D), (Node.D, Node.OF_FAKES))
_JUDGE_REALS = ((Node.REALS, Node.D), (Node.D, Node.OF_REALS))
EDGES_OF_D: dict[Part, tuple[Edge, ...]] = {
    Part.SAMPLE: _SAMPLE_EDGES,
    Part.JUDGE: (*_JUDGE_REALS, *_JUDGE_FAKES),
    Part.LOSS: ((Node.OF_REALS, Node.D_LOSS), (Node.OF_FAKES, Node.D_LOSS)),
    Part.GRADIENT: ((Node.D_LOSS, Node.SCORE_PUSH),),
    Part.STEP: ((Node.SCORE_PUSH, Node.D),),
}
EDGES_OF_G: dict[Part, tuple[Edge, ...]] = {
    Part.SAMPLE: _SAMPLE_EDGES,
    Part.JUDGE: _JUDGE_FAKES,
    Part.LOSS: ((Node.OF_FAKES, Node.G_LOSS),),
    Part.GRADIENT: ((Node.G_LOSS, Node.D), (Node.D, Node.FAKE_PUSH)),
    Part.STEP: ((Node.FAKE_PUSH, Node.G), (Node.G, Node.FAKES)),
}
PAIRED_EDGES: dict[Part, tuple[Edge, ...]] = {  # beside those of G, where its loss compares
    Part.JUDGE: ((Node.D, Node.OF_REALS),),
    Part.LOSS: ((Node.OF_REALS, Node.G_LOSS),),
}
BACKWARD = frozenset(
    edge for edges in (EDGES_OF_D, EDGES_OF_G) for part in (Part.GRADIENT, Part.STEP) for edge in edges[part]
) - {(Node.G, Node.FAKES)}


@dataclass(frozen=True, eq=False)
class Stage:
    """One stage of a round: what is lit, what is known by then, and what happens.

    Parameters
    ----------
    record
        The round.
    index
        Of the update in it.
    part
        Of that update.
    """

    record: RoundRecord
    index: int
    part: Part

    @property
    def update(self) -> Update:
        """The update that it is a part of."""
        return self.record.updates[self.index]

    @property
    def edges(self) -> tuple[Edge, ...]:
        """Arrows that are lit."""
        if self.update.is_of_d:
            drawn = ((Node.REALS, Node.REALS),) if self.part is Part.SAMPLE else ()
            return (*EDGES_OF_D[self.part], *drawn)
        paired = PAIRED_EDGES.get(self.part, ()) if self.update.real is not None else ()
        if self.part is Part.SAMPLE and self.update.reused:
            return ((Node.FAKES, Node.FAKES),)
        return (*EDGES_OF_G[self.part], *paired)

    @property
    def lit(self) -> frozenset[Node]:
        """Nodes that are lit."""
        return frozenset(node for edge in self.edges for node in edge)

    @property
    def opinion_map(self) -> Floats | None:
        """D's opinion in the plane, by now."""
        done = self.record.updates[: self.index + (self.part is Part.STEP)]
        return next((update.opinion_map for update in reversed(done) if update.is_of_d), self.record.opinion_map)

    @property
    def manifold(self) -> Floats | None:
        """What G makes of an even grid of noise, by now."""
        done = self.record.updates[: self.index + (self.part is Part.STEP)]
        return next((update.manifold for update in reversed(done) if not update.is_of_d), self.record.manifold)

    def loss(self, of_d: bool) -> Update | None:
        """Return the update whose loss of D or of G is known by now; None: there is none."""
        known = self.record.updates[: self.index + (self.part >= Part.LOSS)]
        return next((update for update in reversed(known) if update.is_of_d == of_d), None)

    @property
    def title(self) -> str:
        """What it is, in a few words."""
        update = self.update
        turn = f"{'D' if update.is_of_d else 'G'} step"
        if update.count > 1:
            turn += f" {update.number} of {update.count}"
        return f"{turn}: {_TITLES[update.is_of_d][self.part]}"

    @property
    def sentence(self) -> str:
        """What happens, with the numbers."""
        words = _D_WORDS if self.update.is_of_d else _G_WORDS
        return words[self.part](self)


def stages_of(record: RoundRecord) -> tuple[Stage, ...]:
    """Return the stages of a round in their order."""
    return tuple(Stage(record, index, part) for index in range(len(record.updates)) for part in Part)


# ---- words ----------------------------------------------------------------------------------------------------------

_TITLES = {
    True: {
        Part.SAMPLE: "noise, fakes and real data",
        Part.JUDGE: "D judges both",
        Part.LOSS: "D's loss",
        Part.GRADIENT: "the gradient for D",
        Part.STEP: "D moves",
    },
    False: {
        Part.SAMPLE: "noise and fakes",
        Part.JUDGE: "D judges the fakes",
        Part.LOSS: "G's loss",
        Part.GRADIENT: "the gradient for G",
        Part.STEP: "G moves",
    },
}


def things(stage: Stage) -> str:
    """Return what the run is made of: "points"."""
    return "points" if stage.record.config.makes_points else "pictures"


def batch_size(stage: Stage) -> int:
    """Return the number of fakes of the update."""
    return len(stage.update.fake.scores) * stage.record.config.network.packing


def describe_taken(judgement: Judgement) -> str:
    """Return how many D takes for real: "87 of 128"."""
    return f"{judgement.taken_for_real:,} of {len(judgement.scores):,}"


def _reals(stage: Stage) -> str:
    """Return what D judges: "real points", or "packs of 2 real points"."""
    return _packs(stage) + f"real {things(stage)}"


def _fakes(stage: Stage) -> str:
    return _packs(stage) + "fakes"


def _packs(stage: Stage) -> str:
    packing = stage.record.config.network.packing
    return f"packs of {packing} " if packing > 1 else ""


def _loss(stage: Stage) -> str:
    return stage.record.config.objective.loss


def _sample_for_d(stage: Stage) -> str:
    count, kind = f"{batch_size(stage):,}", things(stage)
    text = f"G makes {count} fakes from fresh noise z{_noise(stage)}."
    return f"{text} Beside them, {count} real {kind} are drawn from the data."


def _sample_for_g(stage: Stage) -> str:
    count = f"{batch_size(stage):,}"
    if stage.update.reused:
        return f"G learns from the same {count} fakes that D has just learned from."
    return f"G makes {count} fakes from fresh noise z{_noise(stage)}: these it learns from."


def _noise(stage: Stage) -> str:
    network = stage.record.config.network
    kind = network.noise if stage.record.config.makes_points else "normal"
    return f" ({network.z_size:,} {kind} number{'s' if network.z_size > 1 else ''} each)"


def _judge_for_d(stage: Stage) -> str:
    update = stage.update
    assert update.real is not None, "D judges both"
    return (
        f"D takes {describe_taken(update.real)} {_reals(stage)} for real, and {describe_taken(update.fake)} "
        f"{_fakes(stage)}. On average {_means(stage, update.real, 'real')}, and {_means(stage, update.fake, 'fake')}."
    )


def _judge_for_g(stage: Stage) -> str:
    update = stage.update
    text = f"D is held. It takes {describe_taken(update.fake)} {_fakes(stage)} for real; on average "
    text += f"{_means(stage, update.fake, 'fake')}."
    if update.real is not None:
        mean = _means(stage, update.real, "real")
        text += f" The loss compares them with {_reals(stage)}, drawn at random: {mean} on average."
    return text


def _means(stage: Stage, judgement: Judgement, kind: str) -> str:
    """Return the mean of what D says: the probability, or the score where there is none."""
    what = {"real": "D(x)", "fake": "D(G(z))"}[kind]
    if objective(_loss(stage)).probability:
        return f"{what} is {judgement.mean_opinion:.2f}"
    return f"the score of {kind} ones is {format_number(judgement.mean_score)}"


def _loss_of_d(stage: Stage) -> str:
    update = stage.update
    text = f"D's loss ({_loss(stage)}) is {format_number(update.loss)}: the lower, the better D tells real from fake."
    if update.penalty:
        total = format_number(update.loss + update.penalty)
        text += f" Penalties on its slope add {format_number(update.penalty)}, which makes {total}."
    return text


def _loss_of_g(stage: Stage) -> str:
    loss = format_number(stage.update.loss)
    return f"G's loss ({_loss(stage)}) is {loss}: the lower, the more D takes these fakes for real."


def _gradient_of_d(stage: Stage) -> str:
    update, count = stage.update, f"{stage.record.d_parameters:,}"
    assert update.real is not None, "D judges both"
    up, down = int((update.real.pushes > 0).sum()), int((update.fake.pushes < 0).sum())
    ups, downs = f"{up:,} of {len(update.real.pushes):,}", f"{down:,} of {len(update.fake.pushes):,}"
    return (
        f"The loss pushes D's score up for {ups} {_reals(stage)}, and down for {downs} {_fakes(stage)}. Carried back "
        f"to D's {count} weights, the gradient has the norm {_norm(stage)}."
    )


def _gradient_of_g(stage: Stage) -> str:
    update, count = stage.update, f"{stage.record.g_parameters:,}"
    where = "The gradient goes back through D, which does not move, to each fake"
    if stage.record.config.makes_points and update.fake_pushes is not None:
        strength = format_number(float(np.linalg.norm(update.fake_pushes, axis=1).mean()))
        where += f": the arrows show where the loss pushes it, with a mean strength of {strength}"
    else:
        where += ": blue where a pixel is to become brighter, orange where darker"
    return f"{where}. Carried on to G's {count} weights, its norm is {_norm(stage)}."


def _norm(stage: Stage) -> str:
    norm, most = stage.update.gradient, stage.record.config.stabilise.clip_gradient
    text = format_number(norm)
    return f"{text}, shortened to {format_number(most)}" if 0 < most < norm else text


def _step_of_d(stage: Stage) -> str:
    means = stage.update.means
    assert means.real_before is not None, "D is asked about real ones"
    assert means.real_after is not None, "D is asked about real ones"
    return (
        f"{_step(stage, 'D')} Asked again, its opinion of the same real ones goes from {means.real_before:.3f} to "
        f"{means.real_after:.3f}, and of the same fakes from {means.fake_before:.3f} to {means.fake_after:.3f}."
    )


def _step_of_g(stage: Stage) -> str:
    update, means = stage.update, stage.update.means
    made = ""
    if stage.record.config.makes_points and update.fakes_after is not None:
        way = float(np.linalg.norm(update.fakes_after - update.fakes[: len(update.fakes_after)], axis=1).mean())
        made = f" From the same z it makes points that are {format_number(way)} away on average."
    return f"{_step(stage, 'G')}{made} D's opinion of them goes from {means.fake_before:.3f} to {means.fake_after:.3f}."


def _step(stage: Stage, who: str) -> str:
    update = stage.update
    name = {"adam": "Adam", "sgd": "SGD"}.get(stage.record.config.optimizer.name, "The optimizer")
    rate, moved = format_number(update.learning_rate), format_percent_of_weights(update.moved)
    return f"{name} moves {who}'s weights by {moved} of their size, at a learning rate of {rate}."


def format_percent_of_weights(moved: float) -> str:
    """Return how far weights have moved, in percent of their norm."""
    return f"{moved * 100:.2g}\N{NARROW NO-BREAK SPACE}%"


_D_WORDS = {
    Part.SAMPLE: _sample_for_d,
    Part.JUDGE: _judge_for_d,
    Part.LOSS: _loss_of_d,
    Part.GRADIENT: _gradient_of_d,
    Part.STEP: _step_of_d,
}
_G_WORDS = {
    Part.SAMPLE: _sample_for_g,
    Part.JUDGE: _judge_for_g,
    Part.LOSS: _loss_of_g,
    Part.GRADIENT: _gradient_of_g,
    Part.STEP: _step_of_g,
}
