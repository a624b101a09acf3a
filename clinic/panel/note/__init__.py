"""The note of a visit: written by who treats, read by who may, on a phone first."""
