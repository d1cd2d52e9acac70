# SPDX-License-Identifier: GPL-3.0-or-later
"""LibreOffice as a clerk's machine has it: makes the older formats for the tests. Nothing of songfad."""
import os
import subprocess
import tempfile

PROGRAM = "/usr/lib/libreoffice/program/soffice"
FILTERS = {"doc": "doc:MS Word 97", "rtf": "rtf:Rich Text Format", "html": "html:HTML (StarWriter)"}


def missing():
    """Why a test cannot run, or None."""
    return None if os.access(PROGRAM, os.X_OK) else "LibreOffice is not installed: apt-get install libreoffice-writer-nogui"


def convert(files, target):
    """name → bytes of docx, all by one start of the program: name → bytes in the target's format."""
    with tempfile.TemporaryDirectory(prefix="songfa-clerk-") as folder:
        for name, data in files.items():
            with open(os.path.join(folder, name + ".docx"), "wb") as f:
                f.write(data)
        subprocess.run([PROGRAM, f"-env:UserInstallation=file://{folder}/profile", "--headless", "--norestore",
                        "--convert-to", FILTERS[target], "--outdir", os.path.join(folder, "out"),
                        *(os.path.join(folder, name + ".docx") for name in files)],
                       check=True, capture_output=True, env={**os.environ, "HOME": folder})
        made = {}
        for name in files:
            with open(os.path.join(folder, "out", f"{name}.{target}"), "rb") as f:
                made[name] = f.read()
        return made
