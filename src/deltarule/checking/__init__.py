"""Document and exercise to report: alignment, ledger, judging, explanation, proof."""

from deltarule.checking.marking import mark
from deltarule.checking.pool import Pool

__all__ = ["Pool", "mark"]
