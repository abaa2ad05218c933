"""Web addresses: which may be asked for, and when two of them mean the same page. Pure."""

import re
from ipaddress import IPv4Address, IPv6Address, IPv6Network, ip_address
from urllib.parse import SplitResult, quote, urlsplit

from retrieval.errors import ItemError

_LONGEST = 2_000  # characters; servers refuse longer ones
_PORTS = {"http": 80, "https": 443}
_SCHEME = re.compile(r"[A-Za-z][A-Za-z0-9+.-]+://")
_HOST = re.compile(r"[a-z0-9_]([a-z0-9_-]{0,62}\.?)*|[0-9a-f:.]+", re.ASCII)
# Parameters that tell where a reader came from, and never which page is meant. Longer lists take
# parameters such as `cid` and `source` too, by which some papers number their articles.
_TRACKING = re.compile(
    r"utm_\w+|(fb|g|dc|y|tt|tw)clid|msclkid|gbraid|wbraid|igshid|igsh|mc_[ce]id"
    r"|at_(medium|campaign|custom\d|link_\w+|ptr_name|bbc_team|format)|_ga|_gl|xtor|ref_src|cmpid|mkt_tok"
    r"|ns_(source|mchannel|campaign|linkname|fee)|oly_(anon|enc)_id|vero_(id|conv)|s_cid|ocid|smid",
    re.IGNORECASE | re.ASCII,
)
_NAT64 = IPv6Network("64:ff9b::/96")
_FRONTS = ("www.", "amp.", "m.", "mobile.")


class Refused(ItemError):  # noqa: N818 - reads as what it says
    """The guard does not let this through, today or tomorrow."""


def is_address(given: str) -> bool:
    """Whether what a person named is a web address, or meant as one, and no path."""
    return bool(_SCHEME.match(given))


def parts(address: str) -> SplitResult:
    """An address taken apart, once it is one that may be asked for.

    Raises:
        Refused: it is no http or https address, holds a name and password, or names no host.
    """
    if len(address) > _LONGEST:
        raise Refused(f"an address of {len(address):,} characters is too long to ask for")
    if not address.isprintable():  # line ends would end up between the lines of a request
        raise Refused("is no web address")
    try:
        split = urlsplit(address)
        host, port = split.hostname or "", split.port
    except ValueError as error:
        raise Refused("is no web address") from error
    if split.scheme not in _PORTS:
        raise Refused("only http and https addresses can be read")
    if split.username is not None or split.password is not None or "@" in split.netloc:
        raise Refused("an address with a name or password in it is not asked for: leave them out")
    if not host or port == 0 or not _HOST.fullmatch(ascii_host(host)):
        raise Refused("is no web address")
    return split


def ascii_host(host: str) -> str:
    """A host's name as resolvers know it.

    Raises:
        Refused: no host can have this name.
    """
    try:
        return host.encode("ascii").decode().lower()
    except UnicodeEncodeError:
        pass
    try:
        return host.encode("idna").decode().lower()
    except UnicodeError as error:
        raise Refused("is no web address") from error


def port_of(split: SplitResult) -> int:
    """The port that an address means."""
    return split.port or _PORTS[split.scheme]


def origin(split: SplitResult) -> str:
    """Scheme, host and port in the one way of writing them."""
    host = ascii_host(split.hostname or "")
    host = f"[{host}]" if ":" in host else host
    port = "" if port_of(split) == _PORTS[split.scheme] else f":{split.port}"
    return f"{split.scheme}://{host}{port}"


def tidy(address: str) -> str:
    """The address without its fragment, tracking parameters and other ways of writing the same.

    Raises:
        Refused: see `parts`.
    """
    split = parts(address.strip())
    kept = [
        pair for pair in split.query.split("&") if not _TRACKING.fullmatch(pair.partition("=")[0])
    ]
    return origin(split) + target(split._replace(query="&".join(pair for pair in kept if pair)))


def target(split: SplitResult) -> str:
    """Path and query as they are sent, in ASCII."""
    path = quote(split.path or "/", safe="/%:=,;!~*'()@&+$")
    query = quote(split.query, safe="=&%/:?+,;!~*'()@$[]|")
    return f"{path}?{query}" if query else path


def same_site(one: str, other: str) -> bool:
    """Whether two addresses belong to one publisher, as far as their hosts tell."""
    from tld import get_fld

    a, b = (urlsplit(address) for address in (one, other))
    sites = [get_fld(x, fail_silently=True) for x in (one, other)]
    if all(sites):
        return bool(sites[0] == sites[1])
    return _bare(a.hostname or "") == _bare(b.hostname or "") and a.port == b.port


def canonical(address: str, claimed: str | None) -> str:
    """The address that a page says is its own, where it can be believed; otherwise `address`.

    A page may speak for its own site alone, and a whole site is not one article: some papers name
    their front page on every page.
    """
    try:
        own = tidy(claimed or "")
    except Refused:
        return address
    front = urlsplit(own).path == "/" and not urlsplit(own).query
    return own if same_site(own, address) and not front else address


def public(ip: str) -> bool:
    """Whether an IP address is one of the public internet, also by way of IPv6."""
    try:
        found = ip_address(ip.partition("%")[0])
    except ValueError:
        return False
    if isinstance(found, IPv6Address):
        teredo = found.teredo[1] if found.teredo else None
        inner = found.ipv4_mapped or found.sixtofour or teredo
        if found in _NAT64:
            inner = IPv4Address(int(found) & 0xFFFFFFFF)
        if inner is not None:
            return public(str(inner))
    return found.is_global and not found.is_multicast and not found.is_reserved


def _bare(host: str) -> str:
    for front in _FRONTS:
        host = host.removeprefix(front)
    return host
