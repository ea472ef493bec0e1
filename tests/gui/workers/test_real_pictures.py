"""Real pictures are read as they are needed."""

from pathlib import Path

import numpy as np
import pytest

from ganstudio import config as cfg
from ganstudio.data.pictures import stored
from ganstudio.data.pictures.recipe import Channels, Recipe
from ganstudio.errors import DataError
from ganstudio.gui.workers.real_pictures import load_native
from support.imports import bring_in, pictures
from support.picture_folder import classes


def test_pictures_of_an_older_version_stay_in_their_file_whatever_size_the_set_has_now(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = classes(tmp_path / "source")
    first = bring_in(source)
    (tmp_path / "run").mkdir()
    (tmp_path / "run" / "run.toml").touch()
    stored.keep_for_run(first.folder, tmp_path / "run")
    bring_in(source, recipe=Recipe(16, 12, Channels.GRAY), is_update=True)

    def refuse(values: object) -> Recipe:
        raise DataError("of another version of the program")

    monkeypatch.setattr(Recipe, "from_mapping", refuse)
    old = load_native(cfg.DataConfig("own", 4, 1), None, first.info.fingerprint)
    assert np.array_equal(old.images, pictures(first))
    assert not old.images.flags.writeable  # mapped, not converted in memory
    assert load_native(cfg.DataConfig("own", 4, 1), None).images.shape == (6, 16, 12)
