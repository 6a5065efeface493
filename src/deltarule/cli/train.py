"""`deltarule train`: train on a table, and say how the run ended."""

from collections.abc import Sequence
from typing import Any

import click

from deltarule.cli.messages import say
from deltarule.cli.options import in_options
from deltarule.cli.output import CLEAN, CONTEXT, INTERRUPTED, SLIPS, UNUSABLE, Output
from deltarule.cli.pool import Interrupt
from deltarule.cli.reads import of_tables

# the table of these names lives with the writers, which help must not load; a test holds them together
TRAINING_FORMATS = ("terminal", "markdown", "html", "json")
MEGABYTE = 1_000_000


@click.command(context_settings=CONTEXT)
@click.argument("data", metavar="FILE|FOLDER")
@click.option(
    "--target", metavar="NAME", required=True, help="The column to predict; text in it means classes."
)
@click.option(
    "--learning-rate",
    metavar="NUMBER|auto",
    default="auto",
    show_default=True,
    help="auto is found from the data.",
)
@click.option("--epochs", metavar="N", default="100", show_default=True, help="At most so many passes.")
@click.option("--loss", metavar="NAME", help="squared (default), log, hinge, perceptron or huber.")
@click.option("--activation", metavar="NAME", help="identity (default), sigmoid, tanh, relu, step or sign.")
@click.option("--batch-size", metavar="N|full", default="full", show_default=True, help="Rows an update.")
@click.option(
    "--standardize", is_flag=True, help="Train on columns less their mean, divided by their deviation."
)
@click.option(
    "--convention", metavar="NAME", default="mean", help="mean (default), half-mean, sum or half-sum."
)
@click.option("--momentum", metavar="NUMBER", default="0", help="From 0 (default) to just below 1.")
@click.option("--l2", metavar="NUMBER", default="0", help="Penalty on large weights (default 0).")
@click.option("--no-shuffle", is_flag=True, help="Take the rows in the order of the table in every epoch.")
@click.option("--seed", type=click.IntRange(min=0), default=0, help="For the order of rows (default 0).")
@click.option("--leave-out", metavar="NAME", multiple=True, help="A column not to use; may be repeated.")
@click.option("--weight", metavar="NAME", help="The column that holds weights of rows.")
@click.option(
    "--missing",
    type=click.Choice(("drop", "mean")),
    help="Leave rows with missing values out, or fill them in.",
)
@click.option(
    "--memory",
    type=click.IntRange(min=0),
    metavar="MB",
    help="A table larger than this (default 256) is read again for every epoch.",
)
@click.option(
    "--checkpoint", metavar="FILE", help="Keep an unfinished run here, every 30 seconds and at Ctrl-C."
)
@click.option("--resume", is_flag=True, help="Go on from the checkpoint, to the same bits.")
@click.option(
    "--format",
    "form",
    type=click.Choice(TRAINING_FORMATS),
    default="terminal",
    show_default=True,
    help="What to write.",
)
@click.option("-o", "--output", metavar="FILE", help="Write to FILE instead of standard output.")
def train(
    data: str,
    form: str,
    output: str | None,
    memory: int | None,
    no_shuffle: bool,
    leave_out: Sequence[str],
    **settings: Any,
) -> int:
    """Train one linear neuron on a table.

    FILE is CSV, Parquet or Arrow, a folder of such files, or a pattern in quotes; it may be larger than memory.
    Ctrl-C keeps what was learnt until then.

    \b
    Examples:
      deltarule train houses.csv --target price
      deltarule train cells.csv --target diagnosis --standardize --epochs 500
      deltarule train 'logs/2024-*.parquet' --target clicked --activation sigmoid --checkpoint run.ckpt
      deltarule train houses.csv --target price --format json -o houses.json

    Exit status: 0 trained, 1 the run diverged, 2 something cannot be used, 130 interrupted.
    """
    from deltarule.errors import InputError, UsageError
    from deltarule.history import Outcome

    try:
        with Interrupt() as interrupt:  # what is being loaded may swallow an exception
            from deltarule.api_training import TrainingInterrupted
            from deltarule.api_training import train as trained
    except ModuleNotFoundError as error:
        raise UsageError(
            f"training needs {error.name}; install it with pip install 'deltarule[train]'"
        ) from None
    if interrupt.wanted:
        raise KeyboardInterrupt

    for name in ("learning_rate", "epochs", "batch_size", "momentum", "l2"):
        settings[name] = _number(settings[name])
    if memory is not None:
        settings["keep_bytes"] = memory * MEGABYTE
    out = Output(output, of_tables(data), kept=settings["checkpoint"])
    try:
        training = trained(data, shuffle=not no_shuffle, leave_out=leave_out, **settings)
        status = SLIPS if training.outcome in (Outcome.DIVERGING, Outcome.OVERFLOW) else CLEAN
    except TrainingInterrupted as stopped:
        training, status = stopped.training, INTERRUPTED
        epochs = training.run.epochs
        say(f"Interrupted after {epochs} epoch{'s' * (epochs != 1)}; what was learnt is written.")
    except (InputError, UsageError) as error:
        say(in_options(str(error)))
        return UNUSABLE
    color, _ = out.look()
    out.write(training.write(form, color=color))
    out.close()
    return status


def _number(text: str) -> Any:
    """A number where the text is one; what is none is refused where its meaning is known."""
    for kind in (int, float):
        try:
            return kind(text[:50])
        except ValueError:
            continue
    return text
