"""Rows of a run by name, held against what the document states: worked here by loops in fractions of their own."""

from collections.abc import Callable, Sequence
from fractions import Fraction
from itertools import pairwise

import pytest

from deltarule import api
from deltarule.report import Report
from deltarule.spans import Source
from deltarule.written import RoundingMode, decimal_text, rounded

Rows = list[tuple[Fraction, ...]]


def _report(text: str) -> Report:
    return api.check(Source("a.md", text)).report


def _shown(value: Fraction, places: int = 4) -> str:
    return decimal_text(rounded(value, places, RoundingMode.HALF_UP), places)


def _value(x: Fraction, y: Fraction) -> Fraction:
    return x * x + 3 * y * y - 2 * x


def _slopes(x: Fraction, y: Fraction) -> tuple[Fraction, Fraction]:
    return 2 * x - 2, 6 * y


def _descent(rate: Callable[[int], Fraction], beta: Fraction = Fraction(0), count: int = 8) -> Rows:
    """Points and values of a descent on x^2 + 3y^2 - 2x from (4, -1)."""
    x, y, u, v = Fraction(4), Fraction(-1), Fraction(0), Fraction(0)
    found: Rows = []
    for k in range(count):
        found.append((x, y, _value(x, y)))
        g, h = _slopes(x, y)
        u, v = beta * u + g, beta * v + h
        x, y = x - rate(k) * u, y - rate(k) * v
    return found


def _table(rows: Rows, settings: str, numbers: Sequence[int] | None = None) -> str:
    lines = [
        f"| {k if numbers is None else numbers[k]} | {' | '.join(map(_shown, row))} |"
        for k, row in enumerate(rows)
    ]
    head = "| k | x | y | f(x, y) |\n|---|---|---|---|\n"
    return f"f(x, y) = x^2 + 3y^2 - 2x\n\n{settings}\n\n{head}" + "\n".join(lines) + "\n"


FIRST_ROW = 7  # the line of the document in which the table's first row stands


def _slip_lines(text: str) -> list[int]:
    return sorted({slip.line for slip in _report(text).slips})


def test_a_descent_that_is_right_is_called_right() -> None:
    """All that follows the start is confirmed."""
    report = _report(_table(_descent(lambda k: Fraction(1, 10)), "η = 0.1"))
    assert not report.slips
    right = [v for v in report.verdicts if v.line > FIRST_ROW and v.status.value.startswith("right")]
    assert len(right) >= 3 * 7


@pytest.mark.parametrize("beta", [Fraction(0), Fraction(8, 10)])
def test_points_that_nobody_worked_out_are_wrong_from_there_on(beta: Fraction) -> None:
    """The first four points are worked out, the rest is made up: each of these rows is wrong by the numbers above it."""
    rows = _descent(lambda k: Fraction(1, 20), beta)
    made_up = [(x + Fraction(3 * k * k, 100), y + Fraction(k, 50)) for k, (x, y, _) in enumerate(rows)]
    rows[4:] = [(x, y, _value(x, y)) for x, y in made_up[4:]]
    settings = "η = 0.05" + (f", β = {_shown(beta, 1)}" if beta else "")
    assert _slip_lines(_table(rows, settings)) == [FIRST_ROW + k for k in range(4, 8)]


def test_values_that_nobody_worked_out_are_wrong_at_their_points() -> None:
    """The values of the first three points are worked out, the others are made up."""
    rows = _descent(lambda k: Fraction(1, 10))
    rows[3:] = [(x, y, value + Fraction(k, 10)) for k, (x, y, value) in enumerate(rows)][3:]
    assert _slip_lines(_table(rows, "η = 0.1")) == [FIRST_ROW + k for k in range(3, 8)]


def test_a_momentum_that_is_not_told_is_not_wrong() -> None:
    """The first step is that of a plain descent, and the others are not."""
    rows = _descent(lambda k: Fraction(1, 20), Fraction(8, 10))
    assert _slip_lines(_table(rows, "η = 0.05")) == []


def test_another_learning_rate_from_some_row_on_is_not_wrong() -> None:
    """Half the rate after three steps, which the page does not say."""
    rows = _descent(lambda k: Fraction(1, 10) if k < 3 else Fraction(1, 20))
    assert _slip_lines(_table(rows, "η = 0.1")) == []


def test_rows_that_are_left_out_are_not_wrong() -> None:
    """Every row up to the fourth, then the tenth and the twentieth."""
    rows, numbers = _descent(lambda k: Fraction(1, 10), count=21), [0, 1, 2, 3, 4, 10, 20]
    assert _slip_lines(_table([rows[k] for k in numbers], "η = 0.1", numbers)) == []


def test_a_value_before_the_update_beside_the_point_behind_it() -> None:
    """A program's log: what stands in a row belongs to two points."""
    rows = _descent(lambda k: Fraction(1, 10))
    log = [(*after[:2], before[2]) for before, after in pairwise(rows)]
    text = _table(log, "η = 0.1", list(range(1, 8))).replace("f(x, y) |\n", "loss |\n")
    assert _slip_lines(text) == []
    spoilt = log[:5] + [(x, y, value + Fraction(1, 2)) for x, y, value in log[5:]]
    text = _table(spoilt, "η = 0.1", list(range(1, 8))).replace("f(x, y) |\n", "loss |\n")
    assert _slip_lines(text) == [FIRST_ROW + 5, FIRST_ROW + 6]


DATA = [(Fraction(1), Fraction(3)), (Fraction(2), Fraction(5)), (Fraction(4), Fraction(7))]


def _fit(count: int = 6) -> Rows:
    """Weight, bias, mean squared error and its slopes on three points, rate 0.05."""
    w, b = Fraction(0), Fraction(0)
    found: Rows = []
    for _ in range(count):
        errors = [(w * x + b - t, x) for x, t in DATA]
        g = 2 * sum((e * x for e, x in errors), Fraction(0)) / 3
        h = 2 * sum((e for e, _ in errors), Fraction(0)) / 3
        found.append((w, b, sum((e * e for e, _ in errors), Fraction(0)) / 3, g, h))
        w, b = w - g / 20, b - h / 20
    return found


def _fit_table(rows: Rows) -> str:
    lines = [f"| {k} | {' | '.join(map(_shown, row))} |" for k, row in enumerate(rows)]
    data = "\n".join(f"| {x} | {t} |" for x, t in DATA)
    head = "| epoch | w | b | loss | ∂L/∂w | ∂L/∂b |\n|---|---|---|---|---|---|\n"
    return f"| x | y |\n|---|---|\n{data}\n\nη = 0.05, w = 0, b = 0\n\n{head}" + "\n".join(lines) + "\n"


def test_losses_and_slopes_of_a_neuron_that_nobody_worked_out() -> None:
    """Two rows are right; the others hold losses and slopes that fall by halves, and parameters that follow these."""
    rows = _fit()
    w, b, loss, g, h = rows[1]
    made_up = rows[:2]
    for _ in range(4):
        w, b, loss, g, h = w - g / 20, b - h / 20, loss * 3 / 4, g / 2, h / 2
        made_up.append((w, b, loss, g, h))
    first = (
        _fit_table(rows)
        .split("\n")
        .index(
            "| 0 | 0.0000 | 0.0000 | "
            + _shown(rows[0][2])
            + " | "
            + " | ".join(map(_shown, rows[0][3:]))
            + " |"
        )
        + 1
    )
    assert _slip_lines(_fit_table(rows)) == []
    assert set(_slip_lines(_fit_table(made_up))) >= {first + 2}
    assert min(_slip_lines(_fit_table(made_up))) == first + 2


def test_a_last_digit_off_is_not_told_as_another_value_of_the_function() -> None:
    """3.446 for 2.624²/2 = 3.4427: what the function gives with the start's other number, 8.44, is not what it should be."""
    rows = "| 0 | 4.000 | 1.000 | 13.000 |\n| 1 | 3.600 | 0.000 | 6.480 |\n| 2 | 3.240 | 0.000 | 5.249 |\n"
    rows += "| 3 | 2.916 | 0.000 | 4.252 |\n| 4 | 2.624 | 0.000 | 3.446 |\n| 5 | 2.362 | 0.000 | 2.790 |\n"
    text = f"f(w₁, w₂) = 0.5w₁² + 5w₂²\n\n| Step | w₁ | w₂ | Loss |\n|---|---|---|---|\n{rows}"
    assert not any(slip.expected.startswith("8.44") for slip in _report(text).slips)


_AHEAD = """f(x, y) = x^2 + 2y^2, learning rate 0.1

| k | x | y | df/dx | df/dy | new x | new y |
|---|---|---|---|---|---|---|
{rows}"""


@pytest.mark.parametrize(
    ("second", "third", "lines"),
    [
        (
            "| 1 | 4.0 | 1.8 | 8.00 | 7.20 | 3.20 | 1.08 |",
            "| 2 | 3.2 | 1.08 | 6.40 | 4.32 | 2.56 | 0.648 |",
            [],
        ),
        # the learning rate is left out: 1.8 - 7.2; the next row goes on from that
        (
            "| 1 | 4.0 | 1.8 | 8.00 | 7.20 | 3.20 | -5.4 |",
            "| 2 | 3.2 | -5.4 | 6.40 | -21.6 | 2.56 | -3.24 |",
            [6],
        ),
        # a slope of its own is wrong, and what follows from it is not
        (
            "| 1 | 4.0 | 1.8 | 8.00 | 3.60 | 3.20 | 1.44 |",
            "| 2 | 3.2 | 1.44 | 6.40 | 5.76 | 2.56 | 0.864 |",
            [6],
        ),
    ],
    ids=["right", "no rate", "slope"],
)
def test_columns_of_new_values_are_what_the_row_leads_to(second: str, third: str, lines: list[int]) -> None:
    """From (5, 3): slopes 2x and 4y, steps of a tenth of them."""
    rows = "\n".join(("| 0 | 5 | 3 | 10.00 | 12.00 | 4.0 | 1.8 |", second, third, ""))
    assert [slip.line for slip in _report(_AHEAD.format(rows=rows)).slips] == lines


def test_the_last_row_may_tell_the_point_alone() -> None:
    """From (2, 1) by tenths of (2x, 4y); the last y should be 0.216 · 0.6 = 0.1296."""
    text = """f(x,y) = x^2 + 2y^2, step 0.1
n\tx\ty\tf(x,y)
0\t2\t1\t6.0000
1\t1.6000\t0.6000\t3.2800
2\t1.2800\t0.3600\t1.8976
3\t1.0240\t0.2160\t1.1419
4\t0.8192\t0.1926\t
"""
    assert [slip.line for slip in _report(text).slips] == [7]


def test_who_goes_on_from_the_right_value_is_followed() -> None:
    """The value of row 2 is 1.28; 2.18 stands there, and the next rows go on from 1.28."""
    text = """f(x) = x^2, learning rate 0.1

| k | x | f(x) |
|---|---|---|
| 0 | 2 | 4 |
| 1 | 1.6 | 2.56 |
| 2 | 2.18 | 1.6384 |
| 3 | 1.024 | 1.0486 |
| 4 | 0.8192 | 0.6711 |
"""
    assert [slip.line for slip in _report(text).slips] == [7]


def test_a_slope_by_name_is_held_against_what_is_stated_of_it() -> None:
    """2 (x - 5) is -10, -7.6 and -5.78 at 0, 1.2 and 2.11; no row has it, and each goes on by what it prints."""
    text = "g(x) = (x - 5)^2\n\n∂g/∂x = 2(x - 5)\n\nα = 0.1\n\n" + "\n".join(
        f"Step {k}: x = {x} → ∂g/∂x = {slope} → x_new = {after}"
        for k, (x, slope, after) in enumerate(
            [("0", "-12.00", "1.20"), ("1.20", "-9.12", "2.11"), ("2.11", "-7.11", "2.82")], 1
        )
    )
    assert _slip_lines(text) == [7, 8, 9]
