"""What bad input gets when training: one clear sentence that names the place and says what to do, by every door.

Each case is tried through arrays (`deltarule.train`), through files, and through the command line, as far as it can come that way.
"""

import gzip
import json
import re
import resource
import signal
import subprocess
import sys
import zipfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

import deltarule
from deltarule.cli import main
from deltarule.cli.options import in_options
from deltarule.errors import DataError, DataTypeError, DeltaruleError, InputError, UsageError
from deltarule.training.sources import open_source

ROWS = {"a": [1.0, 2.0, 3.0, 5.0], "b": [0.5, -1.0, 4.0, 2.0], "y": [1.0, 0.0, 2.0, 4.0]}


def table(**changed: Any) -> dict[str, list[Any]]:
    """Four good rows, with some columns replaced."""
    return {**ROWS, **changed}


@dataclass(frozen=True)
class Case:
    """A bad table, and what is said of it.

    `settings` go to all doors; `says` is a regular expression; `kind` the exception.
    """

    columns: Mapping[str, list[Any]]
    says: str
    kind: type[DeltaruleError] = DataError
    target: str = "y"
    settings: tuple[tuple[str, Any], ...] = ()
    in_arrays: str = ""  # where an array says it otherwise


CASES = {
    "missing target": Case(
        ROWS, "there is no column 'price' for the target; the columns are 'a', 'b', 'y'", target="price"
    ),
    "misspelt target": Case(
        {"height": [1.0, 2, 3], "prices": [1.0, 2, 4]}, "did you mean 'prices'?", target="price"
    ),
    "text column": Case(
        table(b=["x", "y", "z", "w"]),
        r"column 'b' holds text.*; turn \w+ into numbers \(one column for each category\), or leave",
        DataTypeError,
    ),
    "two text columns": Case(
        table(b=list("xyzw"), c=list("pqrs")), "columns 'b' and 'c' hold text", DataTypeError
    ),
    "NaN": Case(
        table(a=[1.0, 2.0, None, 5.0]),
        r'row 3 \(counted from 1\), column \'a\' holds NaN; fill it in, or ask for missing="drop" or missing="mean"',
    ),
    "infinity": Case(
        table(b=[0.5, np.inf, 4.0, 2.0]),
        r"row 2 \(counted from 1\), column 'b' holds infinity; repair or leave out that row",
    ),
    "minus infinity, missing values dropped": Case(
        table(b=[0.5, 1.0, 4.0, -np.inf]),
        r"row 4 \(counted from 1\), column 'b' holds -infinity",
        settings=(("missing", "drop"),),
    ),
    "missing value of the target": Case(
        table(y=[1.0, None, 2.0, 4.0]),
        r"row 2 \(counted from 1\): the target 'y' is missing or NaN; leave such rows out with missing=\"drop\"",
    ),
    "infinite target": Case(
        table(y=[1.0, 2.0, np.inf, 4.0]), r"row 3 \(counted from 1\): the target 'y' is infinite"
    ),
    "a column without any value": Case(
        table(b=[np.nan] * 4),
        "column 'b' has no value at all, so it has no mean",
        settings=(("missing", "mean"),),
    ),
    "every row dropped": Case(
        table(a=[np.nan] * 4), "there is no row to train on", settings=(("missing", "drop"),)
    ),
    "one class": Case(
        table(y=["yes"] * 4),
        r"the target 'y' has one class only \('yes'\), and a classifier needs two; check that the right column",
    ),
    "one class of numbers": Case(
        table(y=[1.0] * 4),
        r"the target 'y' has one class only \(1\.0\), and a classifier needs two",
        settings=(("activation", "sigmoid"),),
    ),
    "continuous classes": Case(
        table(y=[0.5, 1.0, 0.25, 2.0]),
        r"continuous values such as 0\.5 are no classes; train a regressor",
        settings=(("loss", "log"),),
    ),
    "constant target": Case(
        table(y=[3.0] * 4), r"the target 'y' is 3\.0 in every row: a constant target leaves nothing to learn"
    ),
    "more columns than rows": Case(
        {**{f"x{j}": [1.0 * j, 2.0] for j in range(3)}, "y": [1.0, 2.0]},
        "3 columns but only 2 rows: the data do not determine the weights; add rows, leave columns out, or ask for a "
        "penalty with l2 above 0",
    ),
    "zero rows": Case(
        {"a": [], "y": []}, r"0 sample\(s\) \(shape=\(0, 1\)\): there is no row to train on", target="y"
    ),
    "no features": Case({"y": [1.0, 2.0]}, r"0 feature\(s\)"),
    "a negative weight": Case(
        table(w=[1.0, -2.0, 1.0, 1.0]),
        r"row 2 \(counted from 1\).*negative.*give 0 to leave",
        settings=(("weight", "w"),),
        in_arrays=r"sample_weight is -2 in row 2 \(counted from 1\), and none may be negative; give 0 to leave",
    ),
    "no such column to leave out": Case(ROWS, "there is no column 'c'", settings=(("leave_out", ["c"]),)),
    "a learning rate of zero": Case(
        ROWS, r"learning_rate=0\b.*a number above 0", UsageError, settings=(("learning_rate", 0),)
    ),
    "a negative learning rate": Case(
        ROWS, r"learning_rate=-0\.1: give .*a number above 0", UsageError, settings=(("learning_rate", -0.1),)
    ),
    "a fast learning rate": Case(
        ROWS,
        r"learning_rate='fast' is unknown; give \"auto\", a number above 0",
        UsageError,
        settings=(("learning_rate", "fast"),),
    ),
    "a learning rate that is no number": Case(
        ROWS, "learning_rate=nan: give", UsageError, settings=(("learning_rate", float("nan")),)
    ),
    "half an epoch": Case(ROWS, r"epochs=1\.5: give a whole number", UsageError, settings=(("epochs", 1.5),)),
    "a batch of nothing": Case(
        ROWS, "batch_size=0: give a whole number from 1", UsageError, settings=(("batch_size", 0),)
    ),
    "a big batch": Case(
        ROWS,
        r"batch_size='big' is unknown; give \"full\" or a number of rows",
        UsageError,
        settings=(("batch_size", "big"),),
    ),
    "an unknown loss": Case(
        ROWS, "loss='cubic' is unknown; choose from squared", UsageError, settings=(("loss", "cubic"),)
    ),
    "an unknown activation": Case(
        ROWS, "activation='swish' is unknown; choose from", UsageError, settings=(("activation", "swish"),)
    ),
    "a loss and an activation that do not go together": Case(
        ROWS,
        'loss="log" goes with activation="sigmoid"',
        UsageError,
        settings=(("activation", "tanh"), ("loss", "log")),
    ),
    "resuming from nothing": Case(
        ROWS, "there is nothing to resume from; name the checkpoint", UsageError, settings=(("resume", True),)
    ),
}

_FLAGS = {"resume"}
IDS = list(CASES)


def _refused(door: Callable[[], object], case: Case, says: str) -> None:
    with pytest.raises(case.kind, match=says) as raised:
        door()
    message = str(raised.value)
    assert len(message) < 600
    assert "\n" not in message


@pytest.mark.parametrize("name", IDS)
def test_arrays(name: str) -> None:
    """A data frame."""
    case = CASES[name]
    frame = pd.DataFrame(case.columns)
    _refused(
        lambda: deltarule.train(frame, case.target, **dict(case.settings)), case, case.in_arrays or case.says
    )


@pytest.mark.parametrize("suffix", ["csv", "parquet", "feather"])
@pytest.mark.parametrize("name", IDS)
def test_files(name: str, suffix: str, tmp_path: Path) -> None:
    """A file, which the message names wherever it is about the data."""
    case, path = CASES[name], tmp_path / f"table.{suffix}"
    _write(pd.DataFrame(case.columns), path)
    _refused(lambda: deltarule.train(path, case.target, **dict(case.settings)), case, case.says)
    if issubclass(case.kind, InputError):
        with pytest.raises(case.kind, match=re.escape(str(path))):
            deltarule.train(path, case.target, **dict(case.settings))


@pytest.mark.parametrize("name", IDS)
def test_command_line(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """One line on standard error, in the words of the command line, status 2, and no output file."""
    case, path = CASES[name], tmp_path / "table.csv"
    _write(pd.DataFrame(case.columns), path)
    arguments = ["train", str(path), "--target", case.target, "-o", str(tmp_path / "out.txt")]
    for setting, value in case.settings:
        option = f"--{setting.replace('_', '-')}"
        values = value if isinstance(value, list) else [value]
        arguments += (
            [option] if setting in _FLAGS else [part for one in values for part in (option, str(one))]
        )
    assert main(arguments) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert len(err.strip().splitlines()) == 1, err
    with pytest.raises(DeltaruleError) as caught:
        deltarule.train(path, case.target, **dict(case.settings))
    assert re.search(case.says, str(caught.value))
    assert err == in_options(str(caught.value)) + "\n"
    assert not re.search(r"shape=|\w=|regressor|\(s\)", err)
    assert not (tmp_path / "out.txt").exists()


def _write(frame: pd.DataFrame, path: Path) -> None:
    if path.suffix == ".csv":
        frame.to_csv(path, index=False)
    elif path.suffix == ".parquet":
        frame.to_parquet(path, index=False)
    else:
        frame.to_feather(path)


# files that are damaged, or do not fit one another

GOOD = "a,b,y\n" + "".join(f"{row},{row * row % 7},{row % 5}\n" for row in range(100))


def _bytes_of(suffix: str) -> bytes:
    import io

    out = io.BytesIO()
    frame = pd.DataFrame({"a": np.arange(5000.0), "b": np.arange(5000) % 7, "y": np.arange(5000) % 11})
    if suffix == "parquet":
        frame.to_parquet(out, index=False)
    else:
        frame.to_feather(out)
    return out.getvalue()


def _spoilt(data: bytes) -> bytes:
    """With a stretch in the first column's values overwritten."""
    return data[:200] + b"\xff" * 3000 + data[3200:]


DAMAGED: dict[str, tuple[str, Callable[[], bytes], str]] = {
    "ragged CSV": ("t.csv", lambda: (GOOD + "1,2\n").encode(), r"t\.csv: row 101 has 2 cells where the others have 3; the file may"),
    "CSV with a row too long": ("t.csv", lambda: (GOOD + "1,2,3,4\n").encode(), "row 101 has 4 cells where the others have 3"),
    "CSV cut short": ("t.csv", lambda: GOOD.encode()[:-3], r"row 100 has 2 cells|row 100 \(counted from 1\)"),
    "CSV with a word further down": (
        "t.csv",
        lambda: (GOOD + GOOD.split("\n", 1)[1] * 5000 + "oops,2,3\n").encode(),
        r"row 500101, column 'a' holds 'oops', which is no number; correct that cell",
    ),
    "packed CSV cut short": ("t.csv.gz", lambda: gzip.compress((GOOD * 50).encode())[:200], "cannot be unpacked; it may have been cut short"),
    "empty CSV": ("t.csv", lambda: b"", r"t\.csv: the file is empty; check that it was saved"),
    "CSV in another encoding": ("t.csv", lambda: "a,größe,y\n1,2,3\n".encode("latin-1"), "byte 0xF6 is not UTF-8.*save it as UTF-8"),
    "CSV in UTF-16": ("t.csv", lambda: GOOD.encode("utf-16"), "is UTF-16, and CSV files are read as UTF-8; save it as UTF-8"),
    "binary rubbish": ("t.csv", lambda: bytes(range(256)) * 10, "is a binary file, not CSV"),
    "CSV without names": ("t.csv", lambda: b",a,y\n0,1,2\n1,2,3\n", r"column 1 has no name; .*index=False"),
    "CSV with a name twice": ("t.csv", lambda: b"a,a,y\n0,1,2\n1,2,3\n", "two columns have the name 'a'; give each"),
    "Parquet cut short": ("t.parquet", lambda: _bytes_of("parquet")[:-50], "is not a whole Parquet file .*; it may have been cut short or changed"),
    "Parquet with its head gone": ("t.parquet", lambda: _bytes_of("parquet")[10:], "does not begin as a Parquet file does"),
    "corrupt Parquet": ("t.parquet", lambda: _spoilt(_bytes_of("parquet")), "is not a whole Parquet file .*copy or write it again"),
    "Arrow cut short": ("t.arrow", lambda: _bytes_of("feather")[:-50], "is not a whole Arrow file"),
    "no table at all": ("t.pdf", lambda: b"%PDF-1.7", r"is of an unknown format; the files that are read are \*\.csv"),
}  # fmt: skip


@pytest.mark.parametrize("name", DAMAGED)
def test_damaged_files(name: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """The file is named, and the row and column where that can be."""
    file, content, says = DAMAGED[name]
    path = tmp_path / file
    path.write_bytes(content())
    with pytest.raises(InputError, match=says):
        deltarule.train(path, "y")
    assert main(["train", str(path), "--target", "y"]) == 2
    out, err = capsys.readouterr()
    assert out == ""
    assert re.search(says, err), err
    assert len(err.strip().splitlines()) == 1


FOLDERS: dict[str, tuple[Mapping[str, Mapping[str, list[Any]]], str]] = {
    "a column is missing": ({"1": ROWS, "2": {"a": [1.0], "y": [2.0]}}, r"2\.{s}: has no column 'b', which .*1\.{s} has; give every file the same"),
    "a column too many": ({"1": ROWS, "2": table(c=[1.0] * 4)}, r"2\.{s}: has column 'c', which .*1\.{s} has not"),
    "another type": ({"1": ROWS, "2": table(b=list("xyzw"))}, r"2\.{s}: column 'b' holds text"),
    "another type of target": ({"1": ROWS, "2": table(y=list("xyzw"))}, r"2\.{s}: the target 'y' holds text"),
    "a bad value in the second": ({"1": ROWS, "2": table(b=[1.0, np.inf, 1.0, 1.0])}, r"2\.{s}: row 2 \(counted from 1\), column 'b' holds infinity"),
}  # fmt: skip


@pytest.mark.parametrize("suffix", ["csv", "parquet"])
@pytest.mark.parametrize("name", FOLDERS)
def test_files_that_differ(
    name: str, suffix: str, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """The file that does not fit is named, and the column."""
    files, says = FOLDERS[name]
    for stem, columns in files.items():
        _write(pd.DataFrame(columns), tmp_path / f"{stem}.{suffix}")
    says = says.replace("{s}", suffix)
    with pytest.raises(DataError, match=says):
        deltarule.train(tmp_path, "y")
    assert main(["train", str(tmp_path), "--target", "y"]) == 2
    assert re.search(says, capsys.readouterr().err)


BLOCKS: dict[str, tuple[list[Any], str]] = {
    "columns": ([(np.eye(3), [1, 2, 3]), (np.eye(3)[:, :2], [1, 2, 3])], "block 2: has 2 columns, where the first has 3; give every block the same"),
    "names": ([pd.DataFrame(ROWS), pd.DataFrame(ROWS).rename(columns={"a": "c"})], "block 2: has a column 'c', which the first block has not"),
    "order": ([pd.DataFrame(ROWS), pd.DataFrame(ROWS)[["b", "a", "y"]]], "block 2: has its columns in another order than the first block"),
    "lengths": ([(np.eye(3), [1, 2, 3]), (np.eye(3), [1, 2])], "block 2: X has 3 rows, y has 2"),
    "text": ([(np.eye(3), [1, 2, 3]), ([["x", 1.0, 2.0]], [1])], r"block 2: X holds text \(column 1\)"),
    "NaN": ([(np.eye(3), [1, 2, 3]), ([[1.0, 2.0, np.nan]], [1])], r"block 2: row 1 \(counted from 1\), column 3 holds NaN"),
    "weights": ([(np.eye(3), [1, 2, 3], [1, 1, 1]), (np.eye(3), [1, 2, 3])], "block 2: has no weights, and the first block has some"),
    "type": ([(np.eye(3, dtype=np.float32), [1, 2, 3]), (np.eye(3), [1, 2, 3])], "block 2: holds float64 features, where the first block holds float32"),
    "no pair": ([(np.eye(3), [1, 2, 3]), 7], r"block 2: is a int, not a pair \(X, y\)"),
    "nothing": ([], "there is no row to train on"),
}  # fmt: skip


@pytest.mark.parametrize("name", BLOCKS)
def test_blocks_that_differ(name: str) -> None:
    """The block is named, counted from 1."""
    blocks, says = BLOCKS[name]
    with pytest.raises(DataError, match=says):
        deltarule.train(lambda: iter(blocks), "y")


# arrays that only Python can hand over

ARRAYS: dict[str, tuple[Any, Any, str]] = {
    "one dimension": (np.arange(4.0), [1, 2, 3, 4], r"X has one dimension \(shape \(4,\)\).*reshape\(-1, 1\)"),
    "three dimensions": (np.zeros((2, 2, 2)), [1, 2], "X has 3 dimensions"),
    "ragged lists": ([[1, 2], [3]], [1, 2], "row 2 of X has 1 values, where row 1 has 2; give every row as many values"),
    "a target too short": (np.eye(3), [1, 2], "X has 3 rows, y has 2 .*; give one value for each row"),
    "two targets": (np.eye(3), np.eye(3), r"y has shape \(3, 3\), and one value for each row is needed"),
    "no target": (np.eye(3), None, "the target y is None"),
    "a name, but no names": (np.eye(3), "price", "y is the name 'price', but X has no named columns"),
    "complex numbers": (np.eye(3) + 1j, [1, 2, 3], "Complex data not supported"),
    "dictionaries": (np.array([[{}, 1.0]] * 3), [1, 2, 3], "X holds a dict"),
    "dates": (pd.DataFrame({"t": pd.date_range("2020", periods=3)}), [1, 2, 3], "column 't' holds dates or times; turn them into numbers"),
    "a number that is too large": (np.array([[10**400], [1], [2]], object), [1, 2, 3], r"row 1 \(counted from 1\), column 1 holds infinity"),
    "names of two kinds": (pd.DataFrame({"a": [1.0, 2, 3], 7: [1.0, 2, 3]}), [1, 2, 3], r"some column names are text and some are not \(7\)"),
}  # fmt: skip


@pytest.mark.parametrize("name", ARRAYS)
def test_arrays_that_are_no_tables(name: str) -> None:
    """The shape is named, or the place."""
    X, y, says = ARRAYS[name]
    with pytest.raises(DataError, match=says):
        deltarule.train(X, y)


def test_sparse_input() -> None:
    """It is refused by name, with the remedy."""
    sparse = pytest.importorskip("scipy.sparse")
    with pytest.raises(
        DataTypeError, match=r"X is sparse, and sparse input is not supported; give X\.toarray\(\)"
    ):
        deltarule.train(sparse.csr_array(np.eye(3)), [1, 2, 3])


# checkpoints


def _checkpoint_of(path: Path, table_path: Path) -> None:
    """A checkpoint of an interrupted run on a table."""
    from deltarule.training.checkpoint import save
    from deltarule.training.engine import Rows
    from deltarule.training.engines.numpy_engine import NumpyEngine
    from deltarule.training.loop import Checkpoint, train
    from deltarule.training.schedules import Constant
    from deltarule.training.settings import Settings

    data = open_source(table_path, "y").gathered()
    settings = Settings(Constant(0.01), epochs=3)
    train(
        Rows(data.X, data.y),
        settings,
        NumpyEngine("identity", "squared"),
        checkpoint=Checkpoint(lambda state: save(state, path), seconds=0.0),
    )
    assert path.exists()


@pytest.fixture
def good(tmp_path: Path) -> Path:
    """A table."""
    path = tmp_path / "table.csv"
    path.write_text(GOOD, encoding="utf-8")
    return path


def _resumed(table_path: Path, checkpoint: Path, *more: str) -> list[str]:
    return ["train", str(table_path), "--target", "y", "--checkpoint", str(checkpoint), "--resume", *more]


def test_a_checkpoint_of_other_settings(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """It is not gone on from, and it stays."""
    path = tmp_path / "run.ckpt"
    _checkpoint_of(path, good)
    before = path.read_bytes()
    with pytest.raises(UsageError, match="made with other settings or other data; train with the same ones"):
        deltarule.train(good, "y", learning_rate=0.5, checkpoint=path, resume=True)
    assert main(_resumed(good, path, "--learning-rate", "0.5")) == 2
    assert "made with other settings or other data" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_a_checkpoint_of_a_newer_version(
    good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    """Both versions are named, and what to install."""
    path = tmp_path / "run.ckpt"
    _checkpoint_of(path, good)
    with zipfile.ZipFile(path) as packed:
        members = {name: packed.read(name) for name in packed.namelist()}
    text = json.loads(members["checkpoint.json"])
    members["checkpoint.json"] = json.dumps({**text, "version": 7, "written by": "9.9"}).encode()
    with zipfile.ZipFile(path, "w") as packed:
        for name, data in members.items():
            packed.writestr(name, data)
    says = (
        r"run\.ckpt: the checkpoint is of version 7, written by deltarule 9\.9; .*install a newer deltarule"
    )
    with pytest.raises(InputError, match=says):
        deltarule.train(good, "y", checkpoint=path, resume=True)
    assert main(_resumed(good, path)) == 2
    assert re.search(says, capsys.readouterr().err)


def test_a_checkpoint_that_is_none(good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Something else, or nothing."""
    for content, says in ((b"hello", "is no whole checkpoint"), (None, "there is no such checkpoint")):
        path = tmp_path / "run.ckpt"
        path.unlink(missing_ok=True)
        if content is not None:
            path.write_bytes(content)
        with pytest.raises(InputError, match=says):
            deltarule.train(good, "y", checkpoint=path, resume=True)
        assert main(_resumed(good, path)) == 2
        assert says in capsys.readouterr().err


def test_a_checkpoint_in_the_way(good: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """An unfinished run is never overwritten by another one without a word."""
    path = tmp_path / "run.ckpt"
    _checkpoint_of(path, good)
    before = path.read_bytes()
    with pytest.raises(UsageError, match=r"is there already; resume \(--resume\) to go on from it"):
        deltarule.train(good, "y", checkpoint=path)
    assert main(["train", str(good), "--target", "y", "--checkpoint", str(path)]) == 2
    assert "is there already" in capsys.readouterr().err
    assert path.read_bytes() == before


def test_no_folder_for_the_checkpoint(good: Path, tmp_path: Path) -> None:
    """It is told before anything is read."""
    with pytest.raises(InputError, match="there is no such folder for a checkpoint; make it"):
        deltarule.train(good, "y", checkpoint=tmp_path / "nowhere" / "run.ckpt")


# writing


def _small_files() -> None:
    signal.signal(signal.SIGXFSZ, signal.SIG_IGN)
    resource.setrlimit(resource.RLIMIT_FSIZE, (500, 500))


def test_disk_full_while_writing_the_account(good: Path, tmp_path: Path) -> None:
    """The file that was there stays, nothing half-written is left, and the sentence says what to do."""
    out = tmp_path / "account.json"
    out.write_text("what was there", encoding="utf-8")
    command = ["-m", "deltarule", "train", str(good), "--target", "y", "--format", "json", "-o", str(out)]
    done = subprocess.run(
        [sys.executable, "-B", *command], capture_output=True, text=True, check=False, preexec_fn=_small_files
    )
    assert done.returncode == 2
    assert "account.json: cannot be written (File too large); name another file with -o" in done.stderr
    assert out.read_text(encoding="utf-8") == "what was there"
    assert sorted(path.name for path in tmp_path.iterdir()) == ["account.json", "table.csv"]


def test_an_account_does_not_overwrite_its_data(good: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """-o may not name what is read."""
    assert main(["train", str(good), "--target", "y", "-o", str(good)]) == 2
    assert "would overwrite what is read" in capsys.readouterr().err
    assert good.read_text(encoding="utf-8") == GOOD


def test_names_are_shown_safely(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """A column's name cannot paint over the terminal or become markup."""
    path = tmp_path / "t.csv"
    path.write_text("a\x1b[2J<script>,y\n1,2\n2,3\n4,9\n", encoding="utf-8")
    assert main(["train", str(path), "--target", "y"]) == 0
    assert "\x1b" not in capsys.readouterr().out
    html = deltarule.train(path, "y").write("html")
    assert "<script>" not in html
    assert "\x1b" not in html
    assert "\\<script\\>" in deltarule.train(path, "y").write("markdown")
