"""`deltarule train` and `deltarule.train`: right answers by every door, in every format, and nothing loaded that is not used."""

import json
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest
from rich.progress import Progress

import deltarule
from deltarule import api_training, cli
from deltarule.cli.train import TRAINING_FORMATS
from deltarule.training.sources import open_source
from deltarule.writing import training

RNG = np.random.default_rng(1)
X = RNG.standard_normal((300, 3)) * [1.0, 2.0, 0.5] + [0.0, 1.0, -2.0]
Y = X @ [1.5, -2.0, 4.0] + 3.0
FRAME = pd.DataFrame(X, columns=["a", "b", "c"]).assign(y=Y)
KIND = np.where(Y + RNG.standard_normal(300) > Y.mean(), "high", "low")


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """A table of which the least-squares weights are known."""
    path = tmp_path / "table.csv"
    FRAME.to_csv(path, index=False)
    return path


def run(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str, str]:
    """Run the command in this process; status, standard output, standard error."""
    status = cli.main([str(argument) for argument in arguments])
    out, err = capsys.readouterr()
    return status, out, err


def test_the_weights_are_found(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Noiseless data give their weights back."""
    status, out, err = run(
        capsys, "train", table, "--target", "y", "--epochs", 20_000, "--standardize", "--format", "json"
    )
    assert (status, err) == (0, "")
    said = json.loads(out)
    assert said["outcome"] == "converged"
    neuron = said["neurons"][0]
    assert [neuron["weights"][name] for name in "abc"] == pytest.approx([1.5, -2.0, 4.0], rel=0.02)
    assert neuron["intercept"] == pytest.approx(3.0, rel=0.02)
    assert said["quality"] == pytest.approx(1.0, abs=1e-5)
    assert (said["rows"], said["target"]) == (300, "y")


def test_all_doors_lead_to_the_same(table: Path, tmp_path: Path) -> None:
    """A file, a frame, arrays and blocks with the same rows give the same weights."""
    FRAME.to_parquet(tmp_path / "t.parquet", index=False)
    settings: dict[str, Any] = {"activation": "tanh", "loss": "huber", "epochs": 30, "learning_rate": 0.05}
    whole = deltarule.train(FRAME, "y", **settings)
    values = X, Y
    for other in (
        deltarule.train(*values, **settings),
        deltarule.train(table, "y", **settings),
        deltarule.train(tmp_path / "t.parquet", "y", **settings),
        deltarule.train(tmp_path / "t.parquet", "y", keep_bytes=0, **settings),
        deltarule.train([(X[:100], Y[:100]), (X[100:], Y[100:])], **settings),
        deltarule.train(lambda: iter([FRAME[:70], FRAME[70:]]), "y", **settings),
    ):
        assert list(other.weights.values()) == pytest.approx(list(whole.weights.values()), rel=1e-9)
        assert other.intercept == pytest.approx(whole.intercept, rel=1e-9)
        assert other.run.quality == pytest.approx(whole.run.quality, rel=1e-9)


@pytest.mark.parametrize("loss", [None, "log"])
def test_streamed_files_have_the_bits_of_kept_ones(loss: str | None, tmp_path: Path) -> None:
    """Whether a file is kept in memory or read again for every epoch changes no bit."""
    path = tmp_path / "t.parquet"
    FRAME.assign(y=(Y > 0).astype(float)).to_parquet(path, index=False)
    kept = deltarule.train(path, "y", loss=loss, epochs=20, standardize=True)
    read = deltarule.train(path, "y", loss=loss, epochs=20, standardize=True, keep_bytes=0)
    assert read.run.weights == kept.run.weights
    assert read.run.losses == kept.run.losses
    assert read.outcome == kept.outcome


def test_estimators_take_sources(table: Path) -> None:
    """`fit` reads a source of blocks, which knows its target itself."""
    model = deltarule.DeltaRuleRegressor(epochs=50).fit(open_source(table, "y"), None)
    whole = deltarule.DeltaRuleRegressor(epochs=50).fit(FRAME[["a", "b", "c"]], Y)
    assert model.coef_ == pytest.approx(whole.coef_, rel=1e-9)
    assert list(model.feature_names_in_) == ["a", "b", "c"]


def test_text_means_classes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """From files and frames alike; the share of rows right is that of the predictions."""
    frame = FRAME.assign(y=KIND)
    path = tmp_path / "t.csv"
    frame.to_csv(path, index=False)
    status, out, _ = run(capsys, "train", path, "--target", "y", "--format", "json")
    said = json.loads(out)
    assert status == 0
    assert said["classes"] == ["high", "low"]
    assert said["settings"]["loss"] == "log"
    trained = deltarule.train(frame, "y")
    right = float((trained.predict(FRAME[["a", "b", "c"]]) == KIND).mean())
    assert trained.run.quality == pytest.approx(right)
    assert said["quality"] == pytest.approx(right)
    assert said["baseline"] == pytest.approx(max((KIND == "high").mean(), (KIND == "low").mean()))


def test_numbers_as_classes_when_asked() -> None:
    """0 and 1 are a quantity unless an activation or loss for classes is named."""
    target = (KIND == "high").astype(int)
    assert deltarule.train(X, target).run.classes == ()
    assert deltarule.train(X, target, activation="sigmoid").run.classes == ("0", "1")
    assert deltarule.train(X, target, loss="hinge").run.classes == ("0", "1")


def test_more_than_two_classes(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    """One neuron each, named by its class."""
    path = tmp_path / "t.csv"
    FRAME.assign(y=np.digitize(Y, [-12.0, -6.0])).to_csv(path, index=False)
    _, out, _ = run(capsys, "train", path, "--target", "y", "--activation", "sigmoid", "--format", "json")
    assert [neuron["class"] for neuron in json.loads(out)["neurons"]] == ["0", "1", "2"]
    _, out, _ = run(capsys, "train", path, "--target", "y", "--activation", "sigmoid")
    assert "Weights for 2 against the rest" in out


def test_quality_is_r_squared() -> None:
    """As scikit-learn defines it, with weights."""
    metrics = pytest.importorskip("sklearn.metrics")
    weight = RNG.uniform(0.5, 2.0, 300)
    trained = deltarule.train(X, Y, weight=weight, epochs=3)
    expected = metrics.r2_score(Y, trained.predict(X), sample_weight=weight)
    assert trained.run.quality == pytest.approx(expected, rel=1e-9)


def test_columns_are_chosen_in_frames_too() -> None:
    """By the same names as in files."""
    frame = FRAME.assign(w=1.0, name="text")
    trained = deltarule.train(frame, "y", leave_out=["name", "b"], weight="w")
    assert trained.run.features == ("a", "c")
    assert deltarule.train(frame, "y", features=["c"]).run.features == ("c",)


def test_a_diverged_run_ends_with_status_1(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is told, with what to do, and written all the same."""
    status, out, err = run(capsys, "train", table, "--target", "y", "--learning-rate", 5)
    assert (status, err) == (1, "")
    assert "The run diverges" in out
    assert "let it be worked out (auto)" in out


@pytest.mark.parametrize("more", [[], ["--batch-size", 10]])
def test_a_diverged_run_says_which_rates_would_not(
    table: Path, more: list[object], capsys: pytest.CaptureFixture[str]
) -> None:
    """The limit in closed form, 2 divided by the largest curvature; else the rate that would have been worked out."""
    _, out, _ = run(capsys, "train", table, "--target", "y", "--learning-rate", 5, *more)
    columns = np.column_stack([X, np.ones(300)])
    largest = np.linalg.eigvalsh(2 / 300 * columns.T @ columns)[-1]
    auto = deltarule.train(table, "y", batch_size=10 if more else "full").run.learning_rate
    assert auto is not None
    if more:
        assert f"The rate found from the data (auto) is {auto:.4g}." in out
    else:
        assert f"Learning rates below {2 / largest:.4g} would not diverge." in out


def test_nothing_is_on_its_way_down_without_epochs(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Whichever engine: nothing was trained."""
    for more in ([], ["--activation", "tanh"], ["--batch-size", 10]):
        status, out, _ = run(capsys, "train", table, "--target", "y", "--epochs", 0, *more)
        assert status == 0
        assert "Nothing was trained: the run has no epochs." in out
        assert "on its way" not in out
        assert "1 epochs" not in run(capsys, "train", table, "--target", "y", "--epochs", 1, *more)[1]
    assert repr(deltarule.train(table, "y", epochs=0)) == (
        f"<Training on {str(table)[:80]!r}: untrained; 300 rows, 3 features, 0 epochs>"
    )


@pytest.mark.parametrize(
    ("rows", "options", "said"),
    [
        ("1,2,3\n2,1,\n", (), "leave such rows out with --missing drop"),
        ("1,,3\n2,1,4\n", (), "fill it in, or give --missing drop or --missing mean"),
        ("1,,3\n,1,4\n", ("--missing", "drop"), ": there is no row to train on;"),
        ("1,2,3\n2,1,4\n3,3,1\n", ("--learning-rate", "0"), "--learning-rate 0: give auto or a number above 0\n"),
        ("1,2,3\n2,1,4\n3,3,1\n", ("--learning-rate", "fast"), "--learning-rate fast is unknown; give auto or a number above 0\n"),
        ("1,2,3\n2,1,4\n3,3,1\n", ("--batch-size", "0"), "--batch-size 0: give a whole number from 1"),
        ("1,2,3\n2,1,4\n3,3,1\n", ("--loss", "log", "--activation", "relu"), "--loss log goes with --activation sigmoid"),
        ("1,2,0.5\n2,1,4\n3,3,1\n", ("--loss", "log"), "name no activation or loss for classes if it is a quantity"),
        ("1e200,2,1\n2,1,4\n3,3,1\n", (), "column 'a' holds values as large as"),
        ("1e200,2,1\n2,1,4\n3,3,1\n", ("--batch-size", "1", "--activation", "tanh"), "column 'a' holds values whose"),
        ("1,2,3\n2,1,4\n3,3,1\n", ("--leave-out", "y"), "the column 'y' is the target, and cannot be left out"),
    ],
)  # fmt: skip
def test_messages_speak_of_options(
    rows: str, options: tuple[str, ...], said: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Nobody at the command line has to know what Python calls a setting or an array; columns have their names."""
    path = tmp_path / "t.csv"
    path.write_text("a,b,y\n" + rows, encoding="utf-8")
    status, out, err = run(capsys, "train", path, "--target", "y", *options)
    assert (status, out) == (2, "")
    assert said in err


def test_a_batch_of_more_rows_than_there_are_is_told(table: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """It is all of them."""
    assert (
        "all rows (there are no 400)" in run(capsys, "train", table, "--target", "y", "--batch-size", 400)[1]
    )
    assert "batches        7 rows\n" in run(capsys, "train", table, "--target", "y", "--batch-size", 7)[1]


def test_the_page_has_a_style(table: Path) -> None:
    """A whole page, light and dark, without script or network; in a notebook it leaves the page's own style alone."""
    trained = deltarule.train(table, "y")
    page = trained.write("html")
    assert page.startswith("<!doctype html>")
    assert "prefers-color-scheme: dark" in page
    assert "default-src 'none'" in page
    piece = trained._repr_html_()
    assert piece in page
    assert "<html" not in piece
    assert "<body" not in piece


def test_formats(table: Path) -> None:
    """The command knows the writers' formats, and each holds the weights."""
    assert set(TRAINING_FORMATS) == set(training.FORMATS)
    trained = deltarule.train(table, "y")
    for form in training.FORMATS:
        text = trained.write(form)
        assert text.endswith("\n")
        assert str(table) in text.replace("\\_", "_")
        assert "intercept" in text
    assert str(trained) == trained.write("terminal")
    assert trained._repr_markdown_() == trained.write("markdown")
    assert trained.to_dict() == json.loads(trained.write("json"))


def test_html_is_well_formed(table: Path) -> None:
    """Every tag is closed, in order."""
    open_tags: list[str] = []

    class Reader(HTMLParser):
        def handle_starttag(self, tag: str, attrs: Any) -> None:
            open_tags.append(tag)

        def handle_endtag(self, tag: str) -> None:
            assert open_tags.pop() == tag

    Reader().feed(deltarule.train(table, "y")._repr_html_())
    assert open_tags == []


def test_output_file(table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The account goes to the file, and nothing to standard output."""
    status, out, err = run(capsys, "train", table, "--target", "y", "-o", tmp_path / "account.txt")
    assert (status, out, err) == (0, "", "")
    assert "300 rows" in (tmp_path / "account.txt").read_text(encoding="utf-8")


def test_nothing_shows_before_a_second_has_passed(
    table: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A short run draws no bar and does not load rich; a long one says what it is doing."""
    deltarule.train(table, "y", activation="tanh", epochs=5, progress=True)
    assert capsys.readouterr().err == ""
    shown: list[str] = []
    monkeypatch.setattr(Progress, "update", lambda self, task, **what: shown.append(what["description"]))
    now = iter(range(0, 100_000, 2))
    monkeypatch.setattr(api_training, "perf_counter", lambda: float(next(now)))
    deltarule.train(table, "y", activation="tanh", epochs=5, progress=True)
    assert capsys.readouterr().out == ""
    assert shown[0] == "reading: 300 rows"
    assert shown[-1].startswith("loss ")
    shown.clear()
    deltarule.train(table, "y", activation="tanh", epochs=5)
    assert capsys.readouterr().err == ""  # no terminal, no bar
    assert shown == []


def test_help_loads_no_array_library() -> None:
    """Help is instant for training too."""
    code = "import sys; from deltarule.cli import main; main(['train', '--help']); print(sorted(sys.modules))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert "--standardize" in done.stdout
    assert not {"'numpy'", "'pyarrow'", "'rich'"} & set(done.stdout.replace("[", "").split(", "))


def test_without_numpy_it_says_what_to_install(table: Path) -> None:
    """One sentence instead of a traceback."""
    code = (
        "import sys; sys.modules['numpy'] = None; from deltarule.cli import main; "
        f"sys.exit(main(['train', {str(table)!r}, '--target', 'y']))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.returncode == 2
    assert done.stderr.strip() == "training needs numpy; install it with pip install 'deltarule[train]'"


def test_neither_tables_nor_the_checkpoint_are_overwritten(
    table: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The account goes into none of the files that are read, nor into the one that keeps the run."""
    before = table.read_bytes()
    for data in (table, tmp_path, tmp_path / "*.csv"):
        status, _, err = run(capsys, "train", data, "--target", "y", "-o", table)
        assert status == 2
        assert "would overwrite what is read" in err
    assert table.read_bytes() == before
    kept = tmp_path / "run"
    status, _, err = run(
        capsys, "train", table, "--target", "y", "--checkpoint", kept, "-o", tmp_path / "." / "run"
    )
    assert status == 2
    assert "is the checkpoint's file already" in err
    assert not kept.exists()


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupt_that_a_library_swallows_is_not_lost(table: Path) -> None:
    """What is imported in the middle of a training may catch what is raised meanwhile; the run still ends with 130."""
    code = """
import os, signal, sys
import deltarule.cli
from deltarule.training import files
def opened(name, made=files.open_table):
    try:
        os.kill(os.getpid(), signal.SIGINT)
        for _ in range(1000): pass
    except KeyboardInterrupt:
        pass  # as a library does whose import is interrupted
    return made(name)
files.open_table = opened
sys.exit(deltarule.cli.main(["train", sys.argv[1], "--target", "y", "--activation", "tanh"]))
"""
    done = subprocess.run([sys.executable, "-c", code, str(table)], capture_output=True, check=False)
    assert done.returncode == 130
    assert (done.stdout, done.stderr.strip()) == (b"", b"Interrupted.")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_an_interrupt_while_the_libraries_are_loaded_ends_the_command(table: Path) -> None:
    """It is kept until they are loaded, for they may swallow it."""
    code = """
import os, signal, sys
import deltarule.cli
class Finder:
    def find_spec(self, name, *more):
        if name == "numpy":
            try:
                os.kill(os.getpid(), signal.SIGINT)
                for _ in range(1000): pass
            except KeyboardInterrupt:
                pass
sys.meta_path.insert(0, Finder())
sys.exit(deltarule.cli.main(["train", sys.argv[1], "--target", "y"]))
"""
    done = subprocess.run([sys.executable, "-c", code, str(table)], capture_output=True, check=False)
    assert done.returncode == 130
    assert (done.stdout, done.stderr.strip()) == (b"", b"Interrupted.")


@pytest.mark.skipif(sys.platform == "win32", reason="signals")
def test_what_fails_because_it_was_interrupted_is_an_interrupt(table: Path) -> None:
    """A compiler whose callback is interrupted fails with an error of its own: no traceback, and no mistake of ours."""
    code = """
import ctypes, os, signal, sys
import deltarule.cli
from deltarule.training import files
def interrupted():
    os.kill(os.getpid(), signal.SIGINT)
    for _ in range(1000): pass
def opened(name):
    ctypes.CFUNCTYPE(None)(interrupted)()  # what is raised in a callback cannot get out
    raise RuntimeError("no compiled object yet")
files.open_table = opened
sys.exit(deltarule.cli.main(["train", sys.argv[1], "--target", "y", "--activation", "tanh"]))
"""
    done = subprocess.run([sys.executable, "-c", code, str(table)], capture_output=True, check=False)
    assert done.returncode == 130
    assert (done.stdout, done.stderr.strip()) == (b"", b"Interrupted.")
