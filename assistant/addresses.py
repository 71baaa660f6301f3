"""Host names and IP addresses: as they stand in URLs, and whether they are this computer's own."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether `host` is this computer only: `localhost`, or an address such as 127.0.0.1 or ::1."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def is_address(host: str) -> bool:
    """Whether `host`, as `in_url` gives it, is an IP address and no name."""
    try:
        ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return False
    return True


def in_url(host: str) -> str:
    """A name or an IP address as it stands in a URL: in small letters, IPv6 shortened and in brackets."""
    try:
        address = ipaddress.ip_address(host.strip("[]"))
    except ValueError:
        return host.lower()
    return f"[{address}]" if address.version == 6 else str(address)
