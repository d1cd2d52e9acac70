#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""A series without personal parts: one mail, many recipients a transaction, an outcome for each. TAP
output."""
from harness import Office, Tap, issue_data

tap = Tap()


def sent_to_all(office):
    rows = [d for d in office.deliveries() if d["channel"] == "email"]
    return rows if rows and all(d["state"] == "accepted" for d in rows) else None


def head(mail):
    return "\n".join(f"{name}: {value}" for name, value in mail.items())


@tap.test("all get the same mail, nobody is shown, each has a row")
def _():
    with Office(personal="false") as office:
        office.hand_in("第8期.txt", issue_data("shangjie-xinxi-2026-08.txt"))
        office.start()
        rows = office.wait_for(lambda: sent_to_all(office), "all accepted")
        mails = office.mails()
        assert len(mails) == len(rows) > 3
        assert len({m.as_bytes() for m in mails}) == 1, "the mails differ"
        assert {r["message_id"] for r in rows} == {mails[0]["Message-ID"].strip()}
        assert len({r["queue_id"] for r in rows if "queue_id" in r}) <= 1
        shown = head(mails[0])
        assert not [r["address"] for r in rows if r["address"] in shown], shown
        assert mails[0]["To"].groups[0].display_name == "上街信息" and not mails[0]["To"].addresses, mails[0]["To"]
        body = mails[0].get_body(("plain",)).get_content()
        assert body.startswith("各位收件人："), body[:40]
        preview = office.ctl("preview", str(rows[0]["issue"]), rows[0]["recipient"])
        assert rows[0]["address"] not in preview and rows[0]["message_id"] in preview


@tap.test("sent again to one: a mail of its own")
def _():
    with Office(personal="false") as office:
        office.hand_in("第8期.txt", issue_data("shangjie-xinxi-2026-08.txt"))
        office.start()
        rows = office.wait_for(lambda: sent_to_all(office), "all accepted")
        office.ctl("resend", str(rows[0]["issue"]), "--recipient", rows[0]["recipient"], "--reason", "电话要求")
        again = office.wait_for(lambda: [r for r in sent_to_all(office) or [] if r["message_id"] != rows[0]["message_id"]],
                                "the second mail")
        assert [r["recipient"] for r in again] == [rows[0]["recipient"]], again
        assert len(office.mails()) == len(rows) + 1


tap.main()
