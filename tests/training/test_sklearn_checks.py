"""scikit-learn's own checks of estimators, all of them, with no list of expected failures."""

import warnings
from typing import Any

import pytest
from sklearn.utils.estimator_checks import estimator_checks_generator

from deltarule import DeltaRuleClassifier, DeltaRuleRegressor


def _checks() -> list[Any]:
    found = []
    for estimator in (DeltaRuleRegressor(), DeltaRuleClassifier()):
        with (
            warnings.catch_warnings()
        ):  # that they are not derived from its base class, which takes a second to import
            warnings.filterwarnings("ignore", message=".*does not inherit from", category=UserWarning)
            checks = list(estimator_checks_generator(estimator))
        for made, check in checks:
            name = getattr(check, "func", check).__name__
            found.append(pytest.param(made, check, id=f"{type(estimator).__name__}-{name}"))
    return found


@pytest.mark.filterwarnings("ignore::deltarule.errors.DataWarning")  # some checks have more columns than rows
@pytest.mark.parametrize(("estimator", "check"), _checks())
def test_scikit_learn_is_content(estimator: Any, check: Any) -> None:
    """One check of scikit-learn, on the defaults; those that it skips by itself are skipped."""
    check(estimator)


def test_there_are_as_many_checks_as_for_an_estimator_of_its_own() -> None:
    """None was left out on the way: dozens for either."""
    assert len(_checks()) > 110
