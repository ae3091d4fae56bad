"""What of the reference an era, a vector or a test reaches: its functions, and so the rules."""
