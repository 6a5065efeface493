"""Values that a document gives itself: arrays against written-out sums, slopes against differences, and what must stay unchecked."""

from fractions import Fraction

import pytest

from deltarule import api
from deltarule.algebra.expr import Expr, Number, Power, Symbol, Vector
from deltarule.checking.origins.arrays import NoValueError, Value, inverse, times, transposed, worked
from deltarule.checking.origins.functions import Function, same_formula
from deltarule.findings import Status
from deltarule.reading.mathtext import parse
from deltarule.reading.tokens import tokens
from deltarule.spans import Source

X = tuple(tuple(map(Fraction, row)) for row in ((1, 2), (3, 4), (5, 6)))
V = (Fraction(7), Fraction(-1))


def _parsed(text: str) -> Expr:
    return parse(list(tokens(text, 0, len(text), latex=True)))[0]


def _statuses(text: str) -> list[Status]:
    return [verdict.status for verdict in api.check(Source("a.md", text)).report.verdicts]


def test_products_of_arrays_are_sums_of_products() -> None:
    """Row times column, written out by hand."""
    assert times(X, V) == (1 * 7 - 2, 3 * 7 - 4, 5 * 7 - 6)
    assert times(transposed(X), (Fraction(1), Fraction(0), Fraction(2))) == (1 + 10, 2 + 12)
    assert times(V, V) == 50
    assert times(Fraction(1, 2), V) == (Fraction(7, 2), Fraction(-1, 2))
    assert times(transposed(X), X) == ((35, 44), (44, 56))


def test_the_inverse_undoes_its_matrix() -> None:
    """A matrix times its inverse is the identity; one without full rank has none."""
    matrix: Value = tuple(tuple(map(Fraction, row)) for row in ((5, 1), (1, 2)))
    assert times(matrix, inverse(matrix)) == ((1, 0), (0, 1))
    with pytest.raises(NoValueError):
        inverse(((Fraction(1), Fraction(2)), (Fraction(2), Fraction(4))))


@pytest.mark.parametrize("right", [(Fraction(1),), (Fraction(1), Fraction(2), Fraction(3))])
def test_shapes_that_do_not_fit_have_no_value(right: Value) -> None:
    """Nothing is made up for vectors of other sizes."""
    with pytest.raises(NoValueError):
        times(X, right)


def test_a_formula_is_worked_with_arrays() -> None:
    """``X^T (X w - y)`` for one small data set."""
    known: dict[str, Value] = {
        "X": X,
        "w": V,
        "y": (Fraction(1), Fraction(1), Fraction(1)),
        "T": transposed(X),
    }
    residual = worked(_parsed("X w - y"), lambda symbol: known[symbol.name])
    assert residual == (4, 16, 28)
    assert worked(
        Vector((Number(Fraction(2)), Power(Number(Fraction(3)), Number(Fraction(2))))), lambda _: V
    ) == (2, 9)


@pytest.mark.parametrize(
    "text", ["x^2 - 4x + 3", "x^4", "3x^3 - x/2", "(x - 5)^2", "\\frac{1}{2}x^2", "2(x - 1)(x + 3)"]
)
def test_slopes_are_limits_of_differences(text: str) -> None:
    """The derivative against a central difference, exact up to the square of the step."""
    x = Symbol("x")
    function = Function("f", (x,), _parsed(text))
    slope = function.slope(x)
    assert slope is not None
    step = Fraction(1, 10**6)
    for at in (Fraction(-2), Fraction(1, 3), Fraction(5)):
        difference = (function.at({x: at + step}) - function.at({x: at - step})) / (2 * step)
        assert abs(slope.at({x: at}) - difference) < Fraction(1, 10**8)


def test_formulas_are_the_same_where_their_values_are() -> None:
    """Terms collected in another way are the same formula; a wrong constant is not."""
    b = Symbol("b")
    assert same_formula(_parsed("(b - 2) + (b - 5)"), _parsed("2b - 7"), (b,)) is True
    assert same_formula(_parsed("(b - 2) + (b - 5)"), _parsed("2b + 7"), (b,)) is False


def test_a_bare_value_without_origin_stays_unchecked() -> None:
    """A number from nowhere is not called right, and not wrong."""
    assert _statuses("$x_1 = 3.217$\n") == [Status.UNCHECKED]
    assert _statuses("f(x) = x^2\n\n$x_0 = 3$, $q = 8.81$\n")[-1] is Status.UNCHECKED


def test_a_step_is_held_against_the_functions_own_slope() -> None:
    """x - 0.25 (2x - 2) from 5 is 3; from 3 it is 2. A value that no step gives is not called right."""
    start = "f(x) = x^2 - 2x\n\nlearning rate 0.25\n\n$x_0 = 5$\n\n"
    assert _statuses(start + "$x_1 = 3.0$\n\n$x_2 = 2.0$\n")[-2:] == [Status.RIGHT, Status.RIGHT]
    assert _statuses(start + "$x_1 = 3.5$\n")[-1] is Status.UNCHECKED


def test_beyond_the_budget_of_origins_a_value_stays_unchecked(monkeypatch: pytest.MonkeyPatch) -> None:
    """What follows from the document is right; where no more may be asked, nothing is said of it, right or wrong."""
    text = "$v = 3 a$\n\n$a = 2$\n\n$v = {}$\n"
    assert _statuses(text.format("6"))[-1] is Status.RIGHT
    monkeypatch.setattr("deltarule.checking.origins.trace.MAX_ORIGINS", 0)
    assert _statuses(text.format("6"))[-1] is Status.UNCHECKED
    assert _statuses(text.format("7"))[-1] is Status.UNCHECKED
