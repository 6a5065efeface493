"""The order of rows: every row once, the same bits each time, drawn ahead or not."""

import numpy as np
import pytest

from deltarule.training import order
from deltarule.training.order import Orders


def test_drawn_ahead_is_drawn_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    """In whatever order the epochs are asked for."""
    plain = Orders(50, None, True, 3)
    monkeypatch.setattr(order, "_AHEAD", 1)
    ahead = Orders(50, None, True, 3)
    for epoch in (0, 1, 2, 7, 8, 3):
        expected, found = plain.of(epoch), ahead.of(epoch, ahead=True)
        assert expected is not None
        assert found is not None
        assert expected.tolist() == found.tolist()
        assert sorted(found.tolist()) == list(range(50))
    ahead.close()


def test_seeds_and_epochs_differ() -> None:
    """No two alike."""
    drawn = {str(Orders(20, None, True, seed).of(epoch)) for seed in range(3) for epoch in range(3)}
    assert len(drawn) == 9


def test_rows_that_weigh_nothing_are_left_out() -> None:
    """Shuffled or not."""
    weight = np.array([1.0, 0.0, 2.0, 0.0, 1.0])
    assert Orders(5, None, False, 0).of(0) is None
    for shuffle in (True, False):
        found = Orders(5, weight, shuffle, 0)
        rows = found.of(0)
        assert rows is not None
        assert (sorted(rows.tolist()), found.count) == ([0, 2, 4], 3)
