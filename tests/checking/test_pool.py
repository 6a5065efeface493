"""What the walks over one document may cost together."""

from fractions import Fraction

import pytest

from deltarule import api
from deltarule.checking import pool as pool_file
from deltarule.checking.ledger import Effort
from deltarule.checking.origins.nearness import by_one_slip
from deltarule.checking.origins.origin import Origin
from deltarule.findings import Status
from deltarule.reading.told_samples import told_samples
from deltarule.written import parse_number

EXERCISE = """# A neuron

| x_1 | x_2 | y |
|-----|-----|---|
| 1 | 2 | 3 |

w_1 = 0.5, w_2 = 0.25, b = 0, learning rate 0.1, identity activation.

z = 0.5·1 + 0.25·2 + 0 = {net}

w_1 = 0.5 + 0.1·2·1 = 0.7
"""


def test_what_is_taken_counts_once() -> None:
    """A pool that is asked twice for the same work gives it once."""
    pool, effort = pool_file.Pool(100), Effort()
    effort.spent, effort.products = 20, 5
    pool.take(effort)
    pool.take(effort)
    assert pool.left == 100 - 20 - 5 * pool_file.PRODUCT


def test_claims_behind_a_walk_count_as_well() -> None:
    """What is asked of claims that were judged is work that later exercises of the text do not have."""
    pool = pool_file.Pool(1_000)
    pool.take_claims(3)
    assert pool.left == 1_000 - 3 * pool_file.CLAIM


def test_a_pool_that_is_empty_is_told_once_and_charges_nobody(monkeypatch: pytest.MonkeyPatch) -> None:
    """Where there is no work left for an exercise, its lines are held against themselves only, and one remark says from where on."""
    several = "\n".join(EXERCISE.format(net="1") for _ in range(3))
    assert not any(r.code == "remark.budget" for r in api.check(several).report.remarks)
    monkeypatch.setattr(pool_file.Pool, "__init__", _empty)
    report = api.check(several).report
    assert [r.code for r in report.remarks].count("remark.budget") == 1
    assert not report.slips
    wrong = api.check(EXERCISE.format(net="2")).report
    assert [slip.line for slip in wrong.slips] == [9]  # 0.5·1 + 0.25·2 + 0 is no 2, whatever the exercise
    assert all(v.status is not Status.FOLLOW_THROUGH for v in report.verdicts)


def _empty(self: pool_file.Pool) -> None:
    self.left, self.is_told = 0, False


def test_samples_set_apart_by_many_blanks_are_read_all_the_same() -> None:
    """More blanks than one between numbers are one gap, in data and where no data follow."""
    (told,) = told_samples("x = (1,   2)  →  1\nx = (0,    4)  →  0\n")
    assert [[cell.value for cell in row] for row in told.features] == [[1, 2], [0, 4]]
    assert not list(told_samples("1    2    3\n" * 2_000))


def test_one_digit_off_is_near_and_another_number_is_not() -> None:
    """A digit but the last, a sign, the point or two digits in the wrong order; what is off in two digits is another number."""
    origin = Origin(Fraction("3.1416"), Fraction(0), "test")
    for near in ("3.1716", "3.1446", "-3.1416", "31.416", "3.1461", "8.1416"):
        assert by_one_slip(parse_number(near), origin), near
    for far in ("3.1759", "5.2416", "2.7183"):
        assert not by_one_slip(parse_number(far), origin), far
