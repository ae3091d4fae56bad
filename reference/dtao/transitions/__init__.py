"""Changes of the state that several calls and the block share: balances, stake, neurons, children."""
