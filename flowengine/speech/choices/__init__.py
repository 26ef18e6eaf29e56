"""Choices: what a slot declares to choose from, and the ways to name, place or refuse one."""
