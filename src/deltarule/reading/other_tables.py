"""Tables and records in other markups, written as the ones that are read: every change keeps the length of the text.

``x1,x2,t`` above ``1,0,1`` is a table as a program exports it, ``||x1||x2||`` one of a wiki, and ``{'w': 0.5, 'b': 1}``
a row that names its own cells.
"""

import re
from collections.abc import Iterator

from deltarule.notation import roles_of
from deltarule.rarely import rarely

MAX_CELLS = 40
FEWEST_CELLS, FEWEST_ROWS = 3, 2
_SIGNS = (",", ";")
_NAME = re.compile(r"\s*[\"']?[^\W\d][\w .()'^²-]{0,24}[\"']?\s*")
_VALUE = rarely(r"\s*[\"']?[-+−]?(?:\d[\d.,]{0,30}(?:[eE][-+]?\d{1,3})?|\.\d{1,30})?[\"']?\s*")
_PAIR = rarely(r"[\"']([A-Za-zα-ωŷΔ][\w' ]{0,24})[\"'](\s?):(?=\s?[-+\d.\[\"(])")
_DOUBLE_BAR = rarely(r"^ {0,3}\|\|[^|\n]{1,60}(?:\|\|[^|\n]{1,60}){1,40}\|\|[^\S\n]*$", re.MULTILINE)
_PRINTED = rarely(  # tensor([[0.1, 0.2]], requires_grad=True), array([0.5])
    r"(?<![\w.])(?:torch\.|np\.)?(?:tensor|array|Tensor)\((\[{1,3})([^\[\]()\n]{1,200})(\]{1,3})(?:, {0,2}[a-z_]{1,20}=[\w.'<>]{1,30}){0,3}\)"
)


def barred(text: str) -> str:
    """Return `text` with bars between the cells of such tables, and equality signs behind the names of such records."""
    if "{|" in text:
        text = _of_wiki(text)
    if "||" in text:
        text = _DOUBLE_BAR.sub(lambda match: match[0].replace("||", " |"), text)
    if "':" in text or '":' in text:
        text = _pairs(text)
    if "tensor(" in text or "array(" in text or "Tensor(" in text:
        text = _PRINTED.sub(_printed, text)
    for sign in _SIGNS:
        if sign in text:
            text = _separated(text, sign)
    return text


def _of_wiki(text: str) -> str:
    """Tables of MediaWiki: each row on a line of its own, its cells parted by double bars or marks."""
    lines = text.split("\n")
    begins: int | None = None
    for k, line in enumerate(lines):
        if line.startswith("{|"):
            begins = k
        elif line.startswith("|}") and begins is not None:
            lines[begins : k + 1] = map(_of_wiki_line, lines[begins : k + 1])
            begins = None
    return "\n".join(lines)


def _of_wiki_line(line: str) -> str:
    if line.startswith(("{|", "|}", "|+")):
        return " " * len(line)
    if line.startswith("|-"):
        return "-+" + " " * (len(line) - 2)
    if line.startswith("!"):
        return "|" + line[1:].replace("!!", " |").replace("||", " |")
    return line.replace("||", " |") if line.startswith("|") else line


def _printed(match: re.Match[str]) -> str:
    """An array of one row as its list, one of a single number as that number; places stay."""
    opening, inside, closing = match.group(1, 2, 3)
    if len(opening) != len(closing):
        return match[0]
    left, right = ("[", "]") if "," in inside or " " in inside.strip() else (" ", " ")
    return (" " * (match.start(2) - match.start() - 1) + left + inside + right).ljust(len(match[0]))


def _pairs(text: str) -> str:
    """``'w': 0.5`` as ``w = 0.5``, on lines with at least two of them, or where every line around has one."""
    return "\n".join(
        _PAIR.sub(lambda match: f" {match[1].replace(' ', '_')} {match[2]}=", line).translate(_BRACES)
        if ("':" in line or '":' in line) and len(_PAIR.findall(line)) > 1
        else line
        for line in text.split("\n")
    )


_BRACES = str.maketrans("{}", "  ")


def _separated(text: str, sign: str) -> str:
    """Rows of cells with a sign between them below a line of names."""
    lines = text.split("\n")
    for start, stop in list(_tables(lines, sign)):
        for k in range(start, stop):
            lines[k] = lines[k].replace(sign, "|").replace('"', " ")
    return "\n".join(lines)


def _tables(lines: list[str], sign: str) -> Iterator[tuple[int, int]]:
    at = 0
    while at < len(lines):
        count = lines[at].count(sign)
        stop = at + 1
        if FEWEST_CELLS <= count + 1 <= MAX_CELLS and _is_head(lines[at].split(sign)):
            while stop < len(lines) and _is_row(lines[stop], sign, count):
                stop += 1
        if stop - at > FEWEST_ROWS:
            yield at, stop
        at = stop


def _is_head(cells: list[str]) -> bool:
    if not all(_NAME.fullmatch(cell) for cell in cells):
        return False
    return sum(bool(roles_of(cell.strip(" \"'").rstrip("0123456789_"))) for cell in cells) > 1


def _is_row(line: str, sign: str, count: int) -> bool:
    return line.count(sign) == count and all(_VALUE.fullmatch(cell) for cell in line.split(sign))
