"""A tool for the broken flows."""


def find(name: str, limit: int = 3) -> list[str]:
    return [name] * limit
