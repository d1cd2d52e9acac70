#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A scripted SMTP server: answers each verb as told, misbehaves as told, and records what it took.

The script is a dict (on the command line: JSON):
  banner, MAIL, RCPT, DATA, DOT, RSET, QUIT, STARTTLS, AUTH: an answer, or a list of answers used in turn
      (the last one repeats); EHLO: a list of lines, or an answer.
  An answer is the reply text (several lines separated by \\n) or
      !close  !stall  !half TEXT (then close)  !last TEXT (then close)  !drip SECONDS TEXT (that long)
      !huge TEXT (1 MB of lines that end in TEXT)  !raw TEXT
  rcpt: answers to RCPT by address: {"r2@example.test": "550 5.1.1 no"}; others as RCPT says.
  rcpt_limit: answers 452 4.5.3 to more recipients in a transaction.
  body_limit: after so many bytes of a body answers as BODY says (by itself: !close) and not to its dot.
  forget: "dot" or "command": drops what was pipelined behind it.  no_sequence: "dot" or "mail": answers 503 to what was pipelined behind it.
  tls: {"cert", "key", "implicit": bool, "inject": text sent in clear behind the 220}
  auth: [user, password]
Records are dicts: {"event": "connect" | "tls" | "auth" | "command" | "mail", ...}."""
import base64
import contextlib
import json
import socket
import ssl
import sys
import threading
import time

DEFAULTS = {"banner": "220 double ESMTP", "EHLO": ["double", "PIPELINING", "8BITMIME", "SIZE 100000000"],
            "HELO": "250 double", "MAIL": "250 2.1.0 Ok", "RCPT": "250 2.1.5 Ok", "DATA": "354 Go ahead",
            "DOT": "250 2.0.0 Ok: queued as DOUBLE", "RSET": "250 2.0.0 Ok", "NOOP": "250 2.0.0 Ok",
            "QUIT": "221 2.0.0 Bye", "STARTTLS": "220 2.0.0 Ready", "AUTH": "235 2.7.0 Authenticated", "BODY": "!close"}


def code(answer):
    """What the answer says in the end, however it is said."""
    words = answer.split("\n")[-1].split(" ")
    first = {"!drip": 2, "!last": 1, "!huge": 1, "!raw": 1}.get(words[0], 0)
    return "".join(words[first:first + 1])


class Closed(Exception):
    """The dialogue is over."""


class Double:
    """The server: one thread a connection."""

    def __init__(self, script, port=0):
        self.script, self.records, self.turns, self.sockets = script, [], {}, []
        self.lock = threading.Lock()
        self.listener = socket.create_server(("127.0.0.1", port))
        self.port = self.listener.getsockname()[1]
        self.ended = threading.Event()
        self.thread = threading.Thread(target=self.accept, daemon=True)
        self.thread.start()

    def accept(self):
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            self.sockets.append(client)
            threading.Thread(target=Session(self, client).run, daemon=True).start()

    def hang_up(self):
        """Ends all connections there are; new ones are welcome."""
        for client in self.sockets:
            with contextlib.suppress(OSError):
                client.shutdown(socket.SHUT_RDWR)

    def answer(self, verb):
        """The answer whose turn it is."""
        answers = self.script.get(verb, DEFAULTS.get(verb, "502 5.5.2 Unknown"))
        if verb == "EHLO" and isinstance(answers, list):
            return "\n".join(f"250{'-' if i + 1 < len(answers) else ' '}{w}" for i, w in enumerate(answers))
        if isinstance(answers, str):
            return answers
        with self.lock:
            turn = self.turns.get(verb, 0)
            self.turns[verb] = turn + 1
        return answers[min(turn, len(answers) - 1)]

    def record(self, **event):
        with self.lock:
            self.records.append({**event, "at": time.monotonic()})

    def of(self, event):
        with self.lock:
            return [r for r in self.records if r["event"] == event]

    def close(self):
        """The thread ends first: with its number closed it could go on at another double's listener."""
        self.ended.set()
        with contextlib.suppress(OSError):
            self.listener.shutdown(socket.SHUT_RDWR)
        self.thread.join(10)
        self.listener.close()


class Session:
    def __init__(self, double, sock):
        self.double, self.script, self.sock, self.buffer = double, double.script, sock, b""
        self.sender, self.recipients, self.behind, self.early = None, [], None, False

    # ---- bytes ----
    def fill(self):
        data = self.sock.recv(65536)
        if not data:
            raise Closed
        self.buffer += data

    def line(self):
        while b"\n" not in self.buffer:
            self.fill()
        line, self.buffer = self.buffer.split(b"\n", 1)
        return line.rstrip(b"\r").decode("latin-1")

    def body(self):
        self.buffer = b"\r\n" + self.buffer
        searched, limit = 0, self.script.get("body_limit", 1 << 40)
        while (end := self.buffer.find(b"\r\n.\r\n", searched)) < 0:
            if len(self.buffer) > limit:
                limit, self.early = 1 << 40, True
                self.say(self.double.answer("BODY"))
            searched = max(len(self.buffer) - 4, 0)
            self.fill()
        body, self.buffer = self.buffer[2:end + 2], self.buffer[end + 5:]
        return body

    def send(self, text):
        self.sock.sendall(text.encode("utf-8") if isinstance(text, str) else text)

    def say(self, answer):
        word, _, rest = answer.partition(" ")
        if not word.startswith("!"):
            self.send(answer.replace("\n", "\r\n") + "\r\n")
        elif word == "!close":
            raise Closed
        elif word == "!stall":
            self.double.ended.wait(60)
            raise Closed
        elif word == "!half":
            self.send(rest)
            raise Closed
        elif word == "!last":
            self.send(rest + "\r\n")
            raise Closed
        elif word == "!raw":
            self.send(rest)
        elif word == "!huge":
            self.send((rest[:3] + "-" + "more " * 15 + "\r\n") * 12500 + rest + "\r\n")
        elif word == "!drip":
            seconds, text = rest.split(" ", 1)
            for byte in (text + "\r\n").encode():
                time.sleep(float(seconds) / len(text))
                self.send(bytes([byte]))
        else:
            raise ValueError(answer)

    # ---- dialogue ----
    def run(self):
        try:
            self.double.record(event="connect")
            if self.script.get("tls", {}).get("implicit"):
                self.wrap()
            self.say(self.double.answer("banner"))
            while True:
                self.command(self.line())
        except (Closed, OSError):
            pass
        finally:
            with contextlib.suppress(OSError):
                self.sock.close()

    def wrap(self):
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(self.script["tls"]["cert"], self.script["tls"]["key"])
        self.sock = context.wrap_socket(self.sock, server_side=True)
        self.buffer = b""
        self.double.record(event="tls")

    def command(self, line):
        verb = line[:4].upper() if line[:8].upper() != "STARTTLS" else "STARTTLS"
        self.double.record(event="command", line=line, more=len(self.buffer) > 0)
        if self.behind and verb in ("MAIL", "RCPT", "DATA"):
            self.send("503 5.5.1 Bad sequence\r\n")
            return
        getattr(self, "do_" + verb.lower(), self.do_plain)(verb, line)
        if self.script.get("forget") == "command":
            self.buffer = b""
        self.behind = self.script.get("no_sequence") == "mail" and verb == "MAIL" and self.buffer

    def do_plain(self, verb, _line):
        self.say(self.double.answer(verb))
        if verb == "QUIT":
            raise Closed
        if verb == "RSET":
            self.sender, self.recipients = None, []

    def do_starttls(self, verb, _line):
        answer = self.double.answer(verb)
        self.say(answer)
        if code(answer) != "220":
            return
        self.send(self.script["tls"].get("inject", ""))
        self.wrap()

    def ask(self, challenge):
        self.send(f"334 {challenge}\r\n")
        return self.line()

    def do_auth(self, verb, line):
        words = line.split(" ", 2)
        if words[1].upper() == "XOAUTH2":
            answer = base64.b64decode(words[2] if len(words) > 2 else self.ask("")).decode()
            fields = dict(f.split("=", 1) for f in answer.strip("\1").split("\1"))
            self.check_login(verb, "XOAUTH2", fields["user"], fields["auth"].removeprefix("Bearer "))
            return
        if words[1].upper() == "LOGIN":
            user, password = (words[2] if len(words) > 2 else self.ask("VXNlcm5hbWU6")), self.ask("UGFzc3dvcmQ6")
            user, password = (base64.b64decode(w).decode() for w in (user, password))
        else:
            plain = words[2] if len(words) > 2 else self.ask("")
            _, user, password = base64.b64decode(plain).decode().split("\0")
        self.check_login(verb, words[1].upper(), user, password)

    def check_login(self, verb, mechanism, user, password):
        self.double.record(event="auth", mechanism=mechanism, user=user, password=password)
        wanted = self.script.get("auth", [user, password])
        self.say(self.double.answer(verb) if [user, password] == wanted else "535 5.7.8 Authentication failed")

    def do_mail(self, verb, line):
        answer = self.double.answer(verb)
        if code(answer).startswith("2"):
            self.sender, self.recipients = line[line.index("<") + 1:line.index(">")], []
        self.say(answer)

    def do_rcpt(self, verb, line):
        address = line[line.index("<") + 1:line.index(">")]
        answer = self.script.get("rcpt", {}).get(address) or self.double.answer(verb)
        if self.sender is None:
            answer = "503 5.5.1 MAIL first"
        elif len(self.recipients) >= self.script.get("rcpt_limit", 1 << 30):
            answer = "452 4.5.3 Too many recipients"
        if code(answer).startswith("2"):
            self.recipients.append(address)
        self.say(answer)

    def do_data(self, verb, _line):
        answer = self.double.answer(verb)
        if not self.recipients and "DATA" not in self.script:
            answer = "554 5.5.1 No valid recipients"
        self.say(answer)
        if code(answer) != "354":
            return
        body = self.body()
        if self.early:
            self.sender, self.recipients, self.early = None, [], False
            return
        answer = self.double.answer("DOT")
        taken = self.recipients and not code(answer).startswith(("4", "5"))
        if taken:
            self.double.record(event="mail", sender=self.sender, recipients=self.recipients,
                               message_id=header(body, "message-id"), size=len(body), body=body.decode("latin-1"))
        empty = not self.recipients
        self.sender, self.recipients = None, []
        if self.script.get("forget") == "dot":
            self.buffer = b""
        self.say("554 5.5.1 No valid recipients" if empty else answer)
        while self.script.get("no_sequence") == "dot" and self.buffer:
            self.line()
            self.send("503 5.5.1 Bad sequence\r\n")


def header(body, name):
    for line in body.split(b"\r\n\r\n", 1)[0].decode("latin-1").split("\r\n"):
        if line.lower().startswith(name + ":"):
            return line.split(":", 1)[1].strip()
    return None


def main():
    double = Double(json.loads(sys.argv[1]) if len(sys.argv) > 1 else {})
    print("port", double.port, flush=True)
    seen = 0
    while True:
        time.sleep(0.1)
        with double.lock:
            fresh, seen = double.records[seen:], len(double.records)
        for record in fresh:
            print(json.dumps(record, ensure_ascii=False), flush=True)


if __name__ == "__main__":
    main()
