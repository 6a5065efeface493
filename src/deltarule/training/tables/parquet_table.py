"""Parquet files, a few thousand rows at a time.

`pre_buffer` is off: with it, PyArrow keeps what it has read, and memory grows with the file. Columns are decoded on the
reader's own thread, so that the other cores are left for training.
"""

from collections.abc import Iterator, Sequence

import pyarrow as pa
import pyarrow.parquet as pq

from deltarule.errors import DataError
from deltarule.training.tables.table import Column, Piece, cannot_open, check_columns, kind_of

BUFFER = 1 << 16  # bytes of each column that are read at once, rather than all of a row group's


class ParquetTable:
    """A Parquet file."""

    def __init__(self, path: str) -> None:
        self.path = path
        with self._opened() as file:
            schema = file.schema_arrow
            self.columns = tuple(Column(field.name, kind_of(field.type)) for field in schema)
            self.n_rows: int | None = file.metadata.num_rows
        check_columns(self.columns, path)

    def _opened(self) -> pq.ParquetFile:
        try:
            return pq.ParquetFile(
                self.path, pre_buffer=False, buffer_size=BUFFER, page_checksum_verification=True
            )
        except OSError as error:
            if error.errno is not None:
                raise cannot_open(error, self.path) from None
            raise self._damaged(error) from None
        except pa.ArrowException as error:
            raise self._damaged(error) from None

    def pieces(self, names: Sequence[str], rows: int) -> Iterator[Piece]:
        """Batches of at most `rows` rows."""
        with self._opened() as file:
            batches = file.iter_batches(rows, columns=list(names), use_threads=False)
            while True:
                try:
                    batch = next(batches, None)
                except (OSError, pa.ArrowException) as error:
                    raise self._damaged(error) from None
                if batch is None:
                    return
                yield batch.select(list(names))

    def _damaged(self, error: Exception) -> DataError:
        what = " ".join(str(error).split())[:160]
        return DataError(
            f"is not a whole Parquet file ({what})",
            "it may have been cut short or changed: copy or write it again",
            self.path,
        )
