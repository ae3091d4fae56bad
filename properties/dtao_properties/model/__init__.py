"""What a step must do to storage: the ledger of TAO and alpha with its named leaks, expected writes, write sets."""
