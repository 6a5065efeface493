"""The only place where a formula is stated."""

from deltarule.formulas.activations import ACTIVATIONS, JUMPS, Activation, levels, stepping
from deltarule.formulas.descent import MOMENTA
from deltarule.formulas.losses import CONVENTIONS, LOSSES, Convention, Loss
from deltarule.formulas.neuron import BIAS_SIGNS, CHANGES, DECAYS, ERRORS, Equation, Role, System, system

__all__ = [
    "ACTIVATIONS",
    "BIAS_SIGNS",
    "CHANGES",
    "CONVENTIONS",
    "DECAYS",
    "ERRORS",
    "JUMPS",
    "LOSSES",
    "MOMENTA",
    "Activation",
    "Convention",
    "Equation",
    "Loss",
    "Role",
    "System",
    "levels",
    "stepping",
    "system",
]
