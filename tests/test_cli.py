"""The command line as a user types it: exit codes, sentences, files."""

import io
import os
import re
import signal
import subprocess
import sys
import tomllib
from collections.abc import Callable
from contextlib import redirect_stdout
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from ganstudio import __version__, cli, doctor, presets
from ganstudio import config as cfg
from ganstudio.commands import console, following, train
from ganstudio.events import Samples, Started, Tick
from ganstudio.runs.folder import RunFolder
from ganstudio.settings import Setting
from ganstudio.system import paths

TINY = ["--data.name", "digits", "--network.width", "4", "--optimizer.batch-size", "256", "--output.grid", "3"]
TINY += ["--engine.threads", "1"]  # tests share their processor
Typed = Callable[..., tuple[int, str, str]]


@pytest.fixture
def typed(capsys: pytest.CaptureFixture[str]) -> Typed:
    """Runs a command line; its exit code, stdout and stderr."""

    def run(*words: str) -> tuple[int, str, str]:
        capsys.readouterr()
        try:
            code = cli.main(words)
        except SystemExit as left:
            code = int(left.code or 0)
        return code, *capsys.readouterr()

    return run


@pytest.fixture(scope="module")
def finished(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, str]:
    """A run of two epochs on the built-in digits, and what it printed."""
    folder = tmp_path_factory.mktemp("runs") / "R"
    with redirect_stdout(io.StringIO()) as out:
        words = ["train", *TINY, "--epochs", "2", "--output.report-epochs", "1", "--out", str(folder)]
        assert cli.main(words) == 0
    return folder, out.getvalue()


@pytest.fixture
def run_folder(finished: tuple[Path, str]) -> Path:
    return finished[0]


# ---- train --------------------------------------------------------------------------------------------------------


def test_train_leaves_a_whole_run(run_folder: Path) -> None:
    names = {path.name for path in run_folder.iterdir()}
    assert {"run.toml", "history.jsonl", "samples", "snapshots", "checkpoints", "results.png"} <= names
    assert "run.lock" not in names
    settings = tomllib.loads((run_folder / "run.toml").read_text())
    assert settings["preset"] == presets.DEFAULT
    assert settings["network"]["width"] == 4
    assert settings["optimizer"]["batch_size"] == 256
    assert settings["epochs"] == 2
    g_lr = settings["optimizer"]["g_lr"]  # from the preset: neither typed nor the default
    assert g_lr == presets.load(presets.DEFAULT).config.optimizer.g_lr != cfg.RunConfig().optimizer.g_lr


def test_train_reports_accuracy_and_names_the_results(finished: tuple[Path, str]) -> None:
    folder, out = finished
    reports = [line for line in out.splitlines() if "D accuracy" in line]
    assert [line.split("  ")[0] for line in reports] == ["epoch 1", "epoch 2"]
    assert all(line.count("%") == 3 for line in reports)
    assert str(folder / "results.png") in out


@pytest.mark.parametrize("words", [["train"], ["train", "--processes", "2"], ["bench"]], ids=" ".join)
def test_data_that_is_not_there_gives_way_to_nothing(typed: Typed, tmp_path: Path, words: list[str]) -> None:
    code, _, error = typed(*words, "--preset", "fashion")
    assert code == 2
    assert error.startswith(f"Fashion-MNIST is not in {tmp_path / 'data-home'}.")
    assert "ganstudio datasets download fashion-mnist" in error
    assert "--data.name mnist" in error
    assert not (tmp_path / "runs-home").exists()


def test_data_that_is_partly_there_is_told_by_file(typed: Typed, tmp_path: Path) -> None:
    raw = tmp_path / "data-home" / "FashionMNIST" / "raw"
    raw.mkdir(parents=True)
    (raw / "train-labels-idx1-ubyte").write_bytes(b"some")
    code, _, error = typed("train", "--preset", "fashion", "--out", str(tmp_path / "R"))
    assert code == 2
    assert f"{raw / 'train-images-idx3-ubyte.gz'} is missing." in error
    assert "ganstudio datasets download fashion-mnist" in error
    assert not (tmp_path / "R").exists()


@pytest.mark.parametrize(
    ("words", "length", "said"),
    [
        ([], (167, 33, 33), "167 epochs instead of 5"),
        (["--epochs", "3"], (3, 1, 1), ""),
        (["--steps", "9"], (5, 1, 1), ""),
        (["--measure.every", "2"], (167, 33, 2), "167 epochs instead of 5"),
    ],
)
def test_another_data_set_keeps_the_number_of_pictures(
    typed: Typed, monkeypatch: pytest.MonkeyPatch, words: list[str], length: tuple[int, int, int], said: str
) -> None:
    seen: list[cfg.RunConfig] = []
    monkeypatch.setattr(train, "train", lambda config, out: seen.append(config) or 0)
    _, _, error = typed("train", "--preset", "mnist-quick", "--data.name", "digits", *words)
    (config,) = seen
    assert (config.epochs, config.output.report_epochs, config.measure.every) == length
    assert said in error
    assert bool(said) == bool(error)


def test_train_goes_to_the_runs_home_unless_told(typed: Typed, tmp_path: Path) -> None:
    assert typed("train", *TINY, "--steps", "1")[0] == 0
    (made,) = (tmp_path / "runs-home").iterdir()
    assert made.name.endswith(presets.DEFAULT)


def test_real_mnist(typed: Typed, tmp_path: Path) -> None:
    folder = tmp_path / "R"
    words = ["--network.width", "4", "--steps", "2", "--out", str(folder)]
    code, out, _ = typed("train", *words)
    assert code == 0
    assert "60,000 pictures" in out
    assert tomllib.loads((folder / "run.toml").read_text())["data"]["name"] == "mnist"


def test_empty_idx_file_is_named(typed: Typed, tmp_path: Path) -> None:
    raw = tmp_path / "data-home" / "MNIST" / "raw"
    raw.mkdir(parents=True)
    for name in ("train-images-idx3-ubyte", "train-labels-idx1-ubyte"):
        (raw / name).touch()
    code, _, error = typed("train", "--steps", "1", "--out", str(tmp_path / "R"))
    assert code == 2
    assert "train-images-idx3-ubyte" in error
    assert f"Move the files out of {raw} to use the built-in MNIST." in error


# ---- wrong use ----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (["train", "--preset", "mnist-quik"], "Did you mean mnist-quick?"),
        (["train", "--schedule.d-steps", "0"], "a whole number from 1 to 100"),
        (["train", "--optimizer.d-lr", "fast"], "a number from 1e-7 to 1"),
        (["train", "--schedule.d-stepz", "2"], "--schedule.d-steps"),
        (["train", "--sched", "2"], "--sched"),
        (["train", "--epochs", "1", "--steps", "1"], "not allowed with"),
        (["train", "--data.name", "mnits"], "Did you mean mnist?"),
        (["train", *TINY, "--device", "toaster"], "auto or one of cpu"),
        (["trian"], "There is no command trian. Did you mean train?"),
        (["export", "r", "--format", "gifs", "--out", "o"], "Did you mean gif?"),
        (["train", "--lr", "1e-3"], "Did you mean --optimizer.d-lr or --optimizer.g-lr?"),
        (["train", "--learning-rate", "1e-3"], "Did you mean --optimizer.d-lr or --optimizer.g-lr?"),
        (["train", "--batch-size", "8"], "Did you mean --optimizer.batch-size?"),
        (["train", "--data", "mnist"], "--data.name mnist"),
        (["--data", "Fashion-MNIST", "train"], "--data.name fashion-mnist"),
        (["train", "--ema.show-raw=maybe"], "ema.show_raw must be true or false"),
        (["resume", "nowhere"], "nowhere is not a run folder"),
        (["resume", ".", "--network.width", "8"], "--network.width"),
        (["open", "nowhere"], "nowhere is not a run folder"),
        (["sample", "nowhere", "--out", "s.png"], "There is no model nowhere"),
        (["sample", ".", "--out", "s.jpg"], ".png"),
        (["sample", ".", "--out", "s.png", "--count", "0"], "--count must be at least 1"),
        (
            ["sample", ".", "--out", "s.png", "--count", "1e3"],
            "--count: it must be a whole number, such as 64; got '1e3'",
        ),
        (["sample", ".", "--out", "s.png", "--truncation", "half"], "it must be a number, such as 0.5; got 'half'"),
        (["sample", ".", "--out", "s.png", "--seed", "-1"], "--seed"),
        (["sample", ".", "--out", "nowhere/s.png"], "no folder nowhere"),
        (["datasets", "download", "mnits"], "Did you mean mnist?"),
    ],
)
def test_wrong_use_is_told_in_a_sentence(
    typed: Typed, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, words: list[str], says: str
) -> None:
    monkeypatch.chdir(tmp_path)
    code, _, error = typed(*words)
    assert code == 2
    assert says in error
    assert "Traceback" not in error
    assert error.count("\n") <= 2


def test_folder_that_holds_something_is_refused(typed: Typed, run_folder: Path) -> None:
    code, _, error = typed("train", *TINY, "--steps", "1", "--out", str(run_folder))
    assert code == 2
    assert "--out" in error


def test_newer_schema_is_refused(typed: Typed, tmp_path: Path) -> None:
    folder = tmp_path / "R"
    assert typed("train", *TINY, "--steps", "1", "--out", str(folder))[0] == 0
    text = (folder / "run.toml").read_text()
    (folder / "run.toml").write_text(text.replace("schema = 1", "schema = 99"))
    code, _, error = typed("resume", str(folder))
    assert code == 2
    assert "99" in error


def test_debug_shows_where_an_error_was(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANSTUDIO_DEBUG", "1")
    assert "Traceback" in typed("train", "--preset", "none")[2]


def test_unexpected_error_is_one_line(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken() -> tuple[str, bool]:
        raise ZeroDivisionError("by nought")

    monkeypatch.setattr(doctor, "examine", broken)
    code, _, error = typed("doctor")
    assert code == 1
    assert error.startswith("Unexpected ZeroDivisionError: by nought")
    assert error.count("\n") == 1


# ---- flags --------------------------------------------------------------------------------------------------------


def settings_of(*words: str) -> dict[str, str]:
    arguments = cli.parse(words)
    settings: dict[str, str] = arguments.settings
    return settings


@pytest.mark.parametrize("known", cfg.SETTINGS.values(), ids=lambda known: known.path)
def test_every_setting_has_a_flag(known: Setting) -> None:
    assert settings_of("train", f"{known.flag}=1") == {known.path: "1"}


def test_flags_take_python_spelling_equals_signs_and_bare_switches() -> None:
    assert settings_of("train", "--schedule.d_steps=2") == {"schedule.d_steps": "2"}
    assert settings_of("train", "--device", "cuda:1") == {"engine.device": "cuda:1"}
    assert settings_of("train", "--ema.show-raw", "--seed", "3") == {"ema.show_raw": "true", "seed": "3"}
    assert settings_of("train") == {}


@pytest.mark.parametrize(
    ("words", "value"),
    [
        (["--ema.show-raw"], "true"),
        (["--ema.show_raw"], "true"),
        (["--ema.show-raw=true"], "true"),
        (["--ema.show-raw", "true"], "true"),
        (["--ema.show-raw", "false"], "false"),
        (["--ema.show-raw=false"], "false"),
        (["--no-ema.show-raw"], "false"),
    ],
)
def test_a_switch_takes_no_run_that_stands_beside_it(words: list[str], value: str) -> None:
    for typed in (["resume", *words, "RUN"], ["resume", "RUN", *words]):
        arguments = cli.parse(typed)
        assert (arguments.folder, arguments.settings) == (Path("RUN"), {"ema.show_raw": value})


@pytest.mark.parametrize("order", [["--data", "D", "train"], ["train", "--data", "D"]])
def test_data_folder_may_stand_before_or_after_the_command(order: list[str]) -> None:
    assert cli.parse(order).data == "D"


def test_epochs_replace_the_steps_of_a_preset(monkeypatch: pytest.MonkeyPatch) -> None:
    preset = presets.Preset("p", "", "", cfg.RunConfig(steps=7))
    monkeypatch.setattr(presets, "load", lambda name: preset)
    seen: list[cfg.RunConfig] = []
    monkeypatch.setattr(train, "train", lambda config, out: seen.append(config) or 0)
    cli.main(["train", "--preset", "p", "--epochs", "3"])
    cli.main(["train", "--preset", "p"])
    assert [(config.epochs, config.steps) for config in seen] == [(3, 0), (100, 7)]


def test_flags_go_before_a_file_of_settings_and_that_before_the_preset(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    taken: list[cfg.RunConfig] = []
    monkeypatch.setattr(train, "train", lambda config, out: taken.append(config) or 0)
    file = tmp_path / "run.toml"
    file.write_text("seed = 3\n[network]\nwidth = 5\n")
    cli.main(["train", "--preset", "wgan-gp", "--config", str(file), "--network.width", "6", "--processes", "2"])
    cli.main(["train", "--config", str(file)])
    all_three, file_alone = taken
    assert (all_three.preset, all_three.objective.loss) == ("wgan-gp", "wasserstein")
    assert (all_three.seed, all_three.network.width, all_three.engine.processes) == (3, 6, 2)
    assert file_alone == cfg.from_dict({"seed": 3, "network": {"width": 5}})


def test_version(typed: Typed) -> None:
    assert typed("--version")[:2] == (0, f"GAN Studio {__version__}\n")


@pytest.mark.parametrize("command", [[], ["open"], ["train"], ["resume"], ["sample"], ["datasets"], ["doctor"]])
def test_help(typed: Typed, command: list[str]) -> None:
    code, out, _ = typed(*command, "--help")
    assert code == 0
    assert out.startswith("usage: ganstudio")


def test_help_of_train_tells_limits_and_presets(typed: Typed) -> None:
    words = " ".join(typed("train", "--help")[1].split())
    assert "and cost time. A whole number from 1 to 100. [1]" in words  # help, limits, default
    assert all(f" {name} {presets.load(name).title}" in words for name in presets.names())
    assert (
        "optimizer: The optimiser of both networks; different rates are the two time-scale rule (Heusel et al., 2017): "
        in words
    )
    assert "A number from 0 to 1,000 (GB)." in words
    assert "A number from 0 to 10,000,000 (s)." in words
    assert "e+0" not in words


# ---- resume, interrupt ----------------------------------------------------------------------------------------------


def test_resume_goes_on_where_the_run_ended(typed: Typed, tmp_path: Path) -> None:
    folder = str(tmp_path / "R")
    assert typed("train", *TINY, "--steps", "2", "--out", folder)[0] == 0
    code, out, _ = typed("resume", folder, "--steps", "4")
    assert code == 0
    assert "Resumes from step 2." in out
    assert "Done at step 4" in out


def test_ctrl_c_saves_and_says_how_to_go_on(tmp_path: Path) -> None:
    folder = tmp_path / "R"
    words = [sys.executable, "-m", "ganstudio", "train", *TINY, "--epochs", "100000", "--out", str(folder)]
    words += ["--output.tick-seconds", "0.1"]
    with subprocess.Popen(words, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        while "Training on" not in process.stdout.readline():
            assert process.poll() is None
        process.send_signal(signal.SIGINT)
        out, error = process.communicate(timeout=60)
    assert process.returncode == 130
    assert re.search(rf"^Interrupted at step [\d,]+, saved\. To resume: ganstudio resume {folder}$", out, re.M)
    assert RunFolder.open(folder).status() == "interrupted"  # as the window and `runs` call it
    assert "Press Ctrl+C again" in error
    assert list((folder / "checkpoints").iterdir())
    assert not (folder / "run.lock").exists()


def test_second_signal_quits_at_once() -> None:
    script = (
        "import os, signal\n"
        "from ganstudio.commands.following import catch_interrupts\n"
        "with catch_interrupts() as arrived:\n"
        "    os.kill(os.getpid(), signal.SIGTERM)\n"
        "    assert arrived == [signal.SIGTERM]\n"
        "    os.kill(os.getpid(), signal.SIGINT)\n"
        "    print('still here')\n"
    )
    done = subprocess.run([sys.executable, "-c", script], capture_output=True, text=True, timeout=60, check=False)
    assert (done.returncode, done.stdout) == (130, "")


def test_interrupts_puts_the_handlers_back() -> None:
    before = signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)
    with following.catch_interrupts():
        assert signal.getsignal(signal.SIGINT) not in before
    assert (signal.getsignal(signal.SIGINT), signal.getsignal(signal.SIGTERM)) == before


def test_ctrl_c_before_training_is_130(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    def interrupted() -> tuple[str, bool]:
        raise KeyboardInterrupt

    monkeypatch.setattr(doctor, "examine", interrupted)
    assert typed("doctor")[0] == 130


@pytest.mark.skipif(os.name == "nt", reason="pipes close otherwise there")
def test_reader_that_goes_away_leaves_no_traceback() -> None:
    command = f"{sys.executable} -m ganstudio train --help; {sys.executable} -u -m ganstudio datasets"
    done = subprocess.run(f"({command}) | true", shell=True, capture_output=True, text=True, timeout=60, check=False)
    assert "Traceback" not in done.stderr


# ---- sample ---------------------------------------------------------------------------------------------------------


def test_sample_as_a_picture_is_a_square_grid(typed: Typed, run_folder: Path, tmp_path: Path) -> None:
    assert typed("sample", str(run_folder), "--count", "100", "--out", str(tmp_path / "s.png"))[0] == 0
    with Image.open(tmp_path / "s.png") as picture:
        assert picture.size == (280, 280)
        assert len(np.unique(np.asarray(picture))) > 2


def test_sample_as_numbers_follows_the_seed(typed: Typed, run_folder: Path, tmp_path: Path) -> None:
    made = []
    for name, seed in (("a", "1"), ("b", "1"), ("c", "2")):
        out = tmp_path / f"{name}.npy"
        assert typed("sample", str(run_folder), "--count", "5", "--seed", seed, "--out", str(out))[0] == 0
        made.append(np.load(out))
    assert made[0].shape == (5, 28, 28)
    assert made[0].dtype == np.uint8
    assert np.array_equal(made[0], made[1])
    assert not np.array_equal(made[0], made[2])


# ---- datasets -------------------------------------------------------------------------------------------------------


def test_datasets_lists_state_size_and_licence(typed: Typed) -> None:
    code, out, _ = typed("datasets")
    lines = {line.split()[0]: line for line in out.splitlines() if line}
    assert code == 0
    assert "built in" in lines["digits"]
    assert "CC BY 4.0" in lines["digits"]
    assert "built in" in lines["mnist"]
    assert "CC BY-SA 3.0" in lines["mnist"]
    assert "can be downloaded" in lines["kmnist"]
    assert "21.2 MB" in lines["kmnist"]


def test_datasets_finds_what_is_there(typed: Typed, tmp_path: Path) -> None:
    raw = tmp_path / "KMNIST" / "raw"
    raw.mkdir(parents=True)
    for file in (paths.resources() / "MNIST" / "raw").iterdir():
        (raw / file.name).symlink_to(file)
    _, out, _ = typed("datasets", "--data", str(tmp_path))
    (line,) = (line for line in out.splitlines() if line.startswith("kmnist "))
    assert " ready " in line
    code, out, _ = typed("datasets", "download", "kmnist")
    assert code == 0  # sound files are not fetched again
    assert "is ready in" in out


@pytest.mark.parametrize("name", ["digits", "mnist"])
def test_download_of_what_is_built_in(typed: Typed, name: str) -> None:
    code, out, _ = typed("datasets", "download", name)
    assert code == 0
    assert "nothing to download" in out


def test_download_hands_progress_to_the_catalog(typed: Typed, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    def fetch(name: str, progress: Callable[[int, int], None]) -> Path:
        progress(5, 10)
        progress(10, 10)
        return tmp_path / name

    monkeypatch.setattr("ganstudio.data.catalog.download", fetch)
    code, out, _ = typed("datasets", "download", "kmnist")
    assert code == 0
    assert f"ready in {tmp_path / 'kmnist'}" in out


# ---- what a run says ------------------------------------------------------------------------------------------------


def tick(step: int, epoch: float, real: float | None, fake: float | None) -> Tick:
    both = None if real is None or fake is None else (real + fake) / 2
    return Tick(step, step, epoch, 1.0, 1.25, None, None, None, real, fake, both, None, None, None, 2310.4, 0)


def started(total: int) -> Started:
    return Started(cfg.RunConfig(), "cpu", "a computer", "float32", 10, 20, 30, 5, total)


def test_progress_leaves_out_what_was_not_trained() -> None:
    assert console.progress(tick(3, 0.5, 1.0, 1.0)) == "epoch 0.50  D 1.250  2,310 pictures/s"


def test_accuracy_is_the_mean_of_the_last_epoch(capsys: pytest.CaptureFixture[str]) -> None:
    speaker = console.Console(bar=False)
    for each in (tick(1, 0.5, 0.0, 0.0), tick(2, 1.6, 0.5, 0.7), tick(3, 1.8, None, None), tick(4, 2.0, 1.0, 0.8)):
        speaker.handle(each)
    speaker.handle(Samples(4, 2.0, np.zeros((1, 2, 2), np.uint8), kept=True))
    assert capsys.readouterr().out == "epoch 2  D accuracy: real 75.0 %, fake 75.0 %, both 75.0 %\n"
    assert console.accuracy([tick(1, 1.0, None, None)]) == "D was not trained in this period"


def test_plain_lines_come_now_and_then(capsys: pytest.CaptureFixture[str]) -> None:
    times = iter([0.0, 1.0, 11.0, 11.0, 12.0])
    speaker = console.Console(bar=False, now=lambda: next(times))
    speaker.handle(started(9))
    for step in (1, 2, 3):
        speaker.handle(tick(step, step, None, None))
    out, error = capsys.readouterr()
    assert [line for line in out.splitlines() if line.startswith("step")] == [
        "step 2 of 9  epoch 2.00  D 1.250  2,310 pictures/s"
    ]
    assert error == ""


def test_bar_on_a_terminal(capsys: pytest.CaptureFixture[str]) -> None:
    speaker = console.Console(bar=True)
    speaker.handle(started(4))
    speaker.handle(tick(4, 2.0, None, None))
    speaker.say("a line")
    speaker.close()
    out, error = capsys.readouterr()
    assert out.endswith("a line\n")
    assert "4/4" in error


# ---- the window -----------------------------------------------------------------------------------------------------


@pytest.mark.skipif(sys.platform != "linux", reason="elsewhere there is always a desktop")
@pytest.mark.parametrize("display", [None, ":4711"])
def test_no_display_is_told_without_an_abort(display: str | None) -> None:
    surroundings = {key: value for key, value in os.environ.items() if key not in ("WAYLAND_DISPLAY", "DISPLAY")}
    surroundings["QT_QPA_PLATFORM"] = "xcb"
    if display:
        surroundings["DISPLAY"] = display
    command = [sys.executable, "-m", "ganstudio"]
    done = subprocess.run(command, env=surroundings, capture_output=True, text=True, timeout=60, check=False)
    assert done.returncode == 2
    assert "ganstudio train" in done.stderr
    assert "display" in done.stderr


def test_missing_qt_is_told_with_the_command_that_gets_it(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    code, _, error = typed()
    assert code == 2
    assert f"{sys.executable} -m pip install 'PySide6-Essentials>=6.7" in error


def test_missing_libraries_are_told_by_package(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "display_problem", lambda: None)
    monkeypatch.setattr(doctor, "missing_libraries", lambda: ["libegl1", "libxcb-cursor0"])
    code, _, error = typed()
    assert code == 2
    assert "apt-get install libegl1 libxcb-cursor0" in error


# ---- doctor ---------------------------------------------------------------------------------------------------------


def test_doctor_says_what_is_here(typed: Typed, tmp_path: Path) -> None:
    code, out, _ = typed("doctor")
    assert code == 0
    assert f"ganstudio {__version__}" in out
    assert "cpu: " in out
    assert "  mnist: built in\n" in out
    assert "kmnist: can be downloaded (ganstudio datasets download kmnist)" in out
    assert str(tmp_path / "runs-home") in out
    assert out.endswith("Ready to train.\n")


def test_doctor_says_what_is_missing_and_how_to_get_it(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    found = doctor.installed_version
    monkeypatch.setattr(
        doctor, "installed_version", lambda name: None if name in ("tqdm", "pyqtgraph") else found(name)
    )
    monkeypatch.setattr(doctor, "display_problem", lambda: "there is no display")
    code, out, _ = typed("doctor")
    assert code == 1
    assert f"- Training: tqdm; to install: {sys.executable} -m pip install 'tqdm>=4.66'\n" in out
    assert f"- The window: pyqtgraph; to install: {sys.executable} -m pip install 'pyqtgraph>=" in out
    assert "- The window: there is no display" in out


def test_doctor_tells_a_runs_folder_that_cannot_be_made(typed: Typed, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GANSTUDIO_RUNS", str(Path(__file__) / "runs"))
    code, out, _ = typed("doctor")
    assert code == 0
    assert "cannot be written" in out


@pytest.mark.skipif(sys.platform != "linux", reason="system libraries are asked for on Linux")
def test_a_library_that_does_not_load_is_named_by_package(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "SYSTEM_LIBRARIES", {"libc.so.6": "libc6", "libnosuch.so.1": "libnosuch1"})
    assert doctor.missing_libraries() == ["libnosuch1"]
