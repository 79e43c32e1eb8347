"""What the renderer asks of others, as protocols. Embedded engines live in render/, network vendors in webapp/providers."""
