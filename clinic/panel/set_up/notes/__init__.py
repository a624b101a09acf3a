"""What notes are written with: phrases, templates, and whether the clinic writes notes at all."""
