"""Ground floor: what the clinic offers, by whom and when. Imports nothing from the floors above."""
