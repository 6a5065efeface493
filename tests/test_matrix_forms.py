"""Formulas of the data as a matrix: each is worth the same as the neuron's own formula with indices, at random exact points."""

from fractions import Fraction

import pytest

from deltarule.document import Claim
from deltarule.formulas import Role, system
from deltarule.naming import Names
from deltarule.reading import read_document
from deltarule.spans import Source
from deltarule.stated import compare_claim, of_one_sample

NAMES = Names(n_features=2, n_samples=3)


def _formula(text: str) -> Claim:
    return next(item for item in read_document(Source("", text)).items if isinstance(item, Claim))


@pytest.mark.parametrize(
    ("stated", "convention"),
    [
        (r"$\nabla J = X^T (Xw - y)$", "half-sum"),
        (r"$\nabla J = \frac{1}{n} \mathbf{X}^\top (\mathbf{X}\mathbf{w} - \mathbf{y})$", "half-mean"),
        (r"$g = \frac{2}{3} X^T (X w - y)$", "mean"),
        ("grad = 2 * X.T @ (X @ w - y)", "sum"),
    ],
)
def test_a_slope_of_vectors_is_a_sum_over_samples(stated: str, convention: str) -> None:
    """``X^T (X w - y)`` sums over the rows of X, and so is no rule of one sample."""
    claim = _formula(stated)
    neuron = system("identity", "squared", convention, "output-target", "added", has_bias=False)
    expr = claim.links[-1].expr
    found = compare_claim(expr, Role.GRADIENT, neuron, NAMES, 2)
    assert found is not None
    assert found.ratio == 1
    assert not found.loose
    assert not of_one_sample(expr, Role.GRADIENT, NAMES)


@pytest.mark.parametrize(
    "stated",
    [
        r"$J = \frac12 \|Xw - y\|^2$",
        r"$J = \frac{1}{2} \lVert X w - y \rVert_2^2$",
        "$J(w) = 1/2 ‖Xw - y‖^2$",
    ],
)
def test_a_norm_behind_a_factor_is_a_sum_of_squares(stated: str) -> None:
    """Half the squared length of what the outputs miss is the half-sum loss."""
    neuron = system("identity", "squared", "half-sum", "output-target", "added", has_bias=False)
    found = compare_claim(_formula(stated).links[-1].expr, Role.LOSS, neuron, NAMES)
    assert found is not None
    assert found.ratio == 1


def test_an_update_of_vectors() -> None:
    """``θ - (α/m) X^T (Xθ - y)`` is the update of the half-mean loss."""
    neuron = system("identity", "squared", "half-mean", "output-target", "added", has_bias=False)
    claim = _formula(r"$\theta := \theta - \frac{\alpha}{m} X^T (X\theta - y)$")
    found = compare_claim(claim.links[-1].expr, Role.WEIGHT, neuron, NAMES, 1)
    assert found is not None
    assert found.ratio == 1


@pytest.mark.parametrize("stated", [r"$g = X (X w - y)$", r"$g = X^T w$", r"$g = X^T X^T y$"])
def test_shapes_that_do_not_fit_are_no_slope(stated: str) -> None:
    """X times a number a sample, or its transpose times a number a feature: the formula is left as it is."""
    neuron = system("identity", "squared", "half-sum", "output-target", "added", has_bias=False)
    found = compare_claim(_formula(stated).links[-1].expr, Role.GRADIENT, neuron, NAMES, 1)
    assert found is None or found.ratio != Fraction(1)
