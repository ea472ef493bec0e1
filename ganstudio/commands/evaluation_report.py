"""Result of `ganstudio evaluate`, and its table."""

from dataclasses import dataclass
from typing import TYPE_CHECKING

from ganstudio.data import catalog

if TYPE_CHECKING:
    from ganstudio.evaluation.report import Report


@dataclass(frozen=True)
class NearestDistances:
    """Distances in pixels (values 0..1) to the nearest training picture.

    Parameters
    ----------
    count
        Number of samples that were searched.
    samples, test
        Median over these samples, and over as many test pictures.
    closest
        Least distance of a sample as a multiple of the distance from that training picture to the next; 0 is a copy.
    copies
        Share of the samples for which that multiple is less than a half, 0..1.
    """

    count: int
    samples: float
    test: float
    closest: float
    copies: float


@dataclass(frozen=True)
class InceptionReport:
    """FID and KID in the features of Inception, as other programs report them.

    Parameters
    ----------
    fid
        Frechet Inception distance.
    kid, kid_deviation
        Kernel Inception distance: mean and standard deviation over subsets.
    subsets, subset
        Number of these subsets, and of pictures in each.
    samples, references
        Numbers of pictures.
    training
        Number of all training pictures, which the references are taken from.
    protocol
        How pictures were prepared and measured.
    weights
        SHA-256 of the file of weights.
    """

    fid: float
    kid: float
    kid_deviation: float
    subsets: int
    subset: int
    samples: int
    references: int
    training: int
    protocol: str
    weights: str

    @property
    def name(self) -> str:
        """What the distance is called: "FID-5k" of 5,000 samples."""
        thousands, rest = divmod(self.samples, 1000)
        return f"FID-{self.samples}" if rest else f"FID-{thousands}k"


@dataclass(frozen=True)
class Evaluation:
    """Measures of a model's pictures, and of real training pictures, against the same test pictures.

    The fields are those of the JSON that `--json` writes.
    """

    model: str
    step: int
    data: str
    seed: int
    truncation: float  # what z was multiplied with
    note: str  # on the features
    samples: "Report"
    training: "Report"
    memory: NearestDistances | None = None
    inception: InceptionReport | None = None

    @property
    def times(self) -> float:
        """FCD of the samples, as a multiple of that of the training pictures."""
        return self.samples.fcd / max(self.training.fcd, 1e-12)


FEW = 2048  # pictures: with fewer than it has features, FID says more of their number than of the pictures
_ADVICE = ("FID as others report it needs the weights of Inception: see ganstudio evaluate --help.",)
_FIGURES = (  # field, what it is called, in percent
    ("precision", "precision (k = 5)", False),
    ("recall", "recall (k = 5)", False),
    ("density", "density (k = 5)", False),
    ("coverage", "coverage (k = 5)", False),
    ("sure", "recognisable (> 95 %)", True),
)


def format_table(result: Evaluation) -> str:
    """Return the table for a terminal."""
    samples, training = result.samples, result.training
    title = catalog.title_of(result.data)
    drawn = f"seed {result.seed}" + (f", truncation {result.truncation:g}" if result.truncation != 1 else "")
    lines = [
        f"{result.model}, step {result.step:,}: {samples.count:,} samples ({drawn}) and {training.count:,} "
        f"training pictures of {title}, each against {samples.real_count:,} test pictures",
        f"through {samples.features}: {result.note}",
        "",
        _row("", "samples", "training"),
        _row("FCD (no FID)", f"{samples.fcd:.3f}", f"{training.fcd:.3f}") + f"   {result.times:.1f} times",
    ]
    lines += [
        _row(name, _figure(getattr(samples, field), percent), _figure(getattr(training, field), percent))
        for field, name, percent in _FIGURES
        if getattr(samples, field) is not None
    ]
    if samples.kl is not None and training.kl is not None:
        lines.append(_row("KL of classes, nats", f"{samples.kl:.4f}", f"{training.kl:.4f}"))
    if samples.classes is not None and training.classes is not None:
        names = catalog.class_names(result.data, len(samples.classes))
        lines += [
            _row(f"class {name}", f"{mine:.1%}", f"{theirs:.1%}")
            for name, mine, theirs in zip(names, samples.classes, training.classes, strict=True)
        ]
    if result.memory is not None:
        lines += ["", _describe_distances(result.memory)]
    lines += ["", *(_ADVICE if result.inception is None else _describe_inception(result.inception))]
    return "\n".join(lines)


def _describe_inception(found: InceptionReport) -> list[str]:
    """Return FID and KID with what they depend on; KID first where pictures are few."""
    fid = f"{found.name:24}{found.fid:>12.3f}"
    kid = f"{'KID':24}{found.kid:>12.5f} ± {found.kid_deviation:.5f}, {found.subsets} subsets of {found.subset:,}"
    which = "all" if found.references == found.training else f"of {found.training:,}"
    lines = [
        f"{found.samples:,} samples against {found.references:,} training pictures ({which}), {found.protocol}",
        "",
    ]
    if min(found.samples, found.references) >= FEW:
        return [*lines, fid, kid, "Compare FID only with FID of as many pictures."]
    few = f"With fewer than {FEW:,} pictures FID is far too high; KID is not. Compare both only with as many pictures."
    return [*lines, kid, fid, few]


def _row(name: str, *figures: str) -> str:
    return f"{name:24}" + "".join(f"{figure:>12}" for figure in figures)


def _figure(value: float, percent: bool) -> str:
    return f"{value:.1%}" if percent else f"{value:.3f}"


def _describe_distances(distances: NearestDistances) -> str:
    return (
        f"Distance in pixels to the nearest training picture: median {distances.samples:.2f} of "
        f"{distances.count:,} samples, {distances.test:.2f} of test pictures.\n"
        f"The sample most like a training picture is {distances.closest:.2f} times as far from it as the next training "
        "picture is; 0 would be a copy.\n"
        f"{distances.copies:.1%} of the samples are near-copies: less than half as far from a training picture as that "
        "one is from the next."
    )
