"""Compiled expressions against the same expressions evaluated node by node."""

from fractions import Fraction

import pytest

from deltarule.algebra.evaluate import evaluate
from deltarule.algebra.expr import Expr, Symbol, as_expr
from deltarule.algebra.program import program
from deltarule.formulas import system
from deltarule.trace import instance, neuron_arithmetic

A, B = Symbol("a"), Symbol("b")


def _formulas() -> list[Expr]:
    """All formulas of some neurons, written out for three samples with two features."""
    neurons = [
        system(),
        system("sigmoid", "log", "sum", change="subtracted"),
        system("tanh", convention="half-mean"),
        system(momentum="average", decay="gradient"),
    ]
    return [instance(each, (1, 2, 3), 2, 1) for neuron in neurons for each in neuron.equations]


@pytest.mark.parametrize("formula", _formulas())
def test_a_program_gives_what_the_tree_gives(formula: Expr) -> None:
    """At an exact point where every logarithm has a value."""
    values = {symbol: Fraction(k, 7 + k) for k, symbol in enumerate(dict.fromkeys(formula.symbols), 2)}
    ready = program(formula)
    assert ready is not None
    given = [values[symbol] for symbol in ready.symbols]
    assert ready.value(given, neuron_arithmetic().functions) == evaluate(
        formula, values.__getitem__, neuron_arithmetic()
    )


def test_long_fractions_stay_exact() -> None:
    """Beyond the length at which terms are brought to lowest terms on the way."""
    tree = A * B + A / B - A**3
    one, other = Fraction(10**200 + 1, 3**300), Fraction(-(7**250), 10**220 + 3)
    ready = program(tree)
    assert ready is not None
    assert ready.value([one, other], {}) == one * other + one / other - one**3


def test_a_division_by_zero_is_told() -> None:
    """As it is of the tree."""
    ready = program(A / (B - B))
    assert ready is not None
    with pytest.raises(ZeroDivisionError):
        ready.value([Fraction(1), Fraction(2)], {})


def test_an_exponent_that_is_no_small_number_is_not_compiled() -> None:
    """Its size has to be looked at each time."""
    assert program(A**B) is None
    assert program(A ** as_expr(Fraction(1, 2))) is None
