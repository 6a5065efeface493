"""Statistics of rows: true to exact sums, and the same bits however the rows arrive."""

import math
import sys
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from numpy.typing import NDArray

from deltarule.errors import DataError, UsageError
from deltarule.training import statistics as home
from deltarule.training.blocks import Summary
from deltarule.training.exact_factor import exact_factor
from deltarule.training.statistics import Statistics, block_rows
from deltarule.training.sums import Rows, Weighing

Floats = NDArray[np.float64]
BLOCK = block_rows(3)


def made(n: int, d: int = 3, seed: int = 0, weighted: bool = False) -> Rows:
    """Rows with offsets and scales of their own."""
    rng = np.random.default_rng(seed)
    X = rng.standard_normal((n, d)) * 10.0 ** rng.integers(-3, 4, d) + 10.0 ** rng.integers(-3, 6, d)
    y = X @ rng.standard_normal(d) + rng.standard_normal(n)
    weight = np.asarray(rng.integers(0, 4, n) * 0.5, dtype=np.float64)
    return Rows(X, y, weight if weighted else None)


def gathered(rows: Rows, *, noise: bool = True, first_row: int = 0, threads: int = 1) -> Statistics:
    """Statistics of some rows, taken in at once."""
    d = rows.X.shape[1]
    weighing = Weighing(np.zeros(d), np.ones(d)) if noise else None
    names = tuple(f"x{j}" for j in range(1, d + 1))
    result = Statistics(d, names, first_row=first_row, weighing=weighing, threads=threads)
    result.add(rows)
    return result


def bits(statistics: Statistics) -> list[bytes]:
    """Everything that was gathered, to the bit."""
    total = statistics.total()
    assert total is not None
    parts = [
        total.rows.tobytes(),
        total.plain.weight.tobytes(),
        total.plain.mean.tobytes(),
        total.plain.rest.tobytes(),
    ]
    parts.append(total.plain.scatter.tobytes())
    if total.noise is not None:
        parts += [total.noise.mean.tobytes(), total.noise.scatter.tobytes()]
    if total.factor is not None:
        parts.append(total.factor.tobytes())
    return parts


def exact_moments(rows: Rows, power: Sequence[Fraction]) -> tuple[list[Fraction], list[list[Fraction]]]:
    """Mean and scatter of [X, y] in fractions, each row weighted by `power`."""
    table = [[*map(Fraction, map(float, x)), Fraction(float(y))] for x, y in zip(rows.X, rows.y, strict=True)]
    total, p = sum(power), len(table[0])
    mean = [
        sum((w * row[j] for w, row in zip(power, table, strict=True)), Fraction(0)) / total for j in range(p)
    ]
    scatter = [
        [
            sum(
                (w * (row[a] - mean[a]) * (row[b] - mean[b]) for w, row in zip(power, table, strict=True)),
                Fraction(0),
            )
            for b in range(p)
        ]
        for a in range(p)
    ]
    return mean, scatter


def close(found: Floats, true: list[list[Fraction]], tolerance: float) -> bool:
    """Whether a scatter matrix is right beside the sizes of its columns."""
    exact = np.array([[float(cell) for cell in row] for row in true])
    sizes = np.sqrt(np.diagonal(exact))
    return bool((np.abs(found - exact) <= tolerance * np.outer(sizes, sizes)).all())


@pytest.mark.parametrize("weighted", [False, True])
def test_moments_are_those_of_fractions(weighted: bool, monkeypatch: pytest.MonkeyPatch) -> None:
    """Means, scatter, the scatter weighted by |x|^2 and R'R agree with exact sums, over several blocks."""
    monkeypatch.setattr(home, "_LARGEST", 256)
    rows = made(700, weighted=weighted)
    total = gathered(rows).total()
    assert total is not None
    assert total.noise is not None
    assert total.factor is not None
    weights = [Fraction(1)] * len(rows) if rows.weight is None else [Fraction(float(w)) for w in rows.weight]
    mean, scatter = exact_moments(rows, weights)
    offset = [float(Fraction(float(m)) - e) for m, e in zip(total.plain.mean[0], mean, strict=True)]
    assert np.abs(offset + total.plain.rest[0]).max() <= 1e-15 * float(abs(np.array(mean, dtype=float)).max())
    assert close(total.plain.scatter[0], scatter, 1e-14)
    assert close(total.factor[0].T @ total.factor[0], scatter, 1e-14)
    squares = [sum((Fraction(float(v)) ** 2 for v in x), Fraction(0)) for x in rows.X]
    mean, scatter = exact_moments(rows, [w * s for w, s in zip(weights, squares, strict=True)])
    assert close(total.noise.scatter[0], scatter, 1e-13)
    assert np.allclose(total.noise.mean[0], np.array(mean, dtype=float), rtol=1e-13)


@pytest.mark.parametrize("threads", [1, 2, 3, 5])
def test_threads_change_no_bit(threads: int, monkeypatch: pytest.MonkeyPatch) -> None:
    """The same bits for any number of threads."""
    monkeypatch.setattr(home, "_SHARED", 0)
    rows = made(9 * BLOCK + 17)
    assert bits(gathered(rows, threads=threads)) == bits(gathered(rows, threads=1))


@given(cuts=st.lists(st.integers(1, 5 * BLOCK + 700), max_size=6))
def test_cutting_into_updates_changes_no_bit(cuts: list[int]) -> None:
    """Any number of updates of any size end in the bits of a single one."""
    rows = made(5 * BLOCK + 701)
    whole = gathered(rows)
    cut = Statistics(3, whole.names, weighing=whole.weighing, threads=1)
    for begin, end in zip([0, *sorted(cuts)], [*sorted(cuts), len(rows)], strict=True):
        cut.add(rows[begin:end])
    assert bits(cut) == bits(whole)


@given(data=st.data())
def test_workers_in_any_order_change_no_bit(data: st.DataObject) -> None:
    """Parts of a table that start where a block does merge in any order to the bits of one pass."""
    rows = made(11 * BLOCK + 5)
    edges = sorted(data.draw(st.sets(st.integers(1, 10), max_size=6)))
    bounds = [0, *(edge * BLOCK for edge in edges), len(rows)]
    parts = [gathered(rows[a:b], first_row=a) for a, b in pairwise(bounds)]
    parts = data.draw(st.permutations(parts))
    while len(parts) > 1:
        at = data.draw(st.integers(0, len(parts) - 2))
        parts[at : at + 2] = [parts[at].merged(parts[at + 1])]
    assert bits(parts[0]) == bits(gathered(rows))


def test_unrelated_tables_merge_to_the_sums_of_both() -> None:
    """Tables with a count of their own are added; the bits then depend on the order, the sums do not."""
    first, second = made(BLOCK + 9, seed=1), made(77, seed=2)
    both = Rows(np.concatenate([first.X, second.X]), np.concatenate([first.y, second.y]), None)
    merged, whole = gathered(first).merged(gathered(second)).total(), gathered(both).total()
    assert merged is not None
    assert whole is not None
    assert merged.rows[0] == whole.rows[0]
    assert np.allclose(merged.plain.scatter, whole.plain.scatter, rtol=1e-12)


def test_weight_two_is_two_rows_and_weight_zero_is_none() -> None:
    """Sample weights count rows."""
    rows = made(400)
    counts = np.random.default_rng(3).integers(0, 3, 400)
    weighted = gathered(Rows(rows.X, rows.y, counts.astype(float))).total()
    repeated = gathered(Rows(rows.X.repeat(counts, 0), rows.y.repeat(counts), None)).total()
    assert weighted is not None
    assert repeated is not None
    sizes = np.sqrt(np.diagonal(repeated.plain.scatter[0]))
    assert (
        np.abs((weighted.plain.scatter[0] - repeated.plain.scatter[0]) / np.outer(sizes, sizes)).max() < 1e-14
    )
    assert weighted.plain.weight[0] == counts.sum()
    assert weighted.factor is not None
    X = rows.X.copy()
    X[counts == 0] = 1e150
    wild = gathered(Rows(X, rows.y, counts.astype(float)), noise=False).total()
    assert wild is not None
    assert wild.factor is not None
    assert np.allclose(wild.factor, weighted.factor, rtol=1e-13, atol=0)


@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("dtype", [np.float64, np.float32])
def test_order_and_type_of_the_array_change_nothing_else(order: str, dtype: type) -> None:
    """Column-first arrays and float32 give the bits of the same numbers as float64 rows."""
    rows = made(2 * BLOCK + 50)
    X: NDArray[Any] = np.array(rows.X, dtype=dtype, order="F" if order == "F" else "C")
    plain = gathered(Rows(np.ascontiguousarray(X, dtype=np.float64), rows.y, None))
    assert bits(gathered(Rows(X, rows.y, None))) == bits(plain)


@pytest.mark.parametrize("weighted", [False, True])
@pytest.mark.parametrize("viewed", [False, True])
@pytest.mark.parametrize("order", ["C", "F"])
def test_compiled_sums_are_the_interpreted_ones(
    weighted: bool, viewed: bool, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numba's sums and NumPy's agree to rounding, with the same bits for any number of threads."""
    pytest.importorskip("numba")
    rows = made(4 * BLOCK + 333, weighted=weighted)
    if order == "F":
        rows = Rows(np.asfortranarray(rows.X), rows.y, rows.weight)
    weighing = (
        Weighing(rows.X.mean(axis=0), 1 / rows.X.std(axis=0)) if viewed else Weighing(np.zeros(3), np.ones(3))
    )

    def total(threads: int) -> Summary:
        statistics = Statistics(3, ("a", "b", "c"), weighing=weighing, factor=False, threads=threads)
        statistics.add(rows)
        result = statistics.total()
        assert result is not None
        return result

    interpreted = total(1)
    monkeypatch.setattr(home, "INTERPRETED", 0)
    monkeypatch.setattr(home, "_SHARED", 0)
    compiled, threaded = total(1), total(2)
    for by_numpy, by_numba, again in (
        (interpreted.plain, compiled.plain, threaded.plain),
        (interpreted.noise, compiled.noise, threaded.noise),
    ):
        assert by_numpy is not None
        assert by_numba is not None
        assert again is not None
        sizes = np.sqrt(np.diagonal(by_numpy.scatter[0]))
        assert np.abs((by_numpy.scatter[0] - by_numba.scatter[0]) / np.outer(sizes, sizes)).max() < 1e-13
        assert np.allclose(by_numpy.mean, by_numba.mean, rtol=1e-14)
        assert by_numba.scatter.tobytes() == again.scatter.tobytes()


def test_without_numba_numpy_does_it_all(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where Numba is missing, every block has NumPy's bits."""
    rows = made(3 * BLOCK)
    interpreted = bits(gathered(rows))
    monkeypatch.setattr(home, "INTERPRETED", 0)
    monkeypatch.setitem(sys.modules, "deltarule.training.kernels_statistics", None)
    assert bits(gathered(rows)) == interpreted


def test_what_is_compiled_depends_on_the_place_of_a_block_only(monkeypatch: pytest.MonkeyPatch) -> None:
    """Workers with few rows each use the compiled sums where one pass over all rows would: same bits."""
    pytest.importorskip("numba")
    monkeypatch.setattr(home, "INTERPRETED", 3 * BLOCK * 4)
    rows = made(7 * BLOCK)
    bounds = [0, BLOCK, 2 * BLOCK, 6 * BLOCK, 7 * BLOCK]
    parts = [gathered(rows[a:b], first_row=a) for a, b in pairwise(bounds)]
    merged = parts[0]
    for part in parts[1:]:
        merged = merged.merged(part)
    assert bits(merged) == bits(gathered(rows, threads=2))


def test_a_timestamp_keeps_its_spread() -> None:
    """An offset of 1.7e12 beside steps of 1 takes no digit of the scatter, over many blocks."""
    n = 8 * BLOCK
    stamps = 1.7e12 + np.arange(n)
    total = gathered(Rows(stamps[:, None], np.arange(n, dtype=float), None), noise=False).total()
    assert total is not None
    exact = Fraction(n * (n * n - 1), 12)  # of 0, 1, ..., n - 1
    for cell in total.plain.scatter[0].ravel():
        assert abs(Fraction(float(cell)) / exact - 1) < 1e-15


@pytest.mark.parametrize("weighted", [False, True])
def test_exact_factor_is_that_of_fractions(weighted: bool) -> None:
    """The factor of few rows is right to the last places, with columns nearly dependent and far from 0."""
    rng = np.random.default_rng(5)
    columns = rng.standard_normal((40, 4)) * [1, 1e6, 1e-3, 3] + [1e9, 5, 0, 1]
    columns[:, 3] = 1e-3 * columns[:, 0] + 1e-6 * columns[:, 3]
    weight = rng.random(40) * 3 if weighted else None
    power = [Fraction(1)] * 40 if weight is None else [Fraction(float(w)) for w in weight]
    _, scatter = exact_moments(Rows(columns[:, :3], columns[:, 3], None), power)
    found = exact_factor(columns, columns[7].copy(), weight)
    p, rest = 4, scatter
    for j in range(p):  # Cholesky in fractions, with square roots at the end: pivots and rows of LDL'
        pivot = rest[j][j]
        row = [rest[j][k] / pivot for k in range(p)]
        for k in range(j, p):
            true = float(row[k]) * math.sqrt(pivot)
            assert found[j, k] == pytest.approx(true, rel=4e-16 * 2, abs=0)
        rest = [[rest[a][b] - row[a] * row[b] * pivot for b in range(p)] for a in range(p)]


def test_bad_values_are_named_and_leave_no_trace() -> None:
    """NaN and infinity are refused with row and column; what was gathered before stays as it was."""
    rows = made(BLOCK + 20)
    statistics = gathered(rows)
    before = bits(statistics)
    for value, at in ((math.nan, 5), (math.inf, BLOCK + 3)):
        X = made(2 * BLOCK).X
        X[at, 1] = value
        with pytest.raises(DataError, match=f"row {at + 1} .*column 2"):
            statistics.add(Rows(X, np.zeros(len(X)), None))
        assert bits(statistics) == before
    y = np.zeros(10)
    y[3] = math.nan
    with pytest.raises(DataError, match="row 4"):
        statistics.add(Rows(made(10).X, y, None))
    assert bits(statistics) == before


def test_values_whose_squares_do_not_fit_are_named() -> None:
    """Columns of 1e200, or of 1e-200, are refused with advice, not summed to infinity or to nothing."""
    X = made(50).X
    X[7, 2] = 1e200
    with pytest.raises(DataError, match=r"column 'x3' holds values as large as 1e\+200.*divide"):
        gathered(Rows(X, np.zeros(50), None), noise=False).total()
    X[:, 2] = np.arange(50) * 1e-200
    with pytest.raises(DataError, match=r"column 'x3' varies by so little.*multiply"):
        gathered(Rows(X, np.zeros(50), None), noise=False).total()


def test_first_row_has_to_begin_a_block() -> None:
    """Another place would give other bits."""
    with pytest.raises(UsageError, match=str(BLOCK)):
        Statistics(3, ("a", "b", "c"), first_row=BLOCK + 1)
