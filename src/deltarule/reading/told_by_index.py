"""Samples told number by number, each with the index of its sample: ``x_1^{(2)} = 0.5, x_2^{(2)} = 1, t_2 = 0``.

Nothing is left to guess then, as in a table: every input says whose it is and which. An input x_0 that is 1 throughout is that of the
bias.
"""

from collections.abc import Sequence

from deltarule.formulas import Role
from deltarule.records import record
from deltarule.written import Written

_Row = tuple[Written, ...]
_Place = tuple[int, int]  # the sample, the input
_OF_BIAS = 0


@record
class Indexed:
    """A number told of an input or a target, with what stands below and above its name."""

    role: Role
    name: str
    below: tuple[int, ...]
    above: tuple[int, ...]
    value: Written

    @property
    def is_constant(self) -> bool:
        """Whether it says of all samples what the input of the bias is: ``x_0 = 1``."""
        return self.below == (_OF_BIAS,) and not self.above and self.value.value == 1


def samples_by_index(numbers: Sequence[Indexed]) -> tuple[tuple[_Row, ...], _Row, str] | None:
    """The inputs, the targets and the name of these, if each number says whose it is and none is left out."""
    targets = [each for each in numbers if each.role is Role.TARGET]
    inputs = [each for each in numbers if each.role is Role.FEATURE and not each.is_constant]
    wanted: dict[int, Written] = {}
    for each in targets:
        index = (*each.below, *each.above)
        if len(index) != 1 or each.name != targets[0].name or _is_other(wanted.get(index[0]), each.value):
            return None
        wanted[index[0]] = each.value
    samples = sorted(wanted)
    if not inputs or len({each.name for each in inputs}) > 1 or not _counts(samples):
        return None
    for places in _ways(inputs):
        rows = _rows(inputs, places, samples)
        if rows is not None:
            return rows, tuple(wanted[sample] for sample in samples), targets[0].name
    return None


def _counts(samples: Sequence[int]) -> bool:
    """Whether samples are numbered one after the other, from 1 or from 0."""
    return bool(samples) and samples[0] in (0, 1) and samples == list(range(samples[0], samples[-1] + 1))


def _ways(inputs: Sequence[Indexed]) -> list[list[_Place]]:
    """The sample and the input that each number is of, in each way in which its indices may be meant."""
    if all(len(each.above) == 1 and len(each.below) < 2 for each in inputs):  # x_1^{(2)}, x^{(2)}
        return [[(each.above[0], each.below[0] if each.below else 1) for each in inputs]]
    if all(not each.above and len(each.below) == 2 for each in inputs):  # x_{2,1}
        pairs = [(each.below[0], each.below[1]) for each in inputs]
    elif all(not each.above and len(each.below) == 1 and 10 <= each.below[0] < 100 for each in inputs):
        pairs = [divmod(each.below[0], 10) for each in inputs]  # x_{21}
    else:
        return []
    return [pairs, [(second, first) for first, second in pairs]]


def _rows(
    inputs: Sequence[Indexed], places: Sequence[_Place], samples: Sequence[int]
) -> tuple[_Row, ...] | None:
    """The inputs sample by sample; None if any is left out or told in two ways."""
    found: dict[_Place, Written] = {}
    for each, place in zip(inputs, places, strict=True):
        if _is_other(found.get(place), each.value):
            return None
        found[place] = each.value
    which = sorted({feature for _, feature in found})
    if found.keys() != {(sample, feature) for sample in samples for feature in which}:
        return None
    if len(which) > 1 and which[0] == _OF_BIAS and all(found[s, 0].value == 1 for s in samples):
        which = which[1:]
    return tuple(tuple(found[sample, feature] for feature in which) for sample in samples)


def _is_other(known: Written | None, value: Written) -> bool:
    return known is not None and known.value != value.value
