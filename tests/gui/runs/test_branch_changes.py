"""The settings that a branch changes."""

from ganstudio import config as cfg
from ganstudio.events import Marked
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.runs.branch_changes import BranchChanges
from support.panels import SMALL


def test_a_branch_begins_with_the_settings_of_its_step(qapp):
    model = RunModel(cfg.change(SMALL, "optimizer.d_lr", 0.5))
    model.marks = [
        Marked(10, "change", "", "optimizer.d_lr", 0.1, 0.25),
        Marked(20, "change", "", "optimizer.d_lr", 0.25, 0.5),
        Marked(20, "change", "of another version", "optimizer.gone", 1, 2),
        Marked(20, "change", "of another version", "optimizer.g_lr", "x", 2),
    ]
    changes = BranchChanges(model, {})
    seen = []
    for step in (5, 15, 25, None):
        changes.set_step(step)
        seen.append(changes.value("optimizer.d_lr"))
    assert seen == [0.1, 0.25, 0.5, 0.5]
