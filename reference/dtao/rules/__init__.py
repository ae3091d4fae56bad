"""The economics as pure functions, one file a family of rules."""
