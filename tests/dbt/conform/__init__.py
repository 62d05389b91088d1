"""The parts of conformance.py: projects, the oracle's kept output, Tandem's run, the comparison."""
