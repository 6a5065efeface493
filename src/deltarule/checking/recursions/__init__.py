"""Quantities that formulas in symbols carry from step to step: ``m_t = β m_{t-1} + (1 - β) g_t``, told as ``m_2 = (0.029, 0.028)``."""

from deltarule.checking.recursions.settling import settle_recursions

__all__ = ["settle_recursions"]
