"""How many samples an update takes, where a document says so: ``mini-batches of 2``, ``batch size $B = 2$``."""

import re
from collections.abc import Iterable

from deltarule.algebra.expr import Quotient, Symbol
from deltarule.document import Claim
from deltarule.rarely import rarely
from deltarule.reading.lone_numbers import as_written

_COUNTED = r"(?:[^\W\d_]{1,2}\s?)?"  # a letter for it: B = 2, |B| = 2
_TOLD = rarely(
    r"(?:batch[\s_-]?sizes?|(?:mini-?)?batch(?:es)?\sof\ssize|batches\sof|batch[\s-]?größe|batches\sder\sgröße"
    r"|taille\s(?:de|du|des)\s(?:mini-?)?(?:lots?|batch)|lots\sde(?:\staille)?"
    r"|tamañ?o\s(?:de|del)\s(?:mini-?)?(?:lote|batch)|tamanho\sd[eo]\s(?:mini-?)?(?:lote|batch)|lotes\sde(?:\stama[nñ]h?o)?"
    r"|размер\s(?:мини-?)?(?:батча|пакета)|批量?大小|バッチサイズ|배치\s?크기)"
    rf"[\s:=$`*|]{{0,6}}(?:of|is|de|von|=|为|は)?[\s:=$`*|\\(]{{0,6}}{_COUNTED}[|\s]{{0,2}}(?:=|:)?\s?(\d{{1,3}}|two|three|four)(?![\d.,]*\d)",
    re.IGNORECASE,
)
_STEMS = ("batch", "lot", "размер", "批", "バッチ", "배치")  # one of which stands in each of them
_NUMBERS = {"two": 2, "three": 3, "four": 4}
_LETTERS = frozenset({"B", "S"})


def told_batch_size(text: str) -> int | None:
    """The size of a batch that a text tells; None where it tells none."""
    lowered = text.lower()
    if not any([stem in lowered for stem in _STEMS]):
        return None
    match = _TOLD.search(text)
    return None if match is None else _NUMBERS.get(match[1].lower()) or int(match[1])


def counts_of_batches(claims: Iterable[Claim]) -> set[str]:
    """Capital letters that are told to be a whole number above 1 and that a formula divides by: ``B = 2``, ``1/B Σ e_i x_i``."""
    told: dict[str, bool] = {}
    divides: set[str] = set()
    for claim in claims:
        subject = claim.subject
        if isinstance(subject, Symbol) and subject.name in _LETTERS and claim.links:
            value = as_written(claim.links[-1].expr)
            whole = value is not None and value.value > 1 and value.value.denominator == 1
            counts = whole and claim.part is None and not subject.index
            told[subject.name] = told.get(subject.name, True) and counts
        for formula in claim.formulas:
            for node in formula.walk():
                if isinstance(node, Quotient):
                    divides |= {symbol.name for symbol in node.denominator.symbols if not symbol.index}
    return {name for name, counts in told.items() if counts} & divides
