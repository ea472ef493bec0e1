"""`ganstudio` as torchrun starts it in a test: each process leaves its number, and the second one breaks once."""

import os
import sys
from pathlib import Path

from ganstudio import cli
from ganstudio.training.trainer import Trainer

HOME = Path(sys.argv[1])
RANK, LIFE = os.environ["RANK"], os.environ["TORCHELASTIC_RESTART_COUNT"]

train_one_round = Trainer.round


def round_or_break(trainer: Trainer) -> None:
    if (RANK, LIFE) == ("1", "0") and list((HOME / "run" / "checkpoints").glob("*.safetensors")):
        raise ArithmeticError("the second process breaks")
    train_one_round(trainer)


Trainer.round = round_or_break  # type: ignore[method-assign]
(HOME / f"pid-{LIFE}-{RANK}").write_text(str(os.getpid()))
sys.exit(cli.main(sys.argv[2:]))
