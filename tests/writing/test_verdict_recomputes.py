"""What is said of a run recomputes too: every operation in a verdict, from the characters that are printed there.

As with the worked lines, the arithmetic here knows nothing of the package.
"""

import html
import re
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from deltarule import api
from deltarule.errors import LimitError
from deltarule.exercise import Exercise
from deltarule.written import Precision, RoundingMode, parse_number

# ---------------------------------------------------------------- printed figures

_N = r"(-?\d+(?:\.\d+)?(?:e-?\d+)?(?:/\d+)?(?: million)?)"


@dataclass(frozen=True)
class Figure:
    """A printed number: its value and one unit of its last place."""

    value: Fraction
    unit: Fraction

    @staticmethod
    def of(text: str) -> "Figure":
        """Read a printed number."""
        number, _, million = text.partition(" ")
        scale = Fraction(10**6 if million else 1)
        mantissa, _, power = number.partition("e")
        unit = Fraction(10) ** (int(power or 0) - len(mantissa.partition(".")[2]))
        return Figure(Fraction(number) * scale, unit * scale)

    def says(self, value: Fraction, mode: RoundingMode) -> bool:
        """Whether this is a value, in full or rounded to the last place that is printed."""
        if value == self.value:
            return True
        ratio = value / self.unit
        if mode is RoundingMode.TRUNCATE:
            whole = int(ratio)
        elif mode is RoundingMode.HALF_EVEN:
            whole = round(ratio)
        else:
            whole = int(abs(ratio) + Fraction(1, 2)) * (1 if ratio > 0 else -1)
        return whole * self.unit == self.value


_CUT = RoundingMode.TRUNCATE  # limits are cut off, so that keeping to them is safe


def _check(verdict: str, mode: RoundingMode) -> int:
    """Recompute every operation of a verdict, and return how many there were."""
    products = quotients = 0

    def found(pattern: str) -> Iterator[list[str]]:
        return ([group or "" for group in match.groups()] for match in re.finditer(pattern, verdict))

    def number(text: str) -> Fraction:
        return Figure.of(text).value

    def hold(text: str, value: Fraction, how: RoundingMode) -> None:
        assert Figure.of(text).says(value, how), f"{text} is not {float(value):.12g} in: {verdict}"

    for left, right, sign, result in found(rf"{_N} · {_N} (=|≈) {_N}"):
        products += 1
        value = number(left) * number(right)
        hold(result, value, mode)
        assert (sign == "≈") or value == number(result), verdict
    for factor, left, right in found(rf"grow {_N}-fold per epoch \(\|1 - {_N} · {_N}\|\)"):
        products += 1
        hold(factor, abs(1 - number(left) * number(right)), mode)
    for factor, left, right in found(rf"shrink to {_N} of its size per epoch \(\|1 - {_N} · {_N}\|\)"):
        products += 1
        hold(factor, abs(1 - number(left) * number(right)), mode)
    for said, left, right in found(rf"(keep its size|vanish in one epoch) \(\|1 - {_N} · {_N}\|\)"):
        products += 1
        size = abs(1 - number(left) * number(right))
        assert abs(size - (said == "keep its size")) < Fraction(1, 10**9), verdict
    assert products == verdict.count(" · "), f"a product was not read in: {verdict}"

    for rate, largest in found(rf"A learning rate of {_N} \(1 divided by {_N}\)"):
        quotients += 1
        hold(rate, 1 / number(largest), mode)
    for limit, largest, smallest in found(rf"{_N} \(2 divided by {_N}(?: \+ {_N})?\)"):
        quotients += 1
        hold(limit, 2 / (number(largest) + number(smallest or "0")), _CUT)
    for limit, largest in found(rf"{_N} \(2 divided by the largest curvature of the loss, {_N}\)"):
        quotients += 1
        exactly = f" is exactly the largest stable one, {limit} " in verdict
        hold(limit, 2 / number(largest), RoundingMode.HALF_UP if exactly else _CUT)
    for curvature, limit in found(rf"≈ {_N}[^.]*(?:\.\d[^.]*)*, so every rate below 2 divided by that, {_N}"):
        quotients += 1
        hold(limit, 2 / number(curvature), _CUT)
    for curvature, limit in found(
        rf" = {_N}[^=.]*(?:\.\d[^=.]*)*, so every rate below 2 divided by that, {_N}"
    ):
        quotients += 1
        hold(limit, 2 / number(curvature), _CUT)
    assert quotients == len(re.findall(r"[12] divided by", verdict)), f"a quotient was not read in: {verdict}"

    others = 0
    for rate, ratio, limit in found(
        rf"The learning rate {_N} is {_N} (?:times|of) the largest stable one, {_N}"
    ):
        others += 1
        hold(ratio, number(rate) / number(limit), mode)
    for limit, rate, ratio in found(
        rf"2 divided by that, {_N}, lowers [^:]*?The learning rate {_N} is {_N} (?:times|of) that"
    ):
        others += 1
        hold(ratio, number(rate) / number(limit), mode)
    for rate, which, limit in found(
        rf"The learning rate {_N} is just (above|below) the largest stable one, {_N}"
    ):
        others += 1
        assert (number(rate) > number(limit)) == (which == "above"), verdict
    for left, right, factor, limit in found(
        rf"samples? [\d to]+: {_N} · {_N} [=≈] .*? multiplied by {_N} at its update. The limit for every update is {_N}"
    ):
        others += 1
        hold(factor, 1 - number(left) * number(right), mode)
        hold(limit, 2 / number(right), _CUT)
        for half in found(rf"A learning rate of {_N}, half the limit"):
            hold(half[0], number(limit) / 2, mode)
    for right_ones, total, share in found(
        r"(\d+) of (\d+) samples? (?:is|are) predicted rightly \(accuracy ([^)]+)\)"
    ):
        others += 1
        hold(share, Fraction(int(right_ones), int(total)), mode)
    return products + quotients + others


# ---------------------------------------------------------------- from each format to plain sentences

_SIGNS = {
    r"$\cdot$": "·",
    r"$\approx$": "≈",
    "$-$": "−",
    r"\textbar{}": "|",
    r"\{": "{",
    r"\}": "}",
    r"\_": "_",
}


def _from_latex(text: str) -> str:
    for spelling, sign in _SIGNS.items():
        text = text.replace(spelling, sign)
    return text


_PLAIN: Mapping[str, Callable[[str], str]] = {
    "terminal": lambda text: text,
    "markdown": lambda text: re.sub(r"\\([^\w\s])", r"\1", text),
    "latex": _from_latex,
    "html": lambda text: html.unescape(re.sub(r"<[^>]*>", "", text)),
}


def _verdict(solution: api.Solution, form: str, comma: bool) -> str:
    text = _PLAIN[form](solution.write(form, decimal_comma=comma)).partition("Verdict on the run")[2]
    return re.sub(r"(?<=\d),(?=\d)", ".", text) if comma else text


def _hold(exercise: Exercise, comma: bool) -> int:
    try:
        solution = api.solve(exercise)
    except LimitError:
        return 0
    counts = {_check(_verdict(solution, form, comma), exercise.precision.mode) for form in _PLAIN}
    assert len(counts) == 1, "every format says the same"
    return counts.pop()


@given(data=st.data(), comma=st.booleans())
def test_every_operation_of_a_verdict_recomputes(
    exercises: st.SearchStrategy[Exercise], data: st.DataObject, comma: bool
) -> None:
    """Products, quotients, growth factors and ratios come out of the figures that stand beside them."""
    _hold(data.draw(exercises), comma)


_WILD = st.builds(
    lambda whole, places: parse_number(f"{whole}e-{places}"), st.integers(-999, 999), st.integers(0, 3)
)


@st.composite
def _wild(draw: st.DrawFn) -> Exercise:
    """Numbers of every size, so that curvatures and rates are odd, and their products close to a tie now and then."""
    samples, features = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    return Exercise(
        features=tuple(tuple(draw(_WILD) for _ in range(features)) for _ in range(samples)),
        targets=tuple(draw(_WILD) for _ in range(samples)),
        weights=tuple(draw(_WILD) for _ in range(features)),
        bias=draw(_WILD),
        learning_rate=parse_number(
            draw(st.sampled_from(["0.1", "0.037", "0.001", "3e-9", "0.123456789123", "7"]))
        ),
        activation=draw(st.sampled_from(["identity", "identity", "sigmoid", "tanh", "relu"])),
        convention=draw(st.sampled_from(["mean", "half-mean", "sum", "half-sum"])),
        batch_size=draw(st.sampled_from([None, None, 1, 2])),
        threshold=draw(st.sampled_from([None, parse_number("0.5")])),
        precision=Precision(draw(st.integers(1, 4)), None, draw(st.sampled_from(list(RoundingMode)))),
    )


@given(exercise=_wild(), comma=st.booleans())
def test_operations_on_odd_figures_recompute(exercise: Exercise, comma: bool) -> None:
    """The same where every figure is rounded."""
    _hold(exercise, comma)


@pytest.mark.parametrize(
    ("activation", "batch_size", "rate", "least"),
    [
        ("identity", None, "0.05", 5),
        ("identity", None, "3", 5),
        ("identity", 1, "0.05", 3),
        ("tanh", None, "0.05", 3),
    ],
)
def test_operations_are_seen(activation: str, batch_size: int | None, rate: str, least: int) -> None:
    """The kinds of verdict hold so many operations, and the reader above finds them."""
    exercise = Exercise(
        features=((parse_number("0.5"),), (parse_number("1.7"),), (parse_number("-0.4"),)),
        targets=(parse_number("1"), parse_number("0.3"), parse_number("-2")),
        weights=(parse_number("0.2"),),
        bias=parse_number("0.1"),
        learning_rate=parse_number(rate),
        activation=activation,
        batch_size=batch_size,
    )
    assert _hold(exercise, False) >= least
