"""Text to records: documents, and exercises given in a file of their own."""

from deltarule.reading.problem import understand
from deltarule.reading.reader import read_document

__all__ = ["read_document", "understand"]
