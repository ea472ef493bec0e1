"""How long a run is, and until when."""

from dataclasses import replace

import pytest

from ganstudio import length
from ganstudio.config import RunConfig
from ganstudio.training.schedule import Progress, lr_factor

BASE = RunConfig(epochs=0, steps=0, seconds=0.0)
OF = {
    "epochs": (replace(BASE, epochs=5), "5 epochs"),
    "one": (replace(BASE, epochs=1), "1 epoch"),
    "steps": (replace(BASE, epochs=5, steps=1500), "1,500 steps"),
    "time": (replace(BASE, epochs=5, seconds=600.0), "10 min"),
    "odd time": (replace(BASE, seconds=90.0), "90 s"),
    "both": (replace(BASE, steps=1500, seconds=600.0), "1,500 steps or 10 min"),
    "none": (BASE, "until stopped"),
}


@pytest.mark.parametrize(("config", "words"), OF.values(), ids=OF)
def test_length_in_words(config: RunConfig, words: str) -> None:
    assert length.describe(config) == words


def test_what_rules() -> None:
    rules = {name: length.deciding_setting(config) for name, (config, _) in OF.items()}
    assert rules["steps"] == rules["both"] == "steps"
    assert (rules["epochs"], rules["time"], rules["none"]) == ("epochs", "seconds", "")


@pytest.mark.parametrize("before", OF.values(), ids=OF)
@pytest.mark.parametrize(("name", "value"), [("epochs", 7), ("steps", 9000), ("seconds", 1200.0), ("", 0)])
def test_changes_lead_there_and_no_step_between_ends_a_run(before: tuple, name: str, value: float) -> None:
    config, progress = before[0], Progress(per_epoch=100, step=400, batches=400)
    for path, one in length.changes_to(config, name, value).items():
        config = replace(config, **{path: one})
        assert progress.fraction(config, 80.0) < 1.0, path
    assert length.deciding_setting(config) == name
    assert not name or getattr(config, name) == value


def test_a_run_without_an_end_is_never_done_and_its_rates_do_not_fall() -> None:
    progress = Progress(per_epoch=10, step=10_000_000, batches=10_000_000)
    assert progress.fraction(BASE, 1e9) == 0.0
    assert progress.total_steps(BASE) == 0
    assert lr_factor("linear", progress.fraction(BASE, 1e9)) == 1.0
