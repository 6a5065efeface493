"""How far a run still has to go, with a certificate, and what else ends it."""

from functools import cached_property

import numpy as np

from deltarule.formulas import ACTIVATIONS
from deltarule.formulas.conjugates import Conjugate, conjugate
from deltarule.records import record
from deltarule.training.blas import one_blas_thread
from deltarule.training.curvature import MAX_COLUMNS, Bowl, Scatter, scatter, second_derivative, steepness
from deltarule.training.engine import Floats, Rows, block_rows, tree_sum
from deltarule.training.engines.numpy_engine import NumpyEngine, array_function, seen
from deltarule.training.settings import Settings

_SAMPLE = 65_536  # rows that the scale of the loss is taken from
_FLAT = 1e-12  # of the largest slope that a loss can have, in scaled units: rounding
_ROUNDING = 64 * float(np.finfo(float).eps)


@record
class Point:
    """Weights with the objective and its gradient there: convention and penalty included."""

    weights: Floats
    loss: float
    gradient: Floats


class Problem:
    """What is to be minimised, and what is known about its minimum; each fact is worked out when first asked for."""

    def __init__(self, rows: Rows, settings: Settings, products: Scatter | None = None) -> None:
        self.rows, self.settings = rows, settings
        self._products = products

    @cached_property
    def weight(self) -> float:
        """Sum of the rows' weights."""
        return float(self.rows.n) if self.rows.weight is None else float(self.rows.weight.sum())

    @cached_property
    def scale(self) -> float:
        """What the convention puts before the sum of losses."""
        return self.settings.scale(self.weight)

    @cached_property
    def reference(self) -> float:
        """The loss of the best constant output, which `tol` is relative to: it changes with the unit of y as the loss does."""
        every = slice(None, None, max(1, -(-self.rows.n // _SAMPLE)))
        y = self.rows.y[every]
        weight = np.ones(len(y)) if self.rows.weight is None else self.rows.weight[every]
        total = float(weight.sum())
        if total <= 0:
            return 0.0
        engine = NumpyEngine(self.settings.activation, self.settings.loss)
        with np.errstate(all="ignore"):
            constants = self._constants(y, weight) if self.settings.fit_intercept else [0.0]
            losses = [
                float((engine.rows(np.full_like(y, z), y)[0] * weight).sum()) / total for z in constants
            ]
        kept = [loss for loss in losses if loss > 0] or [0.0]
        return min(kept) * self.scale * self.weight

    def _constants(self, y: Floats, weight: Floats) -> list[float]:
        """Net inputs, one of which gives nearly the best constant output."""
        mean = float(np.average(y, weights=weight))
        if self.settings.loss == "log":
            mean = min(max(mean, 1e-12), 1 - 1e-12)
            return [float(np.log(mean / (1 - mean)))]
        if self.settings.activation == "identity":
            return [mean, float(np.median(y)), 0.0, 1.0, -1.0]
        return [mean, *np.linspace(-3.0, 3.0, 13)]

    @cached_property
    def steepness(self) -> float:
        """Largest second derivative of a row's loss."""
        y = self.rows.y
        return steepness(self.settings.activation, self.settings.loss, float(y.min()), float(y.max()))

    @property
    def knows_products(self) -> bool:
        """Whether `products` costs nothing any more."""
        return self._products is not None or "products" in vars(self)

    @cached_property
    def products(self) -> Scatter:
        """Mean products of the columns."""
        return self._products or scatter(self.rows, self.settings.fit_intercept)

    @cached_property
    def bowl(self) -> Bowl | None:
        """A parabola that curves at least as much as the loss, in any direction; None without curvature."""
        if self.steepness == 0.0 or self.rows.d > MAX_COLUMNS:
            return None
        factor = self.steepness * self.scale * self.weight
        matrix = self.products
        return matrix.bowl(factor, self.settings.l2) if np.isfinite(matrix.products).all() else None

    @property
    def parabola(self) -> bool:
        """Whether the loss is one."""
        return self.settings.activation == "identity" and self.settings.loss == "squared"

    def gain(self, point: Point) -> float:
        """What one well-scaled step would gain at least: never more than the gap. NaN where it is not known."""
        if self.bowl is None or not np.isfinite(point.gradient).all():
            return float("nan")
        return self.bowl.gain(point.gradient)

    def gap(self, point: Point) -> float:
        """How far the loss certainly is from the least one at most; infinite where nothing can be certified.

        Exact for a parabola; by duality for other convex losses; never more than the loss itself, for no loss is negative.
        """
        if not (np.isfinite(point.loss) and np.isfinite(point.gradient).all()):
            return float("inf")
        least = max(point.loss, 0.0)
        if self.parabola:
            return min(least, self.gain(point)) if self.resolved(point) else least
        found = conjugate(self.settings.activation, self.settings.loss)
        if found is None or least == 0.0 or not self.resolved(point):
            return least
        return min(least, self._duality_gap(point, found))

    def resolved(self, point: Point) -> bool:
        """Whether no slope is left along directions that look flat in floats, where a long way down might be."""
        if self.bowl is None:
            return False
        return self.bowl.lost(point.gradient) <= _FLAT * float(np.sqrt(2 * abs(point.loss)))

    def _duality_gap(self, point: Point, of: Conjugate) -> float:
        """Loss less a bound from below, from slopes that sum to 0 against every column.

        The slopes at the point do so up to the gradient. They are corrected as one Newton step would change them, which
        leaves those alone that are as steep as can be, and shortened until none is steeper.
        """
        rows, scale, l2 = self.rows, self.scale, self.settings.l2
        engine = NumpyEngine(self.settings.activation, self.settings.loss)
        bends = array_function(second_derivative(self.settings.activation, self.settings.loss))

        def bend(x: Floats, part: slice) -> Floats:
            z = x @ point.weights[:-1] + point.weights[-1]
            a = engine.output(z)
            values = {"z": z, "y": rows.y[part], "a": a, "e": rows.y[part] - a}
            return np.broadcast_to(np.asarray(bends(values), dtype=np.float64), z.shape)

        local = scatter(rows, self.settings.fit_intercept, weights=bend)
        step = local.bowl(scale * self.weight, l2).solve(point.gradient)
        worth, ends = array_function(of.value), [of.lowest, of.highest]
        limits = [array_function(end) for end in ends if end is not None]
        slopes = np.empty(rows.n)
        parts = [slice(at, at + self._height) for at in range(0, rows.n, self._height)]
        shorter = 1.0
        with one_blas_thread(), np.errstate(all="ignore"):
            for part in parts:
                x, y = seen(rows, part), rows.y[part]
                slope = engine.rows(x @ point.weights[:-1] + point.weights[-1], y)[1]
                slope = slope - bend(x, part) * (x @ step[:-1] + step[-1])
                counts = np.ones(len(y), dtype=bool) if rows.weight is None else rows.weight[part] > 0
                if limits:
                    low, high = (np.broadcast_to(limit({"y": y}), slope.shape) for limit in limits)
                    room = np.where(slope > 0, high, low)[counts] / slope[counts]
                    shorter = min(shorter, float(np.nanmin(room, initial=1.0)))
                slopes[part] = np.where(counts, slope, 0.0)
            slopes *= shorter
            partials = np.empty((len(parts), rows.d + 2))
            for block, part in enumerate(parts):
                x, y, slope = seen(rows, part), rows.y[part], slopes[part]
                weight = np.ones(len(y)) if rows.weight is None else rows.weight[part]
                partials[block, 0] = float((weight * worth({"s": slope, "y": y})).sum())
                partials[block, 1:-1] = (weight * slope) @ x
                partials[block, -1] = float(weight @ slope) if self.settings.fit_intercept else 0.0
            total = tree_sum(partials)
        left = scale * total[1:]
        # what rounding leaves of a sum that is 0 in exact arithmetic counts as 0
        sizes = scale * self.weight * np.sqrt(np.append(np.diag(self.products.products)[:-1], 1.0))
        free = slice(-1, None) if l2 else slice(None)
        if np.any(np.abs(left[free]) > 1e-9 * sizes[free]):
            return float("inf")
        penalty = float(left[:-1] @ left[:-1]) / (2 * l2) if l2 else 0.0
        return max(point.loss + scale * float(total[0]) + penalty, 0.0)

    @cached_property
    def _height(self) -> int:
        """Rows in a block."""
        return block_rows(self.rows.d, self.rows.X.itemsize)

    def reached(self, point: Point, tol: float) -> bool:
        """Whether the gap is certainly within `tol` times the reference."""
        enough = tol * self.reference
        if self.gain(point) > enough:  # the gap is no smaller
            return False
        return self.near(point, self.gap(point), tol)

    def near(self, point: Point, gap: float, tol: float) -> bool:
        """Whether a gap is within the tolerance; within nothing at all only where the loss is nothing, too."""
        return point.loss == 0 if tol == 0 else gap <= tol * self.reference

    def rounding(self, point: Point) -> float:
        """Below this, differences of the loss are rounding."""
        return _ROUNDING * abs(point.loss)

    def all_right(self, point: Point) -> bool:
        """Whether every row is on its right side, by itself and not by its margin alone."""
        middle = self.middle
        if middle is None:
            return False
        with one_blas_thread(), np.errstate(all="ignore"):
            for start in range(0, self.rows.n, self._height):
                part = slice(start, start + self._height)
                z = seen(self.rows, part) @ point.weights[:-1] + point.weights[-1]
                upper = self.rows.y[part] > middle
                counts = True if self.rows.weight is None else self.rows.weight[part] > 0
                right = (
                    np.where(upper, z >= 0, z < 0) if self.settings.rule else np.where(upper, z > 0, z < 0)
                )
                if not np.all(right | ~np.asarray(counts)):
                    return False
        return True

    @cached_property
    def middle(self) -> float | None:
        """Between the two targets of a classifier whose weights grow for ever (or stand still) once all is right."""
        ends = {"log": (0.0, 1.0), "perceptron": (-1.0, 1.0)}.get(self.settings.loss)
        ends = ends or _ENDS.get(self.settings.activation)
        if ends is None or (self.settings.l2 and ACTIVATIONS[self.settings.activation].slope is not None):
            return None
        y = self.rows.y
        return sum(ends) / 2 if bool(np.isin(y, ends).all()) and y.min() < y.max() else None


_ENDS = {"sigmoid": (0.0, 1.0), "tanh": (-1.0, 1.0), "step": (0.0, 1.0), "sign": (-1.0, 1.0)}
