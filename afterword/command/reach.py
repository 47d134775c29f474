"""Whether other devices can get here as the settings say, before anything starts: no network is used for it."""

from __future__ import annotations

import ssl
from datetime import UTC, datetime
from pathlib import Path

from cryptography import x509
from cryptography.hazmat.primitives import serialization

from afterword.settings import Reach, Settings, is_loopback

_ENCODED = (serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo)


def fault(settings: Settings) -> str:
    """One sentence on what is wrong with the settings, and what to do; empty when nothing is."""
    return _contradiction(settings) or _certificate(settings.reach)


def no_model(folder: Path) -> str:
    """What is wrong with a speech model that does not load, and what to do."""
    setting = "AFTERWORD_SPEECH_MODEL (--speech-model)"
    if not folder.is_dir():
        return f"There is no folder {folder}: correct {setting}, or leave it out."
    if not any((folder / name).is_file() for name in ("encoder_model.ort", "streaming_config.json")):
        files = "encoder_model.ort, decoder_model_merged.ort and tokenizer.bin, or the files of a streaming one"
        return f"{folder} holds no Moonshine model ({files}): correct {setting}, or leave it out."
    return f"The speech model in {folder} does not load. Fetch its files again, or leave out {setting}."


def _contradiction(settings: Settings) -> str:
    reach = settings.reach
    own = reach.certificate is not None
    if own != (reach.key is not None):
        missing = "AFTERWORD_KEY (--key)" if own else "AFTERWORD_CERTIFICATE (--certificate)"
        return f"A certificate and its key belong together: {missing} is missing."
    if own and reach.proxy:
        return "Either a proxy receives https or Afterword does: leave out AFTERWORD_PROXY or the certificate."
    if not own and not is_loopback(settings.host):
        return (
            f"On {settings.host} other devices would be answered without encryption. Give a certificate "
            "(AFTERWORD_CERTIFICATE and AFTERWORD_KEY), or leave out AFTERWORD_HOST."
        )
    if not reach.names and (own or reach.proxy):
        return "Under which name does a phone find this machine? Say it with AFTERWORD_NAMES or --name."
    if reach.names and not own and not reach.proxy:
        return (
            "A name alone gives no encryption: say AFTERWORD_PROXY=1 (--behind-proxy) if a proxy on this machine "
            "receives https, or give a certificate."
        )
    return ""


def _certificate(reach: Reach) -> str:
    if reach.certificate is None or reach.key is None:
        return ""
    chain, says = _read(reach.certificate, "certificate")
    if says:
        return says
    key, says = _read(reach.key, "key")
    return says or _unfit(chain, reach) or _unfit_key(chain, key, reach)


def _read(path: Path, what: str) -> tuple[bytes, str]:
    try:
        return path.read_bytes(), ""
    except FileNotFoundError:
        return b"", f"There is no file {path}: look for your {what} and name it again."
    except PermissionError:
        return b"", f"The {what} {path} may not be read by this user: make this user its owner (chown), or copy it."
    except OSError:
        return b"", f"The {what} {path} cannot be read."


def _unfit(chain: bytes, reach: Reach) -> str:
    try:
        leaf = x509.load_pem_x509_certificates(chain)[0]
    except ValueError:
        return f"{reach.certificate} holds no certificate in PEM form (-----BEGIN CERTIFICATE-----)."
    if leaf.not_valid_after_utc < datetime.now(UTC):
        return f"The certificate ended on {leaf.not_valid_after_utc:%-d %B %Y}: renew it and start again."
    if leaf.not_valid_before_utc > datetime.now(UTC):
        begins = f"{leaf.not_valid_before_utc:%-d %B %Y}"
        return f"The certificate begins on {begins}: look at the clock of this machine, or make a new one."
    names = _names(leaf)
    for host in reach.hosts:
        if not any(_covers(name, host) for name in names):
            held = ", ".join(names) or "no name at all"
            return f"The certificate is for {held}, not for {host}: make one for {host}, or change AFTERWORD_NAMES."
    return ""


def _unfit_key(chain: bytes, given: bytes, reach: Reach) -> str:
    try:
        key = serialization.load_pem_private_key(given, None)
    except TypeError:
        return f"The key {reach.key} is locked with a password: openssl pkey -in LOCKED -out OPEN makes an open one."
    except Exception:  # cryptography has no one kind of error for what is no key
        return f"{reach.key} holds no private key in PEM form."
    leaf = x509.load_pem_x509_certificates(chain)[0]
    if key.public_key().public_bytes(*_ENCODED) != leaf.public_key().public_bytes(*_ENCODED):
        return f"The key {reach.key} does not belong to the certificate {reach.certificate}: name the two that do."
    try:
        ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER).load_cert_chain(str(reach.certificate), str(reach.key))
    except ssl.SSLError:
        return f"OpenSSL does not take the certificate {reach.certificate} with its key: make new ones."
    return ""


def _names(leaf: x509.Certificate) -> list[str]:
    try:
        held = leaf.extensions.get_extension_for_class(x509.SubjectAlternativeName).value
    except x509.ExtensionNotFound:
        return []
    return [*held.get_values_for_type(x509.DNSName), *map(str, held.get_values_for_type(x509.IPAddress))]


def _covers(name: str, host: str) -> bool:
    """A star stands for one part of a name (RFC 6125, 6.4.3)."""
    return name.lower() == host or (name.startswith("*.") and name[2:].lower() == host.partition(".")[2])
