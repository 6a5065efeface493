"""Rows of a run under names that the document knows, ``x = 0.8, f(x) = 8.84``: each held against what it states of these."""

from deltarule.checking.named_rows.settling import settle_named_rows

__all__ = ["settle_named_rows"]
