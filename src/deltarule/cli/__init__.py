"""The command line: arguments in, text and an exit status out; one file a command.

Only click is imported here; a command is loaded when it is asked for, and everything else by the command that uses it,
so that help is instant.
"""

import io
import sys
from collections.abc import Sequence
from importlib import import_module

import click

from deltarule import __version__
from deltarule.cli.messages import say, unexpected
from deltarule.cli.output import CLEAN, CONTEXT, INTERRUPTED, UNUSABLE, flush, silence
from deltarule.errors import DeltaruleError

COMMANDS = ("check", "explain", "solve", "train")  # each in the file of its name


class _Commands(click.Group):
    """The commands, each loaded when it is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        """Their names, as they stand in the help."""
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        """The command of a name; None if there is none."""
        if cmd_name not in COMMANDS:
            return None
        found: click.Command = getattr(import_module(f"deltarule.cli.{cmd_name}"), cmd_name)
        return found


@click.group(cls=_Commands, context_settings=CONTEXT)
@click.version_option(__version__, prog_name="deltarule", message="%(prog)s %(version)s")
def cli() -> None:
    """One linear neuron, trained by gradient descent, with its arithmetic in the open.

    \b
    deltarule solve exercise.toml          write the worked solution
    deltarule check solution.md            mark a worked solution line by line
    deltarule train data.csv --target y    train on a table, and say how the run ended
    deltarule explain copying.row          what a name in a report means
    """


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
        flush()
    except click.ClickException as error:
        error.show()
        return error.exit_code
    except (click.Abort, KeyboardInterrupt):
        say("Interrupted.")
        return INTERRUPTED
    except BrokenPipeError:
        silence()
        return CLEAN
    except Exception as error:  # the last resort: a message, never a traceback
        say(str(error if isinstance(error, DeltaruleError) else _output_lost(error) or unexpected(error)))
        return UNUSABLE
    return status if isinstance(status, int) else CLEAN


def _output_lost(error: Exception) -> DeltaruleError | None:
    """What to say where standard output, written to by click, is closed or its disk full; None of anything else."""
    if isinstance(error, OSError):
        try:
            flush()
        except DeltaruleError as lost:
            return lost
        except OSError:
            return None
    return None
