"""Logs of a run, held against what the document tells: worked here by loops in fractions of their own."""

from collections.abc import Callable, Sequence
from fractions import Fraction

import pytest

from deltarule import api
from deltarule.report import Report
from deltarule.spans import Source
from deltarule.written import RoundingMode, decimal_text, rounded

X = [Fraction(1), Fraction(2), Fraction(4)]
Y = [Fraction(3), Fraction(4), Fraction(9)]


def _report(text: str) -> Report:
    return api.check(Source("a.txt", text)).report


def _slip_lines(text: str) -> list[int]:
    return sorted({slip.line for slip in _report(text).slips})


def _shown(value: Fraction, places: int = 4) -> str:
    return decimal_text(rounded(value, places, RoundingMode.HALF_UP), places)


def _rounded(value: Fraction) -> Fraction:
    return rounded(value, 4, RoundingMode.HALF_UP)


def _step(w: Fraction, b: Fraction) -> tuple[Fraction, Fraction, Fraction]:
    """The mean squared error of X and Y, and its slopes."""
    errors = [w * x + b - y for x, y in zip(X, Y, strict=True)]
    count = len(X)
    return (
        sum((e * e for e in errors), Fraction(0)) / count,
        2 * sum((e * x for e, x in zip(errors, X, strict=True)), Fraction(0)) / count,
        2 * sum(errors, Fraction(0)) / count,
    )


Row = dict[str, Fraction]


def _rows(count: int, wrong: dict[tuple[int, str], Fraction] | None = None) -> list[Row]:
    """Rows of a descent from 0 at the rate 0.02; what is wrong is gone on with."""
    wrong = wrong or {}
    w = b = Fraction(0)
    rows: list[Row] = []
    for k in range(count):
        loss, dw, db = _step(w, b)
        dw, db = wrong.get((k, "dw"), dw), wrong.get((k, "db"), db)
        w = wrong.get((k, "w"), w - Fraction(1, 50) * dw)
        b = wrong.get((k, "b"), b - Fraction(1, 50) * db)
        row = {"loss": wrong.get((k, "loss"), loss), "dw": dw, "db": db, "w": w, "b": b}
        rows.append({name: _rounded(value) for name, value in row.items()})
        w, b = rows[-1]["w"], rows[-1]["b"]  # the author goes on from what he prints
    return rows


HEAD = "Linear regression, mean squared error over all samples.\nx = [1, 2, 4]\ny = [3, 4, 9]\nw = 0, b = 0, lr = 0.02\n\n"
FIRST = 6  # the line of the first row below that


def _english(row: Row, k: int) -> str:
    return f"epoch {k + 1}: loss={_shown(row['loss'])} dw={_shown(row['dw'])} db={_shown(row['db'])} w={_shown(row['w'])} b={_shown(row['b'])}"


def _german(row: Row, k: int) -> str:
    return f"Epoche {k} | Verlust {_shown(row['loss'])} | dL/dw {_shown(row['dw'])} | dL/db {_shown(row['db'])} | w {_shown(row['w'])} | b {_shown(row['b'])}"


def _spread(row: Row, k: int) -> str:
    return f"[step {k}/20]  grad_w -> {_shown(row['dw'])}, grad_b -> {_shown(row['db'])}; new w -> {_shown(row['w'])}; new b -> {_shown(row['b'])}"


LAYOUTS = [_english, _german, _spread]


@pytest.mark.parametrize("layout", LAYOUTS)
def test_a_log_that_is_right_is_confirmed(layout: Callable[[Row, int], str]) -> None:
    """In whatever words, with the start told above it."""
    text = HEAD + "\n".join(layout(row, k) for k, row in enumerate(_rows(5))) + "\n"
    assert _slip_lines(text) == []


@pytest.mark.parametrize("layout", LAYOUTS)
@pytest.mark.parametrize(
    ("row", "name", "value"),
    [
        (2, "dw", Fraction("-3.0142")),
        (1, "w", Fraction("0.8113")),
        (3, "b", Fraction("-0.2217")),
        (0, "db", Fraction("10.6667")),
    ],
)
def test_a_number_that_its_row_does_not_have_is_wrong_and_nothing_behind_it(
    layout: Callable[[Row, int], str], row: int, name: str, value: Fraction
) -> None:
    """The author goes on from what is wrong."""
    rows = _rows(6, {(row, name): value})
    text = HEAD + "\n".join(layout(each, k) for k, each in enumerate(rows)) + "\n"
    report = _report(text)
    assert [(slip.line, slip.written) for slip in report.slips] == [(FIRST + row, _shown(value))]


def test_a_misprint_that_is_not_gone_on_with_is_the_only_slip() -> None:
    """The next row goes on from the right weight."""
    rows = _rows(6)
    rows[2] = {**rows[2], "w": rows[2]["w"] + Fraction(3, 10)}
    text = HEAD + "\n".join(_english(each, k) for k, each in enumerate(rows)) + "\n"
    assert _slip_lines(text) == [FIRST + 2]


def test_rows_of_several_lines() -> None:
    """One line for the slopes, one for the parameters, and the loss only now and then."""
    lines = []
    for k, row in enumerate(_rows(5, {(3, "dw"): Fraction("-2.5512")})):
        lines += [
            f"--- pas {k + 1}",
            f"dE/dm = {_shown(row['dw'])}   dE/dc = {_shown(row['db'])}",
            f"m = {_shown(row['w'])}   c = {_shown(row['b'])}",
        ]
        if k % 2 == 0:
            loss, _, _ = _step(row["w"], row["b"])
            lines.append(f"E = {_shown(loss)}")
    head = "On ajuste y = m*x + c, E est la moyenne de (m*x + c - y)^2.\npoints : (1, 3) ; (2, 4) ; (4, 9)\ntaux 0.02, m = 0, c = 0\n\n"
    text = head + "\n".join(lines) + "\n"
    assert _slip_lines(text) == [5 + lines.index(f"dE/dm = -2.5512   dE/dc = {_shown(_rows(5)[3]['db'])}")]


def test_another_rate_from_some_row_on_is_no_slip() -> None:
    """Half the rate from the fourth row on."""
    rows = _rows(3)
    w, b = rows[-1]["w"], rows[-1]["b"]
    for _ in range(3):
        loss, dw, db = _step(w, b)
        w, b = w - Fraction(1, 100) * dw, b - Fraction(1, 100) * db
        rows.append({"loss": loss, "dw": dw, "db": db, "w": w, "b": b})
    text = HEAD + "\n".join(_english(each, k) for k, each in enumerate(rows)) + "\n"
    assert _slip_lines(text) == []


def test_another_run_below_is_no_slip() -> None:
    """It starts elsewhere, and counts from 1 again."""

    def run(w: Fraction, b: Fraction) -> list[str]:
        lines = []
        for k in range(3):
            loss, dw, db = _step(w, b)
            w, b = w - Fraction(1, 50) * dw, b - Fraction(1, 50) * db
            lines.append(_english({"loss": loss, "dw": dw, "db": db, "w": w, "b": b}, k))
        return lines

    text = (
        HEAD
        + "\n".join(
            [*run(Fraction(0), Fraction(0)), "Again from other weights:", *run(Fraction(2), Fraction(1))]
        )
        + "\n"
    )
    assert _slip_lines(text) == []


def _samples(wrong: dict[tuple[int, str], str]) -> str:
    """A perceptron that learns OR, a sample a row, as a program prints it."""
    w1, w2, b = 0.0, -0.3, -0.2
    lines = ["w = [0.0, -0.3], b = -0.2, lr = 0.1, output 1 if z >= 0 else 0", ""]
    row = 0
    for epoch in range(2):
        lines.append(f"== round {epoch}")
        for x1, x2, t in ((0, 0, 0), (0, 1, 1), (1, 0, 1), (1, 1, 1)):
            z = w1 * x1 + w2 * x2 + b
            y = 1 if z >= 0 else 0
            w1, w2, b = w1 + 0.1 * (t - y) * x1, w2 + 0.1 * (t - y) * x2, b + 0.1 * (t - y)
            told = {"z": repr(z), "y": str(y), "w": f"[{w1!r}, {w2!r}]", "b": repr(b)}
            told |= {name: text for (at, name), text in wrong.items() if at == row}
            lines.append(
                f"in={x1},{x2} target={t} z={told['z']} y={told['y']} -> w={told['w']} b={told['b']}"
            )
            row += 1
    return "\n".join(lines) + "\n"


def test_samples_with_the_noise_of_binary_floats() -> None:
    """``0.1`` as 0.09999999999999998 is no slip."""
    assert _slip_lines(_samples({})) == []


def test_a_net_input_of_a_sample_without_the_bias() -> None:
    """The last sample: 0.2 + 0 + the bias of 0.1."""
    assert _slip_lines(_samples({(7, "z"): "0.2"})) == [12]


def _batches(wrong: dict[int, str]) -> str:
    """Two batches of two samples, y = w x."""
    x, y = (
        [Fraction(1), Fraction(-2), Fraction(3), Fraction("0.5")],
        [Fraction(2), Fraction(-3), Fraction(5), Fraction(1)],
    )
    w = Fraction("0.5")
    lines = [
        "batch size 2, learning rate 0.05, no bias",
        "X = [1, -2, 3, 0.5]",
        "T = [2, -3, 5, 1]",
        "w = 0.5",
        "",
    ]
    for k in range(6):
        at = k % 2 * 2
        errors = [w * x[j] - y[j] for j in (at, at + 1)]
        slope = sum((e * x[j] for e, j in zip(errors, (at, at + 1), strict=True)), Fraction(0))
        loss = sum((e * e for e in errors), Fraction(0)) / 2
        shown = _shown(slope)
        if k in wrong:
            shown, slope = wrong[k], Fraction(wrong[k])
        w = _rounded(w - Fraction(1, 20) * slope)
        lines.append(
            f"round {k // 2 + 1}, batch {k % 2 + 1}: cost {_shown(loss)}, slope {shown}, w is now {_shown(w)}"
        )
    return "\n".join(lines) + "\n"


def test_batches() -> None:
    """The rows take the two batches in turn."""
    assert _slip_lines(_batches({})) == []
    assert _slip_lines(_batches({3: "-2.1007"})) == [9]


def _iterates(numbers: Sequence[str]) -> str:
    listed = ", ".join(f"x_{k} = {number}" for k, number in enumerate(numbers, 1))
    return f"f(x) = x^2 + 4x, f'(x) = 2x + 4, step size 0.15, x_0 = 3.\n\nWe get {listed}.\n"


def test_a_list_of_iterates() -> None:
    """x - 0.15 (2x + 4) = 0.7 x - 0.6: 1.5, 0.45, -0.285, -0.7995; from -0.258 it is -0.7806."""
    assert _slip_lines(_iterates(["1.5", "0.45", "-0.285", "-0.7995"])) == []
    assert [slip.written for slip in _report(_iterates(["1.5", "0.45", "-0.258", "-0.7806"])).slips] == [
        "-0.258"
    ]
    assert [slip.written for slip in _report(_iterates(["1.5", "0.45", "-0.285", "-7.995"])).slips] == [
        "-7.995"
    ]


def test_rows_that_follow_nothing_that_is_told_are_left_alone() -> None:
    """Nothing shows that the data are those of the log."""
    scales = {"w": Fraction(7, 5), "b": Fraction(7, 5)}
    rows = [
        {name: value * scales.get(name, Fraction(1, 3)) for name, value in row.items()} for row in _rows(5)
    ]
    text = HEAD + "\n".join(_english(each, k) for k, each in enumerate(rows)) + "\n"
    assert _slip_lines(text) == []


def test_the_same_descent_at_two_rates_is_no_slip() -> None:
    """f = (x - 2)^2 from 5, at 0.1 and at 0.3: the second run counts from 1 again, from the start."""
    lines = []
    for rate in (Fraction(1, 10), Fraction(3, 10)):
        x = Fraction(5)
        lines.append(f"lr = {float(rate)}")
        for k in range(1, 5):
            x -= rate * (2 * x - 4)
            lines.append(f"step {k}: x = {_shown(x)}, f(x) = {_shown((x - 2) ** 2)}")
    text = "f(x) = (x-2)^2, f'(x) = 2x - 4, x_0 = 5\n\n" + "\n".join(lines) + "\n"
    assert _slip_lines(text) == []
