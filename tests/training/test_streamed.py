"""Rows that are read again for every pass train to the bits of the same rows in memory."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import pytest

from deltarule.errors import UsageError
from deltarule.training import files, loop, streamed
from deltarule.training.curvature import scatter
from deltarule.training.engine import Rows, Update, View
from deltarule.training.engines import fused, numpy_engine
from deltarule.training.engines.fused import FusedEngine
from deltarule.training.engines.numpy_engine import NumpyEngine
from deltarule.training.loop import train
from deltarule.training.path import GradientPath
from deltarule.training.schedules import Constant
from deltarule.training.settings import Settings
from deltarule.training.sources import open_source
from deltarule.training.streamed import RowBlocks, StreamEngine, gather, is_streamed

RNG = np.random.default_rng(7)
X = np.asfortranarray(RNG.standard_normal((1003, 5)) * [1, 3, 0.2, 1, 2] + [0, 5, 0, -1, 0])
Y = X @ [1.0, -2.0, 0.5, 0.0, 3.0] + RNG.standard_normal(len(X))
WEIGHT = RNG.uniform(0.5, 2.0, len(X))


@pytest.fixture(autouse=True)
def small_blocks(monkeypatch: pytest.MonkeyPatch) -> None:
    """Engine blocks of 16 rows, four of which make a block of a file, so that few rows are many blocks."""
    monkeypatch.setattr(numpy_engine, "block_rows", lambda columns, itemsize: 16)
    for module in (files, streamed):
        monkeypatch.setattr(module, "rows_of_block", lambda columns, itemsize: 64)


@pytest.fixture
def table(tmp_path: Path) -> Path:
    """The rows as files of uneven length."""
    frame = pd.DataFrame(X, columns=list("abcde")).assign(y=Y, w=WEIGHT)
    for at, (start, stop) in enumerate([(0, 100), (100, 850), (850, 1003)]):
        frame[start:stop].to_parquet(tmp_path / f"{at}.parquet", index=False, row_group_size=90)
    return tmp_path


def rows(table: Path) -> Rows:
    """The rows of the files, streamed."""
    found = gather(open_source(table, "y", weight="w", keep_bytes=0))
    assert is_streamed(Rows(found.X, found.y))
    return Rows(found.X, found.y, found.sample_weight)


def test_small_tables_are_kept(table: Path) -> None:
    """What fits is read once and kept."""
    found = gather(open_source(table, "y", weight="w"))
    assert isinstance(found.X, np.ndarray)
    assert np.array_equal(found.X, X)
    assert np.array_equal(found.y, Y)
    assert found.sample_weight is not None
    assert np.array_equal(found.sample_weight, WEIGHT)


@pytest.mark.parametrize(
    "part", [slice(0, 1003), slice(60, 70), slice(64, 128), slice(1000, 1003), slice(5, 5)]
)
def test_slices(table: Path, part: slice) -> None:
    """Any slice, in any order of asking."""
    matrix = rows(table).X
    for _ in range(2):
        assert np.array_equal(matrix[part], X[part])
        assert np.array_equal(matrix[3:9], X[3:9])


@pytest.mark.parametrize("step", [2, 7, 63, 64, 65, 500, 2000])
def test_rows_at_equal_distances(table: Path, step: int) -> None:
    """As the fingerprint of a run looks at them."""
    matrix = rows(table).X
    assert np.array_equal(matrix[::step], X[::step])
    assert np.array_equal(matrix[3::step], X[3::step])


def test_ascending_slices_are_one_pass(table: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """A pass in pieces opens the files once."""
    passes = 0
    source = open_source(table, "y", weight="w", keep_bytes=0)
    found = gather(source)
    original = type(source).__iter__

    def counted(self: Any) -> Iterator[Any]:
        nonlocal passes
        passes += 1
        return original(self)

    monkeypatch.setattr(type(source), "__iter__", counted)
    for start in range(0, 1003, 10):
        assert np.array_equal(found.X[start : start + 10], X[start : start + 10])
    assert passes == 1


@pytest.mark.parametrize("view", [None, View(X.mean(axis=0), 1 / X.std(axis=0))])
def test_sums_have_the_bits_of_memory(table: Path, view: View | None) -> None:
    """The same blocks in the same tree."""
    engine = NumpyEngine("identity", "squared")
    weights = np.arange(6.0)
    memory = engine.sums(Rows(X, Y, WEIGHT, view), weights)
    found = rows(table)
    read = StreamEngine(engine).sums(Rows(found.X, found.y, found.weight, view), weights)
    assert read.loss == memory.loss
    assert read.gradient.tobytes() == memory.gradient.tobytes()


@pytest.mark.parametrize("batch_size", [1, 7, 32, 100])
def test_steps_have_the_bits_of_memory(table: Path, batch_size: int) -> None:
    """Batches run across the ends of blocks and files."""
    engine, update = NumpyEngine("sigmoid", "log"), Update(0.01, batch_size, 1.0, True, momentum=0.5)
    target = (Y.mean() < Y).astype(float)
    ends = []
    found = rows(table)
    for given, worker in (
        (Rows(X, target, WEIGHT), engine),
        (Rows(found.X, target, WEIGHT), StreamEngine(engine)),
    ):
        weights, velocity = np.zeros(6), np.zeros(6)
        middle = 300 // batch_size * batch_size
        loss = worker.steps(given, None, 0, middle, weights, velocity, update)
        loss += worker.steps(given, None, middle, 1003, weights, velocity, update)
        ends.append((weights.tobytes(), velocity.tobytes()))
    assert ends[0] == ends[1]
    assert np.isfinite(loss)


@pytest.mark.parametrize("batch_size", [None, 32, 1])
@pytest.mark.parametrize("engines", [NumpyEngine, FusedEngine])
def test_a_run_has_the_bits_of_memory(
    table: Path,
    batch_size: int | None,
    engines: type[NumpyEngine] | type[FusedEngine],
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    """Epochs, history and ending; a pass of mini-batches is cut into parts wherever the rows are."""
    monkeypatch.setattr(loop, "CHUNK", 200)
    monkeypatch.setattr(fused, "block_rows", lambda columns, itemsize: 16)
    settings = Settings(Constant(0.001), epochs=12, batch_size=batch_size, shuffle=False)
    engine = engines("identity", "squared")
    memory = train(Rows(X, Y, WEIGHT), settings, engine)
    read = train(rows(table), settings, StreamEngine(engine))
    assert read.weights.tobytes() == memory.weights.tobytes()
    assert read.history.table().tobytes() == memory.history.table().tobytes()
    assert read.outcome == memory.outcome


def test_the_curvature_is_that_of_memory(table: Path) -> None:
    """What the learning rate is worked out from, to the bit."""
    memory, read = scatter(Rows(X, Y, WEIGHT), True, noise=True), scatter(rows(table), True, noise=True)
    assert memory.noise is not None
    assert read.noise is not None
    assert read.products.tobytes() == memory.products.tobytes()
    assert read.noise.tobytes() == memory.noise.tobytes()


def test_statistics_are_those_of_memory(table: Path) -> None:
    """The closed form needs one pass over the blocks."""
    memory = GradientPath.fit(X, Y, WEIGHT).weights(learning_rate=0.01, epochs=50)
    read = GradientPath.fit(RowBlocks(rows(table))).weights(learning_rate=0.01, epochs=50)
    assert read[0].tobytes() == memory[0].tobytes()
    assert read[1] == memory[1]


def test_a_single_row(table: Path) -> None:
    """The first one serves as a pilot."""
    assert np.array_equal(rows(table).X[0], X[0])


def test_files_cannot_be_shuffled(table: Path) -> None:
    """It is said rather than done slowly."""
    settings = Settings(Constant(0.01), epochs=1, batch_size=32)
    found = rows(table)
    assert is_streamed(found)
    with pytest.raises(UsageError, match="give shuffle=False"):
        train(found, settings, StreamEngine(NumpyEngine("identity", "squared")))
    with pytest.raises(UsageError, match="give shuffle=False"):
        NumpyEngine("identity", "squared").steps(
            found, np.arange(5), 0, 5, np.zeros(6), np.zeros(6), Update(0.1, 2, 1.0, True)
        )


def test_an_iterator_is_kept_whatever_its_size() -> None:
    """It cannot be read again, so it has to fit into memory."""
    found = gather(open_source(iter([(X[:500], Y[:500]), (X[500:], Y[500:])]), keep_bytes=0))
    assert isinstance(found.X, np.ndarray)
    assert np.array_equal(found.X, X)
