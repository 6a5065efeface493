"""`deltarule check`: mark worked solutions line by line."""

from collections.abc import Iterator, Sequence
from importlib import import_module
from itertools import chain
from pathlib import Path
from typing import TYPE_CHECKING

import click

from deltarule.cli.messages import say, unexpected
from deltarule.cli.output import CLEAN, CONTEXT, INTERRUPTED, SLIPS, UNUSABLE, WIDTH, Output
from deltarule.cli.pool import MAX_JOBS, Interrupt, Lost, in_order, jobs_for
from deltarule.cli.progress import Bar
from deltarule.cli.reads import STDIN, is_report, of_documents, of_exercise
from deltarule.records import record

if TYPE_CHECKING:
    from deltarule.api import Marking
    from deltarule.errors import InputError
    from deltarule.exercise import Exercise
    from deltarule.report import Report
    from deltarule.spans import Source

# the table of these names lives with the writers, which help must not load; a test holds them together
REPORT_FORMATS = ("terminal", "markdown", "html", "sarif", "json")
# formats that are written document by document, as each is finished
STREAMED = frozenset({"terminal", "markdown", "json"})


@click.command(context_settings=CONTEXT)
@click.argument("paths", metavar="PATH...", nargs=-1, required=True)
@click.option(
    "--exercise",
    metavar="FILE",
    help="The exercise that was to be worked (default: read from each document).",
)
@click.option(
    "--format",
    "form",
    type=click.Choice(REPORT_FORMATS),
    default="terminal",
    show_default=True,
    help="What to write.",
)
@click.option(
    "--strict", is_flag=True, help="End with status 1 also where something was not read or checked."
)
@click.option(
    "--confidence",
    metavar="FILE",
    help="What the OCR program thought of its reading (default: the .lines.json beside an .mmd file).",
)
@click.option(
    "-j",
    "--jobs",
    metavar="N",
    type=click.IntRange(1, MAX_JOBS),
    help="Use N processes (default: all cores where there are documents enough).",
)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def check(
    paths: Sequence[str],
    exercise: str | None,
    form: str,
    strict: bool,
    confidence: str | None,
    jobs: int | None,
    output: str | None,
) -> int:
    """Mark worked solutions line by line.

    PATH is a Markdown, LaTeX or plain text file, a folder with such files, or - for standard input. A slip is
    what is wrong given the author's own earlier numbers; what merely follows from a slip is told apart.

    \b
    Examples:
      deltarule check solution.md
      deltarule check solutions/ --exercise exercise.toml --format html -o report.html
      deltarule check solution.md --format json

    Exit status: 0 no slips, 1 slips, 2 a file that cannot be read or used. Ctrl-C ends with 130 and keeps what is done.
    """
    from deltarule.api import read_exercise, write_report

    given = None if exercise is None else read_exercise(exercise)
    names = list(_names(paths))
    if confidence is not None and len(names) != 1:
        raise click.UsageError("--confidence belongs to one document; name that alone.")
    others = (of_exercise(exercise) if exercise else (), (confidence,) if confidence else ())
    out = Output(output, chain(of_documents(names), *others))
    color, width = out.look()
    work = Checker(given, form, strict, color, width or WIDTH, confidence)
    status, finished = CLEAN, Finished()
    try:
        with Interrupt() as interrupt, Bar(len(names), "Checking") as bar:
            for checked in _results(work, names, jobs, interrupt):
                status = max(status, checked.status)
                finished.add(checked)
                if checked.complaint or (checked.text and out.on_terminal):
                    bar.hide()
                if checked.complaint and not (checked.text and form == "terminal" and out.on_terminal):
                    say(checked.complaint)  # else its report says so right there
                out.write(checked.text)
                bar.step()
                if out.broken:
                    break
    finally:  # an interrupt keeps what is finished
        if form not in STREAMED and finished.reports:
            out.write(write_report(finished.reports, form, color=color, width=width or WIDTH))
        if form == "terminal" and finished.documents > 1:
            out.write(finished.summary())
        out.close()
        left = len(names) - finished.documents
        if left and not out.broken:
            say(f"Stopped: {left} of {len(names)} document{'s' * (len(names) > 1)} not checked.")
    return INTERRUPTED if left and not out.broken else status


def _names(paths: Sequence[str]) -> Iterator[str]:
    """Every document that the paths stand for; a folder without any stands for itself, and is complained of later.

    What `check` has written into a folder itself is none of its documents.
    """
    from deltarule.errors import InputError
    from deltarule.reading.files import documents

    for path in paths:
        try:
            for name in documents(path):
                if name != path and is_report(name):
                    say(f"{name}: passed over; it is a report that deltarule has written")
                else:
                    yield name
        except InputError:
            yield path


def _results(
    work: "Checker", names: Sequence[str], wanted: int | None, interrupt: Interrupt
) -> "Iterator[Checked]":
    """What came of every document, in order; of what is finished, where the user interrupts."""
    jobs = 1 if STDIN in names else jobs_for(len(names), wanted)  # standard input is read here
    if jobs == 1:
        yield from _one_by_one(work, names, interrupt)
        return
    for module in (
        "checking",
        "diagnosis",
        "reading.problem",
        "reading.reader",
        f"writing.report_{work.form}",
    ):
        import_module(f"deltarule.{module}")  # loaded once, before the processes part
    for position, result in in_order(work, names, jobs, lambda: interrupt.wanted):
        yield work.lost(names[position], result.how) if isinstance(result, Lost) else result


def _one_by_one(work: "Checker", names: Sequence[str], interrupt: Interrupt) -> "Iterator[Checked]":
    interrupt.at_once = True  # there is nothing else that could be kept
    for name in names:
        try:
            checked = work(name)
        except KeyboardInterrupt:
            return
        yield checked


@record
class Checked:
    """What came of one document: its part of the output, and what is to be said on standard error.

    The report itself is kept only for formats that are written from all of them together.
    """

    status: int
    slips: int
    usable: bool
    text: str
    complaint: str
    report: "Report | None"


@record
class Checker:
    """Marks the document of a name, and writes its part of the output; a document that cannot be used is no error."""

    exercise: "Exercise | None"
    form: str
    strict: bool
    color: bool
    width: int
    confidence: str | None = None

    def __call__(self, name: str) -> Checked:
        """Mark one document."""
        from deltarule.api import check as marked
        from deltarule.api import unreadable
        from deltarule.errors import InputError

        try:
            source, side = _document(name), _confidence(name, self.confidence)
            marking = marked(source, self.exercise) if side is None else marked(source, self.exercise, side)
            nothing = marking.verdict == "unreadable"
            return self._checked(marking, str(_nothing_read(marking.report)) if nothing else "")
        except InputError as error:
            problem = error.within(name)
            return self._checked(unreadable(name, problem), str(problem))
        except Exception as error:  # our own mistake in one document must not cost the others
            problem = unexpected(error, name)
            return self._checked(unreadable(name, problem), str(problem))

    def lost(self, name: str, how: str) -> Checked:
        """What to say of a document whose process died."""
        from deltarule.api import unreadable
        from deltarule.errors import InputError

        problem = InputError(
            f"the process that checked it {how}",
            "check it alone; if it happens again, please report it",
            name,
        )
        return self._checked(unreadable(name, problem), str(problem))

    def _checked(self, marking: "Marking", complaint: str) -> Checked:
        from deltarule.api import write_report

        report, streamed = marking.report, self.form in STREAMED
        # what is wrong with an unusable file is said on standard error; programs want its object all the same
        shown = streamed and (report.source.text or self.form == "json")
        return Checked(
            _status(report, self.strict),
            len(report.slips),
            report.verdict != "unreadable",
            write_report([report], self.form, color=self.color, width=self.width) if shown else "",
            complaint,
            None if streamed else report,
        )


class Finished:
    """What is done so far."""

    def __init__(self) -> None:
        self.documents = self.slips = self.with_slips = self.unusable = 0
        self.reports: list[Report] = []

    def add(self, checked: Checked) -> None:
        """Count one more."""
        self.documents += 1
        self.slips += checked.slips
        self.with_slips += bool(checked.slips)
        self.unusable += not checked.usable
        if checked.report is not None:
            self.reports.append(checked.report)

    def summary(self) -> str:
        """The last line of a report on several documents."""
        slips = f"{self.slips} slip{'s' * (self.slips != 1)} in {self.with_slips} of them"
        unusable = [f"{self.unusable} not usable"] * bool(self.unusable)
        return ", ".join([f"{self.documents} documents", slips, *unusable]) + "\n"


def _document(name: str) -> "Source":
    from deltarule.errors import InputError
    from deltarule.reading.files import documents, load

    if Path(name).is_dir():
        next(documents(name))  # a folder without documents: says so
    if Path(name).suffix.lower() in (".toml", ".csv", ".tsv"):
        raise InputError(
            "is an exercise, not a solution", f"use it with --exercise {name}, or `deltarule solve` it", name
        )
    return load(name)


def _confidence(name: str, given: str | None) -> "Source | None":
    """The confidence side-car of a document: the one that is named, else the one that lies beside it."""
    if given is None and not name.lower().endswith(".mmd"):
        return None
    from deltarule.reading.confidence import side_car
    from deltarule.reading.files import load

    path = given if given is not None else side_car(name)
    return None if path is None else load(path)


def _nothing_read(report: "Report") -> "InputError":
    from deltarule.errors import InputError
    from deltarule.writing.report import WRITE_SO

    if report.unread:
        first = report.unread[0]
        return InputError(f"no claim could be read; {first.reason}", "", report.source.name, first.line)
    return InputError("no claim could be read", WRITE_SO, report.source.name, 1)


def _status(report: "Report", strict: bool) -> int:
    if report.verdict == "unreadable":
        return UNUSABLE
    left = report.unread or report.summary.unchecked or report.unreached is not None
    return SLIPS if report.slips or (strict and left) else CLEAN
