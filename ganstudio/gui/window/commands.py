"""All commands of the window: what each action does, by menu."""

from collections.abc import Callable

from PySide6.QtCore import QObject, Signal

from ganstudio.gui.runs.opener import Opener
from ganstudio.gui.window.begin_commands import BeginCommands
from ganstudio.gui.window.by_d import ByD
from ganstudio.gui.window.coach import Coach
from ganstudio.gui.window.comparison import Comparison
from ganstudio.gui.window.context import WindowContext
from ganstudio.gui.window.docks import DockLayout
from ganstudio.gui.window.draw_commands import DrawCommands
from ganstudio.gui.window.export_commands import ExportCommands
from ganstudio.gui.window.file_commands import FileCommands
from ganstudio.gui.window.gallery import Gallery
from ganstudio.gui.window.help_commands import HelpCommands
from ganstudio.gui.window.import_commands import ImportCommands
from ganstudio.gui.window.inside import Inside
from ganstudio.gui.window.kinds import Kinds
from ganstudio.gui.window.preset_commands import PresetCommands
from ganstudio.gui.window.round_in_stages import RoundInStages
from ganstudio.gui.window.run_commands import RunCommands
from ganstudio.gui.window.smallest_gan import SmallestGan
from ganstudio.gui.window.speed import Speed


class Commands(QObject):
    """Makes the commands of every menu.

    Attributes
    ----------
    run, file, begin, imports, drawing, export, help, presets
        Commands by menu.
    comparison
        The comparison of runs.
    coach
        The coach.
    gallery
        Runs that go wrong on purpose.
    smallest_gan
        The smallest GAN.
    inside
        The inside of the networks.
    kinds
        The kinds that G makes.
    by_d
        The real pictures by D's opinion.
    round_in_stages
        A round in stages.
    opener
        Opens runs that the user names or drops.
    """

    failed = Signal(object)  # Failed

    def __init__(self, context: WindowContext, docks: DockLayout, speed: Speed, restore: Callable[[], None]) -> None:
        super().__init__(context.window)
        self.opener = Opener(context.session, context.window)
        self.run = RunCommands(context, speed)
        self.file = FileCommands(context, self.opener)
        self.begin = BeginCommands(context)
        self.imports = ImportCommands(context)
        self.drawing = DrawCommands(context)
        self.export = ExportCommands(context)
        self.help = HelpCommands(context, docks.docks, restore)
        self.presets = PresetCommands(
            context.actions, context.session, context.panels.setup.presets, context.undo_stack, context.window
        )
        self.comparison = Comparison(context)
        self.coach = Coach(context)
        self.gallery = Gallery(context, self.coach.show)
        self.smallest_gan = SmallestGan(context)
        self.inside = Inside(context)
        self.kinds = Kinds(context)
        self.by_d = ByD(context)
        self.round_in_stages = RoundInStages(context)
        for part in (
            self.opener,
            self.imports,
            self.export,
            self.presets,
            self.comparison,
            self.coach,
            self.smallest_gan,
            self.inside,
            self.kinds,
            self.by_d,
        ):
            part.failed.connect(self.failed)

    def stop(self) -> bool:
        """End exports, reports, presets and the threads of other windows; False if one did not end in time."""
        parts = (
            self.comparison,
            self.coach,
            self.smallest_gan,
            self.inside,
            self.kinds,
            self.by_d,
            self.help,
            self.export,
            self.presets,
        )
        ended = [part.stop() for part in parts]  # every one, whatever the others say
        return all(ended)
