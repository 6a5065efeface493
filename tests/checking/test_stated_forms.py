"""Formulas in the forms in which people state them: the exercise's own, and the same with its sign turned."""

import pytest

from deltarule.api import check

HEAD = """x₁⁽¹⁾ = 2, t₁ = 1; x₁⁽²⁾ = −1, t₂ = 3

w₁(0) = 0.5; b(0) = 0; η = 0.1

e = t − y

"""


@pytest.mark.parametrize("name", ["∂E/∂w_1", "dE/dw1"])
@pytest.mark.parametrize(
    "formula",
    [
        "−1/N Σeₖ·x_1(k)",  # no bound of the sum
        "-1/N sum e_k*x(k)",
        "−(1/2)·Σ e_k x_{1,k}",
        "(1/N) Σ (h(x^{(i)}) − t^{(i)}) x^{(i)}",  # the output as a function of the inputs
    ],
)
def test_sums_without_bounds_and_outputs_of_inputs_are_understood(name: str, formula: str) -> None:
    """As it stands it is the slope of half the mean square; without its minus it climbs."""
    worked = "z₁ = 0.5·2 + 0 = 1\n\nz₂ = 0.5·(−1) + 0 = −0.5\n\ne₁ = 1 − 1 = 0\n\ne₂ = 3 − (−0.5) = 3.5\n"
    tail = "\n∂E/∂w₁ = −1/2·(0·2 + 3.5·(−1)) = 1.75\n\nw₁(1) = w₁(0) − η·∂E/∂w₁ = 0.5 − 0.1·1.75 = 0.325\n"
    assert not check(f"{HEAD}{name} = {formula}\n\n{worked}{tail}").report.slips
    if formula[0] in "−-":
        turned = check(f"{HEAD}{name} = {formula[1:]}\n\n{worked}{tail}").report.slips
        assert [slip.code for slip in turned] == ["sign.term"]


@pytest.mark.parametrize(("old", "new"), [("w₁(0)", "w₁(1)"), ("w_1(0)", "w_1(1)"), ("w(0)", "w(1)")])
def test_a_number_in_brackets_behind_a_weight_counts_its_steps(old: str, new: str) -> None:
    """``w(1) = w(0) + Δw`` is the update, and no product with 0."""
    data = HEAD.replace("w₁(0)", old)
    lines = (
        "z₁ = 1\n\ne₁ = 1 − 1 = 0\n\nz₂ = −0.5\n\ne₂ = 3 + 0.5 = 3.5\n\nΔw = 0.1·(0·2 + 3.5·(−1)) = −0.35\n\n"
    )
    right = f"{lines}{new} = {old} + Δw = 0.5 + (−0.35) = 0.15\n"
    assert not check(data + right).report.slips
    wrong = f"{lines}{new} = {old} − Δw = 0.5 − (−0.35) = 0.85\n"
    assert check(data + wrong).report.slips
