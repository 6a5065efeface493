"""A piece of mathematics that is not understood."""


class NotReadError(Exception):
    """A piece could not be parsed; the message says what was in the way."""

    def __init__(self, reason: str, at: int | None = None) -> None:
        super().__init__(reason)
        self.at = at
