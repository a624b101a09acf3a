"""Treatment notes: what is in one, writing and signing it, and who has written what of a person before."""
