"""How steeply a loss can curve on given data, and the learning rate that follows.

The second derivative of one row's loss by its net input is at most some number; that times the products of the columns
bounds the curvature of the loss everywhere. For squared loss with identity activation it *is* the curvature.
"""

from collections.abc import Callable
from functools import cached_property, lru_cache

import numpy as np
from numpy.typing import NDArray

from deltarule.algebra.derive import derive
from deltarule.algebra.expr import Expr, Symbol
from deltarule.errors import DataError
from deltarule.formulas import ACTIVATIONS
from deltarule.formulas.row import row
from deltarule.records import record
from deltarule.training.blas import one_blas_thread
from deltarule.training.engine import Floats, Rows, block_rows, tree_sum
from deltarule.training.engines.numpy_engine import array_function, seen
from deltarule.training.settings import Settings

MAX_COLUMNS = 2048  # more, and eigenvalues take longer than training
_Z = np.linspace(-20.0, 20.0, 40_001)  # where second derivatives are looked for
_MARGIN = 1 + 1e-6  # so that the largest one of a grid is a bound: the grid is 0.001 wide


@lru_cache(maxsize=64)
def steepness(activation: str, loss: str, lowest: float, highest: float) -> float:
    """Largest second derivative of a row's loss by its net input, for targets between two numbers; 0 without curvature.

    >>> steepness("identity", "squared", -1, 1)
    2.0
    >>> round(steepness("sigmoid", "log", 0, 1), 5)
    0.25
    """
    formulas = row(activation, loss)
    if formulas.rule:
        return 0.0
    worth, output = array_function(second_derivative(activation, loss)), array_function(formulas.output)
    found, steps = 0.0, 65 if loss == "huber" and activation != "identity" else 2
    for y in np.linspace(
        lowest, highest, steps
    ):  # a straight line in the target, but for the kinks of the Huber loss
        values = {"z": _Z, "y": np.full_like(_Z, y), "a": output({"z": _Z})}
        found = max(found, float(np.max(worth({**values, "e": values["y"] - values["a"]}))))
    return found if activation in ("identity", "relu") else found * _MARGIN


@lru_cache(maxsize=64)
def second_derivative(activation: str, loss: str) -> Expr:
    """Derivative of a row's slope by z: what z does itself, and what it does through the output and the error."""
    through = ACTIVATIONS[activation].slope
    assert through is not None
    if loss == "log":
        return through
    slope = row(activation, loss).slope
    by_z, by_a, by_e = (derive(slope, Symbol(name)) for name in ("z", "a", "e"))
    return by_z + by_a * through - by_e * through


@record
class Scatter:
    """Mean products of the columns as they are viewed, with a last column of ones (of zeros without intercept).

    Attributes
    ----------
    products : array of shape (d + 1, d + 1)
        Weighted mean of x x'.
    noise : array of shape (d + 1, d + 1), or None
        Weighted mean of abs(x)^2 x x'.
    """

    products: Floats
    noise: Floats | None

    @cached_property
    def trace(self) -> float:
        """Mean squared length of a row."""
        return float(np.trace(self.products))

    def bowl(self, factor: float, l2: float) -> "Bowl":
        """The curvature ``factor * products``, with `l2` for all weights but the bias."""
        matrix = factor * self.products
        at = np.arange(len(matrix) - 1)
        matrix[at, at] += l2
        return Bowl.of(matrix)

    def batch_curvature(self, batch_size: int) -> float:
        """What stands in for the largest eigenvalue when every update sees `batch_size` rows drawn at random.

        The largest eigenvalue of ``H^-1 [M / B + (1 - 1/B) H^2]``: below 2 divided by it (and by the second derivative)
        the error shrinks in the mean square, whatever it is.
        """
        assert self.noise is not None
        bowl = Bowl.of(self.products)
        kept = bowl.rises
        root = bowl.vectors[:, kept] * np.sqrt(bowl.values[kept])
        inverse = bowl.vectors[:, kept] / np.sqrt(bowl.values[kept]) / bowl.scales[:, None]
        spread = inverse.T @ self.noise @ inverse / batch_size
        mean = (1 - 1 / batch_size) * (root.T * bowl.scales**2) @ root
        return float(np.linalg.eigvalsh(spread + mean)[-1])


@record
class Bowl:
    """A curvature in the units of each weight, where every diagonal entry is 1: so columns of any scale keep their digits.

    Attributes
    ----------
    largest : float
        The largest curvature of all, in the weights' own units.
    scales : array
        Square roots of the diagonal; 1 where that is 0.
    values, vectors : arrays
        Eigenvalues of the scaled matrix, ascending, and their directions as columns.
    """

    largest: float
    scales: Floats
    values: Floats
    vectors: Floats

    @staticmethod
    def of(matrix: Floats) -> "Bowl":
        """The bowl of a symmetric matrix without negative eigenvalues."""
        scales = np.sqrt(np.diag(matrix))
        scales = np.where(scales > 0, scales, 1.0)
        values, vectors = np.linalg.eigh(matrix / scales[:, None] / scales)
        return Bowl(float(max(np.linalg.eigvalsh(matrix)[-1], 0.0)), scales, np.maximum(values, 0.0), vectors)

    @property
    def rises(self) -> NDArray[np.bool_]:
        """Which directions can be told from flat ones."""
        floor = len(self.values) * float(np.finfo(float).eps) * float(self.values[-1])
        return np.asarray(self.values > floor)

    def _along(self, gradient: Floats) -> Floats:
        """The gradient along each direction, in scaled units."""
        along: Floats = self.vectors.T @ (gradient / self.scales)
        return along

    def solve(self, gradient: Floats) -> Floats:
        """The step to the bottom; 0 along directions that rounding leaves of a flat one."""
        along = self._along(gradient)
        steps = np.divide(along, self.values, out=np.zeros_like(along), where=self.rises)
        result: Floats = (self.vectors @ steps) / self.scales
        return result

    def gain(self, gradient: Floats) -> float:
        """What the step to the bottom would gain."""
        return 0.5 * float((self._along(gradient)[self.rises] ** 2 / self.values[self.rises]).sum())

    def lost(self, gradient: Floats) -> float:
        """The largest part of the gradient along directions that cannot be told from flat ones, in scaled units."""
        return float(np.abs(self._along(gradient)[~self.rises]).max(initial=0.0))


def scatter(
    rows: Rows,
    fit_intercept: bool,
    *,
    noise: bool = False,
    weights: Callable[[Floats, slice], Floats] | None = None,
) -> Scatter:
    """Work out the mean products of the columns, in fixed blocks.

    Parameters
    ----------
    noise : bool
        With each row weighted by its squared length, too.
    weights : function or None
        Further weights of rows, from a block of them and its place; the mean stays that over the rows' own weights.
    """
    width, height = rows.d + 1, block_rows(rows.d, rows.X.itemsize)
    starts = range(0, rows.n, height)
    sums = np.zeros((len(starts), 2 if noise else 1, width, width))
    with one_blas_thread(), np.errstate(all="ignore"):
        for block, start in enumerate(starts):
            part = slice(start, min(start + height, rows.n))
            x = seen(rows, part)
            full = np.empty((len(x), width))
            full[:, :-1] = x
            full[:, -1] = 1.0 if fit_intercept else 0.0
            weighted = full if rows.weight is None else full * rows.weight[part, None]
            if weights is not None:
                weighted = weighted * weights(x, part)[:, None]
            sums[block, 0] = full.T @ weighted
            if noise:
                sums[block, 1] = full.T @ (weighted * np.einsum("ij,ij->i", full, full)[:, None])
        total = tree_sum(sums)
    weight = float(rows.n if rows.weight is None else rows.weight.sum())
    return Scatter(total[0] / weight, total[1] / weight if noise else None)


def check_range(rows: Rows, found: Scatter) -> None:
    """Refuse columns whose squares do not fit a float.

    Raises
    ------
    DataError
        Names the first such column.
    """
    sizes = np.diag(found.products)
    if not np.isfinite(sizes).all():
        j = int(np.flatnonzero(~np.isfinite(sizes))[0])
        name = f"column {j + 1} (counted from 1)" if rows.names is None else f"column {rows.names[j]!r}"
        raise DataError(
            f"{name} holds values whose squares do not fit a float",
            "divide the column by a large number",
        )
    if not np.isfinite(found.products).all() or (
        found.noise is not None and not np.isfinite(found.noise).all()
    ):
        raise DataError(
            "the columns hold values whose products do not fit a float", "divide them by a large number"
        )


def suggested_rate(rows: Rows, settings: Settings, mean_products: Scatter) -> float:
    """The learning rate for this data and batch size: one divided by the curvature that the updates meet.

    That is half the largest stable rate where the loss is a parabola, and certainly stable where it is none. Without
    curvature (hinge, perceptron) an update on one row changes its net input by about 1.
    """
    size = settings.batch_size
    batches = size is not None and size < rows.n
    steep = steepness(settings.activation, settings.loss, float(rows.y.min()), float(rows.y.max()))
    bowl, curvature = None, 0.0
    if steep == 0.0:
        steep, curvature = 1.0, mean_products.trace
    elif rows.d > MAX_COLUMNS:
        curvature = mean_products.trace
    elif batches:
        assert size is not None
        curvature = mean_products.batch_curvature(size)
    else:
        bowl = mean_products.bowl
    weight = rows.n if rows.weight is None else float(rows.weight.sum())
    together = 1.0 if settings.averaged and not settings.rule else float(size if batches and size else weight)
    factor = steep * together * (1.0 if settings.rule else settings.factor)
    curved = factor * curvature + settings.l2 if bowl is None else bowl(factor, settings.l2).largest
    if not 0 < curved < np.inf:
        return 1.0  # nothing but zeros (or what left the range of numbers): any rate does the same
    return 1.0 / curved
