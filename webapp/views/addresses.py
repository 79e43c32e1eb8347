"""Where a form may send the reader afterwards: to our own pages only."""

from urllib.parse import urlsplit


def local_address(address: str) -> str:
    """`address` if it is a path on this site, else nothing: two slashes of any kind lead elsewhere."""
    if not address.startswith("/") or address[1:2] in {"/", "\\"} or not address.isprintable():
        return ""
    try:
        parts = urlsplit(address)
    except ValueError:
        return ""
    return "" if parts.scheme or parts.netloc else address
