"""Settings, declared once: reading, limits, names, and what is not allowed."""

import dataclasses
from pathlib import Path

import pytest

from ganstudio import config as cfg
from ganstudio import settings
from ganstudio.errors import ConfigError
from ganstudio.settings import Setting, check


def test_every_default_is_within_its_own_limits() -> None:
    assert cfg.validate(cfg.RunConfig()) == cfg.RunConfig()


@pytest.mark.parametrize("known", cfg.SETTINGS.values(), ids=lambda known: known.path)
def test_every_setting_says_what_a_person_must_know(known: Setting) -> None:
    rules = known
    assert rules.label
    assert rules.full_help.endswith(".")
    assert rules.live or rules.why_fixed, "a setting that cannot change during a run says why"
    assert not (rules.live and rules.why_fixed)
    is_named = rules.choices or rules.notation or known.type in (bool, str)
    assert is_named or (rules.low is not None and rules.high is not None)


WRONG_DECLARATIONS = """
from dataclasses import dataclass
from ganstudio.settings import setting

@dataclass(frozen=True)
class Part:
    fine: int = setting(1, "label", "Help.", low=0, high=2, live=True, choices={1: ""}, off=1)
    default: int = setting("one", "label", "Help.")
    keyword: int = setting(1, "label", "Help.", lively=True)
    choice: int = setting(1, "label", "Help.", choices={"one": ""})
    limit: float = setting(1.0, "label", "Help.", low="0")
"""


def test_a_wrong_declaration_is_an_error_for_the_type_checker(tmp_path: Path) -> None:
    mypy = pytest.importorskip("mypy.api")
    file = tmp_path / "declared_wrongly.py"
    file.write_text(WRONG_DECLARATIONS)
    flags = ["--follow-imports=skip", "--config-file=", f"--cache-dir={tmp_path}"]  # of all else, torch takes minutes
    report, problems, _ = mypy.run([*flags, str(file), settings.__file__])
    assert not problems
    wrong = {int(line.split(":")[1]) for line in report.splitlines() if file.name in line and ": error:" in line}
    lines = WRONG_DECLARATIONS.splitlines()
    names = {line.split(":")[0].strip() for number, line in enumerate(lines, 1) if number in wrong}
    assert names == {"default", "keyword", "choice", "limit"}, report


def test_flag_is_the_dotted_name_with_hyphens() -> None:
    assert cfg.find("schedule.d_steps").flag == "--schedule.d-steps"
    assert cfg.find("seed").flag == "--seed"


def test_find_takes_hyphens_and_offers_the_nearest_name() -> None:
    assert cfg.find("schedule.d-steps").path == "schedule.d_steps"
    with pytest.raises(ConfigError, match=r"no setting named schedule\.d_stepz\. Did you mean schedule\.d_steps\?"):
        cfg.find("schedule.d_stepz")


@pytest.mark.parametrize(
    ("path", "text", "value"),
    [
        ("schedule.d_steps", "5", 5),
        ("optimizer.d_lr", "1e-3", 1e-3),
        ("schedule.reuse_fakes", "true", True),
        ("schedule.reuse_fakes", "false", False),
        ("data.size", "64", 64),
        ("data.size", "64x64", 64),
        ("data.size", " 96 X 128", "96x128"),
        ("data.size", [48, 24], "48x24"),
        ("objective.loss", "minimax", "minimax"),
        ("epochs", 7, 7),
        ("optimizer.d_lr", 1, 1.0),
    ],
)
def test_change_reads_text_as_the_settings_type(path: str, text: object, value: object) -> None:
    changed = cfg.change(cfg.RunConfig(), path, text)
    assert cfg.read(changed, path) == value
    assert type(cfg.read(changed, path)) is type(value)
    assert [name for name, _, _ in cfg.differences(cfg.RunConfig(), changed)] in ([path], [])


@pytest.mark.parametrize(
    ("path", "value", "says"),
    [
        ("schedule.d_steps", "0", "a whole number from 1 to 100; got 0"),
        ("schedule.d_steps", "101", "from 1 to 100"),
        ("schedule.d_steps", "1.5", "a whole number"),
        ("schedule.d_steps", "many", "a whole number"),
        ("schedule.d_steps", True, "a whole number"),
        ("optimizer.d_lr", "nan", "a number from 1e-7 to 1"),
        ("optimizer.d_lr", "inf", "a number from 1e-7 to 1"),
        ("optimizer.d_lr", None, "a number"),
        ("schedule.reuse_fakes", "perhaps", "true or false"),
        (
            "data.size",
            "30",
            "such as 96x128 (8 to 256 pixels, 3 to 8 times the same power of two); got '30'. Nearest: 32, 28.",
        ),
        ("data.size", "100x130", "got '100x130'. Nearest: 96x128, 128x160."),
        ("data.size", 512, "got 512. Nearest: 256, 224."),
        ("data.size", 10**400, "0. Nearest: 256, 224."),
        ("data.size", "64x", "a side such as 64 or height x width such as 96x128"),
        ("data.size", True, "a side such as 64"),
        ("data.size", "9" * 5000, "a side such as 64"),
        ("data.channels", 2, "one of 1, 3, 4"),
        ("objective.loss", "hinge-ish", "one of non-saturating, minimax"),
        ("optimizer.batch_size", 1, "(pictures)"),
        ("seed", -1, "from 0 to 2,147,483,647"),
    ],
)
def test_what_is_not_allowed_is_told_with_what_is(path: str, value: object, says: str) -> None:
    with pytest.raises(ConfigError) as caught:
        cfg.change(cfg.RunConfig(), path, value)
    assert path in str(caught.value)
    assert says in str(caught.value)


@pytest.mark.parametrize("path", ["epochs", "optimizer.d_lr", "data.size"])
def test_a_number_too_long_to_be_written_out_is_refused(path: str) -> None:
    with pytest.raises(ConfigError, match="got a number of thousands of digits"):
        cfg.change(cfg.RunConfig(), path, int("f" * 5000, 16))


@pytest.mark.parametrize("known", cfg.SETTINGS.values(), ids=lambda known: known.path)
def test_limits_themselves_are_allowed(known: Setting) -> None:
    for value in (known.low, known.high):
        if value is not None:
            assert check(known, known.type(value)) == value


def test_dictionary_and_back() -> None:
    config = cfg.change(cfg.change(cfg.RunConfig(preset="p"), "network.width", 8), "steps", 3)
    assert cfg.from_dict(cfg.to_dict(config)) == config


def test_dictionary_over_a_base_keeps_the_rest() -> None:
    base = cfg.change(cfg.RunConfig(), "network.width", 8)
    config = cfg.from_dict({"network": {"z_size": 10}}, base)
    assert (config.network.width, config.network.z_size) == (8, 10)


@pytest.mark.parametrize("values", [{"colour": 1}, {"data": {"colour": 1}}, {"data": {"size": "big"}}, {"data": 3}])
def test_dictionary_with_a_wrong_name_or_value_is_refused(values: dict[str, object]) -> None:
    with pytest.raises(ConfigError):
        cfg.from_dict(values)


def test_validate_finds_what_was_put_in_past_the_checks() -> None:
    wrong = dataclasses.replace(cfg.RunConfig(), optimizer=dataclasses.replace(cfg.OptimizerConfig(), batch_size=0))
    with pytest.raises(ConfigError, match=r"optimizer\.batch_size"):
        cfg.validate(wrong)


def test_differences_name_old_and_new() -> None:
    new = cfg.change(cfg.RunConfig(), "optimizer.d_lr", 1e-3)
    assert cfg.differences(cfg.RunConfig(), new) == [("optimizer.d_lr", 2e-4, 1e-3)]


def test_configuration_cannot_be_changed_in_place() -> None:
    with pytest.raises(dataclasses.FrozenInstanceError):
        cfg.RunConfig().seed = 3  # type: ignore[misc]  # that it cannot is the point
