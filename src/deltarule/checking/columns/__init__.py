"""Aligned numbers that nothing else explains: what the columns of a table or of a log are made of, seen from their rows."""

from deltarule.checking.columns.settling import settle_columns

__all__ = ["settle_columns"]
