"""Table of benchmarks in a text file: a row for each hardware and preset, between two marks."""

from pathlib import Path

from ganstudio.benchmark.report import Report, count
from ganstudio.errors import InputError, reason
from ganstudio.system import atomic

BEGIN, END = "<!-- bench -->", "<!-- /bench -->"
HEADINGS = ("preset", "hardware", "pictures/s", "plain loop", "ratio", "of the peak", "memory", "measured")
KEY_COLUMNS = 2  # preset and hardware: there is one row for each


def check(path: Path) -> None:
    """Check that `path` has a place for the table, before minutes of measuring.

    Raises
    ------
    InputError
        It has none.
    """
    _parts(path, _read(path))


def write(path: Path, report: Report) -> None:
    """Write the report's row into the table of `path`; it replaces an earlier one of that preset and hardware.

    Raises
    ------
    InputError
        The file has no place for the table, or cannot be written.
    """
    before, block, after = _parts(path, _read(path))
    new = _row(report)
    rows = [new if row[:KEY_COLUMNS] == new[:KEY_COLUMNS] else row for row in _rows(block)]
    if new not in rows:
        rows.append(new)
    lines = [_line(HEADINGS), _line(("---",) * len(HEADINGS)), *map(_line, rows)]
    text = "\n".join([before + BEGIN, *lines, END + after])
    try:
        atomic.write(path.resolve(), [text.encode()], durable=False)
    except OSError as error:
        raise InputError(f"{path} cannot be written: {reason(error)}.") from None


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except OSError as error:
        raise InputError(f"{path} cannot be read: {reason(error)}.") from None
    except UnicodeDecodeError as error:
        raise InputError(f"{path} cannot be read: {error}.") from None


def _parts(path: Path, text: str) -> tuple[str, str, str]:
    """Return the text before the table, in it, and after it."""
    before, begin, rest = text.partition(BEGIN)
    block, end, after = rest.partition(END)
    if not begin or not end:
        raise InputError(f"{path} has no place for the table: put the lines {BEGIN} and {END} where it should go.")
    return before, block, after


def _row(report: Report) -> tuple[str, ...]:
    engine = report.config.engine
    threads = f", {count(engine.threads, 'thread')}" if report.device == "cpu" else ""
    return tuple(
        cell.replace("|", "/")
        for cell in (
            report.label,
            report.hardware,
            f"{report.images_per_second:,.0f}",
            f"{report.plain_images_per_second:,.0f}",
            f"{report.ratio:.2f}",
            f"{report.peak_share:.0%}",
            f"{report.memory / 1e6:,.0f} MB",
            f"{report.date[:10]}, {engine.precision}{threads}, torch {report.versions['torch']}",
        )
    )


def _rows(block: str) -> list[tuple[str, ...]]:
    """Return the rows of a table that `write` made, without headings and other lines."""
    cells = [tuple(cell.strip() for cell in line.strip().strip("|").split("|")) for line in block.splitlines()]
    return [row for row in cells if len(row) == len(HEADINGS) and row != HEADINGS and not set(row[0]) <= set("-: ")]


def _line(cells: tuple[str, ...]) -> str:
    return f"| {' | '.join(cells)} |"
