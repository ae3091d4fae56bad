"""How an implementation is reached: the adapter protocol, its transports, and the bundled reference behind it."""
