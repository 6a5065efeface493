"""Texts that a program puts together, with the numbers in them kept as numbers."""

from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from deltarule.checking.programs.arrays import MAX_LIST, Array, GivenUpError, flat

MAX_LETTERS = 2_000  # of a text


@dataclass
class Text:
    """A text with numbers in it."""

    pieces: list[Any]
    letters: int = 0

    def __post_init__(self) -> None:
        self.letters = sum(len(piece) for piece in self.pieces if isinstance(piece, str))
        if len(self.pieces) > MAX_LIST or self.letters > MAX_LETTERS:
            raise GivenUpError


def pieces_of(value: Any) -> list[Any]:
    """The texts and numbers that are printed of a value, in order."""
    if isinstance(value, Text):
        return value.pieces
    if isinstance(value, Array | list | tuple):
        flat(value)
        return [piece for item in value for piece in [*pieces_of(item), " "]]
    if isinstance(value, bool) or value is None or not isinstance(value, int | Decimal | str):
        return [str(value)] if isinstance(value, bool) else [" "]
    return [value]


def filled_in(text: Text, values: list[Any]) -> Text:
    """``"w = %.3f" % w``."""
    pieces: list[Any] = []
    rest = iter(values)
    for part in "".join(each for each in text.pieces if isinstance(each, str)).replace("%%", " ").split("%"):
        if not pieces:
            pieces.append(part)
            continue
        end = next((k for k, char in enumerate(part) if char in "dfgeisr"), None)
        if end is None:
            raise GivenUpError
        pieces += [*pieces_of(next(rest)), part[end + 1 :]]
    return Text(pieces)


def formatted(text: str, values: list[Any], named: dict[str, Any]) -> Text:
    """``"w = {:.3f}".format(w)``."""
    pieces: list[Any] = []
    at = 0
    for k, part in enumerate(text.split("{")):
        if not k:
            pieces.append(part)
            continue
        inside, closed, behind = part.partition("}")
        if not closed:
            raise GivenUpError
        key = inside.partition(":")[0].partition("!")[0]
        value = named[key] if key in named else values[int(key) if key.isdigit() else at]
        at += 1
        pieces += [*pieces_of(value), behind]
    return Text(pieces)
