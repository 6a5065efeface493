"""Somebody's text, taken apart: claims, headings, tables and sentences, each with its place."""

from dataclasses import field
from fractions import Fraction
from typing import TypeAlias

from deltarule.algebra.expr import Expr, Vector, node
from deltarule.exercise import Exercise
from deltarule.findings import Unread
from deltarule.naming import Names
from deltarule.records import derived, record
from deltarule.spans import Source, Span
from deltarule.written import Written

OUTPUT_AT = "output at"  # the function in "[0, 1] -> 1": what comes out for these inputs
COLUMN = "column:"  # begins the name of a list of data whose label is a word of the author's


@node
class Link:
    """A relation sign and what stands to the right of it.

    `relation` is ``=``, ``≈`` or a comparison (``>>`` included). `readings` are other trees that
    the same text could mean, tried when `expr` does not fit. `whole` is the formula as it stands, where `expr` is
    one component of what it says about a vector.
    """

    relation: str
    expr: Expr
    span: Span
    readings: tuple[Expr, ...] = ()
    whole: Expr | None = None


@node
class Claim:
    """What a document asserts: a subject (None if it has no left side), then links."""

    span: Span
    line: int
    subject: Expr | None
    links: tuple[Link, ...]
    label: "Heading | None" = None
    concluded: Written | None = None  # the class in "... > 0.5, so predict 1"
    part: int | None = None  # which component of a vector it is about, counted from 0
    formula: Expr | None = None  # what the heading of its column says it is
    supposed: bool = False  # told of as a mistake, or of what did not happen
    given: Vector | None = None  # a matrix that the subject names; there are no links then

    @derived
    def formulas(self) -> tuple[Expr, ...]:
        """The sides behind its signs that hold names."""
        return tuple([link.expr for link in self.links if not link.expr.is_numeric])

    @derived
    def in_numbers(self) -> tuple[Expr, ...]:
        """The sides behind its signs that hold no names."""
        return tuple([link.expr for link in self.links if link.expr.is_numeric])


@node
class Heading:
    """A numbered label that places what follows: an epoch, a sample, a step, or only a number."""

    span: Span
    line: int
    epoch: int | None = None
    sample: int | None = None
    ordinal: int | None = None  # "2." or "(2)": what it counts is found from what follows
    features: tuple[
        Fraction, ...
    ] = ()  # the data that a row of a table begins with, which say whose row it is
    targets: tuple[Fraction, ...] = ()
    start: bool = False  # the row tells only the weights that a run starts from


@record
class Table:
    """A table: header cells and rows of cells; a cell that holds no mathematics is None."""

    span: Span
    line: int
    header: tuple[Expr | None, ...]
    header_texts: tuple[str, ...]
    rows: tuple[tuple[Expr | None, ...], ...]
    row_spans: tuple[Span, ...]


@record
class Threshold:
    """A decision rule read from a cases environment: the upper label from `bound` on."""

    span: Span
    line: int
    bound: Written
    upper: Written
    lower: Written
    inclusive: bool
    subject: Expr | None = None
    argument: Expr | None = None  # what is held against the bound
    named: bool = False  # the bound is written by its name, which is told elsewhere


@record
class Sentence:
    """What prose concludes: a topic from a closed list, with a figure where it names one.

    Topics: ``diverging``, ``converging``, ``loss-growing``, ``loss-falling``, ``rate-too-high``, ``rate-too-low``,
    ``all-predicted``, ``loss-figure``.
    """

    span: Span
    line: int
    topic: str
    figure: Written | None = None


@record
class Place:
    """A point that is told without a name, ``(8.1, 0)``: where something is worked out, or where a step leads.

    `value` is what an arrow leads to from it, ``(0, 1) -> 1``.
    """

    span: Span
    line: int
    numbers: tuple[Expr, ...]
    argument: bool = False  # of a function that is named in front of it
    value: Expr | None = None


@node
class Mention:
    """A number in prose that is no claim by itself, ``a probability of 52.5 %``.

    One that is too short to come once only is `short`: it tells again what was worked out, or nothing.
    """

    span: Span
    line: int
    number: Written
    percent: bool = False
    subject: Expr | None = None  # what it is the value of, where the prose says so
    old: bool = False  # until now
    short: bool = False
    brief: bool = False  # of too few figures to say anything by itself


Item: TypeAlias = Claim | Heading | Table | Threshold | Sentence | Place


@record
class Confidence:
    """How likely it is, by the OCR program that wrote the text, that a piece of it was read right (0 to 1)."""

    span: Span
    value: Fraction


@record
class Document:
    """A text and what was found in it, in reading order; `extent` is where it stands in the source, if not all of that is it or was looked at."""

    source: Source
    items: tuple[Item, ...]
    unread: tuple[Unread, ...] = ()
    beyond_budget: int | None = None  # first line that was not looked at, where a budget ran out
    confidences: tuple[Confidence, ...] = ()
    mentions: tuple[Mention, ...] = ()
    extent: Span | None = None

    @property
    def text(self) -> str:
        """Its text."""
        return self.source.text if self.extent is None else self.source.extract(self.extent)


@record
class Understood:
    """The exercise found in a document, and which claims stated it rather than worked it.

    `statements` maps the position of an item in the document to the setting that it gave.
    `names` says what the document's names mean; `stated` names the conventions that a formula states, all others are
    inferred from figures or are the usual ones. `untold` is what is understood without
    data that stand in no table, where there are such. `damaged` holds what of the data and settings cannot be used, with
    what is wrong with it: the exercise is then left without them.
    """

    exercise: Exercise
    statements: dict[int, str] = field(default_factory=dict)
    contradictions: tuple[tuple[Span, str], ...] = ()
    names: Names = field(default_factory=Names)
    stated: frozenset[str] = frozenset()
    damaged: tuple[tuple[Span, str], ...] = ()
    untold: "Understood | None" = None
