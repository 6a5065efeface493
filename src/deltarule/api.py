"""What deltarule offers from Python: each function puts stages together, and returns a view of their record.

Stages are imported where they are used, so that checking never loads what only solving needs.
"""

import gc
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from functools import partial
from operator import index
from pathlib import Path
from typing import TYPE_CHECKING, Any, SupportsIndex, TypeAlias

from deltarule.errors import InputError
from deltarule.exercise import Carry, Exercise
from deltarule.findings import FollowThrough, Remark, Slip, Unread
from deltarule.records import guarded
from deltarule.report import Diagnosis, ExactRun, Report, Summary
from deltarule.spans import Source, Span
from deltarule.trace import Trace, run, run_unrounded
from deltarule.written import Precision, RoundingMode, Written, parse_number

if TYPE_CHECKING:
    from rich.text import Text

    from deltarule.catalogue import Page

Given: TypeAlias = Exercise | str | Path


@guarded
class Solution:
    """A worked exercise: its run and the verdict on it. Prints as text, and well in Jupyter.

    Attributes
    ----------
    trace : Trace
        Every line of the run, with where each number came from.
    diagnosis : Diagnosis
        How the run ended and why, in numbers.
    """

    trace: Trace
    diagnosis: Diagnosis

    @property
    def exercise(self) -> Exercise:
        """What was worked."""
        return self.trace.exercise

    def write(
        self,
        form: str = "terminal",
        *,
        show: str | Sequence[int] | None = None,
        decimal_comma: bool = False,
        color: bool = False,
        width: int | None = None,
    ) -> str:
        """The worked solution as ``terminal``, ``markdown``, ``latex``, ``html`` or ``json`` text.

        `show` names the epochs to work line by line: a list, or text such as ``"1-3,last"``.
        """
        from deltarule.writing.solution import epochs_to_show, write_solution

        epochs = epochs_to_show(show, self.exercise.epochs) if isinstance(show, str) else show
        return write_solution(
            self.trace,
            self.diagnosis,
            form,
            show=epochs,
            decimal_comma=decimal_comma,
            color=color,
            width=width,
        )

    def __str__(self) -> str:
        return self.write()

    def __repr__(self) -> str:
        exercise = self.exercise
        sizes = ((exercise.n_samples, "sample"), (exercise.n_features, "feature"), (exercise.epochs, "epoch"))
        counts = ", ".join(f"{count} {what}{'s' * (count != 1)}" for count, what in sizes)
        return f"<Solution: {counts}; {self.diagnosis.outcome.code}>"

    def _repr_markdown_(self) -> str:
        return self.write("markdown")

    def _repr_html_(self) -> str:
        from html import escape

        # a whole page with its own style: framed, so that it leaves the notebook's style alone
        page = escape(self.write("html"), quote=True)
        return f'<iframe title="Worked solution" sandbox srcdoc="{page}" style="width:100%;height:44rem;border:0"></iframe>'


@guarded
class Marking:
    """A marked document. Prints as text, and well in Jupyter.

    Attributes
    ----------
    report : Report
        Everything that was found, with its places.
    """

    report: Report

    @property
    def verdict(self) -> str:
        """``clean``, ``slips`` or ``unreadable``."""
        return self.report.verdict

    @property
    def summary(self) -> Summary:
        """How many claims ended how."""
        return self.report.summary

    @property
    def slips(self) -> tuple[Slip, ...]:
        """What is wrong given the author's own earlier numbers."""
        return self.report.slips

    @property
    def follow_through(self) -> tuple[FollowThrough, ...]:
        """What is right given an earlier slip."""
        return self.report.follow_through

    @property
    def remarks(self) -> tuple[Remark, ...]:
        """What is worth saying and is not a slip."""
        return self.report.remarks

    @property
    def unread(self) -> tuple[Unread, ...]:
        """What could not be read."""
        return self.report.unread

    @property
    def exercise(self) -> Exercise:
        """The exercise as it was understood."""
        return self.report.exercise

    def write(self, form: str = "terminal", *, color: bool = False, width: int = 100) -> str:
        """The report as ``terminal``, ``markdown``, ``html``, ``sarif`` or ``json`` text."""
        return write_report([self.report], form, color=color, width=width)

    def to_dict(self) -> dict[str, Any]:
        """The object that ``--format json`` writes."""
        from deltarule.writing.report_json import payload

        return payload(self.report)

    def __str__(self) -> str:
        return self.write()

    def __repr__(self) -> str:
        claims, slips, name = self.summary.claims, len(self.slips), self.report.source.name
        counts = f"{claims} claim{'s' * (claims != 1)}, {slips} slip{'s' * (slips != 1)}"
        return f"<Marking of {name[:80]!r}: {self.verdict}; {counts}>"

    def __rich__(self) -> "Text":
        from deltarule.writing.report_terminal import text

        return text(self.report)

    def _repr_markdown_(self) -> str:
        return self.write("markdown")

    def _repr_html_(self) -> str:
        from zlib import crc32

        from deltarule.writing.report_html import fragment

        # several cells of a notebook share one page: anchors must not meet
        prefix = f"m{crc32(self.report.source.text.encode('utf-8', 'surrogatepass')):x}-"
        return fragment([self.report], prefix)


def write_report(
    reports: Sequence[Report], form: str = "terminal", *, color: bool = False, width: int = 100
) -> str:
    """Write the reports of several documents as one text."""
    from deltarule.writing.report import Look
    from deltarule.writing.report import write_report as written

    return written(reports, form, Look(color, width))


def solve(exercise: Given, **settings: Any) -> Solution:
    """Work an exercise line by line.

    Parameters
    ----------
    exercise : Exercise, path or text
        The exercise itself, a TOML, CSV or document file, or such a text.
    **settings
        Whatever is to be other than it says; see `adjusted`.

    Raises
    ------
    InputError
        It cannot be used as an exercise, or something is missing.
    TypeError
        There is no such setting.
    """
    known = adjusted.__kwdefaults__ or {}
    unknown = next((name for name in settings if name not in known), None)
    if unknown is not None:
        raise TypeError(f"solve() has no setting {unknown!r}; it has {', '.join(sorted(known))}")
    from deltarule.diagnosis import diagnose

    given = exercise if isinstance(exercise, Exercise) else read_exercise(exercise)
    name = "" if isinstance(exercise, Exercise) else _source_name(exercise)
    wanted = adjusted(given, **settings)
    try:
        trace = run(wanted)
    except InputError as error:
        raise error.within(name) from None
    return Solution(trace, diagnose(trace))


def check(
    text_or_path: str | Path | Source,
    exercise: Given | None = None,
    confidence: str | Path | Source | None = None,
) -> Marking:
    """Mark a worked solution line by line.

    Parameters
    ----------
    text_or_path : str or path
        A document, or the path of one. A text of a single line counts as a document if it holds ``=``.
    exercise : Exercise, path or text, optional
        What was to be worked; read from the document itself if left out.
    confidence : path, optional
        What the OCR program thought of its reading (Mathpix's ``.lines.json``). If left out, the file of that name
        beside an ``.mmd`` document. What does not fit in a doubtful place is a remark there and no slip.

    Raises
    ------
    InputError
        It cannot be opened or is not text.
    """
    given = exercise if isinstance(exercise, Exercise) or exercise is None else read_exercise(exercise)
    source = text_or_path if isinstance(text_or_path, Source) else _source(text_or_path)
    side = _side_car(text_or_path) if confidence is None else confidence

    with _collector_at_rest():
        return Marking(_marked(source, given, side))


def _marked(source: Source, given: Exercise | None, side: str | Path | Source | None) -> Report:
    """The report on a document; all that was made on the way to it is gone when the collector looks again."""
    from deltarule.checking import Pool, mark
    from deltarule.diagnosis import diagnose
    from deltarule.reading.parts import parts
    from deltarule.reading.problem import understand
    from deltarule.reading.reader import read_document

    document = read_document(source)
    if side is not None:
        from deltarule.reading.confidence import read_confidences

        said = side if isinstance(side, Source) else _source(Path(side))
        document = replace(document, confidences=read_confidences(said, source))

    def exact(exercise: Exercise) -> ExactRun:
        return ExactRun(partial(_run_if_complete, exercise), diagnose)

    reports = []
    pool = Pool()
    alone = (document,) if given is not None else parts(document)
    for part in alone:
        understood = understand(part, given)
        reports.append(mark(part, understood, exact, len(alone), pool))
    return Report.joined(reports)


@contextmanager
def _collector_at_rest() -> Iterator[None]:
    """Without the garbage collector: it would look again and again through records that are all in use.

    Marking makes thousands of them at once, and next to none in circles that only the collector could free; looking for
    some is a fifth of its time.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        yield
    finally:
        if collects:
            gc.enable()


def _side_car(given: str | Path | Source) -> str | None:
    """The confidence side-car beside a document that is named by its path."""
    if isinstance(given, Source) or _is_text(given) or Path(given).suffix.lower() != ".mmd":
        return None
    from deltarule.reading.confidence import side_car

    return side_car(str(given))


def _run_if_complete(exercise: Exercise, updates: int | None = None) -> Trace | None:
    """The exact run, or None where the exercise is not known well enough, is too long or leaves the range of numbers.

    Of that run only so many `updates`, if it has more.

    A diagnosis counts the bias as a direction; where there is none, or it is subtracted, none is made.
    """
    if not exercise.has_bias or exercise.bias_sign != "added":
        return None
    try:
        whole = exercise.complete()
        return run_unrounded(whole, updates) if whole.trace_lines <= MAX_RUN_LINES else None
    except InputError:
        return None


def unreadable(name: str, error: InputError) -> Marking:
    """The marking of a file that cannot be used."""
    note = Unread(Span(0, 0), error.line or 1, "", error.reason)
    nothing = Summary(0, 0, 0, 0, 0, 0, 0)
    report = Report(Source(name, ""), Exercise(), "unreadable", nothing, (), (), (), (), (note,), (), None)
    return Marking(report)


def explain(code: str | None = None) -> "Page | str":
    """The page of a kind or code; without one, the list of all.

    Raises
    ------
    UsageError
        There is no such kind or code; names those that are close.

    >>> print(explain("copying.row").title)
    a number from another row
    """
    from deltarule.catalogue import overview, page

    return overview() if code is None else page(code)


def read_exercise(path: str | Path) -> Exercise:
    """Read an exercise from a TOML file, a CSV file, a document, or a text that is one of these.

    Raises
    ------
    InputError
        It cannot be used; names file, line and remedy.
    """
    source = _source(path)
    form = Path(source.name).suffix.lower()
    if form == ".toml" or (form not in _TABLES and _looks_like_toml(source, form)):
        from deltarule.reading.exercise_toml import read_exercise_toml

        return read_exercise_toml(source)
    if form in _TABLES or (form not in _DOCUMENTS and _looks_like_csv(source)):
        from deltarule.reading.exercise_csv import read_exercise_csv

        return read_exercise_csv(source)
    from deltarule.reading.problem import understand
    from deltarule.reading.reader import read_document

    document = read_document(source)
    understood = understand(document, None)
    if understood.damaged:
        span, reason = understood.damaged[0]
        line = document.source.place(span).line
        raise InputError(reason, "give a number in every cell, for each column", source.name, line)
    return understood.exercise


MAX_RUN_LINES = 30_000  # of the exact run that a marking is compared with: a second of work
_TABLES = frozenset({".csv", ".tsv"})
_DOCUMENTS = frozenset({".md", ".markdown", ".mmd", ".txt", ".tex", ".ipynb"})


def _looks_like_toml(source: Source, form: str) -> bool:
    if form in _DOCUMENTS:
        return False
    from deltarule.reading.exercise_toml import looks_like_toml

    return looks_like_toml(source.text)


def _looks_like_csv(source: Source) -> bool:
    from deltarule.reading.exercise_csv import looks_like_csv

    return looks_like_csv(source.text)


def _is_text(given: str | Path) -> bool:
    """Whether a string is a text rather than the path of one."""
    return isinstance(given, str) and ("\n" in given or ("=" in given and not Path(given[:255]).exists()))


def _source_name(given: str | Path) -> str:
    return "<text>" if _is_text(given) else str(given)


def _source(given: str | Path) -> Source:
    if _is_text(given):
        return Source(_source_name(given), str(given))
    from deltarule.reading.files import load

    return load(given)


# settings that replace what an exercise says


def adjusted(
    exercise: Exercise,
    *,
    epochs: int | None = None,
    places: int | None = None,
    figures: int | None = None,
    rounding: str | None = None,
    carry: str | None = None,
    learning_rate: object = None,
    weights: Sequence[object] | None = None,
    bias: object = None,
    activation: str | None = None,
    loss: str | None = None,
    convention: str | None = None,
    batch_size: int | str | None = None,
    momentum: object = None,
    weight_decay: object = None,
    rate_factor: object = None,
    threshold: object = None,
) -> Exercise:
    """Return the exercise with some settings replaced; None leaves what it says.

    Numbers are taken as they print: ``0.1``, ``"0.10"``, ``Decimal("0.1")``.

    Raises
    ------
    InputError
        Something is not a number, or not one of the names there are.
    """
    changed: dict[str, object] = {
        "epochs": None if epochs is None else _whole("epochs", epochs),
        "activation": activation,
        "loss": loss,
        "convention": convention,
    }
    for name in ("activation", "loss", "convention"):
        if not isinstance(changed[name], str | None):
            raise InputError(f"{name} is {_short(changed[name])}", "give its name as text")
    numbers = {
        "learning_rate": learning_rate,
        "bias": bias,
        "momentum": momentum,
        "weight_decay": weight_decay,
        "rate_factor": rate_factor,
        "threshold": threshold,
    }
    for name, value in numbers.items():
        changed[name] = None if value is None else _number(name, value)
    if weights is not None:
        if isinstance(weights, str) or not isinstance(weights, Iterable):
            raise InputError(f"weights is {_short(weights)}", "give a list of numbers, such as [0.1, -0.2]")
        changed["weights"] = tuple(_number("weights", weight) for weight in weights)
    if batch_size is not None:
        changed["batch_size"] = _batch_size(batch_size)
    if carry is not None:
        changed["carry"] = _choice("carry", carry, {choice.value: choice for choice in Carry})
    if (places, figures, rounding) != (None, None, None):
        changed["precision"] = _precision(exercise.precision, places, figures, rounding)
    kept = {name: value for name, value in changed.items() if value is not None}
    if batch_size == "full":
        kept["batch_size"] = None
    missing = tuple(name for name in exercise.missing if name not in kept)
    return replace(exercise, **kept, missing=missing)  # type: ignore[arg-type]  # the names above are its fields


def _number(name: str, value: object) -> Written:
    if isinstance(value, Written):
        return value
    try:
        return parse_number(str(value))
    except InputError as error:
        raise InputError(f"{name}: {error.reason}", error.remedy) from None


def _whole(name: str, value: object) -> int:
    """A whole number; NumPy's are as good as Python's. Whether it is in range is said elsewhere."""
    if not isinstance(value, SupportsIndex) or isinstance(value, bool):
        raise InputError(f"{name} is {_short(value)}", "give a whole number")
    return index(value)


def _short(value: object) -> str:
    """A value as it is written in Python, short enough for a message."""
    text = repr(value)
    return text if len(text) <= 40 else f"{text[:40]}..."


def _batch_size(value: int | str) -> int | None:
    if value == "full":
        return None
    if isinstance(value, str) and re.fullmatch(r"[0-9]{1,9}", value):
        value = int(value)
    if isinstance(value, bool) or not isinstance(value, int) or value < 1:
        raise InputError(f"batch_size is {str(value)[:40]!r}", 'give "full" or a whole number from 1')
    return value


def _choice(name: str, value: str, choices: Mapping[str, Any]) -> Any:
    if value not in choices:
        raise InputError(f"unknown {name} {str(value)[:40]!r}", f"choose from {', '.join(choices)}")
    return choices[value]


def _precision(given: Precision, places: int | None, figures: int | None, rounding: str | None) -> Precision:
    mode = (
        given.mode
        if rounding is None
        else _choice("rounding", rounding, {mode.value: mode for mode in RoundingMode})
    )
    if places is not None:
        places = _whole("places", places)
    if figures is not None:
        figures = _whole("figures", figures)
    if places is None and figures is None:
        return Precision(given.places, given.figures, mode)
    return Precision(places, figures, mode)
