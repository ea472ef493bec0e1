"""The commands that the program names for what is missing."""

import shlex
import sys
from pathlib import Path

import pytest

from ganstudio import installing

ROOT = Path(__file__).parents[1]


def test_a_checkout_names_itself_and_this_python() -> None:
    assert shlex.split(installing.of_program("onnx")) == [
        *(sys.executable, "-m", "pip", "install", "-e"),
        f"{ROOT}[onnx]",
    ]


def test_a_wheel_names_the_package(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setattr(installing, "_CHECKOUT", tmp_path)
    assert installing.of_program("onnx").endswith("-m pip install 'ganstudio[onnx]'")
    assert installing.of_program().endswith("-m pip install ganstudio")


def test_a_shell_reads_it_as_it_is_meant(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "executable", "/a place/python")
    assert shlex.split(installing.command("x[y]")) == ["/a place/python", "-m", "pip", "install", "x[y]"]
