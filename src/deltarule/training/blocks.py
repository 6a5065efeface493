"""Summaries of blocks of rows, merged in a tree whose shape depends on nothing but where a block stands.

Node ``(level, index)`` covers the blocks from ``index * 2**level`` to just before ``(index + 1) * 2**level``.
Two nodes become one as soon as both are there, whoever worked them out and in whatever order, so the sums
have the same bits for any number of threads and workers.
"""

from collections.abc import Iterator
from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from deltarule.records import record
from deltarule.training import factor, moments
from deltarule.training.moments import Floats, Moments

Counts = NDArray[np.int64]


@record
class Summary:
    """What is known of k groups of rows, side by side along the first axis; p columns, the target last.

    Attributes
    ----------
    rows : int array of shape (k,)
        Number of rows.
    plain : Moments
        Of the columns.
    noise : Moments or None
        The same with each row's weight multiplied by its |x|^2, as the noise of mini-batches needs them.
    factor : array of shape (k, p, p), or None
        Triangular square root of `plain.scatter`, from a QR factorisation of the rows.
    """

    rows: Counts
    plain: Moments
    noise: Moments | None
    factor: Floats | None

    def __len__(self) -> int:
        return len(self.rows)

    def __getitem__(self, groups: slice) -> "Summary":
        return Summary(
            self.rows[groups],
            self.plain[groups],
            None if self.noise is None else self.noise[groups],
            None if self.factor is None else self.factor[groups],
        )


def merged(left: Summary, right: Summary) -> Summary:
    """Each group of `left` together with the group of `right` at its place."""
    noise = triangle = None
    if left.noise is not None and right.noise is not None:
        noise = moments.merged(left.noise, right.noise)
    if left.factor is not None and right.factor is not None:
        triangle = factor.merged_factors(left.factor, right.factor, left.plain, right.plain)
    return Summary(left.rows + right.rows, moments.merged(left.plain, right.plain), noise, triangle)


@dataclass
class BlockTree:
    """Summaries by level and index; whole pairs are merged at once."""

    nodes: dict[tuple[int, int], Summary] = field(default_factory=dict)

    def add(self, first: int, blocks: Summary, level: int = 0) -> None:
        """Put in consecutive nodes of one level, starting at index `first`."""
        while len(blocks):
            if first % 2:
                before = self.nodes.pop((level, first - 1), None)
                if before is None:
                    self.nodes[level, first] = blocks[:1]
                    first, blocks = first + 1, blocks[1:]
                else:
                    first, blocks = first - 1, _joined(before, blocks)
            if len(blocks) % 2:
                after = self.nodes.pop((level, first + len(blocks)), None)
                if after is None:
                    self.nodes[level, first + len(blocks) - 1] = blocks[-1:]
                    blocks = blocks[:-1]
                else:
                    blocks = _joined(blocks, after)
            if len(blocks):
                blocks = merged(blocks[0::2], blocks[1::2])
            first, level = first // 2, level + 1

    def take(self, other: "BlockTree") -> None:
        """Put in all nodes of another tree, which must not cover the same blocks."""
        for (level, index), node in sorted(other.nodes.items()):
            self.add(index, node, level)

    def overlaps(self, other: "BlockTree") -> bool:
        """Whether some block is in both."""
        mine, theirs = list(self._ranges()), list(other._ranges())
        return any(a < d and c < b for a, b in mine for c, d in theirs)

    def copy(self) -> "BlockTree":
        """The same nodes in a tree of its own."""
        return BlockTree(dict(self.nodes))

    def total(self) -> Summary | None:
        """Everything, as one group; None if there is nothing."""
        order = sorted(self.nodes, key=lambda node: node[1] << node[0], reverse=True)
        result: Summary | None = None
        for node in order:
            result = self.nodes[node] if result is None else merged(self.nodes[node], result)
        return result

    def _ranges(self) -> Iterator[tuple[int, int]]:
        return ((index << level, (index + 1) << level) for level, index in self.nodes)


def _joined(left: Summary, right: Summary) -> Summary:
    """The groups of both, one after another."""
    noise = triangle = None
    if left.noise is not None and right.noise is not None:
        noise = moments.joined([left.noise, right.noise])
    if left.factor is not None and right.factor is not None:
        triangle = np.concatenate([left.factor, right.factor])
    return Summary(
        np.concatenate([left.rows, right.rows]), moments.joined([left.plain, right.plain]), noise, triangle
    )
