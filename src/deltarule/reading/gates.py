"""Logic gates by their names: ``a perceptron for AND`` has the four rows of the gate, though no table gives them."""

import re
from fractions import Fraction
from itertools import product

from deltarule.reading.told_data import ToldData
from deltarule.written import Written

_ONES = {"AND": (3,), "OR": (1, 2, 3), "NAND": (0, 1, 2), "NOR": (0,), "XOR": (1, 2)}  # rows that give 1
_SPELLINGS = {"UND": "AND", "VE": "AND", "ET": "AND", "ODER": "OR", "VEYA": "OR", "OU": "OR"}
_NAMED = re.compile(rf"(?<![^\W_])(?:{'|'.join((*_ONES, *_SPELLINGS))})(?![^\W_])")
_ABOUT = re.compile(
    r"gate|gatter|fun[ckzç]|fonction|per[cz]e[pt]|neur|compuerta|puerta|porta|porte|kapı|gerbang|logi|лог|ゲート|门|게이트|\(0, ?0\)|\(-1, ?-1\)",
    re.IGNORECASE,
)
_AROUND = 30  # characters around a name that say that it is a gate


def gate_data(text: str) -> list[ToldData]:
    """The rows of the one gate that a text names, in the ways in which its inputs and outputs may be told; none if it names several."""
    found: set[str] = set()
    meant = False
    for match in _NAMED.finditer(text):
        found.add(_SPELLINGS.get(match[0], match[0]))
        meant = (
            meant or _ABOUT.search(text, max(0, match.start() - _AROUND), match.end() + _AROUND) is not None
        )
    if len(found) != 1 or not meant:
        return []
    ones = _ONES[found.pop()]
    bipolar = "bipolar" in text.lower()
    ways = ((-1, -1),) if bipolar else ((0, 0), (0, -1))
    return [_rows(ones, lower, below) for lower, below in ways]


def _rows(ones: tuple[int, ...], lower: int, below: int) -> ToldData:
    rows = tuple(tuple(map(_number, row)) for row in product((lower, 1), repeat=2))
    return ToldData(rows, tuple(_number(1 if k in ones else below) for k in range(4)), None)


def _number(value: int) -> Written:
    return Written(str(value), Fraction(value), 0)
