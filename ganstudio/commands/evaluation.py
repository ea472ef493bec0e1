"""Measurement of a model's pictures against real ones; touches no files but the model's and the data set's."""

import io
from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from PIL import Image

from ganstudio import images
from ganstudio.commands.evaluation_report import Evaluation, InceptionReport, NearestDistances
from ganstudio.commands.inception_evaluation import InceptionMeasurement
from ganstudio.data import catalog
from ganstudio.evaluation import features, neighbours, report
from ganstudio.evaluation.near_copies import FEW_PICTURES
from ganstudio.images import Labels, Pictures
from ganstudio.latent.models import Model
from ganstudio.latent.paths import noise
from ganstudio.latent.sampler import Sampler

MAX_TEST = 10_000  # test pictures, and samples unless another number is requested
MAX_SEARCHED = 1000  # samples that the rows of the sheet are chosen from
ROWS, NEIGHBOURS = 10, 5  # of the sheet
SCALE = 2  # of pictures on the sheet


@dataclass(frozen=True)
class RealPictures:
    """Pictures of a model's data.

    Parameters
    ----------
    train, labels
        Pictures that it learned from, to measure beside the samples, and their classes.
    test
        Pictures that both are measured against.
    learned
        All that it learned from. Without a test split `train` and `test` are halves of them.
    """

    train: Pictures
    labels: Labels
    test: Pictures
    learned: Pictures

    @classmethod
    def load(cls, model: Model) -> "RealPictures":
        """Load the data of a model, imported pictures in the version that it learned from.

        Where there are no test pictures, every other one serves as such.
        """
        data, limit, run = model.config.data, model.config.engine.data_limit, model.run()
        home, version = (run.data_home(), run.info.data_fingerprint) if run is not None else (None, "")
        train = catalog.load(
            data.name, size=data.size, channels=data.channels, home=home, limit=limit, fingerprint=version
        )
        labels = train.labels.astype(np.int64)
        if not train.info.has_test_split:
            return cls(train.images[1::2], labels[1::2], train.images[::2], train.images)
        test = catalog.load(data.name, size=data.size, channels=data.channels, home=home, limit=limit, split="test")
        return cls(train.images, labels, test.images[:MAX_TEST], train.images)


class Measurement:
    """Samples of a model, to be compared with real pictures.

    Parameters
    ----------
    model
        The model.
    count
        How many samples to make. None: 10,000, or as many as there are training pictures to compare with.
    seed, truncation
        Seed of the noise, and the factor that it is multiplied with, 0..1.
    say
        Takes a line about what is under way.
    """

    def __init__(
        self, model: Model, count: int | None, seed: int, truncation: float, say: Callable[[str], None]
    ) -> None:
        data = model.config.data
        sampler = Sampler.from_model(model)  # first: a run in training soon removes that snapshot
        self._model = model
        self._seed = seed
        self._truncation = truncation
        self._say = say
        self._real = RealPictures.load(model)
        self._features = features.choose(data.name, data.size, data.channels)
        self._count = count or min(MAX_TEST, len(self._real.train))
        say(f"Making {self._count:,} pictures with {model.title}.")
        self._samples = self._sample(sampler)

    @property
    def has_few_pictures(self) -> bool:
        """Whether the model learned from so few pictures that it may well have learned them by heart."""
        return len(self._real.learned) < FEW_PICTURES

    def compare(self) -> Evaluation:
        """Measure the samples, and as many training pictures, against the test pictures."""
        seen_by = self._features
        self._say(f"Measuring with {seen_by.name}: {seen_by.note}.")
        test = report.compute_statistics(self._real.test, seen_by)
        samples = report.compare(report.compute_statistics(self._samples, seen_by), test, seen_by)
        chosen = np.sort(np.random.default_rng(0).permutation(len(self._real.train))[: self._count])
        training = report.compare(report.compute_statistics(self._real.train[chosen], seen_by), test, seen_by)
        model = self._model
        return Evaluation(
            model.name,
            model.step,
            model.config.data.name,
            self._seed,
            self._truncation,
            seen_by.note,
            samples,
            training,
        )

    def compare_by_inception(self, inception: InceptionMeasurement, references: int | None) -> InceptionReport:
        """Measure the samples against training pictures by FID and KID; `references` is how many, None all."""
        return inception.compare(self._samples, self._real.learned, references)

    def find_neighbours(self) -> tuple[bytes, NearestDistances]:
        """Find the samples most like a training picture, see `neighbours.compare`.

        Returns
        -------
        bytes
            PNG with a row for each of them: the sample, its nearest training pictures in pixels, then in features. A
            sample whose mirror image is more like one is shown mirrored.
        NearestDistances
            Distances of all samples that were searched.
        """
        self._say("Finding the nearest training pictures.")
        train = self._real.learned
        samples = self._samples[:MAX_SEARCHED]
        mirrors = self._model.config.stabilise.mirror
        found = neighbours.compare(samples, train, min(NEIGHBOURS, len(train)), mirrors)
        rows = np.argsort(found.ratios, kind="stable")[:ROWS]
        shown = samples[rows]
        shown[found.mirrored[rows]] = neighbours.mirror(shown[found.mirrored[rows]])
        extract = self._features.extract
        by_features, _ = neighbours.find_nearest(extract(shown), extract(train), found.indices.shape[1])
        both = np.concatenate([found.indices[rows], by_features], 1)
        sheet = neighbours.arrange_sheet(shown, train, both)
        return _encode_png(sheet, 1 + both.shape[1]), NearestDistances(
            len(samples),
            float(np.median(found.distances[:, 0])),
            self._median_test_distance(),
            float(found.ratios.min()),
            float(found.are_copies.mean()),
        )

    def _median_test_distance(self) -> float:
        """Return the median distance of test pictures to the nearest other picture that the model learned from."""
        is_learned = len(self._real.learned) > len(self._real.train)
        test = self._real.test[:MAX_SEARCHED]
        distances = neighbours.find_nearest(test, self._real.learned, 2 if is_learned else 1)[1]
        return float(np.median(distances[:, -1]))

    def _sample(self, sampler: Sampler) -> Pictures:
        """Make the samples; those of a class-conditional model have classes as often as the training data."""
        labels = self._real.labels
        drawn = np.random.default_rng(self._seed).choice(labels, self._count)
        z = noise(self._count, sampler.z_size, self._seed) * np.float32(self._truncation)
        return sampler.sample(z, drawn if sampler.classes > labels.max() else None)


def _encode_png(pictures: Pictures, columns: int) -> bytes:
    buffer = io.BytesIO()
    large = images.flatten(pictures).repeat(SCALE, axis=1).repeat(SCALE, axis=2)
    Image.fromarray(images.tile(large, columns, gap=4, background=64)).save(buffer, "png")
    return buffer.getvalue()
