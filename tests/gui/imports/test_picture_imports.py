"""The threads of imports when the window closes."""

import pytest

from ganstudio.gui.model.picture_imports import PictureImports


class Aside:
    """A thread that reads what is stored of a set."""

    def __init__(self, ends: bool) -> None:
        self.ends = ends
        self.is_asked = False

    def stop(self, seconds: float) -> bool:
        self.is_asked = True
        return self.ends


@pytest.mark.usefixtures("qapp")
def test_a_thread_that_is_stuck_keeps_no_other_from_being_waited_for() -> None:
    imports = PictureImports()
    imports._asides = [Aside(ends=False), Aside(ends=True)]
    assert not imports.shut_down(0.01)
    assert all(each.is_asked for each in imports._asides)
    imports._asides = [Aside(ends=True)]
    assert imports.shut_down(0.01)
