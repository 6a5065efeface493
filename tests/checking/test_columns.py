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


def _lines_of_slips(text: str) -> list[int | None]:
    return [slip.line for slip in _report(text).slips]


def test_a_slope_told_with_a_wrong_sign_is_a_slip_though_the_next_point_follows_from_it() -> None:
    """E'(v) = 6(v - 1) at 0.7 is -1.8; 1.800 stands there, and the next point is 0.7 - 0.1 * 1.8 = 0.520."""
    rows = ["0 | 3 | 12.5 | 12.000", "1 | 1.800 | 2.420 | 4.800", "2 | 1.320 | 0.807 | 1.920"]
    rows += ["3 | 1.128 | 0.549 | 0.768", "4 | 1.051 | 0.508 | -0.306", "5 | 1.082 | 0.520 | 0.492"]
    text = "E(v) = 3*(v - 1)^2 + 0.5, E'(v) = 6*(v - 1), start 3, step 0.1\n\n"
    text += "| n | v | E | E'(v) |\n|---|---|---|---|\n" + "".join(f"| {row} |\n" for row in rows)
    assert _lines_of_slips(text) == [9]


def test_a_distance_the_other_way_round_in_one_row_is_a_slip() -> None:
    """Three rows tell qq - tt; one of the second table tells tt - qq, which is right by itself."""
    head = "aa\ttt\tqq\tdd\tss\n"
    first = [
        "1.5\t0.7\t1.275\t0.575\t0.3306",
        "-2\t1.9\t-1.7\t-3.6\t12.96",
        "3.5\t-0.4\t2.975\t3.375\t11.3906",
    ]
    second = [
        "1.5\t0.7\t0.963\t0.263\t0.0692",
        "-2\t1.9\t-1.284\t3.184\t10.1379",
        "3.5\t-0.4\t2.247\t2.647\t7.0066",
    ]
    text = f"Runde eins\n{head}" + "\n".join(first) + f"\n\nRunde zwei\n{head}" + "\n".join(second) + "\n"
    assert _lines_of_slips(text) == [10]


def _products(shown: Callable[[int, Fraction], Fraction]) -> str:
    """Lines whose last number is three times the one before, but for what is `shown`."""
    numbers = [Fraction(n, 1000) for n in (2713, -1389, 847, -3305, 1961, 4127, -2218)]
    pairs = [(_shown(n, 3), _shown(shown(k, 3 * n), 3)) for k, n in enumerate(numbers)]
    return "\n".join(f"Zug {k}: gg {one}, hh {other}" for k, (one, other) in enumerate(pairs)) + "\n"


def test_a_factor_that_all_rows_but_one_share() -> None:
    """Nothing tells the three; six rows show it, and one has another sign."""
    assert _lines_of_slips(_products(lambda k, value: -value if k == 2 else value)) == [3]


@pytest.mark.parametrize(
    "shown",
    [
        lambda k, value: max(value, Fraction(0)),  # below zero nothing goes on
        lambda k, value: min(max(value, Fraction(-5)), Fraction(5)),  # bounds
        lambda k, value: value if value > 0 else value / 2,  # another case of the rule
    ],
)
def test_a_rule_with_cases_makes_no_slips(shown: Callable[[int, Fraction], Fraction]) -> None:
    """What another case of a rule gives is not wrong."""
    assert not _lines_of_slips(_products(lambda k, value: shown(k, value)))


@pytest.mark.parametrize("k", [3, 6])
def test_a_run_that_begins_anew_is_no_slip(k: int) -> None:
    """Points of a descent: from one row on another run goes from where it likes."""
    points = _parabola("0.2")
    rows = [f"Zug: Ort {_shown(x, 6)} Tiefe {_shown(f, 6)}" for x, f in points]
    moved = [f"Zug: Ort {_shown(x, 6)} Tiefe {_shown(f, 6)}" for x, f in points]
    rows[k:] = moved[: len(rows) - k]
    assert not _lines_of_slips(LOG.format(rate="learning rate 0.2", rows="\n".join(rows)))


def test_a_point_of_a_descent_on_listed_samples() -> None:
    """Half the mean of squares on two samples that bars set apart from their targets; the third bias has a wrong digit."""
    data, targets = [(Fraction(1), Fraction(2)), (Fraction(3), Fraction(-1))], [Fraction(2), Fraction(1)]
    w, b, rows = [Fraction(0), Fraction(0)], Fraction(0), []
    for step in range(8):
        told = [*w, b]
        if step == 3:
            b += Fraction(3, 10)
            told = [*w, b]
        rows.append("; ".join(_shown(number, 4) for number in told))
        errors = [
            sum((a * c for a, c in zip(w, x, strict=True)), b - t) for x, t in zip(data, targets, strict=True)
        ]
        slopes = [sum((e * x[j] for e, x in zip(errors, data, strict=True)), Fraction(0)) / 2 for j in (0, 1)]
        w = [a - Fraction(1, 20) * s for a, s in zip(w, slopes, strict=True)]
        b -= Fraction(1, 20) * sum(errors, Fraction(0)) / 2
    text = "Samples (1, 2 | 2); (3, -1 | 1). Learning rate 0.05.\n\n" + "".join(
        f"- round {k}: {row}\n" for k, row in enumerate(rows)
    )
    assert _lines_of_slips(text) == [6]


def test_a_column_that_goes_on_by_a_factor_and_a_constant() -> None:
    """x - 5 times 0.875 from row to row, and y with a share of x: borne out by the rows alone, and nothing is refuted."""
    x, y, rows = Fraction(45), Fraction(-7), []
    for number in range(12):
        rows.append(f"{number} [{_shown(x, 8)} {_shown(y, 8)}]")
        x, y = Fraction(7, 8) * (x - 5) + 5, Fraction(3, 4) * y + Fraction(1, 10) * x - 2
    text = "\n".join(rows) + "\n"
    report = _report(text)
    assert not report.slips
    assert sum(verdict.status.value.startswith("right") for verdict in report.verdicts) == 22
    rows[6] = rows[6].replace("[", "[1")
    assert not _report("\n".join(rows) + "\n").slips


def test_numbers_that_change_anyhow_have_no_factor() -> None:
    """What follows no law stays as it is."""
    draw = random.Random(7)
    rows = [f"{k} [{draw.uniform(1, 90):.6f} {draw.uniform(-40, 40):.6f}]" for k in range(12)]
    assert not [v for v in _report("\n".join(rows) + "\n").verdicts if v.status.value.startswith("right")]


def test_a_step_printed_in_front_of_what_it_leads_to() -> None:
    """The step is the old number less the new one."""
    old, rows = Fraction(2), []
    for _ in range(6):
        step = Fraction(-3, 100) * (7 - old)
        rows += [
            f"Stride: {_shown(step, 4)},",
            f"  Old place: {_shown(old, 4)},",
            f"  New place: {_shown(old - step, 4)}",
        ]
        old -= step
    text = "\n".join(rows) + "\n"
    assert not _report(text).slips
    assert all("right" in " ".join(_statuses(text, line)) for line in range(1, 18, 3))


def test_lines_that_differ_in_the_index_of_their_step_are_rows() -> None:
    """v_2, v_3, ...: what stands behind them is one column, here 0.6 over the number in front of it."""
    roots = ["4.36", "5.21", "5.86", "6.41", "6.93"]
    rows = [
        f"- $v_{k + 2}$ with root $\\approx {root}$, effective pace $\\approx {_shown(Fraction(6, 10) / Fraction(root), 4)}$"
        for k, root in enumerate(roots)
    ]
    text = "learning rate 0.6\n\n" + "\n".join(rows) + "\n"
    assert not _report(text).slips
    assert all("right" in " ".join(_statuses(text, line)) for line in range(3, 8))
