"""What stands in a display of its own is about the left side there, whether that was understood or not."""

from deltarule import api
from deltarule.spans import Source

TEXT = r"""We ask for

$$\begin{aligned}
&Q(u = 1 \mid c = 0) \\
=& Q(v = 1 \mid c = 0) \\
=& %s,
\end{aligned}
$$

and then for

$$\begin{aligned}
&Q(u = 1, v = 1 \mid c = 1) \\
=& %s.
\end{aligned}
$$

$$z = 3 \cdot 2 + 1$$

$$= %s$$
"""


def _slips(*numbers: str) -> list[int]:
    return [slip.line for slip in api.check(Source("a.md", TEXT % numbers)).slips]


def test_a_number_is_not_held_against_the_display_before() -> None:
    """A left side that was not read is no reason to go on with the one before it."""
    assert _slips("0.0004", "0.93", "7") == []


def test_what_begins_with_a_sign_goes_on_with_the_display_before() -> None:
    """A display without a left side goes on with what stands above it."""
    assert _slips("0.0004", "0.93", "8") == [20]
