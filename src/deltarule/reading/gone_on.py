"""Sums and products that go on in the next row of a display, or on the next line of a text, from an operator on."""

from collections.abc import Sequence

from deltarule.rarely import rarely
from deltarule.reading.token import COMMAND, OPERATOR, RELATION, SEPARATOR, Token
from deltarule.spans import Span

ROW = "\\\\"
_ENTRIES = ("matrix", "array", "cases", "tabular")
_BETWEEN = frozenset({"&", " "})  # what aligns rows, and sets them in
# a line that says what something is and ends with a value; where its first sign stands
_SAYS = rarely(r"[ \t>]{0,40}[^\s=≈][^=≈\n]{0,80}(?P<sign>[=≈])(?!=)[^\n]{0,300}[\d\w)\]}]\s{0,4}")
_BEGINS = rarely(
    r"(?P<indent>[ \t]{2,60})(?P<sign>[-−+*/×·]|\\cdot|\\times)[ \t]{0,3}(?=[\d(.\\]|[^\W\d_][\d_]?[ \t]{0,2}[*·×(+\-])"
)
_ENDS = rarely(
    r"[ \t>]{0,40}[^\s=≈][^=≈\n]{0,80}[=≈](?!=)[^\n]{0,300}[\d\w)] (?:[-−+×·]|\\cdot|\\times)\s{0,4}"
)
_ENDS_WITH_VALUE = rarely(r"[\d\w)\]}][ \t\r]{0,4}\Z")
_VALUE = rarely(r"[ \t]{0,60}[-−]?(?:[\d(.]|\\frac)")
_ITEM = rarely(r"[ \t>]{0,12}(?:[-*+•]|\d{1,2}[.)])[ \t]")
_TAIL = 8  # characters at the end of a line
_SURE = frozenset("+/×·")  # signs that are hardly ever those of a list


def rows_gone_on(tokens: Sequence[Token]) -> Sequence[Token]:
    r"""Tokens without the ends of rows behind which an expression goes on: ``&= 0.5·2 \\ &\quad + 0.1·3``."""
    dropped: set[int] = set()
    held = 0  # matrices and cases that are open: their rows are entries
    for at, token in enumerate(tokens):
        if token.kind == COMMAND and token.value.endswith(_ENTRIES):
            held += 1 if token.value.startswith("begin") else -1
        if held:
            continue
        if token.kind != SEPARATOR or token.value != ROW:
            continue
        behind = at + 1
        while behind < len(tokens) and tokens[behind].value in _BETWEEN and tokens[behind].kind == SEPARATOR:
            behind += 1
        before = tokens[at - 1] if at else None
        worked = before is not None and before.kind not in (RELATION, SEPARATOR, COMMAND)
        goes_on = behind < len(tokens) and tokens[behind].kind == OPERATOR
        aligned = behind > at + 1 or (goes_on and tokens[behind].value in _SURE)
        if worked and goes_on and aligned:
            dropped |= set(range(at, behind))
    return [token for at, token in enumerate(tokens) if at not in dropped] if dropped else tokens


def goes_on_below(text: str, first: Span, here: Span, below: Span) -> bool:
    """Whether the expression of a line, or of those from the first one on, goes on in the one below: an operator stands between."""
    if _ENDS.fullmatch(text, first.start, here.end) is not None:
        return _VALUE.match(text, below.start, below.end) is not None
    begins = _BEGINS.match(text, below.start, below.end)
    says = _SAYS.fullmatch(text, first.start, first.end) if begins is not None else None
    if (
        begins is None
        or says is None
        or _ENDS_WITH_VALUE.search(text, max(here.start, here.end - _TAIL), here.end) is None
    ):
        return False
    deep = len(begins["indent"].expandtabs(4))
    line = text[first.start : first.end]
    indented = len(line) - len(line.lstrip())
    if begins["sign"] in _SURE and deep >= indented + 2 and _ITEM.match(line) is None:
        return True
    return deep > indented and deep >= says.start("sign") - first.start - 1
