"""Arrow files (also named Feather or IPC) and Arrow streams, batch by batch.

A file is mapped into memory, so that columns that are stored as they are used are not read twice.
"""

from collections.abc import Iterator, Sequence
from typing import Any

import pyarrow as pa

from deltarule.errors import DataError
from deltarule.training.tables.table import Column, Piece, cannot_open, check_columns, kind_of


class ArrowTable:
    """An Arrow file or stream."""

    def __init__(self, path: str) -> None:
        self.path = path
        with open(path, "rb") as file:  # noqa: PTH123  # keeps the path as it was given
            self._random_access = file.read(6) == b"ARROW1"
        self.n_rows: int | None = None
        with self._mapped() as source:
            schema = self._reader(source, None).schema
        self.columns = tuple(Column(field.name, kind_of(field.type)) for field in schema)
        check_columns(self.columns, path)

    def _mapped(self) -> Any:
        try:
            return pa.memory_map(self.path)
        except OSError as error:
            raise cannot_open(error, self.path) from None

    def _reader(self, source: Any, names: Sequence[str] | None) -> Any:
        try:
            if not self._random_access:
                return pa.ipc.open_stream(source)
            if names is None:
                return pa.ipc.open_file(source)
            held = [column.name for column in self.columns]
            options = pa.ipc.IpcReadOptions(included_fields=sorted(held.index(name) for name in names))
            return pa.ipc.open_file(source, options=options)
        except (OSError, pa.ArrowException) as error:
            raise self._damaged(error) from None

    def pieces(self, names: Sequence[str], rows: int) -> Iterator[Piece]:
        """Slices of at most `rows` rows of each stored batch."""
        with self._mapped() as source:
            for batch in self._batches(self._reader(source, names)):
                chosen = batch.select(list(names))
                for start in range(0, chosen.num_rows, rows):
                    yield chosen.slice(start, rows)

    def _batches(self, reader: Any) -> Iterator[Any]:
        at = 0
        while True:
            try:
                if self._random_access:
                    if at == reader.num_record_batches:
                        return
                    batch = reader.get_batch(at)
                else:
                    batch = reader.read_next_batch()
                batch.validate()
            except StopIteration:
                return
            except (OSError, pa.ArrowException) as error:
                raise self._damaged(error) from None
            yield batch
            at += 1

    def _damaged(self, error: Exception) -> DataError:
        what = " ".join(str(error).split())[:160]
        return DataError(
            f"is not a whole Arrow file ({what})",
            "it may have been cut short or changed: copy or write it again",
            self.path,
        )
