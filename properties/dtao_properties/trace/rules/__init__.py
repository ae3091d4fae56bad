"""Where each rule of the specification is implemented, which vectors reach it, and which tests name it."""
