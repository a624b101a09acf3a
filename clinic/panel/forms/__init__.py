"""Forms of the panel: they clean input and write nothing."""
