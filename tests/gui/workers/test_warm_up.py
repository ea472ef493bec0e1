"""What training needs is imported behind the painted window, so that the first start does not wait for it."""

import sys

import pytest

from ganstudio import latent, runs
from ganstudio.gui.workers.warm_up import WarmUpThread
from ganstudio.latent import sampler
from ganstudio.runs import runner
from ganstudio.system import libraries
from ganstudio.training.device import nvidia


def test_the_modules_that_train_and_sample_are_imported(qapp, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(nvidia, "advice", lambda: "")
    for package, module in ((runs, runner), (latent, sampler)):
        monkeypatch.setattr(package, module.__name__.rpartition(".")[2], module)  # put back afterwards
        monkeypatch.delitem(sys.modules, module.__name__)
    loaded: list[bool] = []
    monkeypatch.setattr(libraries, "load_torch", lambda: loaded.append(runner.__name__ in sys.modules))
    WarmUpThread().work()
    assert loaded == [False]  # before the imports, which would hold up the window
    assert {runner.__name__, sampler.__name__} <= sys.modules.keys()
