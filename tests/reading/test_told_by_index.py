"""Samples of which every number says whose it is, as people write such indices: nothing has to be guessed."""

import pytest

from deltarule.api import check
from deltarule.reading.told_by_index import Indexed, samples_by_index

WORKED = """
z₁ = 2*0.5 - 1*0.2 + 0.1 = 0.9
e₁ = 1 - 0.9 = {error}
w₁(1) = 0.5 + 0.1*{error}*2 = {weight}
"""
START = "w₁(0) = 0.5; w₂(0) = -0.2; b(0) = 0.1; η = 0.1\n\nΔw_i = η·e·x_i\n\nw_i ← w_i + Δw_i\n"


@pytest.mark.parametrize(
    "data",
    [
        "$x_1^{(1)} = 2$, $x_2^{(1)} = 1$, $t_1 = 1$; $x_1^{(2)} = -1$, $x_2^{(2)} = 3$, $t_2 = 0$",
        "$x^{(1)}_1 = 2$, $x^{(1)}_2 = 1$, $t^{(1)} = 1$; $x^{(2)}_1 = -1$, $x^{(2)}_2 = 3$, $t^{(2)} = 0$",
        "x₁⁽¹⁾ = 2, x₂⁽¹⁾ = 1, t₁ = 1; x₁⁽²⁾ = −1, x₂⁽²⁾ = 3, t₂ = 0",
        "x1(1) = 2; x2(1) = 1; t1 = 1\nx1(2) = -1; x2(2) = 3; t2 = 0",
        "$x_{1,1} = 2$, $x_{1,2} = 1$, $t_1 = 1$, $x_{2,1} = -1$, $x_{2,2} = 3$, $t_2 = 0$",
        "$x_{11} = 2$, $x_{12} = 1$, $t_1 = 1$, $x_{21} = -1$, $x_{22} = 3$, $t_2 = 0$",
        "$x_0^{(1)} = 1$, $x_1^{(1)} = 2$, $x_2^{(1)} = 1$, $t_1 = 1$; $x_0^{(2)} = 1$, $x_1^{(2)} = -1$, $x_2^{(2)} = 3$, $t_2 = 0$",
    ],
)
def test_samples_by_index_are_data_like_those_of_a_table(data: str) -> None:
    """The same two samples; a slip beside them does not make the data doubtful."""
    right = check(f"{data}\n\n{START}{WORKED.format(error='0.1', weight='0.52')}").report
    assert [[x.text.replace("−", "-") for x in row] for row in right.exercise.features] == [
        ["2", "1"],
        ["-1", "3"],
    ]
    assert [t.text for t in right.exercise.targets] == ["1", "0"]
    assert not right.slips
    wrong = check(f"{data}\n\n{START}{WORKED.format(error='-0.1', weight='0.48')}").report
    assert [slip.kind.value for slip in wrong.slips] == ["sign"]


def _indexed(text: str) -> list[Indexed]:
    from deltarule.formulas import Role
    from deltarule.written import parse_number

    found = []
    for part in text.split():
        name, value = part.split("=")
        letter, below, above = name[0], name[1:].split("^")[0], name.partition("^")[2]
        role = Role.FEATURE if letter == "x" else Role.TARGET
        found.append(
            Indexed(role, letter, tuple(map(int, below)), tuple(map(int, above)), parse_number(value))
        )
    return found


@pytest.mark.parametrize(
    "text",
    [
        "x1^1=2 t1=1 t2=0",  # an input is left out
        "x1^1=2 x1^2=3 t1=1 t3=0",  # a sample is
        "x1^1=2 x1^1=3 t1=1",  # two values of one input
        "x1=2 x2=3 t1=1 t2=0",  # samples or inputs: nothing says which
        "x1^1=2 y1=1 t1=1",  # two names of targets
    ],
)
def test_what_leaves_something_to_guess_is_not_taken_so(text: str) -> None:
    """Other readers of data have their say then."""
    assert samples_by_index(_indexed(text)) is None


def test_the_input_of_the_bias_is_none_of_the_inputs() -> None:
    """``x_0 = 1`` with weights from w_0 on: the slope by w_0 takes x_0, and a vector of slopes begins with it."""
    text = """$x_0 = 1$; $x_1^{(1)} = 2$, $t_1 = 1$. Start: $w_0 = 0.1$, $w_1 = 0.5$, $\\eta = 0.1$.

$$z_1 = w_0 x_0 + w_1 x_1^{(1)} = 0.1 \\cdot 1 + 0.5 \\cdot 2 = 1.1$$

$$e_1 = t_1 - z_1 = 1 - 1.1 = -0.1$$

$$\\frac{\\partial E}{\\partial w_0} = -e_1 \\cdot x_0 = 0.1 \\cdot 1 = 0.1$$

$$\\nabla E = \\begin{pmatrix} 0.1 \\cdot 1 \\\\ 0.1 \\cdot 2 \\end{pmatrix} = \\begin{pmatrix} 0.1 \\\\ SLOPE \\end{pmatrix}$$
"""
    report = check(text.replace("SLOPE", "0.2")).report
    assert [[x.text for x in row] for row in report.exercise.features] == [["2"]]
    assert report.exercise.bias is not None
    assert report.exercise.bias.text == "0.1"
    assert not report.slips
    wrong = check(text.replace("SLOPE", "0.3")).report.slips
    assert [(slip.line, slip.kind.value) for slip in wrong] == [(9, "arithmetic")]


@pytest.mark.parametrize("rule", ["1 (z > 0), 0 (z ≤ 0)", "1 (z >= 0), −1 (z < 0)"])
def test_classes_with_their_conditions_in_brackets_are_a_rule(rule: str) -> None:
    """They say when the output is what, and are no outputs."""
    text = f"x1 | x2 | t\n---|---|---\n1 | 0 | 1\n0 | 1 | 0\n\nw1 = 0.5, w2 = -0.5, b = 0, η = 0.1\n\ny = f(z) = {rule}\n\nz1 = 0.5·1 = 0.5\n\ny1 = f(0.5) = 1\n"
    report = check(text).report
    assert not report.slips
    assert report.exercise.activation in ("step", "sign")
