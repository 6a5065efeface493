"""Tables as pandas prints them."""

from deltarule.api import check
from deltarule.document import Table
from deltarule.reading import read_document
from deltarule.spans import Source

WIDE = r"""   epoch    x    y  \
0      1  1.0  2.0
1      2  2.0  1.0

   error       w
0    0.5  [1, 0]
1   -1.5  [2, 1]
"""


def test_blocks_below_one_another_are_one_table() -> None:
    """The backslash leads to the next block; lists in a cell stay whole."""
    (found,) = [item for item in read_document(Source("a.txt", WIDE)).items if isinstance(item, Table)]
    assert found.header_texts == ("epoch", "x", "y", "error", "w")
    assert len(found.rows) == 2
    assert not check(WIDE).report.slips


def test_columns_that_are_not_flush_are_no_frame() -> None:
    """Cells that end elsewhere than their headings are not guessed."""
    text = "   epoch    x  \n0   1    1.0\n1   2    2.0\n"
    assert not [item for item in read_document(Source("a.txt", text)).items if isinstance(item, Table)]
