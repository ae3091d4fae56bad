"""Tell a person, and other programs, how a run went."""
