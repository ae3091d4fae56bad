"""What later versions of the runtime say: the rules that they changed and those that they brought, by family."""
