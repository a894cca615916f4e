"""A mail server on this machine that takes everything: as much of SMTP as a sender needs (RFC 5321)."""

from __future__ import annotations

import email
import email.policy
import socketserver
import threading
from email.message import EmailMessage


class MailSink:
    """Listens until it is closed; what came is in `mails`."""

    def __init__(self) -> None:
        self.mails: list[EmailMessage] = []
        mails = self.mails

        class Session(socketserver.StreamRequestHandler):
            """One connection: every command is fine, and a message ends with a dot alone."""

            def handle(self) -> None:
                """Until the sender has enough."""
                self.say("220 sink")
                while line := self.rfile.readline().rstrip(b"\r\n"):
                    match line[:4].upper():
                        case b"DATA":
                            self.say("354 go on")
                            mails.append(self.message())
                            self.say("250 taken")
                        case b"QUIT":
                            return self.say("221 bye")
                        case _:
                            self.say("250 fine")

            def message(self) -> EmailMessage:
                """The lines up to the dot, without the dots that protect dots."""
                lines = iter(self.rfile.readline, b".\r\n")
                content = b"".join(line[1:] if line.startswith(b".") else line for line in lines)
                return email.message_from_bytes(content, policy=email.policy.default)

            def say(self, text: str) -> None:
                """One answer."""
                self.wfile.write(text.encode() + b"\r\n")

        self.server = socketserver.ThreadingTCPServer(("127.0.0.1", 0), Session)
        self.server.daemon_threads = True
        self.port = self.server.server_address[1]
        threading.Thread(target=self.server.serve_forever, daemon=True).start()

    def close(self) -> None:
        """Stops listening."""
        self.server.shutdown()
        self.server.server_close()
