#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Reads all mails below FOLDER/mail with Python's own MIME parser and holds them against the files
that were handed in: subject, file name, attachment byte for byte, every line in both bodies, one mail a
person and issue.

    read-mails.py FOLDER SOURCE…
"""
import collections
import email
import email.policy
import glob
import os
import re
import sys


def body_words(text):
    """Han characters only: layout may differ between source and mail, words may not."""
    return re.sub(r"[^\u3400-\u9fff]", "", text)


def check(path, sources, problems):
    with open(path, "rb") as f:
        mail = email.message_from_binary_file(f, policy=email.policy.default)
    name = os.path.basename(path)
    attachments = list(mail.iter_attachments())
    if mail.defects:
        problems.append(f"{name}: {mail.defects}")
    if len(attachments) != 1:
        if mail["X-Songfa-Issue"]:
            problems.append(f"{name}: {len(attachments)} attachments")
        return None
    file_name = attachments[0].get_filename()
    if file_name not in sources:
        problems.append(f"{name}: unknown file name {file_name!r}")
        return None
    if attachments[0].get_payload(decode=True) != sources[file_name]:
        problems.append(f"{name}: attachment {file_name} differs")
    text = body_words(mail.get_body(("plain",)).get_content())
    html = body_words(mail.get_body(("html",)).get_content())
    source = sources[file_name].decode("utf-8-sig")
    for line in source.split("\n"):
        words = body_words(line).rstrip("编印")  # the imprint is set as office and date
        if words not in text or words not in html:
            problems.append(f"{name}: {words[:20]} is missing from the body")
    if not re.search(r"\d+", mail["Subject"]):
        problems.append(f"{name}: subject {mail['Subject']!r}")
    return file_name, mail["To"], mail["Subject"], mail["Message-ID"]


def main(folder, files):
    sources = {os.path.basename(f): open(f, "rb").read() for f in files}
    problems, seen, subjects = [], collections.Counter(), collections.Counter()
    mails = sorted(glob.glob(os.path.join(folder, "mail", "*", "new", "*")))
    ids = set()
    for path in mails:
        result = check(path, sources, problems)
        if result is None:
            continue
        file_name, to, subject, message_id = result
        seen[(file_name, to)] += 1
        subjects[subject] += 1
        ids.add(message_id)
    problems += [f"{who} got {what} {n} times" for (what, who), n in seen.items() if n > 1]
    if len(ids) != sum(subjects.values()):
        problems.append("Message-IDs are not unique")
    if not mails:
        problems.append("no mails at all")
    for subject, n in subjects.items():
        print(f"    {n:4d} × {subject}")
    for line in problems:
        print("!!", line)
    return 1 if problems or not subjects else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1], sys.argv[2:]))
