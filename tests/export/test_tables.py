import csv
from pathlib import Path

import numpy as np
import pytest

from ganstudio.errors import InputError
from ganstudio.export.tables import write_csv


def test_a_column_each_and_nothing_where_nothing_was_measured(tmp_path: Path) -> None:
    path = tmp_path / "table.csv"
    write_csv(path, {"step": np.array([1.0, 2e15]), "loss": np.array([0.1, np.nan])})
    assert path.read_text(encoding="utf-8").splitlines() == ["step,loss", "1,0.1", "2000000000000000,"]


def test_long_tables_are_whole_and_numbers_exact(tmp_path: Path) -> None:
    values = np.random.default_rng(0).normal(size=25_000)
    write_csv(tmp_path / "table.csv", {"x": values})
    with (tmp_path / "table.csv").open(encoding="utf-8") as file:
        assert [float(row["x"]) for row in csv.DictReader(file)] == values.tolist()


def test_infinities_are_written(tmp_path: Path) -> None:
    write_csv(tmp_path / "table.csv", {"x": np.array([np.inf, -np.inf])})
    assert (tmp_path / "table.csv").read_text(encoding="utf-8").split() == ["x", "inf", "-inf"]


def test_a_file_that_cannot_be_written_is_said(tmp_path: Path) -> None:
    with pytest.raises(InputError, match="could not be written"):
        write_csv(tmp_path / "no" / "table.csv", {"x": np.zeros(1)})
