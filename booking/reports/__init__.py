"""How the clinic does: numbers of a period, counted from visits. Reads only; whom they are shown to is the floor above's.

The local day of a visit is the one that was promised, in the visit's own zone; weeks are ISO weeks.
"""
