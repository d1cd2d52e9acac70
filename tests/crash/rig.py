# SPDX-License-Identifier: GPL-3.0-or-later
"""An office whose SMTP server keeps its own record, and the comparison of that record with the register:
what was accepted is there once, what is in doubt at most once, and doubt is bounded."""
import collections
import contextlib
import os
import shutil
import sqlite3
import time

from harness import issue_data, Office, ROOT, smtp_double, Tap

CONNECTIONS = 4
DEPTH = 2      # transactions a connection has open at once
BATCH = 5      # recipients of a mail that is the same for all
WAITING = ("planned", "queued", "sending", "deferred")
SEVEN = issue_data("shangjie-xinxi-2026-07.txt")
Skip = Tap.Skip


class Totals:
    """What the last line says."""

    def __init__(self):
        self.kills = self.lost = self.repeated = self.unknown = 0


class Rig(Office):
    """units: so many more than the district has, each with a mailbox."""

    def __init__(self, totals, units=0, script=None, relay="", disk=None, **options):
        self.totals, self.units, self.files, self.problems = totals, units, set(), []
        self.kills_open = self.unknown_before = 0
        self.shared = options.get("personal") == "false"
        self.double = smtp_double.Double(script or {})
        super().__init__(smtp=False, directory=False, connections=CONNECTIONS, **options)
        self.write_config(port=self.double.port, relay=f"{relay} recipients = {BATCH};", disk=disk or self.folder)
        self.import_sample()

    def close(self):
        super().close()
        self.double.close()

    def import_sample(self):
        sample = os.path.join(self.folder, "sample")
        shutil.copytree(os.path.join(ROOT, "recipients", "sample"), sample)
        with open(os.path.join(sample, "units.csv"), "a", encoding="utf-8") as units, \
                open(os.path.join(sample, "mailboxes.csv"), "a", encoding="utf-8") as mailboxes:
            for i in range(self.units):
                units.write(f"试验{i:04}局,,政府部门,上街区人民政府,{i + 100}\n")
                mailboxes.write(f"试验{i:04}局,sy{i:04}@example.test,单位,邮件,0,否,,,\n")
        self.ctl("directory", "import", "--apply", sample)

    # --- handing in, starting, ending

    def hand_in_issue(self, number):
        """One more issue to everybody."""
        name = f"第{number}期.txt"
        self.hand_in(name, SEVEN.replace("第 7 期".encode(), f"第 {number} 期".encode()))
        self.files.add(name)

    def hand_in_file(self, name, data):
        self.hand_in(name, data)
        self.files.add(name)

    def begin(self, **environment):
        """Starts the daemon and waits until it says so."""
        before = self.log().count(" main started ")
        self.start(**environment)
        self.wait_for(lambda: self.log().count(" main started ") > before, "the start")

    def kill_now(self):
        """TRUE when there was something to kill."""
        died = self.daemon.poll() is None
        self.kill()
        if died:
            self.note_kill()
        return died

    def note_kill(self):
        self.totals.kills += 1
        self.kills_open += 1

    # --- what is on record

    def query(self, sql):
        path = os.path.join(self.settings["disk"], "songfa.db")
        with contextlib.closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True, timeout=30)) as db:
            return db.execute(sql).fetchall()

    def count(self, *states):
        marks = ", ".join(f"'{s}'" for s in states)
        return self.query(f"SELECT count(*) FROM delivery WHERE channel = 'email' AND state IN ({marks})")[0][0]

    def is_settled(self):
        """All files filed, no row of any mail under way, the clerk told of what failed."""
        return self.files <= self.filed_files() and self.count(*WAITING) == 0 and not self.query(
            "SELECT 1 FROM delivery WHERE state IN ('refused', 'unknown') AND told = 0 AND notice_id = 0 LIMIT 1")

    def filed_files(self):
        return {n for folder in ("archive", "held") for n in self.filed(folder) if not n.endswith(".reason.txt")}

    def check_doubt(self):
        """What the kills since the last look may have left in doubt."""
        bound = CONNECTIONS * DEPTH * (BATCH if self.shared else 1) * self.kills_open
        unknown = self.count("unknown")
        if unknown - self.unknown_before > bound:
            self.problems.append(f"{unknown - self.unknown_before} rows in doubt, {bound} may be")
        self.unknown_before, self.kills_open = unknown, 0

    def taken(self):
        return collections.Counter((m["message_id"], r) for m in self.double.of("mail") for r in m["recipients"])

    def compare(self, count=True):
        """The register against the server; the rows, for a comparison with a later time."""
        taken, totals = self.taken(), self.totals if count else Totals()
        rows = self.query("SELECT issue_id, notice_id, recipient, address, message_id, state, relay, reply_text FROM delivery"
                          " WHERE channel = 'email' ORDER BY id")
        for _, _, recipient, address, message_id, state, _, reply in rows:
            n = taken.pop((message_id, address), 0)
            totals.unknown += state == "unknown"
            if n == 0 and state != "unknown":
                totals.lost += 1
                self.problems.append(f"{recipient} is {state} ({reply}), the server has no mail")
            elif n > 1 or (n == 1 and state not in ("accepted", "unknown")):
                totals.repeated += n > 1
                self.problems.append(f"{recipient} got {n} mails, state {state}")
        for stray in taken:
            totals.repeated += 1
            self.problems.append(f"the server has {stray}, the register does not")
        twice = collections.Counter(row[:4] for row in rows)
        self.problems += [f"{who} has {n} rows" for who, n in twice.items() if n > 1]
        return rows

    def check_files(self):
        for name in self.files - self.filed_files():
            self.totals.lost += 1
            self.problems.append(f"file {name} is gone")
        left = [n for n in os.listdir(self.inbox) if n not in ("archive", "held")]
        self.problems += [f"{n} is still in the folder" for n in left]

    def finish(self):
        """A run without a kill, then one more that must change nothing; the problems found."""
        if self.daemon is None:
            self.begin()
        self.wait_for(self.is_settled, "everything settled", 300)
        self.check_doubt()
        self.stop()
        first = self.compare()
        self.check_files()
        self.begin()
        self.stop()
        if self.compare(count=False) != first:
            self.problems.append("a further start changed the register")
        return self.problems

    def quiet(self, seconds=1.5):
        """Waits until the server got nothing new for so long; how many mails it has."""
        last, since = -1, 0
        def is_quiet():
            nonlocal last, since
            n = len(self.double.of("mail"))
            if n != last:
                last, since = n, time.monotonic()
            return time.monotonic() - since > seconds
        self.wait_for(is_quiet, "silence")
        return last

    def wait_for_mail(self, more=1):
        """Waits until the server took so many more, or nothing waits any longer."""
        before = len(self.double.of("mail"))
        self.wait_for(lambda: len(self.double.of("mail")) >= before + more or self.is_settled(), "mails")

    def want(self, true, what):
        if not true:
            self.problems.append(what)
