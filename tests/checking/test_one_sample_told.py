"""One sample worked point by point: lettered points, words for signs, products by their names, digits set apart."""

import pytest

from deltarule.api import check
from deltarule.reading.cleaning import rejoined

CHAIN = (
    "Given: x1 = 2, x2 = 1, w1 = 0.5, w2 = -0.6, b = 0.1, target t = 1, η = 0.5, E = ½(y − t)², y = σ(z).",
    "a) z = 0.5·2 + (−0.6)·1 + 0.1 = 0.5",
    "b) y = σ(z) = 1/(1 + e^(−0.5)) ≈ 0.622",
    "c) ∂E/∂y = 0.622 − 1 = −0.378; ∂y/∂z = 0.622·(1 − 0.622) ≈ 0.235",
    "d) δ = ∂E/∂z = −0.378·0.235 ≈ −0.089",
    "e1) w₁ becomes 0.5 − 0.5·(−0.089)·2 = 0.589",
    "e2) w₂ becomes −0.6 − 0.5·(−0.089)·1 = −0.5555",
    "f) b becomes 0.1 − 0.5·(−0.089) = 0.1445",
)
ADALINE = (
    "A linear neuron gets x = (0.5, -2) with weights w = (0.4, 0.3), bias -0.2. Desired output d = 1, learning rate 0.1.",
    "output     y = (0.4)(0.5) + (0.3)(-2) + (-0.2) = -0.6",
    "error      e = d - y = 1 - (-0.6) = 1.6",
    "change     Δw1 = η e x1 = 0.1(1.6)(0.5) = 0.08",
    "new        w1 = 0.4 + 0.08 = 0.48",
    "change     Δw2 = η e x2 = 0.1(1.6)(-2) = -0.32",
    "new        w2 = 0.3 + (-0.32) = -0.02",
    "bias       Δb = η e = 0.1(1.6) = 0.16",
    "new        b = -0.2 + 0.16 = -0.04",
)
ASCENT = (
    r"Stochastic gradient ascent on the log-likelihood gives $\theta_j := \theta_j + \alpha\,(y - h_\theta(x))\,x_j$ with $x_0=1$."
    r" Take $\theta=(0.2,0.5)$, $x_1=1.4$, $y=0$, $\alpha=0.5$.",
    r"\[\theta^Tx = 0.2 + (0.5)(1.4) = 0.9\]",
    r"\[h_\theta(x) = g(\theta^Tx) = \frac{1}{1 + e^{-0.9}} \approx 0.7109\]",
    r"\[y-h_\theta(x) = 0 - 0.7109 = -0.7109\]",
    r"\[\theta_0 := 0.2 + (0.5)(-0.7109) \approx -0.1555\]",
    r"\[\theta_1 := 0.5 + (0.5)(-0.7109)(1.4) \approx 0.0024\]",
)


def _slips(lines: tuple[str, ...]) -> list[tuple[int, str]]:
    """Which lines are wrong, counted from 0, and how."""
    return [((slip.line - 1) // 2, slip.code) for slip in check("\n\n".join(lines) + "\n").report.slips]


def _placed(lines: tuple[str, ...]) -> int:
    return sum(each.quantity is not None for each in check("\n\n".join(lines) + "\n").report.verdicts)


@pytest.mark.parametrize(("lines", "placed"), [(CHAIN, 8), (ADALINE, 8), (ASCENT, 5)])
def test_right_lines_are_placed_and_right(lines: tuple[str, ...], placed: int) -> None:
    """Every one of them has its quantity."""
    assert _slips(lines) == []
    assert _placed(lines) == placed


@pytest.mark.parametrize("word", ["wordt", "wird", "devient"])
def test_a_parameter_may_become_its_working_in_other_languages(word: str) -> None:
    """The word stands for the sign."""
    lines = tuple(line.replace("becomes", word) for line in CHAIN)
    assert _placed(lines) == 8


@pytest.mark.parametrize(
    ("lines", "at", "wrong", "code"),
    [
        (CHAIN, 5, "e1) w₁ becomes 0.5 − 0.5·(−0.098)·2 = 0.598", "copying.digit"),
        (CHAIN, 7, "f) b becomes 0.1 − (−0.089) = 0.189", "omission.factor"),
        (CHAIN, 5, "(e) w₁ becomes 0.5 − 0.5·(−0.089) = 0.5445", "omission.factor"),
        (ADALINE, 5, "change     Δw2 = η e x2 = 1.6(-2) = -3.2", "omission.factor"),
        (ADALINE, 7, "bias       Δb = η e = 0.1(-1.6) = -0.16", "sign.term"),
        (ASCENT, 5, r"\[\theta_1 := 0.5 + (0.5)(-0.7109) \approx 0.1446\]", "omission.factor"),
    ],
)
def test_a_line_that_takes_another_number_or_none_is_wrong(
    lines: tuple[str, ...], at: int, wrong: str, code: str
) -> None:
    """Its arithmetic is right; what is wrong shows only beside the lines before."""
    assert (at, code) in _slips((*lines[:at], wrong, *lines[at + 1 :]))


def test_a_product_by_its_names_is_held_against_the_data() -> None:
    """The input is 1.4; all that follows goes on from the wrong product."""
    wrong = (
        ASCENT[0],
        r"\[\theta^Tx = 0.2 + (0.5)(-1.4) = -0.5\]",
        r"\[h_\theta(x) = g(\theta^Tx) = \frac{1}{1 + e^{-(-0.5)}} \approx 0.3775\]",
        r"\[y-h_\theta(x) = 0 - 0.3775 = -0.3775\]",
        r"\[\theta_0 := 0.2 + (0.5)(-0.3775) \approx 0.0113\]",
        r"\[\theta_1 := 0.5 + (0.5)(-0.3775)(1.4) \approx 0.2358\]",
    )
    assert _slips(wrong) == [(1, "sign.term")]


def test_a_product_beside_a_bias_of_its_own_holds_no_bias() -> None:
    """``wᵀx`` is 0.5·1.4 where b is added behind it: no term is left out."""
    lines = (
        r"Take $w=0.5$, $b=0.2$, $x=1.4$, $y=0$, $\eta=0.5$ and $a = \sigma(w^T x + b)$.",
        r"\[w^T x = (0.5)(1.4) = 0.7\]",
        r"\[z = w^T x + b = 0.7 + 0.2 = 0.9\]",
    )
    assert _slips(lines) == []


def test_a_loss_without_the_half_that_the_document_states_is_wrong() -> None:
    """0.72² = 0.5184, of which E is half; the delta that is worked bears the sample out."""
    lines = (
        r"Input $x=0.5$, target $t=0$, $w=1.2$, $b=0.3$, $\eta=1$; error $E=\frac{1}{2}(t-y)^2$.",
        r"$z=1.2 \cdot 0.5 + 0.3 = 0.9$, $\quad y=\frac{1}{1 + e^{-0.9}} \approx 0.711$.",
        r"$E=(0 - 0.711)^2 \approx 0.506$.",
        r"$\delta=(t-y)\,y\,(1-y)=(0 - 0.711) \cdot 0.711 \cdot (1 - 0.711) \approx -0.146$.",
        r"$w=1.2 + 1 \cdot (-0.146) \cdot 0.5 = 1.127$ and $b=0.3 + 1 \cdot (-0.146) = 0.154$.",
    )
    assert [at for at, _ in _slips(lines)] == [2]


def test_remarks_that_a_parameter_becomes_something_are_no_working() -> None:
    """A number alone may be of any step."""
    assert _slips((*CHAIN, "With more steps w₁ becomes 3 and b becomes 2.")) == []


OF_PICTURE = (
    r"Let \( f ( x ) = x ^ { 2 } - 6 x + 1 \) . Start with \( x _ { 0 } = 5 \) and step \( \alpha = 0 . 2 5 \) .",
    r"\( f ^ { \prime } ( x ) = 2 x - 6 \)",
    r"\[ f ^ { \prime } ( x _ { 0 } ) = 2 \times 5 - 6 = 4 \]",
    r"\[ x _ { 1 } = 5 - 0 . 2 5 \times 4 = 4 \]",
    r"\[ f ^ { \prime } ( x _ { 1 } ) = 2 \times 4 - 6 = 2 \]",
    r"\[ x _ { 2 } = 4 - 0 . 2 5 \times 2 = 3 . 5 0 \]",
)


def test_digits_set_apart_are_one_number() -> None:
    """As formulas come that are read from pictures."""
    assert _slips(OF_PICTURE) == []
    wrong = (*OF_PICTURE[:-1], OF_PICTURE[-1].replace("3 . 5 0", "3 . 7 5"))
    assert _slips(wrong) == [(5, "arithmetic.value")]


def test_digits_set_apart_keep_the_length_of_the_text() -> None:
    """Places stay true; where indices are not set apart, more digits behind a blank are another number."""
    spaced = "x _ { 1 } = 0 . 0 2 5 + 1 2 . 5 - 0 . 7"
    joined = rejoined(spaced)
    assert joined.split() == ["x", "_", "{", "1", "}", "=", "0.025", "+", "12.5", "-", "0.7"]
    assert len(joined) == len(spaced)
    table = "0 . 8 1 | 0 . 5 2 | 0 . 4 3"
    assert rejoined(table).split() == ["0.8", "1", "|", "0.5", "2", "|", "0.4", "3"]


def test_a_product_by_its_names_among_several_samples_may_be_of_any() -> None:
    """``θᵀx`` of another object than the first is no slip in the first."""
    lines = (
        "| x1 | x2 | y |\n|---|---|---|\n| 2 | 3 | 1 |\n| 1 | 4 | 0 |",
        r"$\theta = [\theta_0, \theta_1, \theta_2] = [0.1, 0.2, 0.3]$, $h(x) = \sigma(\theta^T x)$, $\alpha = 0.5$",
        r"For the object $x = [1, 5]$:",
        r"$$\theta^T x = 0.1 + 0.2 \cdot 1 + 0.3 \cdot 5 = 1.8$$",
    )
    assert _slips(lines) == []
