"""The command line: arguments in, text and an exit status out.

Only click is imported here; everything else is loaded by the command that uses it, so that help is
instant.
"""

import io
import os
import shutil
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deltarule import __version__

if TYPE_CHECKING:
    from deltarule.api import Marking
    from deltarule.errors import InputError
    from deltarule.exercise import Exercise
    from deltarule.report import Report
    from deltarule.spans import Source

CLEAN, SLIPS, UNUSABLE, INTERRUPTED = 0, 1, 2, 130

# the tables of these names live with the writers, which help must not load; a test holds them together
SOLUTION_FORMATS = ("terminal", "markdown", "latex", "html", "json")
REPORT_FORMATS = ("terminal", "markdown", "html", "sarif", "json")
# formats that are written document by document, as each is finished
STREAMED = frozenset({"terminal", "markdown", "json"})
MODES = ("half-up", "half-even", "truncate")
WIDTH = 100

CONTEXT = {"help_option_names": ["-h", "--help"], "max_content_width": 100}


@click.group(context_settings=CONTEXT)
@click.version_option(__version__, prog_name="deltarule", message="%(prog)s %(version)s")
def cli() -> None:
    """One linear neuron, trained by gradient descent, with its arithmetic in the open.

    \b
    deltarule solve exercise.toml          write the worked solution
    deltarule check solution.md            mark a worked solution line by line
    deltarule explain copying.row          what a name in a report means
    """


def _number_option(name: str, text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(name, metavar="NUMBER", help=text)


@cli.command(context_settings=CONTEXT)
@click.argument("file", metavar="FILE")
@click.option(
    "--format",
    "form",
    type=click.Choice(SOLUTION_FORMATS),
    default="terminal",
    show_default=True,
    help="What to write.",
)
@click.option("--places", type=click.IntRange(0, 30), help="Round to so many decimal places (default 2).")
@click.option("--figures", type=click.IntRange(1, 30), help="Round to so many significant figures instead.")
@click.option("--rounding", type=click.Choice(MODES), help="How to round (default half-up, as taught).")
@click.option(
    "--carry",
    type=click.Choice(("printed", "unrounded")),
    help="What later lines use: the printed value (default) or all its digits.",
)
@click.option("--epochs", type=click.IntRange(0, 10_000), help="How many epochs to work.")
@click.option("--show", metavar="EPOCHS", help="Epochs to work line by line, such as 1-3,last (default all).")
@click.option("--decimal-comma", is_flag=True, help="Write 0,5 for 0.5.")
@_number_option("--learning-rate", "Use this learning rate.")
@click.option("--weights", metavar="NUMBERS", help="Start from these weights, such as 0.1,-0.2.")
@_number_option("--bias", "Start from this bias.")
@click.option("--activation", metavar="NAME", help="identity, sigmoid, tanh, relu or step.")
@click.option("--loss", metavar="NAME", help="squared or log.")
@click.option("--convention", metavar="NAME", help="mean, half-mean, sum or half-sum.")
@click.option("--batch-size", metavar="N", help='Samples of an update, or "full".')
@_number_option("--threshold", "Predict the upper class from this output on.")
@click.option(
    "--target", metavar="COLUMN", help="Column of a CSV file that is the target (default the last)."
)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def solve(
    file: str, form: str, show: str | None, decimal_comma: bool, output: str | None, **settings: Any
) -> int:
    """Write the worked solution of an exercise.

    FILE is an exercise.toml, a document that states an exercise, a CSV table, or - for standard input.
    Options replace what the file says.

    \b
    Examples:
      deltarule solve exercise.toml
      deltarule solve exercise.toml --format html -o solution.html
      deltarule solve exercise.toml --figures 4 --carry unrounded --show 1-2,last
      deltarule solve data.csv --learning-rate 0.05 --weights 0,0 --bias 0 --epochs 3
    """
    from deltarule.api import solve as worked

    if settings["places"] is not None and settings["figures"] is not None:
        raise click.UsageError("--places and --figures exclude each other; give one of them.")
    if settings["weights"] is not None:
        settings["weights"] = settings["weights"].replace(";", ",").split(",")
    target = settings.pop("target")
    exercise: Any = file if target is None else _table(file, target)
    out = _Output(output, (file,))
    solution = worked(exercise, **settings)
    color, width = out.look()
    out.write(solution.write(form, show=show, decimal_comma=decimal_comma, color=color, width=width))
    out.close()
    return CLEAN


def _table(file: str, target: str) -> "Exercise":
    from deltarule.reading.exercise_csv import read_exercise_csv
    from deltarule.reading.files import load

    return read_exercise_csv(load(file), target=target)


@cli.command(context_settings=CONTEXT)
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
@click.option("--strict", is_flag=True, help="End with status 1 also where something could not be read.")
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def check(paths: Sequence[str], exercise: str | None, form: str, strict: bool, output: str | None) -> int:
    """Mark worked solutions line by line.

    PATH is a Markdown, LaTeX or plain text file, a folder with such files, or - for standard input. A slip is
    what is wrong given the author's own earlier numbers; what merely follows from a slip is told apart.

    \b
    Examples:
      deltarule check solution.md
      deltarule check solutions/ --exercise exercise.toml --format html -o report.html
      deltarule check solution.md --format json

    Exit status: 0 no slips, 1 slips, 2 a file that cannot be read or used.
    """
    from deltarule.api import read_exercise, write_report

    given = None if exercise is None else read_exercise(exercise)
    out = _Output(output, (*paths, *([exercise] if exercise else [])))
    color, width = out.look()
    status = CLEAN
    finished: list[Report] = []
    try:
        for marking in _markings(paths, given):
            report = marking.report
            finished.append(report)
            status = max(status, _status(report, strict))
            # what is wrong with an unusable file was said on standard error; programs want its object all the same
            if form in STREAMED and (report.source.text or form == "json"):
                out.write(write_report([report], form, color=color, width=width or WIDTH))
            if out.broken:
                break
    finally:  # an interrupt keeps what is finished
        if form not in STREAMED and finished:
            out.write(write_report(finished, form, color=color, width=width or WIDTH))
        if form == "terminal" and len(finished) > 1:
            out.write(_overall(finished))
        out.close()
    return status


def _markings(paths: Sequence[str], given: "Exercise | None") -> Iterator["Marking"]:
    """Mark every document, one at a time; a file that cannot be used does not stop the others."""
    from deltarule.api import check as marked
    from deltarule.api import unreadable
    from deltarule.errors import InputError
    from deltarule.reading.files import documents

    for path in paths:
        try:
            for name in documents(path):
                try:
                    marking = marked(_document(name), given)
                except InputError as error:
                    yield unreadable(name, _complain(error.within(name)))
                except Exception as error:  # our own mistake in one document must not cost the others
                    yield unreadable(name, _complain(_unexpected(error, name)))
                else:
                    if marking.verdict == "unreadable":
                        _complain(_nothing_read(marking.report))
                    yield marking
        except InputError as error:  # a folder without documents
            yield unreadable(path, _complain(error))


def _document(name: str) -> "Source":
    from deltarule.errors import InputError
    from deltarule.reading.files import load

    if Path(name).suffix.lower() in (".toml", ".csv", ".tsv"):
        raise InputError(
            "is an exercise, not a solution", f"use it with --exercise {name}, or `deltarule solve` it", name
        )
    return load(name)


def _nothing_read(report: "Report") -> "InputError":
    from deltarule.errors import InputError

    if report.unread:
        first = report.unread[0]
        return InputError(f"no claim could be read; {first.reason}", "", report.source.name, first.line)
    return InputError(
        "no claim could be read", "write lines such as z_1 = 0.4 * 3 + 0.2 = 1.4", report.source.name, 1
    )


def _status(report: "Report", strict: bool) -> int:
    if report.verdict == "unreadable":
        return UNUSABLE
    return SLIPS if report.slips or (strict and report.unread) else CLEAN


def _overall(reports: Sequence["Report"]) -> str:
    """The last line of a report on several documents."""
    unusable = sum(report.verdict == "unreadable" for report in reports)
    with_slips = sum(bool(report.slips) for report in reports)
    slips = sum(len(report.slips) for report in reports)
    parts = [f"{len(reports)} documents", f"{slips} slip{'s' * (slips != 1)} in {with_slips} of them"]
    return ", ".join(parts + [f"{unusable} not usable"] * bool(unusable)) + "\n"


@cli.command(context_settings=CONTEXT)
@click.argument("name", metavar="[KIND|CODE]", required=False)
def explain(name: str | None) -> int:
    """Say what a kind or code means, with an example gone wrong and put right.

    Without a name, list them all.

    \b
    Examples:
      deltarule explain
      deltarule explain copying
      deltarule explain rounding.last-place
    """
    from deltarule.catalogue import codes, overview, page

    out = _Output(None)
    if name is None:
        out.write(overview() + "\n")
        return CLEAN
    entry = page(name)
    out.write(f"{entry}\n")
    more = codes(entry.code)
    if more:
        listed = "\n".join(f"    {code.code:<26} {code.title}" for code in more)
        out.write(f"\nIn particular:\n{listed}\n")
    return CLEAN


class _Output:
    """Standard output, or a file that appears whole or not at all."""

    def __init__(self, path: str | None, read: Sequence[str] = ()) -> None:
        self.path = None if path in (None, "-") else path
        if self.path is not None and any(_same_file(self.path, name) for name in read):
            raise click.UsageError(f"-o {self.path} would overwrite what is read; name another file.")
        self.broken = False
        self._pieces: list[str] = []

    def look(self) -> tuple[bool, int | None]:
        """Whether to use colours, and how wide the terminal is (None if it is none)."""
        if self.path is not None or not sys.stdout.isatty():
            return False, None
        width = min(max(shutil.get_terminal_size((WIDTH, 24)).columns, 40), 140)
        plain = bool(os.environ.get("NO_COLOR")) or os.environ.get("TERM") == "dumb"
        return not plain, width

    def write(self, text: str) -> None:
        """Write a finished piece; a reader who has gone is no error."""
        if self.path is not None:
            self._pieces.append(text)
            return
        if self.broken:
            return
        try:
            sys.stdout.write(text)
            sys.stdout.flush()
        except BrokenPipeError:
            self.broken = True
            _silence()

    def close(self) -> None:
        """Put the file in its place."""
        if self.path is None or not self._pieces:
            return
        from deltarule.errors import InputError

        try:
            _write_whole(Path(self.path), "".join(self._pieces))
        except OSError as error:
            reason = error.strerror or str(error)
            raise InputError(
                f"cannot be written ({reason})", "name another file with -o", self.path
            ) from None


def _write_whole(path: Path, text: str) -> None:
    """Write beside the file and rename, so that nobody ever sees half of it."""
    import tempfile

    if path.exists() and not path.is_file():  # a pipe or a device has no neighbour to rename
        path.write_text(text, encoding="utf-8", newline="\n")
        return
    target = path.resolve() if path.is_symlink() else path
    handle, name = tempfile.mkstemp(prefix=f".{target.name}.", dir=target.parent)
    try:
        with os.fdopen(handle, "w", encoding="utf-8", newline="\n") as file:
            file.write(text)
        Path(name).chmod(target.stat().st_mode & 0o777 if target.exists() else 0o666 & ~_umask())
        Path(name).replace(target)
    except BaseException:
        with suppress(OSError):
            Path(name).unlink()
        raise


def _same_file(one: str, other: str) -> bool:
    try:
        return Path(one).samefile(other)
    except (OSError, ValueError):  # one of them does not exist
        return False


def _umask() -> int:
    mask = os.umask(0)
    os.umask(mask)
    return mask


def _complain(error: "InputError") -> "InputError":
    """Say on standard error what is wrong, and hand the error back."""
    _say(str(error))
    return error


def _say(message: str) -> None:
    from deltarule.writing.visible import visible

    with suppress(BrokenPipeError):
        print(visible(message), file=sys.stderr)


def _unexpected(error: BaseException, name: str = "") -> "InputError":
    """What to say about a mistake of deltarule's own."""
    from deltarule.errors import InputError

    if os.environ.get("DELTARULE_TRACEBACK"):
        import traceback

        traceback.print_exception(error)
    what = f"{type(error).__name__}: {error}"[:200]
    return InputError(
        f"deltarule made a mistake of its own ({what})",
        "please report it with the file and the command; DELTARULE_TRACEBACK=1 shows where it happened",
        name,
    )


def _silence() -> None:
    """Let nothing more reach a closed pipe, the interpreter's last flush included."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())


def main(arguments: Sequence[str] | None = None) -> int:
    """Run the command line and return its exit status; never a traceback."""
    for stream in (sys.stdout, sys.stderr):
        # UTF-8 where it goes to a file or pipe; a terminal of another encoding shows ? for what it lacks
        if isinstance(stream, io.TextIOWrapper):
            stream.reconfigure(encoding=stream.encoding if stream.isatty() else "utf-8", errors="replace")
    try:
        status = cli.main(
            args=None if arguments is None else list(arguments), prog_name="deltarule", standalone_mode=False
        )
        sys.stdout.flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        return INTERRUPTED
    except BrokenPipeError:
        _silence()
        return CLEAN
    except Exception as error:  # the last resort: a message, never a traceback
        from deltarule.errors import DeltaruleError

        _say(str(error if isinstance(error, DeltaruleError) else _unexpected(error)))
        return UNUSABLE
    return status if isinstance(status, int) else CLEAN
