"""Logs that programs print, or people write as if they did: replayed row by row from the author's own last numbers."""

from deltarule.checking.logs.settling import settle_logs

__all__ = ["settle_logs"]
