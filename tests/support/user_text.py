"""Lists the text that users read, with file and line, for review and for translation.

    python tests/support/user_text.py [FOLDER]

Text is every string with a space in it that is no docstring: labels, tooltips, notices, errors, help of settings and
commands. What is put into a sentence is shown in braces. FOLDER is a part of the package, such as `gui/window`.
"""

import ast
import re
import sys
from collections.abc import Iterator
from pathlib import Path

PACKAGE = Path(__file__).parents[2] / "ganstudio"


def strings(path: Path) -> Iterator[tuple[int, str]]:
    """Yield the line and text of each string in a Python file that is neither a docstring nor a part of another one."""
    tree = ast.parse(path.read_text(encoding="utf-8"))
    inner: set[int] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Expr) and isinstance(node.value, ast.Constant):
            inner.add(id(node.value))  # a docstring
        if isinstance(node, ast.JoinedStr):
            inner.update(id(part) for part in ast.walk(node) if part is not node)
    for node in ast.walk(tree):
        if id(node) in inner:
            continue
        if isinstance(node, ast.Constant) and isinstance(node.value, str):
            yield node.lineno, node.value
        elif isinstance(node, ast.JoinedStr):
            parts = (
                str(part.value) if isinstance(part, ast.Constant) else "{" + ast.unparse(part.value) + "}"  # type: ignore[attr-defined]
                for part in node.values
            )
            yield node.lineno, "".join(parts)


def sentences(folder: Path = PACKAGE) -> Iterator[tuple[Path, int, str]]:
    """Yield file, line and text of everything under a folder that users may read."""
    for path in sorted(folder.rglob("*.py")):
        for line, text in strings(path):
            if " " in text.strip() and re.search(r"[A-Za-z]{3}", text):
                yield path, line, text


def main() -> None:
    """Print them."""
    for path, line, text in sentences(PACKAGE / (sys.argv[1] if len(sys.argv) > 1 else "")):
        print(f"{path.relative_to(PACKAGE.parent)}:{line}\t{text!r}")


if __name__ == "__main__":
    main()
