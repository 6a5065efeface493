"""Steps that rows tell in a column of no name, ``alpha*df/dx``: who moves by them follows his own numbers, right or wrong."""

from collections.abc import Collection, Iterator
from fractions import Fraction

from deltarule.document import Document
from deltarule.errors import InputError
from deltarule.rarely import rarely
from deltarule.written import Written, parse_number

FIGURES_OF_STEP = 3  # of a step, for it to lead nowhere else by chance
MAX_NUMBERS = 24  # on a line
_NUMBER = rarely(r"(?<![\w.,])[-−–]?\d{1,7}(?:(?:[.,]|\{,\})\d{1,20})?")


def is_moved(document: Document, line: int, named: Collection[int], start: Fraction, end: Written) -> bool:
    """Whether a number is the `start` moved by a number that stands on a line under no name.

    Where the numbers begin that have a name is told by `named`.
    """
    return any(_leads(start, step, end) for step in _unnamed(document, line, named))


def _unnamed(document: Document, line: int, named: Collection[int]) -> Iterator[Written]:
    text = document.text
    for count, match in enumerate(_NUMBER.finditer(text, *document.source.line_span(line))):
        if count == MAX_NUMBERS:
            return
        if match.start() in named or match.start() + 1 in named:  # with its sign or without
            continue
        try:
            yield parse_number(
                match[0].replace("{,}", ".").replace(",", ".").replace("−", "-").replace("–", "-")
            )
        except InputError:
            continue


def _leads(start: Fraction, step: Written, end: Written) -> bool:
    if step.figures < FIGURES_OF_STEP or not step.value:
        return False
    slack = (step.unit + end.unit) / 2
    return min(abs(start - step.value - end.value), abs(start + step.value - end.value)) <= slack
