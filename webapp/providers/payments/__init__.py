"""Payments: the port through which a purchase is paid, and who takes the money."""
