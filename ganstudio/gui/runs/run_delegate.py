"""Delegate that paints a run in the list: picture, title, length, quality and parent."""

from datetime import datetime

from PySide6.QtCore import QEvent, QObject, QPoint, QPointF, QRect, QSize, Qt
from PySide6.QtGui import QColor, QFont, QFontMetrics, QImage, QKeyEvent, QPainter
from PySide6.QtWidgets import QLineEdit, QStyle, QStyledItemDelegate, QStyleOptionViewItem, QWidget
from typing_extensions import override

from ganstudio.events import RunStatus
from ganstudio.gui.runs.run_list_model import RUN, Index, RunListModel
from ganstudio.gui.runs.run_text import length_text, quality_text, title_of
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.checkerboard import paint_checkerboard
from ganstudio.gui.widgets.theme import SPACE
from ganstudio.gui.workers.run_list import Run
from ganstudio.text import DOT, format_day, one_line

_PICTURE_SIZE = 48  # px
_HEIGHT = _PICTURE_SIZE + SPACE
_SIGN_SIZE = 12  # px: pin and dot beside the title


class RunDelegate(QStyledItemDelegate):
    """Three lines beside a picture; the open run has a bar at its left, a running one a dot.

    Parameters
    ----------
    runs : RunListModel
        The runs.
    parent : QWidget, optional
        Qt's parent.
    """

    def __init__(self, runs: RunListModel, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._runs = runs

    @override
    def sizeHint(self, option: QStyleOptionViewItem, index: Index) -> QSize:
        return QSize(160, _HEIGHT)

    @override
    def paint(self, painter: QPainter, option: QStyleOptionViewItem, index: Index) -> None:
        run: Run = index.data(RUN)
        colours, place = theme.current(), QRect(option.rect)
        painter.save()
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        self._paint_background(painter, option, run)
        picture = QRect(place.left() + SPACE, place.top() + SPACE // 2, _PICTURE_SIZE, _PICTURE_SIZE)
        if run.picture is not None:
            paint_picture(painter, picture, run.picture)
        else:
            painter.fillRect(picture, QColor(colours.raised))
        self._paint_text(
            painter, option, run, place.adjusted(_PICTURE_SIZE + 2 * SPACE, SPACE // 2, -SPACE, -SPACE // 2)
        )
        painter.restore()

    def _paint_background(self, painter: QPainter, option: QStyleOptionViewItem, run: Run) -> None:
        colours, place = theme.current(), QRect(option.rect)
        state: QStyle.StateFlag = option.state
        if state & QStyle.StateFlag.State_Selected:
            painter.fillRect(place, QColor(colours.hover))
        elif state & QStyle.StateFlag.State_MouseOver:
            painter.fillRect(place, QColor(colours.raised))
        if run.path == self._runs.open_path:
            painter.fillRect(QRect(place.left(), place.top(), 3, place.height()), QColor(colours.accent))
        if state & QStyle.StateFlag.State_HasFocus:
            painter.setPen(QColor(colours.accent))
            painter.drawRect(place.adjusted(0, 0, -1, -1))

    def _paint_text(self, painter: QPainter, option: QStyleOptionViewItem, run: Run, room: QRect) -> None:
        colours, summary = theme.current(), run.summary
        line = room.height() // 3
        top = QRect(room.left(), room.top(), room.width(), line)
        signs = self._paint_signs(painter, run, top)
        bold = QFont(option.font)
        bold.setPixelSize(theme.BODY)
        bold.setWeight(QFont.Weight.DemiBold)
        small = QFont(bold)
        small.setPixelSize(theme.SMALL)
        small.setWeight(QFont.Weight.Normal)
        _write(painter, bold, colours.text, top.adjusted(0, 0, -signs, 0), title_of(summary))
        preset = summary.preset if summary.preset != title_of(summary) else ""
        second = (length_text(summary), quality_text(summary))
        third = (self._runs.parent_text(summary), preset, _date(summary.created))
        for row, parts in enumerate((second, third), start=1):
            text = f" {DOT} ".join(filter(None, parts))
            _write(painter, small, colours.muted, top.translated(0, row * line), text)

    def _paint_signs(self, painter: QPainter, run: Run, line: QRect) -> int:
        """Paint pin and dot at the right end of a line; return the width that they take, px."""
        colours, right = theme.current(), line.right()
        if run.summary.status == RunStatus.RUNNING:
            painter.setPen(Qt.PenStyle.NoPen)
            painter.setBrush(QColor(colours.good))
            painter.drawEllipse(QPointF(right - 4, line.center().y() + 1), 4, 4)
            right -= _SIGN_SIZE + 2
        if run.summary.pinned:
            ratio = painter.device().devicePixelRatioF() if painter.device() else 1.0
            pin = theme.pixmap("pin", colours.accent, round(_SIGN_SIZE * ratio))
            painter.drawPixmap(
                QRect(right - _SIGN_SIZE, line.center().y() - _SIGN_SIZE // 2 + 1, _SIGN_SIZE, _SIGN_SIZE), pin
            )
            right -= _SIGN_SIZE + 4
        return line.right() - right

    # Renaming

    @override
    def createEditor(self, parent: QWidget, option: QStyleOptionViewItem, index: Index) -> QWidget:
        editor = QLineEdit(parent)
        editor.setAccessibleName("Name of the run")
        editor.setPlaceholderText("the name of its folder")
        return editor

    @override
    def eventFilter(self, editor: QObject, event: QEvent) -> bool:
        """Take the name at once when Enter is pressed.

        Qt would do that a little later, and if the editor lost the focus meanwhile it would take it a second time, from
        an editor that is no longer there.
        """
        is_enter = isinstance(event, QKeyEvent) and event.key() in (Qt.Key.Key_Return, Qt.Key.Key_Enter)
        if not (is_enter and event.type() == QEvent.Type.KeyPress and isinstance(editor, QWidget)):
            return super().eventFilter(editor, event)
        self.commitData.emit(editor)
        self.closeEditor.emit(editor, QStyledItemDelegate.EndEditHint.SubmitModelCache)
        return True

    @override
    def updateEditorGeometry(self, editor: QWidget, option: QStyleOptionViewItem, index: Index) -> None:
        place = QRect(option.rect)
        editor.setGeometry(place.adjusted(_PICTURE_SIZE + SPACE + SPACE // 2, 2, -2, -(place.height() - 26)))


def paint_picture(painter: QPainter, place: QRect, picture: QImage) -> None:
    """Paint a picture in the middle of a place, as large as fits; a checkerboard shows through it."""
    room = QRect(QPoint(), picture.size().scaled(place.size(), Qt.AspectRatioMode.KeepAspectRatio))
    room.moveCenter(place.center())
    if picture.hasAlphaChannel():
        paint_checkerboard(painter, room)
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(room, picture)


def _write(painter: QPainter, font: QFont, colour: str, room: QRect, text: str) -> None:
    painter.setFont(font)
    painter.setPen(QColor(colour))
    cut = QFontMetrics(font).elidedText(one_line(text), Qt.TextElideMode.ElideRight, room.width())
    painter.drawText(room, Qt.AlignmentFlag.AlignLeft | Qt.AlignmentFlag.AlignVCenter, cut)


def _date(created: str) -> str:
    """Return when a run was created: "22 Nov, 15:30"."""
    try:
        when = datetime.fromisoformat(created)
    except ValueError:
        return ""
    return f"{format_day(when)}, {when:%H:%M}"
