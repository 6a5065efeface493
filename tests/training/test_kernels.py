"""The compiled engine against formulas in longer floats, against exact fractions, and against itself with other threads."""

import subprocess
import sys
from collections.abc import Callable
from dataclasses import replace
from itertools import product
from pathlib import Path
from typing import Any

import mpmath
import numpy as np
import pytest

from deltarule.algebra.expr import Symbol
from deltarule.algebra.kernel_source import kernel_source
from deltarule.errors import UsageError
from deltarule.formulas import ACTIVATIONS, LOSSES
from deltarule.training import emit, kernel_parts
from deltarule.training import engine as engines
from deltarule.training.engine import Floats, Rows, Update, View
from deltarule.training.engines import fused
from deltarule.training.engines.fused import FusedEngine, in_turns
from deltarule.training.engines.numpy_engine import NumpyEngine

PAIRS = list(emit.neurons())
EPS = float(np.finfo(np.float64).eps)
Long: Any = np.longdouble


# formulas in floats of 64 bits of fraction, written down once more


def _long_output(activation: str, z: Any) -> Any:
    """Output of a neuron."""
    outputs: dict[str, Callable[[], Any]] = {
        "identity": lambda: z,
        "sigmoid": lambda: 1 / (1 + np.exp(-z)),
        "tanh": lambda: np.tanh(z),
        "relu": lambda: np.maximum(z, 0),
        "step": lambda: np.where(z >= 0, Long(1), Long(0)),
        "sign": lambda: np.where(z >= 0, Long(1), Long(-1)),
    }
    return outputs[activation]()


def _long_rows(activation: str, loss: str, z: Any, y: Any) -> tuple[Any, Any]:
    """Loss and slope of every row."""
    a = _long_output(activation, z)
    e = y - a
    if loss == "log":
        return np.logaddexp(Long(0), z) - y * z, a - y
    values: dict[str, Callable[[], Any]] = {
        "squared": lambda: e**2,
        "huber": lambda: np.where(abs(e) <= 1, e**2 / 2, abs(e) - Long(0.5)),
        "hinge": lambda: np.where(y * a <= 1, 1 - y * a, 0),
        "perceptron": lambda: np.where(y * a <= 0, -y * a, 0),
    }
    value = values[loss]()
    if activation in ("step", "sign"):
        return value, -e  # the perceptron rule
    by_outputs: dict[str, Callable[[], Any]] = {
        "squared": lambda: -2 * e,
        "huber": lambda: -np.clip(e, -1, 1),
        "hinge": lambda: np.where(y * a <= 1, -y, 0),
        "perceptron": lambda: np.where(y * a <= 0, -y, 0),
    }
    by_output = by_outputs[loss]()
    slopes: dict[str, Callable[[], Any]] = {
        "identity": lambda: 1,
        "sigmoid": lambda: a * (1 - a),
        "tanh": lambda: 1 - a**2,
        "relu": lambda: np.where(z > 0, 1, 0),
    }
    return value, by_output * slopes[activation]()


def _targets(loss: str, n: int, rng: np.random.Generator) -> Floats:
    choices = LOSSES[loss].targets
    return rng.choice(np.array(choices, float), n) if choices else np.round(rng.normal(size=n), 3)


def _case(
    activation: str, loss: str, n: int, d: int, dtype: str, order: Any, weighted: bool, viewed: bool
) -> tuple[Rows, Floats]:
    rng = np.random.default_rng([n, d, len(activation), len(loss)])
    X = np.asarray(rng.normal(0.5, 1.5, size=(n, d)).astype(dtype), order=order)
    view = View(rng.normal(size=d), rng.uniform(0.5, 2, size=d)) if viewed else None
    weight = rng.uniform(0, 2, size=n) if weighted else None
    return Rows(X, _targets(loss, n, rng), weight, view), rng.normal(size=d + 1) / np.sqrt(d)


def _reference(activation: str, loss: str, rows: Rows, w: Floats) -> tuple[Any, Any, Any, Any]:
    """Loss and gradient, each with the bound of their rounding errors.

    Let u be half an epsilon. A net input of d + 1 terms, of which each has seen at most three more roundings (center, scale,
    weight), is off by at most (d + 4) u times the sum of the terms' sizes, to first order; call that t. Slope and loss have a
    curvature, a slope and values that amplify t by no more than 4 (1 + |y| + |z|); their own few dozen operations, elementary
    functions included, are off by 40 u of their parts. A sum over n rows adds n u. For twice this bound there is no excuse.
    """
    x = rows.X.astype(Long)
    if rows.view is not None:
        x = (x - rows.view.center) * rows.view.scale
    sizes = abs(rows.X.astype(Long)) if rows.view is None else (
        (abs(rows.X.astype(Long)) + abs(rows.view.center)) * rows.view.scale
    )  # fmt: skip
    terms = sizes @ abs(w[:-1]).astype(Long) + abs(w[-1])
    z, y = x @ w[:-1].astype(Long) + w[-1], rows.y.astype(Long)
    value, slope = _long_rows(activation, loss, z, y)
    weight = np.ones(rows.n, Long) if rows.weight is None else rows.weight.astype(Long)
    n, d, u = rows.n, rows.d, EPS / 2
    scale = 4 * (1 + abs(y) + abs(z))
    off = ((d + 4) * terms * scale + 40 * scale * (1 + abs(y) + abs(z))) * u  # of slope and loss of each row
    loss_bound = (weight * off).sum() + n * u * (weight * abs(value)).sum()
    columns = np.column_stack([x, np.ones(n, Long)])
    parts = np.column_stack([sizes, np.ones(n, Long)])
    gradient = (weight * slope) @ columns
    bound = (weight * off) @ parts + (n + 6) * u * ((weight * abs(slope)) @ parts)
    return (weight * value).sum(), gradient, 2 * loss_bound, 2 * bound


def _check(activation: str, loss: str, rows: Rows, w: Floats) -> None:
    found = FusedEngine(activation, loss, threads=1).sums(rows, w)
    value, gradient, loss_bound, bound = _reference(activation, loss, rows, w)
    assert abs(found.loss - value) <= loss_bound
    assert (abs(found.gradient - gradient) <= bound).all()


@pytest.mark.parametrize(("dtype", "order"), [("float64", "C"), ("float32", "F")])
@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_every_neuron_sums_its_formulas(activation: str, loss: str, dtype: str, order: str) -> None:
    """Loss and gradient of every activation with every loss, within the bound of rounding; rows that fill no piece."""
    _check(activation, loss, *_case(activation, loss, 1003, 9, dtype, order, False, False))


@pytest.mark.parametrize("loss", ["squared", "log"])
@pytest.mark.parametrize(("dtype", "order"), list(product(["float64", "float32"], ["C", "F"])))
def test_every_layout_sums_the_same(loss: str, dtype: str, order: str) -> None:
    """float64 and float32, rows first and columns first; one column, few, many; one row, few, many."""
    activation = "identity" if loss == "squared" else "sigmoid"
    for n, d in ((1, 1), (2, 7), (517, 1), (1001, 5), (333, 8), (129, 70), (37, 600)):
        _check(activation, loss, *_case(activation, loss, n, d, dtype, order, False, False))


@pytest.mark.parametrize(("weighted", "viewed"), [(True, False), (False, True), (True, True)])
@pytest.mark.parametrize("order", ["C", "F"])
def test_weights_and_views(order: str, weighted: bool, viewed: bool) -> None:
    """Rows with weights, and columns seen standardised."""
    for d in (3, 11):
        _check(
            "identity", "squared", *_case("identity", "squared", 700, d, "float64", order, weighted, viewed)
        )


def test_a_view_keeps_the_digits_of_a_column_with_a_large_offset() -> None:
    """Milliseconds since 1970: the center is taken off before anything is multiplied."""
    rng = np.random.default_rng(0)
    X = np.round(1.7e12 + 1e6 * rng.normal(size=(2000, 1)))
    rows = Rows(X, rng.normal(size=2000), None, View(np.array([1.7e12]), np.array([1e-6])))
    copy = Rows((X - 1.7e12) * 1e-6, rows.y)
    w, engine = np.array([0.7, -0.2]), FusedEngine("identity", "squared", threads=1)
    np.testing.assert_allclose(engine.sums(rows, w).gradient, engine.sums(copy, w).gradient, rtol=1e-12)


def test_parts_of_arrays_are_read_where_they_are() -> None:
    """Every other row, some columns, columns backwards, arrays that may not be written to."""
    rng = np.random.default_rng(1)
    X, y, w = rng.normal(size=(600, 8)), rng.normal(size=600), rng.normal(size=9)
    engine = FusedEngine("identity", "squared", threads=1)
    X.setflags(write=False)
    for rows, weights in ((Rows(X[::2], y[::2]), w), (Rows(X[:, 1:4], y), w[:4]), (Rows(X[:, ::-1], y), w)):
        copied = Rows(np.ascontiguousarray(rows.X, np.float64), np.ascontiguousarray(rows.y))
        found, expected = engine.sums(rows, weights), engine.sums(copied, weights)
        assert found.loss == expected.loss
        np.testing.assert_array_equal(found.gradient, expected.gradient)


@pytest.mark.parametrize(
    ("activation", "loss", "order"), [("identity", "squared", "C"), ("sigmoid", "log", "F")]
)
def test_any_number_of_threads_has_the_same_bits(
    activation: str, loss: str, order: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    """1, 2, 3 and 7 threads, and the same again, over many blocks."""
    monkeypatch.setattr(fused, "_SHARED", 0)
    monkeypatch.setattr(engines, "BLOCK_BYTES", 1 << 10)
    rows, w = _case(activation, loss, 20_011, 5, "float64", order, False, False)
    first = FusedEngine(activation, loss, threads=1).sums(rows, w)
    for threads in (2, 3, 7, 7):
        again = FusedEngine(activation, loss, threads=threads).sums(rows, w)
        assert again.loss == first.loss
        np.testing.assert_array_equal(again.gradient, first.gradient)


def test_an_error_in_one_thread_stops_all_and_is_raised() -> None:
    """The others take no more blocks."""
    done: list[int] = []

    def work(first: int, last: int) -> None:
        if first == 0:
            raise KeyboardInterrupt
        done.append(first)

    with pytest.raises(KeyboardInterrupt):
        in_turns(work, 10**9, 3)
    assert len(done) < 10**6


def test_no_rows_have_no_loss() -> None:
    """Sums over nothing are 0, and a pass over nothing changes nothing."""
    engine, rows, w = FusedEngine("identity", "squared"), Rows(np.empty((0, 3)), np.empty(0)), np.ones(4)
    found = engine.sums(rows, w)
    assert found.loss == 0.0
    np.testing.assert_array_equal(found.gradient, np.zeros(4))
    assert engine.steps(rows, None, 0, 0, w, np.zeros(4), Update(0.1, 1, 1.0, True)) == 0.0
    np.testing.assert_array_equal(w, np.ones(4))


@pytest.mark.parametrize("layout", ["C", "F"])
def test_overflow_is_infinite_or_not_a_number(layout: Any) -> None:
    """Never a number that looks like one."""
    X = np.asarray(np.full((50, 3), 1e200), order=layout)
    for activation, loss in (("identity", "squared"), ("identity", "huber"), ("sigmoid", "log")):
        found = FusedEngine(activation, loss).sums(
            Rows(X, np.zeros(50)), np.array([1e200, 1e200, 1e200, 0.0])
        )
        assert not np.isfinite(found.loss)
    w = np.zeros(4)
    FusedEngine("identity", "squared").steps(
        Rows(X, np.ones(50)), None, 0, 50, w, np.zeros(4), Update(1.0, 1, 1.0, True)
    )
    assert not np.isfinite(w).all()


# updates


def _plain_pass(
    activation: str, loss: str, rows: Rows, order: Any, update: Update, w: Floats, velocity: Floats
) -> Any:
    """One pass in longer floats, row after row as it is taught; weights and velocity are changed in place."""
    x, y, total = rows.X.astype(Long), rows.y.astype(Long), Long(0)
    if rows.view is not None:
        x = (x - rows.view.center) * rows.view.scale
    weight = np.ones(rows.n, Long) if rows.weight is None else rows.weight.astype(Long)
    places = np.arange(rows.n) if order is None else order
    columns = np.column_stack([x, np.ones(rows.n, Long)])
    penalty = np.array([1.0] * rows.d + [0.0]) * update.l2
    for start in range(0, len(places), update.batch_size):
        part = places[start : start + update.batch_size]
        value, slope = _long_rows(activation, loss, columns[part] @ w, y[part])
        total += (weight[part] * value).sum()
        share = update.per_row / len(part) if update.averaged else update.per_row
        g = update.rate * (share * ((weight[part] * slope) @ columns[part]) + penalty * w)
        if not update.fit_intercept:
            g[-1] = 0
        if update.momentum:
            velocity[:] = update.momentum * velocity - g
            w += update.momentum * velocity - g if update.nesterov else velocity
        else:
            w -= g
    return total


UPDATES = [
    Update(0.01, 1, 2.0, True),
    Update(0.01, 1, 0.5, False, l2=0.1, fit_intercept=False),
    Update(0.01, 1, 1.0, True, l2=0.01, momentum=0.5),
    Update(0.02, 4, 1.0, True, l2=0.01, momentum=0.9, nesterov=True),
    Update(0.002, 150, 1.0, False, momentum=0.3, fit_intercept=False),
]


@pytest.mark.parametrize("update", UPDATES)
@pytest.mark.parametrize(("activation", "loss"), [("identity", "squared"), ("sigmoid", "log")])
def test_a_pass_of_updates_is_the_plain_one(activation: str, loss: str, update: Update) -> None:
    """In order and shuffled, weighted, viewed, in two layouts and types: as row after row, to rounding.

    A step moves the weights by the rate times a slope times a row, with an error of some 2 (d + 10) u of what enters it,
    |z| and |x| below 10 here; the map from weights to weights does not expand for these rates, so errors add over the rows.
    Looking at four rows together only changes the order of the same sums.
    """
    for weighted, viewed, shuffled, dtype, layout in (
        (False, False, False, "float64", "C"),
        (True, False, True, "float64", "C"),
        (True, True, True, "float32", "F"),
    ):
        _assert_plain(activation, loss, 6, weighted, viewed, shuffled, dtype, layout, update)


@pytest.mark.parametrize("layout", ["C", "F"])
@pytest.mark.parametrize(("activation", "loss"), [("identity", "squared"), ("sigmoid", "log")])
def test_long_rows_in_pairs_are_the_plain_ones(activation: str, loss: str, layout: Any) -> None:
    """The same for rows of which two are looked at together, as they stand and brought together; float32 multiplied as float64."""
    _assert_plain(activation, loss, 40, True, False, False, "float32", layout, UPDATES[1], shrink=0.2)


def _assert_plain(
    activation: str, loss: str, d: int, weighted: bool, viewed: bool, shuffled: bool, dtype: str, layout: Any,
    update: Update, shrink: float = 1.0,
) -> None:  # fmt: skip
    rows, start = _case(activation, loss, 301, d, dtype, layout, weighted, viewed)
    order = np.random.default_rng(3).permutation(301) if shuffled else None
    update = replace(update, rate=update.rate * shrink)
    w, velocity = start.copy(), np.zeros(d + 1)
    found = FusedEngine(activation, loss).steps(rows, order, 0, 301, w, velocity, update)
    expected_w, expected_velocity = start.astype(Long), np.zeros(d + 1, Long)
    expected = _plain_pass(activation, loss, rows, order, update, expected_w, expected_velocity)
    bound = 301 * 2 * (d + 10) * EPS / 2 * 10
    assert np.abs(w - expected_w).max() <= bound
    assert np.abs(velocity - expected_velocity).max() <= bound
    assert abs(found - expected) <= 1e-12 * abs(expected)


def test_parts_of_a_pass_make_up_the_pass() -> None:
    """A pass in two calls changes the weights as one call does, bit for bit, where the first is a whole number of pieces."""
    rows, start = _case("identity", "squared", 256, 6, "float64", "C", False, False)
    engine, update = FusedEngine("identity", "squared"), Update(0.01, 1, 2.0, True)
    whole, parts = start.copy(), start.copy()
    engine.steps(rows, None, 0, 256, whole, np.zeros(7), update)
    for first in (0, 128):
        engine.steps(rows, None, first, first + 128, parts, np.zeros(7), update)
    np.testing.assert_array_equal(whole, parts)


@pytest.mark.parametrize(("activation", "loss"), PAIRS)
def test_every_neuron_learns_as_the_numpy_engine(activation: str, loss: str) -> None:
    """Batches of 8 with every activation and loss: two engines, one set of weights."""
    rows, start = _case(activation, loss, 203, 9, "float64", "C", False, False)
    update, results = Update(0.001, 8, 1.0, True), []
    for engine in (FusedEngine(activation, loss), NumpyEngine(activation, loss)):
        w = start.copy()
        total = engine.steps(rows, None, 0, 203, w, np.zeros(10), update)
        results.append((w, total))
    np.testing.assert_allclose(results[0][0], results[1][0], rtol=0, atol=1e-13)
    assert results[0][1] == pytest.approx(results[1][1], rel=1e-12)


# the parts


def _points(low: float, high: float) -> list[float]:
    """Points all over a range, and close to 0."""
    rng = np.random.default_rng(7)
    near = [sign * 10.0**-k for k in range(1, 20) for sign in (-1, 1)]
    points = [*rng.uniform(low, high, 400), *np.linspace(low, high, 41), *near, 0.0]
    return [float(x) for x in points if low <= x <= high]


def _errors(function: Any, exact: Any, low: float, high: float) -> float:
    """Largest error relative to the exact value, in epsilons."""
    with mpmath.workprec(160):
        return max(
            float(abs((mpmath.mpf(float(function(x))) - exact(x)) / exact(x)) / EPS) if exact(x) else
            (0.0 if function(x) == 0 else np.inf)
            for x in map(mpmath.mpf, _points(low, high))
            for x in (float(x),)
        )  # fmt: skip


@pytest.mark.parametrize(
    ("name", "exact", "low", "high", "epsilons"),
    [
        ("exp", mpmath.exp, -708.0, 709.7, 1.0),
        ("exp_of_negative", mpmath.exp, -708.0, 0.0, 1.0),
        ("expm1", mpmath.expm1, -708.0, 0.0, 1.5),
        ("log1p_of_unit", mpmath.log1p, 0.0, 1.0, 1.5),
        ("log1p_of_positive", mpmath.log1p, 0.0, 1.0, 1.5),
        ("log1p_of_positive", mpmath.log1p, 0.0, 40.0, 1.5),
        ("log1p_of_positive", mpmath.log1p, 0.0, 1e300, 1.5),
        ("exp_in_turn", mpmath.exp, -708.0, 0.0, 1.5),
        ("sigmoid", lambda z: 1 / (1 + mpmath.exp(-z)), -700.0, 700.0, 3.0),
        ("sigmoid_in_turn", lambda z: 1 / (1 + mpmath.exp(-z)), -700.0, 700.0, 3.0),
        ("tanh", mpmath.tanh, -30.0, 30.0, 4.0),
    ],
)
def test_elementary_functions_are_within_a_few_epsilons(
    name: str, exact: Any, low: float, high: float, epsilons: float
) -> None:
    """Against arithmetic with 160 bits, all over the range and close to 0."""
    assert _errors(getattr(kernel_parts, name), exact, low, high) <= epsilons


def test_exp_at_the_ends() -> None:
    """Infinite above, 0 below, as precise as such small numbers can be in between; NaN stays NaN everywhere."""
    exp = kernel_parts.exp
    assert exp(709.79) == np.inf
    assert exp(np.inf) == np.inf
    assert exp(-746.0) == exp(-np.inf) == 0.0
    assert exp(0.0) == 1.0
    for x in (-745.1, -740.0, -720.5, -709.0):
        assert abs(mpmath.mpf(exp(x)) - mpmath.exp(x)) <= 5e-324 + 1e-16 * mpmath.exp(x)
    for name in (
        "exp",
        "exp_of_negative",
        "expm1",
        "sigmoid",
        "tanh",
        "log1p_of_unit",
        "exp_in_turn",
        "sigmoid_in_turn",
    ):
        assert np.isnan(getattr(kernel_parts, name)(np.nan))
    assert kernel_parts.sigmoid(-1e300) < 1e-300
    assert (kernel_parts.sigmoid(1e300), kernel_parts.tanh(1e300), kernel_parts.tanh(-1e300)) == (1, 1, -1)


def test_logarithms_that_are_taken_together_lose_nothing() -> None:
    """Many rows of any size of loss, down to far below an epsilon, and none that is no number goes unnoticed."""
    engine = FusedEngine("sigmoid", "log", threads=1)
    rng = np.random.default_rng(9)
    for size in (1.0, 30.0, 100.0, 600.0):
        X = rng.uniform(0.5, 1.0, (70_000, 1)) * size
        y = np.ones(len(X))
        with mpmath.workprec(100):
            exact = mpmath.fsum(mpmath.log1p(mpmath.exp(-mpmath.mpf(x))) for x in X[:2000, 0].tolist())
        few = engine.sums(Rows(X[:2000], y[:2000]), np.array([1.0, 0.0])).loss
        assert abs(few - exact) <= 2000 * EPS * exact
        whole = engine.sums(Rows(X, y), np.array([1.0, 0.0])).loss
        plain = float(np.sum(np.log1p(np.exp(-X[:, 0]))))
        assert whole == pytest.approx(plain, rel=1e-11)
        w = np.array([1.0, 0.0])
        running = engine.steps(Rows(X, y), None, 0, len(X), w, np.zeros(2), Update(1e-300, 32, 1.0, True))
        assert running == pytest.approx(plain, rel=1e-11)
    for bad in (np.inf, np.nan):
        X = np.full((50, 1), 0.5)
        X[7] = bad
        assert np.isnan(engine.sums(Rows(X, np.ones(50)), np.array([-1.0, 0.0])).loss) or bad == np.inf
        assert not np.isfinite(engine.sums(Rows(X, np.zeros(50)), np.array([1.0, 0.0])).loss)
    assert np.isnan(kernel_parts.log1p_of_positive(np.nan))
    assert np.isnan(kernel_parts.log1p_of_positive(np.inf))


# the source


def test_the_committed_kernels_are_those_of_the_formulas() -> None:
    """What is emitted now is what stands in the folder: run ``python -m deltarule.training.emit`` if this fails."""
    written = {page.name: page.read_text(encoding="utf-8") for page in emit.FOLDER.glob("*.py")}
    assert written == emit.emitted()
    assert {f"{a}_{b}.py" for a, b in PAIRS} < set(written)


def test_every_kernel_changes_with_the_parts_it_is_made_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Numba keeps what it compiled by the module's own text alone, and parts are compiled into it."""
    before = emit.emitted()
    changed = tmp_path / "kernel_parts.py"
    changed.write_text(emit.PARTS.read_text(encoding="utf-8") + "\n# one line more\n", encoding="utf-8")
    monkeypatch.setattr(emit, "PARTS", changed)
    after = emit.emitted()
    assert [name for name in before if before[name] == after[name]] == ["__init__.py"]


def test_source_says_what_it_cannot_print() -> None:
    """A symbol with an index, and a function that kernels do not have."""
    with pytest.raises(UsageError, match="no name in source"):
        kernel_source(Symbol("x", ("i",)))
    with pytest.raises(UsageError, match="kernels have no exp"):
        emit._arranged(ACTIVATIONS["sigmoid"].value)


def test_unknown_neurons_are_refused() -> None:
    """With the names there are."""
    with pytest.raises(UsageError, match="unknown activation"):
        FusedEngine("cosine", "squared")
    with pytest.raises(UsageError, match="goes with the sigmoid"):
        FusedEngine("identity", "log")


def test_a_folder_that_cannot_be_written_to_keeps_nothing(tmp_path: Path) -> None:
    """Kernels compile all the same where neither the package's folder nor a cache of the user's is writable."""
    program = (
        "import numba.core.caching as caching\n"
        "caching.CacheImpl._locator_classes = []\n"
        "import numpy as np\n"
        "from deltarule.training.kernel_parts import kernel\n"
        "print(kernel(lambda x: x + 1)(1.0))\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", program], cwd=tmp_path, capture_output=True, text=True, check=True
    )
    assert done.stdout == "2.0\n"
