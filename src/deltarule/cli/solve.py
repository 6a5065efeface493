"""`deltarule solve`: write the worked solution of an exercise."""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from deltarule.cli.output import CLEAN, CONTEXT, Output
from deltarule.cli.progress import Working
from deltarule.cli.reads import of_exercise

if TYPE_CHECKING:
    from deltarule.exercise import Exercise

# the table of these names lives with the writers, which help must not load; a test holds them together
SOLUTION_FORMATS = ("terminal", "markdown", "latex", "html", "json")
MODES = ("half-up", "half-even", "truncate")


def _number_option(name: str, text: str) -> Callable[[Callable[..., Any]], Callable[..., Any]]:
    return click.option(name, metavar="NUMBER", help=text)


@click.command(context_settings=CONTEXT)
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
@click.option("--epochs", type=click.IntRange(0, 10_000), help="How many epochs to work (default 1).")
@click.option("--show", metavar="EPOCHS", help="Epochs to work line by line, such as 1-3,last (default all).")
@click.option("--decimal-comma", is_flag=True, help="Write 0,5 for 0.5.")
@_number_option("--learning-rate", "Use this learning rate.")
@click.option("--weights", metavar="NUMBERS", help="Start from these weights, such as 0.1,-0.2.")
@_number_option("--bias", "Start from this bias.")
@click.option("--activation", metavar="NAME", help="identity (default), sigmoid, tanh, relu, step or sign.")
@click.option("--loss", metavar="NAME", help="squared (default) or log.")
@click.option("--convention", metavar="NAME", help="mean (default), half-mean, sum or half-sum.")
@click.option("--batch-size", metavar="N", help='Samples of an update, or "full" (default).')
@_number_option("--momentum", "Keep this share of the velocity, from 0 to below 1.")
@_number_option("--weight-decay", "Pull the weights to zero this hard.")
@_number_option("--rate-factor", "Multiply the learning rate by this, above 0, after each epoch.")
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
    out = Output(output, of_exercise(file))
    color, width = out.look()
    with Working("Working the exercise"):
        solution = worked(exercise, **settings)
        text = solution.write(form, show=show, decimal_comma=decimal_comma, color=color, width=width)
    out.write(text)
    out.close()
    return CLEAN


def _table(file: str, target: str) -> "Exercise":
    from deltarule.reading.exercise_csv import read_exercise_csv
    from deltarule.reading.exercise_toml import looks_like_toml
    from deltarule.reading.files import DOCUMENTS, load

    form = Path(file).suffix.lower()
    if form == ".toml":
        raise click.UsageError(
            '--target is for CSV tables; in a TOML file write target = "..." under [data].'
        )
    if form in DOCUMENTS:
        raise click.UsageError(
            "--target is for CSV tables; a document says itself which column is the target."
        )
    source = load(file)
    if form not in (".csv", ".tsv") and looks_like_toml(source.text):
        raise click.UsageError('--target is for CSV tables; in TOML write target = "..." under [data].')
    return read_exercise_csv(source, target=target)
