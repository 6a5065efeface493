"""Runs that a document tells without its working: data, a rate, and numbers that come out of the descent on them."""

from deltarule.checking.runs.ends import settle_ends
from deltarule.checking.runs.settling import settle_runs

__all__ = ["settle_ends", "settle_runs"]
