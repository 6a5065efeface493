"""What can be done today without deltarule: a script around latex2sympy2_extended.

It takes every formula of a document, evaluates both sides of each relation that holds numbers only, and allows for
rounding at the written places; a number in an expression that stood nowhere before counts as miscopied.

    pip install latex2sympy2_extended
"""

import re
from collections.abc import Iterator
from fractions import Fraction
from functools import cache
from importlib import import_module
from typing import Any

from benchmarks.marking.measure import Marked

_NUMBER = re.compile(r"(?<![\w.])\d+(?:\.\d+)?(?![\w])")
_RELATION = re.compile(r"(?<![<>:!])=|\\approx|≈|\\leftarrow|←|:=|<-")
_UNICODE = str.maketrans(
    {"−": "-", "×": "*", "·": "*", "²": "^2", "σ": "\\sigma "}
    | {sign: str(k) for k, sign in enumerate("₀₁₂₃₄₅₆₇₈₉")}
)


def baseline_checker(text: str) -> Marked:
    """Verdicts of the script."""
    known: set[Fraction] = {Fraction(k) for k in (0, 1, 2, 3, 4, 5, 6, 8, 10, 12)} | {
        Fraction(1, 2),
        Fraction(1, 4),
    }
    slips: list[tuple[int, str]] = []
    judged: set[tuple[int, Fraction]] = set()
    for number, line in enumerate(text.split("\n"), 1):
        plain = line.translate(_UNICODE).replace("{,}", ".")
        for formula in _formulas(plain):
            slips += [(number, kind) for kind in _judged(formula, known, number, judged)]
            known |= {Fraction(found) for found in _NUMBER.findall(formula)}
        known |= {Fraction(found) for found in _NUMBER.findall(plain)}
    return Marked(slips, frozenset(), frozenset(judged), bool(judged))


def _formulas(line: str) -> Iterator[str]:
    """Formulas of a line: what stands between dollars, or the whole of it."""
    between = re.findall(r"\$+([^$]+)\$+", line)
    for formula in between or [line.strip(" -|")]:
        yield from re.split(r"\\quad|\\\\", formula.replace("&", ""))


def _judged(
    formula: str, known: set[Fraction], number: int, judged: set[tuple[int, Fraction]]
) -> Iterator[str]:
    sides = [side.strip(" .,;") for side in _RELATION.split(formula)]
    before: Fraction | None = None
    for k, side in enumerate(sides):
        value = _value(side)
        if value is None:
            continue
        written = re.fullmatch(r"-?\d+(?:\.\d+)?", side.replace(" ", ""))
        if written:
            judged.add((number, value))
            if before is not None:
                kind = _kind(value, before, side)
                if kind:
                    yield kind
                    return
        elif k and any(Fraction(found) not in known for found in _NUMBER.findall(side)):
            yield "copying"
            return
        before = value


def _kind(value: Fraction, expected: Fraction, text: str) -> str | None:
    unit = Fraction(10) ** -len(text.partition(".")[2])
    if abs(value - expected) <= unit:
        return None  # strict rounding would flag most honest lines of people who carry more digits
    if 2 * abs(value + expected) <= unit:
        return "sign"
    if any(value and 2 * abs(value - expected * 10**power) <= unit * max(1, 10**power) for power in (1, 2)):
        return "place-value"
    if any(value and 2 * abs(value - expected / 10**power) <= unit for power in (1, 2)):
        return "place-value"
    return "rounding" if 2 * abs(value - expected) <= 3 * unit else "arithmetic"


@cache
def _parser() -> Any:
    return import_module("latex2sympy2_extended")


def _value(side: str) -> Fraction | None:
    """Value of a side in numbers, None if it has none or cannot be read."""
    if not re.search(r"\d", side) or re.search(r"[A-Za-z]", re.sub(r"\\[a-z]+|exp|tanh|ln|e\^", "", side)):
        return None
    if re.fullmatch(r"-?\d+(?:\.\d+)?", side.replace(" ", "")):
        return Fraction(side.replace(" ", ""))
    latex = (
        side.replace("*", " \\cdot ")
        .replace("tanh(", "\\tanh(")
        .replace("ln(", "\\ln(")
        .replace("\\\\", "\\")
    )
    parse = _parser().latex2sympy  # outside: where it is missing, nothing is measured
    try:
        found = parse(latex).evalf(30)
        return Fraction(str(found)) if found.is_real else None
    except Exception:
        return None
