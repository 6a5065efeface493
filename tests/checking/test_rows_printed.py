"""Rows as programs and slides print them: rules between epochs, start rows, rows left out, entities, products with a point."""

from fractions import Fraction

import pytest

from deltarule.api import check
from deltarule.document import Claim
from deltarule.findings import Status
from deltarule.reading import read_document
from deltarule.reading.lone_numbers import as_written
from deltarule.report import Report
from deltarule.spans import Source

# worked by hand: rate 1, output 1 from above 0, weights before the update; the first input is the bias's
RULED = """Perceptron, learning rate 1, weights before the update

    W   i   t o   ΔW
========================
(0,1,1) (1,0,0) 0 0 (0,0,0)
(0,1,1) (1,0,1) 0 1 (-1,0,-1)
(-1,1,0) (1,1,0) 0 0 (0,0,0)
(-1,1,0) (1,1,1) 1 0 (1,1,1)
========================
(0,2,1) (1,0,0) 0 0 (0,0,0)
(0,2,1) (1,0,1) 0 1 (-1,0,-1)
(-1,2,0) (1,1,0) 0 1 (-1,-1,0)
(-2,1,0) (1,1,1) 1 0 (1,1,1)
"""
# delta rule, rate 0.5, worked line by line and told again in a table that begins with the start weights
RECAP = """Adaline, linear output y_in = b + Σ(xᵢ · wᵢ)

| No | x1 | x2 | t |
|---|---|---|---|
| 1 | 1 | -1 | 1 |
| 2 | 1 | 1 | -1 |

w1 = 0, w2 = 0, b = 0, α = 0.5

Data 1:
y_in = 0 + 0*1 + 0*(-1) = 0
Error = t - y_in = 1 - 0 = 1
Δw1 = 0.5 * 1 * 1 = 0.5 → w1 = 0 + 0.5 = 0.5
Δw2 = 0.5 * 1 * (-1) = -0.5 → w2 = 0 - 0.5 = -0.5
Δb = 0.5 * 1 = 0.5 → b = 0 + 0.5 = 0.5

Data 2:
y_in = 0.5 + 0.5*1 - 0.5*1 = 0.5
Error = t - y_in = -1 - 0.5 = -1.5
Δw1 = 0.5 * (-1.5) * 1 = -0.75 → w1 = 0.5 - 0.75 = -0.25
Δw2 = 0.5 * (-1.5) * 1 = -0.75 → w2 = -0.5 - 0.75 = -1.25
Δb = 0.5 * (-1.5) = -0.75 → b = 0.5 - 0.75 = -0.25

| Data | x1 | x2 | t | y_in | Error | w1 | w2 | b | SSE |
|---|---|---|---|---|---|---|---|---|---|
| 0 (init) | - | - | - | - | - | 0 | 0 | 0 | - |
| 1 | 1 | -1 | 1 | 0 | 1 | 0.5 | -0.5 | 0.5 | 1 |
| 2 | 1 | 1 | -1 | 0.5 | -1.5 | -0.25 | -1.25 | -0.25 | 2.25 |

SSE_total = 1 + 2.25 = 3.25
MSE = SSE_total / 2 = 3.25 / 2 = 1.625
"""
# perceptron for AND with bipolar targets; rows are left out between the second and the seventh
GAP = """Perceptron, θ = 0.2, α = 1

| step | x1 | x2 | y_in | y | t | Δw1 | Δw2 | Δb | w1 | w2 | b |
|---|---|---|---|---|---|---|---|---|---|---|---|
| 0 |  |  |  |  |  |  |  |  | 0 | 0 | 0 |
| 1 | 1 | 1 | 0 | 0 | 1 | 1 | 1 | 1 | 1 | 1 | 1 |
| 2 | 1 | 0 | 2 | 1 | -1 | -1 | 0 | -1 | 0 | 1 | 0 |
|  |  |  |  |  | • | • • |  |  |  |  |  |
| 7 | 1 | 1 | 1 | 1 | 1 | 0 | 0 | 0 | 2 | 3 | -4 |
| 8 | 1 | 0 | -2 | -1 | -1 | 0 | 0 | 0 | 2 | 3 | -4 |
| 9 | 0 | 1 | -1 | -1 | -1 | 0 | 0 | 0 | 2 | 3 | -4 |
| 10 | 0 | 0 | -4 | -1 | -1 | 0 | 0 | 0 | 2 | 3 | -4 |
"""


def judged(report: Report) -> int:
    """How many values have a verdict."""
    return sum(verdict.status is not Status.UNCHECKED for verdict in report.verdicts)


@pytest.mark.parametrize(
    ("text", "fewest"), [(RULED, 60), (RECAP, 34), (GAP, 50)], ids=["ruled", "recap", "gap"]
)
def test_an_honest_print_has_no_slip(text: str, fewest: int) -> None:
    """Every row is read and judged; nothing is called a slip."""
    report = check(text).report
    assert not report.slips
    assert judged(report) >= fewest


def test_a_wrong_row_behind_a_rule_is_found() -> None:
    """A change that does not follow from its row, in the second block."""
    report = check(RULED.replace("(-1,2,0) (1,1,0) 0 1 (-1,-1,0)", "(-1,2,0) (1,1,0) 0 1 (-1,1,0)")).report
    assert [slip.line for slip in report.slips] == [12]


def test_a_wrong_row_of_a_recapitulation_is_found() -> None:
    """The table tells another weight than the lines above it worked out."""
    report = check(RECAP.replace("| -0.25 | -1.25 | -0.25 |", "| -0.25 | 1.25 | -0.25 |")).report
    assert report.slips


@pytest.mark.parametrize(
    "text",
    [
        "w = 0, &theta; = 0, &alpha; = 1",
        "<b>&theta; + x<sub>1</sub>w<sub>1</sub> + x<sub>2</sub>w<sub>2</sub></b> = 0 + 1.0 + 1.0 = 0",
    ],
)
def test_what_html_spells_is_no_slip(text: str) -> None:
    """Entities are the signs that they name; a point between two digits may be a product."""
    assert not check(text).report.slips


def test_a_wrong_sum_of_decimals_is_still_a_slip() -> None:
    """No product of two digits gives the value either."""
    assert check("0 + 1.0 + 1.5 = 4").report.slips


# output 1 above a threshold that is never learned, rate 0.5, weights before the change
FIXED = """Partida: w1 = -0,2 e w2 = 0,4. Limiar θ = 0,5, taxa η = 0,5.

| ép | x1 | w1 | x2 | w2 | soma | θ | esperado | saída | erro | Δw1 | Δw2 |
|---|---|---|---|---|---|---|---|---|---|---|---|
| 1 | 0 | -0,2 | 0 | 0,4 | 0,0 | 0,5 | 0 | 0 | 0 | 0 | 0 |
| 1 | 0 | -0,2 | 1 | 0,4 | 0,4 | 0,5 | 1 | 0 | +1 | 0 | +0,5 |
| 1 | 1 | -0,2 | 0 | 0,9 | -0,2 | 0,5 | 1 | 0 | +1 | +0,5 | 0 |
| 1 | 1 | 0,3 | 1 | 0,9 | 1,2 | 0,5 | 1 | 1 | 0 | 0 | 0 |
| 2 | 0 | 0,3 | 0 | 0,9 | 0,0 | 0,5 | 0 | 0 | 0 | 0 | 0 |
| 2 | 0 | 0,3 | 1 | 0,9 | 0,9 | 0,5 | 1 | 1 | 0 | 0 | 0 |
| 2 | 1 | 0,3 | 0 | 0,9 | 0,3 | 0,5 | 1 | 0 | +1 | +0,5 | 0 |
| 2 | 1 | 0,8 | 1 | 0,9 | 1,7 | 0,5 | 1 | 1 | 0 | 0 | 0 |
"""


def test_a_threshold_in_a_column_of_its_own() -> None:
    """The step is taken at the threshold; what falls short of it gives 0, and another sum is found."""
    report = check(FIXED).report
    assert not report.slips
    assert judged(report) >= 50
    wrong = check(FIXED.replace("| 1,2 | 0,5 |", "| 1,9 | 0,5 |")).report
    assert [slip.line for slip in wrong.slips] == [8]


def test_a_program_prints_the_numbers_below_the_name() -> None:
    """One number, a row of numbers; a matrix is left alone."""
    text = "w = [0, 0]\n\n w  =\n\n    0.    1.  \n u  =\n \n    2.5  \nA =\n\n  1  2\n  3  4\n"
    document = read_document(Source("printed.txt", text))
    told = [
        (document.source.line(item.links[-1].span.start), value.value)
        for item in document.items
        if isinstance(item, Claim) and item.links and (value := as_written(item.links[-1].expr)) is not None
    ]
    assert told[2:] == [(5, 0), (5, 1), (8, Fraction(5, 2))]


# perceptron for AND, the first two rows; the threshold is added and learned, its rate is called n
REAL = """| x1 | x2 | x1 AND x2 |
|---|---|---|
| 0 | 0 | 0 |
| 0 | 1 | 0 |

Escalón φ: 1 si z > 0. w1 = 0.4
w2 = 0.2
θ = 0.1
Tasa de aprendizaje: n = 0.05

Δw_i = n * (y_real - y) * x_i
Δθ = n * (y_real - y)

### Fila 1: x1=0, x2=0 (esperado: 0)

z = 0.4*0 + 0.2*0 + 0.1
z = 0.1
y = φ(0.1) = 1

Δw1 = 0.05 * (0 - 1) * 0 = 0 → w1_nuevo = 0.4 + 0 = 0.4
Δw2 = 0.05 * (0 - 1) * 0 = 0 → w2_nuevo = 0.2 + 0 = 0.2
Δθ = 0.05 * (0 - 1) = -0.05 → θ_nuevo = 0.1 + (-0.05) = 0.05
"""


def test_a_target_called_real_and_a_rate_called_n() -> None:
    """``y_real - y``: the target stands in front; n between 0 and 1 counts nothing."""
    assert not check(REAL).report.slips


# perceptron for OR, output 1 above 0, rate 1; the weights are those before the update
LOG = """samples [0,0,0], [1,0,1], [0,1,1]; w = [0, 0], b = 0
each line: [w0 w1 b y delta_w0 delta_w1 delta_b]

epoch 0 sample 0 [0 0 0 0 0 0 0]
epoch 0 sample 1 [0 0 0 0 1 0 1]
epoch 0 sample 2 [1 0 1 1 0 0 0]
epoch 1 sample 0 [1 0 1 1 0 0 -1]
epoch 1 sample 1 [1 0 0 1 0 0 0]
epoch 1 sample 2 [1 0 0 0 0 1 1]
epoch 2 sample 0 [1 1 1 1 0 0 -1]
epoch 2 sample 1 [1 1 0 1 0 0 0]
"""


def test_a_log_in_brackets_below_its_legend() -> None:
    """The legend names the numbers; weights that do not follow from the changes are found."""
    report = check(LOG).report
    assert not report.slips
    assert judged(report) >= 30
    wrong = check(LOG.replace("[1 1 0 1 0 0 0]", "[1 1 2 1 0 0 0]")).report
    assert [slip.line for slip in wrong.slips] == [11]


def test_brackets_without_a_legend_name_nothing() -> None:
    """A list of numbers behind a label is no row of a log."""
    assert not check("epoch 0 sample 0 [1 2 0]\nepoch 0 sample 1 [4 5 9]\n").report.slips


def test_one_row_against_one_decides_no_formula() -> None:
    """No rate is told, one change fits error times input and one does not: which formula is meant is not known."""
    assert not check(GAP.partition("\n\n")[2]).report.slips
