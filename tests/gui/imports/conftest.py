from collections.abc import Iterator

import pytest

from ganstudio.gui.imports.dialog import ImportDialog
from ganstudio.gui.model.picture_imports import PictureImports
from ganstudio.gui.model.run_model import RunModel
from ganstudio.gui.model.run_threads import RunThreads


@pytest.fixture
def imports(qapp) -> Iterator[PictureImports]:
    made = PictureImports()
    yield made
    assert made.shut_down(10)
    qapp.processEvents()


@pytest.fixture
def dialog(dressed, qtbot, qapp, imports) -> Iterator[ImportDialog]:
    threads = RunThreads(RunModel())
    made = ImportDialog(imports, threads)
    qtbot.addWidget(made)
    made.show()
    yield made
    made.close()
    assert imports.shut_down(10)
    assert threads.shut_down()
    qapp.processEvents()
