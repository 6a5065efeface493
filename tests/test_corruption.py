"""One changed number: its line is named, nothing before it is touched, and what comes after only follows."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from fractions import Fraction

from hypothesis import assume, given
from hypothesis import strategies as st

from deltarule import api
from deltarule.errors import LimitError
from deltarule.exercise import Carry, Exercise
from deltarule.findings import Status
from deltarule.written import Precision, RoundingMode

# ---------------------------------------------------------------- an author of our own, who goes on with what stands there


def _half_up(value: Fraction, places: int) -> Fraction:
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 10**places)


def _text(value: Fraction, places: int) -> str:
    digits = str(abs(int(value * 10**places))).rjust(places + 1, "0")
    return ("-" if value < 0 else "") + (f"{digits[:-places]}.{digits[-places:]}" if places else digits)


def _plain(value: Fraction) -> str:
    places = next(p for p in range(12) if (value * 10**p).denominator == 1)
    return _text(value, places)


def _in_brackets(text: str) -> str:
    return f"({text})" if text.startswith("-") else text


@dataclass
class Author:
    """Works a linear neuron with plain fractions, rounding half up; at line number `at` the value is off by `by` units.

    `values` holds for each worked line its place in the text and the value printed there.
    """

    rows: list[list[Fraction]]
    targets: list[Fraction]
    weights: list[Fraction]
    rate: Fraction
    places: int
    epochs: int
    at: int = -1
    by: int = 0
    lines: list[str] = field(default_factory=list)
    values: list[tuple[int, Fraction]] = field(default_factory=list)

    def __post_init__(self) -> None:
        names = [f"x_{j + 1}" for j in range(len(self.rows[0]))] + ["y"]
        self.lines += ["\t".join(names)]
        self.lines += [
            "\t".join(_plain(v) for v in (*row, y)) for row, y in zip(self.rows, self.targets, strict=True)
        ]
        self.lines += ["", rf"$$\eta = {_plain(self.rate)}$$", ""]
        start = [(self._name(j), w) for j, w in enumerate(self.weights)]
        for name, w in start:
            self.lines += [f"$${name} = {_plain(w)}$$", ""]
        self.lines += [r"$$L = \frac{1}{n} \sum_i (y_i - z_i)^2$$", ""]
        now = {name: (w, _plain(w)) for name, w in start}
        for epoch in range(1, self.epochs + 1):
            self.lines += [f"Epoch {epoch}", ""]
            now = self._epoch(now)

    def _name(self, j: int) -> str:
        return f"w_{j + 1}" if j < len(self.rows[0]) else "b"

    def _epoch(self, now: dict[str, tuple[Fraction, str]]) -> dict[str, tuple[Fraction, str]]:
        d, n = len(self.rows[0]), len(self.rows)
        errors: list[tuple[Fraction, str]] = []
        for i, row in enumerate(self.rows):
            weights = [now[self._name(j)] for j in range(d + 1)]
            terms = [
                rf"{_in_brackets(text)} \cdot {_in_brackets(_plain(x))}"
                for (_, text), x in zip(weights, row, strict=False)
            ]
            exact = sum((w * x for (w, _), x in zip(weights, row, strict=False)), weights[d][0])
            z, z_text = self._line(f"z_{i + 1}", " + ".join([*terms, _in_brackets(weights[d][1])]), exact)
            target = self.targets[i]
            errors.append(self._line(f"e_{i + 1}", f"{_plain(target)} - {_in_brackets(z_text)}", target - z))
        squares = " + ".join(f"{_in_brackets(text)}^2" for _, text in errors)
        self._line("L", rf"\frac{{1}}{{{n}}} ({squares})", sum((e * e for e, _ in errors), Fraction(0)) / n)
        gradients = {}
        for j in range(d + 1):
            column = [row[j] if j < d else Fraction(1) for row in self.rows]
            products = [
                rf"{_in_brackets(t)} \cdot {_in_brackets(_plain(x))}" if j < d else _in_brackets(t)
                for (_, t), x in zip(errors, column, strict=True)
            ]
            exact = Fraction(-2, n) * sum(e * x for (e, _), x in zip(errors, column, strict=True))
            gradients[j] = self._line(
                rf"\frac{{\partial L}}{{\partial {self._name(j)}}}",
                rf"-\frac{{2}}{{{n}}} ({' + '.join(products)})",
                exact,
            )
        new = {}
        for j in range(d + 1):
            (old, old_text), (gradient, text) = now[self._name(j)], gradients[j]
            new[self._name(j)] = self._line(
                self._name(j),
                rf"{old_text} - {_plain(self.rate)} \cdot {_in_brackets(text)}",
                old - self.rate * gradient,
            )
        return new

    def _line(self, left: str, right: str, exact: Fraction) -> tuple[Fraction, str]:
        value = _half_up(exact, self.places)
        if len(self.values) == self.at:
            value += Fraction(self.by, 10**self.places)
        text = _text(value, self.places)
        self.lines += [rf"$${left} = {right} {'=' if value == exact else chr(92) + 'approx'} {text}$$", ""]
        self.values.append((len(self.lines) - 1, value))
        return value, text


@st.composite
def _authors(draw: st.DrawFn) -> Author:
    n, d = draw(st.integers(2, 4)), draw(st.integers(1, 3))
    cell = st.integers(-60, 60).filter(lambda k: k % 10 and abs(k) > 10).map(lambda k: Fraction(k, 10))
    return Author(
        rows=[[draw(cell) for _ in range(d)] for _ in range(n)],
        targets=[draw(cell) for _ in range(n)],
        weights=[draw(cell) / 10 for _ in range(d + 1)],
        rate=draw(st.sampled_from([Fraction(1, 100), Fraction(1, 50), Fraction(1, 10)])),
        places=draw(st.integers(2, 4)),
        epochs=draw(st.integers(1, 3)),
    )


@given(author=_authors(), data=st.data())
def test_what_an_honest_author_writes_is_clean(author: Author, data: st.DataObject) -> None:
    """The author whose numbers are changed below makes no slip of its own."""
    marking = api.check("\n".join(author.lines))
    assert [(slip.line, slip.message) for slip in marking.slips] == []
    assert marking.unread == ()
    assert marking.follow_through == ()


@given(author=_authors(), data=st.data())
def test_a_wrong_value_that_is_carried_on(author: Author, data: st.DataObject) -> None:
    """The line of a wrong value is the only slip, and exactly those later lines follow whose numbers it changed."""
    at = data.draw(st.integers(0, len(author.values) - 1))
    by = data.draw(st.one_of(st.integers(4, 900), st.integers(-900, -4)))
    wrong = replace(author, at=at, by=by, lines=[], values=[])
    line, before = author.values[at]
    assume(
        abs(wrong.values[at][1] + before) * 10**author.places > 3
    )  # the same number with the other sign is another slip
    marking = api.check("\n".join(wrong.lines))
    assert [slip.line for slip in marking.slips] == [line], [slip.message for slip in marking.slips]
    assert marking.slips[0].kind in ("arithmetic", "place-value", "rounding")
    assert marking.unread == ()
    changed = {
        here
        for (here, old), (_, new) in zip(author.values, wrong.values, strict=True)
        if old != new and here > line
    }
    follow = {item.line for item in marking.follow_through}
    assert follow == changed, {number: wrong.lines[number - 1] for number in follow ^ changed}
    assert all(item.from_lines == (line,) for item in marking.follow_through)
    assert set(marking.slips[0].affects) == changed


@given(author=_authors(), data=st.data())
def test_a_wrong_value_that_the_author_does_not_use(author: Author, data: st.DataObject) -> None:
    """A value miswritten in one place only: that line is named, and whoever goes on from the right value is followed."""
    at = data.draw(st.integers(0, len(author.values) - 1))
    by = data.draw(st.integers(7, 900))
    line, value = author.values[at]
    wrong = _text(value + Fraction(by, 10**author.places), author.places)
    lines = list(author.lines)
    lines[line - 1] = re.sub(r"(?<= )-?[\d.]+(?=\$\$$)", wrong, lines[line - 1])
    marking = api.check("\n".join(lines))
    assert [slip.line for slip in marking.slips] == [line], [slip.message for slip in marking.slips]
    assert marking.unread == ()
    assert {remark.code for remark in marking.remarks if remark.line > line} <= {"remark.adopted"}
    assert all(item.line > line for item in marking.follow_through)


_NUMBER = re.compile(r"(?<![\w.}{^_])\d+\.\d+")


@given(author=_authors(), data=st.data())
def test_a_miswritten_operand_is_a_harmless_copying_slip(author: Author, data: st.DataObject) -> None:
    """An operand that is miswritten while the value fits the right one: copying, harmless, and nothing follows."""
    at = data.draw(st.integers(0, len(author.values) - 1))
    line, _ = author.values[at]
    text = author.lines[line - 1]
    start = text.index(" = ") + 3
    end = max(text.rfind(" = "), text.rfind(r" \approx "))
    operands = list(_NUMBER.finditer(text, start, end))
    assume(operands)
    chosen = data.draw(st.sampled_from(operands))
    digit = chosen.start() + data.draw(st.sampled_from([k for k, c in enumerate(chosen[0]) if c.isdigit()]))
    other = data.draw(st.sampled_from([c for c in "123456789" if c != text[digit]]))
    miswritten = text[:digit] + other + text[digit + 1 :]
    assume(_value(miswritten[start:end]) is None or _differs(author, text, miswritten, start, end))
    lines = list(author.lines)
    lines[line - 1] = miswritten
    marking = api.check("\n".join(lines))
    assert [(slip.line, slip.harmless) for slip in marking.slips] == [(line, True)], [
        slip.message for slip in marking.slips
    ]
    assert marking.slips[0].kind == "copying"
    assert marking.slips[0].column - 1 <= digit < marking.slips[0].end_column - 1
    assert marking.follow_through == ()


def _value(expression: str) -> Fraction | None:
    """Value of a product or sum as the author writes it, by Python's own arithmetic on fractions."""
    plain = (
        re.sub(r"\\frac\{(\d+)\}\{(\d+)\} ", r"\1/\2*", expression).replace(r"\cdot", "*").replace("^", "**")
    )
    plain = re.sub(r"\d+\.\d+|\d+(?!\))(?<!\*\*\d)", lambda m: f"Fraction('{m[0]}')", plain)
    result = eval(plain, {"Fraction": Fraction})
    return result if isinstance(result, Fraction) else None


def _differs(author: Author, text: str, miswritten: str, start: int, end: int) -> bool:
    """Whether the other digit changes the value by so much that it cannot pass for rounded or carried."""
    before, after = _value(text[start:end]), _value(miswritten[start:end])
    assert before is not None
    assert after is not None
    return bool(abs(before - after) * 10**author.places > 3)


# ---------------------------------------------------------------- the same in what deltarule writes, every neuron and scheme

Strategy = st.SearchStrategy[Exercise]


def _worked(text: str) -> Iterator[tuple[int, str]]:
    """Worked lines of a Markdown solution, with their numbers; the verdict on the run is no working."""
    part = ""
    for number, line in enumerate(text.split("\n"), 1):
        part = line if line.startswith("## ") else part
        if part.startswith("## Epoch") and re.search(r"(=|\\approx) -?\d+(\.\d+)?\$\$$", line):
            yield number, line


@given(data=st.data())
def test_a_changed_value_in_a_worked_solution(exercises: Strategy, data: st.DataObject) -> None:
    """Whatever the neuron: a value changed beyond its tolerance is a slip on its line, and no other line is one."""
    exercise = replace(
        data.draw(exercises), precision=Precision(3, None, RoundingMode.HALF_UP), carry=Carry.PRINTED
    )
    try:
        text = api.solve(exercise).write("markdown").partition("## Verdict")[0]
    except LimitError:
        assume(False)
    lines = list(_worked(text))
    number, line = data.draw(st.sampled_from(lines))
    value = re.search(r"-?\d+(?:\.\d+)?(?=\$\$$)", line)
    assert value is not None
    factor = data.draw(st.sampled_from([Fraction(3, 2), Fraction(-7, 3), Fraction(11, 4)]))
    wrong = _text(_half_up((Fraction(value[0]) + Fraction(1, 10)) * factor, 3), 3)
    assume(abs(Fraction(wrong) - Fraction(value[0])) > Fraction(1, 50))  # -0.3 comes back to itself
    changed = text.split("\n")
    changed[number - 1] = line[: value.start()] + wrong + "$$"
    marking = api.check("\n".join(changed))
    assert {slip.line for slip in marking.slips} == {number}, [
        (slip.line, slip.message) for slip in marking.slips
    ]
    assert marking.unread == ()
    assert all(item.line > number for item in marking.follow_through)
    before = [v for v in api.check(text).report.verdicts if v.line < number]
    assert [(v.line, v.status) for v in marking.report.verdicts if v.line < number] == [
        (v.line, v.status) for v in before
    ]
    assert all(v.status in (Status.RIGHT, Status.RIGHT_ROUNDED) for v in before)
