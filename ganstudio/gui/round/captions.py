"""Captions of the nodes of the diagram of a round, and what they show, in a sentence."""

from ganstudio.gui.round.stages import Node, Part, Stage, batch_size, format_percent_of_weights, things
from ganstudio.text import format_number, format_percent

_TIPS = {
    Node.NOISE: "The random numbers z that G makes fakes from. Of more than two numbers, the first two are drawn.",
    Node.G: "What G makes of an even grid of z: how it stretches, bends and folds the noise.",
    Node.FAKES: "What G has made of this noise. Once G has moved, lines lead from where it put them before.",
    Node.REALS: "Real ones, drawn from the data for D to learn from.",
    Node.D: "What D says of each place: blue where it takes points for real, orange where for fakes. The line is where "
    "D is undecided.",
    Node.OF_REALS: "The real ones in the colour of D's opinion: blue if D takes them for real, orange if for fakes.",
    Node.OF_FAKES: "The fakes in the colour of D's opinion: blue if D takes them for real, orange if for fakes.",
    Node.D_LOSS: "D's loss, which D lowers; paler, what penalties add to it.",
    Node.G_LOSS: "G's loss, which G lowers.",
    Node.SCORE_PUSH: "Where D's loss pushes its score of each real point (blue) and each fake (orange): up or down, "
    "the longer the stronger.",
    Node.FAKE_PUSH: "Where G's loss pushes each fake: the gradient that comes back through D, and goes on into G.",
}
_TIPS_OF_PICTURES = {
    Node.FAKES: "What G has made of this noise; once G has moved, what it makes of the same noise then.",
    Node.OF_REALS: "The real ones, framed in the colour of D's opinion: blue if D takes them for real, orange if for "
    "fakes.",
    Node.OF_FAKES: "The fakes, framed in the colour of D's opinion: blue if D takes them for real, orange if for "
    "fakes.",
    Node.FAKE_PUSH: "Where G's loss pushes each pixel of the fakes: blue where it is to become brighter, orange where "
    "darker. The gradient comes back through D, and goes on into G.",
}
_SPREAD = (
    "How D's opinions of real ones are spread, which the loss compares with fakes: from fake, orange, to real, blue."
)
_TIPS_WITHOUT_PLACES = {
    Node.G: "The generator G, a network that makes fakes of noise.",
    Node.D: "The discriminator D, a network that tells real from fake.",
    Node.SCORE_PUSH: "Where D's loss pushes its scores: up or down, a bar for each; of real ones on the left, of fakes "
    "on the right.",
}


def tip(node: Node, stage: Stage) -> str:
    """Return what a node shows, in a sentence."""
    if node is Node.OF_REALS and not stage.update.is_of_d and stage.update.real is not None:
        return _SPREAD
    has_places = (stage.manifold if node is Node.G else stage.opinion_map) is not None
    if not has_places and node in _TIPS_WITHOUT_PLACES:
        return _TIPS_WITHOUT_PLACES[node]
    return _TIPS_OF_PICTURES.get(node, _TIPS[node]) if not stage.record.config.makes_points else _TIPS[node]


def caption(node: Node, stage: Stage) -> str:
    """Return the words below a node."""
    update, record = stage.update, stage.record
    network = record.config.network
    match node:
        case Node.NOISE:
            return f"{network.z_size:,} number{'s' if network.z_size > 1 else ''}"
        case Node.G | Node.D:
            is_d, count = node is Node.D, record.d_parameters if node is Node.D else record.g_parameters
            if update.is_of_d == is_d and stage.part is Part.STEP:
                return f"moved by {format_percent_of_weights(update.moved)}"
            return f"{count:,} weights" if count < 1e6 else f"{count / 1e6:,.1f} M weights"
        case Node.FAKES | Node.REALS:
            return "" if node is Node.REALS and update.reals is None else f"{batch_size(stage):,} {things(stage)}"
        case Node.OF_REALS | Node.OF_FAKES:
            judgement = update.real if node is Node.OF_REALS else update.fake
            if judgement is None or stage.part < Part.JUDGE:
                return ""
            return f"{format_percent(judgement.taken_for_real / len(judgement.scores))} as real"
        case Node.D_LOSS | Node.G_LOSS:
            known = stage.loss(node is Node.D_LOSS)
            return f"+ {format_number(known.penalty)} penalty" if known and known.penalty else ""
        case _:
            is_d = node is Node.SCORE_PUSH
            shown = update.is_of_d == is_d and stage.part >= Part.GRADIENT
            return f"gradient {format_number(update.gradient)}" if shown else ""
