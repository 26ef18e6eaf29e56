"""The wire: the thirteen messages of Retell's Custom LLM channel, decoded, checked and described."""
