"""Numbers told again in prose: where they are looked for, and that they are judged only by what was worked out."""

import pytest

from deltarule.api import check
from deltarule.findings import Status
from deltarule.spans import Source

WORKED = "$w = 0.5$, $x = 3$\n\n$z = 0.5 \\cdot 3 = 1.5$\n\n$v = 1.5 \\cdot 1.5 = 2.25$, $a = 2.25 - 20 = -17.75$\n\n"


def told(line: str) -> list[tuple[str, str]]:
    """Verdicts on a line behind the working."""
    report = check(Source("a.md", WORKED + line)).report
    last = WORKED.count("\n") + 1
    return [(each.written, each.status.value) for each in report.verdicts if each.line == last]


@pytest.mark.parametrize(
    "line",
    [
        "The velocity grows ($1.5 \\to 2.25$) in one step.",
        "We end at $2.25$, which is more.",
        "Die Geschwindigkeit beträgt nun 2.25.",
        "Ответ: 2.25",
        "**Cevap:** $\\approx 2.25$; $\\approx -17.75$.",
    ],
)
def test_a_value_told_again_is_right(line: str) -> None:
    """In prose, after an arrow, in bold, in several languages."""
    assert ("2.25", Status.RIGHT.value) in told(line)


def test_an_answer_in_front_of_its_working_is_right() -> None:
    """What is told first is worked out below."""
    text = "The final value of a will be -17.75.\n\n" + WORKED
    report = check(Source("a.md", text)).report
    assert [(each.line, each.status) for each in report.verdicts if each.line == 1] == [(1, Status.RIGHT)]


@pytest.mark.parametrize(
    "line",
    [
        "See section 3.14 and the year 2021.",
        "It took 80 steps and 7.3 seconds.",
        "Nothing of $42$ was said.",
    ],
)
def test_a_number_of_something_else_is_passed_over(line: str) -> None:
    """Numbers that were not worked out are no claims."""
    assert told(line) == []


def test_answers_in_a_list_go_on_with_nothing() -> None:
    """Answers of several questions are no chain."""
    report = check(Source("a.md", WORKED + "Answer: $= 2.25$; $= -17.75$; $= 1.5$.")).report
    assert not report.slips


def test_a_chain_with_commas_is_still_a_chain() -> None:
    """A rounding behind a comma belongs to its value."""
    report = check(Source("a.md", "$z = 0.512 \\cdot 2$, $= 1.024$, $\\approx 1.03$.")).report
    assert [slip.line for slip in report.slips] == [1]
