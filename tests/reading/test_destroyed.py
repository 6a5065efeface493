"""U+FFFD stands where a character was destroyed: the statement is refused, and nothing is read out of its remains."""

import re

import pytest

from deltarule import api
from deltarule.findings import Status

R = "\ufffd"
REASON = "a character was destroyed"
HEAD = """x_1 | x_2 | y
---|---|---
2 | 1 | 1
3 | 5 | 0

η = 0.1

w_1 = 0.5, w_2 = -0.25, b = 0

Epoch 1

z_1 = 0.5·2 + (-0.25)·1 + 0 = 0.75

z_2 = 0.5·3 + (-0.25)·5 + 0 = 0.25

"""
LINE = HEAD.count("\n") + 1


@pytest.mark.parametrize(
    "statement",
    [
        f"z_2 = 0.5·3 {R} 0.25·5 + 0 = 0.25",
        f"z_2 = 0{R}5 = 0.25",
        f"z_2 = 0.2{R}",
        f"z_2 = {R}0.25",
        f"z_2 = 0.{R}5",
        f"z_2 = 0,{R}5",
        f"$z_2 = 1{R}5$",
        f"$$z_2 = 0.25{R}$$",
        f"e_2 = 0 - 0.25 = -0.2{R}5",
        f"z_2 = 1 {R}234 = 5",
        f"e_1 = 1 - 0.75 = 0.{R}25 ≈ 0.3",
        f"L = 1/2(0.25^2 + 0.25^2) = 0.0{R}625 = 0.0625",
        f"the error is 0.5 {R} 0.2 = 0.3, which",
        f"w = (0.1, {R}0.2)",
        f"z_{R} = 7",
        f"{R} = 7",
        f"= 0.{R}5",
        rf"$z_2 = \frac{R}1 + \sqrt{R}{R}4{R} = 7$",
        f"$z_2 = 2^{R}3{R} = 9$",
    ],
)  # fmt: skip
def test_a_statement_with_a_destroyed_character_is_unread(statement: str) -> None:
    """It is listed with the reason, no slip comes of it, and nothing of it is judged."""
    marking = api.check(HEAD + statement + "\n")
    assert marking.slips == ()
    assert [(item.line, item.reason) for item in marking.unread] == [(LINE, REASON)]
    assert LINE not in {verdict.line for verdict in marking.report.verdicts}


@pytest.mark.parametrize(
    "text",
    [
        f"learning rate of 0.{R}1",
        f"learning rate 0.1{R}",
        f"η = 0.{R}1",
        f"lr: 0{R}1",
        f"η = 0{R}1",
        f"η = {R}0.1",
    ],
)
def test_a_learning_rate_is_never_read_out_of_remains(text: str) -> None:
    """Neither 0 nor 1 nor 0.1: it is missing."""
    marking = api.check(HEAD.replace("η = 0.1", text))
    assert marking.exercise.learning_rate is None
    assert "learning_rate" in marking.exercise.missing


@pytest.mark.parametrize("cell", [f"3{R}", f"{R}3", f"3.{R}", f"3{R}5", R])
def test_data_with_a_destroyed_cell_are_not_used(cell: str) -> None:
    """The table is said to be damaged; no shorter number stands for the cell."""
    marking = api.check(HEAD.replace("3 | 5 | 0", f"{cell} | 5 | 0"))
    assert marking.exercise.features == ()
    assert any("is not a number" in remark.message for remark in marking.remarks)
    assert marking.slips == ()


def test_what_stands_around_it_is_read_as_ever() -> None:
    """Only the statement itself is lost; its quantity is unknown until the author uses it again."""
    whole = HEAD + "e_1 = 1 - 0.75 = 0.25\n\ne_2 = 0 - 0.25 = -0.25\n"
    marking = api.check(whole.replace("+ 0 = 0.25", f"+ 0 = 0{R}25"))
    assert [item.reason for item in marking.unread] == [REASON]
    assert marking.slips == ()
    right = {verdict.line for verdict in marking.report.verdicts if verdict.status is Status.RIGHT}
    assert {12, LINE, LINE + 2} <= right


@pytest.mark.parametrize(
    ("destroyed", "meant"),
    [
        (rf"$e_2 = 0 - \frac{R}1{R}{R}4{R} = -0.25$", r"$e_2 = 0 - \frac{1}{4} = -0.25$"),
        (rf"$\hat{R}y{R}_1 = 0.75$", r"$\hat{y}_1 = 0.75$"),
        (rf"$e_2 = 0 - \sqrt{R}0.0625{R} = -0.25$", r"$e_2 = 0 - \sqrt{0.0625} = -0.25$"),
    ],
)
def test_braces_come_back_behind_commands_that_need_them(destroyed: str, meant: str) -> None:
    """There nothing else can have stood; the findings are those of the text that was meant."""
    found, right = (api.check(HEAD + text + "\n") for text in (destroyed, meant))
    assert found.unread == right.unread == ()
    assert [(v.line, v.status, v.written) for v in found.report.verdicts] == [
        (v.line, v.status, v.written) for v in right.report.verdicts
    ]


def test_any_character_of_a_worked_solution_may_be_destroyed() -> None:
    """Each in turn: whatever is lost, no number is read shorter than it is, so no slip comes of it."""
    text = HEAD + "e_1 = 1 - 0.75 = 0.25\n\ne_2 = 0 - 0.25 = -0.25\n"
    assert api.check(text).verdict == "clean"
    for at in (found.start() for found in re.finditer(r"[-+\d.·=]", text)):
        marking = api.check(text[:at] + R + text[at + 1 :])
        assert marking.slips == (), (
            f"{text[max(0, at - 12) : at]}{R}{text[at + 1 : at + 12]}: {marking.slips[0].message}"
        )
