"""The files around the code: locks, container set-up and settings agree with one another."""

from __future__ import annotations

import os
import re
import shlex
import subprocess
import sys
from pathlib import Path

import pytest
import yaml

from servicedesk.schedule import SCHEDULE

pytestmark = pytest.mark.once

ROOT = Path(__file__).resolve().parents[2]
LOCKS = sorted((ROOT / "requirements").glob("*.txt"))
COMPOSE = yaml.safe_load((ROOT / "docker-compose.yml").read_text())
DOCKERFILE = (ROOT / "Dockerfile").read_text()
SETTINGS = (ROOT / "servicedesk" / "settings.py").read_text()
OURS = {name: service for name, service in COMPOSE["services"].items() if service.get("image") == "service-desk"}


def asked_for(name: str) -> list[str]:
    lines = (ROOT / "requirements" / f"{name}.in").read_text().splitlines()
    return [re.split(r"[\[~<>=]", line)[0].strip() for line in lines if line and line[0] not in "#-"]


def variables_of_settings() -> set[str]:
    return set(re.findall(r'env\.\w+\(\s*"([A-Z_]+)"', SETTINGS))


@pytest.mark.parametrize("lock", [*LOCKS, ROOT / "package-lock.json"], ids=lambda path: path.name)
def test_a_lock_names_no_host(lock):
    text = re.sub(r'"funding": \{[^}]*\}|"url": "[^"]*"', "", lock.read_text())
    assert not re.findall(r"https?://\S+|--index-url|--find-links|\"resolved\"", text)


@pytest.mark.parametrize("lock", LOCKS, ids=lambda path: path.name)
def test_every_locked_package_has_a_hash(lock):
    for block in re.split(r"\n(?=[a-z])", re.sub(r"^\s*#.*\n", "", lock.read_text(), flags=re.MULTILINE)):
        assert "--hash=sha256:" in block, block


def test_the_development_lock_contains_the_products_versions():
    def pins(name: str) -> set[str]:
        return set(re.findall(r"^([a-z0-9.-]+==\S+)", (ROOT / "requirements" / f"{name}.txt").read_text(), re.MULTILINE))

    assert pins("base") <= pins("dev")


@pytest.mark.parametrize("lock", ["base", "dev", "node"])
def test_every_package_asked_for_has_its_reason(lock):
    reasons = (ROOT / "docs" / "dependencies.md").read_text()
    for package in asked_for(lock):
        known = package if not package.startswith("types-") else "types-*"
        assert re.search(rf"(?<![\w-]){re.escape(known)}(?![\w-])", reasons), f"{package} has no reason in docs/dependencies.md"


def test_every_front_end_package_has_its_reason():
    reasons = (ROOT / "docs" / "dependencies.md").read_text()
    package = yaml.safe_load((ROOT / "package.json").read_text())
    for name in {**package["dependencies"], **package["devDependencies"]}:
        assert f"| {name} |" in reasons


def test_every_variable_is_documented():
    documented = set(re.findall(r"`([A-Z_]+)`", (ROOT / "docs" / "settings.md").read_text()))
    assert variables_of_settings() <= documented
    assert documented <= variables_of_settings() | {"HOST", "PORT", "WEB_WORKERS", "INFO", "WARNING"}, "documented but unknown"


def test_a_variable_that_is_set_but_empty_is_not_set(tmp_path):
    empty = {**dict.fromkeys(variables_of_settings(), ""), "DATA_DIR": str(tmp_path), "DJANGO_SETTINGS_MODULE": "servicedesk.settings"}
    told = "from django.conf import settings as s; print(s.DATABASES['default']['ENGINE'], s.REDIS_URL == '', s.DEFAULT_FROM_EMAIL)"
    done = subprocess.run([sys.executable, "-c", told], env={**os.environ, **empty}, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.stdout == "django.db.backends.sqlite3 True Pledge Desk <desk@localhost>\n", done.stderr


# --- Containers: no engine runs here, so their files are read ---------------------------------


def test_the_services_are_those_the_product_needs():
    assert set(COMPOSE["services"]) == {"db", "redis", "migrate", "web", "worker", "worker-sla", "worker-webhooks", "beat", "mail"}
    assert set(OURS) == {"migrate", "web", "worker", "worker-sla", "worker-webhooks", "beat"}


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_service_gets_only_variables_that_settings_read(name):
    assert set(OURS[name]["environment"]) <= variables_of_settings()


@pytest.mark.parametrize("name", sorted(OURS))
def test_a_service_of_ours_finds_database_redis_and_mail_by_their_names(name):
    given = OURS[name]["environment"]
    assert "@db:5432/" in given["DATABASE_URL"]
    assert given["REDIS_URL"].startswith("redis://redis:")
    assert "smtp://mail:1025" in given["EMAIL_URL"]


@pytest.mark.parametrize("name", sorted(set(OURS) - {"migrate"}))
def test_a_process_waits_for_database_redis_and_migrations(name):
    waits = {service: how["condition"] for service, how in OURS[name]["depends_on"].items()}
    assert waits == {"db": "service_healthy", "redis": "service_healthy", "migrate": "service_completed_successfully"}


def test_everything_that_serves_is_watched():
    for name in ("db", "redis", "mail", "worker", "worker-sla", "worker-webhooks"):
        assert COMPOSE["services"][name]["healthcheck"]["test"], name
    assert "HEALTHCHECK" in DOCKERFILE
    assert "/healthz" in DOCKERFILE


def test_volumes_are_declared_and_used():
    used = {mount.split(":")[0] for service in COMPOSE["services"].values() for mount in service.get("volumes", [])}
    assert used == set(COMPOSE["volumes"])


def queues(command: list[str]) -> set[str]:
    return set(command[command.index("--queues") + 1].split(","))


def test_every_queue_has_a_worker_and_promises_have_their_own():
    scheduled = {entry["options"]["queue"] for entry in SCHEDULE.values()}
    worker, promises, webhooks = (queues(OURS[name]["command"]) for name in ("worker", "worker-sla", "worker-webhooks"))
    assert (promises, webhooks) == ({"sla"}, {"webhooks"})
    assert worker | promises | webhooks >= scheduled | {"celery"}
    assert not worker & (promises | webhooks)


def test_the_embedded_worker_takes_every_queue():
    from servicedesk.management.commands.up import commands

    assert queues(commands("127.0.0.1", 8000)["worker"]) == queues(OURS["worker"]["command"]) | {"sla", "webhooks"}


@pytest.mark.parametrize("name", ["worker", "worker-sla", "worker-webhooks", "beat"])
def test_celery_accepts_the_command_line(name):
    from celery.bin.celery import celery as main

    words = OURS[name]["command"]
    assert words[0] == "celery"
    command = main.commands[words[3]]
    context = command.make_context(words[3], words[4:], resilient_parsing=True)
    assert context.params["loglevel"] in {"info", "INFO", 20}


def test_gunicorn_accepts_the_images_command_line(monkeypatch):
    from gunicorn.app.wsgiapp import WSGIApplication

    words = yaml.safe_load(re.search(r"^CMD (.*)$", DOCKERFILE, re.MULTILINE)[1])
    assert words[0] == "gunicorn"
    monkeypatch.setattr("sys.argv", words)
    config = WSGIApplication().cfg
    assert (config.workers, config.threads, config.address) == (2, 8, [("0.0.0.0", 8000)])


def test_migrate_is_a_command_of_ours():
    assert OURS["migrate"]["command"][:3] == ["python", "manage.py", "migrate"]


def test_the_image_is_built_in_stages_and_runs_as_nobody_special():
    stages = re.findall(r"^FROM (\S+)(?: AS (\w+))?", DOCKERFILE, re.MULTILINE)
    assert [name for _image, name in stages] == ["assets", "packages", ""]
    last = DOCKERFILE.split("FROM ")[-1]
    user = re.search(r"^USER (\w+)$", last, re.MULTILINE)
    assert user
    assert user[1] != "root"
    assert last.index("USER ") < last.index('CMD ["gunicorn')


def test_the_image_is_made_of_files_that_exist():
    for line in re.findall(r"^COPY (?!--from)(.*)$", DOCKERFILE, re.MULTILINE):
        for source in [word for word in shlex.split(line) if not word.startswith("--")][:-1]:
            assert (ROOT / source).exists(), source


def test_the_image_sets_only_variables_that_settings_read():
    block = re.search(r"^ENV (.*?)\n(?=[A-Z])", DOCKERFILE, re.MULTILINE | re.DOTALL)[1]
    names = set(re.findall(r"([A-Z_]+)=", block)) - {"PATH"}
    assert names - {"PYTHONDONTWRITEBYTECODE", "PYTHONUNBUFFERED"} <= variables_of_settings()


@pytest.mark.slow
def test_static_files_can_be_collected_and_hashed(tmp_path, settings):
    """A map file that a style sheet names and nobody ships would stop the image from being built."""
    from django.core.management import call_command

    settings.STATIC_ROOT = tmp_path
    settings.STORAGES = {"staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.ManifestStaticFilesStorage"}}
    call_command("collectstatic", interactive=False, verbosity=0)
    manifest = (tmp_path / "staticfiles.json").read_text()
    for name in ("ui/app.css", "ui/app.js", "ui/charts.js", "css/desk.css"):
        assert f'"{name}"' in manifest
