"""Tables without working, held against the formulas that stand above them: worked here by loops in fractions of their own."""

from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest

from deltarule import api
from deltarule.report import Report
from deltarule.spans import Source
from deltarule.written import RoundingMode, decimal_text, rounded


def _report(text: str, name: str = "a.md") -> Report:
    return api.check(Source(name, text)).report


def _slips(text: str, name: str = "a.md") -> list[tuple[int, str, str]]:
    return [(slip.line, slip.written, slip.expected) for slip in _report(text, name).slips]


def _shown(value: Fraction, places: int = 3) -> str:
    return decimal_text(rounded(value, places, RoundingMode.HALF_UP), places)


SAMPLES = [
    (Fraction(6, 5), Fraction(7, 10)),
    (Fraction(-4, 5), Fraction(3, 2)),
    (Fraction(1, 2), Fraction(-1)),
    (Fraction(2), Fraction(1, 5)),
]
HEAD = "Neurona lineal: y = w x + b, e = d - y, w = w + η e x, b = b + η e, η = 0.2.\nInicio: w = 0.4, b = -0.1.\n\n"


def _online(
    spoil: Callable[[int, dict[str, Fraction]], None] | None = None, places: int = 3
) -> list[list[str]]:
    """Rows of an LMS run from w = 0.4, b = -0.1 at 0.2; `spoil` changes what a row tells, and what is worked on with."""
    w, b = Fraction(2, 5), Fraction(-1, 10)
    rows = []
    for k, (x, d) in enumerate(SAMPLES, 1):
        y = w * x + b
        e = d - y
        w, b = w + Fraction(1, 5) * e * x, b + Fraction(1, 5) * e
        told = {"x": x, "d": d, "y": y, "e": e, "w": w, "b": b}
        if spoil is not None:
            spoil(k, told)
            w, b = told["w"], told["b"]
        rows.append([str(k), *(_shown(each, places) for each in told.values())])
    return rows


def _table(rows: Sequence[Sequence[str]], head: str, separator: str) -> str:
    return "\n".join(separator.join(row) for row in (head.split(), *rows)) + "\n"


FIRST = 5  # the line of a first row below HEAD and the names of the columns


@pytest.mark.parametrize("places", [2, 3, 5])
def test_a_table_whose_author_keeps_all_digits_is_right(places: int) -> None:
    """What is carried unrounded from row to row fits its formulas, however few places are shown."""
    text = HEAD + _table(_online(places=places), "k x d y e w b", "\t")
    assert _slips(text) == []


def test_the_input_is_left_out_of_one_update() -> None:
    """The rate times the error alone is added once; what follows is worked with that weight, and right."""

    def spoil(k: int, told: dict[str, Fraction]) -> None:
        if k == 2:  # w was 0.4 + 0.2 · 0.32 · 1.2 = 0.4768
            told["w"] = Fraction(4768, 10000) + Fraction(1, 5) * told["e"]

    rows = _online(spoil)
    found = _slips(HEAD + _table(rows, "k x d y e w b", "\t"))
    assert [(line, written) for line, written, _ in found] == [(FIRST + 1, rows[1][5])]


def test_one_wrong_sign_that_the_author_does_not_go_on_with() -> None:
    """The next rows are worked with the right number: only the printed one is wrong."""
    rows = _online()
    right = rows[2][6]
    rows[2][6] = right.lstrip("-") if right.startswith("-") else f"-{right}"
    found = _slips(HEAD + _table(rows, "k x d y e w b", "\t"))
    assert [(line, written) for line, written, _ in found] == [(FIRST + 2, rows[2][6])]


def test_rows_that_follow_another_rule_are_not_held_against_it() -> None:
    """Most rows take half of the stated rate: nobody says which of the two is meant."""
    w, b = Fraction(2, 5), Fraction(-1, 10)
    rows = []
    for k, (x, d) in enumerate(SAMPLES, 1):
        y = w * x + b
        e = d - y
        w, b = w + Fraction(1, 10) * e * x, b + Fraction(1, 10) * e
        rows.append([str(k), *map(_shown, (x, d, y, e, w, b))])
    assert _slips(HEAD + _table(rows, "k x d y e w b", "\t")) == []


def _momentum(start: Fraction = Fraction(5)) -> list[list[Fraction]]:
    x, v = start, Fraction(0)
    rows = []
    for _ in range(5):
        g = 2 * (x + 1)
        v = Fraction(1, 2) * v + g
        x -= Fraction(1, 10) * v
        rows.append([g, v, x])
    return rows


OF_SQUARE = (
    "Minimise (x + 1)^2 with f'(x) = 2(x + 1): v = 0.5 v + f'(x), x = x - 0.1 v, from x = 5 and v = 0.\n\n"
)


def test_a_velocity_with_two_digits_exchanged() -> None:
    """``v`` goes on from what it was, and x from the new v."""
    rows = [[str(k), *map(_shown, row)] for k, row in enumerate(_momentum(), 1)]
    assert rows[3][2] == "10.764"
    rows[3][2] = "10.746"
    text = OF_SQUARE + _table(rows, "step f'(x) v x", "\t")
    assert _slips(text) == [(7, "10.746", "10.764")]


def test_rows_left_out_are_not_stepped_over() -> None:
    """Behind dots the next row is no single step from the last one told."""
    rows = [[str(k), *map(_shown, row)] for k, row in enumerate(_momentum(), 1)]
    text = OF_SQUARE + _table([*rows[:3], ["...", "...", "...", "..."], rows[4]], "step f'(x) v x", "\t")
    assert _slips(text) == []


def test_the_row_of_the_start_is_no_step() -> None:
    """A row counted 0 tells what the run begins with."""
    rows = [["0", "", "0", "5"], *([str(k), *map(_shown, row)] for k, row in enumerate(_momentum(), 1))]
    assert _slips(OF_SQUARE + _table(rows, "step f'(x) v x", "\t")) == []


POINTS = [(Fraction(1), Fraction(2)), (Fraction(3), Fraction(5)), (Fraction(4), Fraction(4))]


def _epochs(count: int = 5) -> list[list[Fraction]]:
    """Weights in front of what is worked with them: descent on half the mean square at 0.05 from (0, 0)."""
    w = b = Fraction(0)
    rows = []
    for _ in range(count):
        errors = [w * x + b - y for x, y in POINTS]
        cost = sum((e * e for e in errors), Fraction(0)) / 6
        by_w = sum((e * x for e, (x, _) in zip(errors, POINTS, strict=True)), Fraction(0)) / 3
        by_b = sum(errors, Fraction(0)) / 3
        rows.append([w, b, cost, by_w, by_b])
        w, b = w - Fraction(1, 20) * by_w, b - Fraction(1, 20) * by_b
    return rows


SHEET = "rate\t0.05\nx\t1\t3\t4\ny\t2\t5\t4\n\ndJ/dw = (1/m)*sum((w*x+b-y)*x)\ndJ/db = (1/m)*sum(w*x+b-y)\n\n"


def test_a_sheet_with_its_data_in_rows() -> None:
    """``x | 1 | 3 | 4`` are the inputs of three samples, and sums run over them."""
    rows = [[str(k), *(_shown(each, 4) for each in row)] for k, row in enumerate(_epochs())]
    text = SHEET + _table(rows, "epoch w b J dJ/dw dJ/db", "\t")
    assert _slips(text) == []
    rows[2][4] = rows[2][4].removeprefix("-")
    text = SHEET + _table(rows, "epoch w b J dJ/dw dJ/db", "\t")
    assert [(line, written) for line, written, _ in _slips(text)] == [(11, rows[2][4])]


def test_a_rate_that_shrinks_by_its_own_formula() -> None:
    """``η_k = 0.6/k``, shown rounded, and the weights worked with all of its digits."""
    w = Fraction(3, 10)
    rows = []
    for k, (x, d) in enumerate(SAMPLES, 1):
        eta = Fraction(3, 5) / k
        y = w * x
        w += eta * (d - y) * x
        rows.append([str(k), *map(_shown, (x, d, eta, y, d - y, w))])
    head = "Unit y = w·x with η_k = 0.6/k in step k = 1, 2, 3, 4; w ← w + η_k(d − y)x from w = 0.3.\n\n"
    names = "| k | x | d | η_k | y | d − y | w |\n|---|---|---|---|---|---|---|\n"
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    assert _slips(head + names + table) == []
    rows[1][3] = "0.030"
    table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
    assert _slips(head + names + table) == [(6, "0.030", "0.3")]


@pytest.mark.parametrize("heading", ["plain: w | heavy: v | heavy: w", "w (plain) | v (heavy) | w (heavy)"])
def test_two_runs_side_by_side(heading: str) -> None:
    """Each group of columns is a run of its own, with the steps that are counted for both."""
    w, h, v = Fraction(2), Fraction(2), Fraction(0)
    rows = [["0", "2", "0", "2"]]
    for k in range(1, 6):
        w -= Fraction(1, 10) * 3 * w
        v = Fraction(4, 5) * v + 3 * h
        h -= Fraction(1, 10) * v
        rows.append([str(k), _shown(w), _shown(v), _shown(h)])
    head = "f(w) = 1.5w^2, f'(w) = 3w, w = 2 at first, η = 0.1. Heavy: v = 0.8 v + f'(w), w = w - η v.\n\n"

    def text() -> str:
        table = "".join(f"| {' | '.join(row)} |\n" for row in rows)
        return f"{head}| k | {heading} |\n|---|---|---|---|\n{table}"

    assert _slips(text()) == []
    rows[4][3], right = _shown(-Fraction(rows[4][3])), rows[4][3]
    assert [(line, written) for line, written, _ in _slips(text())] == [(9, rows[4][3])]
    rows[4][3], rows[3][1] = right, "0.886"
    assert [(line, written) for line, written, _ in _slips(text())] == [(8, "0.886")]


FIXED = """Perceptron for OR: threshold θ = 0.3, rate α = 0.1.
Y = step(x1*w1 + x2*w2 - θ); e = d - Y; w = w + α*x*e

Epoch   Inputs   Wanted   Initial weights   Actual   Error   Final weights
        x1  x2   d        w1     w2         Y        e       w1     w2
1       0   0    0        0.2    0.1        0        0       0.2    0.1
        0   1    1        0.2    0.1        0        1       0.2    0.2
        1   0    1        0.2    0.2        0        1       0.3    0.2
        1   1    1        0.3    0.2        1        0       0.3    0.2
2       0   0    0        0.3    0.2        0        0       0.3    0.2
        0   1    1        0.3    0.2        0        1       0.3    0.3
        1   0    1        0.3    0.3        1        0       0.3    0.3
        1   1    1        0.3    0.3        1        0       0.3    0.3
"""


def test_columns_that_blanks_set_with_cells_left_empty() -> None:
    """Two lines of headings, and the epoch only in front of its first row."""
    assert _slips(FIXED, "a.txt") == []
    wrong = FIXED.replace("0        1       0.3    0.3\n", "0        1       0.3    3\n", 1)
    assert [(line, written) for line, written, _ in _slips(wrong, "a.txt")] == [(11, "3")]


def test_a_change_that_prose_tells() -> None:
    """``each weight changes by η(t - o)x_i`` says what the new weights are."""
    weights = [Fraction(1, 2), Fraction(-3, 10), Fraction(2, 5)]
    rows = []
    for _ in range(2):
        for a in (1, -1):
            for b in (1, -1):
                s = weights[0] + weights[1] * a + weights[2] * b
                o, t = (1 if s >= 0 else -1), (1 if a == b == 1 else -1)
                weights = [w + Fraction(1, 5) * (t - o) * x for w, x in zip(weights, (1, a, b), strict=True)]
                rows.append([1, a, b, t, s, o, *weights])

    def text() -> str:
        body = "".join(f"| {' | '.join(map(_plain, row))} |\n" for row in rows)
        return (
            "Bipolar AND, o = sign(s), s = w0 + w1 x1 + w2 x2 with w0 = 0.5, w1 = -0.3, w2 = 0.4, η = 0.2; "
            "each weight changes by η(t - o)x_i.\n\n"
            "| x0 | x1 | x2 | t | s | o | w0 | w1 | w2 |\n|---|---|---|---|---|---|---|---|---|\n" + body
        )

    assert _slips(text()) == []
    rows[5][7] += Fraction(1)
    assert [line for line, *_ in _slips(text())] == [5 + 5]


def _plain(value: Fraction | int) -> str:
    return str(int(value)) if Fraction(value).denominator == 1 else _shown(Fraction(value), 1)


def test_a_product_of_columns_that_show_fewer_digits_than_it_is_worked_with() -> None:
    """``(p - y) x`` over a rounded ``p - y``: 0.710 · 2.1 is 1.491, and 1.492 with all digits of p."""
    head = "| i | x | y | p | p - y | (p - y) x |\n|---|---|---|---|---|---|\n"
    rows = "| 1 | 2.1 | 0 | 0.710 | 0.710 | 1.492 |\n| 2 | 1.7 | 0 | 0.679 | 0.679 | 1.154 |\n| 3 | 1.6 | 1 | 0.671 | -0.329 | -0.526 |\n"
    assert _slips("Logistic regression, p is the output.\n\n" + head + rows) == []
    wrong = rows.replace("1.154", "1.145")
    found = _slips("Logistic regression, p is the output.\n\n" + head + wrong)
    assert [(line, written) for line, written, _ in found] == [(6, "1.145")]
