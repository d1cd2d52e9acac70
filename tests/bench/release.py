# SPDX-License-Identifier: GPL-3.0-or-later
"""The build that benches measure: without sanitizers, which cost a factor of ten."""
import os
import subprocess
import sys

ROOT = os.path.dirname(os.path.dirname(os.path.dirname(os.path.abspath(__file__))))


def build(*targets):
    """Makes what is missing in the checkout's release build; says so, since it may take minutes."""
    folder = os.path.join(ROOT, "build", "release")
    print(f"building in {folder} …", file=sys.stderr)
    script = ("test -x configure || ./autogen.sh; mkdir -p build/release && cd build/release && "
              '{ test -f Makefile || ../../configure --quiet; } && make -j"$(nproc)" ' + " ".join(targets))
    done = subprocess.run(["sh", "-c", script], cwd=ROOT, capture_output=True, text=True)
    if done.returncode != 0:
        sys.exit(f"the build failed:\n{done.stdout[-2000:]}{done.stderr[-2000:]}")
    return folder
