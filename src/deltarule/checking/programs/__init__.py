"""Programs that stand in a document, run to see whether they print what the document says they print."""

from deltarule.checking.programs.confirming import printed_rightly

__all__ = ["printed_rightly"]
