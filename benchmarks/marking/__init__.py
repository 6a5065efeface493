"""How often marking is right: worked solutions with a key, slips planted in them, and what a checker makes of them.

Nothing here uses the reader or the checker except `measure`, which asks for verdicts and compares them with the key.
"""
