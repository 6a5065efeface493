"""What the rest of a document tells of the run whose log it shows: learning rates, where parameters start, data in programs."""

import re
from collections.abc import Iterator, Sequence
from fractions import Fraction
from functools import cached_property

from deltarule.algebra.expr import Symbol
from deltarule.checking.columns.data import Data, listed_data
from deltarule.checking.columns.told import Told
from deltarule.checking.logs.lines import Key, LogLine, decimal_mark, log_line
from deltarule.checking.logs.names import bare, features_of, is_momentum, is_rate, targets_of
from deltarule.checking.origins.verdicts import name_of
from deltarule.checking.sides import as_number
from deltarule.document import Claim, Document
from deltarule.spans import Source

MAX_RATES, MAX_MOMENTA, MAX_DATA = 4, 2, 3
MAX_CODE_LINES = 2_000
IN_CODE = 0  # the line of what a program tells
_SEVERAL = re.compile(
    r"^[ \t>.]{0,20}((?:[^\W\d]\w{0,30}\s?,\s?){1,7}[^\W\d]\w{0,30})\s?=\s?(?=[-+\d.\[(n])([^=\n]{3,200})$",
    re.MULTILINE,
)
_VALUE = re.compile(  # 0.5, np.array([0.5, -0.5]), np.zeros(2)
    r"\s?(?:([-+]?[\d.]{1,12})|(?:(?:np\.|numpy\.)?(?:array|asarray|tensor)?\s?\(?\s?)?\[([-+\d.,\s]{1,80})\]\s?\)?|(?:np\.|numpy\.)?(zeros|ones)\(\s?(\d)\s?\))\s?(?:,|$|;|#)"
)
_FIRST = (
    "initial",
    "start",
    "starting",
    "first",
    "anfangs",
    "inicial",
    "initiale",
    "iniziale",
    "начальный",
    "init",
)
_BATCH = re.compile(
    r"\bbatch(?:[ _-]?(?:size|größe|grootte))?\b\D{0,6}(\d{1,2})\b|\b(\d{1,2})[ -]?(?:sample|element)\w*[ -]batch",
    re.IGNORECASE,
)


class Settings:
    """What is told outside of the rows of a log."""

    def __init__(self, document: Document, told: Told, lines: Sequence[LogLine | None]) -> None:
        self.told = told
        self.document = document
        self._lines = [line for line in lines if line is not None]
        self._code = _lines_of(document.source.code)
        self._several = [pair for text in (document.text, document.source.code) for pair in _assigned(text)]

    @cached_property
    def rates(self) -> list[Fraction]:
        """The learning rates that are told anywhere."""
        found = list(self.told.rates)
        for line in (*self._lines, *self._code):
            found += [
                cell.written.value for key, cell in line.cells.items() if is_rate(key, cell.written.value)
            ]
        found += [value for name, part, value in self._several if is_rate(Key(name, part), value)]
        return list(dict.fromkeys(found))[:MAX_RATES]

    @cached_property
    def momenta(self) -> list[Fraction]:
        """The shares of the last step that are kept, wherever they are told."""
        found = list(self.told.momenta)
        for line in (*self._lines, *self._code):
            found += [
                cell.written.value
                for key, cell in line.cells.items()
                if 0 < cell.written.value < 1 and is_momentum(key)
            ]
        found += [
            value for name, part, value in self._several if 0 < value < 1 and is_momentum(Key(name, part))
        ]
        return list(dict.fromkeys(found))[:MAX_MOMENTA]

    def start(self, key: Key, before: int) -> Fraction | None:
        """Where a parameter starts: what is told last of its name in front of the log, or in a program."""
        told = [each for name in _beginnings(key) for each in self._by_name.get((name, key.part), ())]
        if earlier := [each for each in told if 0 < each[0] < before]:
            return max(earlier, key=lambda each: each[0])[1]
        return next((value for line, value in told if line == IN_CODE), None)

    @cached_property
    def _by_name(self) -> dict[tuple[str, int], list[tuple[int, Fraction]]]:
        """Numbers told by name, each with its line."""
        found: dict[tuple[str, int], list[tuple[int, Fraction]]] = {}
        for lines, place in ((self._lines, None), (self._code, IN_CODE)):
            for line in lines:
                for key, cell in line.cells.items():
                    if not cell.is_operand:
                        at = line.line if place is None else place
                        for name in key.label.split("="):  # w = b = 0
                            found.setdefault((name.strip(), key.part), []).append((at, cell.written.value))
        for item in self.document.items:
            if isinstance(item, Claim) and isinstance(item.subject, Symbol) and len(item.links) == 1:
                written = as_number(item.links[0].expr)
                if written is not None:
                    name = name_of(item.subject).casefold()
                    found.setdefault((name, 0), []).append((item.line, written.value))
        for name, part, value in self._several:
            found.setdefault((name, part), []).append((IN_CODE, value))
        return found

    def data(self, before: int) -> list[Data]:
        """Samples with their targets: those of the exercise, of lists, of a program, or one that settings tell."""
        found = (*self.told.data(before), *self.told.listed(before), *self._besides)
        return list(dict.fromkeys(found))[:MAX_DATA]

    @cached_property
    def _besides(self) -> list[Data]:
        """Data that a program lists, and the one sample that settings tell."""
        listed = [data for _, data in listed_data(self.document.source.code, 0)]
        return [*listed, *self._one_sample()]

    @cached_property
    def batch_sizes(self) -> list[int]:
        """Whole numbers told of batches."""
        texts = (self.document.text, self.document.source.code)
        found = [int(match[1] or match[2]) for text in texts for match in _BATCH.finditer(text)]
        return list(dict.fromkeys(size for size in found if size > 0))[:2]

    def _one_sample(self) -> Iterator[Data]:
        for line in (*self._lines, *self._code):
            inputs = features_of(line.cells)
            targets = [key for key in targets_of(line.cells) if key not in inputs]
            if inputs and len(targets) == 1:
                row = tuple(line.cells[key].written.value for key in inputs)
                yield (row,), (line.cells[targets[0]].written.value,)
                return


def _beginnings(key: Key) -> list[str]:
    """The names of a parameter, and of its first value."""
    own = bare(key.label)
    found = [key.label, own, f"{own}0", f"{own}_0", f"{own}_init"]
    found += [f"{word} {own}" for word in _FIRST] + [f"{own} {word}" for word in _FIRST]
    return list(dict.fromkeys(found))


def _assigned(text: str) -> Iterator[tuple[str, int, Fraction]]:
    """``w, b, lr = [0.5, 0.1], 0.0, 0.02``: each number with its name and its place in a list."""
    for match in _SEVERAL.finditer(text) if "," in text else ():
        found: list[list[str]] = []
        at, said = 0, match[2].split("#")[0].strip()
        while at < len(said) and (value := _VALUE.match(said, at)) is not None:
            if value[1] is not None:
                found.append([value[1]])
            elif value[2] is not None:
                found.append(value[2].replace(",", " ").split())
            else:
                found.append(["0" if value[3] == "zeros" else "1"] * int(value[4]))
            at = value.end()
        names = match[1].split(",")
        if at < len(said) or len(names) != len(found):
            continue
        for name, values in zip(names, found, strict=True):
            for part, each in enumerate(values):
                try:
                    yield name.strip().casefold(), part, Fraction(each)
                except ValueError:
                    continue


def _lines_of(code: str) -> list[LogLine]:
    if not code:
        return []
    mark = decimal_mark(code)
    spans = Source("code", code).line_spans[:MAX_CODE_LINES]
    found = (log_line(code, span, number, mark) for number, span in enumerate(spans, 1))
    return [line for line in found if line is not None]
