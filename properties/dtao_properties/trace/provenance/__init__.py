"""Where the runtime's source of each rule stands in each era, and what of it changed in a later checkout."""
