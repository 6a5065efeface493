"""The weights of least loss, exactly."""

from collections.abc import Sequence
from fractions import Fraction

from deltarule.algebra.linear import solution
from deltarule.diagnosis.quadratic import Quadratic, Vector, dot
from deltarule.records import record


@record
class Optimum:
    """Where a quadratic loss is least.

    Attributes
    ----------
    point : tuple of Fraction
        Weights, then bias. Of several such points the one closest to the start, which is where gradient
        descent goes: it never moves along a direction in which the loss is flat.
    rank : int
        In how many independent directions the loss rises from there.
    loss : Fraction
        The least loss.
    """

    point: Vector
    rank: int
    loss: Fraction

    @property
    def unique(self) -> bool:
        """Whether there is only one such point."""
        return self.rank == len(self.point)


def optimum(parabola: Quadratic, start: Sequence[Fraction]) -> Optimum:
    """Point of least loss closest to `start`."""
    pull = [-slope for slope in parabola.gradient(start)]
    rows = [list(row) for row in parabola.hessian]
    basis = _independent(rows)
    if len(basis) == len(rows):
        point = tuple(at + step for at, step in zip(start, solution(rows, pull), strict=True))
        return Optimum(point, len(rows), parabola.value(point))
    chosen = [rows[p] for p in basis]
    # the step lies in the span of the rows: step = chosen' u with (chosen chosen') u = pull
    gram = [[dot(left, right) for right in chosen] for left in chosen]
    shares = solution(gram, [pull[p] for p in basis])
    point = tuple(
        at + dot(shares, column) for at, column in zip(start, zip(*chosen, strict=True), strict=True)
    )
    return Optimum(point, len(basis), parabola.value(point))


def _independent(rows: list[list[Fraction]]) -> list[int]:
    """Positions of rows that span all rows."""
    basis: list[int] = []
    reduced: list[tuple[int, list[Fraction]]] = []
    for p, row in enumerate(rows):
        rest = row
        for pivot, known in reduced:
            if rest[pivot] != 0:
                share = rest[pivot]
                rest = [u - share * v for u, v in zip(rest, known, strict=True)]
        pivot = next((k for k, entry in enumerate(rest) if entry != 0), -1)
        if pivot >= 0:
            basis.append(p)
            reduced.append((pivot, [entry / rest[pivot] for entry in rest]))
    return basis
