"""`ganstudio classifier`: train the bundled digit classifier again."""

import argparse
import sys
from pathlib import Path

from ganstudio.commands import DONE
from ganstudio.commands.checks import cannot_write, check_writable
from ganstudio.commands.parser import Commands, add_seed_argument
from ganstudio.errors import DataError, InputError

MAX_EPOCHS = 1000


def add_parser(commands: Commands) -> None:
    """Add the command to the command line."""
    parser = commands.add("classifier", run, "Train the bundled digit classifier again, on MNIST.")
    parser.add_flag("--out", metavar="FILE", type=Path, required=True, help="FILE.safetensors to write")
    parser.add_flag("--epochs", metavar="N", type=int, default=16, help="passes over the training pictures [16]")
    add_seed_argument(parser, "seed of all random numbers [0]")


def run(arguments: argparse.Namespace) -> int:
    """Do what was typed and return the exit code."""
    print(train_classifier(arguments.out, arguments.epochs, arguments.seed))
    return DONE


def train_classifier(out: Path, epochs: int, seed: int) -> str:
    """Train on MNIST's 60,000 training pictures, write the file, and return a line about it with its accuracy.

    The accuracy is that of the file as read back, on the 10,000 test pictures, which are not used for training.

    Raises
    ------
    InputError
        The number of epochs is out of range, or the file cannot be written.
    DataError
        MNIST cannot be read.
    """
    if not 1 <= epochs <= MAX_EPOCHS:
        raise InputError(f"--epochs must be from 1 to {MAX_EPOCHS}; got {epochs}.")
    check_writable(out)
    from ganstudio.data import catalog
    from ganstudio.evaluation import classifier, classifier_training

    known = catalog.load("mnist", size=classifier.SIZE, channels=1)
    test = catalog.load("mnist", size=classifier.SIZE, channels=1, split="test")
    for each in (known, test):
        if each.labels.max() > 9:
            raise DataError(
                f"The labels of the pictures reach {each.labels.max()}, and a classifier of digits knows 0 to 9. Are "
                f"these the files of another data set? They are in {catalog.state('mnist').path}."
            )
    trained = classifier_training.train(known.images, known.labels, seed, epochs, _print_progress)
    about = {"data": "mnist", "seed": seed, "epochs": epochs}
    try:
        classifier.save(out, trained, about)
    except OSError as error:
        raise cannot_write(out, error) from None
    accuracy = classifier.accuracy(classifier.load(out), test.images, test.labels)
    return f"{out}: {accuracy:.2%} of {len(test.labels):,} test digits right, {out.stat().st_size / 1e6:.2f} MB"


def _print_progress(done: int, total: int, loss: float) -> None:
    print(f"epoch {done} of {total}: loss {loss:.4f}", file=sys.stderr, flush=True)
