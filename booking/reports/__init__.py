"""How the clinic does: numbers of a period, counted from visits. Reads only; who may see them is decided by the panel.

The local day of a visit is the one that was promised, in the visit's own zone; weeks are ISO weeks.
"""
