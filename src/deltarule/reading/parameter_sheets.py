"""What is given, one below the other with its name in the first cell, as sheets are set up: ``rate | 0.05``, ``x | 4 | 1 | 5``.

No line of headings stands above. A row of several numbers tells the inputs or the targets of all samples.
"""

from collections.abc import Sequence

from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.reading.state import Reading
from deltarule.reading.text_lines import read_text
from deltarule.reading.token import CLOSE, NAME, NUMBER, OPEN, OPERATOR, RELATION, SEPARATOR, Token
from deltarule.spans import Span

FEWEST = 2  # rows that tell a setting or data
MAX_ROWS = 40
_SETTINGS = frozenset(
    {Role.LEARNING_RATE, Role.WEIGHT, Role.BIAS, Role.MOMENTUM, Role.DECAY, Role.COUNT, Role.THRESHOLD}
)
_DATA = frozenset({Role.FEATURE, Role.TARGET})


def read_sheet(reading: Reading, rows: Sequence[Sequence[Span]]) -> bool:
    """Take in rows that begin with a name and go on with what it is; whether they are such."""
    if len(rows) > MAX_ROWS:
        return False
    told = [_told(reading, row) for row in rows]
    names = {chain[0].value for chain in told if chain}
    data = [chain for chain in told if len(chain) > 4]
    if len(names) < FEWEST or len(names) < sum(map(bool, told)) or 2 * len(names) < len(rows):
        return False
    roles = {role for chain in data for role in roles_of(chain[0].value.partition("#")[0])[:1]}
    if len({len(chain) for chain in data}) > 1 or (data and roles != _DATA):
        return False
    for row, chain in zip(rows, told, strict=True):
        reading.claims.close()
        if chain:
            reading.claims.piece(chain)
        else:
            for cell in row:  # model | y = w x + b
                read_text(reading, reading.source.line(cell.start), cell, fenced=False)
                reading.claims.close()
    reading.claims.close()
    return True


def _told(reading: Reading, row: Sequence[Span]) -> list[Token]:
    """A row as a statement, ``rate = 0.05`` or ``x = [4, 1, 5]``; nothing if it is none."""
    cells = [cell for cell in row if reading.text[cell.start : cell.end].strip()]
    if len(cells) < 2:
        return []
    name = _plain(reading, cells[0])
    values = [_plain(reading, cell) for cell in cells[1:]]
    if len(name) != 1 or name[0].kind != NAME or not all(map(_is_number, values)):
        return []
    role = next(iter(roles_of(name[0].value.partition("#")[0])), None)
    if role not in (_DATA if len(values) > 1 else _SETTINGS):
        return []
    sign = Token(RELATION, "=", name[0].end, name[0].end)
    if len(values) == 1:
        return [*name, sign, *values[0]]
    listed = [Token(OPEN, "[", values[0][0].start, values[0][0].start)]
    for k, value in enumerate(values):
        if k:
            listed.append(Token(SEPARATOR, ",", value[0].start, value[0].start))
        listed += value
    end = values[-1][-1].end
    return [*name, sign, *listed, Token(CLOSE, "]", end, end)]


def _plain(reading: Reading, cell: Span) -> list[Token]:
    """The tokens of a cell, but for those that only set it."""
    return [
        token
        for token in reading.tokens.cell(cell)
        if not (token.kind == SEPARATOR and token.value in ("$", " ")) and token.value != ""
    ]


def _is_number(tokens: Sequence[Token]) -> bool:
    signs = all(token.kind == OPERATOR and token.value in "+-" for token in tokens[:-1])
    return bool(tokens) and tokens[-1].kind == NUMBER and signs and len(tokens) < 3
