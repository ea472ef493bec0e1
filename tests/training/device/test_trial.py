"""Devices that PyTorch lists and cannot compute on."""

import pytest
import torch

from ganstudio import doctor
from ganstudio.commands import launch
from ganstudio.errors import ConfigError
from ganstudio.training.device import autotune, hardware, trial
from support import training


@pytest.fixture
def old_card(monkeypatch: pytest.MonkeyPatch) -> None:
    """A machine with a card that is older than those which PyTorch was built for."""

    def fail(name: str) -> None:
        raise RuntimeError("CUDA error: no kernel image is available for execution on the device\nMore about it.")

    monkeypatch.setattr(hardware, "devices", lambda: ["cuda:0", "cpu"])
    monkeypatch.setattr(trial, "train_briefly", fail)


@pytest.mark.usefixtures("old_card")
def test_auto_takes_the_processor_and_says_why() -> None:
    assert hardware.choose_device("auto") == torch.device("cpu")
    choice = autotune.resolve(training.config(engine__device="auto", engine__threads=1))
    assert choice.config.engine.device == "cpu"
    assert "cuda:0 cannot be used" in choice.text
    assert "no kernel image is available" in choice.text
    assert "More about it" not in choice.text


@pytest.mark.usefixtures("old_card")
@pytest.mark.parametrize("name", ["cuda", "cuda:0"])
def test_the_card_by_name_is_refused_with_what_to_type(name: str) -> None:
    with pytest.raises(ConfigError, match="no kernel image") as caught:
        hardware.choose_device(name)
    assert "--device cpu" in caught.value.typed


@pytest.mark.parametrize("error", [AssertionError("Torch not compiled with CUDA enabled"), NotImplementedError()])
def test_whatever_the_first_kernel_raises_is_caught(error: Exception, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(name: str) -> None:
        raise error

    monkeypatch.setattr(trial, "train_briefly", fail)
    assert trial.trouble("xpu:0")


def test_a_device_that_works_is_tried_once(monkeypatch: pytest.MonkeyPatch) -> None:
    tried: list[str] = []
    monkeypatch.setattr(trial, "_passed", set())
    monkeypatch.setattr(trial, "train_briefly", tried.append)
    assert trial.trouble("cuda:0") == trial.trouble("cuda:0") == ""
    assert tried == ["cuda:0"]


def test_the_trial_trains_and_leaves_random_numbers_alone() -> None:
    before = torch.get_rng_state()
    trial.train_briefly("cpu")
    assert torch.equal(torch.get_rng_state(), before)


def test_a_device_that_is_not_there_is_named_with_those_that_are() -> None:
    with pytest.raises(ConfigError, match="no device cuda") as caught:
        hardware.choose_device("cuda:7")
    assert "--device cpu" in caught.value.typed


@pytest.mark.usefixtures("old_card")
def test_doctor_names_a_card_that_does_not_work_and_can_train() -> None:
    problems: list[doctor.Problem] = []
    lines = doctor._devices(problems)
    assert lines[0] == "cuda:0: does not work with this PyTorch"
    assert lines[1].startswith("cpu: ")
    assert "no kernel image" in problems[0].text
    assert not problems[0].prevents_training


@pytest.mark.usefixtures("old_card")
def test_several_processes_train_on_the_processor_then(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(launch, "check_gpus", lambda count: pytest.fail("there is no GPU that works"))
    launch._check(training.config(engine__device="auto"), 2)
