"""Old and new values on lines below the name of a weight."""

from deltarule.algebra.expr import Symbol
from deltarule.api import check
from deltarule.document import Claim
from deltarule.reading import read_document
from deltarule.spans import Source

LOG = """Perceptron, learning rate 0.5, step activation: 1 if net >= 0, otherwise 0

Input: [0 1],
 Saída esperada: 0,
 Saída predita: 1
Error: -1

Bias weight:
  Old: 0.5
  New: 0
Weight x1:
  Old: 0
  New: 0
Weight x2:
  Old: 0.5
  New: {}
"""


def test_the_name_above_is_the_subject() -> None:
    """A weight by the number of its input, and which of its values is told."""
    found = [
        (item.subject.name, item.subject.index, item.subject.marks)
        for item in read_document(Source("a.txt", LOG.format("0"))).items
        if isinstance(item, Claim) and isinstance(item.subject, Symbol) and item.line > 7
    ]
    assert found == [
        ("bias", (), ("old",)),
        ("bias", (), ("new",)),
        ("weight", (1,), ("old",)),
        ("weight", (1,), ("new",)),
        ("weight", (2,), ("old",)),
        ("weight", (2,), ("new",)),
    ]


def test_no_alarm() -> None:
    """The right log has no slip; one row alone is not enough to call another value one."""
    assert not check(LOG.format("0")).report.slips


def test_a_label_without_a_weight_owns_nothing() -> None:
    """``New: 3`` below other words is not guessed."""
    found = read_document(Source("a.txt", "Members of the club:\n  Old: 12\n  New: 3\n")).items
    assert not [item for item in found if isinstance(item, Claim) and item.subject is not None]
