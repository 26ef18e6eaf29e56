"""Models to the immutable Flow: names are found, targets resolved, texts compiled."""
