"""A piece of mathematics: its kind, its value, its place; and the habits of a document that decide how it is read."""

from deltarule.records import record
from deltarule.spans import Span, span_of
from deltarule.written import Written

# kinds of tokens
NUMBER, NAME, WORD, OPERATOR, RELATION, OPEN, CLOSE, SEPARATOR, COMMAND, INDEX, POWER, DERIVATIVE = (
    "number", "name", "word", "operator", "relation", "open", "close", "separator", "command", "index", "power",
    "derivative",
)  # fmt: skip


@record
class Token:
    """A piece of mathematics: its kind, its value in the common form, its place."""

    kind: str
    value: str
    start: int
    end: int
    written: Written | None = None

    @property
    def span(self) -> Span:
        """Where it stands."""
        return span_of((self.start, self.end))


@record
class Habits:
    """What holds for a whole document and decides how its characters are read.

    Attributes
    ----------
    comma : bool
        Numbers have a decimal comma.
    cross : bool
        The letter x between two numbers is a times sign (it is no variable here).
    spaced : bool
        An OCR program put blanks between all tokens, digits included.
    dotted : bool
        Names are multiplied by a full stop, ``x1.w1``; so ``1.2`` may be a product.
    scaled : bool
        Thousands and millions are written with a letter, ``150k``.
    braced : bool
        The decimal comma stands in braces, ``0{,}5``; a bare one between digits parts the items of a list.
    decimals : bool
        A comma in braces is a decimal one, and never parts groups of thousands.
    own : frozenset of str
        Words that the document uses as names, as programs do: ``predict = input * weight``.
    numbered : bool
        There are variables x1, x2: ``2x1`` is twice the first of them.
    mixed : bool
        Most numbers have a decimal point and some a comma, as where a printout stands among prose.
    """

    comma: bool = False
    cross: bool = True
    spaced: bool = False
    dotted: bool = False
    scaled: bool = False
    braced: bool = False
    decimals: bool = False
    own: frozenset[str] = frozenset()
    numbered: bool = False
    mixed: bool = False


PLAIN_HABITS = Habits()
