"""Marked documents built by hand, so that the formats are tested without a reader or a judge."""

from collections.abc import Callable
from fractions import Fraction
from pathlib import Path

import pytest

from deltarule.exercise import Exercise
from deltarule.findings import FollowThrough, Kind, Remark, Slip, Status, Unread
from deltarule.history import Outcome
from deltarule.report import Conclusion, Diagnosis, Evidence, ExactRun, Report, Summary, Verdict
from deltarule.spans import Source, Span
from deltarule.written import parse_number

HOMEWORK = Path(__file__).resolve().parents[2] / "examples" / "diverging-neuron" / "solution.md"


def line_start(source: Source, line: int) -> Span:
    """A place at the start of a line."""
    return Span(source.line_starts[line - 1], source.line_starts[line - 1])


def place(source: Source, line: int, piece: str) -> tuple[Span, int, int, int]:
    """Span, line, column and end column of a piece of a line."""
    start = source.line_span(line).start + source.line_text(line).index(piece)
    return Span(start, start + len(piece)), line, *_columns(source, start, piece)


def _columns(source: Source, start: int, piece: str) -> tuple[int, int]:
    column = source.position(start)[1]
    return column, column + len(piece)


def slip(
    source: Source,
    line: int,
    piece: str,
    code: str,
    expected: str = "",
    *,
    quantity: str = "",
    epoch: int | None = None,
    true_value: str = "",
    harmless: bool = False,
    affects: tuple[int, ...] = (),
    message: str = "",
) -> Slip:
    """A slip at a piece of a line."""
    return Slip(
        *place(source, line, piece),
        Kind(code.partition(".")[0]),
        code,
        quantity,
        epoch,
        piece,
        expected,
        true_value,
        harmless,
        affects,
        message or f"{piece} should be {expected}.",
    )


def exercise() -> Exercise:
    """The exercise of the example."""
    rows = ("5 8 6", "6 4 3", "8 5 9", "7 9 1")
    return Exercise(
        features=tuple(tuple(parse_number(cell) for cell in row.split()) for row in rows),
        targets=tuple(parse_number(cell) for cell in "1100"),
        weights=tuple(parse_number(text) for text in ("0.08", "0.06", "0.03")),
        bias=parse_number("0"),
        learning_rate=parse_number("0.1"),
        epochs=4,
        threshold=parse_number("0.5"),
        feature_names=("x_1", "x_2", "x_3"),
    )


def diagnosis() -> Diagnosis:
    """A diagnosis with two sentences of evidence."""
    sentences = (
        "The loss grows from 0.695175 to 34550414.245229 in 4 epochs.",
        "0.1 is 11.1 times the largest stable learning rate, 0.009014557.",
    )
    return Diagnosis(
        outcome=Outcome.DIVERGING,
        losses=(Fraction(1), Fraction(172), Fraction(76974)),
        learning_rate=Fraction(1, 10),
        eigenvalues=(0.0339409676, 221.863372),
        direction=(0.5, 0.5, 0.5, 0.5),
        growth_predicted=21.186,
        growth_observed=(21.17, 21.19),
        largest_stable_rate=0.009014557,
        suggested_rate=0.0045,
        minimax_rate=0.009,
        standardized_limit=None,
        predicted_classes=("1", "1", "1", "1"),
        evidence=tuple(Evidence("cause", sentence) for sentence in sentences),
    )


@pytest.fixture
def homework() -> Report:
    """The example homework with some of its slips, marked by hand."""
    source = Source("homework/solution.md", HOMEWORK.read_text(encoding="utf-8"))
    following = (168, 174, 176, 178, 180, 182)
    slips = (
        slip(
            source,
            26,
            "1.05",
            "arithmetic.value",
            "1.06",
            quantity="z_1",
            epoch=1,
            true_value="1.06",
            message="z_1 is written as 1.05, but 5 · 0.08 + 0.06 · 8 + 0.03 · 6 + 0 is 1.06; you went on with 1.06.",
        ),
        slip(
            source,
            48,
            "w_j + \\Delta w_j",
            "sign.update",
            quantity="w_j",
            message="As stated, the rule adds the gradient and climbs; your numbers use the minus.",
        ),
        slip(
            source,
            54,
            "0.19 \\cdot 9",
            "copying.row",
            "0.19 · 3",
            quantity="∂L/∂w_3",
            epoch=1,
            harmless=True,
            message="x_3 of sample 2 is 3, not 9; the value 5.9 fits the right numbers.",
        ),
        slip(
            source,
            148,
            "76.28",
            "copying.digit",
            "16.28",
            quantity="w_1",
            epoch=3,
            harmless=True,
            message="w_1 was 16.28 before this step, not 76.28; the value fits 16.28.",
        ),
        slip(
            source,
            166,
            "-6941.44",
            "arithmetic.value",
            "-6942.44",
            quantity="z_3",
            epoch=4,
            true_value="-6926.27",
            affects=following,
            message="z_3 is written as -6941.44, but the products add up to -6942.44.",
        ),
        slip(
            source,
            184,
            "7655.5",
            "place-value.shift",
            "765.55",
            quantity="Δw_1",
            epoch=4,
            true_value="7638.89",
            message="-0.1 times -7655.5 is 765.55: the decimal point moved.",
        ),
        slip(
            source,
            184,
            "7310.44",
            "arithmetic.value",
            "7310.4",
            quantity="w_1",
            epoch=4,
            true_value="7293.77",
            affects=(194, 196, 198, 200),
            message="-345.1 + 7655.5 is 7310.4.",
        ),
    )
    follow = (
        FollowThrough(line_start(source, 168), 168, (166,), "error_3", "6941.44", Fraction("6942.44")),
        FollowThrough(line_start(source, 176), 176, (166,), "∂L/∂w_1", "-7655.5", Fraction("-76559.15")),
    )
    remarks = (
        Remark(
            *place(source, 112, "12.59"), "remark.carried-unrounded", "12.59 is right with all digits kept."
        ),
        Remark(
            *place(source, 206, "34.7 million"),
            "remark.contradiction",
            "Line 174 says 343110; 34.7 million is right.",
        ),
    )
    unread = (
        Unread(
            place(source, 216, "\\neq smallest MSE")[0], 216, "\\neq smallest MSE", "no quantity on the left"
        ),
    )
    right = tuple(
        Verdict(place(source, line, piece)[0], line, status, None, name, 1, piece, piece)
        for line, piece, status, name in (
            (28, "-0.06", Status.RIGHT, "e_1"),
            (42, "0.7", Status.RIGHT_ROUNDED, "L"),
            (168, "6941.44", Status.FOLLOW_THROUGH, "error_3"),
            (176, "-7655.5", Status.FOLLOW_THROUGH, "∂L/∂w_1"),
        )
    )
    conclusions = (
        Conclusion(
            place(source, 206, "diverging")[0], 206, "diverging", True, "The run diverges: the loss grows."
        ),
        Conclusion(
            place(source, 208, "the learning rate is too high")[0],
            208,
            "rate-too-high",
            True,
            "0.1 is above the largest stable learning rate.",
        ),
    )
    return Report(
        source,
        exercise(),
        "slips",
        Summary(120, 90, 12, 10, 7, 1, 0),
        right,
        slips,
        follow,
        remarks,
        unread,
        conclusions,
        ExactRun.known(diagnosis()),
        "Later lines go on with the printed values.",
    )


@pytest.fixture
def clean() -> Report:
    """A document of one right line."""
    source = Source("a.txt", "z = 0.4 * 3 + 0.2 = 1.4\n")
    verdict = Verdict(Span(0, 23), 1, Status.RIGHT, None, "z", None, "1.4", "1.4")
    return Report(
        source,
        Exercise(missing=("data",)),
        "clean",
        Summary(1, 1, 0, 0, 0, 0, 0),
        (verdict,),
        (),
        (),
        (),
        (),
        (),
        None,
    )


@pytest.fixture
def unreadable() -> Report:
    """A file that could not be used."""
    note = Unread(Span(0, 0), 1, "", "is a binary file, not text")
    return Report(
        Source("b.md", ""),
        Exercise(),
        "unreadable",
        Summary(0, 0, 0, 0, 0, 0, 0),
        (),
        (),
        (),
        (),
        (note,),
        (),
        None,
    )


@pytest.fixture
def marked() -> Callable[..., Report]:
    """Make a report on any text with one slip on a piece of its first line."""

    def make(text: str, piece: str, message: str = "", name: str = "x.md") -> Report:
        source = Source(name, text)
        found = slip(source, 1, piece, "arithmetic.value", "2", quantity="z_1", message=message)
        return Report(
            source, Exercise(), "slips", Summary(1, 0, 0, 0, 1, 0, 0), (), (found,), (), (), (), (), None
        )

    return make
