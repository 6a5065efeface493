"""Every ending on a run that has just that ending, and the same ending in other units and another order of columns."""

from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from deltarule import DeltaRuleClassifier, DeltaRuleRegressor
from deltarule.errors import DivergenceError, DivergenceWarning
from deltarule.history import Outcome

ENGINES = ["path", "numpy"]


def line(n: int = 60, noise: float = 0.5, scale: tuple[float, ...] = (1.0, 1.0, 1.0), seed: int = 0) -> Any:
    """A noisy line through columns of given scales."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, 3)) * scale
    return X, X / np.array(scale) @ [1.0, -2.0, 0.5] + 0.7 + noise * rng.normal(size=n)


def classes(apart: float, n: int = 60, seed: int = 0) -> Any:
    """Two clouds, overlapping if `apart` is small."""
    rng = np.random.default_rng(seed)
    y = np.arange(n) % 2
    return rng.normal(size=(n, 2)) + apart * np.column_stack([y, -y]), y


def limit(X: Any) -> float:
    """Largest stable rate of the squared loss under the mean convention, worked out here."""
    columns = np.column_stack([X, np.ones(len(X))])
    return float(2 / np.linalg.eigvalsh(2 * columns.T @ columns / len(X))[-1])


@pytest.mark.parametrize("engine", ENGINES)
def test_converged(engine: str) -> None:
    """Healthy data, the suggested rate: certainly within the tolerance of the least-squares solution."""
    X, y = line()
    model = DeltaRuleRegressor(engine=engine).fit(X, y)
    columns = np.column_stack([X, np.ones(len(X))])
    least = np.linalg.lstsq(columns, y, rcond=None)[1][0] / len(y)
    assert model.outcome_ is Outcome.CONVERGED
    assert model.outcome_.value == "converged"
    assert np.mean((y - model.predict(X)) ** 2) - least <= 1e-6 * np.var(y)
    assert "certainly within" in model.outcome_detail_


@pytest.mark.parametrize("engine", ENGINES)
def test_max_epochs(engine: str) -> None:
    """Three epochs are not enough, and the loss still falls."""
    X, y = line()
    model = DeltaRuleRegressor(engine=engine, epochs=3, learning_rate=limit(X) / 10).fit(X, y)
    assert (model.outcome_, model.n_iter_) == ("max-epochs", 3)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("times", "epochs"), [(1.01, 500), (1.5, 100), (10, 100), (1e6, 100)])
def test_diverging(engine: str, times: float, epochs: int) -> None:
    """Just beyond the stable limit and far beyond: never "converged", stopped while there are numbers, with a warning."""
    X, y = line()
    model = DeltaRuleRegressor(engine=engine, learning_rate=times * limit(X), epochs=epochs)
    with pytest.warns(DivergenceWarning, match=r"diverges.*learning_rate"):
        model.fit(X, y)
    assert model.outcome_ == "diverging"
    assert np.isfinite(model.coef_).all()
    assert model.n_iter_ < epochs or times == 1.01


@pytest.mark.parametrize("size", [1, 8])
def test_diverging_mini_batches(size: int) -> None:
    """Batches at the stable limit of the full batch, on columns with long tails."""
    rng = np.random.default_rng(1)
    X = rng.standard_t(2.5, size=(300, 4))
    y = X @ [1.0, 2.0, 3.0, 4.0] + rng.normal(size=300)
    model = DeltaRuleRegressor(batch_size=size, learning_rate=2 * limit(X), epochs=50)
    with pytest.warns(DivergenceWarning):
        model.fit(X, y)
    assert model.outcome_ in ("diverging", "overflow")


@pytest.mark.parametrize("engine", ENGINES)
def test_divergence_can_be_an_exception(engine: str) -> None:
    """With advice, and the numbers."""
    X, y = line()
    model = DeltaRuleRegressor(engine=engine, learning_rate=3 * limit(X), on_divergence="raise")
    with pytest.raises(DivergenceError, match=r"diverges.*learning"):
        model.fit(X, y)


@pytest.mark.parametrize("engine", ENGINES)
def test_overflow(engine: str) -> None:
    """Told to go on, the run ends where numbers end, and nothing was clipped on the way."""
    X, y = line()
    model = DeltaRuleRegressor(
        engine=engine, learning_rate=10 * limit(X), epochs=1000, on_divergence="continue"
    )
    with pytest.warns(DivergenceWarning, match="left the range"):
        model.fit(X, y)
    losses = model.history_.loss
    assert model.outcome_ == "overflow"
    assert not np.isfinite(losses[-1])
    # once the steepest direction outgrows the others, every epoch multiplies the loss by the same factor, to the last
    growth = losses[60:-2] / losses[59:-3]
    np.testing.assert_allclose(growth, (1 - 10 * 2) ** 2, rtol=1e-3)


@pytest.mark.parametrize("engine", ENGINES)
def test_cycling(engine: str) -> None:
    """At exactly twice the suggested rate a single direction goes to and fro for ever."""
    X, y = np.array([[1.0], [-1.0]]), np.array([2.0, -2.0])
    model = DeltaRuleRegressor(engine=engine, learning_rate=1.0, epochs=20, fit_intercept=False).fit(X, y)
    assert model.outcome_ == "cycling"
    np.testing.assert_allclose(model.history_.loss, 4.0, rtol=1e-12)
    assert len(model.history_) == 21


def test_cycling_of_a_perceptron_that_cannot_separate() -> None:
    """XOR, in a fixed order: the weights come back."""
    X = np.array([[0.0, 0.0], [0.0, 1.0], [1.0, 0.0], [1.0, 1.0]])
    model = DeltaRuleClassifier(
        activation="step", loss="squared", batch_size=1, shuffle=False, learning_rate=0.5, epochs=50
    ).fit(X, [0, 1, 1, 0])
    assert model.outcome_ == "cycling"


def test_oscillating() -> None:
    """Full batches at a high rate overshoot the kinks of the hinge loss again and again, never the same way."""
    rng = np.random.default_rng(2)
    X, y = rng.normal(size=(40, 2)), rng.integers(0, 2, size=40)
    model = DeltaRuleClassifier(activation="identity", loss="hinge", learning_rate=3.0, epochs=200).fit(X, y)
    losses = model.history_.loss
    assert model.outcome_ == "oscillating"
    assert (np.diff(losses[-50:]) > 0).any()
    assert (np.diff(losses[-50:]) < 0).any()


def test_ripples_that_settle_are_no_oscillation() -> None:
    """Momentum overshoots on its way to the optimum."""
    X, y = line(scale=(1.0, 0.2, 3.0))
    model = DeltaRuleRegressor(momentum=0.9, epochs=60, engine="numpy", tol=None).fit(X, y)
    assert (np.diff(model.history_.loss) > 1e-3).any()
    assert model.outcome_ in ("converged", "max-epochs")


@pytest.mark.parametrize("size", [1, 8])
@pytest.mark.parametrize("shuffle", [True, False])
def test_noise_floor(size: int, shuffle: bool) -> None:
    """Mini-batches at a constant rate on noisy data: the loss stands still above its least value."""
    X, y = line(noise=2.0, n=200)
    model = DeltaRuleRegressor(batch_size=size, shuffle=shuffle, epochs=60).fit(X, y)
    assert model.outcome_ == "noise-floor"
    assert model.gap_ > 1e-3


def test_mini_batches_without_noise_converge() -> None:
    """A line without noise has no noise floor."""
    X, y = line(noise=0.0)
    model = DeltaRuleRegressor(batch_size=4, epochs=500).fit(X, y)
    assert model.outcome_ == "converged"
    np.testing.assert_allclose(model.coef_, [1.0, -2.0, 0.5], atol=0.01)


@pytest.mark.parametrize(
    ("activation", "loss"),
    [("sigmoid", "log"), ("sigmoid", "squared"), ("tanh", "squared"), ("step", "squared")],
)
@pytest.mark.parametrize("size", ["full", 5])
def test_separable(activation: str, loss: str, size: int | str) -> None:
    """Clouds far apart: every row is on its right side."""
    X, y = classes(12.0)
    model = DeltaRuleClassifier(activation=activation, loss=loss, batch_size=size, epochs=300).fit(X, y)
    assert model.outcome_ == "separable"
    assert model.score(X, y) == 1.0


def test_what_has_an_optimum_is_not_called_separable() -> None:
    """A penalty gives separable data an optimum, and the hinge loss has one; overlapping clouds are not separable."""
    X, y = classes(12.0)
    assert DeltaRuleClassifier(l2=0.1, standardize=True).fit(X, y).outcome_ == "converged"
    assert (
        DeltaRuleClassifier(activation="identity", loss="hinge", epochs=2000).fit(X, y).outcome_
        == "converged"
    )
    X, y = classes(1.0)
    assert DeltaRuleClassifier(epochs=500).fit(X, y).outcome_ == "converged"


@pytest.mark.parametrize("engine", ENGINES)
def test_crawling_by_a_tiny_rate(engine: str) -> None:
    """A millionth of the suggested rate."""
    X, y = line()
    model = DeltaRuleRegressor(engine=engine, learning_rate=1e-6 * limit(X)).fit(X, y)
    assert model.outcome_ == "crawling"


@pytest.mark.parametrize("engine", ENGINES)
def test_crawling_along_a_flat_valley(engine: str) -> None:
    """The suggested rate on columns of very different scales: fast at first, then hardly moving, far from the optimum."""
    X, y = line(scale=(1000.0, 1.0, 0.01))
    model = DeltaRuleRegressor(engine=engine, epochs=300).fit(X, y)
    assert model.outcome_ == "crawling"
    assert DeltaRuleRegressor(engine=engine, epochs=300, standardize=True).fit(X, y).outcome_ == "converged"


@pytest.mark.parametrize(
    "make",
    [
        lambda rate: DeltaRuleClassifier(learning_rate=rate),
        lambda rate: DeltaRuleClassifier(learning_rate=rate, batch_size=1, epochs=10),
        lambda rate: DeltaRuleClassifier(learning_rate=rate, activation="identity", loss="hinge"),
    ],
)
def test_crawling_of_other_neurons(make: Callable[[float], DeltaRuleClassifier]) -> None:
    """With log loss, in mini-batches, and without any curvature."""
    X, y = classes(1.0)
    assert make(1e-8).fit(X, y).outcome_ == "crawling"


def test_precision_limited() -> None:
    """Asked for a gap of nothing at all, the run goes as far as the numbers do."""
    X, y = line()
    for engine in ENGINES:
        model = DeltaRuleRegressor(engine=engine, tol=0.0, epochs=5000).fit(X, y)
        assert model.outcome_ == "precision-limited"
        assert model.gap_ < 1e-13


def test_stopped_early() -> None:
    """By validation: the run goes back to the weights with the least validation loss."""
    rng = np.random.default_rng(4)
    X = rng.normal(size=(60, 40))
    y = X[:, 0] + rng.normal(size=60)
    model = DeltaRuleRegressor(early_stopping=True, validation_fraction=0.3, patience=5, epochs=5000).fit(
        X, y
    )
    losses = model.history_.validation_loss
    assert model.outcome_ == "stopped-early"
    assert model.n_iter_ == int(np.argmin(losses)) + 5
    assert model.history_.loss[-1] < model.history_.loss[int(np.argmin(losses))]


RUNS: list[tuple[str, dict[str, Any], tuple[float, ...]]] = [
    ("converged", {}, (1.0, 1.0, 1.0)),
    ("max-epochs", {"epochs": 2}, (1.0, 1.0, 1.0)),
    ("crawling", {"epochs": 300}, (1000.0, 1.0, 0.01)),
    ("noise-floor", {"batch_size": 1, "epochs": 40}, (1.0, 1.0, 1.0)),
    ("precision-limited", {"tol": 0.0, "epochs": 5000}, (1.0, 1.0, 1.0)),
    ("diverging", {"learning_rate": 3.0}, (1.0, 1.0, 1.0)),
]


@pytest.mark.filterwarnings("ignore::deltarule.errors.DivergenceWarning")
@pytest.mark.parametrize(("expected", "given", "scale"), RUNS)
@pytest.mark.parametrize("unit", [1e-6, 1.0, 1e6])
@pytest.mark.parametrize("columns", [[0, 1, 2], [2, 0, 1]])
def test_units_and_order_change_no_verdict(
    expected: str, given: dict[str, Any], scale: tuple[float, ...], unit: float, columns: list[int]
) -> None:
    """Whatever y is measured in, and wherever a column stands."""
    X, y = line(scale=scale, noise=1.0)
    for engine in ("auto", "numpy"):
        assert DeltaRuleRegressor(engine=engine, **given).fit(X[:, columns], y * unit).outcome_ == expected


@pytest.mark.parametrize("name", list(Outcome))
def test_every_ending_has_a_name_and_a_sentence(name: Outcome) -> None:
    """A string for programs, one sentence for people."""
    assert name == name.code == str(name)
    assert name.sentence.endswith(".")
    assert next(known for known in Outcome if known == name.code) is name


def _random_run(seed: int) -> tuple[Any, Any, dict[str, Any], float]:
    """A table with columns of any scale and offset, and settings; last, the rate relative to the stable limit."""
    rng = np.random.default_rng(seed)
    n, d = int(rng.integers(8, 80)), int(rng.integers(1, 6))
    X = rng.normal(size=(n, d)) * 10 ** rng.uniform(-2, 2, size=d) + rng.normal(size=d) * 10 ** rng.uniform(
        -2, 2
    )
    y = (
        X @ rng.normal(size=d)
        + rng.normal() * 10 ** rng.uniform(-3, 2)
        + 10 ** rng.uniform(-3, 1) * rng.normal(size=n)
    )
    momentum = float(rng.choice([0.0, 0.0, 0.5, 0.9]))
    relative = float(10 ** rng.uniform(-4, 0.5))
    settings = {
        "learning_rate": relative * (1 + momentum) * limit(X),
        "momentum": momentum,
        "epochs": int(10 ** rng.uniform(0, 2.7)),
    }
    return X, y, settings, relative


@pytest.mark.filterwarnings("ignore::deltarule.errors.DivergenceWarning")
@pytest.mark.parametrize("seed", range(120))
def test_the_verdict_is_what_theory_says(seed: int) -> None:
    """Random tables and rates: no stable run diverges or cycles, no unstable one passes, "converged" is near the least loss."""
    X, y, settings, relative = _random_run(seed)
    found = {engine: DeltaRuleRegressor(engine=engine, **settings).fit(X, y) for engine in ENGINES}
    ending = found["numpy"].outcome_
    assert found["path"].outcome_ is ending
    columns = np.column_stack([X, np.ones(len(X))])
    errors = columns @ np.linalg.lstsq(columns, y, rcond=None)[0] - y
    gap = found["numpy"].history_.loss[-1] - np.mean(errors**2)
    rising = ending in ("diverging", "overflow")
    if relative < 0.999:
        assert not rising
        assert ending not in (("cycling",) if settings["momentum"] else ("cycling", "oscillating"))
    elif relative > 1.01 and settings["epochs"] > 50:
        assert rising
    near = gap <= 1e-6 * np.var(y)
    assert (ending == "converged") == near or abs(gap / (1e-6 * np.var(y)) - 1) < 1e-3
