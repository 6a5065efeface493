"""Sessions of an interpreter: what is entered at a prompt and what comes out are one line of working."""

import pytest

from deltarule.api import check
from deltarule.findings import Status
from deltarule.spans import Source

SURE = ">>> 0.5*3 + 0.2\n1.7\n>>> 0.25*4\n1.0\n>>> 0.75 - 2\n-1.25\n"


def slips(text: str) -> list[tuple[int, str]]:
    """Lines and values that are called slips."""
    return [(slip.line, slip.written) for slip in check(Source("a.txt", text)).slips]


def test_a_result_is_held_against_what_was_entered() -> None:
    """The value is judged where it stands, on the line below the prompt."""
    assert slips(SURE) == []
    assert slips(f"{SURE}>>> 0.5*0.5\n0.35\n") == [(8, "0.35")]
    assert slips(f"{SURE}In [4]: 0.5*0.5\nOut[4]: 0.35\n") == [(8, "0.35")]


@pytest.mark.parametrize(
    "entered",
    [
        "7 // 2\n3",
        "7 % 4\n3",
        "2 ^ 3\n1",
        "3/2\n1",
        "1_000*2\n2000",
        "0.1 + 0.2 - 0.3\n5.551115123125783e-17",
        "2.4 - 2.5\n-0.10000000000000009",
        "0.1*3\n0.30000000000000004",
        "round(0.125*3, 2)\n0.38",
        "print(0.5*2)\n1.0",
        "len(x)\n4",
        "x[0]*2\n0.4",
        "0.5*2, 3\n(1.0, 3)",
        "0.5*2 == 1\n0",
        "model.score\n0.5",
    ],
)
def test_what_an_interpreter_prints_is_right(entered: str) -> None:
    """Signs that mean something else than on paper, whole parts of quotients and binary noise are no slips."""
    report = check(Source("a.txt", f"{SURE}>>> {entered}\n")).report
    assert not report.slips
    assert sum(each.status in (Status.RIGHT, Status.RIGHT_ROUNDED) for each in report.verdicts) >= 3


def test_a_value_that_is_asked_for_by_its_name() -> None:
    """``w = ...`` prints nothing; what stands below the name alone is its value, a blank line between or none."""
    for between in ("", "\n"):
        text = f"{SURE}>>> w = 0.5*0.5\n{between}>>> w\n0.35\n"
        assert slips(text) == [(text.count("\n"), "0.35")]
    assert slips(f"{SURE}>>> w = 0.5*0.5\n>>> v\n0.35\n") == []


def test_quoted_mails_are_no_session() -> None:
    """Where results are not those of the lines above them, the signs in front of a line only quote."""
    assert slips(">>> 0.5*2\n1.4\n>>> 0.4 - 0.1*3\n7\n>>> 2*3\n5\n") == []
