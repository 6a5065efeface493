"""Numbers that came up between two sides of a chain: ``(0.64 - 1)·0.64·(1 - 0.64) = (-0.36)·0.23`` worked out two.

Each of them is a part of the side before it, worked out: a bracket, a factor, a product of some of the factors, a sum of some of
the terms. Where the part is found, what the number rounds is known.
"""

from collections.abc import Iterator, Sequence
from itertools import combinations

from deltarule.algebra.combination import is_numeric
from deltarule.algebra.expr import Expr, Number, Product, Sum

MAX_PARTS = 6  # factors or terms, of which every few are taken together
MAX_FOUND = 120


def came_up(first: Expr, second: Expr) -> list[Number]:
    """The numbers with a point in the second side that do not stand in the first."""
    given = {abs(node.value) for node in first.walk() if isinstance(node, Number)}
    return [
        node
        for node in second.walk()
        if isinstance(node, Number)
        and node.written is not None
        and node.written.places > 1
        and abs(node.value) not in given
    ]


def worked_parts(expr: Expr) -> Iterator[Expr]:
    """The parts of an expression that somebody may work out before the rest, itself among them."""
    count = 0
    for node in expr.walk():
        if isinstance(node, Number) or not is_numeric(node):
            continue
        for part in (node, *_groups(node)):
            yield part
            count += 1
            if count == MAX_FOUND:
                return


def _groups(node: Expr) -> Iterator[Expr]:
    """Some of the factors of a product, or of the terms of a sum."""
    if isinstance(node, Product):
        for some in _some(node.factors):
            yield Product(some)
    elif isinstance(node, Sum):
        for some in _some(node.terms):
            yield Sum(some)


def _some(parts: Sequence[Expr]) -> Iterator[tuple[Expr, ...]]:
    if len(parts) <= MAX_PARTS:
        for count in range(2, len(parts)):
            yield from combinations(parts, count)
