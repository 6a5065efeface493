"""What a step gives at 0 is read from the rule, whatever language stands around its symbols, and else from the outputs."""

import pytest

from deltarule import api
from deltarule.reading import read_document
from deltarule.reading.problem import understand
from deltarule.spans import Source

_TASK = """\
| x1 | x2 | t |
|---|---|---|
| 0 | 1 | {low} |
| 1 | 1 | 1 |

w1 = 0.5, w2 = -0.5, b = 0.5, η = 0.5.

{rule}

z = 0.5·0 + (-0.5)·1 + 0.5 = 0, y = {told}
"""


def _read(rule: str, told: str = "0", low: str = "0") -> tuple[str, bool]:
    text = _TASK.format(rule=rule, told=told, low=low)
    understood = understand(read_document(Source("", text)))
    return understood.exercise.jump, "jump" in understood.stated


@pytest.mark.parametrize(
    ("rule", "jump"),
    [
        ("The perceptron's output is y = 1 if z > 0, otherwise 0.", "lower"),
        ("Das Perzeptron: y = 1, falls z ≥ 0, sonst 0.", "upper"),
        ("Perceptron : la sortie vaut 0 si z < 0 et 1 sinon.", "upper"),
        ("Perceptron: z > 0 ise y = 1, değilse y = 0.", "lower"),
        ("Perceptron: $y = \\begin{cases} 1 & z > 0 \\\\ 0 & z \\le 0 \\end{cases}$", "lower"),
    ],
)
def test_a_stated_rule_says_what_a_step_gives_at_0(rule: str, jump: str) -> None:
    """Strict or not, in any language."""
    assert _read(rule, "0" if jump == "lower" else "1") == (jump, True)


def test_one_output_shows_no_rule() -> None:
    """Without a rule a single output at 0 is followed, and no other one would be wrong."""
    assert _read("A perceptron.") == ("lower", False)
    assert _read("A perceptron.", "1") == ("upper", False)


def test_a_class_under_a_condition_is_no_result() -> None:
    """What a neuron gives only if something holds is said of none of the samples, and held against nobody."""
    rule = "The perceptron fires (y = 1) only if z is greater than 0."
    marking = api.check(Source("", _TASK.format(rule=rule, told="0", low="0")))
    assert marking.slips == ()
    assert [verdict.line for verdict in marking.report.verdicts if verdict.written == "1"] == []


def test_solve_works_by_the_rule() -> None:
    """An exercise file may say it, and the run keeps to it."""
    text = """\
learning_rate = 1
activation = "step"
jump = "lower"
batch_size = 1

[start]
weights = [0]
bias = 0

[data]
columns = ["x", "y"]
rows = [[1, 0], [2, 1]]
"""
    solution = api.solve(text)
    assert [str(value) for value in solution.trace.weights(1)] == ["0", "0"]
    assert [str(value) for value in solution.trace.weights(2)] == ["2", "1"]
    assert api.check(solution.write("markdown")).slips == ()
