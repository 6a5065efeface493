"""The last row of a table that adds up the rows above: ``Σ | | 15 | 83``.

It is about no sample. Each of its numbers is the sum of its column, or the mean; one that is neither is judged where the row
has another that is.
"""

from collections.abc import Callable, Sequence
from fractions import Fraction

from deltarule.algebra.expr import Expr, Number, Quotient, Sum
from deltarule.document import Claim, Item, Link
from deltarule.reading.lone_numbers import as_expression
from deltarule.reading.token import Token
from deltarule.reading.worked_cells import number_alone
from deltarule.spans import Source, Span
from deltarule.written import is_rounding, write_exactly

MAX_ADDED = 60  # rows that are added up
_SUMS = frozenset(
    {
        "σ", "∑", "\\sum", "\\sigma", "sum", "total", "totals", "summe", "gesamt", "suma", "somme", "soma", "totale", "somma", "jumlah", "сумма", "итого", "toplam", "合计", "总和", "总计", "合計", "합계", "tổng",
    }
)  # fmt: skip
_MEANS = frozenset(
    {
        "mean", "average", "avg", "mittelwert", "mittel", "durchschnitt", "media", "promedio", "moyenne", "média", "rata-rata", "среднее", "ortalama", "średnia", "平均", "平均值", "평균",
    }
)  # fmt: skip


def sums_up(source: Source, row: Sequence[Span]) -> bool:
    """Whether the first cell of a row that shows anything says that the row adds up or averages those above."""
    return _kind(source, row) != ""


def is_total(row: str) -> bool:
    """Whether the text of a row begins with a word that says so: ``Σ 7 | 13``."""
    first = row.strip(" |&\t$*`").partition("|")[0].partition("&")[0].split()
    return bool(first) and first[0].strip("$*`:=").lower() in _SUMS | _MEANS


def _kind(source: Source, row: Sequence[Span]) -> str:
    texts = (source.extract(cell).strip(" $*`_:=") for cell in row)
    first = next((text for text in texts if text), "").lower()
    return "sum" if first in _SUMS else "mean" if first in _MEANS else ""


def totals(
    source: Source, rows: Sequence[Sequence[Span]], row: Sequence[Span], lexed: Callable[[Span], list[Token]]
) -> list[Item]:
    """Claims that the numbers of a row are the sums, or the means, of their columns."""
    found: list[tuple[Claim, bool]] = []
    for at, cell in enumerate(row):
        value = number_alone(lexed(cell)) if source.extract(cell).strip() else None
        column = [number_alone(lexed(above[at])) if at < len(above) else None for above in rows[:MAX_ADDED]]
        numbers = [each for each in column if each is not None]
        if value is None or len(numbers) < len(rows):
            continue
        added: Expr = Sum(tuple(as_expression(each, cell) for each in numbers), span=cell)
        exact = sum((each.value for each in numbers), Fraction(0))
        if _kind(source, row) == "mean":
            count = Fraction(len(numbers))
            added, exact = Quotient(added, Number(count, write_exactly(count)), span=cell), exact / count
        links = (Link("=", added, cell), Link("=", as_expression(value, cell), cell))
        fits = is_rounding(value.value, exact, value.places)
        near = abs(value.value - exact) <= sum(
            (each.unit for each in numbers if each.places), value.unit / 2 if value.places else Fraction(0)
        )
        if fits or not near:
            found.append((Claim(cell, source.line(cell.start), None, links), fits))
    return [claim for claim, fits in found if fits or any(other for _, other in found)]
