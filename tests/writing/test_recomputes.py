"""The law of worked solutions: no printed line that does not recompute from its printed characters.

The arithmetic here knows nothing of the package: it reads what a format printed, character by character, with
a tokenizer and an evaluator of its own, and rounds with integers.
"""

import json
import re
from collections.abc import Callable, Iterator, Mapping
from decimal import Context, Decimal
from fractions import Fraction
from typing import Any
from xml.etree import ElementTree as ET

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from deltarule.algebra.expr import Number
from deltarule.errors import LimitError
from deltarule.exercise import Carry, Exercise
from deltarule.formulas import ACTIVATIONS
from deltarule.trace import Line, Trace, run
from deltarule.writing.solution import FORMATS, write_solution
from deltarule.written import Precision, RoundingMode, parse_number

# ---------------------------------------------------------------- an evaluator for printed arithmetic

_TOKEN = re.compile(r"\d+(?:\.\d+)?|[⁻⁰¹²³⁴⁵⁶⁷⁸⁹]+|σ|tanh|relu|step|sign|ln|e(?=\^)|[-+−·/()^]")
_RAISED = str.maketrans("⁻⁰¹²³⁴⁵⁶⁷⁸⁹", "-0123456789")
Value = tuple[Fraction, bool]  # and whether it is exact


class NotArithmeticError(Exception):
    """The text holds something else than numbers and operations."""


def _decimal(value: Fraction) -> tuple[Decimal, Context]:
    """A number and a precision that is ample for it: a hundred digits more than tell it from 1."""
    context = Context(prec=250 + value.denominator.bit_length() // 3, Emax=10**9, Emin=-(10**9))
    return context.divide(Decimal(value.numerator), Decimal(value.denominator)), context


def _exp(value: Fraction) -> Fraction:
    number, context = _decimal(value)
    return Fraction(context.exp(number))


def _ln(value: Fraction) -> Fraction:
    number, context = _decimal(value)
    return Fraction(context.ln(number))


def _tanh(value: Fraction) -> Fraction:
    if value == 0:
        return Fraction(0)
    both = _exp(value) ** 2
    return (both - 1) / (both + 1)


_FUNCTIONS: Mapping[str, tuple[Callable[[Fraction], Fraction], bool]] = {
    "σ": (lambda value: 1 / (1 + _exp(-value)), False),
    "tanh": (_tanh, False),
    "ln": (_ln, False),
    "relu": (lambda value: max(value, Fraction(0)), True),
    "sign": (lambda value: Fraction(1 if value >= 0 else -1), True),
    "step": (lambda value: Fraction(int(value >= 0)), True),
}


class _Arithmetic:
    """Evaluates by the rules of school; a minus sign is allowed at the front of an expression only."""

    def __init__(self, text: str) -> None:
        self.tokens: list[str] = _TOKEN.findall(text)
        if "".join(self.tokens) != re.sub(r"\s", "", text):
            raise NotArithmeticError(text)
        self.at = 0

    def value(self) -> Value:
        if not self.tokens:
            raise NotArithmeticError("")
        result = self.sum()
        assert self.at == len(self.tokens), f"left over: {self.tokens[self.at :]} of {self.tokens}"
        return result

    def peek(self) -> str:
        return self.tokens[self.at] if self.at < len(self.tokens) else ""

    def take(self) -> str:
        self.at += 1
        return self.tokens[self.at - 1]

    def sum(self) -> Value:
        negative = self.peek() in ("-", "−") and bool(self.take())
        total, exact = self.product()
        total = -total if negative else total
        while self.peek() in ("+", "-", "−"):
            sign = 1 if self.take() == "+" else -1
            term, also = self.product()
            total, exact = total + sign * term, exact and also
        return total, exact

    def product(self) -> Value:
        value, exact = self.power()
        while self.peek() in ("·", "/"):
            times = self.take() == "·"
            factor, also = self.power()
            value, exact = (value * factor if times else value / factor), exact and also
        return value, exact

    def power(self) -> Value:
        if self.peek() == "e":
            self.take()
            assert self.take() == "^"
            exponent, _ = self.atom()
            return _exp(exponent), False
        value, exact = self.atom()
        if self.peek() == "^":
            self.take()
            exponent, _ = self.atom()
            return value ** int(exponent), exact
        if self.peek() and self.peek()[0] in "⁻⁰¹²³⁴⁵⁶⁷⁸⁹":
            return value ** int(self.take().translate(_RAISED)), exact
        return value, exact

    def atom(self) -> Value:
        token = self.take()
        if token == "(":
            inside = self.sum()
            assert self.take() == ")"
            return inside
        if token in _FUNCTIONS:
            assert self.take() == "("
            value, exact = self.sum()
            assert self.take() == ")"
            function, keeps = _FUNCTIONS[token]
            return function(value), exact and keeps
        assert token[0].isdigit(), f"unexpected {token!r} in {''.join(self.tokens)}"
        return Fraction(token), True


# ---------------------------------------------------------------- rounding, by integers


def _nearest(value: Fraction, mode: RoundingMode) -> int:
    if mode is RoundingMode.TRUNCATE:
        return int(value)
    if mode is RoundingMode.HALF_EVEN:
        return round(value)
    size = int(abs(value) + Fraction(1, 2))
    return size if value >= 0 else -size


def _is_rounded(shown: str, value: Fraction, mode: RoundingMode) -> bool:
    """Whether a printed number is `value` rounded to its last place (or to one of its trailing zeros)."""
    number, _ = _Arithmetic(shown).value()
    plain = re.sub(r"[\s()^]", "", shown.translate(_RAISED)).replace("−", "-").lstrip("-")
    mantissa, _, power = plain.partition("·10")
    exponent, places = int(power or 0), len(mantissa.partition(".")[2])
    zeros = 0 if "." in mantissa else len(mantissa) - len(mantissa.rstrip("0"))
    for last in range(places - exponent, places - exponent - zeros - 1, -1):
        unit = Fraction(10) ** -last
        if _nearest(value / unit, mode) * unit == number:
            return True
    return False


# ---------------------------------------------------------------- from printed text to chains

_RELATION = re.compile(r"\s*(=|≈|←|≥|<|⇒)\s*")


def _cut(line: str, comma: bool) -> list[str]:
    """Cut a line at its relation signs: expression, sign, expression, ..."""
    return _RELATION.split(re.sub(r"(?<=\d),(?=\d)", ".", line) if comma else line)


def _from_terminal(text: str) -> Iterator[str]:
    lines: list[str] = []
    for line in text.split("\n"):
        if line.startswith("    ") and lines:
            lines[-1] += " " + line.strip()
        else:
            lines.append(line.strip())
    return (line for line in lines if _RELATION.search(line) and not line.startswith(("|", "•")))


_LATEX = {
    r"\cdot": "·",
    r"\approx": "≈",
    r"\leftarrow": "←",
    r"\Rightarrow": "⇒",
    r"\ge": "≥",
    r"\sigma": "σ",
    r"\tanh": "tanh",
    r"\ln": "ln",
    r"\operatorname{relu}": "relu",
    r"\operatorname{step}": "step",
    r"\operatorname{sign}": "sign",
}


def _plain(latex: str) -> str:
    """LaTeX as plain text: fractions with a slash in brackets, exponents in brackets."""
    latex = latex.replace("{,}", ".")
    out, at = "", 0
    while at < len(latex):
        found = re.match(r"\\frac(?=\{)|\^|\\operatorname\{\w+\}|\\[A-Za-z]+", latex[at:])
        if found is None:
            out, at = out + latex[at], at + 1
        elif found[0] == r"\frac":
            above, at = _group(latex, at + 5)
            below, at = _group(latex, at)
            out += f"(({_plain(above)})/({_plain(below)}))"
        elif found[0] == "^":
            exponent, at = _group(latex, at + 1)
            out += f"^({_plain(exponent)})"
        else:
            out, at = out + _LATEX.get(found[0], found[0]), at + len(found[0])
    return out


def _group(latex: str, at: int) -> tuple[str, int]:
    if latex[at] != "{":
        return latex[at], at + 1
    depth, end = 1, at + 1
    while depth:
        depth += {"{": 1, "}": -1}.get(latex[end], 0)
        end += 1
    return latex[at + 1 : end - 1], end


def _from_markdown(text: str) -> Iterator[str]:
    return (_plain(line[2:-2]) for line in text.split("\n") if line.startswith("$$"))


def _from_latex(text: str) -> Iterator[str]:
    start = r"\item $\displaystyle "
    return (_plain(line[len(start) : -1]) for line in text.split("\n") if line.startswith(start))


def _from_html(text: str) -> Iterator[str]:
    for line in re.findall(r'<div class="line">.*?</div>', text):
        yield _flat(ET.fromstring(line.replace("<wbr>", "")))


def _flat(element: ET.Element) -> str:
    children = [_flat(child) for child in element]
    if element.tag == "mfrac":
        return f"(({children[0]})/({children[1]}))"
    if element.tag == "msup":
        return f"{children[0]}^({children[1]})"
    return ((element.text or "") + "".join(children)).replace("\u2061", "")


def _from_json(text: str) -> Iterator[str]:
    record = json.loads(text)
    for part in (*record["steps"], *record["predictions"]):
        for line in part["lines"]:
            yield line["text"]
            yield _plain(line["latex"])


_READERS: Mapping[str, Callable[[str], Iterator[str]]] = {
    "terminal": _from_terminal,
    "markdown": _from_markdown,
    "latex": _from_latex,
    "html": _from_html,
    "json": _from_json,
}


def _checked(text: str, form: str, comma: bool, mode: RoundingMode) -> int:
    """Recompute every link between two numbers, and return how many there were."""
    links = 0
    for line in _READERS[form](text):
        parts = _cut(line, comma)
        for left, sign, right in zip(parts[0::2], parts[1::2], parts[2::2], strict=False):
            try:
                (value, exact), (shown, _) = _Arithmetic(left).value(), _Arithmetic(right).value()
            except NotArithmeticError:
                continue
            if sign == "=":
                assert exact, f"{form}: `=` after an irrational expression: {line}"
                assert value == shown, f"{form}: {line}"
            elif sign == "≈":
                assert _is_rounded(right, value, mode), f"{form}: {left} ≈ {right} in {line}"
                assert value != shown or not exact, f"{form}: `≈` where `=` holds: {line}"
            else:
                assert sign in "≥<"
                assert (value >= shown) == (sign == "≥"), f"{form}: {line}"
                continue
            links += 1
    return links


def _links(line: Line) -> int:
    """Links between numbers that a worked line has to show."""
    following = line.digits or line.shown
    only = isinstance(line.substituted, Number) and line.substituted.value == following.value
    return (not only) + (line.digits is not None)


def _expected(trace: Trace, form: str) -> int:
    lines = [line for step in trace.steps for line in step.lines]
    lines += [line for prediction in trace.predictions for line in prediction.lines]
    if form == "json":
        return 2 * sum(map(_links, lines))
    return sum(map(_links, lines)) + (trace.exercise.threshold is not None)


# ---------------------------------------------------------------- exercises of every kind


def _decimals(most: int, places: int) -> st.SearchStrategy[str]:
    whole, part = st.integers(-most, most), st.integers(0, 10**places - 1)
    return st.builds(lambda w, p: f"{w}.{p:0{places}d}" if places else str(w), whole, part)


_NUMBERS = st.one_of(
    _decimals(9, 0),
    _decimals(3, 1),
    _decimals(2, 3),
    st.sampled_from(["0", "-0.5", ".25", "1e-3", "1500", "-2.5e2", "0.00004", "3e-7"]),
)


@st.composite
def exercises(draw: st.DrawFn) -> Exercise:
    """Small exercises: all activations, losses, conventions, schemes and rounding policies; tame and wild."""
    samples, features = draw(st.integers(1, 4)), draw(st.integers(1, 3))
    activation = draw(st.sampled_from(list(ACTIVATIONS)))
    loss = draw(st.sampled_from(["squared", "log"])) if activation == "sigmoid" else "squared"
    targets = st.sampled_from(["0", "1"]) if loss == "log" else _NUMBERS
    many = st.integers(0, 6) if draw(st.booleans()) else None
    precision = Precision(
        None if many is None else draw(many),
        draw(st.integers(1, 7)) if many is None else None,
        draw(st.sampled_from(list(RoundingMode))),
    )
    return Exercise(
        features=tuple(tuple(parse_number(draw(_NUMBERS)) for _ in range(features)) for _ in range(samples)),
        targets=tuple(parse_number(draw(targets)) for _ in range(samples)),
        weights=tuple(parse_number(draw(_NUMBERS)) for _ in range(features)),
        bias=parse_number(draw(_NUMBERS)),
        learning_rate=parse_number(
            draw(st.sampled_from(["0.1", "0.01", "1", "0.5", "0.25", "20", "0.0001", "3e-9"]))
        ),
        activation=activation,
        loss=loss,
        error=draw(st.sampled_from(["target-output", "output-target"])),
        change=draw(st.sampled_from(["added", "subtracted"])),
        convention=draw(st.sampled_from(["mean", "half-mean", "sum", "half-sum"])),
        batch_size=draw(st.sampled_from([None, 1, 2, 3])),
        epochs=draw(st.integers(1, 3)),
        threshold=draw(st.sampled_from([None, parse_number("0.5"), parse_number("0")])),
        precision=precision,
        carry=draw(st.sampled_from(list(Carry))),
    )


def _check_all(exercise: Exercise, comma: bool, width: int | None = None) -> None:
    try:
        trace = run(exercise)
    except LimitError:  # a logarithm of 0, or a number out of range: nothing is written at all
        return
    for form in FORMATS:
        text = write_solution(trace, None, form, decimal_comma=comma, width=width)
        links = _checked(text, form, comma, exercise.precision.mode)
        assert links == _expected(trace, form), f"{form}: {links} links recomputed"


def _neuron(activation: str, **more: Any) -> Exercise:
    """A neuron with two samples and two features, worked for two epochs."""
    settled: dict[str, Any] = {
        "features": ((parse_number("0.5"), parse_number("-1.25")), (parse_number("2"), parse_number("0.75"))),
        "targets": (parse_number("1"), parse_number("0")),
        "weights": (parse_number("0.3"), parse_number("-0.2")),
        "bias": parse_number("0.1"),
        "learning_rate": parse_number("0.5"),
        "activation": activation,
        "epochs": 2,
        "threshold": parse_number("0.5"),
    }
    return Exercise(**{**settled, **more})


_SATURATED = {
    "weights": (parse_number("40"), parse_number("-90")),
    "bias": parse_number("-200"),
    "loss": "log",
}


@settings(max_examples=2 * settings.default.max_examples if settings.default else 100)
@given(exercise=exercises(), comma=st.booleans(), width=st.sampled_from([None, 40, 90]))
@example(_neuron("sigmoid", carry=Carry.UNROUNDED, **_SATURATED), False, None)
@example(
    _neuron(
        "sigmoid", carry=Carry.UNROUNDED, precision=Precision(0, None, RoundingMode.TRUNCATE), **_SATURATED
    ),
    False,
    None,
)
@example(_neuron("sigmoid", precision=Precision(None, 1), **_SATURATED), True, 40)
@example(_neuron("sigmoid", carry=Carry.UNROUNDED, precision=Precision(None, 1), **_SATURATED), False, None)
def test_every_printed_line_recomputes(exercise: Exercise, comma: bool, width: int | None) -> None:
    """In every format and under every policy, `=` is exact and `≈` is a correct rounding of what stands before it."""
    _check_all(exercise, comma, width)


@pytest.mark.parametrize("mode", list(RoundingMode))
@pytest.mark.parametrize("carry", list(Carry))
@pytest.mark.parametrize("activation", ACTIVATIONS)
def test_each_neuron_recomputes_under_each_policy(activation: str, carry: Carry, mode: RoundingMode) -> None:
    """The law holds for every activation with every carry and rounding mode, whatever hypothesis happens to draw."""
    _check_all(_neuron(activation, carry=carry, precision=Precision(3, None, mode)), comma=True)
    _check_all(
        _neuron(activation, carry=carry, precision=Precision(None, 3, mode), batch_size=1), comma=False
    )


@pytest.mark.parametrize("carry", list(Carry))
def test_a_run_far_out_of_hand_recomputes(carry: Carry) -> None:
    """A loss of sixty digits is printed with a power of ten, and its line still recomputes."""
    wild = _neuron("identity", learning_rate=parse_number("90"), epochs=14, carry=carry)
    assert max(abs(value) for value in run(wild).values.values()) > 10**60
    _check_all(wild, comma=False)


@pytest.mark.parametrize(
    "printed",
    [
        "z = 2·3 = 7",
        "z = 1/3 ≈ 0.34",
        "z = 1/3 = 0.33",
        "z = 0.5·3 ≈ 1.5",
        "z = 0.125·1 ≈ 0.12",
        "z = σ(0) = 0.5",
    ],
)
def test_the_check_itself_can_fail(printed: str) -> None:
    """The evaluator of these tests finds a wrong value, a wrong sign of equality and a wrong rounding."""
    with pytest.raises(AssertionError):
        _checked(f"  {printed}", "terminal", False, RoundingMode.HALF_UP)


def test_an_unbracketed_minus_is_found() -> None:
    """The evaluator of these tests does not accept a sign after an operator."""
    with pytest.raises(AssertionError):
        _checked("  z = 5·−2 = −10", "terminal", False, RoundingMode.HALF_UP)
