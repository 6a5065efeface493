"""Lines about a stated function, right as arithmetic: one with a number that does not belong there is found, others are left alone.

All pages are worked by hand in exact decimals; what is planted stands in the name of the case.
"""

import pytest

from deltarule import api
from deltarule.spans import Source


def _slips(page: str) -> list[tuple[int, str]]:
    report = api.check(Source("page.md", page)).report
    return [(slip.line, slip.code) for slip in report.slips]


_PARABOLA = """Minimise f(x) = 2x^2 - 8x + 1 from x_0 = 5 with learning rate 0.1.

f'(x) = 4x - 8

{first}
{second}
{third}
"""
_FIRST = "f'(x_0) = 4·5 - 8 = 12, x_1 = x_0 - 0.1·f'(x_0) = 5 - 0.1·12 = 3.8"
_SECOND = "f'(x_1) = 4·3.8 - 8 = 7.2, x_2 = x_1 - 0.1·f'(x_1) = 3.8 - 0.1·7.2 = 3.08"
_THIRD = "f'(x_2) = 4·3.08 - 8 = 4.32, x_3 = x_2 - 0.1·f'(x_2) = 3.08 - 0.1·4.32 = 2.648"


@pytest.mark.parametrize(
    ("second", "third", "found"),
    [
        (_SECOND, _THIRD, []),
        (
            "f'(x_1) = 4·3.5 - 8 = 6, x_2 = x_1 - 0.1·f'(x_1) = 3.8 - 0.1·6 = 3.2",  # 3.5 for 3.8
            "f'(x_2) = 4·3.2 - 8 = 4.8, x_3 = x_2 - 0.1·f'(x_2) = 3.2 - 0.1·4.8 = 2.72",
            [(6, "copying.operand")],
        ),
        (
            "f'(x_1) = 2·3.8 - 8 = -0.4, x_2 = x_1 - 0.1·f'(x_1) = 3.8 - 0.1·(-0.4) = 3.84",  # 2 for 4
            "f'(x_2) = 4·3.84 - 8 = 7.36, x_3 = x_2 - 0.1·f'(x_2) = 3.84 - 0.1·7.36 = 3.104",
            [(6, "formula.rule")],
        ),
        (
            "f'(x_1) = 4·3.8 + 8 = 23.2, x_2 = x_1 - 0.1·f'(x_1) = 3.8 - 0.1·23.2 = 1.48",  # a sign
            "f'(x_2) = 4·1.48 - 8 = -2.08, x_3 = x_2 - 0.1·f'(x_2) = 1.48 + 0.1·2.08 = 1.688",
            [(6, "sign.term")],
        ),
        (
            "f'(x_1) = 4·3.8 - 8 = 7.2, x_2 = x_1 - 0.1·f'(x_1) = 3.8 + 0.1·7.2 = 4.52",  # uphill
            "f'(x_2) = 4·4.52 - 8 = 10.08, x_3 = x_2 - 0.1·f'(x_2) = 4.52 - 0.1·10.08 = 3.512",
            [(6, "formula.direction")],
        ),
        (
            "f'(x_1) = 4·3.8 - 8 = 7.2, x_2 = x_1 - 0.1·f'(x_1) = 3.8 - 7.2 = -3.4",  # the rate left out
            "f'(x_2) = 4·(-3.4) - 8 = -21.6, x_3 = x_2 - 0.1·f'(x_2) = -3.4 + 0.1·21.6 = -1.24",
            [(6, "omission.factor")],
        ),
        (
            "f'(x_1) = 4·3.8 - 8 = 7.2, x_2 = x_1 - 0.1·f'(x_1) = 3.8 - 0.1·7.6 = 3.04",  # 7.6 for 7.2
            "f'(x_2) = 4·3.04 - 8 = 4.16, x_3 = x_2 - 0.1·f'(x_2) = 3.04 - 0.1·4.16 = 2.624",
            [(6, "copying.operand")],
        ),
    ],
    ids=["right", "point", "factor", "term", "direction", "rate", "slope"],
)
def test_a_line_of_a_descent(second: str, third: str, found: list[tuple[int, str]]) -> None:
    """What is wrong is found on its line and named; what follows from it is right."""
    assert _slips(_PARABOLA.format(first=_FIRST, second=second, third=third)) == found


def test_a_slope_by_one_of_two_variables() -> None:
    """The right one is 6·0.2 + 1.5 = 2.7."""
    page = """f(x, y) = x^2 + 3y^2 + xy, start (x_0, y_0) = (2, 1), step size 0.1

∂f/∂x = 2·2 + 1 = 5
∂f/∂y = 6·1 + 2 = 8
x_1 = 2 - 0.1·5 = 1.5
y_1 = 1 - 0.1·8 = 0.2

∂f/∂x = 2·1.5 + 0.2 = 3.2
∂f/∂y = 3·0.2 + 1.5 = 2.1
x_2 = 1.5 - 0.1·3.2 = 1.18
y_2 = 0.2 - 0.1·2.1 = -0.01
"""
    assert _slips(page) == [(9, "formula.rule")]


def test_a_slope_within_a_single_step() -> None:
    """The slope is 2·(5 - 3)."""
    page = r"$J(\theta) = (\theta - 3)^2$, $\theta = 5$, $\alpha = 0.2$:" + "\n\n"
    page += r"$\theta = 5 - 0.2 \cdot (5 - 3) = 4.6$"
    assert _slips(page) == [(3, "formula.factor")]


def test_who_goes_on_from_the_right_value_is_followed() -> None:
    """3.08 is right, 3.88 is written, and 3.08 is gone on from."""
    page = _PARABOLA.format(
        first=_FIRST,
        second="f'(x_1) = 4·3.8 - 8 = 7.2, x_2 = x_1 - 0.1·f'(x_1) = 3.8 - 0.1·7.2 = 3.88",
        third=_THIRD,
    )
    assert _slips(page) == [(6, "arithmetic.value")]


def test_a_value_at_the_end() -> None:
    """The sign of one term is another than in the function."""
    page = _PARABOLA.format(first=_FIRST, second=_SECOND, third="f(x_2) = 2·3.08^2 + 8·3.08 + 1 = 44.6128")
    assert _slips(page) == [(7, "sign.term")]


@pytest.mark.parametrize(
    "page",
    [
        # momentum: what is taken off is a velocity
        """f(w) = w^2, w = 5, learning rate 0.1, momentum 0.9

v = 0.9·0 + 10 = 10
w = 5 - 0.1·10 = 4
v = 0.9·10 + 8 = 17
w = 4 - 0.1·17 = 2.3
v = 0.9·17 + 4.6 = 19.9
w = 2.3 - 0.1·19.9 = 0.31
""",
        # another start, another rate
        """f(x) = x^2 - 2x, x_0 = 3, η = 0.1

x_1 = x_0 - η f'(x_0) = 3 - 0.1·4 = 2.6
x_2 = x_1 - η f'(x_1) = 2.6 - 0.1·3.2 = 2.28

With the start 6: x_1 = x_0 - η f'(x_0) = 6 - 0.1·10 = 5
""",
        # single samples of a sum
        """J(w) = (w - 1)^2 + (w - 4)^2, w = 0, η = 0.1

w = 0 - 0.1·(-2) = 0.2
w = 0.2 - 0.1·(-7.6) = 0.96
w = 0.96 - 0.1·(-0.08) = 0.968
""",
    ],
    ids=["velocity", "start", "samples"],
)
def test_what_is_no_plain_descent_is_left_alone(page: str) -> None:
    """What is worked otherwise throughout, or begins anew, is another exercise and no slip."""
    assert _slips(page) == []


@pytest.mark.parametrize(
    ("stated", "found"),
    [("2x + 4", []), ("2x + 2", ["formula.stated"]), ("x + 2", ["formula.stated"]), ("2x^2 + 4", [])],
)
def test_a_stated_derivative(stated: str, found: list[str]) -> None:
    """One thing wrong is a slip; more may be the derivative of something else."""
    page = f"Let f(x) = x^2 + 4x.\n\nf'(x) = {stated}\n\nf(3) = 3^2 + 4·3 = 21\n"
    assert [code for _, code in _slips(page)] == found


def test_more_digits_than_are_printed_are_gone_on_with() -> None:
    """The point is printed as 1.333 and worked with as 1.33333, and the next one as 1.06666."""
    page = """f(x) = 3x^2 - 4x, x_0 = 2, η = 1/12

f'(x_0) = 6·2 - 4 = 8, x_1 = x_0 - η f'(x_0) = 1.333
f'(x_1) = 6·1.33333 - 4 = 3.99998, x_2 = x_1 - η f'(x_1) = 1.33333 - 3.99998/12 = 1.0000
"""
    assert _slips(page) == []


@pytest.mark.parametrize(
    ("third", "found"),
    [
        ("x2 = 4 - 0.25·2 = 3.5", []),
        ("x2 = 4 - 2 = 2", [(7, "omission.factor")]),  # the rate
        ("x2 = -4 - 0.25·2 = -4.5", [(7, "sign.value")]),  # where it starts
        ("x2 = 4 - 0.75·2 = 2.5", []),  # another rate may be tried once
    ],
    ids=["right", "rate", "start", "other"],
)
def test_a_step_whose_rule_is_not_stated(third: str, found: list[tuple[int, str]]) -> None:
    """One step by the rate and the slope told before shows the rule: f' is 2x - 6."""
    page = f"""f(x) = x^2 - 6x, x0 = 5, learning rate 0.25

f'(5) = 2·5 - 6 = 4
x1 = 5 - 0.25·4 = 4

f'(4) = 2·4 - 6 = 2
{third}
"""
    assert _slips(page) == found


def test_steps_in_fractions() -> None:
    """With f' = 4x - 6 and a sixth as the rate: from 1 to 4/3, and then to 11/9; the rate is left out."""
    page = r"""$f(x)=2x^2-6x$, $x_0=1$, $\eta=\frac{1}{6}$:

$f'(x_0)=4\cdot 1-6=-2$

$x_1=1-\frac{1}{6}\cdot(-2)=\frac{4}{3}$

$f'(x_1)=4\cdot\frac{4}{3}-6=-\frac{2}{3}$

$x_2=\frac{4}{3}-\left(-\frac{2}{3}\right)=2$
"""
    assert _slips(page) == [(9, "omission.factor")]
