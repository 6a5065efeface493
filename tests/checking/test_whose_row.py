"""Rows and samples are taken for what they show: whose they are, in which unit, and what a sign gives at 0."""

from deltarule import api
from deltarule.document import Claim
from deltarule.findings import Status
from deltarule.reading import read_document
from deltarule.reading.problem import understand
from deltarule.spans import Source


def _marked(text: str) -> tuple[list[int], int]:
    """The lines of the slips, and how many values are right."""
    report = api.check(Source("", text)).report
    right = sum(each.status in (Status.RIGHT, Status.RIGHT_ROUNDED) for each in report.verdicts)
    return [slip.line for slip in report.slips], right


_TOLD_AGAIN = """\
| $x_1$ | $x_2$ | y |
|---|---|---|
| 2 | 1 | 1 |
| 1 | 3 | 1 |
| -1 | -2 | 0 |
| -3 | -1 | 0 |

Perceptron: 1 if z >= 0, else 0. $\\mathbf{{w}} = [0, 0]$, $b = 0$, $\\eta = 0.1$.

1. $\\mathbf{{x}}^{{(1)}} = [2, 1]$, $y^{{(1)}} = 1$. Here $z = 0$, $\\hat{{y}}^{{(1)}} = 1$. Error = 0.
2. $\\mathbf{{x}}^{{(2)}} = [1, 3]$, $y^{{(2)}} = 1$. Here $z = 0$, $\\hat{{y}}^{{(2)}} = 1$. Error = 0.
3. $\\mathbf{{x}}^{{(3)}} = [-1, -2]$, $y^{{(3)}} = 0$. Here $z = 0$, $\\hat{{y}}^{{(3)}} = 1$. Error = -1.
   Update: $\\mathbf{{w}} = [{w1}, 0.2]$, $b = -0.1$.
4. $\\mathbf{{x}}^{{(4)}} = [-3, -1]$. Here $z = {z4}$, $\\hat{{y}}^{{(4)}} = 0$. Error = 0.
"""


def test_inputs_told_again_say_whose_working_follows() -> None:
    """Each sample names its inputs, and only the third is wrong: w = 0 + 0.1·(-1)·(-1, -2), z_4 = -0.3 - 0.2 - 0.1."""
    assert _marked(_TOLD_AGAIN.format(w1="0.1", z4="-0.6"))[0] == []
    assert _marked(_TOLD_AGAIN.format(w1="0.4", z4="-1.5"))[0] == [13]
    assert _marked(_TOLD_AGAIN.format(w1="0.1", z4="-0.5"))[0] == [14]


_ERRORS = """\
| i | x | y |
|---|---|---|
| 1 | 1 | 3 |
| 2 | 2 | 5 |
| 3 | 4 | 5 |
| 4 | 5 | 8 |

$w = 1$, $b = 0$, learning rate 0.1, all rows at once.

| i | h | y | h - y |
|---|---|---|---|
| 1 | 1 | 3 | -2 |
| 2 | 2 | 5 | -3 |
| 3 | 4 | 5 | -1 |
| 4 | 5 | 8 | {last} |
"""


def test_two_rows_may_have_one_target() -> None:
    """Rows that are counted are told apart by their number."""
    assert _marked(_ERRORS.format(last="-3"))[0] == []
    assert _marked(_ERRORS.format(last="-2"))[0] == [15]


_CLASSES = """\
| x1 | x2 | y |
|----|----|---|
| 0 | 0 | -1 |
| 0 | 2 | -1 |
| 2 | 0 | -1 |
| 2 | 2 | +1 |

η = 1

| Epoch | Sample | w1 | w2 | b | Prediction | Update? |
|-------|--------|-----|-----|---|------------|---------|
| 1 | (0,0,-1) | 0 | 0 | 0 | +1 (0≥0) | Yes |
| | | 0 | 0 | -1 | | b=b-1 |
| 1 | (0,2,-1) | 0 | 0 | -1 | -1 (-1<0) | No |
| 1 | (2,0,-1) | 0 | 0 | -1 | -1 (-1<0) | No |
| 1 | (2,2,+1) | 0 | 0 | -1 | -1 (-1<0) | Yes |
| | | 2 | 2 | 0 | | w=w+1×(2,2), b=b+1 |
| 2 | (0,0,-1) | 2 | 2 | 0 | +1 (0≥0) | Yes |
| | | 2 | 2 | {bias} | | b=b-1 |
"""


def test_a_class_behind_the_inputs_of_a_row() -> None:
    """``(0, 2, -1)`` beside two weights; a change by the target, of classes -1 and 1, is half of one by the error."""
    slips, right = _marked(_CLASSES.format(bias="-1"))
    assert slips == []
    assert right >= 5 + 8 * 3  # predictions, and all weights and biases
    assert _marked(_CLASSES.format(bias="1"))[0] == [19]


_SIGN = """\
$ŷ = sgn ( \\sum_{{i}} w_i \\cdot x_i + b )$, $w = w - (ŷ - y)\\cdot x$, $b = b - (ŷ - y)$

| $x_1$ | $x_2$ | $y$ |
|-------|-------|-----|
| 1     | 2     | +1  |
| -1    | -2    | -1  |
| 0     | 1     | +1  |

| $x_1$ | $x_2$ | $y$ | $w_1$ | $w_2$ | $b$ | $ŷ$ | $ŷ-y$ |
|-------|-------|-----|-------|-------|-----|-----|-------|
| 1     | 2     | +1  | 0     | 0     | 0   | {first} | {error} |
| -1    | -2    | -1  | +1    | +2    | +1  | -1  | 0     |
| 0     | 1     | +1  | +1    | +2    | +1  | {last} | 0     |
"""


def test_a_sign_may_be_0_at_0() -> None:
    """Where a neuron with classes -1 and 1 puts out 0, it does so at 0 and nowhere else."""
    text = _SIGN.format(first="0", error="-1", last="+1")
    assert understand(read_document(Source("", text))).exercise.jump == "zero"
    assert _marked(text)[0] == []
    assert _marked(_SIGN.format(first="0", error="-1", last="0"))[0][:1] == [13]  # z = 2 + 1
    stated = "sgn(0) = 0\n\n" + _SIGN.format(first="+1", error="0", last="+1")
    assert understand(read_document(Source("", stated))).exercise.jump == "zero"
    assert understand(read_document(Source("", stated[12:]))).exercise.jump == "upper"


_UNITS = """\
| Area (x) | Price (y) |
| --- | --- |
| 1,200 | 250,000 |
| 1,500 | 310,000 |
| 1,800 | 352,000 |

Now in thousands: the weight is 0.2, the bias 0. w = 0.2, b = 0.

| Area (x) | Price (y) | Prediction (ŷ) | y - ŷ |
| --- | --- | --- | --- |
| 1,200 | 250 | 240 | 10 |
| 1,500 | 310 | 300 | 10 |
| 1,800 | {price} | 360 | {error} |
"""


def test_targets_in_another_unit() -> None:
    """A row that counts its target in thousands is held against that."""
    assert _marked(_UNITS.format(price="352", error="-8"))[0] == []
    assert _marked(_UNITS.format(price="352", error="18"))[0] == [13]


_DELTAS = """\
weights = [0.1, 0.2, -0.1]
input = [8.5, 0.65, 1.2]
pred = sum of input * weight, {word} = delta * input

Weight {word}:[-1.19, -0.091, -0.168]
Weights:[0.1, 0.2, -0.1]
Pred:{pred}
"""


def test_deltas_of_weights_are_no_weights() -> None:
    """What is called the changes of the weights is not what the next output is worked with: 0.85 + 0.13 - 0.12."""
    for word in ("deltas", "changes"):
        assert _marked(_DELTAS.format(word=word, pred="0.86"))[0] == []
    document = read_document(Source("", "Weight deltas: [0.1, 0.2]\nBias updates: 0.3\nWeights: [0.4, 0.5]"))
    names = understand(document).names
    told = [
        names.reference(item.subject) for item in document.items if isinstance(item, Claim) and item.subject
    ]
    assert [reference is not None for reference in told] == [False, False, False, True, True]


def test_a_line_of_dashes_between_rows_with_bars() -> None:
    """A table as a program prints it, its heading underlined by dashes without bars: net input 0.5 + 0.25 = 0.75."""
    table = (
        "Perceptron: Y = 1 if a > 0, else 0. η = 0.5.\n\n```\n"
        "|  W1  |  W2  |   θ  | X1 | X2 |  a   | Y | T |  ΔW1  |\n"
        "------------------------------------------------------\n"
        "| 0.50 | 0.25 | -0.50| 0  | 0  | -0.50| 0 | 0 |  0.00 |\n"
        "| 0.50 | 0.25 | -0.50| 0  | 1  | -0.25| 0 | 0 |  0.00 |\n"
        "| 0.50 | 0.25 | -0.50| 1  | 0  |  0.00| 0 | 0 |  0.00 |\n"
        "| 0.50 | 0.25 | -0.50| 1  | 1  |  {a}| 1 | 1 |  0.00 |\n"
        "------------------------------------------------------\n```\n"
    )
    slips, right = _marked(table.format(a="0.25"))
    assert slips == []
    assert right >= 4 * 4
    assert _marked(table.format(a="0.35"))[1] < right  # so few rows show no rule that it breaks
