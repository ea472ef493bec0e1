"""`ganstudio train --begin-from`."""

from pathlib import Path

import pytest

from ganstudio import cli
from ganstudio import config as cfg
from ganstudio.commands.beginning import take_networks
from ganstudio.runs.folder import RunFolder
from support.data import lay_out, small_idx

TINY = "--preset gan-2014 --data.name mnist --steps 1 --optimizer.batch-size 4 --device cpu --engine.precision float32"


@pytest.fixture
def home(tmp_path: Path) -> Path:
    lay_out(tmp_path / "MNIST" / "raw", small_idx())
    return tmp_path


def train(home: Path, *words: str) -> int:
    out = str(home / "run")
    return cli.main(["train", "--data", str(home), "--out", out, *TINY.split(), "--engine.threads", "1", *words])


def test_the_networks_are_the_models_and_the_table_is_printed_before_the_run(home: Path, capsys) -> None:
    assert train(home, "--begin-from", "mnist", "--freeze-d", "1", "--data.channels", "3") == 0
    told = capsys.readouterr()
    assert "Networks as mnist, step 22,488 has them: network.name resnet," in told.err
    table, _, rest = told.out.partition("The networks begin as those of mnist, step 22,488.")
    assert "Run folder" in rest
    rows = [line.split() for line in table.splitlines() if line.startswith(("G ", "D "))]
    assert len(rows) == 11 + 9
    assert ["G", "layers.6.weight", "repeated", "16x32", "48x32"] in rows
    config = RunFolder.open(home / "run").config
    assert (config.begin.source, config.begin.freeze_d, config.network.width) == ("mnist", 1, 32)
    assert len(config.begin.sha256) == 64


@pytest.mark.parametrize(
    ("words", "told"),
    [
        (["--begin-from", "mnist", "--network.width", "16"], "The flag is --network.width 32."),
        (["--begin-from", "nothing"], "There is no model nothing to begin from"),
        (["--freeze-d", "1"], "begin.freeze_d needs a model to begin from"),
    ],
)
def test_what_cannot_be_is_refused_in_words_and_no_folder_is_made(
    home: Path, capsys, words: list[str], told: str
) -> None:
    assert train(home, *words) == 2
    assert told in capsys.readouterr().err
    assert not (home / "run").exists()


def test_another_model_than_that_of_a_file_of_settings_needs_no_hash() -> None:
    config = cfg.from_dict({"begin": {"source": "mnist", "sha256": "0" * 64}})
    assert take_networks(config, ("begin.source",)).begin == cfg.BeginConfig("mnist")
    assert take_networks(config, ("begin.source", "begin.sha256")).begin == config.begin
