"""Benchmarks: `python -m tests.benchmarks` prints what this machine reaches. Nothing here is asserted in a test."""
