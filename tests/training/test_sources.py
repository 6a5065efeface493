"""Sources: the same rows in the same order in every pass, from every format, in blocks of one size and bounded memory."""

import gzip
import os
import subprocess
import sys
import threading
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from numpy.typing import NDArray
from pyarrow import csv

from deltarule.errors import DataError, DeltaruleError, InputError, UsageError
from deltarule.training import files
from deltarule.training.engine import block_rows
from deltarule.training.files import FileSource
from deltarule.training.gathering import rows_of_block
from deltarule.training.read_ahead import read_ahead
from deltarule.training.sources import Source, open_source
from deltarule.training.tables import paths

ROWS = 1000
FRAME = pd.DataFrame(
    {
        "height": np.arange(ROWS) / 8 - 40,
        "age": np.arange(ROWS) % 17,
        "price": (np.arange(ROWS) * 37 % 101) / 4,
        "size": np.sqrt(np.arange(ROWS)),
    }
)
FEATURES = FRAME[["height", "age", "size"]].to_numpy(np.float64)
TARGET = FRAME["price"].to_numpy()


def _csv(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False, float_format="%.17g")


def _gzip(frame: pd.DataFrame, path: Path) -> None:
    path.write_bytes(gzip.compress(frame.to_csv(index=False, float_format="%.17g").encode()))


def _continental(frame: pd.DataFrame, path: Path) -> None:
    frame.to_csv(path, index=False, sep=";", decimal=",", float_format="%.17g")


def _parquet(frame: pd.DataFrame, path: Path) -> None:
    frame.to_parquet(path, index=False, row_group_size=77)


def _feather(frame: pd.DataFrame, path: Path) -> None:
    frame.to_feather(path, chunksize=77)


def _stream(frame: pd.DataFrame, path: Path) -> None:
    table = pa.Table.from_pandas(frame, preserve_index=False)
    with pa.OSFile(str(path), "wb") as file, pa.ipc.new_stream(file, table.schema) as writer:
        for batch in table.to_batches(77):
            writer.write_batch(batch)


WRITERS: dict[str, Callable[[pd.DataFrame, Path], None]] = {
    "table.csv": _csv,
    "table.csv.gz": _gzip,
    "table.tsv": lambda frame, path: frame.to_csv(path, index=False, sep="\t", float_format="%.17g"),
    "continental.csv": _continental,
    "table.parquet": _parquet,
    "table.arrow": _feather,
    "table.feather": _feather,
    "table.arrows": _stream,
}


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Blocks of 64 rows, so that small tables have many."""
    monkeypatch.setattr(files, "rows_of_block", lambda columns, itemsize: 64)


def everything(source: Source) -> tuple[NDArray[Any], NDArray[Any]]:
    """All rows of one pass."""
    blocks = list(source)
    return np.concatenate([block.X for block in blocks]), np.concatenate([block.y for block in blocks])


@pytest.mark.parametrize("name", WRITERS)
def test_every_format_gives_the_rows_that_were_written(name: str, tmp_path: Path) -> None:
    """To the last bit, with names, in blocks of one size, and the same again in the next pass."""
    path = tmp_path / name
    WRITERS[name](FRAME, path)
    source = open_source(path, "price")
    X, y = everything(source)
    assert np.array_equal(X, FEATURES)
    assert np.array_equal(y, TARGET)
    assert source.feature_names == ("height", "age", "size")
    assert source.n_rows == ROWS
    assert {len(block.y) for block in list(source)[:-1]} == {64}
    again, _ = everything(source)
    assert again.tobytes() == X.tobytes()
    assert all(block.X.flags.f_contiguous for block in source)


@pytest.mark.parametrize("name", ["table.csv", "table.parquet", "table.feather"])
def test_folders_and_patterns(name: str, tmp_path: Path) -> None:
    """Files of a folder follow one another by name; columns may stand in another order, and hidden files are no tables."""
    write, suffix = WRITERS[name], Path(name).suffix
    (tmp_path / "sub").mkdir()
    write(FRAME[:400], tmp_path / f"a{suffix}")
    write(FRAME[400:900][["size", "price", "age", "height"]], tmp_path / f"b{suffix}")
    write(FRAME[900:].reset_index(drop=True), tmp_path / "sub" / f"c{suffix}")
    (tmp_path / f".hidden{suffix}").write_text("no table", encoding="utf-8")
    (tmp_path / "_SUCCESS").write_text("", encoding="utf-8")
    for given in (tmp_path, f"{tmp_path}/**/*{suffix}"):
        X, y = everything(open_source(given, "price"))
        assert np.array_equal(X, FEATURES)
        assert np.array_equal(y, TARGET)


def test_blocks_do_not_depend_on_how_rows_are_spread(tmp_path: Path) -> None:
    """One file or many, large row groups or small: the blocks have the same bytes, so training has the same bits."""
    whole, parts = tmp_path / "whole", tmp_path / "parts"
    whole.mkdir()
    parts.mkdir()
    FRAME.to_parquet(whole / "all.parquet", index=False)
    for at in range(0, ROWS, 130):
        _parquet(FRAME[at : at + 130], parts / f"{at:04}.parquet")
    one, other = list(open_source(whole, "price")), list(open_source(parts, "price"))
    assert [block.X.tobytes() for block in one] == [block.X.tobytes() for block in other]
    assert [block.y.tobytes() for block in one] == [block.y.tobytes() for block in other]


def test_types_of_columns(tmp_path: Path) -> None:
    """float32 only if all features are, integers, truth values and decimals as float64."""
    path = tmp_path / "t.parquet"
    FRAME.astype(np.float32).to_parquet(path)
    assert next(iter(open_source(path, "price"))).X.dtype == np.float32
    assert next(iter(open_source(path, "price"))).y.dtype == np.float64
    decimals = pa.array([1, 2, 3], pa.int64()).cast(pa.decimal128(25, 2))
    coded = pa.array([0.5, 7.0, 0.5]).dictionary_encode()
    table = pa.table({"d": decimals, "b": [True, False, True], "c": coded, "y": [1.0, 2.0, 4.0]})
    pq.write_table(table, path)
    X, _ = everything(open_source(path, "y"))
    assert X.tolist() == [[1, 1, 0.5], [2, 0, 7.0], [3, 1, 0.5]]


def test_features_are_chosen_by_name(tmp_path: Path) -> None:
    """Named ones in the order asked for, or all but some; the weights' column is no feature."""
    path = tmp_path / "t.csv"
    _csv(FRAME, path)
    X, _ = everything(open_source(path, "price", features=["size", "height"]))
    assert np.array_equal(X, FEATURES[:, [2, 0]])
    assert open_source(path, "price", leave_out=["age"]).feature_names == ("height", "size")
    source = open_source(path, "price", weight="age")
    weights = [block.weight for block in source]
    assert source.feature_names == ("height", "size")
    assert np.array_equal(np.concatenate([w for w in weights if w is not None]), FEATURES[:, 1])


def test_text_that_is_not_used_does_no_harm(tmp_path: Path) -> None:
    """A column of text may be left out."""
    path = tmp_path / "t.csv"
    _csv(FRAME.assign(name="x, y"), path)
    X, _ = everything(open_source(path, "price", leave_out=["name"]))
    assert np.array_equal(X, FEATURES)


def test_classes_of_text(tmp_path: Path) -> None:
    """A target of text is kept as it is for a classifier; an empty cell is missing, and NA is a class like any other."""
    path = tmp_path / "t.csv"
    path.write_text("a,kind\n1,NA\n2,DE\n3,\n4,DE\n", encoding="utf-8")
    source = open_source(path, "kind", labels=True, missing="drop")
    assert source.classes() == ["DE", "NA"]
    assert source.dropped == 1
    assert [list(block.y) for block in source] == [["NA", "DE", "DE"]]


def test_missing_values_of_files(tmp_path: Path) -> None:
    """Left out, or filled with the mean of the present values over all files; the means are worked out in one pass."""
    frame = FRAME.copy()
    frame.loc[[3, 500, 999], "height"] = np.nan
    for name in ("table.csv", "table.parquet"):
        folder = tmp_path / name.replace(".", "-")
        folder.mkdir()
        WRITERS[name](frame[:600], folder / f"1{name}")
        WRITERS[name](frame[600:], folder / f"2{name}")
        source = open_source(folder, "price", missing="drop")
        X, y = everything(source)
        kept = frame["height"].notna().to_numpy()
        assert np.array_equal(X, FEATURES[kept])
        assert np.array_equal(y, TARGET[kept])
        assert source.dropped == 3
        X, _ = everything(open_source(folder, "price", missing="mean"))
        assert np.allclose(X[500, 0], np.nanmean(frame["height"]), rtol=1e-14)
        assert np.array_equal(X[kept], FEATURES[kept])


def test_a_table_without_a_header(tmp_path: Path) -> None:
    """Columns are named as `deltarule solve` names them, the target last."""
    path = tmp_path / "t.csv"
    path.write_text("1,2,3\n4,5,6\n7,8,10\n", encoding="utf-8")
    source = open_source(path, "y")
    assert source.feature_names == ("x_1", "x_2")
    assert everything(source)[1].tolist() == [3, 6, 10]


def test_text_that_looks_like_a_decimal_comma_is_not_guessed_at(tmp_path: Path) -> None:
    """With full stops in the table, a comma in a cell is no decimal sign."""
    path = tmp_path / "t.csv"
    path.write_text("a;y\n1,5;2.5\n2,5;3.5\n", encoding="utf-8")
    with pytest.raises(DataError, match="column 'a' holds text"):
        open_source(path, "y")


def test_quotes_byte_order_mark_and_line_ends(tmp_path: Path) -> None:
    """What spreadsheets write."""
    path = tmp_path / "t.csv"
    path.write_bytes(b'\xef\xbb\xbf"a, ""x""", b ,y\r\n1,"2",3\r\n\r\n4,5,6\r\n7,8,10')
    source = open_source(path, "y")
    assert source.feature_names == ('a, "x"', "b")
    assert everything(source)[0].tolist() == [[1, 2], [4, 5], [7, 8]]


def test_a_file_that_changes_is_noticed(tmp_path: Path) -> None:
    """Another pass over other rows would be another run."""
    path = tmp_path / "t.csv"
    _csv(FRAME, path)
    source = open_source(path, "price")
    list(source)
    _csv(FRAME[:-1], path)
    with pytest.raises(InputError, match="changed while it was trained on"):
        list(source)


@pytest.mark.parametrize("columns", [1, 7, 20, 1000, 50_000])
@pytest.mark.parametrize("itemsize", [4, 8])
def test_size_of_a_block(columns: int, itemsize: int) -> None:
    """About as many bytes however wide a row is, and whole blocks of an engine."""
    rows = rows_of_block(columns, itemsize)
    assert rows * columns * itemsize <= 4 << 20
    engine = block_rows(columns, itemsize)
    assert (rows // engine) & (rows // engine - 1) == 0
    assert rows % engine == 0


# blocks of the caller's own

HALVES = [(FEATURES[:500], TARGET[:500]), (FEATURES[500:], TARGET[500:])]


@pytest.mark.parametrize(
    "blocks",
    [HALVES, tuple(HALVES), lambda: iter(HALVES), lambda: HALVES],
    ids=["list", "tuple", "function of an iterator", "function of a list"],
)
def test_blocks_are_read_again(blocks: Any) -> None:
    """A list or a function can be read as often as wanted."""
    source = open_source(blocks)
    assert source.reiterable
    for _ in range(3):
        X, y = everything(source)
        assert np.array_equal(X, FEATURES)
        assert np.array_equal(y, TARGET)


def test_an_iterator_is_read_once() -> None:
    """It says so, and says what to give instead, rather than train on nothing."""
    source = open_source(iter(HALVES))
    assert not source.reiterable
    everything(source)
    with pytest.raises(
        DataError, match=r"an iterator that is used up.*a function that returns a new iterator"
    ):
        everything(source)


def test_blocks_with_weights_and_frames() -> None:
    """Triples carry weights, and frames their target."""
    weighted = open_source([(*HALVES[0], np.ones(500)), (*HALVES[1], np.full(500, 2.0))])
    weights = [block.weight for block in weighted]
    assert weights[1] is not None
    assert weights[1][0] == 2.0
    frames = open_source([FRAME[:10], FRAME[10:]], "price")
    assert np.array_equal(everything(frames)[0], FEATURES)
    assert frames.feature_names == ("height", "age", "size")


def test_a_pass_that_gives_other_rows_is_noticed() -> None:
    """A function has to give the same rows every time."""
    counts = iter([2, 1])
    source = open_source(lambda: HALVES[: next(counts)])
    list(source)
    with pytest.raises(DataError, match="gave 500 rows in this pass and 1000 in the first"):
        list(source)


@pytest.mark.parametrize("data", [FEATURES, FRAME, 3, None])
def test_what_is_no_source(data: Any) -> None:
    """Arrays and frames go to the trainer as they are."""
    with pytest.raises(UsageError, match="is no source of blocks; give a path"):
        open_source(data, "price")


def test_a_path_needs_a_target(tmp_path: Path) -> None:
    """Which column to predict is never guessed."""
    with pytest.raises(UsageError, match="no target is named"):
        open_source(tmp_path / "t.csv")


# reading ahead


def test_reading_ahead_keeps_order_and_errors() -> None:
    """Every item, in order, then the exception where it happened."""

    def items() -> Iterator[int]:
        yield from range(100)
        raise ValueError("after a hundred")

    seen: list[int] = []
    with pytest.raises(ValueError, match="after a hundred"):
        seen.extend(read_ahead(items()))
    assert seen == list(range(100))


def test_reading_ahead_stops_when_nobody_reads() -> None:
    """A pass that is left early leaves no thread and no open file behind."""
    closed = threading.Event()

    def items() -> Iterator[int]:
        try:
            yield from iter(int, 1)
        finally:
            closed.set()

    before = threading.active_count()
    reader = read_ahead(items())
    next(reader)
    reader.close()  # type: ignore[attr-defined]  # it is a generator
    assert closed.is_set()
    assert threading.active_count() == before


# memory, and reading nothing more than is needed


@pytest.mark.skipif(sys.platform != "linux", reason="the peak of a process is read from /proc")
@pytest.mark.parametrize("name", ["table.parquet", "table.csv"])
def test_memory_does_not_grow_with_the_file(name: str, tmp_path: Path) -> None:
    """Reading a file five times as long takes the same memory, up to a few blocks."""
    rng = np.random.default_rng(5)
    peaks = []
    for rows in (300_000, 1_500_000):
        table = pa.table([*rng.standard_normal((10, rows))], [*(f"x{j}" for j in range(9)), "y"])
        path = tmp_path / f"{rows}-{name}"
        if name.endswith("csv"):
            csv.write_csv(table, path)
        else:
            pq.write_table(table, path, row_group_size=20_000)
        program = f"""
from deltarule.training.sources import open_source
assert sum(len(block.y) for block in open_source({str(path)!r}, "y")) == {rows}
status = open("/proc/self/status").read().splitlines()
print(next(int(line.split()[1]) for line in status if line.startswith("VmHWM")))
"""
        done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
        peaks.append(int(done.stdout) / 1024)
    more = 1_200_000 * 10 * 8 / 2**20  # large beside what an allocator keeps for itself
    assert peaks[1] - peaks[0] < more / 3, peaks


def test_all_files_are_checked_before_the_first_row(tmp_path: Path) -> None:
    """A last file with other columns is told at once, not after an hour."""
    for at in range(3):
        _parquet(FRAME if at < 2 else FRAME.drop(columns="age"), tmp_path / f"{at}.parquet")
    with pytest.raises(DataError, match=r"2\.parquet: has no column 'age', which .*0\.parquet has"):
        open_source(tmp_path, "price")


def test_fingerprint_is_of_names_sizes_and_times(tmp_path: Path) -> None:
    """What tells whether a run may be resumed on these files."""
    path = tmp_path / "t.csv"
    _csv(FRAME, path)
    source = open_source(path, "price")
    assert isinstance(source, FileSource)
    assert source.fingerprint[0][:2] == (str(path), path.stat().st_size)
    assert source.stated_rows is None
    _parquet(FRAME, tmp_path / "t.parquet")
    known = open_source(tmp_path / "t.parquet", "price")
    assert isinstance(known, FileSource)
    assert known.stated_rows == ROWS


def test_too_many_files(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """There is a bound, and it is told."""
    monkeypatch.setattr(paths, "MAX_FILES", 2)
    for at in range(3):
        _csv(FRAME, tmp_path / f"{at}.csv")
    for given in (tmp_path, f"{tmp_path}/*.csv"):
        with pytest.raises(DeltaruleError, match="more than 2 files"):
            open_source(given, "price")


def test_unreadable_files(tmp_path: Path) -> None:
    """What the system says is passed on."""
    path = tmp_path / "t.csv"
    _csv(FRAME, path)
    path.chmod(0)
    if os.access(path, os.R_OK):
        pytest.skip("this user may read everything")
    with pytest.raises(InputError, match="may not be read; check its permissions"):
        open_source(path, "price")
