"""Where work ends before the document does, the report counts what is left and says so."""

from deltarule.api import check
from deltarule.findings import Status
from deltarule.writing.report import headline, unchecked

_MANY = 60


def _sums(count: int, off: int, varied: int = 1) -> str:
    """Lines that are all wrong by so much, or by something else each time."""
    return "\n".join(f"z = {k} + 1 = {k + 1 + off + k % varied}" for k in range(count)) + "\n"


def test_a_document_without_an_exercise_is_judged_to_its_end() -> None:
    """That most of the first lines are wrong breaks nothing off where no other exercise can be tried."""
    for varied in (1, 5):
        marking = check(_sums(_MANY, 2, varied))
        assert [slip.line for slip in marking.slips] == list(range(1, _MANY + 1))


def test_what_lies_beyond_the_last_slip_is_counted() -> None:
    """Claims behind too many slips are unchecked, and one remark and the headline say where that begins."""
    report = check(_sums(450, 2)).report
    last = report.unreached
    assert last is not None
    left = [verdict.line for verdict in report.verdicts if verdict.status is Status.UNCHECKED]
    assert left == list(range(last, 451))
    assert report.summary.claims == 450
    assert [remark.line for remark in report.remarks if remark.code == "remark.budget"] == [last]
    assert headline(report).endswith(
        f"in what was checked ({last - 1} of 450 claims, down to line {last - 1})"
    )
    assert unchecked(report) == [f"Not checked: lines {last}-450."]


def test_a_document_that_just_fits_is_looked_at_to_its_end() -> None:
    """The empty line behind the last one is not left out."""
    report = check(_sums(1001, 0)).report
    assert report.unreached is None
    assert headline(report) == "no slips"


def test_nothing_checked_is_no_clean_bill() -> None:
    """Numbers that nothing can be held against do not make a document right."""
    report = check("u = 4.1\nq = 2.7\n").report
    assert report.summary.unchecked == 2
    assert headline(report) == "no slips in what was checked (none of 2 claims)"
    assert unchecked(report) == ["Not checked: lines 1-2."]
