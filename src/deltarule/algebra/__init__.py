"""The expression tree: built, evaluated over any number type, derived and printed."""
