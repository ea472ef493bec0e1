"""The tool bar: the buttons of a run, and at its end the device that trains it."""

from PySide6.QtCore import QSize, Qt
from PySide6.QtGui import QAction, QResizeEvent
from PySide6.QtWidgets import QMenu, QSizePolicy, QToolBar, QToolButton, QWidget
from typing_extensions import override

from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.widgets import theme
from ganstudio.gui.widgets.fitting_label import FittingLabel
from ganstudio.gui.window.actions import Actions
from ganstudio.gui.window.speed import Speed

_BUTTONS = ("startPause", "stepD", "stepG", "round", "", "stop", "", "rewind", "branch", "", "snapshot")
_MIN_DEVICE_WIDTH = 96  # px; with less, the texts of the buttons are hidden


class ToolBar(QToolBar):
    """Buttons with texts, or with icons alone where the window is narrow. No button is ever hidden."""

    def __init__(self, model: RunModel, actions: Actions, export: QMenu, parent: QWidget | None = None) -> None:
        super().__init__("Tools", parent)
        self.setObjectName("toolBar")
        self.setMovable(False)
        self.setFloatable(False)
        self.setIconSize(QSize(16, 16))
        self.setContextMenuPolicy(Qt.ContextMenuPolicy.PreventContextMenu)
        self.toggleViewAction().setEnabled(False)
        self._model = model
        self._buttons: list[QToolButton] = []
        self._speed: Speed | None = None
        self._speed_action: QAction | None = None
        for name in _BUTTONS:
            if not name:
                self.addSeparator()
                continue
            self.addAction(actions[name])
            self._style_button(self.widgetForAction(actions[name]))
        self._buttons[0].setObjectName("startButton")
        actions["startPause"].changed.connect(self._name_start)
        self.addWidget(self._export_button(export))
        self._device_note = ""
        self._device = FittingLabel()
        self._device.setObjectName("deviceLabel")
        self._device.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Preferred)
        self._device.setAlignment(Qt.AlignmentFlag.AlignRight | Qt.AlignmentFlag.AlignVCenter)
        self.addWidget(self._device)
        for signal in (model.reset, model.statusChanged, model.configChanged):
            signal.connect(self._show_device)
        self._full_width = self._width_with(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._show_device()

    def add_speed(self, speed: Speed) -> None:
        """Put the slider of slow motion after the buttons for manual updates."""
        self._speed_action = self.insertWidget(next(action for action in self.actions() if action.isSeparator()), speed)
        self._speed = speed
        speed.set_roomy(False)
        self._icons_width = self._width_with(Qt.ToolButtonStyle.ToolButtonIconOnly)
        speed.set_roomy(True)
        self._full_width = self._width_with(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)

    @override
    def resizeEvent(self, event: QResizeEvent) -> None:
        super().resizeEvent(event)
        roomy = event.size().width() >= self._full_width + _MIN_DEVICE_WIDTH
        with_text, icon_only = Qt.ToolButtonStyle.ToolButtonTextBesideIcon, Qt.ToolButtonStyle.ToolButtonIconOnly
        for button in self._buttons[1:]:
            button.setToolButtonStyle(with_text if roomy else icon_only)
        if self._speed is not None and self._speed_action is not None:
            self._speed.set_roomy(roomy)
            rest = event.size().width() - self._icons_width - _MIN_DEVICE_WIDTH
            self._speed_action.setVisible(rest >= 0)  # the Run menu has it, too

    def _export_button(self, menu: QMenu) -> QToolButton:
        button = QToolButton()
        button.setText("Export")
        button.setObjectName("exportButton")
        button.setToolTip("Export pictures, films, curves, the generator or the whole run")
        button.setPopupMode(QToolButton.ToolButtonPopupMode.InstantPopup)
        button.setMenu(menu)
        theme.set_icon(button, "export")
        self._style_button(button)
        return button

    def _name_start(self) -> None:
        self._buttons[0].setAccessibleName(self._buttons[0].text())  # its text changes

    def _style_button(self, button: QWidget) -> None:
        assert isinstance(button, QToolButton)
        button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
        button.setAccessibleName(button.text())
        button.setToolButtonStyle(Qt.ToolButtonStyle.ToolButtonTextBesideIcon)
        self._buttons.append(button)

    def _width_with(self, style: Qt.ToolButtonStyle) -> int:
        for button in self._buttons:
            button.setToolButtonStyle(style)
        self.ensurePolished()
        if (layout := self.layout()) is not None:
            layout.invalidate()  # or it returns what it found the last time
        return self.sizeHint().width()

    def note_device(self, text: str) -> None:
        """Show how this computer could train faster where the device is shown."""
        self._device_note = text
        self._show_device()

    def _show_device(self, *_: object) -> None:
        started = self._model.started
        if started is None:
            engine = self._model.config.engine
            self._device.say("" if engine.device == "auto" else engine.device, tip=self._device_note)
            return
        device, hardware, precision = started.device, started.hardware, started.precision
        text = "   ".join(filter(None, (device, hardware, precision)))
        more = [started.measured, self._device_note if device == "cpu" else ""]
        tip = "\n".join(filter(None, (text, *more))) if any(more) else ""
        self._device.say(text, f"{device}   {precision}", device, tip=tip)
