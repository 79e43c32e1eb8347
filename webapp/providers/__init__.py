"""Vendors over the network and embedded choices that need no machinery: a folder per port."""
