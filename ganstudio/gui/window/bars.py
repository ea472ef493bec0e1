"""The bars of the window: menus, tool bar and status bar."""

from ganstudio.gui.window.context import WindowContext
from ganstudio.gui.window.docks import DockLayout
from ganstudio.gui.window.menus import Menus
from ganstudio.gui.window.speed import Speed
from ganstudio.gui.window.status_bar import StatusBar
from ganstudio.gui.window.tool_bar import ToolBar


class Bars:
    """Makes the bars of a window.

    Attributes
    ----------
    menus
        The menu bar.
    tools
        The tool bar.
    speed
        The slider of slow motion in the tool bar.
    """

    def __init__(self, context: WindowContext, docks: DockLayout) -> None:
        window, session, actions = context.window, context.session, context.actions
        self.menus = Menus(window, actions, docks.docks, context.settings)
        self.tools = ToolBar(session.model, actions, self.menus.export, window)
        self.speed = Speed(session.model, session.control)
        self.tools.add_speed(self.speed)
        window.addToolBar(self.tools)
        window.setStatusBar(StatusBar(session.model, window))
        self.menus.recent.runRequested.connect(session.open_run)
        context.panels.setup.presets.set_menu(self.menus.presets)
