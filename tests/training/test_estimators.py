"""The estimators, as somebody uses them."""

import pickle
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd
import polars as pl
import pytest
from sklearn.base import clone
from sklearn.datasets import load_breast_cancer, load_diabetes, load_iris
from sklearn.linear_model import HuberRegressor, LinearRegression, LogisticRegression, Ridge
from sklearn.model_selection import GridSearchCV
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from deltarule import DeltaRuleClassifier, DeltaRuleRegressor
from deltarule.errors import DataError, DataWarning, SettingError
from deltarule.training.schedules import StepDecay


def line(n: int = 80, d: int = 3, noise: float = 0.3, seed: int = 0) -> Any:
    """A noisy line."""
    rng = np.random.default_rng(seed)
    X = rng.normal(size=(n, d))
    return X, X @ np.arange(1.0, d + 1) - 0.5 + noise * rng.normal(size=n)


# against other libraries


@pytest.mark.parametrize("engine", ["path", "numpy"])
@pytest.mark.parametrize("intercept", [True, False])
def test_a_long_run_ends_at_the_least_squares_solution(engine: str, intercept: bool) -> None:
    """scikit-learn's LinearRegression, on a real table."""
    X, y = load_diabetes(return_X_y=True)
    known = LinearRegression(fit_intercept=intercept).fit(X, y)
    model = DeltaRuleRegressor(
        standardize=intercept, epochs=30_000, tol=1e-13, engine=engine, fit_intercept=intercept
    ).fit(X, y)
    np.testing.assert_allclose(model.coef_, known.coef_, rtol=1e-3)
    np.testing.assert_allclose(model.predict(X), known.predict(X), atol=1e-3)
    assert model.outcome_ == "converged"


def test_a_penalty_is_ridge() -> None:
    """scikit-learn adds alpha |w|^2 to the sum of squares, we l2/2 |w|^2 to their mean."""
    X, y = line()
    known = Ridge(alpha=0.05 * len(y)).fit(X, y)
    model = DeltaRuleRegressor(l2=0.1, epochs=2000, tol=1e-14).fit(X, y)
    np.testing.assert_allclose(model.coef_, known.coef_, rtol=1e-6)


def test_the_log_loss_is_logistic_regression() -> None:
    """scikit-learn's C is 1 over the penalty of the sum."""
    X, y = load_breast_cancer(return_X_y=True)
    X = StandardScaler().fit_transform(X)
    known = LogisticRegression(C=1 / (0.05 * len(y)), tol=1e-10, max_iter=10_000).fit(X, y)
    model = DeltaRuleClassifier(l2=0.05, epochs=20_000, tol=1e-12).fit(X, y)
    assert model.outcome_ == "converged"
    np.testing.assert_allclose(model.coef_, known.coef_, atol=1e-5)
    np.testing.assert_allclose(model.predict_proba(X), known.predict_proba(X), atol=1e-5)


def test_the_huber_loss_shrugs_at_outliers() -> None:
    """Beside the line, far from that of least squares; and where scikit-learn's is, with its scale held at 1."""
    X, y = line(n=200)
    y[::10] += 50.0
    model = DeltaRuleRegressor(loss="huber", epochs=5000, tol=1e-10).fit(X, y)
    np.testing.assert_allclose(model.coef_, [1.0, 2.0, 3.0], atol=0.15)
    known = HuberRegressor(epsilon=1.35, alpha=0.0).fit(X, y)
    np.testing.assert_allclose(model.coef_, known.coef_, atol=0.1)


# engines


@pytest.mark.parametrize("standardize", [False, True])
@pytest.mark.parametrize(
    "given", [{}, {"l2": 0.2}, {"momentum": 0.8}, {"fit_intercept": False}, {"convention": "sum"}]
)
def test_the_closed_form_is_the_loop(given: dict[str, Any], standardize: bool) -> None:
    """Weights, rate, loss, slope and step of every epoch."""
    if standardize and "fit_intercept" in given:
        pytest.skip("columns are not centred without an intercept, and the closed form would centre them")
    X, y = line()
    weight = np.random.default_rng(1).uniform(0.1, 3, size=len(y))
    made: dict[str, Any] = {
        "epochs": 15,
        "tol": None,
        "standardize": standardize,
        "start": ([0.5, -1.0, 2.0], 0.25),
        **given,
    }
    path = DeltaRuleRegressor(engine="path", **made).fit(X, y, weight)
    loop = DeltaRuleRegressor(engine="numpy", **made).fit(X, y, weight)
    assert (path.engine_, loop.engine_) == ("path", "numpy")
    assert path.learning_rate_ == pytest.approx(loop.learning_rate_, rel=1e-10)
    np.testing.assert_allclose(path.coef_, loop.coef_, rtol=1e-9)
    np.testing.assert_allclose(path.intercept_, loop.intercept_, rtol=1e-9, atol=1e-12)
    for column in ("epoch", "loss", "learning_rate"):
        np.testing.assert_allclose(getattr(path.history_, column), getattr(loop.history_, column), rtol=1e-9)
    for column in ("gradient_norm", "step"):
        np.testing.assert_allclose(
            getattr(path.history_, column), getattr(loop.history_, column), rtol=1e-6, atol=1e-9
        )
    assert path.outcome_ == loop.outcome_


def test_a_billion_epochs_take_no_time() -> None:
    """In closed form, with a history that thins out."""
    X, y = line()
    X = X * [1.0, 1e-3, 1.0]
    model = DeltaRuleRegressor(epochs=10**9, tol=None).fit(X, y)
    assert model.n_iter_ == 10**9
    assert model.outcome_ == "converged"
    assert len(model.history_) < 10_000
    np.testing.assert_allclose(model.coef_, LinearRegression().fit(X, y).coef_, rtol=1e-9)


@pytest.mark.parametrize(
    ("given", "needed"),
    [
        ({"batch_size": 5}, 'batch_size="full"'),
        ({"loss": "huber"}, "squared loss"),
        ({"learning_rate": StepDecay(0.1)}, "constant learning rate"),
        ({"momentum": 0.5, "nesterov": True}, "heavy-ball"),
        ({"early_stopping": True}, "early stopping"),
    ],
)
def test_the_closed_form_says_what_it_cannot_do(given: dict[str, Any], needed: str) -> None:
    """Asked for by name; left to itself the estimator takes another engine."""
    X, y = line()
    with pytest.raises(SettingError, match=needed):
        DeltaRuleRegressor(engine="path", **given).fit(X, y)
    assert DeltaRuleRegressor(**given).fit(X, y).engine_ == "numpy"


@pytest.mark.parametrize(
    "given",
    [{"momentum": 0.5}, {"l2": 0.1}, {"standardize": True}, {"batch_size": 2}, {"fit_intercept": False}],
)
def test_the_exact_engine_says_what_it_cannot_do(given: dict[str, Any]) -> None:
    """Worked solutions have none of these."""
    X, y = line(n=6)
    with pytest.raises(SettingError, match='engine="exact" works without'):
        DeltaRuleRegressor(engine="exact", **given).fit(X, y)


def test_the_exact_engine_takes_numbers_as_they_are_printed() -> None:
    """0.1 is one tenth: three tenths and a rate of one tenth give exact decimals."""
    model = DeltaRuleRegressor(engine="exact", epochs=1, learning_rate=0.1, convention="half-sum")
    model.fit([[0.1], [0.2]], [0.3, 0.7])
    assert (model.coef_[0], model.intercept_) == (0.017, 0.1)


# data


def test_data_frames_by_name() -> None:
    """pandas and Polars; the target may be a column; other columns are refused by name."""
    X, y = line()
    frame = pd.DataFrame(X, columns=["age", "height", "weight"])
    plain = DeltaRuleRegressor().fit(X, y)
    model = DeltaRuleRegressor().fit(frame.assign(price=y), "price")
    assert model.feature_names_in_.tolist() == ["age", "height", "weight"]
    np.testing.assert_allclose(model.coef_, plain.coef_)
    np.testing.assert_allclose(model.predict(pl.from_pandas(frame)), plain.predict(X))
    with pytest.raises(DataError, match=r"(?s)unseen at fit time.*length.*now missing.*weight"):
        model.predict(frame.rename(columns={"weight": "length"}))
    with pytest.raises(DataError, match="same order"):
        model.predict(frame[["height", "age", "weight"]])


@pytest.mark.parametrize("dtype", [np.float32, np.float64])
@pytest.mark.parametrize("order", ["C", "F"])
@pytest.mark.parametrize("given", [{}, {"engine": "numpy"}, {"batch_size": 8, "epochs": 5}])
def test_types_and_layouts_agree(dtype: Any, order: Any, given: dict[str, Any]) -> None:
    """float32 columns are not converted, and the sums are float64 all the same."""
    X, y = line()
    X = X.astype(np.float32)
    expected = DeltaRuleRegressor(**given).fit(X.astype(np.float64), y)
    model = DeltaRuleRegressor(**given).fit(np.asarray(X, dtype=dtype, order=order), y)
    np.testing.assert_allclose(model.coef_, expected.coef_, rtol=1e-10)


def test_sparse_columns_are_refused_with_advice() -> None:
    """Rather than made dense behind the caller's back."""
    sparse = pytest.importorskip("scipy.sparse")
    X, y = line()
    with pytest.raises(TypeError, match=r"(?i)sparse.*(dense|toarray)"):
        DeltaRuleRegressor().fit(sparse.csr_matrix(X), y)


BAD: list[tuple[Any, Any, str]] = [
    ([[1.0, np.nan], [2.0, 3.0], [3.0, 1.0]], [1, 2, 3], r"row 1 .*column 2 .*NaN"),
    ([[1.0, 2.0], [2.0, 3.0], [np.inf, 1.0]], [1, 2, 3], r"row 3 .*column 1 .*infinity"),
    ([[1.0, 2.0], [2.0, 3.0], [3.0, 1.0]], [1, np.nan, 3], "NaN"),
    ([[1.0, "tall"], [2.0, "short"], [2.0, "short"]], [1, 2, 3], "text .column 2"),
    (np.zeros((0, 2)), [], "0 sample"),
    ([[1.0], [2.0], [3.0]], [4.0, 4.0, 4.0], "constant target"),
    ([[1.0], [2.0], [3.0]], [1.0, 2.0], "inconsistent"),
    ([[1.0], [2.0], [3.0]], None, "requires y"),
]


@pytest.mark.parametrize(("X", "y", "message"), BAD)
def test_bad_data_is_one_clear_exception(X: Any, y: Any, message: str) -> None:
    """That names the place and says what to do; nothing is half trained."""
    model = DeltaRuleRegressor()
    with pytest.raises(DataError, match=message):
        model.fit(X, y)
    assert not hasattr(model, "coef_")


def test_one_class_is_refused() -> None:
    """And named."""
    with pytest.raises(DataError, match=r"one class.*'yes'"):
        DeltaRuleClassifier().fit([[1.0], [2.0]], ["yes", "yes"])


def test_missing_values_are_mended_only_when_asked() -> None:
    """Left out, or filled with the mean of their column."""
    X = np.array([[0.0], [1.0], [np.nan], [2.0], [3.0]])
    y = np.array([0.0, 1.0, 9.0, 2.0, 3.0])
    assert DeltaRuleRegressor(missing="drop", epochs=1000).fit(X, y).predict([[5.0]])[0] == pytest.approx(
        5, abs=0.05
    )
    filled = DeltaRuleRegressor(missing="mean", epochs=1000).fit(X, y)
    known = LinearRegression().fit([[0.0], [1.0], [1.5], [2.0], [3.0]], y)
    np.testing.assert_allclose(filled.coef_, known.coef_, atol=0.01)


def test_more_columns_than_rows_is_warned_of() -> None:
    """The run ends at the solution nearest to its start; a penalty silences the warning."""
    X, y = line(n=3, d=5)
    with pytest.warns(DataWarning, match="5 columns and only 3 rows"):
        model = DeltaRuleRegressor(epochs=100_000, tol=None, fit_intercept=False).fit(X, y)
    np.testing.assert_allclose(model.coef_, np.linalg.pinv(X) @ y, rtol=1e-6)
    DeltaRuleRegressor(l2=0.1).fit(X, y)


# settings

BAD_SETTINGS: list[tuple[dict[str, Any], str]] = [
    ({"learning_rate": 0}, r'learning_rate=0: give "auto", a number above 0'),
    ({"learning_rate": -0.1}, "above 0"),
    ({"learning_rate": "fast"}, r'learning_rate=\'fast\' is unknown; give "auto"'),
    ({"learning_rate": float("nan")}, "above 0"),
    ({"learning_rate": True}, "above 0"),
    ({"learning_rate": lambda epoch: -1.0}, "above 0"),
    ({"epochs": -1}, "epochs=-1: give a whole number from 0"),
    ({"epochs": 2.5}, "whole number"),
    ({"batch_size": 0}, "whole number from 1"),
    ({"batch_size": "half"}, 'give "full"'),
    ({"momentum": 1.0}, "just below 1"),
    ({"l2": -1}, "from 0"),
    ({"tol": -1}, "from 0"),
    ({"activation": "softplus"}, "choose from identity"),
    ({"loss": "cubic"}, "choose from squared"),
    ({"loss": "log"}, 'goes with activation="sigmoid"'),
    ({"convention": "median"}, "choose from mean"),
    ({"engine": "gpu"}, "choose from auto"),
    ({"on_divergence": "pray"}, "choose from stop"),
    ({"random_state": "x"}, "random_state"),
    ({"start": ([1.0], 0.0)}, "3 columns"),
    ({"start": 5}, "start"),
    ({"start": ([1.0, np.nan, 0.0], 0.0)}, "NaN"),
    ({"early_stopping": True, "validation_fraction": 1.0}, "between 0 and 1"),
    ({"early_stopping": True, "patience": 0}, "whole number from 1"),
]


@pytest.mark.parametrize(("given", "message"), BAD_SETTINGS)
def test_a_setting_that_cannot_be_is_refused_with_those_that_can(given: dict[str, Any], message: str) -> None:
    """Both as our error and as a ValueError."""
    X, y = line()
    with pytest.raises(SettingError, match=message) as caught:
        DeltaRuleRegressor(**given).fit(X, y)
    assert isinstance(caught.value, ValueError)


def test_unknown_parameters_are_refused() -> None:
    """With the list of those there are."""
    with pytest.raises(SettingError, match="no parameter 'eta'; it has activation, "):
        DeltaRuleRegressor().set_params(eta=0.1)


# running on


def test_parts_are_epochs() -> None:
    """partial_fit on all rows is one epoch of fit."""
    X, y = line()
    whole = DeltaRuleRegressor(epochs=7, learning_rate=0.1, engine="numpy", tol=None).fit(X, y)
    parts = DeltaRuleRegressor(learning_rate=0.1)
    for _ in range(7):
        parts.partial_fit(X, y)
    assert parts.coef_.tolist() == whole.coef_.tolist()
    assert parts.n_iter_ == 7


def test_the_rate_of_parts_suits_the_steepest_so_far() -> None:
    """A later, steeper block lowers the rate for good."""
    X, y = line()
    model = DeltaRuleRegressor().partial_fit(X, y)
    first = model.learning_rate_
    model.partial_fit(10 * X, y)
    assert model.learning_rate_ < first / 50
    low = model.learning_rate_
    assert model.partial_fit(X, y).learning_rate_ == low


def test_parts_of_a_classifier_know_all_classes_from_the_start() -> None:
    """Or are told what to do."""
    model = DeltaRuleClassifier().partial_fit([[0.0]], ["a"], classes=["a", "b", "c"])
    assert model.coef_.shape == (3, 1)
    with pytest.raises(DataError, match="'d' is none of the classes"):
        model.partial_fit([[1.0]], ["d"])
    with pytest.raises(DataError, match="one class"):
        DeltaRuleClassifier().partial_fit([[0.0]], ["a"])


def test_a_checkpoint_outlives_ctrl_c(tmp_path: Path) -> None:
    """The same call goes on to the same bits, and the file is gone in the end; what was learnt is kept at once."""
    X, y = line()
    path, calls = tmp_path / "run.checkpoint", 0

    def interrupt(epoch: Any) -> None:
        nonlocal calls
        calls += 1
        if calls == 5:
            raise KeyboardInterrupt

    made: dict[str, Any] = {"batch_size": 4, "epochs": 12, "momentum": 0.5, "tol": None, "checkpoint": path}
    whole = DeltaRuleRegressor(**{**made, "checkpoint": None}).fit(X, y)
    model = DeltaRuleRegressor(**made, callbacks=[interrupt])
    with pytest.raises(KeyboardInterrupt):
        model.fit(X, y)
    assert path.exists()
    assert model.outcome_ == "stopped-early"
    assert model.n_iter_ == 4
    model.fit(X, y)
    assert model.coef_.tobytes() == whole.coef_.tobytes()
    assert not path.exists()


@pytest.mark.parametrize("loss", ["log", "hinge"])
def test_several_classes_are_told_apart_one_by_one(loss: str) -> None:
    """Labels of any kind; one neuron for each class."""
    X, y = load_iris(return_X_y=True)
    names = np.array(["setosa", "versicolor", "virginica"])[y]
    activation = "sigmoid" if loss == "log" else "identity"
    model = DeltaRuleClassifier(activation=activation, loss=loss, standardize=True, epochs=1000).fit(X, names)
    assert model.coef_.shape == (3, 4)
    assert model.classes_.tolist() == sorted(set(names))
    assert model.decision_function(X).shape == (150, 3)
    assert model.score(X, names) > 0.85
    first = DeltaRuleClassifier(activation=activation, loss=loss, standardize=True, epochs=1000).fit(
        X, y == 0
    )
    np.testing.assert_allclose(model.coef_[0], first.coef_[0])


def test_probabilities_belong_to_the_log_loss() -> None:
    """Others have none, and hasattr says so."""
    X, y = load_iris(return_X_y=True)
    model = DeltaRuleClassifier().fit(X, y)
    np.testing.assert_allclose(model.predict_proba(X).sum(axis=1), 1.0)
    assert not hasattr(DeltaRuleClassifier(activation="identity", loss="hinge"), "predict_proba")


# tools


def test_the_tools_of_scikit_learn_take_them() -> None:
    """Clone, pipeline, grid search, pickle."""
    X, y = line()
    model = DeltaRuleRegressor(l2=0.5, epochs=7)
    assert clone(model).get_params() == model.get_params()
    assert repr(model) == "DeltaRuleRegressor(epochs=7, l2=0.5)"
    search = GridSearchCV(
        make_pipeline(StandardScaler(), model), {"deltaruleregressor__l2": [0.0, 9.0]}, cv=3
    )
    assert search.fit(X, y).best_params_ == {"deltaruleregressor__l2": 0.0}
    fitted = model.fit(X, y)
    again = pickle.loads(pickle.dumps(fitted))
    assert again.predict(X).tolist() == fitted.predict(X).tolist()


def test_the_same_settings_give_the_same_bits() -> None:
    """Each time, in this process."""
    X, y = line()
    made: list[Callable[[], Any]] = [
        DeltaRuleRegressor,
        lambda: DeltaRuleRegressor(batch_size=3, epochs=5),
        lambda: DeltaRuleRegressor(engine="numpy", standardize=True),
    ]
    for make in made:
        assert make().fit(X, y).coef_.tobytes() == make().fit(X, y).coef_.tobytes()


def test_a_small_fit_loads_nothing_heavy() -> None:
    """Neither scikit-learn nor Numba nor a data frame library; and importing the package not even NumPy."""
    program = (
        "import sys, deltarule; assert 'numpy' not in sys.modules; "
        "from deltarule import DeltaRuleRegressor, DeltaRuleClassifier; "
        "DeltaRuleRegressor().fit([[1.0], [2.0], [4.0]], [1.0, 2.0, 3.0]); "
        "DeltaRuleClassifier(batch_size=1).fit([[1.0], [2.0], [4.0]], [0, 1, 1]).predict([[1.0]]); "
        "heavy = {'sklearn', 'numba', 'pandas', 'polars', 'pyarrow', 'scipy'} & set(sys.modules); "
        "assert not heavy, heavy"
    )
    subprocess.run([sys.executable, "-c", program], check=True)


def test_untrained_estimators_say_so() -> None:
    """With scikit-learn's own exception where scikit-learn is loaded."""
    from sklearn.exceptions import NotFittedError

    with pytest.raises(NotFittedError, match="call fit first"):
        DeltaRuleRegressor().predict([[1.0]])


def test_blocks_are_fitted_as_the_rows_they_hold() -> None:
    """An iterator of (X, y) or (X, y, weight), without `y`, is all of its rows."""
    rng = np.random.default_rng(6)
    X, weight = rng.standard_normal((90, 3)), rng.uniform(0.5, 2.0, 90)
    y = X @ [1.0, -2.0, 0.5] + 1.0
    labels = np.where(y > 1, "high", "low")
    parts = [slice(start, start + 40) for start in range(0, 90, 40)]
    whole = DeltaRuleRegressor().fit(X, y, weight)
    blocks = DeltaRuleRegressor().fit((X[part], y[part], weight[part]) for part in parts)
    assert np.array_equal(blocks.coef_, whole.coef_)
    told = DeltaRuleClassifier().fit((X[part], labels[part]) for part in parts)
    assert np.array_equal(told.coef_, DeltaRuleClassifier().fit(X, labels).coef_)
    with pytest.raises(DataError, match="training requires y"):
        DeltaRuleRegressor().fit(X)
