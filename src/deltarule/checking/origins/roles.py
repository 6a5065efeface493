"""Groups of roles whose values are traced in the same way."""

from deltarule.formulas import Role

PARAMETERS = frozenset({Role.WEIGHT, Role.BIAS})
SLOPES = frozenset({Role.GRADIENT, Role.BIAS_GRADIENT, Role.CHANGE, Role.BIAS_CHANGE})
