"""What the coach has said of a run, as marks of its history: when a fault was found, and when it was over."""

from collections.abc import Iterable, Sequence

from ganstudio.coach.finding import Finding, figure_text
from ganstudio.events import Marked, MarkKind
from ganstudio.text import one_line


def news(findings: Sequence[Finding], marks: Iterable[Marked], step: int) -> list[Marked]:
    """Return marks of what is new at a step beside those that the history has: faults that began, or are over.

    A mark of kind "finding" has the id of the finding as `path`, the step at which it began as `old`, and as `new` the
    step at which it was over; None: it goes on.
    """
    open_marks = said_open(marks)
    last = {one.id: one for one in sorted(findings, key=lambda one: (one.is_open, one.began))}
    found = [_begun(one, step) for one in last.values() if one.is_open and one.id not in open_marks]
    for id, mark in open_marks.items():
        now = last.get(id)
        if now is None or not now.is_open:
            found.append(_over(mark, now, step))
    return found


def said_open(marks: Iterable[Marked]) -> dict[str, Marked]:
    """Return the marks of findings that go on, as far as the history says, by id."""
    found: dict[str, Marked] = {}
    for mark in marks:
        if mark.kind == MarkKind.FINDING:
            found.pop(mark.path, None)
            if mark.new is None:
                found[mark.path] = mark
    return found


def _begun(one: Finding, step: int) -> Marked:
    text = f"{one_line(one.title)}, since step {one.began:,}"
    figures = "; ".join(map(figure_text, one.figures))
    return Marked(step, MarkKind.FINDING, f"{text}: {figures}" if figures else text, one.id, one.began, None)


def _over(mark: Marked, one: Finding | None, step: int) -> Marked:
    """Return the mark that a finding is over: at a step that is known, or as it is no longer found."""
    began = mark.old if isinstance(mark.old, int) else mark.step
    if one is None or one.cleared is None or one.cleared <= began:  # of an earlier time
        title = one_line(mark.text.partition(", since step")[0])
        return Marked(step, MarkKind.FINDING, f"No longer found: {title}", mark.path, began, step)
    by = f", after {one_line(one.cleared_by)}" if one.cleared_by else ""
    text = f"Over since step {one.cleared:,}: {one_line(one.title)}{by}"
    return Marked(step, MarkKind.FINDING, text, one.id, began, one.cleared)
