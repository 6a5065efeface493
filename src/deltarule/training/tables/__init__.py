"""Files that hold tables, read in pieces: one file here for each format, registered in `FORMATS`.

PyArrow is imported only where a file is opened.
"""

from deltarule.training.tables.opening import FORMATS, open_table
from deltarule.training.tables.paths import table_paths
from deltarule.training.tables.table import Column, Kind, Piece, TableFile

__all__ = ["FORMATS", "Column", "Kind", "Piece", "TableFile", "open_table", "table_paths"]
