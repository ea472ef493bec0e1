"""What D thinks of the picture under the pointer."""

from pathlib import Path

import numpy as np
from PySide6.QtCore import QEvent, QPoint
from PySide6.QtWidgets import QApplication

from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.samples.discriminator_tip import DiscriminatorTip
from ganstudio.gui.samples.panel import SamplesPanel
from ganstudio.gui.workers.sample_requests import Channel
from support.panels import SMALL, grid, play
from support.samples_panel import fake_of, with_critic


def opinion(path: Path, picture: np.ndarray) -> str:
    from ganstudio.latent.sampler import Sampler

    critic = Sampler.from_snapshot(path, SMALL).critic
    assert critic is not None
    return f"D: {100 * critic.opinion(picture[None])[0]:.0f}\N{NARROW NO-BREAK SPACE}% real"


def test_the_pointer_on_a_picture_asks_d_of_the_viewed_step(
    qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path, tips: list[str]
) -> None:
    play(model, tmp_path, 0, 10)
    paths = {step: with_critic(tmp_path, step) for step in (0, 10)}
    shown = fake_of(panel)
    qtbot.mouseMove(shown, shown.centre_of(3))
    qtbot.waitUntil(lambda: bool(tips), timeout=20_000)
    assert opinion(paths[10], grid(10).pictures[3]) in tips[-1]
    assert "Picture 4 of 9" in tips[-1]
    model.view(0)  # the pointer rests: the same place, another step
    qtbot.waitUntil(lambda: opinion(paths[0], grid(0).pictures[3]) in tips[-1], timeout=20_000)


def test_d_is_asked_once_the_pointer_rests(
    qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path, tips: list[str]
) -> None:
    play(model, tmp_path, 0)
    with_critic(tmp_path, 0)
    shown = fake_of(panel)
    for index in range(8):
        qtbot.mouseMove(shown, shown.centre_of(index))
    qtbot.waitUntil(lambda: bool(tips), timeout=20_000)
    qtbot.wait(50)
    assert len(tips) == 1
    assert "Picture 8 of 9" in tips[0]
    qtbot.mouseMove(shown, shown.centre_of(2))
    qtbot.mouseMove(shown, QPoint(1, 1))  # beside the pictures: nobody is asked
    qtbot.wait(250)
    assert len(tips) == 1


def test_without_d_the_tooltip_says_nothing_of_it(
    qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path, tips: list[str]
) -> None:
    play(model, tmp_path, 0)
    qtbot.mouseMove(fake_of(panel), fake_of(panel).centre_of(0))
    qtbot.waitUntil(lambda: bool(tips), timeout=20_000)
    assert "Picture 1 of 9" in tips[0]
    assert "D:" not in tips[0]
    assert "real" not in tips[0]


def test_an_answer_for_a_picture_that_went_meanwhile_is_not_shown(
    qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path, tips: list[str]
) -> None:
    play(model, tmp_path, 0)
    with_critic(tmp_path, 0)
    shown = fake_of(panel)
    samples = panel.findChild(DiscriminatorTip)._samples
    request, asked = samples.request_opinion, []

    def ask(*arguments: object) -> float:
        asked.append(arguments)
        stamp = request(*arguments)
        shown.show_text("No pictures")
        return stamp

    samples.request_opinion = ask
    with qtbot.waitSignal(samples.on(Channel.OPINION).answered, timeout=20_000):
        qtbot.mouseMove(shown, shown.centre_of(3))
    assert len(asked) == 1
    assert not tips


def test_pictures_that_went_under_the_pointer_have_no_tooltip_when_it_left_and_others_come(
    qtbot, panel: SamplesPanel, model: RunModel, tmp_path: Path, tips: list[str]
) -> None:
    play(model, tmp_path, 0)
    shown = fake_of(panel)
    qtbot.mouseMove(shown, shown.centre_of(0))
    qtbot.waitUntil(lambda: bool(tips), timeout=20_000)
    tips.clear()
    shown.show_text("No pictures")
    QApplication.sendEvent(shown, QEvent(QEvent.Type.Leave))
    play(model, tmp_path, 10)
    assert shown.pictures is not None
    qtbot.wait(250)
    assert not tips
