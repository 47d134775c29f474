"""Certificates as a household has them, made for one test, and a proxy that receives https and passes it on."""

from __future__ import annotations

import http.client
import ipaddress
import ssl
import threading
from base64 import b64encode
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from hashlib import sha256
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import ExtendedKeyUsageOID, NameOID

NAME = "notes.home.example"
_DER = serialization.Encoding.DER, serialization.PublicFormat.SubjectPublicKeyInfo


@dataclass(frozen=True)
class Pair:
    """A certificate and its key, in files."""

    certificate: Path
    key: Path

    @property
    def pin(self) -> str:
        """What Chromium's --ignore-certificate-errors-spki-list takes."""
        leaf = x509.load_pem_x509_certificate(self.certificate.read_bytes())
        return b64encode(sha256(leaf.public_key().public_bytes(*_DER)).digest()).decode()


class Authority:
    """A CA of one's own. `root`: what is installed on a device that trusts it."""

    def __init__(self, folder: Path) -> None:
        self.folder, self.key, self.subject = folder, ec.generate_private_key(ec.SECP256R1()), _called("A CA at home")
        made = _about(self.subject, self.subject, self.key, -1, 3650)
        made = made.add_extension(x509.BasicConstraints(ca=True, path_length=0), critical=True)
        usage = x509.KeyUsage(False, False, False, False, False, True, True, False, False)
        made = made.add_extension(usage, critical=True)
        made = made.add_extension(x509.SubjectKeyIdentifier.from_public_key(self.key.public_key()), critical=False)
        self.root = folder / "root.pem"
        self.root.write_bytes(made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))

    def issue(self, *names: str, days: float = 90, since: float = -1) -> Pair:
        """A certificate for these names, from `since` until `days` from now."""
        key = ec.generate_private_key(ec.SECP256R1())
        made = _about(_called(names[0]), self.subject, key, since, days)
        made = made.add_extension(x509.SubjectAlternativeName([_alternative(n) for n in names]), critical=False)
        above = x509.AuthorityKeyIdentifier.from_issuer_public_key(self.key.public_key())
        made = made.add_extension(above, critical=False)
        made = made.add_extension(x509.ExtendedKeyUsage([ExtendedKeyUsageOID.SERVER_AUTH]), critical=False)
        number = len(list(self.folder.iterdir()))
        pair = Pair(self.folder / f"{number}.pem", self.folder / f"{number}.key")
        pair.certificate.write_bytes(made.sign(self.key, hashes.SHA256()).public_bytes(serialization.Encoding.PEM))
        pair.key.write_bytes(pem(key))
        pair.key.chmod(0o600)
        return pair


def pem(key: ec.EllipticCurvePrivateKey, password: bytes | None = None) -> bytes:
    """A private key, as a file holds it."""
    lock = serialization.BestAvailableEncryption(password) if password else serialization.NoEncryption()
    return key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, lock)


def _called(name: str) -> x509.Name:
    return x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])


def _alternative(name: str) -> x509.GeneralName:
    try:
        return x509.IPAddress(ipaddress.ip_address(name))
    except ValueError:
        return x509.DNSName(name)


def _about(
    subject: x509.Name, issuer: x509.Name, key: ec.EllipticCurvePrivateKey, since: float, days: float
) -> x509.CertificateBuilder:
    begins, ends = (datetime.now(UTC) + timedelta(days=d) for d in (since, days))
    made = x509.CertificateBuilder().subject_name(subject).issuer_name(issuer).public_key(key.public_key())
    return made.serial_number(x509.random_serial_number()).not_valid_before(begins).not_valid_after(ends)


@dataclass(frozen=True)
class Manners:
    """How a proxy behaves. `host`: passes the name on that was asked for. `says`: writes X-Forwarded-Proto itself."""

    host: bool = True
    says: bool = True


@contextmanager
def proxy(pair: Pair, to: int, manners: Manners = Manners()) -> Iterator[int]:
    """Receives https on a free port of this machine and asks `to`, as Caddy and `tailscale serve` do."""

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def _pass_on(self) -> None:
            headers = {k: v for k, v in self.headers.items() if k.lower() not in ("host", "connection")}
            headers["Host"] = self.headers["Host"] if manners.host else f"127.0.0.1:{to}"
            headers["X-Forwarded-For"] = "192.168.1.20"
            if manners.says:
                headers = {k: v for k, v in headers.items() if k.lower() != "x-forwarded-proto"}
                headers["X-Forwarded-Proto"] = "https"
            behind = http.client.HTTPConnection("127.0.0.1", to, timeout=20)
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            behind.request(self.command, self.path, body or None, headers)
            answer = behind.getresponse()
            said = answer.read()
            self.send_response_only(answer.status)
            for name, value in answer.getheaders():
                if name.lower() not in ("content-length", "connection", "transfer-encoding"):
                    self.send_header(name, value)
            self.send_header("Content-Length", str(len(said)))
            self.end_headers()
            self.wfile.write(said)
            behind.close()

        do_GET = do_POST = do_PUT = _pass_on

        def log_message(self, *_: Any) -> None:
            pass

    with listening(Handler, pair) as port:
        yield port


@contextmanager
def listening(handler: type[BaseHTTPRequestHandler], pair: Pair) -> Iterator[int]:
    """Something that speaks https on a free port."""
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)

    class Server(ThreadingHTTPServer):
        daemon_threads = True

        def get_request(self) -> Any:
            plain, address = self.socket.accept()
            plain.settimeout(20)
            # The handshake belongs to the thread of the connection.
            return context.wrap_socket(plain, server_side=True, do_handshake_on_connect=False), address

        def handle_error(self, *_: Any) -> None:  # a client that refused our certificate
            pass

    server = Server(("127.0.0.1", 0), handler)
    thread = threading.Thread(target=server.serve_forever, args=(0.05,), daemon=True)
    thread.start()
    try:
        yield server.server_address[1]
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
