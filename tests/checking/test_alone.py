"""Arithmetic is judged where nothing else is known."""

import pytest

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


_WRONG = [f"{k}.5 + {k} = {k} + {k} = {2 * k}" for k in range(2, 8)]
_RIGHT = [f"{k} + {k + 1} = {k} + {k} + 1 = {2 * k + 1}" for k in range(2, 12)]


def test_equalities_of_which_most_fail_are_not_held_against_the_author() -> None:
    """Six in eight do not hold as they are read: nobody calculates so, and something else is meant."""
    marking = check("\n\n".join([*_WRONG, *_RIGHT[:2]]) + "\n")
    assert not [slip for slip in marking.slips if "changes the value" in slip.message]
    assert marking.summary.unchecked >= len(_WRONG)


def test_a_few_equalities_that_fail_among_many_are_slips() -> None:
    """Four in fourteen are the author's."""
    marking = check("\n\n".join([*_WRONG[:4], *_RIGHT]) + "\n")
    assert len([slip for slip in marking.slips if "changes the value" in slip.message]) == 4


def test_exact_numbers_forgive_no_step() -> None:
    """1.250 and 0.125 are no roundings of anything: 5000 + 1 is not 5001.9, and 2 not 2.0001."""
    assert [line for line, _, _ in slips("1.250 * 4000 + 1 = 5000 + 1.9 = 5001.9\n")] == [1]
    assert [line for line, _, _ in slips("0.125*8 + 1 = 1 + 1.0001 = 2.0001\n")] == [1]


def test_digits_behind_an_ideograph_are_a_value() -> None:
    """The word for "is" may end right in front of a number."""
    found = slips("损失为2 = 1 + 2\n\n예측값은2 = 1 + 2\n\n输出为1 = 0.5*2\n")
    assert {line for line, _, _ in found} == {1, 3}


def test_a_fourth_slope_is_not_worked_as_a_third() -> None:
    """Of x^6 the fourth slope at 1 is 360, and the third 120."""
    assert not slips("f(x) = x^6\n\nf" + "'" * 4 + "(1) = 360\n")


def test_an_output_beyond_the_range_of_exp_is_no_accident() -> None:
    """A net input of half a million: what comes out for it is not worked, and the rest of the document is."""
    text = "Sigmoid neuron.\nw1 = 300000, w2 = 200000, b = 0\n\n[1, 1] -> 1\n[0, 1] -> 0.5\n\n2 + 2 = 5\n"
    assert [line for line, _, _ in slips(text)] == [7]


def test_who_carries_digits_goes_on_from_all_of_them_behind_a_wrong_sign() -> None:
    """tanh 0.5 is 0.462117...: with all of it the loss is 0.09587, with 0.462 it would be 0.09592."""
    marking = check("- y = tanh(-0.5) ≈ 0.462\n- L = 0.5 × (0.462 - 0.9)² ≈ 0.09587\n")
    assert [(slip.line, slip.code) for slip in marking.slips] == [(1, "sign.value")]


@pytest.mark.parametrize(
    ("line", "is_wrong"),
    [
        ("$x = 5 - 0.1 \\cdot \\frac{1}{3} (-14) = 5 - 0.1 \\cdot (-7) = 5.7$", True),  # 14/3 is 4.67
        ("$x = 5 - 0.1 \\cdot \\frac{1}{3} (-14) = 5 - 0.1 \\cdot (-4.67) = 5.467$", False),
        ("$x = 0.1 \\cdot \\frac{14}{3} = 0.1 \\cdot 4.7 = 0.47$", False),
        ("$x = 0.1 \\cdot 14 / \\sqrt{4 + 10^{-8}} = 0.1 \\cdot 14 / 2 = 0.7$", False),
    ],
)
def test_a_number_taken_over_is_the_same_number_whatever_it_is_a_rounding_of(
    line: str, is_wrong: bool
) -> None:
    """0.1 may stand for 0.15 or 0.05, but then on both sides: it does not make 14/3 into 7."""
    assert [slip.code for slip in check(line + "\n").report.slips] == ["arithmetic.value"] * is_wrong
