"""The other renderers, each told the same workloads in its own words. They share nothing with ours but the inputs."""
