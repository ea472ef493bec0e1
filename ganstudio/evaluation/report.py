"""All measures of one set of pictures, compared with real ones."""

from dataclasses import dataclass

from ganstudio.evaluation import fidelity, modes
from ganstudio.evaluation.features import Features
from ganstudio.images import Pictures


@dataclass(frozen=True)
class Report:
    """Measures of fake pictures compared with real ones.

    Parameters
    ----------
    features
        Name of the network whose features were compared.
    count, real_count
        Numbers of pictures.
    fcd
        Frechet distance in these features (>= 0; 0: no difference in mean and covariance).
    precision, recall, coverage
        0..1, with k = 5 neighbours.
    density
        >= 0, about 1 for real pictures, with k = 5 neighbours.
    classes
        Share of pictures in each class; None if the network knows no classes.
    kl
        Kullback-Leibler divergence of these shares from the real ones, nats; None without classes.
    sure
        Fraction of pictures that the classifier recognises with more than 95 %; None without classes.
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
class Statistics:
    """Statistics of a set of pictures; those of the real ones are computed once for many comparisons."""

    count: int
    moments: fidelity.Moments
    manifold: fidelity.Manifold
    classes: modes.Shares | None
    sure: float | None


def compute_statistics(pictures: Pictures, features: Features) -> Statistics:
    """Compute the statistics of pictures.

    Parameters
    ----------
    pictures
        (N, H, W) or (N, H, W, 3), uint8.
    features
        Network whose features are compared.

    Raises
    ------
    ValueError
        There are fewer than 6 pictures.
    """
    points, probabilities = features.read(pictures)
    return Statistics(
        len(pictures),
        fidelity.compute_moments(points),
        fidelity.estimate_manifold(points),
        None if probabilities is None else modes.class_histogram(probabilities),
        None if probabilities is None else modes.confident_fraction(probabilities),
    )


def compare(fake: Statistics, real: Statistics, features: Features) -> Report:
    """Compare the statistics of fake and real pictures, both of the same features."""
    overlap = fidelity.measure_overlap(real.manifold, fake.manifold)
    return Report(
        features=features.name,
        count=fake.count,
        real_count=real.count,
        fcd=fidelity.frechet_distance(fake.moments, real.moments),
        precision=overlap.precision,
        recall=overlap.recall,
        density=overlap.density,
        coverage=overlap.coverage,
        classes=None if fake.classes is None else tuple(float(share) for share in fake.classes),
        kl=None if fake.classes is None or real.classes is None else modes.kl_divergence(fake.classes, real.classes),
        sure=fake.sure,
    )


def measure(fake: Pictures, real: Pictures, features: Features) -> Report:
    """Measure fake pictures against real ones, both (N, H, W) or (N, H, W, 3), uint8."""
    return compare(compute_statistics(fake, features), compute_statistics(real, features), features)
