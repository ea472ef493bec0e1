"""What cannot be read, reached or told apart in a window as it is shown now."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import cache

import numpy as np
from PySide6.QtCore import QPoint, QRect, QRectF, Qt
from PySide6.QtGui import QGuiApplication
from PySide6.QtWidgets import (
    QAbstractButton,
    QAbstractItemView,
    QAbstractScrollArea,
    QAbstractSpinBox,
    QApplication,
    QComboBox,
    QDockWidget,
    QLabel,
    QLineEdit,
    QMainWindow,
    QMenu,
    QMenuBar,
    QProgressBar,
    QScrollBar,
    QSlider,
    QTabBar,
    QToolButton,
    QWidget,
)

from ganstudio.gui.notices.card import CardStack
from ganstudio.gui.tour.card import TourCard
from ganstudio.gui.window.run_drop import DropHint
from support.walk import painted

TITLE_BAR = 28  # px that a window manager takes above a window, where there is none to ask
_CONTROLS = (QAbstractButton, QAbstractSpinBox, QComboBox, QLineEdit, QProgressBar, QSlider, QTabBar, QAbstractItemView)
_ELLIPSIS = "\N{HORIZONTAL ELLIPSIS}"
_EXTENSIONS = ("qt_toolbar_ext_button", "qt_menubar_ext_button")

# Texts that may be cut because they decide nothing: objectName -> why.
MAY_BE_CUT: dict[str, str] = {
    "sectionSummary": "what a folded section holds, which its tooltip says whole, and a click shows",
}

# Areas that may scroll though the screen has room: objectName or class -> why.
MAY_SCROLL: dict[str, str] = {
    "helpList": "all terms of the glossary; a field above it finds one",
    "exportList": "each export that is over stays in it",
    "runsList": "there is no end to how many runs a user has",
    "importSkipped": "there is no end to how many files are skipped",
    "importClasses": "nor to how many classes there are",
    "insideLayers": "there is no end to how many layers a network has; the arrow keys bring each into view",
    "_PresetList": "there is no end to how many presets of their own a user has",
    "QPlainTextEdit": "the traceback of an error is as long as it is, and nobody has to read it",
}


FLOATING = (CardStack, DropHint, TourCard)


@dataclass(frozen=True)
class Fault:
    """One thing that is wrong with what is shown."""

    kind: str
    widget: str
    words: str


@cache
def _seen(widget: QWidget) -> QRect:
    """What the widget's ancestors let be seen of it, in its own pixels."""
    parent = widget.parentWidget()
    if parent is None or widget.isWindow():
        return widget.rect()
    return widget.rect().intersected(_seen(parent).translated(-widget.pos()))


@cache
def shown_in(window: QWidget) -> list[QWidget]:
    """The window and all that it shows, when its faults were looked for; the first time, now."""
    return [window, *(each for each in window.findChildren(QWidget) if each.isVisible())]


def faults_of(window: QWidget) -> list[Fault]:
    """All that is wrong with a window and what is in it."""
    for known in (shown_in, _seen, _floats, _is_behind, _scrolled_in, _named, name_of):
        known.cache_clear()  # of how it was before
    shown = [each for each in shown_in(window) if each.window() is window and not _is_behind(each, window)]
    texts = [each for each in painted.texts_of(window) if not _is_behind(each.widget, window)]
    found = [*_of_texts(texts, window), *_of_controls(shown, window), *_of_scroll_bars(shown, window)]
    found += [*_of_place(window), *_of_axes(shown, texts)]
    return list(dict.fromkeys(found))


# Texts


def _of_texts(texts: list[painted.Text], window: QWidget) -> Iterator[Fault]:
    for text in texts:
        if _named(text.widget) & MAY_BE_CUT.keys() or _ends_in_view(text):
            continue
        scrolls = _scrolled_in(text.widget)
        if _is_elided(text):
            yield Fault("elided", name_of(text.widget), text.words)
        elif text.cut() and not (scrolls and scrolls.viewport() is text.widget):
            yield Fault("text cut", name_of(text.widget), text.words)
        elif scrolls is None and not _holds(_seen(text.widget), text.place):
            yield Fault("text out of sight", name_of(text.widget), text.words)
    yield from _overlapping(texts, window)


def _ends_in_view(text: painted.Text) -> bool:
    """Whether it is a field for a line longer than itself that shows the end, which says most of a path."""
    field = text.widget
    if not isinstance(field, QLineEdit) or isinstance(field.parentWidget(), QAbstractSpinBox | QComboBox):
        return False
    return text.place.right() <= field.width()


def _holds(room: QRect, place: QRectF) -> bool:
    air = place.height() * 0.2
    return (
        place.left() >= room.left() - 1.5
        and place.right() <= room.right() + 2.5
        and place.top() >= room.top() - air
        and place.bottom() <= room.bottom() + 1 + air
    )


def _is_elided(text: painted.Text) -> bool:
    """Whether an ellipsis was painted that is not the author's own."""
    if _ELLIPSIS not in text.words:
        return False
    painted_words = text.words.strip()
    return not any(painted_words in whole for whole in _whole_texts(text.widget))


def _whole_texts(widget: QWidget) -> Iterator[str]:
    """What the widget would say if there were room for all."""
    if isinstance(whole := getattr(widget, "full", None), Callable):
        yield whole()
        return
    view = widget.parentWidget()
    if isinstance(view, QAbstractItemView) and (model := view.model()) is not None:
        at = view.indexAt(QPoint(2, 2))
        while at.isValid():
            yield str(at.data() or "")
            at = view.indexBelow(at) if hasattr(view, "indexBelow") else model.index(at.row() + 1, at.column())
    if isinstance(widget, QComboBox):
        yield from (widget.itemText(index) for index in range(widget.count()))
    if isinstance(widget, QTabBar):
        yield from (widget.tabText(index) for index in range(widget.count()))
    if isinstance(widget, QMenu | QMenuBar | QToolButton):
        yield from (each.text().replace("&", "") for each in widget.actions())
    for reader in ("text", "placeholderText", "title", "windowTitle", "toPlainText", "words"):
        if callable(ask := getattr(widget, reader, None)):
            try:
                said = ask()
            except TypeError:  # asks for more than we know
                continue
            yield str(said).replace("&", "")
    yield widget.accessibleDescription()  # of widgets that paint a sentence by themselves


def _overlapping(texts: list[painted.Text], window: QWidget) -> Iterator[Fault]:
    placed = []
    for text in texts:
        origin = text.widget.mapTo(window, QPoint())
        seen = QRectF(_seen(text.widget)).intersected(text.place).translated(origin)
        if not seen.isEmpty():
            air = seen.height() * 0.22
            placed.append((seen.adjusted(1, air, -1, -air), text))
    placed.sort(key=lambda each: each[0].top())
    for index, (place, text) in enumerate(placed):
        for other_place, other in placed[index + 1 :]:
            if other_place.top() > place.bottom():
                break
            if text.widget is other.widget and isinstance(text.widget, QLineEdit):
                continue  # what is selected is painted once more
            if place.intersects(other_place) and _floats(text.widget) == _floats(other.widget):
                yield Fault("texts over each other", name_of(text.widget), f"{text.words} / {other.words}")


@cache
def _floats(widget: QWidget) -> bool:
    """Whether it is on a ground of its own over what is below: the words of an empty grid, never a control."""
    return "dropHint" in _named(widget) or any(isinstance(widget, each) or _inside(widget, each) for each in FLOATING)


def _inside(widget: QWidget, kind: type[QWidget]) -> bool:
    parent = widget.parentWidget()
    while parent is not None and not isinstance(parent, kind):
        parent = parent.parentWidget()
    return parent is not None


# Controls


def _of_controls(shown: list[QWidget], window: QWidget) -> Iterator[Fault]:
    controls = [each for each in shown if isinstance(each, _CONTROLS) and not _is_tab_bar_of_docks(each)]
    for each in controls:
        if each.objectName() in _EXTENSIONS:
            yield Fault("control behind an arrow", name_of(each.parentWidget() or each), "")
        elif isinstance(each, QToolButton) and isinstance(each.parentWidget(), QTabBar):
            yield Fault("tabs scroll", name_of(each.parentWidget() or each), "")
        if each.width() < 6 or each.height() < 6:
            yield Fault("control without room", name_of(each), f"{each.width()} x {each.height()}")
        elif _seen(each) != each.rect() and not _scrolled_in(each):
            seen = _seen(each).size()
            words = f"{_words_of(each)}: {seen.width()} x {seen.height()} of {each.width()} x {each.height()}"
            yield Fault("control out of sight", name_of(each), words)
    leaves = [each for each in shown if isinstance(each, (*_CONTROLS, QLabel)) and not _is_part(each)]
    yield from _colliding([each for each in leaves if not (isinstance(each, QLabel) and not each.text())], window)


def _is_tab_bar_of_docks(widget: QWidget) -> bool:
    """Qt keeps those outside the window that it does not need now."""
    return isinstance(widget, QTabBar) and isinstance(widget.parentWidget(), QMainWindow) and _seen(widget).isEmpty()


def _is_part(widget: QWidget) -> bool:
    """Whether a control is a part of another one."""
    parent = widget.parentWidget()
    return isinstance(parent, (*_CONTROLS, QScrollBar)) or widget.testAttribute(
        Qt.WidgetAttribute.WA_TransparentForMouseEvents
    )


def _colliding(leaves: list[QWidget], window: QWidget) -> Iterator[Fault]:
    placed = [(_seen(each).translated(each.mapTo(window, QPoint())), each) for each in leaves]
    placed = sorted(((at, each) for at, each in placed if not at.isEmpty()), key=lambda each: each[0].top())
    for index, (place, widget) in enumerate(placed):
        for other_place, other in placed[index + 1 :]:
            if other_place.top() > place.bottom() - 1:
                break
            over = place.intersected(other_place)
            if over.width() > 2 and over.height() > 2 and not _related(widget, other) and not _of_tour(widget, other):
                yield Fault("controls over each other", name_of(widget), name_of(other))


def _related(one: QWidget, other: QWidget) -> bool:
    return one.isAncestorOf(other) or other.isAncestorOf(one)


def _of_tour(one: QWidget, other: QWidget) -> bool:
    """Whether one is in the card of the tour, which stands over anything but what it talks about, and can be closed."""
    return _inside(one, TourCard) != _inside(other, TourCard)


# Scroll bars


def _of_scroll_bars(shown: list[QWidget], window: QWidget) -> Iterator[Fault]:
    for bar in shown:
        if not isinstance(bar, QScrollBar):
            continue
        area, missing = bar.parentWidget(), bar.maximum() - bar.minimum()
        while area is not None and not isinstance(area, QAbstractScrollArea):
            area = area.parentWidget()
        if area is None or {area.objectName(), type(area).__name__} & MAY_SCROLL.keys():
            continue
        upright = bar.orientation() == Qt.Orientation.Vertical
        if missing and window.parentWidget() is not None and upright and not _could_grow(window, missing):
            continue  # a dialog as high as the screen
        inside = area.widget().objectName() if hasattr(area, "widget") and area.widget() else ""
        way = "down" if upright else "sideways"
        yield Fault("scrolls", name_of(area), f"{inside} {way}".strip())


def _could_grow(window: QWidget, more: int) -> bool:
    return _framed(window).height() + more <= _screen(window).height()


@cache
def _scrolled_in(widget: QWidget) -> QAbstractScrollArea | None:
    """The area with a bar that brings a widget into view; None if it is nowhere, or there is no bar."""
    parent = widget.parentWidget()
    if parent is None or widget.isWindow():
        return None
    if isinstance(parent, QAbstractScrollArea):
        bars = (parent.verticalScrollBar(), parent.horizontalScrollBar())
        if any(bar.isVisible() and bar.maximum() > bar.minimum() for bar in bars):
            return parent
    return _scrolled_in(parent)


# Windows


def _screen(window: QWidget) -> QRect:
    handle = QGuiApplication.screenAt(window.geometry().center()) or QGuiApplication.primaryScreen()
    return handle.availableGeometry()


def _framed(window: QWidget) -> QRect:
    """With the window manager's frame, or with room for its title bar where there is none."""
    if QGuiApplication.platformName() != "offscreen" or isinstance(window, QMenu):
        return window.geometry() if window.frameGeometry().isEmpty() else window.frameGeometry()
    frame = window.geometry().adjusted(0, -TITLE_BAR, 0, 0)
    frame.moveTop(max(0, frame.top()))  # where a window manager puts it
    return frame


def _of_place(window: QWidget) -> Iterator[Fault]:
    frame, screen = _framed(window), _screen(window)
    if isinstance(window, QMenu):
        if not screen.contains(frame):
            yield Fault("beyond the screen", name_of(window), f"{frame.getRect()} on {screen.getRect()}")
        return
    if frame.height() > screen.height() or frame.width() > screen.width():
        said = f"{frame.width()} x {frame.height()} on {screen.width()} x {screen.height()}"
        yield Fault("larger than the screen", name_of(window), said)
    elif not screen.contains(frame) and not window.isMaximized() and window.parentWidget() is not None:
        yield Fault("beyond the screen", name_of(window), f"{frame.getRect()} on {screen.getRect()}")
    least = window.minimumSizeHint()
    if window.parentWidget() is not None and least.height() > window.sizeHint().height() + 2 * TITLE_BAR:
        said = f"at least {least.height()} high, where {window.sizeHint().height()} would do"
        yield Fault("spread apart", name_of(window), said)
    if window.width() < least.width() or window.height() < least.height():
        said = f"{window.width()} x {window.height()}, needs {least.width()} x {least.height()}"
        yield Fault("smaller than its contents", name_of(window), said)


@cache
def _is_behind(widget: QWidget | None, window: QWidget) -> bool:
    """Whether it is in a dock whose tab is not in front: Qt keeps that outside the window."""
    if widget is None or widget is window:
        return False
    if isinstance(widget, QDockWidget) and not widget.isFloating():
        return not window.rect().contains(widget.mapTo(window, widget.rect().center()))
    return _is_behind(widget.parentWidget(), window)


# Axes


def _of_axes(shown: list[QWidget], texts: list[painted.Text]) -> Iterator[Fault]:
    """An axis with one number, or none, has no scale."""
    for view in shown:
        if not hasattr(view, "getPlotItem") or not _has_lines(view):
            continue
        axis = view.getPlotItem().getAxis("left")
        room = view.mapFromScene(axis.sceneBoundingRect()).boundingRect()
        numbers = {each.words for each in texts if each.widget is view.viewport() and room.contains(_middle(each))}
        if len(numbers) < 2:
            yield Fault("axis without a scale", name_of(view), ", ".join(numbers))


def _has_lines(view: QWidget) -> bool:
    drawn = (getattr(each, "y", None) for each in view.getPlotItem().vb.addedItems if each.isVisible())
    return any(np.isfinite(y).any() for y in drawn if isinstance(y, np.ndarray))


def _middle(text: painted.Text) -> QPoint:
    return text.place.center().toPoint()


# Names


@cache
def _named(widget: QWidget | None) -> frozenset[str]:
    """Its name and its ancestors'."""
    if widget is None:
        return frozenset()
    above, own = _named(widget.parentWidget()), widget.objectName()
    return above | {own} if own else above


def _words_of(widget: QWidget) -> str:
    said = widget.accessibleName()
    if not said and callable(ask := getattr(widget, "text", None)):
        said = ask()
    return said


@cache
def name_of(widget: QWidget) -> str:
    """What helps to find the widget: class and name, or those of the nearest ancestor with a name."""
    own = widget.objectName() or _words_of(widget)
    if isinstance(widget, QLabel) and not widget.objectName():
        own = ""  # its words are told anyhow
    parts, parent = [f"{type(widget).__name__} {own}".strip()], widget.parentWidget()
    while parent is not None:
        if parent.objectName() and not parent.objectName().startswith("qt_"):
            parts.append(parent.objectName())
            break
        parent = parent.parentWidget()
    return " in ".join(parts)


def windows() -> list[QWidget]:
    """All windows that are shown."""
    return [each for each in QApplication.topLevelWidgets() if each.isVisible()]
