"""Names and decimals that blanks have broken, and quantities told of a sample by its number."""

from fractions import Fraction

from deltarule.algebra.expr import Number, Symbol
from deltarule.api import check
from deltarule.document import Claim
from deltarule.reading import read_document
from deltarule.spans import Source

SPLIT = """α =0 , 8
θ=0 ,5
W 1=0
W 2 =0

Net Data 1 = 0 + (0×0) + (0×0) = 0
Net Data 2 = 0 + (0×0) + (0×1) = {}
W (baru) = W (lama)
W 1 Data 2 (baru) = 0 + (0 , 8 ×1×1) = 0,8
"""


def _told(text: str) -> list[tuple[str, tuple[int | str, ...], Fraction]]:
    items = read_document(Source("a.txt", text)).items
    return [
        (item.subject.name, item.subject.index, item.links[-1].expr.value)
        for item in items
        if isinstance(item, Claim)
        and isinstance(item.subject, Symbol)
        and item.links
        and isinstance(item.links[-1].expr, Number)
    ]


def test_indices_and_decimals_are_put_together() -> None:
    """``W 1`` is w_1 and ``0 , 8`` is 0.8, where a document writes so throughout."""
    told = _told(SPLIT.format("0"))
    assert ("alpha", (), Fraction(4, 5)) in told
    assert ("W", (1,), Fraction(0)) in told
    assert ("W", (1,), Fraction(4, 5)) in told


def test_a_list_of_numbers_stays_a_list() -> None:
    """``0, 1`` with the blank behind the comma only is no decimal."""
    assert Fraction(1, 10) not in [value for *_, value in _told("y = 0, 1\n\nt = 0, 1\n\nW1 = 0\n")]


def test_the_name_in_front_of_a_sample_is_what_is_told() -> None:
    """A wrong sum behind ``Net Data 2 =`` is found; that a weight stays what it is is no formula for its change."""
    assert [name for name, *_ in _told(SPLIT.format("0"))].count("Net") == 2
    assert not check(SPLIT.format("0")).report.slips
    assert check(SPLIT.format("1")).report.slips
