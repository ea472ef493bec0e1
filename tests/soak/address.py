"""Names by which a replay finds the same widgets: the way from a window down, by class, objectName and place."""

import contextlib
from collections.abc import Iterator

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QApplication, QWidget

_BETWEEN = " > "


def address_of(widget: QWidget) -> str:
    """The way from its window to a widget."""
    steps = []
    part: QWidget | None = widget
    while part is not None:
        parent = None if part.isWindow() else part.parentWidget()
        steps.append(f"{_kind(part)}[{_alike(part, parent).index(part)}]")
        part = parent
    return _BETWEEN.join(reversed(steps))


def widget_at(address: str) -> QWidget | None:
    """The widget of that address; None if there is none now."""
    found: QWidget | None = None
    for step in address.split(_BETWEEN):
        kind, _, number = step.removesuffix("]").rpartition("[")
        alike = [each for each in _among(found) if _kind(each) == kind]
        if int(number) >= len(alike):
            return None
        found = alike[int(number)]
    return found


@contextlib.contextmanager
def going() -> Iterator[None]:
    """Stop quietly, within, at a part of a window that goes just then.

    PySide also takes a part that Qt made for deleted, such as the list in a combo box, as soon as nothing refers to
    what it is in.
    """
    try:
        yield
    except RuntimeError as problem:
        if "already deleted" not in str(problem):
            raise


def windows() -> list[QWidget]:
    """All windows that are shown."""
    return [each for each in QApplication.topLevelWidgets() if each.isVisible()]


def is_within_reach(window: QWidget) -> bool:
    """Whether a person can close a window: no other one asks first, such as Qt's box that a file was not found."""
    asking = QApplication.activeModalWidget()
    return asking is None or window is asking or asking.isAncestorOf(window)


def parts(widget: QWidget) -> Iterator[QWidget]:
    """All parts of a window that are shown, not those of windows above it."""
    for each in _among(widget):
        if each.isVisible() and not each.isWindow():
            yield each
            yield from parts(each)


def _kind(widget: QWidget) -> str:
    name = f"#{widget.objectName()}" if widget.objectName() else ""
    return f"{widget.metaObject().className()}{name}"


def _alike(widget: QWidget, parent: QWidget | None) -> list[QWidget]:
    return [each for each in _among(parent) if _kind(each) == _kind(widget)]


def _among(parent: QWidget | None) -> list[QWidget]:
    if parent is None:
        return windows()
    return parent.findChildren(QWidget, options=Qt.FindChildOption.FindDirectChildrenOnly)
