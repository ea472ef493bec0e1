"""All measures of one set of pictures against real ones."""

from dataclasses import dataclass

from ganstudio.evaluation import fidelity, modes
from ganstudio.evaluation.features import Features
from ganstudio.images import Pictures


@dataclass(frozen=True)
class Report:
    """Measures of `count` pictures against `real_count` real ones, seen through the network named `features`.

    fcd : Frechet distance in these features (>= 0; 0: no difference in mean and covariance).
    precision, recall, coverage : 0..1.  density : >= 0, some 1 for real pictures.  All with k = 5 neighbours.
    classes : share of pictures in each class.  kl : nats, of these shares from the real ones.
    sure : share that the classifier recognises (> 95 %).  The last three are None where the network knows no classes.
    """

    features: str
    count: int
    real_count: int
    fcd: float
    precision: float
    recall: float
    density: float
    coverage: float
    classes: tuple[float, ...] | None = None
    kl: float | None = None
    sure: float | None = None


@dataclass(frozen=True)
class Side:
    """What is computed once of a set of pictures: as the real side it serves many comparisons."""

    count: int
    moments: fidelity.Moments
    cloud: fidelity.Cloud
    classes: modes.Shares | None
    sure: float | None


def side(pictures: Pictures, features: Features) -> Side:
    """One side of a comparison: pictures uint8 (N, H, W) or (N, H, W, 3), more than 5 of them (else ValueError)."""
    seen, chances = features.read(pictures)
    return Side(
        len(pictures),
        fidelity.moments(seen),
        fidelity.cloud(seen),
        None if chances is None else modes.class_histogram(chances),
        None if chances is None else modes.sure(chances),
    )


def compare(fake: Side, real: Side, features: Features) -> Report:
    """Measures of `fake` against `real`, both seen through `features`."""
    shared = fidelity.overlap(real.cloud, fake.cloud)
    return Report(
        features=features.name,
        count=fake.count,
        real_count=real.count,
        fcd=fidelity.frechet_of(fake.moments, real.moments),
        precision=shared.precision,
        recall=shared.recall,
        density=shared.density,
        coverage=shared.coverage,
        classes=None if fake.classes is None else tuple(float(share) for share in fake.classes),
        kl=None if fake.classes is None or real.classes is None else modes.kl(fake.classes, real.classes),
        sure=fake.sure,
    )


def measure(fake: Pictures, real: Pictures, features: Features) -> Report:
    """Measures of pictures `fake` against pictures `real`, both uint8 (N, H, W) or (N, H, W, 3)."""
    return compare(side(fake, features), side(real, features), features)
