"""Sentences that reach the window name what is in the window; what to type is kept apart, in `at_prompt`."""

import ast
import re
from collections.abc import Iterator
from pathlib import Path

import pytest

import ganstudio

HERE = Path(ganstudio.__file__).parent
AT_A_PROMPT = ("commands", "benchmark", "cli.py", "doctor.py", "__main__.py")  # nobody reads these in the window
SAID = re.compile(r"(Error|Failed|Notice|Unavailable)$")
TYPED = re.compile(r"(?<![\w-])--[a-z]|\bganstudio [a-z]+\b|\bGANSTUDIO_[A-Z]+")


def sentences(tree: ast.AST) -> Iterator[tuple[int, str]]:
    """Line and text of what errors and notices are made of, all but `at_prompt`."""
    for call in ast.walk(tree):
        if not isinstance(call, ast.Call):
            continue
        name = call.func.id if isinstance(call.func, ast.Name) else getattr(call.func, "attr", "")
        if SAID.search(name):
            parts = [*call.args, *(each.value for each in call.keywords if each.arg != "at_prompt")]
            for part in (inner for each in parts for inner in ast.walk(each)):
                if isinstance(part, ast.Constant) and isinstance(part.value, str):
                    yield part.lineno, part.value


PIP = ("data/torchvision_bridge.py",)  # pip has no place in the window: its words are typed, wherever one reads them


def files() -> list[Path]:
    paths = [path.relative_to(HERE) for path in HERE.rglob("*.py")]
    return [HERE / path for path in paths if path.parts[0] not in AT_A_PROMPT and path.as_posix() not in PIP]


def test_no_sentence_for_the_window_names_what_is_typed() -> None:
    found = [
        f"{path.relative_to(HERE)}:{line}: {text}"
        for path in files()
        for line, text in sentences(ast.parse(path.read_text(encoding="utf-8")))
        if TYPED.search(text)
    ]
    assert not found, "\n".join(found)


@pytest.mark.parametrize(
    ("code", "faulty"),
    [
        ('raise RunError(f"{path} is full. Name another with --out")', True),
        ('Notice("To get it: ganstudio datasets download mnist")', True),
        ('raise RunError("It is full.", at_prompt="To name another: --out DIR")', False),
    ],
)
def test_the_check_finds_what_it_looks_for(code: str, faulty: bool) -> None:
    assert any(TYPED.search(text) for _, text in sentences(ast.parse(code))) == faulty
