"""`ganstudio explain`: say what goes wrong in a run, or went wrong, and what may mend it."""

import argparse
import json
import math
import shlex
import textwrap
from pathlib import Path
from typing import TYPE_CHECKING, Any

from ganstudio.commands import DONE
from ganstudio.commands.parser import Commands, add_run_argument
from ganstudio.text import one_line

if TYPE_CHECKING:
    from ganstudio.coach.finding import Effect, Figure, Finding, Remedy
    from ganstudio.coach.record import Record
    from ganstudio.runs.folder import RunFolder

_WIDTH = 110  # characters of a line
_COLUMN = 7  # characters of the severity, and of the indent below it


def add_parser(commands: Commands) -> None:
    """Add the command to the command line."""
    parser = commands.add("explain", run, "Say what goes wrong in a run, and what may mend it.")
    add_run_argument(parser)
    parser.add_flag("--json", action="store_true", help="print the findings as JSON, for other programs")


def run(arguments: argparse.Namespace) -> int:
    """Do what was typed and return the exit code."""
    print(explain(arguments.folder, as_json=arguments.json))
    return DONE


def explain(name: Path, *, as_json: bool) -> str:
    """Return what the coach finds in a run, as text or as JSON. Raises RunError."""
    from ganstudio.coach import of_run
    from ganstudio.coach.explain import explain as find
    from ganstudio.runs import lookup
    from ganstudio.runs.folder import RunFolder

    run = RunFolder.open(lookup.find(name))
    record, failure = of_run.read(run)
    findings = find(record)
    if as_json:
        return json.dumps(_as_json(run, record, findings), indent=1)
    lines = _head(run, record, findings, failure)
    for finding in findings:
        lines += ["", *_describe(run, finding)]
    return "\n".join(lines)


# ---- text ----------------------------------------------------------------------------------------------------------


def _head(run: "RunFolder", record: "Record", findings: "list[Finding]", failure: str) -> list[str]:
    from ganstudio.coach.windows import WARM_UP_STEPS

    count = sum(finding.is_open for finding in findings)
    over = len(findings) - count
    parts = [f"{count} finding{'' if count == 1 else 's'}" if findings else "nothing found"]
    parts += [f"{over} over"] if over else []
    lines = [f"{one_line(run.display_name)}: {record.last_step:,} steps, {', '.join(parts)}."]
    if failure:
        lines.append(f"It failed: {one_line(failure)}")
    if record.last_step < WARM_UP_STEPS:
        lines.append(f"Most faults are told only after {WARM_UP_STEPS} steps.")
    if not record.measures:
        lines.append("What G makes has not been measured yet, so only the losses and the settings are judged.")
    return lines


def _describe(run: "RunFolder", finding: "Finding") -> list[str]:
    from ganstudio.coach.finding import effect_text, figure_text

    since = f"since step {finding.began:,}, found at {finding.found:,}"
    if not finding.is_open:
        by = f", after {one_line(finding.cleared_by)}" if finding.cleared_by else ""
        since = f"from step {finding.began:,}, over at {finding.cleared:,}{by}"
    lines = _wrap(f"{one_line(finding.title)} ({finding.id}), {since}", finding.severity)
    lines += _wrap(finding.text)
    lines += _wrap("; ".join(map(figure_text, finding.figures)))
    lines += _wrap(effect_text(finding.effect)) if finding.effect else []
    for remedy in finding.remedies:
        lines += _wrap(f"{remedy.text}.", "")
        command = _command(run, remedy)
        lines += [" " * (_COLUMN + 2) + command] if command else []
    return lines


def _wrap(text: str, first: str = "") -> list[str]:
    indent = " " * _COLUMN
    return textwrap.wrap(
        text,
        _WIDTH,
        initial_indent=first.ljust(_COLUMN),
        subsequent_indent=indent,
        break_long_words=False,
        break_on_hyphens=False,
    )


def _command(run: "RunFolder", remedy: "Remedy") -> str:
    """Return what to type to try a remedy; "" where there is nothing to type."""
    from ganstudio.coach.finding import RemedyKind

    if remedy.kind in (RemedyKind.WAIT, RemedyKind.NEW_RUN):
        return ""
    words = ["ganstudio", "branch", str(run.path)]
    words += [] if remedy.back_to is None else ["--at", str(remedy.back_to)]
    for path, value in remedy.changes.items():
        words += [f"--{path.replace('_', '-')}", str(value).lower()]
    return shlex.join(words)


# ---- JSON ----------------------------------------------------------------------------------------------------------


def _as_json(run: "RunFolder", record: "Record", findings: "list[Finding]") -> dict[str, Any]:
    return {
        "run": run.display_name,
        "folder": str(run.path),
        "steps": record.last_step,
        "findings": [
            {
                "id": finding.id,
                "severity": finding.severity,
                "title": finding.title,
                "text": finding.text,
                "began": finding.began,
                "found": finding.found,
                "cleared": finding.cleared,
                "cleared_by": finding.cleared_by,
                "effect": _effect_as_json(finding.effect),
                "figures": [_figure_as_json(figure) for figure in finding.figures],
                "remedies": [_remedy_as_json(run, remedy) for remedy in finding.remedies],
            }
            for finding in findings
        ],
    }


def _figure_as_json(figure: "Figure") -> dict[str, Any]:
    value = figure.value if math.isfinite(figure.value) else None  # JSON has no infinity
    return {"name": figure.name, "value": value, "threshold": figure.threshold, "below": figure.below}


def _effect_as_json(effect: "Effect | None") -> dict[str, Any] | None:
    if effect is None:
        return None
    figures = [{"name": name, "before": before, "now": now} for name, before, now in effect.figures]
    return {"step": effect.step, "change": effect.change, "figures": figures}


def _remedy_as_json(run: "RunFolder", remedy: "Remedy") -> dict[str, Any]:
    return {
        "text": remedy.text,
        "kind": remedy.kind,
        "changes": dict(remedy.changes),
        "back_to": remedy.back_to,
        "command": _command(run, remedy),
    }
