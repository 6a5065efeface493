"""One linear neuron as a scikit-learn estimator, without importing scikit-learn.

`DeltaRuleRegressor` predicts numbers, `DeltaRuleClassifier` classes. Both are thin: `deltarule.training` does the work.
"""

import inspect
import sys
import warnings
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Literal, Self, TypeAlias

import numpy as np
from numpy.typing import ArrayLike, NDArray

from deltarule.errors import DataError, DataWarning, DeltaruleError, DivergenceWarning, SettingError
from deltarule.formulas import LOSSES
from deltarule.history import Outcome
from deltarule.training.data import Missing, as_arrays, as_matrix, coded, distinct
from deltarule.training.engine import Floats
from deltarule.training.engines.numpy_engine import NumpyEngine
from deltarule.training.fitting import FitInterrupted, Fitted, Plan, fit
from deltarule.training.loop import Callback, Epoch
from deltarule.training.parameters import settings_from, share, start_from
from deltarule.training.record import TrainingHistory
from deltarule.training.schedules import Constant, Schedule
from deltarule.training.settings import DEFAULT_TOLERANCE, OnDivergence
from deltarule.training.sources import open_source

__all__ = ["DeltaRuleClassifier", "DeltaRuleRegressor", "Epoch"]

LearningRate: TypeAlias = float | Literal["auto"] | Schedule
Start: TypeAlias = tuple[ArrayLike, ArrayLike] | None

_PARAMETERS = """
    Parameters
    ----------
    activation : {{"identity", "sigmoid", "tanh", "relu", "step", "sign"}}, default {activation!r}
    loss : {{"squared", "log", "hinge", "perceptron", "huber"}}, default {loss!r}
        The log loss goes with the sigmoid, hinge and perceptron with the identity. With step or sign, which have no slope,
        the perceptron rule is followed.
    convention : {{"mean", "half-mean", "sum", "half-sum"}}, default "mean"
        The factor before the sum of losses: 1/n, 1/(2n), 1, 1/2.
    batch_size : "full" or int, default "full"
        Rows an update.
    learning_rate : "auto", float or function, default "auto"
        "auto" is one divided by the curvature that updates on batches of this size meet in these data: half the largest
        stable rate for the squared loss with identity. A function gives the rate of an epoch, counted from 0
        (`deltarule.training.schedules`).
    epochs : int, default 100
        At most so many passes over the data.
    tol : float or None, default 1e-6
        Stop once the loss is *certainly* within `tol` times the loss of the best constant output of the least loss there is.
        The certificate is exact for the squared loss with identity, and a duality gap for other convex losses; otherwise
        the run uses its epochs. None: use all epochs, or as many as change anything.
    momentum : float, default 0.0
        From 0 to just below 1.
    nesterov : bool, default False
        Nesterov's momentum rather than the heavy ball.
    l2 : float, default 0.0
        Adds ``l2 / 2 * |w|^2`` to the loss, whatever the convention; the intercept is not penalised.
    standardize : bool, default False
        Train on columns less their mean, divided by their standard deviation, without copying them. `coef_` is for the
        columns as they are given.
    fit_intercept : bool, default True
    start : (array of shape (d,), float) or None, default None
        Weights and intercept to start from, for the columns as they are given; None for zeros, but for the relu, which has no
        slope there: its intercept starts at the mean target.
    shuffle : bool, default True
        Draw a new order of rows for every epoch of mini-batches.
    random_state : int, RandomState, Generator or None, default 0
        The same number gives the same bits; None draws a new one each time.
    early_stopping : bool, default False
        Set a part of the rows aside, stop when their loss has not improved for `patience` epochs, and go back to the
        weights with the least.
    validation_fraction : float, default 0.1
    patience : int, default 5
    warm_start : bool, default False
        `fit` goes on from the weights of the last `fit`.
    on_divergence : {{"stop", "raise", "continue"}}, default "stop"
        When the loss grows beyond all measure: stop with a warning, raise a `DivergenceError`, or go on while there are numbers.
    callbacks : sequence of functions or None, default None
        Each is called after every epoch with an `Epoch`; one that returns True stops the run.
    engine : {{"auto", "path", "fused", "numpy", "exact"}}, default "auto"
        Who does the arithmetic: closed form, compiled loops, NumPy, or exact fractions for tiny data.
    missing : {{None, "drop", "mean"}}, default None
        What becomes of missing values; None refuses them.
    checkpoint : path or None, default None
        A file that an unfinished run is saved to, about every 30 seconds and at Ctrl-C. Fitting again with the same
        settings and data goes on from it, to the same bits; it is removed at the end.

    Attributes
    ----------
    coef_, intercept_ : {shapes}
    n_iter_ : int
        Epochs that were run.
    outcome_ : Outcome
        How the run ended: a name for programs, with a `sentence` for people.
    outcome_detail_ : str
        The same with the numbers of this run.
    history_ : TrainingHistory
        Loss, gradient norm, step and rate of every epoch; `history_.frame()` is a data frame.
    gap_ : float
        Certified: the loss is at most so much above the least one. Infinite where nothing is certified.
    learning_rate_ : float or function
        What "auto" came to.
    engine_ : str
        Which engine was used.
    n_features_in_, feature_names_in_ :
        Number of columns, and their names if they had any.
"""


class _Estimator:
    """What regressor and classifier have in common."""

    _labels = False  # whether targets are classes

    # set by the constructors of both
    activation: str
    loss: str
    convention: str
    batch_size: int | str
    learning_rate: LearningRate
    epochs: int
    tol: float | None
    momentum: float
    nesterov: bool
    l2: float
    standardize: bool
    fit_intercept: bool
    start: Start
    shuffle: bool
    random_state: Any
    early_stopping: bool
    validation_fraction: float
    patience: int
    warm_start: bool
    on_divergence: OnDivergence
    callbacks: Sequence[Callback] | None
    engine: str
    missing: Missing
    checkpoint: str | Path | None

    # set by fit
    coef_: Floats
    intercept_: Any
    n_iter_: int
    outcome_: Outcome
    outcome_detail_: str
    history_: TrainingHistory
    gap_: float
    learning_rate_: Any
    engine_: str
    n_features_in_: int
    feature_names_in_: NDArray[Any]
    classes_: NDArray[Any]

    # parameters, as scikit-learn's tools handle them

    @classmethod
    def _parameter_names(cls) -> list[str]:
        return [name for name in inspect.signature(cls).parameters if name != "self"]

    def _take(self, given: Mapping[str, Any]) -> None:
        for name in self._parameter_names():
            setattr(self, name, given[name])

    def get_params(self, deep: bool = True) -> dict[str, Any]:
        """Parameters by name; `deep` changes nothing, as no parameter is an estimator."""
        return {name: getattr(self, name) for name in self._parameter_names()}

    def set_params(self, **params: Any) -> Self:
        """Set parameters by name.

        Raises
        ------
        SettingError
            There is no such parameter.
        """
        names = self._parameter_names()
        for name, value in params.items():
            if name not in names:
                raise SettingError(
                    f"{type(self).__name__} has no parameter {name!r}; it has {', '.join(names)}"
                )
            setattr(self, name, value)
        return self

    def __repr__(self) -> str:
        defaults = inspect.signature(type(self)).parameters
        changed = (
            f"{name}={value!r}"
            for name, value in self.get_params().items()
            if repr(value) != repr(defaults[name].default)
        )
        return f"{type(self).__name__}({', '.join(changed)})"

    def __sklearn_is_fitted__(self) -> bool:
        return hasattr(self, "coef_")

    def _tags(self, kind: str) -> Any:
        from sklearn.utils import ClassifierTags, InputTags, RegressorTags, Tags, TargetTags

        return Tags(
            estimator_type=kind,
            target_tags=TargetTags(required=True),
            transformer_tags=None,
            classifier_tags=ClassifierTags() if kind == "classifier" else None,
            regressor_tags=RegressorTags() if kind == "regressor" else None,
            input_tags=InputTags(sparse=False, allow_nan=False),
        )

    # training

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Train.

        Parameters
        ----------
        X : array-like or data frame of shape (n, d); or, with y left out, an iterator of blocks
            float32 and float64 are used as they are, in C or Fortran order. Blocks are ``(X, y)`` or ``(X, y, sample_weight)``;
            `deltarule.training.sources.open_source` opens files, and blocks that can be read again.
        y : array-like of shape (n,), or the name of a column of `X`
        sample_weight : array-like of shape (n,) or None
            With full batches a row of weight 2 counts as two rows.

        Raises
        ------
        DataError, DataTypeError
            The data cannot be used; says where and what to do.
        SettingError
            A parameter cannot be used; says which values can.
        DivergenceError
            The run diverged, and ``on_divergence="raise"``.
        KeyboardInterrupt
            Ctrl-C. What was learnt until then is kept, and `outcome_` is "stopped-early".
        """
        return self._fit(X, y, sample_weight, part=False, going_on=self.warm_start)

    def _fit(
        self, X: Any, y: Any, sample_weight: Any, *, part: bool, going_on: bool, classes: Any = None
    ) -> Self:
        given = self.get_params()
        plan = self._plan(given, part)
        if y is None and isinstance(X, Iterator):
            X = open_source(X, missing=self.missing, labels=self._labels, wide=True)
        data = as_arrays(X, y, sample_weight, missing=self.missing, labels=self._labels, part=part, wide=True)
        going_on = going_on and self.__sklearn_is_fitted__()
        if going_on:
            self._check_columns(data.X.shape[1], data.feature_names)
        elif not part:
            _warn_if_wide(data.X, data.sample_weight, plan.settings.l2)
        d, names = data.X.shape[1], data.feature_names
        plan = replace(plan, names=names)
        done: list[Fitted] = []
        if self._labels:
            classes = self._all_classes(data.y, classes, going_on)
        targets = self._targets(data.y, classes)
        for k, target in enumerate(targets):
            start = self._weights(k) if going_on else start_from(self.start, d, k, len(targets))
            try:
                fitted = fit(
                    self._plan_of(plan, k, len(targets)),
                    data.X,
                    target,
                    data.sample_weight,
                    start,
                    classes=self._labels,
                )
            except FitInterrupted as interrupt:
                if k + 1 == len(targets):
                    self._keep([*done, interrupt.fitted], d, names, classes, adding=part and going_on)
                raise KeyboardInterrupt from None
            done.append(fitted)
        for k in range(len(targets)):
            path = self._plan_of(plan, k, len(targets)).checkpoint
            if path is not None:
                path.unlink(missing_ok=True)
        self._keep(done, d, names, classes, adding=part and going_on)
        return self

    def _plan(self, given: dict[str, Any], part: bool) -> Plan:
        """All parameters checked, in one record."""
        settings = settings_from(given)
        known = getattr(self, "learning_rate_", None)
        return Plan(
            replace(settings, epochs=1, tol=None) if part else settings,
            engine=self.engine,
            auto=isinstance(self.learning_rate, str),
            standardize=bool(self.standardize),
            set_aside=share(given, "validation_fraction") if self.early_stopping and not part else None,
            callbacks=tuple(self.callbacks or ()),
            checkpoint=None if self.checkpoint is None or part else Path(self.checkpoint),
            part=part,
            known_rate=known if part and isinstance(known, float) else None,
        )

    def _plan_of(self, plan: Plan, k: int, problems: int) -> Plan:
        """The plan of one problem of several: each with its own checkpoint and its own view."""
        path, views = plan.checkpoint, getattr(self, "_views", None)
        if path is not None and problems > 1:
            path = path.with_name(f"{path.name}.{k}")
        return replace(plan, checkpoint=path, view=views[k] if plan.part and views else None)

    def _targets(self, y: NDArray[Any], classes: Any) -> list[Floats]:
        """Targets of every problem, as the neuron wants them."""
        raise NotImplementedError

    def _all_classes(self, y: NDArray[Any], given: Any, going_on: bool) -> NDArray[Any]:
        """All labels there are."""
        raise NotImplementedError

    # what was learnt

    def _keep(
        self, fitted: Sequence[Fitted], d: int, names: tuple[str, ...] | None, classes: Any, *, adding: bool
    ) -> None:
        """Set the attributes."""
        if self._labels:
            self.classes_ = classes
        self.n_features_in_ = d
        if names is not None:
            self.feature_names_in_ = np.asarray(names, dtype=object)
        elif hasattr(self, "feature_names_in_") and not adding:
            del self.feature_names_in_
        self._views = None if fitted[0].view is None else [one.view for one in fitted]
        weights = np.array([one.weights for one in fitted])
        self._set_weights(weights[:, :-1], weights[:, -1])
        gravest = max(fitted, key=lambda one: _GRAVITY.index(one.run.outcome)).run
        self.outcome_, self.outcome_detail_ = gravest.outcome, gravest.detail
        self.n_iter_ = max(one.run.epochs for one in fitted) + (self.n_iter_ if adding else 0)
        self.history_ = self.history_.followed_by(gravest.history) if adding else gravest.history
        self.gap_ = max(one.run.gap for one in fitted)
        rates = [one.rate.rate for one in fitted if isinstance(one.rate, Constant)]
        self.learning_rate_ = min(rates) if rates else fitted[0].rate
        self.engine_ = gravest.engine
        if gravest.outcome in (Outcome.DIVERGING, Outcome.OVERFLOW):
            advice = 'Lower the learning rate, or give learning_rate="auto".'
            warnings.warn(f"{gravest.detail} {advice}", DivergenceWarning, stacklevel=4)

    def _set_weights(self, coef: Floats, intercept: Floats) -> None:
        self.coef_, self.intercept_ = coef[0], float(intercept[0])

    def _weights(self, k: int) -> Floats:
        """Weights of problem number `k` as they were learnt, the bias last."""
        return np.append(np.atleast_2d(self.coef_)[k], np.ravel(self.intercept_)[k])

    # prediction

    def _net_inputs(self, X: Any) -> Floats:
        """Net input of every row; shape (n,), or (n, problems)."""
        if not self.__sklearn_is_fitted__():
            raise _not_fitted(type(self).__name__)
        matrix, names = as_matrix(X)
        self._check_columns(matrix.shape[1], names)
        with np.errstate(all="ignore"):
            result: Floats = matrix @ self.coef_.T + self.intercept_
        return result

    def _check_columns(self, d: int, names: tuple[str, ...] | None) -> None:
        known = getattr(self, "feature_names_in_", None)
        if names is not None and known is not None and list(names) != list(known):
            _refuse_names(list(names), list(known))
        if names is None and known is not None:
            warnings.warn(
                f"X does not have valid feature names, but {type(self).__name__} was fitted with feature names",
                UserWarning,
                stacklevel=4,
            )
        elif names is not None and known is None:
            warnings.warn(
                f"X has feature names, but {type(self).__name__} was fitted without feature names",
                UserWarning,
                stacklevel=4,
            )
        if d != self.n_features_in_:
            raise DataError(
                f"X has {d} features, but {type(self).__name__} is expecting {self.n_features_in_} features as input",
                "give the columns that it was trained on",
            )


class DeltaRuleRegressor(_Estimator):
    """One linear neuron that predicts numbers, trained by gradient descent.
    {parameters}
    Examples
    --------
    >>> from deltarule import DeltaRuleRegressor
    >>> model = DeltaRuleRegressor().fit([[0.0], [1.0], [2.0], [3.0]], [1.0, 3.0, 5.0, 7.0])
    >>> print(model.outcome_, model.predict([[10.0]]).round(1))
    converged [21.]
    """

    def __init__(
        self,
        *,
        activation: str = "identity",
        loss: str = "squared",
        convention: str = "mean",
        batch_size: int | str = "full",
        learning_rate: LearningRate = "auto",
        epochs: int = 100,
        tol: float | None = DEFAULT_TOLERANCE,
        momentum: float = 0.0,
        nesterov: bool = False,
        l2: float = 0.0,
        standardize: bool = False,
        fit_intercept: bool = True,
        start: Start = None,
        shuffle: bool = True,
        random_state: Any = 0,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        patience: int = 5,
        warm_start: bool = False,
        on_divergence: OnDivergence = "stop",
        callbacks: Sequence[Callback] | None = None,
        engine: str = "auto",
        missing: Missing = None,
        checkpoint: str | Path | None = None,
    ) -> None:
        self._take(locals())

    def __sklearn_tags__(self) -> Any:
        return self._tags("regressor")

    def partial_fit(self, X: Any, y: Any, sample_weight: Any = None) -> Self:
        """Go on for one epoch, on these rows only: a full batch is one update.

        The rate that "auto" stands for is the smallest that was suggested so far; `standardize` keeps the means and scales
        of the first rows.
        """
        return self._fit(X, y, sample_weight, part=True, going_on=True)

    def _targets(self, y: NDArray[Any], classes: Any) -> list[Floats]:
        targets = np.asarray(y, dtype=np.float64)
        taken = LOSSES[self.loss].targets
        if taken and not np.isin(targets, taken).all():
            raise DataError(
                f"the {self.loss} loss takes the targets {' and '.join(map(str, taken))} only",
                "train a DeltaRuleClassifier, which takes any labels, or choose another loss",
            )
        return [targets]

    def predict(self, X: Any) -> Floats:
        """Output of the neuron for each row, shape (n,)."""
        return NumpyEngine(self.activation, "squared").output(self._net_inputs(X)).copy()

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """R squared: 1 less squared errors over those of the mean."""
        data = as_arrays(X, y, sample_weight, part=True)
        weight = np.ones(len(data.y)) if data.sample_weight is None else data.sample_weight
        errors = float(weight @ (data.y - self.predict(X)) ** 2)
        spread = float(weight @ (data.y - np.average(data.y, weights=weight)) ** 2)
        if spread == 0.0:
            return 1.0 if errors == 0.0 else 0.0
        return 1.0 - errors / spread


class DeltaRuleClassifier(_Estimator):
    """One linear neuron that tells two classes apart, or one against the rest for each of several classes.
    {parameters}
    classes_ : array of shape (n_classes,)
        The labels, sorted. With two, an output on the upper side means the second. With more, `outcome_` and `history_` are those
        of the class whose run ended worst.

    Examples
    --------
    >>> from deltarule import DeltaRuleClassifier
    >>> model = DeltaRuleClassifier().fit([[0.0], [1.0], [2.0], [3.0]], ["no", "no", "yes", "yes"])
    >>> model.predict([[-5.0], [8.0]]).tolist()
    ['no', 'yes']
    """

    _labels = True

    def __init__(
        self,
        *,
        activation: str = "sigmoid",
        loss: str = "log",
        convention: str = "mean",
        batch_size: int | str = "full",
        learning_rate: LearningRate = "auto",
        epochs: int = 100,
        tol: float | None = DEFAULT_TOLERANCE,
        momentum: float = 0.0,
        nesterov: bool = False,
        l2: float = 0.0,
        standardize: bool = False,
        fit_intercept: bool = True,
        start: Start = None,
        shuffle: bool = True,
        random_state: Any = 0,
        early_stopping: bool = False,
        validation_fraction: float = 0.1,
        patience: int = 5,
        warm_start: bool = False,
        on_divergence: OnDivergence = "stop",
        callbacks: Sequence[Callback] | None = None,
        engine: str = "auto",
        missing: Missing = None,
        checkpoint: str | Path | None = None,
    ) -> None:
        self._take(locals())

    def __sklearn_tags__(self) -> Any:
        return self._tags("classifier")

    def fit(self, X: Any, y: Any = None, sample_weight: Any = None) -> Self:
        """Train; `y` holds labels of any kind. Otherwise as the regressor's `fit`."""
        return super().fit(X, y, sample_weight)

    def partial_fit(
        self, X: Any, y: Any, classes: ArrayLike | None = None, sample_weight: Any = None
    ) -> Self:
        """Go on for one epoch, on these rows only: a full batch is one update.

        Parameters
        ----------
        classes : array-like
            All labels there will ever be; needed at the first call, unless these rows have all of them.
        """
        return self._fit(X, y, sample_weight, part=True, going_on=True, classes=classes)

    def _all_classes(self, y: NDArray[Any], given: Any, going_on: bool) -> NDArray[Any]:
        listed = None if given is None else np.unique(np.asarray(given))
        if going_on and listed is not None and not np.array_equal(listed, self.classes_):
            raise SettingError("classes are not those of the first call; give the same, or none")
        found: NDArray[Any] = self.classes_ if going_on else distinct(y) if listed is None else listed
        if len(found) < 2:
            raise DataError(
                "there is one class only, and a classifier needs two",
                "give rows of both, or name all classes in the first partial_fit",
            )
        return found

    def _targets(self, y: NDArray[Any], classes: Any) -> list[Floats]:
        low, high = self._ends()
        wanted = [1] if len(classes) == 2 else range(len(classes))
        return [coded(y, classes, k, low, high) for k in wanted]

    def _ends(self) -> tuple[float, float]:
        """Targets of the two classes, as activation and loss want them."""
        taken = LOSSES[self.loss].targets
        if taken:
            return float(taken[0]), float(taken[1])
        return (0.0, 1.0) if self.activation in ("sigmoid", "relu", "step") else (-1.0, 1.0)

    def _set_weights(self, coef: Floats, intercept: Floats) -> None:
        self.coef_, self.intercept_ = coef, intercept

    def decision_function(self, X: Any) -> Floats:
        """Distance of the net input from where the class changes; shape (n,), or (n, n_classes) for more than two."""
        z = self._net_inputs(X)
        z = z - 0.5 if self.activation == "relu" else z
        return z[:, 0] if len(self.classes_) == 2 else z

    def predict(self, X: Any) -> NDArray[Any]:
        """The class of each row, shape (n,)."""
        decided = self.decision_function(X)
        places = (decided >= 0).astype(int) if decided.ndim == 1 else decided.argmax(axis=1)
        result: NDArray[Any] = self.classes_[places]
        return result

    @property
    def predict_proba(self) -> Callable[[Any], Floats]:
        """Probability of each class, shape (n, n_classes); only there with the log loss.

        One against the rest: the probabilities of more than two classes are scaled to sum to 1.
        """
        if self.loss != "log":
            raise AttributeError(f'probabilities need loss="log"; this classifier has loss={self.loss!r}')
        return self._probabilities

    def _probabilities(self, X: Any) -> Floats:
        output = NumpyEngine("sigmoid", "log").output(self._net_inputs(X))
        if len(self.classes_) == 2:
            return np.column_stack([1.0 - output[:, 0], output[:, 0]])
        total = output.sum(axis=1, keepdims=True)
        return np.where(total > 0, output / np.where(total > 0, total, 1.0), 1.0 / output.shape[1])

    def score(self, X: Any, y: Any, sample_weight: Any = None) -> float:
        """Share of rows whose class is right."""
        data = as_arrays(X, y, sample_weight, labels=True, part=True)
        right = self.predict(X) == data.y
        return float(np.average(right, weights=data.sample_weight))


for _class, _defaults in (
    (DeltaRuleRegressor, ("identity", "squared", "array of shape (d,), and float")),
    (DeltaRuleClassifier, ("sigmoid", "log", "arrays of shape (problems, d) and (problems,)")),
):
    _text = _PARAMETERS.format(activation=_defaults[0], loss=_defaults[1], shapes=_defaults[2])
    _class.__doc__ = (_class.__doc__ or "").replace("{parameters}", _text)


# the ending of several runs is that of the one further down
_GRAVITY = (
    Outcome.UNTRAINED,
    Outcome.SEPARABLE,
    Outcome.CONVERGED,
    Outcome.PRECISION_LIMITED,
    Outcome.STOPPED_EARLY,
    Outcome.NOISE_FLOOR,
    Outcome.MAX_EPOCHS,
    Outcome.CRAWLING,
    Outcome.CYCLING,
    Outcome.OSCILLATING,
    Outcome.DIVERGING,
    Outcome.OVERFLOW,
)


def _warn_if_wide(X: NDArray[Any], weight: Floats | None, l2: float) -> None:
    """More columns than rows leave the weights open; gradient descent still ends at one place, near its start."""
    n = len(X) if weight is None else int(np.count_nonzero(weight))
    if X.shape[1] > n and not l2:
        warnings.warn(
            f"{X.shape[1]} columns and only {n} rows: many weights fit them equally well, and the run ends at those nearest to "
            "its start; add rows, leave columns out, or give a penalty with l2 above 0",
            DataWarning,
            stacklevel=4,
        )


def _not_fitted(name: str) -> Exception:
    """The error that scikit-learn's tools expect, if scikit-learn is about; else one that is like it."""
    exceptions = sys.modules.get("sklearn.exceptions")
    known = (ValueError, AttributeError) if exceptions is None else (exceptions.NotFittedError,)
    error: type[Exception] = type("NotFittedError", (DeltaruleError, *known), {})
    return error(f"this {name} has not been trained yet; call fit first")


def _refuse_names(given: list[str], known: list[str]) -> None:
    """Say which columns are strange, which are missing, or that their order is another one.

    Raises
    ------
    DataError
        Always.
    """
    strange, missing = sorted(set(given) - set(known)), sorted(set(known) - set(given))
    lines = ["The feature names should match those that were passed during fit."]
    for what, names in (
        ("Feature names unseen at fit time:", strange),
        ("Feature names seen at fit time, yet now missing:", missing),
    ):
        if names:
            lines += [what, *(f"- {name}" for name in names[:5]), *(["- ..."] if len(names) > 5 else [])]
    if not strange and not missing:
        lines.append("Feature names must be in the same order as they were in fit.")
    raise DataError("\n".join(lines) + "\n", "")
