#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads composed messages with Python's own MIME parser and compares what it finds with what went
in: subject, names, attachment, and both bodies for recipients of every phase. TAP output."""
import base64
import email
import email.policy
import email.utils
import json
import os
import subprocess

BUILD = os.environ["SONGFA_BUILDDIR"]
EMIT = os.path.join(BUILD, "tests", "unit", "emit-eml")
SALUTATION, RECIPIENT = "\ue000", "\ue001"
LONG = "第一期：" + "夺取春耕备耕和项目建设“双胜利”（三）" * 6

MAIL = {
    "subject": "江湾信息第 19 期",
    "text": SALUTATION + "\n\n现送上《江湾信息》，请 " + RECIPIENT + " 阅。\n.\n" + "正文。" * 200 + "\n",
    "html": "<p>" + SALUTATION + "</p><p>请 <b>" + RECIPIENT + "</b> 阅</p>" + "<p>正文。</p>\n" * 200,
    "sender_name": "江湾区委办公室",
    "reply_to": "bianji@sj.example.test",
    "list_id": "江湾信息 <jwxx.songfa.example.test>",
    "attachment_name": "江湾信息2020年第19期.docx",
    "attachment_base64": base64.b64encode(bytes(range(256)) * 41).decode(),
    "name": "王明", "address": "wang@sj.example.test", "salutation": "王明同志：", "priority": 1,
}

# name of the case: what differs from MAIL
CASES = {
    "plain": {},
    "long subject": {"subject": LONG},
    "digits among the characters": {"subject": "江湾信息第19期：" + "精准服务2个主动作为" * 8},
    "ascii subject": {"subject": "Bulletin No. 19"},
    "subject of rare characters": {"subject": "𠮷田𠀀" * 20},
    "long attachment name": {"attachment_name": "关于" * 25 + "（第19期）.pdf"},
    "attachment name with marks": {"attachment_name": "信息 '50%' (终稿), v2; a=b.odt"},
    "text file keeps its bytes": {"attachment_name": "第19期.txt",
                                  "attachment_base64": base64.b64encode("甲\n乙\r\n.\r丙".encode("gb18030")).decode()},
    "empty attachment": {"attachment_base64": ""},
    "no html": {"html": None},
    "no attachment": {"attachment_name": None, "attachment_base64": None},
    "text alone": {"html": None, "attachment_name": None, "attachment_base64": None},
    "markup in the salutation": {"salutation": "<b>王&明\"'</b>：", "name": "王<i>明"},
    "long display name": {"name": "江湾区人民代表大会常务委员会办公室" * 3},
    "display name with marks": {"name": "Wang, \"Da\" (Ming) <x@example.test>"},
}
for n in range(9):
    CASES[f"salutation of {n} bytes"] = {"salutation": "s" * n, "name": "n" * (8 - n)}
for n in range(6):
    CASES[f"body moved by {n} bytes"] = {"text": "a" * n + MAIL["text"], "html": "b" * n + MAIL["html"]}


def escaped(text):
    for mark, entity in (("&", "&amp;"), ("<", "&lt;"), (">", "&gt;"), ('"', "&quot;"), ("'", "&#39;")):
        text = text.replace(mark, entity)
    return text


def filled(body, salutation, name):
    return body.replace("\n", "\r\n").replace(SALUTATION, salutation).replace(RECIPIENT, name)


def body_of(part):
    return part.get_payload(decode=True).decode("utf-8")


def differences(mail, raw):
    """Yields what the parser saw differently."""
    message = email.message_from_bytes(raw, policy=email.policy.default)
    wants = [
        ("subject", message["Subject"], mail["subject"]),
        ("To address", message["To"].addresses[0].addr_spec, mail["address"]),
        # Python puts blanks between the words of a long display name, against RFC 2047 §6.2
        ("To name", message["To"].addresses[0].display_name.replace(" ", ""), mail["name"].replace(" ", "")),
        ("number of recipients", len(message["To"].addresses), 1),
        ("From name", message["From"].addresses[0].display_name, mail["sender_name"]),
        ("From address", message["From"].addresses[0].addr_spec, "xinxi@sj.example.test"),
        ("Reply-To", message["Reply-To"].addresses[0].addr_spec, mail["reply_to"]),
        ("Date", email.utils.parsedate_to_datetime(message["Date"]).timestamp(), 1583454600.0),
        ("Message-ID", message["Message-ID"], "<7.1.abc@sj.example.test>"),
        ("token", message["X-Songfa-Delivery"], "tokentoken"),
        ("List-Id", message["List-Id"], mail["list_id"]),
        ("Importance", message["Importance"], "high"),
        ("text", body_of(message.get_body(("plain",))), filled(mail["text"], mail["salutation"], mail["name"])),
    ]
    html = message.get_body(("html",))
    if mail["html"] is None:
        wants.append(("html", html, None))
    else:
        wants.append(("html", body_of(html),
                      filled(mail["html"], escaped(mail["salutation"]), escaped(mail["name"]))))
    attached = list(message.iter_attachments()) if message.is_multipart() else []
    wants.append(("attachments", len(attached), int(mail["attachment_name"] is not None)))
    for part in attached:
        old = email.message_from_bytes(raw).get_payload()[-1]
        words = email.header.decode_header(old.get_param("name").replace("\r\n", ""))
        wants += [
            ("file name", part.get_filename(), mail["attachment_name"]),
            ("name of RFC 2047", str(email.header.make_header(words)), mail["attachment_name"]),
            ("name in ASCII", old.get_filename().isascii(), True),
            ("bytes", part.get_payload(decode=True), base64.b64decode(mail["attachment_base64"])),
        ]
    for part in message.walk():
        wants.append(("defects", part.defects, []))
    for what, got, want in wants:
        if got != want:
            yield f"{what}: got {got!r:.300}, want {want!r:.300}"


def main():
    print(f"1..{len(CASES)}")
    for number, (name, change) in enumerate(CASES.items(), 1):
        mail = {**MAIL, **change}
        done = subprocess.run([EMIT], input=json.dumps(mail).encode(), capture_output=True, check=False)
        wrong = list(differences(mail, done.stdout)) if done.returncode == 0 else [done.stderr.decode()]
        print(f"{'not ' if wrong else ''}ok {number} - {name}")
        for line in wrong:
            print("#", line.replace("\n", " "))


main()
