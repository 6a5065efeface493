"""GradientPath: every epoch of full-batch gradient descent at every learning rate, from one pass."""

import math
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from functools import cached_property
from html import escape
from typing import Any, Literal, TypeAlias

import numpy as np
from numpy.typing import ArrayLike

from deltarule.algebra.evaluate import evaluate
from deltarule.errors import DataError, UsageError
from deltarule.formulas import CONVENTIONS
from deltarule.records import record
from deltarule.training.arguments import (
    batch_size_of,
    epochs_of,
    learning_rate_of,
    momentum_of,
    penalty_of,
    tolerance_of,
)
from deltarule.training.batch_noise import BatchNoise, GradientNoise, Weighted
from deltarule.training.blas import one_blas_thread
from deltarule.training.blocks import Summary
from deltarule.training.descent import Descent
from deltarule.training.early_stopping import EarlyStopping, StoppedRun
from deltarule.training.given import Given, as_rows
from deltarule.training.least_squares import EPS, SAFETY, relations
from deltarule.training.moments import Floats, Moments
from deltarule.training.phase_map import losses
from deltarule.training.statistics import SMALL, Statistics
from deltarule.training.sums import Rows, Weighing
from deltarule.training.surface import Spread, Surface, root_of, surface
from deltarule.training.validation import Elsewhere

Weights: TypeAlias = tuple[Floats, float]
Start: TypeAlias = tuple[ArrayLike, float] | None
Route: TypeAlias = Literal["auto", "gram", "r-factor"]

_ALARM = 1e3  # condition of the scaled columns above which the Gram matrix has lost too much
_CONSTANT = SAFETY * EPS  # deviations from the mean, beside it, that are rounding


@record
class _Settings:
    """How the run is set up; every what-if is another one of these on the same statistics."""

    l2: float = 0.0
    fit_intercept: bool = True
    convention: str = "mean"
    standardize: bool = False
    dropped: tuple[int, ...] = ()
    route: Route = "auto"


class GradientPath:
    """Full-batch gradient descent on the squared loss of a linear neuron, in closed form.

    One pass over the data gathers its means, its scatter and, where digits are at stake, an R-factor. From
    them follow the weights and the loss after any number of epochs at any learning rate, the rates that are
    stable, and what would become of all this with other columns or penalties.

    Parameters
    ----------
    l2 : float
        Penalty: ``l2 / 2 * |w|^2`` is added to the loss; the intercept is not penalised.
    fit_intercept : bool
    convention : {"mean", "half-mean", "sum", "half-sum"}
        How losses are added up. A row of weight 2 counts as two rows.
    standardize : bool
        The run sees each column less its mean, divided by its standard deviation; its weights are in these
        units (see `in_original_units`).
    noise : bool
        Also gather what `batch_limit` and `noise` need; with `standardize` that takes a second pass.
    route : {"auto", "gram", "r-factor"}
        How the statistics become a square root. By itself the R-factor is taken where it costs next to
        nothing, and where the Gram matrix would lose too many digits and the data can be read again.
    first_row : int
        Where these rows begin in a larger table, for workers that each take a part: a multiple of
        ``deltarule.training.statistics.block_rows(n_features)``. The merged path then has the bits of a
        single one.
    threads : int or None
        Changes no bit of the result.
    feature_names : sequence of str or None
        Taken from a data frame, or x1, x2, ...

    Examples
    --------
    >>> path = GradientPath.fit([[1.0], [2.0], [4.0]], [1.0, 3.0, 5.0])
    >>> coef, intercept = path.weights(learning_rate=0.1, epochs=3)
    >>> round(float(coef[0]), 6), round(intercept, 6)
    (1.368, 0.418667)
    >>> round(path.largest_stable_learning_rate, 6)
    0.128196
    """

    def __init__(
        self,
        *,
        l2: float = 0.0,
        fit_intercept: bool = True,
        convention: str = "mean",
        standardize: bool = False,
        noise: bool = False,
        route: Route = "auto",
        first_row: int = 0,
        threads: int | None = None,
        feature_names: Sequence[str] | None = None,
    ) -> None:
        if convention not in CONVENTIONS:
            raise UsageError(f"unknown convention {convention!r}; choose from {', '.join(CONVENTIONS)}")
        if route not in ("auto", "gram", "r-factor"):
            raise UsageError(f"unknown route {route!r}; choose from auto, gram, r-factor")
        self._settings = _Settings(
            penalty_of(l2), bool(fit_intercept), convention, bool(standardize), (), route
        )
        self._noise, self._first_row, self._threads = bool(noise), first_row, threads
        self._given_names = None if feature_names is None else tuple(map(str, feature_names))
        self._weighing: Weighing | None = None
        self._statistics: Statistics | None = None

    # gathering

    @classmethod
    def fit(
        cls,
        X: Any,
        y: Any = None,
        sample_weight: Any = None,
        l2: float = 0.0,
        fit_intercept: bool = True,
        convention: str = "mean",
        *,
        standardize: bool = False,
        noise: bool = False,
        route: Route = "auto",
        first_row: int = 0,
        threads: int | None = None,
        feature_names: Sequence[str] | None = None,
    ) -> "GradientPath":
        """Read the data once, and again only where digits or `standardize` with `noise` ask for it.

        Parameters
        ----------
        X : array-like or data frame of shape (n, d); or, with y left out, blocks
            Blocks are an iterable of ``(X, y)`` or ``(X, y, sample_weight)``. A generator can be read only
            once, a list or another iterable again.
        y, sample_weight : array-like of shape (n,)
            Weights must not be negative.

        Raises
        ------
        DataError, DataTypeError
            No rows, a missing or infinite value (row and column are named), shapes that do not fit, text.
        UsageError
            A setting that does not exist.
        """
        path = cls(
            l2=l2, fit_intercept=fit_intercept, convention=convention, standardize=standardize, noise=noise,
            route=route, first_row=first_row, threads=threads, feature_names=feature_names,
        )  # fmt: skip
        given = Given(X, y, sample_weight)
        if standardize and noise:
            path._read_moments(given)
        path._read(given)
        if path._statistics is None:
            raise DataError("there are no rows", "give at least one row of features and its target")
        if route == "auto" and given.again and path._alarming():
            path._statistics = None
            path._read(given, factor=True)
        return path

    def update(self, X: Any, y: Any, sample_weight: Any = None) -> "GradientPath":
        """Take in more rows, the next of the table; returns the path itself.

        Raises
        ------
        DataError, DataTypeError
            As `fit`; the path is then as it was before.
        UsageError
            The path was standardised and gathers noise, for which all rows have to be seen before the first.
        """
        if self._noise and self._settings.standardize and self._weighing is None:
            raise UsageError(
                "means and scales have to be known before the noise of a standardised run can be gathered; "
                "use fit, which reads the data twice"
            )
        self._take(as_rows(X, y, sample_weight, None if self._statistics is None else self._statistics.d))
        return self

    def merge(self, other: "GradientPath") -> "GradientPath":
        """A path over the rows of both; its settings are those of this one.

        Parts of one table, each begun at its `first_row`, merge in any order to the bits of a single pass.

        Raises
        ------
        UsageError
            The paths have other features.
        """
        if self._statistics is None or other._statistics is None:
            return self._with(self._settings, self._statistics or other._statistics)
        mine, theirs = self._statistics, other._statistics
        if mine.d != theirs.d:
            raise UsageError(
                f"these paths have {mine.d} and {theirs.d} features; merge paths of the same columns"
            )
        if mine.names != theirs.names:
            raise UsageError(
                f"these paths have the features {', '.join(mine.names)} and {', '.join(theirs.names)}; "
                "merge paths of the same columns"
            )
        return self._with(self._settings, mine.merged(theirs))

    def _read(self, given: Given, factor: bool | None = None) -> None:
        for rows, names in given.blocks():
            self._take((rows, names), factor)

    def _take(self, given: tuple[Rows, tuple[str, ...] | None], factor: bool | None = None) -> None:
        rows, names = given
        statistics = self._statistics
        if statistics is None:
            statistics = self._begun(rows.X.shape[1], names, factor)
            if (
                factor is None
                and self._settings.route == "auto"
                and len(rows) * (statistics.d + 1) ** 2 > SMALL
            ):
                statistics.factor = False  # large already: its first blocks need no factor
        if rows.X.shape[1] != statistics.d:
            raise DataError(
                f"these rows have {rows.X.shape[1]} features, and the rows before had {statistics.d}",
                "give every batch the same columns",
            )
        if names is not None and self._given_names is None and names != statistics.names:
            raise DataError(
                f"these rows have the columns {', '.join(names)}, "
                f"and the rows before had {', '.join(statistics.names)}",
                "give every batch the same columns, in the same order",
            )
        statistics.add(rows)
        self._statistics = statistics
        self.__dict__.pop("_surface", None)
        self.__dict__.pop("_total", None)
        self.__dict__.pop("_spread", None)

    def _begun(self, d: int, names: tuple[str, ...] | None, factor: bool | None) -> Statistics:
        names = self._given_names or names or tuple(f"x{j}" for j in range(1, d + 1))
        if len(names) != d:
            raise UsageError(f"{len(names)} feature names for {d} features; give one for each column")
        route = self._settings.route
        if factor is None and route != "auto":
            factor = route == "r-factor"
        weighing = self._weighing
        if self._noise and weighing is None:
            weighing = Weighing(np.zeros(d), np.ones(d))
        return Statistics(
            d, names, first_row=self._first_row, weighing=weighing, factor=factor, threads=self._threads
        )

    def _read_moments(self, given: Given) -> None:
        """Means and scales first, for the noise of a standardised run."""
        if not given.again:
            raise UsageError(
                "a standardised run with noise=True reads the data twice, and a generator can be read once; "
                "give arrays or a list of blocks"
            )
        first = GradientPath(standardize=True, threads=self._threads, route="gram", first_row=self._first_row)
        first._read(given)
        if first._statistics is not None:
            center, scale = first._coordinates
            self._weighing = Weighing(center, 1 / scale)

    def _alarming(self) -> bool:
        """Whether the Gram matrix has lost more digits than may be lost."""
        return self._total.factor is None and self._surface.condition > _ALARM

    # what was gathered

    @cached_property
    def _total(self) -> Summary:
        total = None if self._statistics is None else self._statistics.total()
        if total is None:
            raise UsageError("there are no rows yet; call fit or update first")
        if not total.plain.weight[0] > 0:
            raise DataError("sample_weight is zero in every row", "give at least one row a weight above zero")
        return total

    @property
    def _gathered(self) -> Statistics:
        if self._statistics is None:
            raise UsageError("there are no rows yet; call fit or update first")
        return self._statistics

    @property
    def _kept(self) -> list[int]:
        return [j for j in range(self._gathered.d) if j not in self._settings.dropped]

    @property
    def _coordinates(self) -> tuple[Floats, Floats]:
        """Center and scale of all columns in the run: ``(x - center) / scale``."""
        d, plain = self._gathered.d, self._total.plain
        if not self._settings.standardize:
            return np.zeros(d), np.ones(d)
        variance = np.diagonal(plain.scatter[0])[:d] / plain.weight[0]
        center = plain.mean[0, :d]
        varies = variance > (_CONSTANT * np.abs(center)) ** 2
        return center, np.sqrt(np.where(varies, variance, 1.0))

    @cached_property
    def _spread(self) -> Spread:
        return self._spread_in(self._coordinates, self._kept)

    def _spread_in(self, coordinates: tuple[Floats, Floats], kept: list[int]) -> Spread:
        """These statistics as a run sees them that has the given coordinates and columns."""
        total, (center, scale), d = self._total, coordinates, self._gathered.d
        by_rows = self.route == "r-factor" and total.factor is not None
        root = total.factor[0] if by_rows and total.factor is not None else root_of(total.plain.scatter[0])
        mean, target_mean = _placed(total.plain, center, scale, d)
        scaled = np.concatenate([root[:, :d] / scale, root[:, d:]], axis=1)
        return Spread(
            float(total.plain.weight[0]), mean[kept], target_mean, scaled[:, [*kept, d]],
            (total.plain.mean[0, :d] / scale)[kept], EPS if by_rows else math.sqrt(EPS),
        )  # fmt: skip

    @cached_property
    def _surface(self) -> Surface:
        with one_blas_thread():
            return surface(
                self._spread, self._factor(self._spread.weight), self._settings.l2, self.fit_intercept
            )

    def _factor(self, count: float) -> float:
        """What stands before the sum of squared errors of so many rows."""
        factor = CONVENTIONS[self.convention].squared_gradient_factor
        return float(evaluate(factor, lambda _: Fraction(count))) / 2

    # settings

    @property
    def l2(self) -> float:
        """Penalty: ``l2 / 2 * |w|^2`` is part of the loss."""
        return self._settings.l2

    @property
    def fit_intercept(self) -> bool:
        """Whether there is an intercept."""
        return self._settings.fit_intercept

    @property
    def convention(self) -> str:
        """How losses are added up."""
        return self._settings.convention

    @property
    def n_rows(self) -> int:
        """Rows taken in."""
        return int(self._total.rows[0])

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the columns in the run."""
        return tuple(self._gathered.names[j] for j in self._kept)

    @property
    def n_features(self) -> int:
        """Number of columns in the run."""
        return len(self._kept)

    # the run

    def weights(
        self,
        learning_rate: float | None = None,
        epochs: float = math.inf,
        *,
        start: Start = None,
        momentum: float = 0.0,
    ) -> Weights:
        """Weights and intercept after some epochs.

        Parameters
        ----------
        learning_rate : float or None
            None: the suggested rate.
        epochs : int or float
            0, 1, 2, ... of any size; infinity for the optimum. Along directions in which the loss is flat,
            the weights stay what they were at the start.
        start : (array of shape (d,), float) or None
            Weights and intercept at the start; zeros by default.
        momentum : float
            Of the heavy ball, ``velocity = momentum * velocity - rate * gradient``; 0 <= momentum < 1.

        Returns
        -------
        coef : array of shape (d,)
        intercept : float
            0 without an intercept. What has grown out of the range of floats is infinite.

        Raises
        ------
        UsageError
            A rate, a number of epochs or a start that cannot be; a run without end that does not converge.
        """
        rate, at, descent = self._checked(learning_rate, epochs, start, momentum)
        if math.isinf(at) and not descent.converges(rate):
            raise UsageError(
                f"the run does not converge at the learning rate {rate:g}: the largest stable one is "
                f"{self._limit(momentum):.6g}, and it has to be below that"
            )
        return self._parted(descent.point(rate, at))

    def loss(
        self,
        learning_rate: float | None = None,
        epochs: float = math.inf,
        *,
        start: Start = None,
        momentum: float = 0.0,
        validation: "GradientPath | None" = None,
    ) -> float:
        """Loss after some epochs: what is descended, its penalty included.

        Parameters
        ----------
        learning_rate, epochs, start, momentum
            As for `weights`.
        validation : GradientPath or None
            A path over other rows of the same columns: the loss of these weights there, without penalty.
        """
        rate, at, descent = self._checked(learning_rate, epochs, start, momentum)
        if validation is not None:
            return float(self._elsewhere(validation).losses(descent, np.array([rate]), np.array([at]))[0, 0])
        return descent.surface.floor + descent.excess(rate, at)

    def map(
        self,
        rates: ArrayLike,
        epochs: ArrayLike,
        *,
        start: Start = None,
        momentum: float = 0.0,
        validation: "GradientPath | None" = None,
    ) -> Floats:
        """Loss for every rate and epoch: an array of shape (len(rates), len(epochs)).

        Runs that diverge out of the range of floats have an infinite loss. Parameters are those of `loss`.
        """
        given = np.array([learning_rate_of(rate) for rate in np.atleast_1d(np.asarray(rates))])
        times = _times(epochs)
        descent = Descent(self._surface, self._start(start), momentum_of(momentum))
        with one_blas_thread():
            if validation is not None:
                return self._elsewhere(validation).losses(descent, given, times)
            return losses(descent, given, times)

    def epochs_to(
        self, tolerance: float, learning_rate: float | None = None, *, start: Start = None
    ) -> float:
        """Epochs until the excess of the loss over its least value is `tolerance` times that at the start.

        Infinite if that never happens.
        """
        rate, _, descent = self._checked(learning_rate, 0, start, 0.0)
        return descent.epochs_to(tolerance_of(tolerance), rate)

    # curvature

    @property
    def eigenvalues(self) -> Floats:
        """Curvatures of the loss, descending; 0 where floats cannot tell them from 0.

        Shape (d + 1,), or (d,) without intercept.
        """
        return self._surface.eigenvalues

    @property
    def directions(self) -> Floats:
        """Unit directions of the eigenvalues, one a row, intercept last; the largest entry is positive."""
        rows = self._surface.directions.T
        largest = np.take_along_axis(rows, np.abs(rows).argmax(axis=1)[:, None], axis=1)
        result: Floats = rows * np.where(largest < 0, -1.0, 1.0)
        return result

    @property
    def largest_stable_learning_rate(self) -> float:
        """2 / largest curvature: from here on the error along the steepest direction no longer shrinks."""
        return self._limit(0.0)

    @property
    def suggested_learning_rate(self) -> float:
        """1 / largest curvature, half the limit."""
        return self._limit(0.0) / 2

    @property
    def minimax_learning_rate(self) -> float:
        """2 / (largest + smallest curvature above zero): the fastest constant rate.

        Where the two differ much it is a hair under the limit.
        """
        curvatures = self.eigenvalues[self.eigenvalues > 0]
        return float(2 / (curvatures[0] + curvatures[-1])) if len(curvatures) else math.inf

    @property
    def route(self) -> str:
        """``"r-factor"`` or ``"gram"``: which statistics the weights come from."""
        total, d = self._total, self._gathered.d
        if total.factor is None:
            return "gram"
        if self._settings.route == "r-factor" or self._gathered.factor is True:
            return "r-factor"
        return "r-factor" if int(total.rows[0]) * (d + 1) ** 2 <= SMALL else "gram"

    @property
    def trusted_digits(self) -> float:
        """Decimal digits of the optimal weights that the route can be trusted with.

        Beside the largest weight, on columns scaled to the same length; the data are counted as exact.
        """
        found, by_rows = self._surface, self.route == "r-factor"
        if not by_rows and found.flat.shape[1] > int(self._constant.sum()):
            return (
                0.0  # whether columns depend on one another, or nearly, is more than a Gram matrix can tell
            )
        loss = found.sensitivity if by_rows else found.condition**2
        if by_rows and self._gathered.exact_factor:
            loss = found.condition
        return max(0.0, -math.log10(min(1.0, 4 * EPS * loss)))

    @property
    def unresolved(self) -> tuple[str, ...]:
        """Combinations of columns that do not vary as far as floats can tell, such as ``x1 + x2 - x4``.

        Along them the weights stay what they were at the start.
        """
        flat = self._surface.flat[: self.n_features]
        if not flat.shape[1]:
            return ()
        lengths = np.sqrt((self._spread.root[:, :-1] ** 2).sum(axis=0))
        return relations(flat, np.where(self._constant, 0.0, lengths), self.feature_names)

    @property
    def _constant(self) -> Any:
        """Which columns do not vary as far as floats can tell."""
        spread = self._spread
        lengths = np.sqrt((spread.root[:, :-1] ** 2).sum(axis=0))
        return lengths <= _CONSTANT * math.sqrt(spread.weight) * np.abs(spread.offset)

    # mini-batches and early stopping

    def batch_limit(self, batch_size: int) -> float:
        """Rate below which the mean square error contracts at every step of batches drawn with replacement.

        At or below `largest_stable_learning_rate`, which is its value for large batches. Sufficient, not
        necessary.

        Raises
        ------
        UsageError
            The statistics were gathered without noise, or in other coordinates than those of the run.
        """
        return self._batches(batch_size).limit()

    def noise(
        self,
        batch_size: int,
        learning_rate: float,
        epochs: float = math.inf,
        *,
        start: Start = None,
    ) -> GradientNoise:
        """Noise of mini-batch gradients where the full-batch run is after some epochs, and its floor."""
        batches = self._batches(batch_size)
        rate, at, descent = self._checked(learning_rate, epochs, start, 0.0)
        # where the full-batch run would not converge, the optimum is still a place to ask about
        point = self._surface.optimum(descent.start) if math.isinf(at) else descent.point(rate, at)
        return batches.at(point, rate)

    def early_stopping(self, learning_rate: float | None = None, *, start: Start = None) -> EarlyStopping:
        """The epoch with the lowest generalised cross-validation score.

        Raises
        ------
        UsageError
            The rate is not stable.
        """
        return self._stopped(learning_rate, start).best()

    def degrees_of_freedom(self, learning_rate: float | None, epochs: ArrayLike) -> Floats:
        """Trace of the map from targets to fitted values after each number of epochs."""
        return self._stopped(learning_rate, None).degrees_of_freedom(_times(epochs))

    def gcv(self, learning_rate: float | None, epochs: ArrayLike, *, start: Start = None) -> Floats:
        """Generalised cross-validation score, ``n RSS / (n - df)^2``, after each number of epochs."""
        return self._stopped(learning_rate, start).gcv(_times(epochs))

    # what if

    def standardized(self) -> "GradientPath":
        """The same run on standardised columns. Its weights are in their units; see `in_original_units`."""
        return self._with(replace(self._settings, standardize=True))

    def drop(self, *features: str) -> "GradientPath":
        """The same run without some features.

        Raises
        ------
        UsageError
            There is no such feature.
        """
        names = self._gathered.names
        for name in features:
            if name not in self.feature_names:
                raise UsageError(f"there is no feature {name!r}; choose from {', '.join(self.feature_names)}")
        gone = {*self._settings.dropped, *(names.index(name) for name in features)}
        return self._with(replace(self._settings, dropped=tuple(sorted(gone))))

    def ridge(self, l2: float) -> "GradientPath":
        """The same run with the penalty ``l2 / 2 * |w|^2`` in the loss."""
        return self._with(replace(self._settings, l2=penalty_of(l2)))

    def without_intercept(self) -> "GradientPath":
        """The same run without an intercept."""
        return self._with(replace(self._settings, fit_intercept=False))

    def in_original_units(self, coef: ArrayLike, intercept: float) -> Weights:
        """Weights of a standardised run for the columns as they were given."""
        center, scale = self._coordinates
        kept = self._kept
        raw = np.asarray(coef, dtype=np.float64) / scale[kept]
        return raw, float(intercept - center[kept] @ raw)

    # inside

    def _with(self, settings: _Settings, statistics: Statistics | None = None) -> "GradientPath":
        path = GradientPath(threads=self._threads)
        path._settings, path._noise, path._weighing = settings, self._noise, self._weighing
        path._given_names = self._given_names
        path._statistics = statistics or (None if self._statistics is None else self._statistics.copy())
        return path

    def _checked(
        self, learning_rate: float | None, epochs: float, start: Start, momentum: float
    ) -> tuple[float, float, Descent]:
        """What a caller asked for, once it is known to make sense."""
        rate = self.suggested_learning_rate if learning_rate is None else learning_rate_of(learning_rate)
        if math.isinf(rate):  # nothing varies, and nothing moves at any rate
            rate = 1.0
        return rate, epochs_of(epochs), Descent(self._surface, self._start(start), momentum_of(momentum))

    def _start(self, start: Start) -> Floats:
        """The start as one vector, the intercept last."""
        if start is None:
            return np.zeros(len(self._surface.values))
        return self._vector(start)

    def _vector(self, weights: tuple[ArrayLike, float]) -> Floats:
        coef = np.asarray(weights[0], dtype=np.float64)
        if coef.shape != (self.n_features,) or not np.isfinite(coef).all() or not math.isfinite(weights[1]):
            raise UsageError(
                f"start has weights of shape {coef.shape}; "
                f"give {self.n_features} finite weights and an intercept"
            )
        return np.append(coef, weights[1]) if self.fit_intercept else coef

    def _parted(self, point: Floats) -> Weights:
        return (point[:-1], float(point[-1])) if self.fit_intercept else (point, 0.0)

    def _limit(self, momentum: float) -> float:
        largest = float(self.eigenvalues[0]) if len(self.eigenvalues) else 0.0
        return 2 * (1 + momentum) / largest if largest > 0 else math.inf

    def _elsewhere(self, other: "GradientPath") -> Elsewhere:
        if other._gathered.d != self._gathered.d:
            raise UsageError(
                f"the validation rows have {other._gathered.d} features, and this path has {self._gathered.d}"
            )
        spread = other._spread_in(self._coordinates, self._kept)
        return Elsewhere(surface(spread, self._factor(spread.weight), 0.0, self.fit_intercept))

    def _batches(self, batch_size: int) -> BatchNoise:
        size = batch_size_of(batch_size)
        noise, weighing = self._total.noise, self._gathered.weighing
        if noise is None or weighing is None:
            raise UsageError("batch-aware figures need another pass: fit with noise=True")
        center, scale = self._coordinates
        if self._settings.dropped or not (
            np.array_equal(weighing.center, center) and np.array_equal(weighing.scale, 1 / scale)
        ):
            raise UsageError(
                "batch-aware figures depend on the columns as the run sees them and need another pass: "
                f"fit with noise=True{', standardize=True' if self._settings.standardize else ''}"
                f"{' and without the dropped columns' if self._settings.dropped else ''}"
            )
        d, root = self._gathered.d, root_of(noise.scatter[0])
        mean, target_mean = _placed(noise, center, scale, d)
        scaled = np.concatenate([root[:, :d] / scale, root[:, d:]], axis=1)
        weighted = Weighted(float(noise.weight[0]), mean, target_mean, scaled)
        factor = self._factor(size) * size / self._spread.weight
        mean_batch = self._surface
        if factor != mean_batch.factor:
            mean_batch = surface(self._spread, factor, self.l2, self.fit_intercept)
        return BatchNoise(self._spread, weighted, mean_batch, self.fit_intercept, size)

    def _stopped(self, learning_rate: float | None, start: Start) -> StoppedRun:
        rate, _, descent = self._checked(learning_rate, 0, start, 0.0)
        if rate >= self._limit(0.0):
            raise UsageError(
                f"the run diverges at the learning rate {rate:g}; give one below {self._limit(0.0):.6g}"
            )
        return StoppedRun(descent, self._spread.weight, rate)

    def _figures(self) -> list[tuple[str, str]]:
        """What a glance at the path should show."""
        figures = [
            ("rows × features", f"{self.n_rows:,} × {self.n_features}"),
            ("loss", f"squared, {self.convention}" + (f", l2 = {self.l2:g}" if self.l2 else "")),
            ("route", f"{self.route}, about {self.trusted_digits:.0f} digits"),
            ("largest stable learning rate", f"{self.largest_stable_learning_rate:.6g}"),
            ("suggested learning rate", f"{self.suggested_learning_rate:.6g}"),
            ("epochs to a millionth of the excess loss, at that rate", f"{self.epochs_to(1e-6):,}"),
            ("least loss", f"{self.loss():.6g}"),
        ]
        if self.unresolved:
            figures.append(("cannot be resolved", "; ".join(self.unresolved[:5])))
        return figures

    def __repr__(self) -> str:
        if self._statistics is None:
            return "GradientPath(no rows yet)"
        return f"GradientPath({', '.join(f'{name}: {value}' for name, value in self._figures())})"

    def _repr_html_(self) -> str:
        if self._statistics is None:
            return "<p>GradientPath: no rows yet</p>"
        rows = "".join(
            f"<tr><th style='text-align:left'>{escape(name)}</th><td>{escape(value)}</td></tr>"
            for name, value in self._figures()
        )
        return f"<table><caption>GradientPath</caption>{rows}</table>"


def _times(epochs: ArrayLike) -> Floats:
    """Numbers of epochs as an array of one dimension."""
    times = np.atleast_1d(np.asarray(epochs, dtype=np.float64))
    for time in times[~((times >= 0) & (times == np.floor(times)))]:
        epochs_of(time)
    return times


def _placed(moments: Moments, center: Floats, scale: Floats, d: int) -> tuple[Floats, float]:
    """Means in the coordinates of the run; what float64 left of them counts where an offset is taken off."""
    mean, rest = moments.mean[0], moments.rest[0]
    return ((mean[:d] - center) + rest[:d]) / scale, float(mean[d] + rest[d])
