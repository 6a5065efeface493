"""`deltarule explain`: say what a kind or code means."""

import click

from deltarule.cli.output import CLEAN, CONTEXT, Output


@click.command(context_settings=CONTEXT, short_help="Say what a name in a report means.")
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

    out = Output(None)
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
