"""Document and exercise to report: alignment, ledger, judging, explanation, proof."""

from deltarule.checking.marking import mark

__all__ = ["mark"]
