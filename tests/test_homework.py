"""The example homework: what must be found, what must not, and the same with every number redrawn."""

import json
from collections import Counter
from dataclasses import dataclass, field
from fractions import Fraction
from pathlib import Path
from random import Random

import pytest

from deltarule import api
from deltarule.findings import Slip, Status

EXAMPLE = Path(__file__).resolve().parents[1] / "examples" / "diverging-neuron"
KEY = json.loads((EXAMPLE / "expected.json").read_text(encoding="utf-8"))


@pytest.fixture(scope="module")
def marking() -> api.Marking:
    """The example homework, marked."""
    return api.check(EXAMPLE / "solution.md")


def _on(marking: api.Marking, line: int) -> list[Slip]:
    return [slip for slip in marking.slips if slip.line == line]


# ---------------------------------------------------------------- the homework as it is


@pytest.mark.parametrize("entry", KEY["slips"], ids=lambda entry: f"{entry['lines'][0]}-{entry['what']}")
def test_every_required_slip_is_found(marking: api.Marking, entry: dict[str, list[object]]) -> None:
    """Each entry of the key is found on one of its lines, under one of its kinds."""
    found = [slip for line in entry["lines"] for slip in _on(marking, line)]  # type: ignore[arg-type]  # JSON: a list of whole numbers
    assert any(slip.kind in entry["kinds"] for slip in found)


def test_nothing_else_is_called_a_slip(marking: api.Marking) -> None:
    """Every slip is one that the key names or allows, and no line has more of them than the key counts (two operands on one line are two findings at most)."""
    allowed = {
        line: {kind for e in KEY["slips"] if line in e["lines"] for kind in e["kinds"]}
        for e in KEY["slips"]
        for line in e["lines"]
    }
    for slip in marking.slips:
        assert slip.line in allowed or slip.line in KEY["optional_lines"], slip.message
        if slip.line in allowed:
            assert slip.kind in allowed[slip.line], slip.message
    count = Counter(slip.line for slip in marking.slips)
    assert count[54] <= 2  # two operands are miscopied there
    assert count[184] == 2
    assert all(number == 1 for line, number in count.items() if line not in (26, 54, 184))


def test_everything_is_read(marking: api.Marking) -> None:
    """No piece of the homework stays unread or unchecked, and it is called what it is."""
    assert marking.unread == ()
    assert [v.line for v in marking.report.verdicts if v.status is Status.UNCHECKED] == []
    assert marking.verdict == "slips"


def test_the_exercise_is_understood(marking: api.Marking) -> None:
    """Data, start, rate, convention and threshold are read from the document itself."""
    exercise = marking.exercise
    assert [[int(x.value) for x in row] for row in exercise.features] == [
        [5, 8, 6],
        [6, 4, 3],
        [8, 5, 9],
        [7, 9, 1],
    ]
    assert [int(y.value) for y in exercise.targets] == [1, 1, 0, 0]
    assert [w.text for w in exercise.weights] == ["0.08", "0.06", "0.03"]
    assert exercise.bias is not None
    assert exercise.bias.value == 0
    assert exercise.learning_rate is not None
    assert exercise.learning_rate.value == Fraction("0.1")
    assert (exercise.activation, exercise.loss, exercise.convention) == ("identity", "squared", "mean")
    assert (exercise.epochs, exercise.batch_size, exercise.missing) == (4, None, ())
    assert exercise.threshold is not None
    assert exercise.threshold.value == Fraction("0.5")


@pytest.mark.parametrize(
    ("line", "written", "expected"),
    [
        (26, "1.05", "1.06"),
        (92, "172.65", "172.64"),
        (166, "-6941.44", "-6942.44"),
        (176, "-7655.5", "-76555.15"),
        (178, "-7691.2", "-76911.63"),
        (180, "-5907.5", "-59075.04"),
        (182, "-1162.7", "-11626.90"),
        (186, "7691.2", "769.12"),
        (188, "5907.5", "590.75"),
        (190, "1162.7", "116.27"),
        (174, "343110", "34708602.82"),
    ],
)
def test_what_it_should_be_is_right(marking: api.Marking, line: int, written: str, expected: str) -> None:
    """The expected value of a slip is the one worked out by hand from the author's own numbers."""
    (slip,) = _on(marking, line)
    assert slip.written == written
    assert Fraction(slip.expected) == Fraction(expected)


def test_what_follows_from_the_slip_of_line_166(marking: api.Marking) -> None:
    """Repaired and replayed with the author's rounding, the error, the loss and all four gradients change as worked by hand."""
    (slip,) = _on(marking, 166)
    assert {168, 174, 176, 178, 180, 182} <= set(slip.affects)
    assert min(slip.affects) > 166
    replayed = {
        v.name: v.repaired
        for v in marking.report.verdicts
        if v.line == 168 and v.status is Status.FOLLOW_THROUGH
    }
    assert replayed["a_3"] == "-6942.44"
    assert replayed["e_3"] == "6942.44"
    assert {item.line for item in marking.follow_through if 166 in item.from_lines} >= {168}


def test_a_follow_through_is_never_a_slip(marking: api.Marking) -> None:
    """Line 168 is right given line 166, and is charged to it only."""
    assert _on(marking, 168) == []
    assert all(item.from_lines for item in marking.follow_through)
    assert all(line <= item.line for item in marking.follow_through for line in item.from_lines)


@pytest.mark.parametrize("line", [54, 148, 196])
def test_harmless_copying_slips(marking: api.Marking, line: int) -> None:
    """An operand is miswritten and the value fits the right one: said so, and nothing follows."""
    assert _on(marking, line)
    for slip in _on(marking, line):
        assert slip.harmless
        assert slip.kind == "copying"
        assert slip.affects == ()


def test_the_other_slips_are_not_harmless(marking: api.Marking) -> None:
    """Harmless is said of no other slip."""
    assert {slip.line for slip in marking.slips if slip.harmless} == {54, 148, 196}


@pytest.mark.parametrize(("later", "earlier"), [(184, 176), (186, 178), (188, 180), (190, 182)])
def test_pairs_that_cancel(marking: api.Marking, later: int, earlier: int) -> None:
    """Each place-value slip of a change cancels the one of its gradient, and the report says so."""
    (remark,) = [
        remark for remark in marking.remarks if remark.code == "remark.cancels" and remark.line == later
    ]
    assert str(earlier) in remark.message


@pytest.mark.parametrize("line", [112, 186])
def test_carried_values_are_right(marking: api.Marking, line: int) -> None:
    """12.59 and 7344.54 are right as carried unrounded, and the report says so."""
    carried = [
        remark
        for remark in marking.remarks
        if remark.code == "remark.carried-unrounded" and remark.line == line
    ]
    assert len(carried) == 1
    weights = [v for v in marking.report.verdicts if v.line == line and v.name.startswith("w_")]
    assert [v.status in (Status.RIGHT_ROUNDED, Status.FOLLOW_THROUGH) for v in weights] == [True]


def test_the_contradiction_names_the_right_figure(marking: api.Marking) -> None:
    """34.7 million contradicts 343110 of line 174, and is the right one of the two."""
    (remark,) = [remark for remark in marking.remarks if remark.code == "remark.contradiction"]
    assert remark.line == 206
    assert "174" in remark.message
    assert "343110" in remark.message
    assert "34.7 million is the right one" in remark.message


def test_the_conclusions_are_right(marking: api.Marking) -> None:
    """Diverging, learning rate too high, every sample predicted 1: all three hold, with evidence."""
    assert {(c.topic, c.right) for c in marking.report.conclusions} == {
        ("diverging", True),
        ("rate-too-high", True),
        ("all-predicted", True),
    }
    evidence = next(c.sentence for c in marking.report.conclusions if c.topic == "rate-too-high")
    assert "0.009015" in evidence  # 2 / 221.863372


def test_the_summary_adds_up(marking: api.Marking) -> None:
    """Every claim has one status, and the first slip is the one of line 26."""
    summary = marking.summary
    count = Counter(v.status for v in marking.report.verdicts)
    assert summary.right == count[Status.RIGHT]
    assert summary.right_rounded == count[Status.RIGHT_ROUNDED]
    assert summary.follow_through == count[Status.FOLLOW_THROUGH] == len(marking.follow_through)
    assert summary.claims == len(marking.report.verdicts)
    assert summary.slips == len(marking.slips)
    assert marking.slips[0].line == 26


def test_places_are_those_of_the_written_text(marking: api.Marking) -> None:
    """Line and column of a slip cut the written number out of the text."""
    lines = (EXAMPLE / "solution.md").read_text(encoding="utf-8").split("\n")
    for slip in marking.slips:
        if slip.code in ("arithmetic.value", "place-value.shift", "rounding.last-place"):
            assert lines[slip.line - 1][slip.column - 1 : slip.end_column - 1].strip() == slip.written


def test_the_same_with_the_exercise_given_beside_it(marking: api.Marking) -> None:
    """The exercise file leads to the same findings as the document alone."""
    beside = api.check(EXAMPLE / "solution.md", EXAMPLE / "exercise.toml")
    assert [(s.line, s.code, s.expected) for s in beside.slips] == [
        (s.line, s.code, s.expected) for s in marking.slips
    ]
    assert beside.follow_through == marking.follow_through


# ---------------------------------------------------------------- the homework with every number redrawn


def _half_up(value: Fraction, places: int) -> Fraction:
    scaled = abs(value) * 10**places
    whole = (2 * scaled.numerator + scaled.denominator) // (2 * scaled.denominator)
    return Fraction(whole if value >= 0 else -whole, 10**places)


def _text(value: Fraction) -> str:
    """A number as the author of the homework writes it: no zeros at the end."""
    places = 0
    while (value * 10**places).denominator != 1:
        places += 1
    digits = str(abs(value.numerator * 10**places // value.denominator)).rjust(places + 1, "0")
    point = f"{digits[: len(digits) - places]}.{digits[len(digits) - places :]}" if places else digits
    return f"-{point}" if value < 0 else point


def _in_brackets(value: Fraction) -> str:
    return f"({_text(value)})" if value < 0 else _text(value)


@dataclass
class Redrawn:
    """The homework's layout with other numbers, worked with plain fractions, and its planted slips."""

    seed: int
    lines: list[str] = field(default_factory=list)
    slips: dict[int, str] = field(default_factory=dict)  # line -> kind
    harmless: set[int] = field(default_factory=set)
    follows: dict[int, int] = field(default_factory=dict)  # line -> line of its slip
    repaired: dict[tuple[int, str], Fraction] = field(default_factory=dict)

    def __post_init__(self) -> None:
        self.random = Random(self.seed)
        while True:
            self._draw()
            self.lines, self.slips, self.harmless, self.follows, self.repaired = [], {}, set(), {}, {}
            if self._worked():
                break

    def _worked(self) -> bool:
        """Work what was drawn; False if the pair of shifted points has too few digits to be told from others."""
        self.given = (list(self.w), self.b)
        self._problem()
        for epoch in (1, 2, 3):
            self._epoch(epoch)
        self._predictions()
        return self.clear

    @property
    def text(self) -> str:
        """The document."""
        return "\n".join(self.lines) + "\n"

    def add(self, line: str) -> int:
        """Add a line and an empty one; return its number."""
        self.lines += [line, ""]
        return len(self.lines) - 1

    # the exercise: distinct numbers, so that a miscopied one is no other's

    def _draw(self) -> None:
        draw = self.random
        self.n, self.d = draw.choice([3, 4, 5]), draw.choice([2, 3, 4])
        numbers = draw.sample(range(2, 30), self.n * self.d)
        self.x = [[Fraction(numbers.pop()) for _ in range(self.d)] for _ in range(self.n)]
        self.y = [Fraction(draw.choice([0, 1])) for _ in range(self.n)]
        self.w = [Fraction(k, 100) for k in draw.sample(range(11, 99), self.d)]
        self.b = Fraction(draw.choice([0, 5, 25]), 100)
        self.rate = Fraction(draw.choice([2, 5, 10, 20]), 1000)

    def _problem(self) -> None:
        header = [f"x_{j + 1}" for j in range(self.d)] + ["y"]
        self.lines += ["Sheet 1", "", "\t".join(header)]
        self.lines += ["\t".join(_text(v) for v in (*row, y)) for row, y in zip(self.x, self.y, strict=True)]
        self.lines.append("")
        self.add(rf"$$\alpha = {_text(self.rate)}$$")
        for j, w in enumerate(self.w, 1):
            self.add(f"$$w_{j} = {_text(w)}$$")
        self.add(f"$$b = {_text(self.b)}$$")

    # one epoch: printed carry, half up, two places

    def _epoch(self, epoch: int) -> None:
        self.add(f"Epoch {epoch}.")
        slip_z = self.random.randrange(self.n) if epoch == 2 else -1
        errors = [self._sample(i, i == slip_z) for i in range(self.n)]
        self._loss(errors, epoch)
        if epoch == 1:
            self._formulas()
        gradients = self._gradients(errors, epoch, slip_z)
        self._updates(gradients, epoch)

    def _sample(self, i: int, slip: bool) -> Fraction:
        terms = [rf"{_text(self.x[i][j])} \cdot {_in_brackets(self.w[j])}" for j in range(self.d)]
        bias = f"+ {_text(self.b)}" if self.b >= 0 else f"- {_text(-self.b)}"
        right = _half_up(sum((self.x[i][j] * self.w[j] for j in range(self.d)), self.b), 2)
        z = right + (Fraction(3) if right >= 0 else Fraction(-3)) if slip else right
        at = self.add(f"$$z_{i + 1} = {' + '.join(terms)} {bias} = {_text(z)}$$")
        error = self.y[i] - z
        after = self.add(
            rf"$$G({_text(z)}) = {_text(z)} \quad \text{{error}}_{i + 1} = {_text(self.y[i])} - {_in_brackets(z)} = {_text(error)}$$"
        )
        if slip:
            self.slips[at] = "arithmetic"
            self.z_slip, self.follows[after] = at, at
            self.repaired[after, f"a_{i + 1}"] = right
            self.repaired[after, f"e_{i + 1}"] = self.y[i] - right
        return error

    def _loss(self, errors: list[Fraction], epoch: int) -> None:
        squares = " + ".join(f"{_in_brackets(e)}^2" for e in errors)
        exact = sum((e * e for e in errors), Fraction(0)) / self.n
        shown = _half_up(exact, 2)
        if epoch == 3:  # a slip that nothing follows from
            shown = _half_up(exact * Fraction("1.07"), 2) + 1
        at = self.add(rf"$$MSE = \frac{{1}}{{{self.n}}} ({squares}) \approx {_text(shown)}$$")
        if epoch == 3:
            self.slips[at] = "arithmetic"
        if epoch == 2:
            self.follows[at] = self.z_slip

    def _formulas(self) -> None:
        self.add(r"$$\frac{\partial L}{\partial w_j} = -\frac{2}{n} \sum_i (y^i - G(z^i)) x_{ij}$$")
        self.slips[self.add(r"$$\Delta w_j = \alpha \cdot \frac{\partial L}{\partial w_j}$$")] = "sign"
        self.add(r"$$w_j = w_j + \Delta w_j$$")

    def _gradients(self, errors: list[Fraction], epoch: int, slip_z: int) -> list[Fraction]:
        found = []
        for j in (*range(self.d), self.d):
            x = [row[j] if j < self.d else Fraction(1) for row in self.x]
            value = Fraction(-2, self.n) * sum(e * v for e, v in zip(errors, x, strict=True))
            written = list(x)
            wrong = epoch == 1 and j == 0
            if wrong:  # an operand of another row, while the value fits the right one
                written[1] = x[2]
            products = [
                rf"{_in_brackets(e)} \cdot {_text(v)}" if j < self.d else _in_brackets(e)
                for e, v in zip(errors, written, strict=True)
            ]
            name = f"w_{j + 1}" if j < self.d else "b"
            tenth = epoch == 3 and j == 1
            value = value / 10 if tenth else value
            shown = _half_up(value, 2)
            at = self.add(
                rf"$$\frac{{\partial L}}{{\partial {name}}} = -\frac{{2}}{{{self.n}}} ({' + '.join(products)}) \approx {_text(shown)}$$"
            )
            if wrong:
                self.slips[at] = "copying"
                self.harmless.add(at)
            if tenth:
                self.slips[at] = "place-value"
            if epoch == 2:
                self.follows[at] = self.z_slip
            found.append(shown)
        return found

    def _updates(self, gradients: list[Fraction], epoch: int) -> None:
        for j, gradient in enumerate(gradients):
            name = f"w_{j + 1}" if j < self.d else "b"
            old = self.w[j] if j < self.d else self.b
            change = _half_up(-self.rate * gradient, 2)
            if epoch == 3 and j == 1:  # the other half of a pair that cancels
                change = _half_up(-self.rate * gradient * 10, 2)
                self.clear = abs(change) >= 1 and len(_text(change).strip("-0.").replace(".", "")) >= 3
            first = self.add(
                rf"$$\Delta {name} = -{_text(self.rate)} \cdot {_in_brackets(gradient)} \approx {_text(change)}$$"
            )
            new = old + change
            written = old
            if epoch == 2 and j == 0:  # a digit changed in copying the old weight, while the sum is right
                written = old + (60 if old >= 0 else -60)
            sign = "+" if change >= 0 else "-"
            second = self.add(f"$${name} = {_text(written)} {sign} {_text(abs(change))} = {_text(new)}$$")
            if written != old:
                self.slips[second] = "copying"
                self.harmless.add(second)
            if epoch == 3 and j == 1:
                self.slips[first] = "place-value"
            if j < self.d:
                self.w[j] = new
            else:
                self.b = new

    def _predictions(self) -> None:
        self.add(r"Our predictions are $\begin{cases} 1; & z \geq 0.5 \\ 0; & \text{otherwise} \end{cases}$")
        for i in range(self.n):
            row = list(self.x[i])
            if i == 1:  # a number of another row; the prediction stands
                row[1] = self.x[i + 1][1]
            terms = [rf"{_text(row[j])} \cdot {_in_brackets(self.w[j])}" for j in range(self.d)]
            bias = f"+ {_text(self.b)}" if self.b >= 0 else f"- {_text(-self.b)}"
            value = sum((row[j] * self.w[j] for j in range(self.d)), self.b)
            right = sum((self.x[i][j] * self.w[j] for j in range(self.d)), self.b)
            relation, label = (r"\geq", 1) if value >= Fraction(1, 2) else ("<", 0)
            at = self.add(
                rf"$${i + 1}. \quad {' + '.join(terms)} {bias} {relation} 0.5 \Rightarrow \text{{predict }} {label}$$"
            )
            if i == 1:
                self.slips[at] = "copying"
                self.harmless.add(at)
                self.stands = (value >= Fraction(1, 2)) == (right >= Fraction(1, 2))


SEEDS = range(20)


@pytest.mark.parametrize("seed", SEEDS)
def test_the_homework_redrawn(seed: int) -> None:
    """With every number redrawn, the analogous slips are found on their lines, and nothing else is."""
    homework = Redrawn(seed)
    marking = api.check(homework.text)
    lines = homework.text.split("\n")
    found = {
        (slip.line, str(slip.kind)): f"{slip.message}\n    {lines[slip.line - 1]}" for slip in marking.slips
    }
    expected = set(homework.slips.items())
    assert marking.unread == ()
    assert not expected - set(found), "not found"
    assert not set(found) - expected, "\n".join(found[key] for key in set(found) - expected)
    assert len(marking.slips) == len(expected), "a slip is charged once"
    assert {slip.line for slip in marking.slips if slip.harmless} == homework.harmless
    assert [c.line for c in marking.remarks if c.code == "remark.cancels"] == [
        line for line, kind in homework.slips.items() if kind == "place-value"
    ][1:]


@pytest.mark.parametrize("seed", SEEDS)
def test_what_follows_in_the_homework_redrawn(seed: int) -> None:
    """What follows from the planted wrong net input is said to follow from it, with the repaired values of hand."""
    homework = Redrawn(seed)
    marking = api.check(homework.text)
    followed = {
        item.line: item.from_lines for item in marking.follow_through if homework.z_slip in item.from_lines
    }
    for line, origin in homework.follows.items():
        if line not in homework.slips:
            assert origin in followed.get(line, ()), homework.text.split("\n")[line - 1]
    assert min(followed) > homework.z_slip
    for verdict in marking.report.verdicts:
        if (verdict.line, verdict.name) in homework.repaired:
            assert Fraction(verdict.repaired) == homework.repaired[verdict.line, verdict.name]


@pytest.mark.parametrize("seed", SEEDS)
def test_the_redrawn_homework_is_understood(seed: int) -> None:
    """Its data, start and rate are read as they were drawn."""
    homework = Redrawn(seed)
    weights, bias = homework.given
    exercise = api.check(homework.text).exercise
    assert [[x.value for x in row] for row in exercise.features] == homework.x
    assert [y.value for y in exercise.targets] == homework.y
    assert [w.value for w in exercise.weights] == weights
    assert exercise.bias is not None
    assert exercise.bias.value == bias
    assert exercise.learning_rate is not None
    assert exercise.learning_rate.value == homework.rate
    assert (exercise.convention, exercise.missing) == ("mean", ())
