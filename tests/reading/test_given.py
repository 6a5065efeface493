"""An exercise given beside the document counts as far as it goes; the document fills in the rest, and disagreement is told."""

from pathlib import Path

import pytest

from deltarule.api import check

_WORK = """x   t
1   4
3   1

w = 1, b = 0, eta = 0.1, MSE = 1/n * sum (y - t)^2

y1 = 1*1 + 0 = 1
y2 = 1*3 + 0 = 3
dL/dw = 2/2 * ((1-4)*1 + (3-1)*3) = 2/2 * 3 = 3
dL/db = 2/2 * ((1-4) + (3-1)) = 2/2 * (-1) = -1
w = 1 - 0.1 * 3 = 0.7
b = 0 - 0.1 * (-1) = 0.1
"""


def _table(folder: Path, rows: str) -> Path:
    path = folder / "exercise.csv"
    path.write_text(f"x_1,y\n{rows}", encoding="utf-8")
    return path


def test_data_alone_leave_the_rest_to_the_document(tmp_path: Path) -> None:
    """Weights, learning rate and the convention of the loss are those that the author states."""
    given = check(_WORK, _table(tmp_path, "1,4\n3,1\n"))
    assert not given.slips
    assert not given.remarks
    assert given.exercise.missing == ()
    assert [v.status for v in given.report.verdicts] == [v.status for v in check(_WORK).report.verdicts]


@pytest.mark.parametrize("rows", ["1,4\n3,2\n", "1,4\n"])
def test_other_data_than_the_document_has_are_told(rows: str, tmp_path: Path) -> None:
    """What is held against the author comes of data that the author did not have: that stands beside it."""
    marking = check(_WORK, _table(tmp_path, rows))
    assert [
        (remark.line, remark.code) for remark in marking.remarks if "given exercise" in remark.message
    ] == [(1, "remark.contradiction")]
