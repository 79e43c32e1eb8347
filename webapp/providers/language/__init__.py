"""Who writes scripts: the embedded copywriter, and later vendors over the network."""
