"""Lines that are worked alike: one that is worked otherwise is found; what honest authors do is held against nobody."""

from fractions import Fraction

import pytest

from deltarule import api
from deltarule.spans import Source

_DATA = (
    (Fraction(-3, 2), Fraction(7, 10)),
    (Fraction(6, 5), Fraction(-2, 5)),
    (Fraction(-7, 10), Fraction(9, 5)),
)
_ERRORS = (Fraction(-13, 10), Fraction(21, 10), Fraction(-17, 10))  # as if they came from somewhere else
_RATE = Fraction(3, 10)


def _text(value: Fraction) -> str:
    digits = f"{float(value):.10f}".rstrip("0").rstrip(".")
    assert Fraction(digits) == value  # so few digits that nothing is rounded
    return f"({digits})" if value < 0 else digits


def _lines(odd: str = "") -> list[str]:
    """Three updates of two weights with errors that are only told; the second of the first weight is worked otherwise."""
    weights, found = [Fraction(2, 5), Fraction(-3, 5)], ["rate = 0.3, start w1 = 0.4, w2 = -0.6"]
    for k, (x, error) in enumerate(zip(_DATA, _ERRORS, strict=True)):
        found.append(f"e = {_text(error)}")
        for j in (0, 1):
            old, change = weights[j], _RATE * error * x[j]
            parts = [_text(_RATE), _text(error), _text(x[j])]
            new, sign = old + change, "+"
            if k == 1 and j == 0 and odd == "sign":
                new, sign = old - change, "-"
            elif k == 1 and j == 0 and odd == "twice":
                new, parts = old + _RATE * change, [parts[0], *parts]
            elif k == 1 and j == 0 and odd == "omitted":
                new, parts = old + change / _RATE, parts[1:]
            elif k == 2 and j == 0 and odd == "lost":
                old = -old
                new = old + change
            found.append(f"w{j + 1} = {_text(old)} {sign} {'*'.join(parts)} = {_text(new).strip('()')}")
            weights[j] = new
    return found


@pytest.mark.parametrize(
    ("odd", "line", "kinds"),
    [
        ("sign", 6, {"sign"}),
        ("twice", 6, {"formula"}),
        ("omitted", 6, {"omission"}),
        ("lost", 9, {"sign", "copying"}),
    ],
)
def test_the_line_that_is_worked_otherwise_is_a_slip(odd: str, line: int, kinds: set[str]) -> None:
    """Its arithmetic is right, and nothing else is called a slip."""
    marking = api.check(Source("", "\n\n".join(_lines(odd))))
    found = {(slip.line, str(slip.kind)) for slip in marking.slips}
    assert {at for at, _ in found} == {2 * line - 1}
    assert {kind for _, kind in found} <= kinds


@pytest.mark.parametrize(
    "lines",
    [
        _lines(),
        # whoever begins anew begins from 0
        [
            "w = 0.5 + 0.2*1.5 = 0.8",
            "w = 0.8 + 0.2*1.5 = 1.1",
            "w = 1.1 + 0.2*1.5 = 1.4",
            "w = 0 + 0.2*1.5 = 0.3",
        ],
        # the rate and the gradient taken together
        [
            "g = 4.0",
            "w = 4.0 - 0.1*4.0 = 3.6",
            "g = 3.6",
            "w = 3.6 - 0.1*3.6 = 3.24",
            "g = 3.24",
            "w = 3.24 - 0.324 = 2.916",
        ],
        # inputs of 1 and -1 that only show as signs
        [
            "z = 0.2 + 0.4 - 0.3 = 0.3",
            "z = 0.2 - 0.4 + 0.3 = 0.1",
            "z = 0.2 + 0.4 + 0.3 = 0.9",
            "z = 0.2 - 0.4 - 0.3 = -0.5",
        ],
    ],
)
def test_honest_lines_are_held_against_nobody(lines: list[str]) -> None:
    """Nor is anything taken for a slip because the others look alike."""
    assert api.check(Source("", "\n\n".join(lines))).slips == ()
