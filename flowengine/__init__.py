"""Deterministic phone agents for Retell AI: one YAML state machine per conversation."""

__version__ = "0.1.0"
