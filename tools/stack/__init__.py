"""One command, one machine: Valkey, the web and the workers, started together and stopped together."""
