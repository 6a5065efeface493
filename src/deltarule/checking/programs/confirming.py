"""What a document prints below its program, held against what the program prints.

A line of the document whose numbers are, in order, those of a line that the program prints is right. Any other line may come
from another version of the program, from random numbers or from a part that is not shown: it says nothing.
"""

import ast
import re
from bisect import bisect_left
from collections.abc import Iterator, Sequence
from contextlib import suppress
from dataclasses import replace
from decimal import Decimal
from fractions import Fraction
from typing import Any

from deltarule.algebra.expr import Number
from deltarule.checking.claims import FoundSlip, Judged
from deltarule.checking.programs.arrays import GivenUpError, flat
from deltarule.checking.programs.cells import programs
from deltarule.checking.programs.machine import Machine, asked_name
from deltarule.document import Claim, Document, Link
from deltarule.errors import DeltaruleError
from deltarule.findings import Status
from deltarule.spans import Span
from deltarule.written import Written, is_rounding, is_truncation, parse_number

_NUMBER = re.compile(r"(?<![\w.])[-+]?(?:\d{1,25}(?:\.\d{0,25})?|\.\d{1,25})(?:[eE][-+]?\d{1,3})?(?![\w])")
_IN_TEXT = re.compile(r"(?<![\w.])[-+]?\d{1,25}(?:\.\d{1,25})?(?![\w])")
_SINGLE = re.compile(r"float32|torch|tensorflow|\btf\.")
_FLOAT = Fraction(1, 10**11)  # how far binary arithmetic of a program may be off
_FLOAT32 = Fraction(1, 10**5)
_LONG = 7  # figures of a number that does not come twice by chance
_WORDS = re.compile(r"[^\W\d_]{2,}")
_SET_OTHERWISE = str.maketrans("", "", " \t\r\n[]")
_LIST = re.compile(r"\[[-+\d., ]+\]")
MAX_LIST_TEXT = 400
_OUT = re.compile(r"Out\s?\[\d{0,4}\]:?[ \t]{0,8}")
_LITERAL_BEGINS = tuple("[({+-.0123456789at")  # of a list, a number, array(, tensor(
_LITERAL = (
    ast.Constant, ast.List, ast.Tuple, ast.Dict, ast.UnaryOp, ast.USub, ast.UAdd, ast.Call, ast.Name, ast.Load, ast.keyword, ast.Attribute,
)  # fmt: skip
MAX_SHOWN = 24  # lines below an expression
MAX_LITERAL = 2_000
MAX_SIZE = 300  # places of a number
MAX_ROW = 40
MAX_UNSHOWN = 40  # lines that a program prints and a document leaves out
MAX_LOOKS = 40_000  # at lines that may be the one that is printed


def confirmed(
    document: Document, judged: Sequence[Judged], slips: Sequence[FoundSlip]
) -> tuple[list[Judged], list[FoundSlip]]:
    """Judge what stands in lines that the document's own program prints; everything else stays as it was."""
    text = document.source.text
    statements, taken = programs(text)
    if document.source.code:
        statements = [*programs(document.source.code)[0], *statements]
    if not statements:
        return list(judged), list(slips)
    reach = _FLOAT32 if _SINGLE.search(text + document.source.code) else _FLOAT
    lines = text.count("\n") - len(taken) + MAX_UNSHOWN
    below = _below(document, statements, taken)
    right = _run(Machine(lines, below=below), statements, document, taken, reach)
    shown = _shown(document, taken)
    if shown:  # the program was run once more with other data, and only what it printed of them tells so
        again = _run(Machine(lines, shown, below), statements, document, taken, reach)
        right = again if len(again) > len(right) else right
    if not right:
        return list(judged), list(slips)
    done: list[Judged] = []
    seen: set[int] = set()
    places = sorted(right)
    for item in judged:
        found = None if item.value_span is None else _first_in(places, item.value_span)
        if found is None:
            done.append(item)
            continue
        seen.add(found)
        if item.status in (Status.UNCHECKED, Status.SLIP):
            item = replace(item, status=right[found][1], reason="")
        done.append(item)
    for at, (written, status, span, line) in right.items():
        if at not in seen:
            number = Number(written.value, written, span=span)
            claim = Claim(span, line, None, (Link("=", number, span),))
            done.append(Judged(claim, None, status, value=written, value_span=span, name="the printout"))
    done.sort(key=lambda item: item.claim.span.start)
    return done, [slip for slip in slips if _first_in(places, slip.span) is None]


def _first_in(places: Sequence[int], span: Span) -> int | None:
    """The first of some places, in order, that lies within a span."""
    at = bisect_left(places, span.start)
    return places[at] if at < len(places) and places[at] < span.end else None


def _run(
    machine: Machine, statements: Sequence[ast.stmt], document: Document, taken: set[int], reach: Fraction
) -> dict[int, tuple[Written, Status, Span, int]]:
    machine.run(statements)
    rows = [row for line in machine.printed if (row := _numbers(line))]
    found = dict(_commented(document, machine, taken, reach)) | dict(_asked(document, machine, taken, reach))
    texts = {_squeezed("".join(map(str, line))) for line in machine.printed}
    return found | dict(_as_printed(document, rows, texts, _values(machine), taken, reach))


def _commented(
    document: Document, machine: Machine, taken: set[int], reach: Fraction
) -> Iterator[tuple[int, tuple[Written, Status, Span, int]]]:
    """Numbers in a comment behind a statement that are what it works out or prints: ``z = w * x + b  # 0.5``."""
    for line, pieces in machine.of_line.items():
        if line not in taken:
            continue
        span = document.source.line_span(line)
        text = document.source.extract(span)
        at = text.rfind("#")
        if at < 1:
            continue
        row = _numbers(pieces)
        found = list(_written(document.source.text, Span(span.start + at, span.end)))
        if _WORDS.search(text, at) is not None:  # the error (15 - 8 = 7)
            found = [each for each in found[-len(row) :] if each[0].text not in text[:at]]
        row = row[-len(found) :]  # f(1, 2) = 11: where it is worked out is printed too
        if not found or len(found) != len(row) or len(row) > MAX_ROW:
            continue
        told = list(zip(found, row, strict=True))
        if all(_fit(written, value, reach) for (written, _), value in told):
            for (written, place), value in told:
                status = Status.RIGHT if value == written.value else Status.RIGHT_ROUNDED
                yield place.start, (written, status, place, line)


def _asked(
    document: Document, machine: Machine, taken: set[int], reach: Fraction
) -> Iterator[tuple[int, tuple[Written, Status, Span, int]]]:
    """Numbers that stand below an expression on its own line, and are what came out of it."""
    for line, pieces in machine.asked.items():
        row = _numbers(pieces)
        found: list[tuple[Written, Span, int]] = []
        for number in _lines_below(document, line, taken) if 0 < len(row) <= MAX_ROW else ():
            found += [
                (*each, number) for each in _written(document.source.text, document.source.line_span(number))
            ]
            if len(found) >= len(row):
                break
        if len(found) == len(row) and all(
            _fit(w, value, reach) for (w, _, _), value in zip(found, row, strict=True)
        ):
            for (written, place, number), value in zip(found, row, strict=True):
                status = Status.RIGHT if value == written.value else Status.RIGHT_ROUNDED
                yield place.start, (written, status, place, number)


def _lines_below(document: Document, line: int, taken: set[int]) -> Iterator[int]:
    """The lines that show what came out of the one above them; blank lines and the prompt of a result may be between."""
    begun = False
    for number in range(line + 1, min(line + MAX_SHOWN, len(document.source.line_starts)) + 1):
        text = document.source.extract(document.source.line_span(number)).strip()
        if number in taken and text:
            return
        if not text or _OUT.fullmatch(text):
            if begun:
                return
            continue
        begun = True
        yield number


def _below(document: Document, statements: Sequence[ast.stmt], taken: set[int]) -> dict[int, ast.expr]:
    """Literals that stand below the lines that ask for a name."""
    found: dict[int, ast.expr] = {}
    for each in statements:
        line = each.end_lineno
        if line is None or line not in taken or asked_name(each) is None:
            continue
        lines = [
            document.source.extract(document.source.line_span(n)) for n in _lines_below(document, line, taken)
        ]
        text = _OUT.sub("", "\n".join(lines).strip())[:MAX_LITERAL]
        if text[:1] in _LITERAL_BEGINS:
            with suppress(SyntaxError, ValueError, RecursionError, MemoryError):
                literal = ast.parse(text, mode="eval").body
                if all(isinstance(node, _LITERAL) for node in ast.walk(literal)):
                    found[line] = literal
    return found


def _shown(document: Document, taken: set[int]) -> list[tuple[int, list[Decimal]]]:
    """Lists of numbers that stand alone on lines of a document."""
    found: list[tuple[int, list[Decimal]]] = []
    for line in range(1, len(document.source.line_starts) + 1):
        text = document.source.extract(document.source.line_span(line)).strip()
        if line not in taken and len(text) < MAX_LIST_TEXT and _LIST.fullmatch(text):
            found.append((line, [Decimal(match[0]) for match in _IN_TEXT.finditer(text)]))
    return found


def _squeezed(text: str) -> str:
    """A printed line without what is set otherwise elsewhere: blanks, and brackets of lists."""
    return text.translate(_SET_OTHERWISE)


def _as_printed(
    document: Document,
    rows: list[list[Fraction]],
    texts: set[str],
    values: list[Fraction],
    taken: set[int],
    reach: Fraction,
) -> Iterator[tuple[int, tuple[Written, Status, Span, int]]]:
    """Places of numbers that are as the program prints them."""
    matcher = _Rows(rows, reach)
    for line in range(1, len(document.source.line_starts) + 1):
        span = document.source.line_span(line)
        if line in taken or span.end - span.start > 2_000:
            continue
        found = list(_written(document.source.text, span))
        if not found or len(found) > MAX_ROW:
            continue
        alone = len(found) == 1 and found[0][1].end - found[0][1].start == len(
            document.source.extract(span).strip()
        )
        line_text = document.source.extract(span)
        same = _WORDS.search(line_text) is not None and _squeezed(line_text) in texts
        matched = (
            [written.value for written, _ in found]
            if same
            else matcher.like([written for written, _ in found], alone)
        )
        for k, (written, place) in enumerate(found):
            value = matched[k] if matched is not None else None
            if value is None and written.figures >= _LONG:
                value = _near(written, values, reach)
            if value is not None:
                status = Status.RIGHT if value == written.value else Status.RIGHT_ROUNDED
                yield place.start, (written, status, place, line)


def _written(text: str, span: Span) -> Iterator[tuple[Written, Span]]:
    for match in _NUMBER.finditer(text.replace("−", "-") if "−" in text else text, span.start, span.end):
        try:
            yield parse_number(match[0].rstrip(".").lstrip("+")), Span(match.start(), match.end())
        except DeltaruleError:
            continue


class _Rows:
    """Lines that a program prints, looked through from where the last one was found."""

    def __init__(self, rows: list[list[Fraction]], reach: Fraction) -> None:
        self.rows, self.reach = rows, reach
        self.left = MAX_LOOKS
        self.by_size: dict[int, list[int]] = {}
        for k, row in enumerate(rows):
            self.by_size.setdefault(len(row), []).append(k)
        self.at = 0

    def like(self, found: Sequence[Written], alone: bool) -> Sequence[Fraction] | None:
        """The line with these numbers, or the part of one where several of them tell it; `alone` if nothing else is there."""
        telling = sum(written.figures > 1 and written.places > 0 for written in found)
        if not (telling or len(found) > 1 or (alone and found[0].figures > 1)):
            return None
        if self.left < 0:
            return None
        same = self.by_size.get(len(found), [])
        start = bisect_left(same, self.at)
        for k in (*same[start:], *same[:start]):
            if self._fits(found, self.rows[k]):
                self.at = k
                return self.rows[k]
        for row in self.rows if telling > 1 else ():
            for first in range(len(row) - len(found) + 1) if len(row) > len(found) else ():
                if self._fits(found, row[first : first + len(found)]):
                    return row[first : first + len(found)]
                if self.left < 0:
                    return None
        return None

    def _fits(self, found: Sequence[Written], row: Sequence[Fraction]) -> bool:
        self.left -= 1
        return self.left >= 0 and all(
            _fit(written, value, self.reach) for written, value in zip(found, row, strict=True)
        )


def _fit(written: Written, value: Fraction, reach: Fraction) -> bool:
    if written.places < 1:
        return written.value == value
    near = abs(written.value - value) <= reach * max(abs(value), written.unit)
    return (
        near
        or is_rounding(written.value, value, written.places)
        or is_truncation(written.value, value, written.places)
    )


def _near(written: Written, values: list[Fraction], reach: Fraction) -> Fraction | None:
    """One of the values in order that a long number stands for."""
    slack = max(written.unit, reach * abs(written.value))
    at = bisect_left(values, written.value - slack)
    while at < len(values) and values[at] <= written.value + slack:
        if _fit(written, values[at], reach):
            return values[at]
        at += 1
    return None


def _values(machine: Machine) -> list[Fraction]:
    found: set[Decimal] = set()
    for value in {id(value): value for value in machine.values}.values():  # many names, one array
        with suppress(GivenUpError):
            found |= {number for number in flat(value) if isinstance(number, Decimal) and _is_usual(number)}
    return sorted(map(Fraction, found))


def _is_usual(number: int | Decimal) -> bool:
    """Whether a number is of a size that anybody prints."""
    return number == 0 or (Decimal(number).is_finite() and abs(Decimal(number).adjusted()) < MAX_SIZE)


def _numbers(line: Sequence[Any]) -> list[Fraction]:
    """Numbers of a printed line, those in its texts included."""
    found: list[Fraction] = []
    for piece in line:
        if isinstance(piece, str):
            found += [Fraction(match[0]) for match in _IN_TEXT.finditer(piece)]
        elif isinstance(piece, int | Decimal) and _is_usual(piece):
            found.append(Fraction(piece))
    return found
