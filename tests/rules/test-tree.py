#!/usr/bin/python3
# SPDX-License-Identifier: GPL-3.0-or-later
"""Holds the rules of the tree: who may include whom, which library is seen where, how long files,
headers and functions may be, and the words that do not belong here. TAP output."""
import os
import re
import statistics
import subprocess
import sys

ROOT = os.environ.get("SONGFA_SRCDIR") or os.path.dirname(
    os.path.dirname(os.path.dirname(os.path.abspath(__file__))))

STAGES = ["daemon/inbox", "daemon/intake", "daemon/issue", "recipients", "templates", "daemon/dispatch",
          "daemon/paper", "daemon/store", "daemon/web", "daemon/ctl", "daemon/selftest", "daemon/base"]
# What a room may include besides itself and daemon/base. The pipeline family joins them all.
ALLOWED = {
    "daemon/base": set(),
    "daemon/inbox": set(),
    "daemon/intake": {"daemon/inbox"},
    "daemon/issue": set(),
    "recipients": set(),
    "templates": set(),
    "daemon/dispatch": {"daemon/store", "daemon/inbox"},
    "daemon/paper": set(),
    "daemon/store": {"recipients"},
    "daemon/web": None,
    "daemon/ctl": None,
    "daemon/selftest": {"daemon/store", "daemon/dispatch"},
    "daemon": None,
    "tests": None,
}
LIBRARIES = {
    "curl": (r"<curl/", 2),
    "libetpan": (r"<libetpan/", 2),
    "GMime": (r"<gmime/", 2),
    "libmicrohttpd": (r"<microhttpd", 2),
    "libconfig": (r"<libconfig", 2),
    "sqlite3": (r"<sqlite3", 1),
    "libcrypto": (r"<openssl/", 1),
    "inotify": (r"<sys/inotify", 1),
    "libzip": (r"<zip\.h>", 1),
    "libxml2": (r"<libxml/", 2),
    "libgsf": (r"<gsf/", 1),
    "fontconfig": (r"<fontconfig/", 1),
    "libxlsxwriter": (r"<xlsxwriter", 1),
    "ICU": (r"<unicode/", 1),
    "poppler": (r"<poppler", 1),
    "libseccomp": (r"<seccomp\.h>", 1),
}
MAX_FILE, MAX_HEADER, MAX_FUNCTION, MAX_BANNER = 600, 150, 80, 7
GOAL_MEDIAN, GOAL_P90 = 20, 50


def source_files():
    """Tracked and new files, so that a file is held to the rules before it is committed; a tarball
    has no git and is walked."""
    try:
        out = subprocess.run(["git", "-C", ROOT, "ls-files", "-co", "--exclude-standard"],
                             check=True, capture_output=True, text=True).stdout.split("\n")
        names = [n for n in out if n]
    except (subprocess.CalledProcessError, FileNotFoundError):
        names = [os.path.relpath(os.path.join(d, f), ROOT)
                 for d, _, files in os.walk(ROOT) for f in files]
    return sorted(n for n in names if os.path.isfile(os.path.join(ROOT, n)))


FILES = source_files()


def text_of(name):
    with open(os.path.join(ROOT, name), encoding="utf-8", errors="replace") as f:
        return f.read()


def code(*endings):
    return [n for n in FILES if n.endswith(endings)]


def room_of(name):
    for stage in STAGES:
        if name.startswith(stage + "/"):
            return stage
    return name.split("/")[0]


def include_rules():
    for name in code(".c", ".h"):
        allowed = ALLOWED.get(room_of(name))
        if allowed is None:
            continue
        for target in re.findall(r'#include "([^"]+)"', text_of(name)):
            if "/" not in target:
                continue
            other = room_of(target)
            if other not in (room_of(name), "daemon/base") and other not in allowed:
                yield f"{name} includes {target}"
    for name in code(".h"):
        if room_of(name) == "daemon/store":
            for target in re.findall(r'#include "(recipients/[^"]+)"', text_of(name)):
                if target not in ("recipients/directory.h", "recipients/directory-kind.h"):
                    yield f"{name} may see the records only, not {target}"


def library_rules():
    for library, (pattern, most) in LIBRARIES.items():
        seen = [n for n in code(".c", ".h")
                if not n.startswith("tests/") and re.search(r"#include " + pattern, text_of(n))]
        if len(seen) > most:
            yield f"{library} is seen by {', '.join(seen)}: at most {most}"


def sizes():
    for name in code(".c", ".h", ".py", ".sh", ".mk"):
        lines = text_of(name).count("\n")
        if lines > MAX_FILE:
            yield f"{name}: {lines} lines, at most {MAX_FILE}"
        if name.endswith(".h") and lines > MAX_HEADER:
            yield f"{name}: {lines} lines, a public header has at most {MAX_HEADER}"


def functions():
    for name in code(".c"):
        start = None
        for number, line in enumerate(text_of(name).split("\n"), 1):
            if line == "{":
                start = number
            elif line == "}" and start is not None:
                yield name, start, number - start + 1
                start = None


def function_sizes():
    lengths = []
    for name, line, length in functions():
        if not name.startswith("tests/"):
            lengths.append(length)
        if length > MAX_FUNCTION:
            yield f"{name}:{line}: a function of {length} lines, at most {MAX_FUNCTION}"
    if lengths:
        lengths.sort()
        median, p90 = statistics.median(lengths), lengths[int(len(lengths) * 0.9)]
        print(f"# {len(lengths)} functions, median {median:g} lines, p90 {p90}")
        if median > GOAL_MEDIAN or p90 > GOAL_P90:
            yield f"functions grow: median {median:g} (goal {GOAL_MEDIAN}), p90 {p90} (goal {GOAL_P90})"


def banners():
    for name in code(".c", ".h"):
        text = text_of(name)
        if not text.startswith("/* SPDX-License-Identifier: GPL-3.0-or-later"):
            yield f"{name}: no SPDX line"
        elif text[:text.find("*/")].count("\n") + 1 > MAX_BANNER:
            yield f"{name}: banner over {MAX_BANNER} lines"
    for name in code(".py", ".sh") + ["configure.ac", "Makefile.am", "quickstart", "runtests"]:
        if "SPDX-License-Identifier: GPL-3.0-or-later" not in text_of(name)[:400]:
            yield f"{name}: no SPDX line"


def words():
    later = re.compile(r"\b(TO" + r"DO|FIX" + r"ME|HA" + r"CK)\b|\bfor n" + r"ow\b|not implem" + r"ented")
    paths = re.compile(r"(^|[^A-Za-z0-9_.])/(wo" + r"rk|farm)/")
    for name in FILES:
        if name.startswith("tests/data/") or name == "COPYING" or name.endswith((".png", ".xz")):
            continue
        for number, line in enumerate(text_of(name).split("\n"), 1):
            if later.search(line) or paths.search(line):
                yield f"{name}:{number}: {line.strip()[:80]}"


def prefixes():
    """A public function is named after its file or a type that the file declares, so that grep is
    the index."""
    for name in code(".h"):
        if name.startswith("tests/"):
            continue
        stem = os.path.basename(name)[:-2].replace("-", "_")
        family = {stem, stem.split("_")[0], stem.rstrip("s")}
        family |= {re.sub(r"(?<=[a-z])(?=[A-Z])", "_", t).lower()
                   for t in re.findall(r"(?:typedef struct|^}) ([A-Z]\w+);?", text_of(name), re.M)}
        for function in re.findall(r"^[A-Za-z][A-Za-z0-9_ \*]*?[ \*]([a-z][a-z0-9_]+)\(", text_of(name), re.M):
            if function.startswith(("g_", "__")) or function.isupper():
                continue
            if not any(function == p or function.startswith(p + "_") for p in family) and \
                    room_of(name) not in ("daemon/store",) and stem not in ("templates", "error"):
                yield f"{name}: {function}() does not carry the name of its file"


CHECKS = [
    ("stages do not include each other", include_rules),
    ("each library is seen by one or two files", library_rules),
    ("files and headers keep their size", sizes),
    ("functions keep their size", function_sizes),
    ("banners and licences", banners),
    ("no words that promise later work, no machine paths", words),
    ("public functions carry the name of their file", prefixes),
]

print(f"1..{len(CHECKS)}")
failed = 0
for index, (title, check) in enumerate(CHECKS, 1):
    found = list(check())
    for line in found:
        print(f"# {line}")
    failed += bool(found)
    print(f"{'not ok' if found else 'ok'} {index} - {title}")
sys.exit(1 if failed else 0)
