"""Linear regression worked in lines: where the lines are placed in their run, a slip is found and what follows from it is not charged."""

import pytest

from deltarule import api
from deltarule.spans import Source


def _slips(text: str) -> list[int]:
    return [slip.line for slip in api.check(Source("a.md", text)).report.slips]


def _placed(text: str) -> list[str]:
    """Values of the lines that have a place in the run."""
    report = api.check(Source("a.md", text)).report
    return [verdict.written for verdict in report.verdicts if verdict.quantity is not None]


VECTORS = (
    "X = [[2, 1], [0, 3], [1, 1]], y = [4, 3, 1], w = [0.5, 0.5], lr = 0.1\n"
    "The gradient of (1/n)||Xw - y||^2 is (2/n) X^T (Xw - y).\n\n"
    "Step 1\nXw = [1.5, 1.5, 1]\ne = Xw - y = [-2.5, -1.5, 0]\ng = 2/3 X^T e = 2/3 [-5, -7] = [-3.333, {g}]\n"
    "w = [0.5, 0.5] - 0.1 [-3.333, {g}] = [0.833, {w}]\n"
)


@pytest.mark.parametrize(("g", "w", "wrong"), [("-4.667", "0.967", []), ("-4.467", "0.947", [7])])
def test_a_step_in_vectors(g: str, w: str, wrong: list[int]) -> None:
    """2/3 (1·(-2.5) + 3·(-1.5)) = -4.667; who has -4.467 goes on with it to 0.947."""
    text = VECTORS.format(g=g, w=w)
    assert _slips(text) == wrong
    assert len(_placed(text)) == 10


@pytest.mark.parametrize(("outputs", "errors", "wrong"), [("3, 4", "1, 1", []), ("3, 5", "1, 2", [3])])
def test_what_is_worked_of_a_product_told_by_itself(outputs: str, errors: str, wrong: list[int]) -> None:
    """X u is (2 + 1, 2 + 2) = (3, 4); who has (3, 5) goes on with it, and is charged once."""
    text = (
        "$X = \\begin{pmatrix}1 & 1\\\\ 1 & 2\\end{pmatrix}$ and $u = (2, 1)^T$, $q = (2, 3)^T$\n\n"
        f"$Xu = ({outputs})^T$\n\n$Xu - q = ({errors})^T$\n"
    )
    assert _slips(text) == wrong


BATCH = (
    "Points: (1, 2), (3, 5), (4, 5). Model y_hat = w*x + b with w = 0.5, b = 0, learning rate 0.1 and the loss 1/(2n) sum (y_hat - y)^2.\n\n"
    "y_hat = 0.5*1 + 0 = 0.5, error = 0.5 - 2 = -1.5\ny_hat = 0.5*3 + 0 = 1.5, error = 1.5 - 5 = -3.5\n"
    "y_hat = 0.5*4 + 0 = {out}, error = {out} - 5 = {error}\n\n"
    "dw = (-1.5*1 + -3.5*3 + {error}*4)/3 = {dw}\nw = 0.5 - 0.1*({dw}) = {w}\n"
)


@pytest.mark.parametrize(
    ("out", "error", "dw", "w", "wrong"),
    [("2", "-3", "-8", "1.3", []), ("2", "-2", "-6.667", "1.167", [5]), ("3", "-2", "-6.667", "1.167", [5])],
)
def test_outputs_told_one_after_the_other(out: str, error: str, dw: str, w: str, wrong: list[int]) -> None:
    """Outputs without an index are those of the samples in turn; a slip in one is charged once."""
    text = BATCH.format(out=out, error=error, dw=dw, w=w)
    assert _slips(text) == wrong
    assert len(_placed(text)) == 8


def test_a_product_with_a_remark_behind_it() -> None:
    """(1 + 4)/2 = 2.5, where the value before stands in brackets: 2.5 (3.5) is no product."""
    text = (
        "| x | y |\n|---|---|\n| 1 | 1 |\n| 2 | 2 |\n\nw = 0, b = 0, lr = 0.1, MSE = 1/n sum (y_hat - y)^2\n\n"
        "y_hat_1 = 0*1 + 0 = 0\ny_hat_2 = 0*2 + 0 = 0\nMSE = (1 + 4)/2 = {} (3.5)\n"
    )
    assert _slips(text.format("2.5")) == []
    assert _slips(text.format("2.7")) == [10]


def test_a_decay_that_the_slopes_are_worked_with() -> None:
    """The rule has λ w in the step; the slopes have it as well: (1 - 3)·2 + 0.5·0.5 = -3.75, and 0.5 + 0.375 = 0.875."""
    text = (
        "One neuron y = w·x with the update w_new = w - η·((y - t)·x + λ·w), η = 0.1, λ = 0.5, w = 0.5; the points (2, 3), (1, 2).\n\n"
        "1. y = 0.5 · 2 = 1, gradient = (1 - 3) · 2 + 0.5 · 0.5 = -3.75, so w_new = 0.5 - 0.1 · (-3.75) = 0.875\n"
        "2. y = 0.875 · 1 = 0.875, gradient = (0.875 - {}) · 1 + 0.5 · 0.875 = {}, so w_new = 0.875 - 0.1 · ({}) = {}\n"
    )
    assert _slips(text.format("2", "-0.6875", "-0.6875", "0.94375")) == []
    assert _slips(text.format("6", "-4.6875", "-4.6875", "1.34375")) == [4]


def test_values_of_a_weight_and_a_bias_that_are_counted() -> None:
    """w_1 and b_1 are what w_0 and b_0 become: the one weight and the bias of a line."""
    text = (
        "| x | y |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nw_0 = 1, b_0 = 0, α = 0.1, loss = 1/2 sum (ŷ - y)^2\n\n"
        "Epoch 1, with w = 1, b = 0:\n\nŷ_1 = 1·1 + 0 = 1\nŷ_2 = 1·3 + 0 = 3\ne_1 = 1 - 2 = -1\ne_2 = 3 - 4 = -1\n"
        "w_1 = 1 - 0.1·(-1·1 + (-1)·3) = {}\nb_1 = 0 - 0.1·(-1 + (-1)) = 0.2\n"
    )
    assert _slips(text.format("1.4")) == []
    assert _slips(text.format("1.3")) == [14]


def test_a_table_of_epochs_beside_the_optimum() -> None:
    """The column of the optimum is of no epoch; those beside it are."""
    text = (
        "| x | y |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nw = 1, b = 0, α = 0.1, loss = 1/2 sum (ŷ - y)^2, error e = ŷ - y\n\n"
        "### Epoch 1\n\nŷ_1 = 1·1 + 0 = 1\nŷ_2 = 1·3 + 0 = 3\nw = 1 - 0.1·(-1·1 + (-1)·3) = 1.4\nb = 0 - 0.1·(-1 + (-1)) = 0.2\n\n"
        "### Epoch 2\n\nŷ_1 = 1.4·1 + 0.2 = 1.6\nŷ_2 = 1.4·3 + 0.2 = 4.4\nw = 1.4 - 0.1·(-0.4·1 + 0.4·3) = 1.32\nb = 0.2 - 0.1·(-0.4 + 0.4) = 0.2\n\n"
        "### Summary\n\n| | Epoch 1 | Epoch 2 | Optimum |\n|---|---|---|---|\n| w | 1.4 | 1.32 | 1 |\n| b | 0.2 | 0.2 | 1 |\n"
    )
    assert _slips(text) == []


@pytest.mark.parametrize("seen", ["python fit.py --epochs 3", "$ fit --epochs 3 --rate 0.1"])
def test_an_option_of_a_command_line_is_no_epoch(seen: str) -> None:
    """What is worked below is the first epoch, and the weights that it starts with are no old ones."""
    text = (
        f"```\n{seen}\n```\n\n| x | y |\n|---|---|\n| 1 | 2 |\n| 3 | 4 |\n\nw = 1, b = 0, lr = 0.1, loss = 1/2 sum (y_hat - y)^2\n\n"
        "Epoch 1\n\ny_hat_1 = 1*1 + 0 = 1\ny_hat_2 = 1*3 + 0 = 3\nw = 1 - 0.1*(-1*1 + -1*3) = 1.4\nb = 0 - 0.1*(-1 + -1) = 0.2\n"
    )
    assert _slips(text) == []
    assert len(_placed(text)) == 4


POINTS = (
    "A neuron y = f(w1·x1 + w2·x2 + b) with w1 = 0.5, w2 = -1, b = 0.5, η = 0.2.\n\n"
    "x1 = 2, x2 = 1, t = 1: z = 0.5·2 + (-1)·1 + 0.5 = 0.5, y = 1, e = 1 - 1 = 0\n"
)


def test_outputs_of_another_activation_speak_against_the_data() -> None:
    """Where errors take 1 and 0 and not the sums, nothing is held against them: the neuron has a step that nobody told of."""
    text = POINTS + (
        "x1 = 1, x2 = 2, t = 1: z = 0.5·1 + (-1)·2 + 0.5 = -1, y = 0, e = 1 - 0 = 1\n"
        "w1 = 0.5 + 0.2·1·1 = 0.7\nw2 = -1 + 0.2·1·2 = -0.6\nb = 0.5 + 0.2·1 = 0.7\n"
    )
    assert _slips(text) == []


@pytest.mark.parametrize("told", ["a = w_1 x_1 + b > 0 gives 1, else 0", "y = 1 if w_1 x_1 + b > 0, else 0"])
def test_a_rule_that_compares_a_formula_is_of_no_sample(told: str) -> None:
    """The samples are counted from the first line that works one."""
    text = (
        f"{told}. Rule: w_1 ← w_1 + 0.5·(t - y)·x_1, b ← b + 0.5·(t - y). Start: w_1 = 1, b = -1.\n\n"
        "| x_1 | t |\n|---|---|\n| 0 | 1 |\n| 2 | 1 |\n\n"
        "a = 1·0 - 1 = -1, so y = 0; w_1 = 1 + 0.5·1·0 = 1, b = -1 + 0.5·1 = -0.5\na = 1·2 - 0.5 = 1.5, so y = 1\n"
    )
    assert _slips(text) == []
