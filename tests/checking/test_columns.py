"""Aligned numbers under names that nobody knows: their making is found from the rows.

The numbers are worked out here, by loops in fractions of its own; the labels are words that mean nothing to the reader.
"""

import math
import random
from collections.abc import Callable
from fractions import Fraction

import pytest

from deltarule import api
from deltarule.report import Report
from deltarule.spans import Source
from deltarule.written import RoundingMode, decimal_text, rounded


def _report(text: str) -> Report:
    return api.check(Source("a.md", text)).report


def _shown(value: Fraction, places: int) -> str:
    return decimal_text(rounded(value, places, RoundingMode.HALF_UP), places)


def _statuses(text: str, line: int) -> list[str]:
    return [verdict.status.value for verdict in _report(text).verdicts if verdict.line == line]


def _parabola(rate: str) -> list[tuple[Fraction, Fraction]]:
    """The points and values of a descent on x^2 - 6x + 11 from 1."""
    x, found = Fraction(1), []
    for _ in range(7):
        found.append((x, x * x - 6 * x + 11))
        x -= Fraction(rate) * (2 * x - 6)
    return found


LOG = "f(x) = x^2 - 6x + 11, f'(x) = 2x - 6, {rate}\n\n```\n{rows}\n```\n"


@pytest.mark.parametrize("row", ["Zug {k}: Ort {x} Tiefe {f}", "{k}) {x} ; {f}", "[{k}] qq={x}; rr={f}"])
@pytest.mark.parametrize("rate", ["0.2", "0.05"])
def test_a_log_of_a_descent_is_confirmed_whatever_its_words(row: str, rate: str) -> None:
    """Points and values of a descent that a program prints under names of its own."""
    points = _parabola(rate)
    rows = [row.format(k=k, x=_shown(x, 6), f=_shown(f, 6)) for k, (x, f) in enumerate(points)]
    text = LOG.format(rate=f"learning rate {rate}", rows="\n".join(rows))
    report = _report(text)
    assert not report.slips
    right = [v for v in report.verdicts if v.line > 3 and v.status.value in ("right", "right-rounded")]
    assert len(right) >= 2 * len(points) - 2  # the start is given


def test_the_one_number_that_does_not_fit_is_a_slip() -> None:
    """A digit of one value is changed: that line is charged, and no other."""
    points = _parabola("0.2")
    rows = [f"Zug {k}: Ort {_shown(x, 6)} Tiefe {_shown(f, 6)}" for k, (x, f) in enumerate(points)]
    wrong = rows[3][:-2] + str((int(rows[3][-2]) + 4) % 10) + rows[3][-1]
    rows[3] = wrong
    report = _report(LOG.format(rate="learning rate 0.2", rows="\n".join(rows)))
    assert [slip.line for slip in report.slips] == [7]


def test_what_fits_nothing_is_no_slip() -> None:
    """Numbers that nobody knows the making of stay unjudged."""
    draw = random.Random(5)
    rows = [f"Zug {k}: {draw.randint(100, 999) / 100} und {draw.randint(100, 999) / 100}" for k in range(8)]
    report = _report(LOG.format(rate="learning rate 0.2", rows="\n".join(rows)))
    assert not report.slips


def test_a_table_whose_headings_say_nothing() -> None:
    """The third column is the sigmoid of the second, the fourth its distance from the first, the fifth that times the second."""
    rows = []
    for target, net in ((0, "0.35"), (1, "-1.2"), (1, "0.8"), (0, "2.1")):
        output = round(1 / (1 + math.exp(-float(net))), 6)
        error = Fraction(str(output)) - target
        rows.append(
            f"| {target} | {net} | {output:.6f} | {_shown(error, 6)} | {_shown(error * Fraction(net), 6)} |"
        )
    text = "Ein Blatt\n\n| Ä | Ö | Ü | Å | Ø |\n|---|---|---|---|---|\n" + "\n".join(rows) + "\n"
    report = _report(text)
    right = [v for v in report.verdicts if v.status.value in ("right", "right-rounded")]
    assert len(right) >= 3 * len(rows)
    assert not report.slips


def _regression(
    step: Callable[[Fraction, Fraction], tuple[Fraction, Fraction]], steps: int
) -> tuple[Fraction, Fraction]:
    w, b = Fraction(0), Fraction(0)
    for _ in range(steps):
        w, b = step(w, b)
        w, b = (Fraction(round(value * 10**30), 10**30) for value in (w, b))
    return w, b


def test_rows_far_apart_of_a_regression() -> None:
    """A log that prints every hundredth epoch, of data that are listed: followed from parameters of 0."""
    data = [(Fraction(x), Fraction(y)) for x, y in ((1, 2), (2, 5), (4, 9))]

    def step(w: Fraction, b: Fraction) -> tuple[Fraction, Fraction]:
        errors = [(w * x + b - y, x) for x, y in data]
        mean = Fraction(2, len(data))
        return w - Fraction("0.01") * mean * sum(e * x for e, x in errors), b - Fraction("0.01") * mean * sum(
            e for e, _ in errors
        )

    lines = []
    for epoch in (0, 100, 200, 300, 400):
        w, b = _regression(step, epoch + 1)
        lines.append(f"Runde {epoch:4} A {_shown(w, 5)} B {_shown(b, 5)}")
    text = "punkte = [[1, 2], [2, 5], [4, 9]], lr = 0.01\n\n```\n" + "\n".join(lines) + "\n```\n"
    report = _report(text)
    right = [v for v in report.verdicts if v.line > 3 and v.status.value in ("right", "right-rounded")]
    assert len(right) == 10
    assert not report.slips


def test_numbers_behind_one_another_within_a_line() -> None:
    """``1 → 2.2 → ...``: each a step from the one before."""
    path = " → ".join(_shown(x, 4) for x, _ in _parabola("0.3")[:5])
    report = _report(f"f(x) = x^2 - 6x + 11, f'(x) = 2x - 6, learning rate 0.3. So it goes {path}.\n")
    right = [v for v in report.verdicts if v.written in path.split(" → ")[1:]]
    assert len(right) == 4
    assert all(v.status.value in ("right", "right-rounded") for v in right)


@pytest.mark.parametrize(
    ("line", "status"),
    [
        ("$-0.5 \\geq 0$ is FALSE", "right"),
        ("-0.5 >= 0? No.", "right"),
        ("-0.5 >= 0, so the output is 0", "slip"),
        ("0.5 >= 0 is false", "unchecked"),
    ],
)
def test_a_comparison_that_is_denied(line: str, status: str) -> None:
    """What is said not to hold need not hold; a denial of what holds is not called wrong."""
    text = (
        "| x | t |\n|---|---|\n| 2 | 0 |\n| 1 | 1 |\n\nPerceptron, output 1 if z >= 0, else 0; learning rate 0.1; w = 0.2, b = -0.9\n\n"
        f"z_1 = 0.2·2 - 0.9 = -0.5\n\n{line}\n"
    )
    assert status in _statuses(text, 10)
