"""Rows of a table without working, held against the formulas that the document states once, above or in the heading."""

from deltarule.checking.stated_rows.settling import settle_stated_rows

__all__ = ["settle_stated_rows"]
