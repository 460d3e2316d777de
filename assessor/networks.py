"""From which network somebody comes: as much of an address as is kept, and as is counted."""

from ipaddress import IPv6Address, ip_address, ip_network

IPV4_KEPT, IPV6_KEPT = 24, 64
"""So many bits of an address: the network, and not who in it."""


def network_of(address: str) -> str:
    """Return the network of an address, or nothing for what is none."""
    try:
        ip = ip_address(address.partition("%")[0])
    except ValueError:
        return ""
    if isinstance(ip, IPv6Address):
        if ip.ipv4_mapped is None:
            return str(ip_network((ip, IPV6_KEPT), strict=False))
        ip = ip.ipv4_mapped
    return str(ip_network((ip, IPV4_KEPT), strict=False))
