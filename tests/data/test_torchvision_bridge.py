import subprocess
import sys

import pytest

from ganstudio.data import torchvision_bridge
from ganstudio.errors import DataError


@pytest.mark.parametrize("dataset", ["MNIST", "FashionMNIST", "KMNIST"])
def test_archives_of_the_idx_sets(dataset):
    archives = torchvision_bridge.archives(dataset)
    assert [each.name for each in archives] == [
        "train-images-idx3-ubyte.gz",
        "train-labels-idx1-ubyte.gz",
        "t10k-images-idx3-ubyte.gz",
        "t10k-labels-idx1-ubyte.gz",
    ]
    for each in archives:
        assert each.urls
        assert all(url.startswith("http") and url.endswith("/" + each.name) for url in each.urls)
        assert len(each.md5) == 32


def test_archive_of_cifar():
    (archive,) = torchvision_bridge.archives("CIFAR10")
    assert archive.name == "cifar-10-python.tar.gz"
    assert archive.md5 == "c58f30108f718f92721af3b95e74349a"


def test_torchvision_is_usable_after_the_bridge():
    """Its import must work whichever builds of torch and torchvision are paired here."""
    torchvision_bridge.archives("MNIST")
    from torchvision import datasets, transforms, utils

    assert datasets.MNIST
    assert transforms.ToTensor
    assert utils.make_grid


def test_missing_torchvision_names_the_command(monkeypatch):
    for module in [each for each in sys.modules if each.partition(".")[0] == "torchvision"]:
        monkeypatch.setitem(sys.modules, module, None)
    monkeypatch.setitem(sys.modules, "torchvision", None)
    monkeypatch.setitem(sys.modules, "torchvision.datasets", None)
    with pytest.raises(DataError, match=r"not installed.*python[0-9.]* -m pip install torchvision"):
        torchvision_bridge.archives("MNIST")


def test_a_torchvision_that_breaks_on_import_is_an_error_in_words(tmp_path):
    broken = tmp_path / "torchvision"
    broken.mkdir()
    (broken / "__init__.py").write_text("raise RuntimeError('operator torchvision::novel does not exist')")
    code = (
        f"import sys; sys.path.insert(0, {str(tmp_path)!r})\n"
        "from ganstudio.data import torchvision_bridge\n"
        "from ganstudio.errors import DataError\n"
        "for _ in range(2):\n"
        "    try: torchvision_bridge.archives('MNIST')\n"
        "    except DataError as error: print(error)\n"
    )
    out = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout
    assert out.count("does not work with this torch (operator torchvision::novel does not exist)") == 2


def test_nothing_is_declared_where_the_compiled_operators_load(monkeypatch):
    """Beside a fitting torch they are registered already; declaring them again would raise."""
    torch = pytest.importorskip("torch")
    loaded: list[str] = []
    monkeypatch.setattr(torch.ops, "load_library", loaded.append)
    monkeypatch.setattr(torch.library, "Library", lambda *_: pytest.fail("declared"))
    monkeypatch.setattr(torchvision_bridge, "_declared", [])
    for module in [each for each in sys.modules if each.partition(".")[0] == "torchvision"]:
        monkeypatch.delitem(sys.modules, module)
    torchvision_bridge._declare_missing_operators()
    assert [path for path in loaded if "_C" in path]
