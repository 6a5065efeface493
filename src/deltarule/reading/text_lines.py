"""A line of text: its label, what it concludes, and the mathematics in it."""

import re
from dataclasses import replace

from deltarule.algebra.expr import Symbol
from deltarule.document import Claim, Heading
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.reading.aged import MAX_APART, age, is_owner, marked, owner
from deltarule.reading.becoming import BECOMES
from deltarule.reading.counted_lines import behind_count, counted_line
from deltarule.reading.counts import error_count
from deltarule.reading.headings import heading, quantity_of_sample
from deltarule.reading.indexed_lines import indexed_line
from deltarule.reading.mentions import mention
from deltarule.reading.number_lists import bare_row, data_column, indexed_list
from deltarule.reading.row_names import row_named
from deltarule.reading.sentences import sentences
from deltarule.reading.state import Reading
from deltarule.reading.supposed import POSES, SUPPOSED
from deltarule.reading.token import NAME, RELATION, Token
from deltarule.reading.told_numbers import MAX_CANDIDATES, apart
from deltarule.spans import Span

_QUOTE = re.compile(r"\s*(?:>\s*)+(?=[^\s\d.=])")
_WORKED = rf"[∂Δ]|d[A-Za-z]{{1,4}}\s?/\s?d[A-Za-z]|\S{{1,12}}\s(?:{'|'.join(BECOMES)})\s"
_BULLET = re.compile(
    rf"\s*(?:>\s*)*(?:(?:[-*+•▪◦–]|#{{1,6}})\s+|o\s(?=[Δ∂])|\(?[a-z]\d?\)\s{{1,3}}(?={_WORKED}))"
)  # c) ∂E/∂y = ...
_MAX_POSED = 40  # characters in front of what a question tells
_MAX_ABOVE = 400  # items among which a working of the same name is looked for
_POSED = frozenset(
    (role,)
    for role in (Role.NET_INPUT, Role.OUTPUT, Role.ERROR, Role.LOSS, Role.GRADIENT, Role.BIAS_GRADIENT)
)
_ORDINAL = re.compile(r"\s*(?:>\s*)*(?:\(?(\d{1,3})[.)]|\((\d{1,3})\))(?=\s)")


def read_text(reading: Reading, line: int, span: Span, fenced: bool) -> None:
    """A line of text: label, conclusions, and the mathematics in it."""
    start = span.start
    quoted = _QUOTE.match(reading.text, start, span.end)
    start = quoted.end() if quoted else start
    if (
        _aged(reading, line, start, span.end)
        or data_column(reading, line, start, span.end)
        or indexed_list(reading, start, span.end)
    ):
        return
    found = heading(reading.text, start, span.end, line, reading.last_is_target)
    if found is None and reading.letters:
        found = indexed_line(reading.text, start, span.end, line, reading.letters)
    if found is None and reading.row_names:
        found = row_named(reading.text, start, span.end, line, reading.row_names)
    row = (
        None
        if found is not None
        else counted_line(reading.text, span, (reading.line(line - 1), reading.line(line + 1)), line)
    )
    found = found if row is None else (row, behind_count(reading.text, row))
    of_sample: list[Token] = []
    if found is not None:
        of_sample = _of_sample(reading, found[0], start, found[1], span.end)
        reading.items.append(found[0])
        reading.claims.close()
        start = found[1]
    elif not fenced:
        reading.items.extend(sentences(reading.text, start, span.end, line, reading.topics))
    counted = None
    if reading.counts_errors and not fenced:
        counted = error_count(reading.text, span.start, span.end, line)
    if counted is not None:
        reading.items.append(counted)
        start = counted.span.end  # what stands in front only says which epoch is meant
    ordinal = _ORDINAL.match(reading.text, start, span.end) if found is None else None
    bullet = _BULLET.match(reading.text, start, span.end)
    if ordinal:
        start = ordinal.end()
        reading.claims.ordinal = Heading(
            Span(ordinal.start(), ordinal.end()), line, ordinal=int(ordinal[1] or ordinal[2])
        )
    elif bullet and not _minus(reading, bullet, span, line):
        start = bullet.end()
    inside = reading.tokens.mixed(start, span.end)
    first = len(reading.items)
    if not bare_row(reading, line, start, span.end):
        reading.claims.piece([*of_sample, *inside])
    reading.claims.ordinal = None
    _suppose(reading, first, start, span.end)
    _pose(reading, first, start, span)
    mention(reading, inside)
    if len(reading.candidates) < MAX_CANDIDATES:
        reading.candidates += apart(reading.text, start, span.end)


def _of_sample(reading: Reading, label: Heading, start: int, stop: int, end: int) -> list[Token]:
    """The name in front of a sample, ``Net Data 1 = 0``: the quantity that the rest of the line is about."""
    name = quantity_of_sample(reading.text, start, stop, end) if label.sample is not None else None
    found = reading.tokens.of(name.start, name.end, latex=False) if name is not None else []
    known = len(found) == 1 and found[0].kind == NAME and roles_of(found[0].value.partition("#")[0])
    return found if known else []


def _aged(reading: Reading, line: int, start: int, end: int) -> bool:
    """Whether this is the old or the new value of what a label above names: its claim is read then."""
    if is_owner(reading.text, start, end):
        name = owner(reading.tokens.of(start, end, latex=False))
        reading.owner = (line, name) if name is not None else None
        return False
    which = age(reading.text, start, end) if reading.owner is not None else None
    if reading.owner is None or which is None or line - reading.owner[0] > MAX_APART:
        return False
    colon = Token(RELATION, ":", which[1], which[1] + 1)
    reading.claims.close()
    value = reading.tokens.of(which[1] + 1, end, latex=False)
    # the name stands at the place of the word that says which value it is
    name = replace(reading.owner[1], start=start, end=which[1])
    reading.claims.piece([*marked(name, which[0]), colon, *value])
    return True


def _minus(reading: Reading, bullet: re.Match[str], span: Span, line: int) -> bool:
    """Whether a dash in front of a number is its sign: no neighbour line starts with a dash too."""
    if (
        not bullet[0].strip().startswith(("-", "+"))
        or not reading.text[bullet.end() : bullet.end() + 1].isdigit()
    ):
        return False
    for other in (line - 1, line + 1):
        if 1 <= other <= len(reading.source.line_starts):
            near = reading.source.line_span(other)
            if reading.text[near.start : near.end].strip()[:2] in ("- ", "+ ", "* "):
                return False
    return True


def _pose(reading: Reading, first: int, start: int, span: Span) -> None:
    """Mark what a question tells of something that was worked out above: it is posed anew, and said of nothing above."""
    told = reading.items[first] if len(reading.items) > first else None
    if (
        not isinstance(told, Claim)
        or not isinstance(told.subject, Symbol)
        or told.span.start - start > _MAX_POSED
    ):
        return
    found = POSES.match(reading.text, span.start, told.span.start)
    if found is None or found.end() != told.span.start:
        return
    for at in range(first, len(reading.items)):
        item = reading.items[at]
        if not isinstance(item, Claim) or not isinstance(item.subject, Symbol) or len(item.links) != 1:
            continue
        if roles_of(item.subject.name)[:1] in _POSED and _is_worked_above(reading, first, item.subject):
            reading.items[at] = replace(item, supposed=True)


def _is_worked_above(reading: Reading, before: int, name: Symbol) -> bool:
    """Whether a name was worked out on a line above."""
    return any(
        isinstance(item, Claim) and item.subject == name and len(item.in_numbers) > 1
        for item in reading.items[max(0, before - _MAX_ABOVE) : before]
    )


def _suppose(reading: Reading, first: int, start: int, end: int) -> None:
    """Mark the claims of a sentence that speaks of a mistake, or of what would have been."""
    if len(reading.items) == first or not reading.supposes:
        return
    for match in SUPPOSED.finditer(reading.text, start, end):
        stop = reading.text.find(". ", match.end(), end)
        stop = end if stop < 0 else stop
        for at in range(first, len(reading.items)):
            item = reading.items[at]
            if isinstance(item, Claim) and match.start() < item.span.start < stop:
                reading.items[at] = replace(item, supposed=True)
