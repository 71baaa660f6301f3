"""Whether an address is this computer's own."""

import ipaddress


def is_loopback(host: str) -> bool:
    """Whether `host` is this computer only: `localhost`, or an address such as 127.0.0.1 or ::1."""
    if host.lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
