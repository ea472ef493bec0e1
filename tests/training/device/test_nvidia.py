"""A card that this build of PyTorch cannot use is named, with what to do."""

import os
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest
import torch

from ganstudio import cli
from ganstudio.commands import following
from ganstudio.commands.console import Console
from ganstudio.training.device import nvidia

pytestmark = pytest.mark.skipif(os.name != "posix", reason="the driver's program is a script here")


@pytest.fixture(autouse=True)
def _asked_anew() -> Iterator[None]:
    nvidia.advice.cache_clear()
    yield
    nvidia.advice.cache_clear()


@pytest.fixture
def driver(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """`nvidia-smi` of a computer with one card."""
    program = tmp_path / "bin" / "nvidia-smi"
    program.parent.mkdir()
    program.write_text("#!/bin/sh\necho 'NVIDIA GeForce RTX 3060'\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", str(program.parent), prepend=os.pathsep)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: False)
    return program


def test_a_build_without_cuda_is_said_with_the_command(driver: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.version, "cuda", None)
    told = nvidia.advice()
    assert told.startswith("There is an NVIDIA card (NVIDIA GeForce RTX 3060), and this PyTorch (")
    assert f"{sys.executable} -m pip install --force-reinstall --index-url https://download.pytorch.org/whl/cu" in told


def test_a_driver_that_is_too_old_is_said(driver: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.version, "cuda", "12.8")
    assert "built for CUDA 12.8, cannot use it. Its driver may be too old" in nvidia.advice()


@pytest.mark.parametrize("script", ["exit 9", "echo", "exec sleep 30"])
def test_a_driver_without_an_answer_means_no_card(script: str, driver: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nvidia, "_ASK_SECONDS", 0.2)
    driver.write_text(f"#!/bin/sh\n{script}\n")
    assert nvidia.advice() == ""


def test_doctor_and_the_start_of_a_run_say_it(
    driver: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setattr(torch.version, "cuda", None)
    assert cli.main(["doctor"]) == 0
    assert "- A GPU: There is an NVIDIA card" in capsys.readouterr().out
    following.advise(Console(bar=False))
    assert "There is an NVIDIA card" in capsys.readouterr().out


def test_where_all_is_as_it_should_be_nothing_is_said(driver: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: True)
    assert nvidia.advice() == ""
