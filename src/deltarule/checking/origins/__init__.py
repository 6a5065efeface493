"""Where values come from that the walk could not place: the document's own formulas, functions and numbers."""

from deltarule.checking.origins.trace import trace_origins

__all__ = ["trace_origins"]
