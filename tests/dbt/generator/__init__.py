"""The parts of generate.py: a project as it grows, and the catalogue of odd constructs."""
