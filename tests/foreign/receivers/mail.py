"""E-mail, taken by a mail server that nobody here wrote (`aiosmtpd`: STARTTLS and a password are
demanded) and read by Python's own `email`.

It needs a server with settings of its own; so it starts one, and takes no notice of what it is given.
"""

import datetime
import email
import email.message
import email.policy
import html.parser
import ipaddress
import logging
import pathlib
import queue
import re
import socket
import ssl
import sys
import tempfile
import urllib.error
import urllib.parse
import urllib.request
from typing import Any

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import AuthResult, Envelope, LoginPassword, Session
from cryptography import x509
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

sys.path.insert(0, str(pathlib.Path(__file__).resolve().parent.parent))
from own_server import Server, same  # noqa: E402

USER, PASSWORD = "gui@suoimo.example", "mật khẩu @ thư"
ADDRESS = "truong.thon@suoimo.example"


class Mailbox:
    """Takes letters, unless it is told to refuse them."""

    def __init__(self) -> None:
        self.letters: queue.Queue[tuple[str, list[str], bytes]] = queue.Queue()
        self.refusals: list[str] = []
        self.encrypted: list[bool] = []

    async def handle_RCPT(self, _server: Any, _session: Session, envelope: Envelope, address: str, _o: Any) -> str:
        if self.refusals:
            return self.refusals.pop(0)
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, session: Session, envelope: Envelope) -> str:
        self.encrypted.append(session.ssl is not None)
        self.letters.put((envelope.mail_from or "", envelope.rcpt_tos, envelope.original_content or b""))
        return "250 taken"

    def next(self) -> tuple[str, list[str], email.message.EmailMessage]:
        sender, receivers, raw = self.letters.get(timeout=30)
        letter = email.message_from_bytes(raw, policy=email.policy.default)
        same([str(defect) for part in letter.walk() for defect in part.defects], [], "what is wrong with the letter")
        same(max(len(line) for line in raw.splitlines()) <= 998, True, "no line is too long (RFC 5322)")
        same(raw.isascii(), True, "it takes a mail server of seven bits")
        assert isinstance(letter, email.message.EmailMessage)
        return sender, receivers, letter


def knows(_server: Any, _session: Any, _envelope: Any, _mechanism: Any, said: Any) -> AuthResult:
    right = isinstance(said, LoginPassword) and (said.login, said.password) == (USER.encode(), PASSWORD.encode())
    # Not handled: the server is to say so itself.
    return AuthResult(success=right, handled=False)


def certificate(folder: pathlib.Path) -> tuple[ssl.SSLContext, str]:
    """A certificate for localhost, and the file of the authority that gave it."""
    now = datetime.datetime.now(datetime.UTC)

    def signed(name: str, key: Any, issuer: str, by: Any, authority: bool) -> x509.Certificate:
        called = lambda text: x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, text)])  # noqa: E731
        names = [x509.DNSName("localhost"), x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]
        return (
            x509.CertificateBuilder()
            .subject_name(called(name))
            .issuer_name(called(issuer))
            .public_key(key.public_key())
            .serial_number(x509.random_serial_number())
            .not_valid_before(now - datetime.timedelta(hours=1))
            .not_valid_after(now + datetime.timedelta(days=2))
            .add_extension(x509.BasicConstraints(ca=authority, path_length=None), critical=True)
            .add_extension(x509.SubjectAlternativeName(names), critical=False)
            .sign(by, hashes.SHA256())
        )

    root, own = ec.generate_private_key(ec.SECP256R1()), ec.generate_private_key(ec.SECP256R1())
    authority = folder / "authority.pem"
    authority.write_bytes(signed("thử", root, "thử", root, True).public_bytes(Encoding.PEM))
    key = own.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    chain = signed("localhost", own, "thử", root, False).public_bytes(Encoding.PEM)
    (folder / "server.pem").write_bytes(key + chain)
    context = ssl.create_default_context(ssl.Purpose.CLIENT_AUTH)
    context.load_cert_chain(folder / "server.pem")
    return context, str(authority)


class Links(html.parser.HTMLParser):
    """Where the links of a page lead, and what would be fetched by opening it."""

    def __init__(self) -> None:
        super().__init__()
        self.links: list[str] = []
        self.fetched: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = dict(attrs)
        self.links += [said["href"] or ""] if tag == "a" and "href" in said else []
        self.fetched += [tag] if tag in ("img", "script", "link", "iframe", "style") else []


def parts(letter: email.message.EmailMessage) -> tuple[str, str]:
    """Its plain text and its page."""
    same(letter.get_content_type(), "multipart/alternative", "the form of the letter")
    kinds = [part.get_content_type() for part in letter.iter_parts()]
    same(kinds, ["text/plain", "text/html"], "its parts, the one liked best last")
    plain, page = (part.get_content() for part in letter.iter_parts())
    return plain, page


def post(link: str, body: bytes) -> int:
    request = urllib.request.Request(link, data=body, method="POST")
    request.add_header("content-type", "application/x-www-form-urlencoded")
    try:
        return urllib.request.urlopen(request, timeout=30).status
    except urllib.error.HTTPError as refused:
        return refused.code


def check() -> None:
    logging.getLogger("mail.log").setLevel(logging.ERROR)
    mailbox = Mailbox()
    folder = tempfile.TemporaryDirectory(prefix="dondoc-mail.")
    context, authority = certificate(pathlib.Path(folder.name))
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    controller = Controller(
        mailbox,
        hostname="127.0.0.1",
        port=port,
        tls_context=context,
        require_starttls=True,
        authenticator=knows,
        auth_required=True,
        decode_data=False,
    )
    controller.start()
    user, password = urllib.parse.quote(USER, safe=""), urllib.parse.quote(PASSWORD, safe="")
    settings = {
        "DONDOC_MAIL_SERVER": f"smtp://{user}:{password}@localhost:{port}?tls=required",
        "DONDOC_MAIL_FROM": "Đôn Đốc <don-doc@suoimo.example>",
        "SSL_CERT_FILE": authority,
    }
    try:
        with Server(settings) as server:
            told(server, mailbox)
            examined(server, mailbox)
        same(all(mailbox.encrypted), True, "every letter came by TLS")
    finally:
        controller.stop()
        folder.cleanup()


def told(server: Server, mailbox: Mailbox) -> None:
    head = server.sign_in("truong.thon.1")
    version = server.expect(200, "GET", "/v1/me/channels", token=head)["version"]
    patch = {"email": ADDRESS, "version": version}
    chosen = server.expect(200, "PATCH", "/v1/me/channels", patch, head)
    same(chosen["email_state"], "unconfirmed", "an address that was just entered")
    _, receivers, question = mailbox.next()
    same(receivers, [ADDRESS], "who is asked")
    plain, _ = parts(question)
    link = re.search(r"http\S+/mail/confirm/\S+", plain)
    same(link is None, False, "there is a link to confirm by")
    path = urllib.parse.urlparse(link.group(0)).path if link else ""
    same(post(server.base + path, b""), 200, "confirming")

    test = server.expect(202, "POST", "/v1/me/channels/test", token=head)
    sender, receivers, letter = mailbox.next()
    same((sender, receivers), ("don-doc@suoimo.example", [ADDRESS]), "the envelope")
    same(letter["subject"], test["title"], "the subject, with its diacritics")
    same("ử" in letter["subject"], True, "the subject is Vietnamese")
    same(letter["from"].addresses[0].display_name, "Đôn Đốc", "who it is from")
    same(letter["auto-submitted"], "auto-generated", "RFC 3834")
    same(letter["precedence"], "bulk", "precedence")
    same(letter["message-id"].startswith(f"<{test['id']}@"), True, "the id of the message in its Message-ID")
    same(letter["date"].datetime.tzinfo is not None, True, "the date")
    plain, page = parts(letter)
    same(test["title"] in plain and test["title"] in page, True, "both parts say the same")
    links = Links()
    links.feed(page)
    same(links.fetched, [], "opening it fetches nothing")
    same(any("/app/#/" in one for one in links.links), True, "there is a link into the app")
    same(letter["list-unsubscribe-post"], "List-Unsubscribe=One-Click", "RFC 8058")
    stop = letter["list-unsubscribe"].strip("<>")
    same(stop in links.links and stop in plain, True, "the same way to switch it off stands in the letter")
    same([way["state"] for way in server.settled(head, test["id"])], ["sent"], "what became of it")

    path = urllib.parse.urlparse(stop).path
    same(urllib.request.urlopen(server.base + path, timeout=30).status, 200, "the page of the link")
    same(server.expect(200, "GET", "/v1/me/channels", token=head)["mail"], True, "opening it changed nothing")
    same(post(server.base + path, b"List-Unsubscribe=One-Click"), 200, "one press")
    off = server.expect(200, "GET", "/v1/me/channels", token=head)
    same(off["mail"], False, "e-mail is switched off")
    print("a letter came by STARTTLS and password, was read by Python's email, and was switched off by one press")

    patch = {"mail": True, "version": off["version"]}
    server.expect(200, "PATCH", "/v1/me/channels", patch, head)
    mailbox.refusals.append("550 5.1.1 nobody of this name")
    test = server.expect(202, "POST", "/v1/me/channels/test", token=head)
    ways = server.settled(head, test["id"])
    same([(way["state"], way["last_error"]) for way in ways], [("dropped", "smtp_550")], "a refused address")
    failing = server.expect(200, "GET", "/v1/me/channels", token=head)
    same(failing["email_state"], "failing", "the address")
    print("an address that its own server refuses is not tried again")


def examined(server: Server, mailbox: Mailbox) -> None:
    well = server.run("doctor", "--public-url", "https://dondoc.example", "--send-to", ADDRESS)
    same((well.returncode, "the mail server answers" in well.stdout), (0, True), well.stdout)
    _, receivers, letter = mailbox.next()
    same((receivers, letter["subject"]), ([ADDRESS], "Đôn Đốc: thư thử"), "the doctor's letter")
    server.environment["DONDOC_MAIL_SERVER"] = server.environment["DONDOC_MAIL_SERVER"].replace(":m", ":sai-m", 1)
    wrong = server.run("doctor", "--public-url", "https://dondoc.example")
    same((wrong.returncode, "FAULT  the mail server" in wrong.stdout), (1, True), wrong.stdout)
    same("%E1" in wrong.stdout + wrong.stderr, False, "a password is not repeated")
    print("the doctor sends a test, and finds a wrong password")


if __name__ == "__main__":
    check()
