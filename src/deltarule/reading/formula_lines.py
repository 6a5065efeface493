"""Lines of a fence of formulas (```` ```math ````): which of them are one formula.

There each formula may stand on a line, and a long one on several. A line goes on with the one above where either could not stand alone: an operator
or a sign of equality stands between them, or a bracket or an environment is still open.
"""

from collections.abc import Sequence

from deltarule.spans import Span

_BEHIND = ("+", "-", "−", "*", "/", "·", "×", "=", "≈", "&", "\\", "\\cdot", "\\times", "\\approx", "\\leftarrow", "\\gets", "\\to", "\\implies", "\\Rightarrow")  # fmt: skip
_AHEAD = ("+", "-", "−", "*", "/", "·", "×", "=", "≈", "&", "{", ")", "]", "\\cdot", "\\times", "\\approx", "\\leftarrow", "\\gets", "\\to", "\\implies", "\\Rightarrow", "\\quad", "\\begin", "\\end", "\\right")  # fmt: skip


def formulas(text: str, lines: Sequence[Span]) -> list[Span]:
    """The places of the formulas, in order; a blank line ends one."""
    found: list[Span] = []
    open_at, depth, before = None, 0, ""
    for here in lines:
        inside = text[here.start : here.end].strip()
        joined = open_at is not None and (depth > 0 or before.endswith(_BEHIND) or inside.startswith(_AHEAD))
        if not inside or not joined:
            open_at, depth = None, 0
        if inside:
            if open_at is None:
                open_at = here.start
                found.append(here)
            found[-1] = Span(open_at, here.end)
            depth += _left_open(inside)
        before = inside
    return found


def _left_open(inside: str) -> int:
    """How many brackets and environments a line opens and leaves open."""
    opened = inside.count("{") + inside.count("(") + inside.count("\\begin")
    return opened - inside.count("}") - inside.count(")") - inside.count("\\end")
