"""`ganstudio classifier`: make the bundled digit classifier again."""

import os
import sys
from pathlib import Path

from ganstudio.errors import InputError


def make(out: Path, epochs: int, seed: int) -> str:
    """Train on MNIST's 60,000 training pictures, write `out`; a line on the file and its test accuracy.

    The accuracy is of the file as read back, on the 10,000 test pictures, which training never sees.

    Raises InputError if `out` cannot be written, DataError if MNIST is not there.
    """
    if not 1 <= epochs <= 1000:
        raise InputError(f"--epochs must be from 1 to 1000; got {epochs}.")
    if not out.parent.is_dir() or out.is_dir() or not os.access(out if out.exists() else out.parent, os.W_OK):
        raise InputError(f"{out} cannot be written.")
    from ganstudio.data import catalog
    from ganstudio.evaluation import classifier, classifier_training

    known = catalog.load("mnist", size=classifier.SIZE, channels=1)
    test = catalog.load("mnist", size=classifier.SIZE, channels=1, split="test")
    trained = classifier_training.train(known.images, known.labels, seed, epochs, _say)
    about = {"data": "mnist", "seed": seed, "epochs": epochs}
    try:
        classifier.save(out, trained, about)
    except OSError as error:
        raise InputError(f"{out} cannot be written: {error.strerror or error}.") from None
    right = classifier.accuracy(classifier.load(out), test.images, test.labels)
    return f"{out}: {right:.2%} of {len(test.labels):,} test digits right, {out.stat().st_size / 1e6:.2f} MB"


def _say(done: int, total: int, loss: float) -> None:
    print(f"epoch {done} of {total}: loss {loss:.4f}", file=sys.stderr, flush=True)
