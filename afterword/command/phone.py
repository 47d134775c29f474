"""Can a phone record with this machine? Asks each public name what a phone would ask it, and says what is missing."""

from __future__ import annotations

import http.client
import ipaddress
import json
import socket
import ssl
import time
from collections.abc import Iterator
from typing import Any

from afterword.command.finding import Finding, Verdict
from afterword.command.reach import fault
from afterword.settings import Reach, Settings

SOON_DAYS = 14
PATIENCE_SECONDS = 5.0
_UNKNOWN = (
    "this machine does not know who issued it: let the proxy send the whole chain; with a CA of your own, install that "
    "here and on the phone, as docs/phone.md says"
)
# What OpenSSL says about a certificate that it refuses (openssl-verification-options(1)).
_REFUSED = {
    9: "it is not valid yet: look at the clock of this machine",
    10: "it has ended: renew it, and start again what serves it",
    18: "it is signed by itself: no phone takes that",
    19: _UNKNOWN,
    20: _UNKNOWN,
    21: "its chain is not complete: let the proxy send the whole chain",
    47: "its CA may not issue certificates for this name",
    62: "it is for another name",
    64: "it is for another address",
}
_ANSWERS = {
    "needs_tls": "the proxy does not say that it came over https: let it set X-Forwarded-Proto itself, and start "
    "Afterword with AFTERWORD_PROXY=1",
    "wrong_host": "the proxy asks Afterword for another name: let it pass the Host header on unchanged, and start "
    "Afterword with this name in AFTERWORD_NAMES",
    "hidden_name": "the proxy hides the name that was asked for: let it pass the Host header on unchanged",
}


def phone(settings: Settings) -> Iterator[Finding]:
    """Nothing is asked when the settings contradict themselves."""
    reach = settings.reach
    wrong = fault(settings)
    if wrong:
        yield Finding("phone", "bad", wrong)
    elif not reach.names:
        says = "a phone cannot record with this machine yet, as it is not reached over https: docs/phone.md says how"
        yield Finding("phone", "less", says)
    else:
        yield from _key(reach)
        for name in reach.names:
            host, _, port = name.partition(":")
            usual = settings.port if reach.certificate else 443
            yield from _name(host, int(port or usual))


def _key(reach: Reach) -> Iterator[Finding]:
    if reach.key is None:
        return
    private = reach.key.stat().st_mode & 0o077 == 0
    says = "for you alone" if private else f"others on this machine may read it: chmod 600 {reach.key}"
    yield Finding("key of the certificate", "good" if private else "less", says)


def _name(host: str, port: int) -> Iterator[Finding]:
    places = _resolve(host)
    yield _resolved(host, places)
    if not places:
        return
    try:
        answer = http.client.HTTPSConnection(host, port, timeout=PATIENCE_SECONDS, context=ssl.create_default_context())
        answer.connect()
    except ssl.SSLCertVerificationError as error:
        says = _REFUSED.get(error.verify_code, f"a phone would refuse it ({error.verify_message})")
        yield Finding(f"{host}: certificate", "bad", says)
        return
    except ssl.SSLError:
        yield Finding(f"{host}: https", "bad", f"what answers on port {port} does not speak https")
        return
    except OSError:
        yield Finding(f"{host}: https", "bad", f"nothing answers on port {port}: start the proxy, or Afterword")
        return
    try:
        yield _certificate(host, answer.sock)
        yield _answer(host, answer)
    finally:
        answer.close()


def _resolve(host: str) -> list[str]:
    try:
        return [str(found[4][0]) for found in socket.getaddrinfo(host, None, type=socket.SOCK_STREAM)]
    except OSError:
        return []


def _resolved(host: str, places: list[str]) -> Finding:
    """As this machine sees it; a phone may ask somebody else."""
    name = f"{host}: name"
    if not places:
        return Finding(name, "bad", "this machine finds no address for it: look at its DNS entry, or at the spelling")
    if all(ipaddress.ip_address(place.partition("%")[0]).is_loopback for place in places):
        says = f"leads this machine to itself ({places[0]}); whether a phone finds it can only the phone tell"
        return Finding(name, "less", says)
    return Finding(name, "good", f"leads to {', '.join(dict.fromkeys(places))}")


def _certificate(host: str, sock: Any) -> Finding:
    held: dict[str, Any] = sock.getpeercert()
    ends = ssl.cert_time_to_seconds(held["notAfter"])
    days = int((ends - time.time()) // 86400)
    issuer = dict(pair for part in held["issuer"] for pair in part)
    by = issuer.get("organizationName") or issuer.get("commonName") or "somebody"
    verdict: Verdict = "good" if days >= SOON_DAYS else "less"
    soon = "" if verdict == "good" else ": renew it soon, and then start again what serves it"
    says = f"this machine trusts it; issued by {by}, valid for {days} days{soon}"
    return Finding(f"{host}: certificate", verdict, says)


def _answer(host: str, connection: http.client.HTTPSConnection) -> Finding:
    name, elsewhere = f"{host}: answer", "what answers there is not Afterword: look at where the proxy passes it on to"
    try:
        # A proxy that passes on what it was told would let anybody claim https: it has to say it itself.
        connection.request("GET", "/reached", headers={"X-Afterword": "1", "X-Forwarded-Proto": "http"})
        said = json.loads(connection.getresponse().read(4096))
    except (OSError, ValueError, http.client.HTTPException):
        return Finding(name, "bad", elsewhere)
    if not isinstance(said, dict):
        return Finding(name, "bad", elsewhere)
    if said.get("afterword") is True:
        if said.get("https") is True:
            return Finding(name, "good", "Afterword, over https, under its own name: a phone can record")
        return Finding(name, "bad", _ANSWERS["hidden_name"])
    return Finding(name, "bad", _ANSWERS.get(str(said.get("error")), elsewhere))
