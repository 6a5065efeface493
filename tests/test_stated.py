"""Formulas stated in symbols: what they come to depends on what their names mean."""

from dataclasses import replace
from fractions import Fraction

import pytest

from deltarule import stated
from deltarule.algebra.expr import Apply, Expr, Negative, Number, Product, Sum, SumOver, Symbol
from deltarule.formulas import Role, system
from deltarule.naming import Names
from deltarule.stated import compare

_TWO = Number(Fraction(2))


def _gradient(error: str, feature: str, count: str) -> Expr:
    """``-2/n Σ_i e_i x_ij``, by whatever names."""
    product = Product((Symbol(error, ("i",)), Symbol(feature, ("i", "j"))))
    return Negative(Product((_TWO / Symbol(count), SumOver("i", product))))


def _names(error: str, feature: str, count: str) -> Names:
    roles = {error: Role.ERROR, feature: Role.FEATURE, count: Role.COUNT}
    return Names(roles=roles, n_features=2, n_samples=3)


@pytest.mark.parametrize("letters", [("e", "x", "n"), ("d", "p", "M"), ("x", "e", "m")])
def test_the_letters_of_a_formula_do_not_matter(letters: tuple[str, str, str]) -> None:
    """The gradient of the mean is the gradient of the mean, also where x is the error and e the feature."""
    found = compare(_gradient(*letters), Role.GRADIENT, system(), _names(*letters))
    assert found is not None
    assert found.ratio == 1


def test_the_same_letters_that_mean_something_else_are_another_formula() -> None:
    """Where e is the target, its product with the feature is no gradient."""
    formula, names = _gradient("e", "x", "n"), _names("e", "x", "n")
    found = compare(formula, Role.GRADIENT, system(), names)
    other = compare(formula, Role.GRADIENT, system(), replace(names, roles={**names.roles, "e": Role.TARGET}))
    assert [None if each is None else each.ratio for each in (found, other)] == [1, None]


@pytest.mark.parametrize("letters", [("e", "x", "n"), ("r", "u", "N")])
def test_a_ratio_that_was_asked_for_serves_all_questions(letters: tuple[str, str, str]) -> None:
    """Whether only some ratios matter or all, first or afterwards, the answers are those of a fresh comparison."""
    formula, names = _gradient(*letters), _names(*letters)
    half = system(convention="half-mean")
    questions = [
        (half, frozenset({Fraction(1), Fraction(-1)})),
        (half, None),
        (half, frozenset({Fraction(2)})),
    ]
    answers = []
    for order in (questions, questions[::-1]):
        stated._COMPARED.clear()
        found = {only: compare(formula, Role.GRADIENT, neuron, names, only=only) for neuron, only in order}
        answers.append({only: None if each is None else each.ratio for only, each in found.items()})
    assert answers[0] == answers[1]
    assert list(answers[0].values()) == [None, 2, 2]


def test_functions_of_the_inputs_of_a_sample_are_told_apart() -> None:
    """``q(x)`` is the output where q is told to be a function of the inputs, and nothing that is known elsewhere."""
    error = Sum((Symbol("y", ("i",)), Negative(Apply("q", Symbol("x", (), (), ("i",))))))
    roles = {"y": Role.TARGET, "x": Role.FEATURE}
    of_inputs = Names(roles=roles, n_features=2, n_samples=3, of_inputs=frozenset({"q"}))
    plain = Names(roles=roles, n_features=2, n_samples=3)
    found = [compare(error, Role.ERROR, system(), names) for names in (of_inputs, plain)]
    assert [None if each is None else each.ratio for each in found] == [1, None]
