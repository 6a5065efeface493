"""Runs that a document tells without their working: numbers of prose that come out of the descent on its data are right.

The numbers are worked out here, in fractions of its own; what does not come out is never called wrong.
"""

from fractions import Fraction

import pytest

from deltarule import api
from deltarule.report import Report
from deltarule.spans import Source
from deltarule.written import RoundingMode, decimal_text, rounded

DATA = [(1, 2), (2, 3), (3, 6)]
HEAD = "Ajuster une droite y = w x + b à trois points : (1, 2), (2, 3) et (3, 6). Taux d'apprentissage 0.1, erreur quadratique moyenne.\n\n"


def _report(text: str) -> Report:
    return api.check(Source("a.md", text)).report


def _right(text: str, line: int) -> set[Fraction]:
    status = {"right", "right-rounded"}
    found = [v for v in _report(text).verdicts if v.line == line and v.status.value in status]
    return {Fraction(v.written) for v in found}


def _shown(value: Fraction, places: int = 3) -> str:
    return decimal_text(rounded(value, places, RoundingMode.HALF_UP), places)


def _steps(count: int, rate: Fraction = Fraction(1, 10)) -> list[dict[str, list[Fraction]]]:
    """Full-batch descent on the mean squared error from nothing."""
    w = b = Fraction(0)
    found = []
    for _ in range(count):
        errors = [w * x + b - t for x, t in DATA]
        products = [e * x for e, (x, _) in zip(errors, DATA, strict=True)]
        slopes = [2 * sum(each, Fraction(0)) / 3 for each in (products, errors)]
        loss = sum((e * e for e in errors), Fraction(0)) / 3
        outputs = [w * x + b for x, _ in DATA]
        found.append(
            {"place": [w, b], "errors": errors, "slopes": slopes, "loss": [loss], "outputs": outputs}
        )
        w, b = w - rate * slopes[0], b - rate * slopes[1]
    return found


def _story(steps: list[dict[str, list[Fraction]]]) -> str:
    first, second, third = steps
    return (
        HEAD
        + f"Au départ les écarts valent {', '.join(_shown(e, 0) for e in first['errors'])}, le coût {_shown(first['loss'][0])}.\n\n"
        + f"Les pentes : {_shown(first['slopes'][0])} et {_shown(first['slopes'][1])}. Le coût tombe à {_shown(second['loss'][0])}.\n\n"
        + f"Les prédictions sont {', '.join(map(_shown, second['outputs']))}, les pentes {_shown(second['slopes'][0])} et {_shown(second['slopes'][1])}, "
        + f"puis le coût est {_shown(third['loss'][0])}.\n"
    )


def test_a_run_that_is_only_told_is_confirmed() -> None:
    """Costs, slopes and predictions in sentences, the errors among them although they are short."""
    steps = _steps(3)
    text = _story(steps)
    assert not _report(text).slips
    assert {Fraction(_shown(value)) for value in steps[1]["outputs"]} <= _right(text, 7)
    assert {Fraction(-2), Fraction(-3), Fraction(-6)} <= {-abs(each) for each in _right(text, 3)}
    assert Fraction(_shown(steps[2]["loss"][0])) in _right(text, 7)


def test_a_number_that_the_run_does_not_give_stays_open() -> None:
    """One wrong number among the right ones is not confirmed, and not called a slip: it may be of anything."""
    steps = _steps(3)
    wrong = _shown(steps[2]["loss"][0] + Fraction(7, 100))
    text = _story(steps).replace(_shown(steps[2]["loss"][0]), wrong)
    assert not _report(text).slips
    assert Fraction(wrong) not in _right(text, 7)
    assert {Fraction(_shown(value)) for value in steps[1]["outputs"]} <= _right(text, 7)


def test_numbers_of_another_run_are_not_confirmed() -> None:
    """As many numbers that come out of nothing here say nothing."""
    text = _story(_steps(3))
    other = _story(_steps(3, Fraction(37, 1000)))
    told = text[: len(HEAD)] + other[len(HEAD) :].split("\n\n", 1)[1]
    assert not _report(told).slips
    assert not {Fraction(_shown(value)) for value in _steps(3, Fraction(37, 1000))[1]["outputs"]} & _right(
        told, 5
    )


def test_what_stands_after_many_steps_is_confirmed_beside_their_number() -> None:
    """The parameters after 40 steps, on the line that counts them."""
    far = _steps(41)[40]["place"]
    text = _story(_steps(3)) + f"\nAprès 40 étapes : {_shown(far[0], 4)} et {_shown(far[1], 4)}.\n"
    assert {Fraction(_shown(each, 4)) for each in far} <= _right(text, 9)


def test_a_printout_under_any_names_is_confirmed() -> None:
    """A log of a program whose start is not told, with names of its own."""
    rows = [
        f"Runde {k}: Lage {_shown(step['place'][0], 4)} / {_shown(step['place'][1], 4)} Tiefe {_shown(step['loss'][0], 4)}"
        for k, step in enumerate(_steps(5))
    ]
    text = "x = [1, 2, 3], y = [2, 3, 6], lr = 0.1\n\n" + "\n".join(rows) + "\n"
    assert not _report(text).slips
    assert Fraction(_shown(_steps(5)[3]["place"][0], 4)) in _right(text, 6)


def test_a_long_text_of_numbers_takes_no_time() -> None:
    """Many numbers that come out of nothing are looked at once."""
    text = HEAD + " ".join(f"{k}.{k % 97:03d}," for k in range(1, 3000)) + "\n"
    assert not _report(text).slips


IN_A_TABLE = """| $x_{1,i}$ | 1 | 2 | 0 | 3 |
|---|---|---|---|---|
| $x_{2,i}$ | 4 | 1 | 2 | 5 |
| $y$ | 9 | 5 | 3 | 14 |
"""
IN_LISTS = "- $x_{1,i} = [1, 2, 0, 3]$\n- $x_{2,i} = [4, 1, 2, 5]$\n- $y_i = [9, 5, 3, 14]$\n\n"


@pytest.mark.parametrize("data", [IN_A_TABLE, IN_LISTS])
def test_data_told_feature_by_feature_bear_out_a_printed_run(data: str) -> None:
    """Lists and rows of a table whose names have the letter that counts the samples; one printed number is wrong, and stays open."""
    inputs, targets = [(1, 1, 4), (1, 2, 1), (1, 0, 2), (1, 3, 5)], (9, 5, 3, 14)
    w = [Fraction(0)] * 3
    rows = []
    for _ in range(6):
        rows.append(list(w))
        errors = [
            sum((a * b for a, b in zip(w, x, strict=True)), Fraction(-t))
            for x, t in zip(inputs, targets, strict=True)
        ]
        slopes = [sum((e * x[k] for e, x in zip(errors, inputs, strict=True)), Fraction(0)) for k in range(3)]
        w = [a - Fraction(1, 200) * slope for a, slope in zip(w, slopes, strict=True)]
    shown = [[_shown(each, 4) for each in row] for row in rows]
    wrong = _shown(rows[4][1] + Fraction(3, 10), 4)
    shown[4][1] = wrong
    lines = [f"    {k}: w_k = [{' '.join(row)}]" for k, row in enumerate(shown)]
    text = (
        f"# Landweber\n\nDie Daten\n\n{data}\nSchrittweite $\\alpha = 0.005$, {5} Schritte\n\n"
        + "\n".join(lines)
    )
    right = _right(text, text.split("\n").index(lines[3]) + 1)
    assert not _report(text).slips
    assert {Fraction(each) for each in shown[3]} <= right
    assert Fraction(wrong) not in _right(text, text.split("\n").index(lines[4]) + 1)
