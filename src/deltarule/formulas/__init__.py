"""The only place where a formula is stated."""

from deltarule.formulas.activations import ACTIVATIONS, Activation
from deltarule.formulas.losses import CONVENTIONS, LOSSES, Convention, Loss
from deltarule.formulas.neuron import CHANGES, ERRORS, Equation, Role, System, system

__all__ = [
    "ACTIVATIONS",
    "CHANGES",
    "CONVENTIONS",
    "ERRORS",
    "LOSSES",
    "Activation",
    "Convention",
    "Equation",
    "Loss",
    "Role",
    "System",
    "system",
]
