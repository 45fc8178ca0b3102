"""PostgreSQL, Redis and Chromium for the tests: find them, or make them be there.

scripts/services.py browser   Chromium, curl and openssl are installed (with apt-get where that is allowed)
scripts/services.py start     PostgreSQL and Redis answer; prints the variables that point at them
scripts/services.py stop      end what ``start`` started
"""

from __future__ import annotations

import argparse
import contextlib
import hashlib
import os
import pwd
import shlex
import shutil
import socket
import subprocess
import sys
import tempfile
from pathlib import Path

import psycopg2
import redis

POSTGRES_URL = "postgres://postgres@127.0.0.1:5432/postgres"
REDIS_URL = "redis://127.0.0.1:6379/0"
HEADLESS = "chromium-headless-shell"
CHROMIUM = (HEADLESS, "chromium", "chromium-browser", "google-chrome")
"""Without windows first: it takes a fifth less time."""
ROOT = Path(__file__).resolve().parent.parent
PRIVATE = Path(tempfile.gettempdir()) / f"desk-services-{hashlib.sha256(str(ROOT).encode()).hexdigest()[:12]}"  # one for each checkout


def say(text: str) -> None:
    """Tell a person; standard output is for the shell."""
    print(f"services | {text}", file=sys.stderr, flush=True)


# --- What answers -------------------------------------------------------------------------------


def postgres_answers(url: str) -> bool:
    """Whether a PostgreSQL lets us in at this address."""
    try:
        psycopg2.connect(url, connect_timeout=3).close()
    except psycopg2.OperationalError:
        return False
    return True


def redis_answers(url: str) -> bool:
    """Whether a Redis answers at this address."""
    try:
        with contextlib.closing(redis.Redis.from_url(url, socket_connect_timeout=2, socket_timeout=2)) as client:
            return bool(client.ping())
    except redis.RedisError:
        return False


def found() -> dict[str, str]:
    """Answer the variables of the services that are there: those set, or those on localhost."""
    known = {"DATABASE_URL": (POSTGRES_URL, postgres_answers), "REDIS_URL": (REDIS_URL, redis_answers)}
    urls = {name: os.environ.get(name) or default for name, (default, _answers) in known.items()}
    return {name: url for name, url in urls.items() if known[name][1](url)}


# --- What is installed --------------------------------------------------------------------------


def install(package: str) -> None:
    """Install a Debian package, or say that it is missing."""
    if os.geteuid() != 0 or not shutil.which("apt-get"):
        sys.exit(f"services | {package} is missing; on Debian or Ubuntu: apt-get install {package}")
    say(f"installing {package}")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    for command in (["apt-get", "update"], ["apt-get", "install", "--yes", "--no-install-recommends", package]):
        done = subprocess.run(command, env=env, stdout=sys.stderr, check=False)
        if done.returncode:
            sys.exit(f"services | {' '.join(command)} failed")


def browser() -> str:
    """Answer the path of a browser: the one without windows, where it can be had."""
    if os.geteuid() == 0 and not shutil.which(HEADLESS) and _is_offered(HEADLESS):
        install(HEADLESS)
    for name in ("curl", "openssl"):  # the guide's examples are run as they stand
        program((name,), name)
    return program(CHROMIUM, "chromium")


def _is_offered(package: str) -> bool:
    if not shutil.which("apt-get"):
        return False
    subprocess.run(["apt-get", "update"], stdout=sys.stderr, check=False)
    return subprocess.run(["apt-cache", "show", package], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL, check=False).returncode == 0


def program(names: tuple[str, ...], package: str) -> str:
    """Answer the path of a program, installing its package when it is missing."""
    for _attempt in range(2):
        for name in names:
            for folder in ["", *sorted(map(str, Path("/usr/lib/postgresql").glob("*/bin")), reverse=True)]:
                if path := shutil.which(name, path=folder or None):
                    return path
        install(package)
    sys.exit(f"services | {package} is installed but has no {names[0]}")


# --- What we start ------------------------------------------------------------------------------


def free_port() -> int:
    """Answer a port nobody listens on."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port: int = probe.getsockname()[1]
        return port


def as_postgres(*command: str) -> None:
    """Run as the user PostgreSQL insists on: anybody but root."""
    prefix = ["runuser", "-u", "postgres", "--"] if os.geteuid() == 0 else []
    subprocess.run([*prefix, *command], check=True, stdout=sys.stderr, cwd="/")


def start_postgres() -> str:
    """Start a cluster of our own: no system cluster is touched, nobody's data is near."""
    initdb = Path(program(("initdb",), "postgresql"))
    data = PRIVATE / "postgres"
    data.mkdir(parents=True)
    PRIVATE.chmod(0o755)
    if os.geteuid() == 0:
        os.chown(data, pwd.getpwnam("postgres").pw_uid, -1)
    port = free_port()
    say(f"starting PostgreSQL on port {port}")
    as_postgres(
        str(initdb), "--pgdata", str(data), "--auth", "trust", "--username", "postgres", "--encoding", "UTF8", "--locale", "C.UTF-8"
    )
    options = f"-p {port} -k {data} -c listen_addresses=127.0.0.1 -c fsync=off -c max_connections=200"
    as_postgres(str(initdb.with_name("pg_ctl")), "--pgdata", str(data), "--wait", "--log", str(data / "log"), "--options", options, "start")
    return f"postgres://postgres@127.0.0.1:{port}/postgres"


def redis_socket() -> Path:
    """Answer where our own Redis listens besides its port: ``stop`` reaches it there, and nobody else's."""
    return PRIVATE / "redis.socket"


def start_redis() -> str:
    """Start a Redis of our own that keeps nothing on disk."""
    server = program(("redis-server",), "redis-server")
    PRIVATE.mkdir(parents=True, exist_ok=True)
    port = free_port()
    say(f"starting Redis on port {port}")
    options = ["--port", str(port), "--bind", "127.0.0.1", "--save", "", "--appendonly", "no", "--daemonize", "yes"]
    subprocess.run([server, *options, "--unixsocket", str(redis_socket())], check=True, stdout=sys.stderr)
    return f"redis://127.0.0.1:{port}/0"


def start() -> None:
    """Make both services answer and print how to reach them; what an interrupted run left goes first."""
    stop()
    urls = found()
    for name, begin in (("DATABASE_URL", start_postgres), ("REDIS_URL", start_redis)):
        if name not in urls:
            urls[name] = begin()
    for name, url in sorted(urls.items()):
        say(f"{name}={url}")
        print(f"export {name}={shlex.quote(url)}")


def stop() -> None:
    """End what ``start`` started, and remove it."""
    if (data := PRIVATE / "postgres").exists():
        with contextlib.suppress(subprocess.CalledProcessError):
            as_postgres(
                str(Path(program(("initdb",), "postgresql")).with_name("pg_ctl")), "--pgdata", str(data), "--mode", "immediate", "stop"
            )
    with contextlib.suppress(redis.RedisError), contextlib.closing(redis.Redis(unix_socket_path=str(redis_socket()))) as client:
        client.shutdown(nosave=True)
    shutil.rmtree(PRIVATE, ignore_errors=True)


def main() -> None:
    """Do what the command line asks."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("do", choices=("browser", "start", "stop"))
    wanted = parser.parse_args().do
    if wanted == "browser":
        browser()
    else:
        {"start": start, "stop": stop}[wanted]()


if __name__ == "__main__":
    main()
