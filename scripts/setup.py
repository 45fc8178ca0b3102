#!/usr/bin/env python3
"""Prepare a checkout: Python packages, front-end assets, message catalogues.

Standard library only, because nothing is installed yet when it runs. Each step is stamped with a
hash of what it was made from, so a second run does nothing and takes a moment.
"""

from __future__ import annotations

import argparse
import hashlib
import importlib.util
import os
import shutil
import subprocess
import sys
import venv
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ROOT = Path(__file__).resolve().parent.parent
VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
ASSETS = ROOT / "build"
OLDEST = (3, 11)


def say(text: str) -> None:
    """Tell the person at the terminal what is being done."""
    print(f"setup | {text}", flush=True)


def run(*command: str | Path, env: dict[str, str] | None = None) -> None:
    """Run a step; when it fails, stop with the command instead of a traceback."""
    words = [str(word) for word in command]
    say(" ".join(words))
    done = subprocess.run(words, cwd=ROOT, env=env, check=False)
    if done.returncode:
        sys.exit(f"setup | this step failed (exit {done.returncode}): {' '.join(words)}")


class Stamp:
    """Remembers from what a step was last made, next to what it made."""

    def __init__(self, path: Path, made_from: Iterable[Path]) -> None:
        digest = hashlib.sha256(sys.version.encode())
        for file in made_from:
            digest.update(file.relative_to(ROOT).as_posix().encode() + file.read_bytes())
        self.path, self.digest = path, digest.hexdigest()

    def holds(self) -> bool:
        """Whether the step's result is there and its inputs have not changed."""
        return self.path.exists() and self.path.read_text() == self.digest

    def set(self) -> None:
        """Record that the step succeeded."""
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.path.write_text(self.digest)


def check_machine() -> None:
    """Refuse early, in a sentence, a machine on which the later steps would fail obscurely."""
    if sys.version_info < OLDEST:
        found = ".".join(map(str, sys.version_info[:3]))
        sys.exit(f"setup | Python 3.11 or newer is needed, {sys.executable} is {found}.")
    missing = [name for name in ("venv", "ensurepip") if not importlib.util.find_spec(name)]
    if missing and not shutil.which("uv"):
        sys.exit("setup | python3-venv is missing; on Debian or Ubuntu: apt-get install python3-venv")


def install(lock: str) -> None:
    """Install one locked set of packages, every file checked against its hash, none compiled."""
    path = f"requirements/{lock}.txt"
    common = ["--require-hashes", "--only-binary=:all:", "-r", path]
    uv = shutil.which("uv")
    if uv:  # several times faster where it is there; never required
        run(uv, "pip", "install", "-q", "--python", PYTHON, *common)
    else:
        run(PYTHON, "-m", "pip", "install", "-q", "--disable-pip-version-check", *common)


def make_environment() -> None:
    """Make an empty virtual environment with this interpreter."""
    say(f"virtual environment in {VENV.name}")
    uv = shutil.which("uv")
    if uv:
        run(uv, "venv", "-q", "--clear", "--python", sys.executable, VENV)
    else:
        venv.create(VENV, with_pip=True, clear=True, symlinks=True)


def python_packages(*, dev: bool) -> None:
    """Bring .venv to the locked packages; the development set contains the product's."""
    locks = {name: ROOT / "requirements" / f"{name}.txt" for name in ("base", "dev")}
    stamps = {name: Stamp(VENV / f".{name}.stamp", [path]) for name, path in locks.items()}
    wanted = "dev" if dev else "base"
    usable = PYTHON.exists() and (stamps["dev"].holds() or stamps[wanted].holds())
    if usable and (not dev or stamps["dev"].holds()):
        return
    if not PYTHON.exists() or not any(stamp.path.exists() for stamp in stamps.values()):
        make_environment()
    for stamp in stamps.values():
        stamp.path.unlink(missing_ok=True)
    install(wanted)
    stamps[wanted].set()


def npm() -> tuple[str, dict[str, str]]:
    """The npm to use and its environment; a machine without Node gets it as a Python wheel."""
    env = dict(os.environ)
    found = shutil.which("npm")
    if found and shutil.which("node"):
        return found, env
    stamp = Stamp(VENV / ".node.stamp", [ROOT / "requirements" / "node.txt"])
    if not stamp.holds():
        install("node")
        stamp.set()
    env["PATH"] = f"{VENV / 'bin'}{os.pathsep}{env['PATH']}"
    return str(VENV / "bin" / "npm"), env


def front_end() -> None:
    """Fetch the locked front-end packages and bundle what the pages load."""
    sources = sorted(path for path in (ROOT / "assets").rglob("*") if path.is_file())
    locks = [ROOT / "package.json", ROOT / "package-lock.json"]
    stamp = Stamp(ASSETS / ".stamp", [*locks, *sources])
    if stamp.holds():
        return
    command, env = npm()
    run(command, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", env=env)
    run(command, "run", "--silent", "build", env=env)
    stamp.set()


def checkers() -> None:
    """Fetch the locked programs that check the interface's description (`checks/`)."""
    folder = ROOT / "checks"
    stamp = Stamp(folder / "node_modules" / ".stamp", [folder / "package.json", folder / "package-lock.json"])
    if stamp.holds():
        return
    command, env = npm()
    run(command, "--prefix", folder, "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel=error", env=env)
    stamp.set()


def messages() -> None:
    """Compile the translations; only catalogues newer than their compiled form are touched."""
    subprocess.run([str(PYTHON), "scripts/messages.py", "--compile"], cwd=ROOT, check=True)


def main() -> None:
    """Run the steps that are not already done."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--dev", action="store_true", help="also what `make test` needs")
    options = parser.parse_args()
    check_machine()
    python_packages(dev=options.dev)
    front_end()
    if options.dev:
        checkers()
    messages()


if __name__ == "__main__":
    main()
