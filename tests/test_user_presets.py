"""A user's own presets: kept, named, listed, brought in and taken out; a broken file harms nothing."""

from pathlib import Path

import pytest

from ganstudio import cli, presets, user_presets
from ganstudio import config as cfg
from ganstudio.commands import setting_flags
from ganstudio.errors import ConfigError
from ganstudio.system import paths

MINE = cfg.change(presets.load("wgan-gp").config, "seed", 7)


@pytest.fixture(autouse=True)
def _folder_of_its_own(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(paths, "presets_home", lambda: tmp_path / "presets")


def test_saved_settings_come_back_by_name_and_are_listed_last() -> None:
    made = user_presets.save(MINE, " My digits, 2nd try ")
    assert (made.name, made.title, made.own) == ("my-digits-2nd-try", "My digits, 2nd try", True)
    again = presets.load("my-digits-2nd-try")
    assert cfg.differences(again.config, MINE) == []
    assert again.config.preset == made.name
    assert presets.names()[-1] == made.name
    assert presets.every()[-1].group == presets.OWN


@pytest.mark.parametrize("title", ["", " - ", "x" * 61, "wgan-gp", "WGAN-GP", "con", "MNIST, quick"])
def test_a_name_that_is_of_no_use_is_refused_in_words(title: str) -> None:
    assert user_presets.problem(title).endswith(".")
    with pytest.raises(ConfigError):
        user_presets.save(MINE, title)
    assert presets.own() == ([], [])


def test_nothing_is_overwritten_unasked() -> None:
    user_presets.save(MINE, "Mine")
    with pytest.raises(ConfigError, match="already"):
        user_presets.save(cfg.RunConfig(), "mine")
    assert presets.load("mine").config.seed == 7
    assert user_presets.save(cfg.RunConfig(seed=9), "Mine", overwrite=True).config.seed == 9


def test_classes_that_a_run_filled_in_are_left_to_the_data_set() -> None:
    config = cfg.change(presets.load("mnist-conditional").config, "network.classes", 10)
    assert user_presets.save(config, "mine").config.network.classes == 0


def test_rename_moves_the_file_and_keeps_the_settings() -> None:
    user_presets.save(MINE, "first")
    user_presets.save(MINE, "other")
    with pytest.raises(ConfigError, match="already"):
        user_presets.rename("first", "Other")
    made = user_presets.rename("first", "Second one")
    assert made.name == "second-one"
    assert [each.name for each in presets.own()[0]] == ["other", "second-one"]
    assert user_presets.rename("second-one", "SECOND one").title == "SECOND one"  # the same file
    assert made.config == MINE.__class__(**{**vars(MINE), "preset": "second-one"})


def test_what_was_deleted_can_be_put_back() -> None:
    user_presets.save(MINE, "mine")
    held = user_presets.remove("mine")
    assert presets.own()[0] == []
    user_presets.put_back("mine", held)
    assert presets.load("mine").config.seed == 7
    with pytest.raises(ConfigError, match="cannot be deleted"):
        user_presets.remove("nobody's")


def test_out_and_in_again(tmp_path: Path) -> None:
    user_presets.save(MINE, "mine")
    user_presets.export_preset("mine", tmp_path / "given.toml")
    user_presets.remove("mine")
    assert user_presets.import_preset(tmp_path / "given.toml").title == "mine"
    with pytest.raises(ConfigError, match="already"):
        user_presets.import_preset(tmp_path / "given.toml")
    user_presets.export_preset("wgan-gp", tmp_path / "given.toml")
    assert user_presets.import_preset(tmp_path / "given.toml").title == "WGAN-GP (copy)"


def test_a_file_that_is_broken_is_skipped_and_told_of() -> None:
    user_presets.save(MINE, "good")
    (paths.presets_home() / "bad.toml").write_text("seed = \n")
    (paths.presets_home() / "odd.toml").write_text("[network]\nwidht = 3\n")
    found, problems = presets.own()
    assert [each.name for each in found] == ["good"]
    assert [("bad.toml" in each, "odd.toml" in each) for each in problems] == [(True, False), (False, True)]
    assert presets.names()[-1] == "good"
    with pytest.raises(ConfigError, match=r"bad\.toml cannot be read"):
        presets.load("bad")


def test_the_command_line_takes_ones_own() -> None:
    user_presets.save(MINE, "mine")
    arguments = cli.parse(["train", "--preset", "mine", "--epochs", "3"])
    config = setting_flags.configure(arguments.settings, arguments.preset)
    assert (config.preset, config.seed, config.epochs) == ("mine", 7, 3)
    assert "mine" in cli.build()[1]["train"].format_help()
