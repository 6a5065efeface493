"""Numbers that stand side by side, ``[0.66, 0.24, 0.10]``: what a list is made of shows in the lists before it."""

from deltarule.checking.series.settling import settle_series

__all__ = ["settle_series"]
