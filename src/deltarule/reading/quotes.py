"""Quoted lines: the signs in front of them are none of the mathematics, ``> z = 1 + 1`` and below it ``> = 2``."""

from deltarule.rarely import rarely

MAX_LINES = 4000  # that are quoted; nobody quotes more
_RUN = rarely(r"(?m)(?:^[ \t]{0,3}>(?![>=])(?:[ \t][^\n]*)?(?:\n|\Z)){2,}")
_MARK = rarely(r"(?m)^[ \t]{0,3}>(?:[ \t]?>){0,3}(?=[ \t]|$)")
_WORDED = rarely(
    r"(?m)^[ \t>]{1,12}[^\s\d.=<>+−-]"
)  # a line that goes on with a comparison begins with a number


def unquoted(text: str) -> str:
    """Return `text` with the signs in front of several quoted lines blanked out; places stay."""
    return _RUN.sub(lambda run: _plain(run[0]), text) if text.count("\n>") <= MAX_LINES else text


def _plain(run: str) -> str:
    return _MARK.sub(lambda mark: mark[0].replace(">", " "), run) if _WORDED.search(run) else run
