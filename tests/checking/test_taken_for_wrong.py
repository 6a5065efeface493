"""What looks wrong at first sight and is not: dashes, limits, lines between classes, lists in step, what goes on from a slip."""

import pytest

from deltarule import api
from deltarule.spans import Source


def _slips(text: str) -> list[int]:
    return [slip.line for slip in api.check(Source("", text)).report.slips]


def test_a_part_that_was_worked_wrongly_is_charged_once() -> None:
    """1 + 0.25 - 4 is -2.75: who has taken it for -2.65 goes on with that, in 2·(...) = -5.3 and 3·(...) = -7.95."""
    text = (
        "L = (1 + 0.25 - 4)^2 = 2.65^2 = 7.0225\n\ng = 2·(1 + 0.25 - 4) = {}\n\nh = 3·(1 + 0.25 - 4) = {}\n"
    )
    assert _slips(text.format("-5.3", "-7.95")) == [1]
    assert _slips(text.format("-5.5", "-8.25")) == [1]  # the right values
    assert _slips(text.format("-5.4", "-7.95")) == [1, 3]
    marking = api.check(Source("", text.format("-5.3", "-7.95")))
    assert [(item.line, item.from_lines) for item in marking.follow_through] == [(3, (1,)), (5, (1,))]


def test_the_same_working_with_the_same_wrong_result_is_wrong_again() -> None:
    """Nothing follows from a result where the whole of it is worked anew."""
    assert _slips("a = 1.5·0.7 + 0.1 = 1.25\n\nb = 1.5·0.7 + 0.1 = 1.25\n") == [1, 3]


@pytest.mark.parametrize(("value", "wrong"), [("4", []), ("5", [1])])
def test_a_dash_is_no_minus(value: str, wrong: list[int]) -> None:
    """0.0401/0.01 = 4.01 is about 4; what stands behind the dash is another sentence."""
    assert _slips(f"slope 0.0401 ÷ 0.01 ≈ {value} — 2(5 − 3) = 4\n") == wrong


def test_lists_in_step() -> None:
    """Each working of a list has the value that stands as far behind the sign."""
    assert _slips("costs: −ln(0.5), −ln(0.5), −ln(0.8) ≈ 0.693, 0.693, 0.223\n") == []
    assert _slips("costs: −ln(0.5), −ln(0.5), −ln(0.8) ≈ 0.693, 0.693, 0.323\n") == [1]
    assert _slips("1 + 2, 2·3 = 6\n") == []  # a list with one sign in it


def test_the_line_between_two_classes_is_no_value() -> None:
    """``-x_1 = 0`` holds where the classes meet, whatever the last x_1 was."""
    text = "w = [0, -1, 0], x_1 = 1, x_2 = 3, b = 0.\n\nBoundary: `w·x = −x₁ = 0` → x₁ = 0.\n"
    assert _slips(text) == []


def test_a_limit_is_no_step() -> None:
    """Where a sequence goes to is not its last value in the table."""
    text = (
        "$f(x) = x^2$, $f'(x) = 2x$, $x_{k+1} = x_k - \\eta \\cdot 2 x_k$, $x_0 = 10$, $\\eta = 0.1$.\n\n"
        "| $k$ | $x_k$ | $f(x_k)$ |\n|---|---|---|\n| 0 | 10.000 | 100.000 |\n| 1 | 8.000 | 64.000 |\n| 2 | 6.400 | {} |\n"
        "| 3 | 5.120 | 26.214 |\n| 4 | 4.096 | 16.777 |\n| 5 | 3.277 | 10.737 |\n\n"
        "$x_k = (0.8)^k \\cdot 10 \\to 0$.\n"
    )
    assert _slips(text.replace("{}", "40.960")) == []
    assert _slips(text.replace("{}", "46.090")) == [7]


def test_a_cross_between_names_beside_an_input_x() -> None:
    """f = q x z is the product of q and z: 3·4."""
    text = "f = (x + y) x z with x = 2, y = 1, z = 4:\n\nq = x + y = 3\n\nf = q x z = {}\n"
    assert _slips(text.format("12")) == []


def test_the_wrong_version_for_contrast() -> None:
    """A section that shows how not to do it works another formula; only its own arithmetic is held against it."""
    text = (
        "x = 1, w = 0.5, b = 0, y = 1, one sigmoid unit, L = (1/2)(y - a)^2.\n\n"
        "z = 0.5·1 + 0 = 0.5\n\na = σ(0.5) ≈ 0.622\n\ndL/dw ≈ -0.378 * 0.235 * 1 ≈ -0.089\n\n"
        "## {}\n\ndL/dw ≈ -0.378 * 0.622 * 1 ≈ {}\n\n## On\n\nw = 0.5 - 0.1 * (-0.089) = 0.5089\n"
    )
    assert _slips(text.format("The wrong version, for contrast", "-0.235")) == []
    assert _slips(text.format("Häufiger Fehler", "-0.235")) == []
    assert _slips(text.format("The wrong version, for contrast", "-0.325")) == [11]
    assert _slips(text.format("The gradient once more", "-0.235")) == [11]


def test_the_index_of_a_name_is_no_number() -> None:
    """``W1，1 -（0.1*-0.02）= 0.002`` tells what W_1,1 changes by."""
    assert _slips("W1,1 为 2.0。\n\n需要改变权重W1，1 -（0.1*-0.02）=0.002大小\n") == []
    assert _slips("W1,1 为 2.0。\n\n需要改变权重W1，1 -（0.1*-0.02）=0.003大小\n") == [3]


def test_decimal_commas_in_brackets_that_are_multiplied() -> None:
    """Among points, a line with decimal commas: 0.2 + 0.5·(-1.45) = -0.525."""
    text = "w = 0.3 + (0.5)(-1.55) = -0.475\n\nv = 0.05 + 0.7 = 0.75\n\nu = 0,2 + (0,5)(-1,45) = {}\n\nt = 1,27 + 0,33 = 1,6\n"
    assert _slips(text.format("-0,525")) == []
    assert _slips(text.format("-0,625")) == [5]


_COUNTED = """\
| x | y |
|---|---|
| 1 | 2 |
| 2 | 4 |

Start: $w = 0$, $\\alpha = 0.1$.

1. $w_0 = 0$.
2. $g_0 = -2 \\cdot (2 - 0 \\cdot 1) \\cdot 1 - 2 \\cdot (4 - 0 \\cdot 2) \\cdot 2 = {}$. Update: $w_1 = w_0 - 0.1 \\cdot ({}) = {}$.
3. $g_1 = 0$. Update: $w_2 = w_1 - 0.1 \\cdot 0 = {}$.
"""


def test_the_index_of_the_only_weight_counts_its_values() -> None:
    """g_0 is no slope of a bias: -4 - 16 = -20, w_1 = 0 + 2; and who has -10 goes on with that, to 1."""
    assert _slips(_COUNTED.format("-20", "-20", "2", "2")) == []
    assert _slips(_COUNTED.format("-10", "-10", "1", "1")) == [9]
    assert _slips(_COUNTED.format("-20", "-20", "3", "3")) == [9]


def test_a_step_under_another_name() -> None:
    """β_1 = w_0 - η ∇L(w_0) = 0.4 is w_1: -4·(3 - 0.8) = -8.8."""
    text = "\n\n".join(
        (
            "$x_1 = 1, x_2 = 2$, $y_1 = 2, y_2 = 3$, $w_0 = 0$, $\\eta = 0.1$.",
            "$\\nabla L(w_0) = \\frac{1}{2} \\cdot (-2(2 - w_0) - 2 \\cdot 2(3 - 2 w_0)) = -8$",
            "$w_1 = 0 + 0.1 \\cdot 8 = 0.8$",
            "$\\nabla L(w_0) = -2(2 - w_0 \\cdot 1) = -4$",
            "${} = w_0 - \\eta \\cdot \\nabla L(w_0) = 0 + 0.1 \\cdot 4 = 0.4$",
            "$\\nabla L(w_1) = -2 \\cdot 2 \\cdot (3 - w_1 \\cdot 2) = -8.8$",
        )
    )
    assert _slips(text.replace("{}", "\\beta_1")) == []


CHAIN = r"""$$z = w_0 x_0 + w_1 x_1$$
$$y = \sigma(z) = \frac{1}{1+e^{-z}}$$
$$L = \frac{1}{2} (y - t)^2$$

The bias is the weight $w_0$ with $x_0 = 1$.

$$\frac{\partial y}{\partial z} = y(1-y)$$
$$g_j = (y - t) y(1-y) x_j$$
$$w_j' = w_j - \eta g_j$$

$\eta = 0.1$; $w_0 = 0.7$; $w_1 = -0.4$

| $x_1$ | $t$ |
|---|---|
| 3 | 0.5 |

$$z^{(1)} = x_0^{(1)} w_0 + x_1^{(1)} w_1 = 1 \cdot 0.7 + 3 \cdot (-0.4) = -0.5$$
$$y^{(1)} = \frac{1}{1 + e^{-z^{(1)}}} = \frac{1}{1 + e^{-(-0.5)}} \approx 0.37754$$
$$\frac{\partial L}{\partial y^{(1)}} = y^{(1)} - t^{(1)} = 0.37754 - 0.5 = -0.12246$$
$$\frac{\partial y^{(1)}}{\partial z^{(1)}} = y^{(1)} (1 - y^{(1)}) = 0.37754 \cdot (1 - 0.37754) \approx 0.23500$$
$$g_0 = (-0.12246) \cdot 0.23500 \cdot 1 \approx -0.02878$$
$$g_1 = (-0.12246) \cdot 0.23500 \cdot 3 \approx -0.08633$$
$$w_0' = 0.7 - 0.1 \cdot (-0.02878) \approx 0.70288$$
"""


def test_the_input_of_a_bias_as_a_factor() -> None:
    """0.12246·0.235·1 = 0.0287781: the 1 is the input of the bias, and no part of 1 - y."""
    assert _slips(CHAIN) == []
    assert _slips(CHAIN.replace("-0.02878$", "-0.02978$")) == [21]
    assert _slips(CHAIN.replace(r"0.23500 \cdot 3", r"0.23500 \cdot 2")) == [22]
