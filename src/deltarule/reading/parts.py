"""Where another exercise begins in the same document: each exercise is understood and marked by itself.

An exercise begins by telling what is given: a learning rate, start weights, data. Where a document tells all that once more
behind something worked, with weights that nothing led to, what stands from the heading or the blank line before it on is an
exercise of its own: its names, its conventions and its numbers say nothing of those above.
"""

import re
from collections.abc import Iterator, Sequence
from dataclasses import replace
from enum import Enum, auto
from fractions import Fraction
from itertools import pairwise
from typing import TypeVar

from deltarule.algebra.expr import Expr, Quotient, Symbol
from deltarule.document import Claim, Confidence, Document, Item, Mention, Table
from deltarule.findings import Unread
from deltarule.formulas import Role
from deltarule.notation import roles_of
from deltarule.rarely import rarely
from deltarule.reading.exercise_data import WORKED
from deltarule.reading.lone_numbers import as_written
from deltarule.records import record
from deltarule.spans import Source, Span
from deltarule.written import Written

SIGNS = 3  # of another exercise


class _Told(Enum):
    """What an item tells."""

    RATE = auto()
    START = auto()
    DATA = auto()
    WORK = auto()


_PARAMETERS = frozenset({Role.WEIGHT, Role.BIAS})
_DATA = frozenset({Role.FEATURE, Role.TARGET})
_TITLE = rarely(r"\s{0,3}(?:[-*_=]{3,}\s*$|(#{1,6})\s|\\((?:sub){0,2})section\b|(\*\*))")
# the number of an exercise in a title
_EXERCISE = rarely(
    r"\b(?:exerci[cs]|ejercicio|esercizio|exercício|übung|aufgabe|problem|task|question|pregunta|quest[aã]o|frage|soal"
    r"|latihan|задач|упражнен|zadani|cvičen|soru|bài|例题|习题|题目|問題|문제)[^\W\d_]{0,9}\s{0,3}[№#(]?\s?\d",
    re.IGNORECASE,
)
_Placed = TypeVar("_Placed", Item, Unread, Mention, Confidence)
_Key = tuple[Expr | None, int | None]  # what a claim is about, and which component of it


@record
class _Given:
    """What an item tells without working; of a weight, whether it is what it was."""

    line: int
    tells: _Told
    same: bool | None = None


def parts(document: Document) -> tuple[Document, ...]:
    """The exercises of a document, in order; the document itself where there is only one."""
    begins = list(dict.fromkeys(_begins(document)))
    if not begins:
        return (document,)
    whole = document.extent or Span(0, len(document.source.text))
    edges = [whole.start, *(document.source.line_span(line).start for line in begins), whole.end]
    return tuple(_cut(document, Span(*edge), last=edge[1] == edges[-1]) for edge in pairwise(edges))


def _begins(document: Document) -> Iterator[int]:
    """Lines on which another exercise begins."""
    known: dict[_Key, Fraction] = {}
    block: list[_Given] = []
    worked_at = 0
    for item in document.items:
        tells = _tells(item)
        if tells is _Told.WORK:
            if worked_at and block:
                yield from _another(document.source, range(worked_at + 1, item.line), block)
            block, worked_at = [], item.line
        written = _parameter(item)
        key = _key(item) if written is not None else (None, None)
        if tells is not None and tells is not _Told.WORK:
            same = known[key] == written.value if written is not None and key in known else None
            block.append(_Given(item.line, tells, same))
        if written is not None:
            known[key] = written.value


def _another(source: Source, lines: range, block: Sequence[_Given]) -> Iterator[int]:
    """The line on which another exercise begins among those between two workings, if one does.

    It gives what an exercise needs, the less of it the more its title says, and goes on from nothing above. A learning rate
    alone is no exercise: what a titled question is about may be the numbers above it.
    """
    for first in dict.fromkeys(
        each.line for each in block
    ):  # what stands on the first ones may be the end of what is above
        begins, named = _opening(source, lines, first)
        given = [each for each in block if begins is not None and each.line >= begins]
        same = sum(each.same is True for each in given)
        other = sum(each.same is False for each in given)
        told = {each.tells for each in given}
        if (
            begins is not None
            and told - {_Told.RATE}
            and len(told) + 2 * named >= SIGNS
            and other + named > same
        ):
            yield begins
            return


def _opening(source: Source, lines: range, first: int) -> tuple[int | None, bool]:
    """The line that begins what is given, and whether it names an exercise.

    The title of an exercise, else the last of the highest titles above what is told `first`, else the first blank line.
    """
    texts = {line: source.line_text(line) for line in lines}
    titles = {line: depth for line, text in texts.items() if (depth := _depth(text)) is not None}
    named = next((line for line in titles if _EXERCISE.search(texts[line])), None)
    if named is not None:
        return named, True
    above = [line for line in titles if line <= first]
    if above:
        return min(above, key=lambda line: (titles[line], -line)), False
    return next((line for line, text in texts.items() if line < first and not text.strip()), None), False


def _tells(item: Item) -> _Told | None:
    """What an item tells, by the names alone: what they mean in this document is not known yet."""
    if isinstance(item, Table):
        roles = [roles_of(cell.name) if isinstance(cell, Symbol) else () for cell in item.header]
        if any(set(each[:1]) & (WORKED | _PARAMETERS) for each in roles):
            return _Told.WORK
        return _Told.DATA if any(Role.FEATURE in each for each in roles) else None
    if not isinstance(item, Claim) or not item.links:
        return None
    for side in item.in_numbers:
        if _is_working(side):
            return _Told.WORK
    if not isinstance(item.subject, Symbol) or as_written(item.links[-1].expr) is None:
        return None
    found = roles_of(item.subject.name)
    if Role.LEARNING_RATE in found:
        return _Told.RATE
    if _PARAMETERS & set(found[:1]):
        return _Told.WORK if "new" in item.subject.marks else _Told.START
    if _DATA & set(found):
        return _Told.DATA
    return _Told.WORK if WORKED & set(found[:1]) else None


def _is_working(expr: Expr) -> bool:
    return as_written(expr) is None and not isinstance(expr, Quotient)


def _parameter(item: Item) -> Written | None:
    """The value of a weight that a claim tells or works out."""
    if not isinstance(item, Claim) or not isinstance(item.subject, Symbol) or not item.links:
        return None
    is_one = bool(_PARAMETERS & set(roles_of(item.subject.name)[:1]))
    return as_written(item.links[-1].expr) if is_one else None


def _key(item: Item) -> _Key:
    """What a claim is about: ``w = (0.5, 2)`` tells of w_1 and w_2, each by its name."""
    if not isinstance(item, Claim):
        return None, None
    named = isinstance(item.subject, Symbol) and bool(item.subject.index)
    return item.subject, None if named else item.part


def _depth(line: str) -> int | None:
    """How deep a title stands, a rule above all; None for a line that is no title."""
    found = _TITLE.match(line)
    if found is None:
        return None
    marks, subs, bold = found.groups()
    return len(marks) if marks else 1 + len(subs) // 3 if subs is not None else 7 if bold else 0


def _cut(document: Document, extent: Span, last: bool) -> Document:
    """The part of a document that stands in an extent."""

    def inside(told: Sequence[_Placed]) -> tuple[_Placed, ...]:
        return tuple(each for each in told if extent.start <= each.span.start < extent.end)

    return replace(
        document,
        items=inside(document.items),
        unread=inside(document.unread),
        mentions=inside(document.mentions),
        confidences=inside(document.confidences),
        beyond_budget=document.beyond_budget if last else None,
        extent=extent,
    )
