"""The loss of an identity neuron as an exact parabola in weights and bias.

The squared loss of a linear neuron is J(v) = 1/2 v'Hv - g'v + k with v = (weights, bias). H, the Hessian, is the
factor before the gradient times the products of the columns, a column of ones for the bias included; so
everything that gradient descent will do can be said from H, g and the start.
"""

import math
from collections.abc import Sequence
from fractions import Fraction

from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import Expr
from deltarule.exercise import Exercise
from deltarule.formulas import CONVENTIONS
from deltarule.records import record

Vector = tuple[Fraction, ...]
Matrix = tuple[Vector, ...]


@record
class Quadratic:
    """J(v) = 1/2 v'Hv - g'v + k, exactly."""

    hessian: Matrix
    linear: Vector
    constant: Fraction

    def gradient(self, point: Sequence[Fraction]) -> Vector:
        """Slope of the loss at a point."""
        return tuple(dot(row, point) - g for row, g in zip(self.hessian, self.linear, strict=True))

    def value(self, point: Sequence[Fraction]) -> Fraction:
        """Loss at a point."""
        return (dot(self.gradient(point), point) - dot(self.linear, point)) / 2 + self.constant


def quadratic(exercise: Exercise, samples: Sequence[int] | None = None) -> Quadratic:
    """The squared loss of the identity neuron over `samples` (counted from 1; all of them if None)."""
    chosen = range(1, exercise.n_samples + 1) if samples is None else samples
    rows = [[cell.value for cell in exercise.features[i - 1]] for i in chosen]
    columns = [list(column) for column in zip(*rows, strict=True)]
    columns += [[Fraction(1)] * len(rows), [exercise.targets[i - 1].value for i in chosen]]
    factor = gradient_factor(exercise.convention, len(rows))
    products = [[factor * entry for entry in row] for row in _products(columns)]
    return Quadratic(
        tuple(tuple(row[:-1]) for row in products[:-1]),
        tuple(row[-1] for row in products[:-1]),
        products[-1][-1] / 2,
    )


def gradient_factor(convention: str, count: int) -> Fraction:
    """What stands before the sum in the gradient of the squared loss over `count` samples."""
    return _at(CONVENTIONS[convention].squared_gradient_factor, count)


def loss_factor(convention: str, count: int) -> Fraction:
    """What stands before the sum in the loss over `count` samples."""
    return _at(CONVENTIONS[convention].factor, count)


def dot(left: Sequence[Fraction], right: Sequence[Fraction]) -> Fraction:
    """Sum of products."""
    return sum((u * v for u, v in zip(left, right, strict=True)), Fraction(0))


def _at(factor: Expr, count: int) -> Fraction:
    value: Fraction = evaluate(factor, lambda _: Fraction(count))
    return value


def _products(columns: list[list[Fraction]]) -> list[list[Fraction]]:
    """Sums of products of every two columns; in whole numbers, which are several times as fast as fractions."""
    scales = [math.lcm(*(entry.denominator for entry in column)) for column in columns]
    whole = [
        [entry.numerator * (scale // entry.denominator) for entry in column]
        for column, scale in zip(columns, scales, strict=True)
    ]
    size = len(columns)
    table = [[Fraction(0)] * size for _ in range(size)]
    for p in range(size):
        for q in range(p + 1):
            total = sum(u * v for u, v in zip(whole[p], whole[q], strict=True))
            table[p][q] = table[q][p] = Fraction(total, scales[p] * scales[q])
    return table
