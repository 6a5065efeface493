"""Arithmetic is judged where nothing else is known."""

from deltarule.api import check
from deltarule.findings import Status


def slips(text: str) -> list[tuple[int, str, str]]:
    """Line, kind and written value of each slip."""
    return [(slip.line, slip.kind.value, slip.written) for slip in check(text).report.slips]


def test_every_number_of_a_chain_has_a_verdict() -> None:
    """Two results in one chain are two verdicts."""
    report = check("velocity = 0.9*0.5 + 0.2 = 0.65 = 0.650\n").report
    assert [verdict.written for verdict in report.verdicts] == ["0.65", "0.650"]
    assert {verdict.status for verdict in report.verdicts} == {Status.RIGHT}


def test_a_wrong_result_is_a_slip() -> None:
    """0.9 times 0.5 and 0.2 are 0.65, not 0.56."""
    assert slips("velocity = 0.9*0.5 + 0.2 = 0.56\n") == [(1, "arithmetic", "0.56")]


def test_a_step_that_changes_the_value_is_a_slip() -> None:
    """An expression that does not equal the one before it is told, whatever stands behind it."""
    assert [found[:2] for found in slips("velocity = 3*0.5 + 2*0.25 = 1.5 + 0.25 = 1.75\n")] == [
        (1, "arithmetic")
    ]


def test_a_calculator_diary_is_a_remark() -> None:
    """A chain that goes on from its result is no slip, but it is said that the sides are not equal."""
    report = check("velocity = 0.5*2 = 1 + 0.1 = 1.1\n").report
    assert not report.slips
    assert "remark.string-of-equals" in {remark.code for remark in report.remarks}


def test_digits_kept_in_a_chain_are_right() -> None:
    """2/3 is printed as 0.67 and goes on with all its digits: 3 times it is 2, not 2.01."""
    assert not slips("speed = 2/3 = 0.67\nvelocity = 3 * 0.67 = 2.00\n")


def test_vectors_are_judged_by_components() -> None:
    """One wrong component of three is one slip."""
    text = "v = [1, 2, 3] + 0.5*[2, 4, 6] = [2, 4, 7]\n"
    assert [(line, written) for line, _, written in slips(text)] == [(1, "7")]


_WRONG = [f"{k}.5 + {k} = {k} + {k} = {2 * k}" for k in range(2, 6)]
_RIGHT = [f"{k} + {k + 1} = {k} + {k} + 1 = {2 * k + 1}" for k in range(2, 12)]


def test_equalities_of_which_too_many_fail_are_not_held_against_the_author() -> None:
    """Four in six do not hold as they are read: nobody calculates so, and something else is meant."""
    marking = check("\n\n".join([*_WRONG, *_RIGHT[:2]]) + "\n")
    assert not [slip for slip in marking.slips if "changes the value" in slip.message]
    assert marking.summary.unchecked >= len(_WRONG)


def test_a_few_equalities_that_fail_among_many_are_slips() -> None:
    """Three in thirteen are the author's."""
    marking = check("\n\n".join([*_WRONG[:3], *_RIGHT]) + "\n")
    assert len([slip for slip in marking.slips if "changes the value" in slip.message]) == 3
