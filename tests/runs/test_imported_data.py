import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from ganstudio.data import catalog
from ganstudio.data.pictures import stored
from ganstudio.data.pictures.taking_out import put_back, take_out
from ganstudio.errors import DataError, RunError
from ganstudio.runs import archive, branch, left_out, runner
from ganstudio.runs.folder import RunFolder
from ganstudio.runs.plan import ResumePlan
from support import models
from support.imports import bring_in, pictures
from support.picture_folder import classes, save
from support.training import config


@pytest.fixture
def source(tmp_path: Path) -> Path:
    return classes(tmp_path / "source", ("ant", "bee"), 4)


def test_a_run_stays_with_the_pictures_that_it_began_with(
    source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    first = bring_in(source)
    own = config(data__name="own", data__size=8, data__channels=3, steps=1, epochs=0, measure__every=0)
    list(runner.start(own, catalog.load("own", size=8, channels=3), tmp_path / "run").events())
    run = RunFolder.open(tmp_path / "run")
    assert run.info.data_fingerprint == first.info.fingerprint
    save(source / "ant" / "9.png", (1, 2, 3))
    second = bring_in(source, is_update=True)

    again = ResumePlan.read(run).dataset()
    assert np.array_equal(again.images, pictures(first))
    made = branch.branch(run.path, None, {}, tmp_path / "branch")
    assert made.info.data_fingerprint == first.info.fingerprint
    with monkeypatch.context() as elsewhere:
        elsewhere.setenv("GANSTUDIO_DATA", str(tmp_path / "other"))
        other = branch.branch(run.path, None, {}, tmp_path / "other branch")
    assert stored.runs_of(first.folder) == [made.path, other.path, run.path]
    shutil.rmtree(other.path)
    shutil.rmtree(run.path)
    assert stored.runs_of(first.folder) == [made.path]
    assert len(catalog.load("own", size=8, channels=3).images) == len(pictures(second)) == 9

    stored.remove_version(first.folder)
    with pytest.raises(DataError, match="trained on another version of own"):
        ResumePlan.read(RunFolder.open(made.path)).dataset()
    older = replace(ResumePlan.read(RunFolder.open(made.path)), data_fingerprint="")  # as versions before wrote it
    assert len(older.dataset().images) == 9


def test_a_run_its_branch_and_its_archive_say_what_was_left_out(source: Path, tmp_path: Path) -> None:
    first = bring_in(source)
    own = config(data__name="own", data__size=8, data__channels=3, steps=1, epochs=0, measure__every=0)
    take_out("own", ["bee/2.png"])
    list(runner.start(own, catalog.load("own", size=8, channels=3), tmp_path / "run").events())
    run = RunFolder.open(tmp_path / "run")
    put_back("own", ["bee/2.png"])
    assert len(ResumePlan.read(run).dataset().images) == first.info.count - 1
    made = branch.branch(run.path, None, {}, tmp_path / "branch")
    archive.pack(made.path, tmp_path / "made.zip")
    elsewhere = archive.unpack(tmp_path / "made.zip", tmp_path / "elsewhere")
    for each in (run, made, elsewhere):
        assert left_out.read(each) == ("bee/2.png",)
    assert left_out.read(models.run(tmp_path / "other", models.config())) == ()
    (made.path / "left_out.json").write_text('{"a": 1}')
    with pytest.raises(RunError, match=r"left_out\.json cannot be read"):
        left_out.read(made)
