"""What docker-compose.yml and the Dockerfile promise, read without an engine."""

from __future__ import annotations

import ast
import re
import subprocess
import sys
import tomllib

import pytest

from datamap.registry.load import load_register
from lumina_privacy import newkey
from lumina_privacy.lib.env import known_names
from tests.deploy import compose

GIVEN = {
    "LUMINA_ORIGIN": "https://privacy.example.org",
    "LUMINA_SMTP_URL": "smtp://mail.example.org",
    "LUMINA_MAIL_FROM": "privacy@example.org",
    "LUMINA_SECRETS": "/srv/secrets",
}
SERVICES = compose.load(GIVEN)["services"]
OURS = {name: SERVICES[name] for name in compose.PORTAL}
# Told to the image's own programs, not to our settings.
FOREIGN = {"LUMINA_PORT", "LUMINA_MAILBOX_PORT", "LUMINA_VERSION", "LUMINA_REVISION"}


def settings_source() -> str:
    """The modules that read the environment, one after the other."""
    folder = compose.ROOT / "lumina_privacy"
    return "\n".join(
        (folder / name).read_text() for name in ("settings.py", "stores.py")
    )


def required_settings() -> set[str]:
    """The variables that the settings read without a default."""
    calls = [
        node
        for node in ast.walk(ast.parse(settings_source()))
        if isinstance(node, ast.Call)
        and isinstance(node.func, ast.Name)
        and node.func.id in {"env_str", "env_secret"}
        and isinstance(node.args[0], ast.Constant)
    ]
    return {
        call.args[0].value
        for call in calls
        if isinstance(call.args[0], ast.Constant)
        and isinstance(call.args[0].value, str)
        and "default" not in {keyword.arg for keyword in call.keywords}
    }


def connections() -> set[str]:
    register = load_register(compose.ROOT / "lumina_privacy" / "register")
    return {system.connection for system in register.systems if system.connection}


@pytest.mark.parametrize("name", GIVEN)
def test_compose_stops_without_a_variable_and_names_it(name):
    given = {key: value for key, value in GIVEN.items() if key != name}
    with pytest.raises(compose.Missing, match=f"^{name}: Set {name} in .env"):
        compose.load(given)


@pytest.mark.parametrize("name", OURS)
def test_every_variable_set_is_one_that_something_reads(name):
    known = {*known_names(), *connections()}
    known |= {f"{variable}_FILE" for variable in known}
    assert set(OURS[name]["environment"]) <= known


@pytest.mark.parametrize("name", OURS)
def test_every_required_setting_is_set(name):
    environment = {**compose.image().environment, **OURS[name]["environment"]}
    set_here = {variable.removesuffix("_FILE") for variable in environment}
    assert required_settings() <= set_here
    assert required_settings() >= {"LUMINA_SIGNING_KEY", "DATABASE_URL", "REDIS_URL"}


def test_the_worker_reaches_every_system_of_the_register_and_nobody_else_does():
    assert connections() <= set(OURS["worker"]["environment"])
    for name in set(OURS) - {"worker"}:
        assert not connections() & set(OURS[name]["environment"])


@pytest.mark.parametrize("name", SERVICES)
def test_every_secret_named_is_mounted_and_every_one_mounted_is_named(name):
    service = SERVICES[name]
    words = str({key: service.get(key) for key in ("environment", "command")})
    named = set(re.findall(r"/run/secrets/([\w-]+)", words))
    mounted = set(service.get("secrets", []))
    if name == "database":  # its first start reads the roles' passwords
        script = compose.ROOT / "deploy" / "database" / "10-roles.sql"
        named |= set(re.findall(r"/run/secrets/([\w-]+)", script.read_text()))
    assert named == mounted


def test_the_owner_of_the_database_is_nobody_but_the_migration():
    holders = {n for n, s in OURS.items() if "database-owner-password" in s["secrets"]}
    assert holders == {"migrate"}
    assert {n for n, s in OURS.items() if "LUMINA_AS_OWNER" in s["environment"]} == {
        "migrate"
    }


def test_newkey_makes_every_secret_of_the_compose_file(tmp_path):
    secrets = compose.load(GIVEN)["secrets"]
    assert {s["file"] for s in secrets.values()} == {
        f"/srv/secrets/{name}" for name in newkey.MAKERS
    }
    assert set(secrets) == set(newkey.MAKERS)
    folder = tmp_path / "secrets"
    assert newkey.write(folder) == list(newkey.MAKERS)
    assert folder.stat().st_mode & 0o777 == 0o700
    kept = (folder / "signing-key").read_text()
    (folder / "ref-keys").unlink()
    assert newkey.write(folder) == ["ref-keys"]
    assert (folder / "signing-key").read_text() == kept
    values = [(folder / name).read_text() for name in newkey.MAKERS]
    assert len(set(values)) == len(values)


def test_newkey_needs_no_package(tmp_path):
    """On an empty server there is Python and nothing else."""
    script = compose.ROOT / "lumina_privacy" / "newkey.py"
    done = subprocess.run(
        [sys.executable, "-I", "-S", str(script), "--folder", str(tmp_path / "s")],
        capture_output=True,
        text=True,
        check=True,
    )
    assert "signing-key" in done.stdout


@pytest.mark.parametrize("name", SERVICES)
def test_a_container_can_do_little(name):
    service = SERVICES[name]
    assert service["read_only"] is True
    assert service["cap_drop"] == ["ALL"]
    assert service["security_opt"] == ["no-new-privileges:true"]
    assert int(service["user"].split(":")[0]) > 0
    assert set(service["deploy"]["resources"]["limits"]) == {"cpus", "memory", "pids"}
    assert service["logging"]["options"]["max-size"]
    assert "privileged" not in service
    assert any(mount.split(":")[0] == "/tmp" for mount in service["tmpfs"])  # noqa: S108


@pytest.mark.parametrize("name", SERVICES)
def test_what_runs_on_is_watched_and_started_again(name):
    service = SERVICES[name]
    if name in {"migrate", "setup"}:
        assert service["restart"] == "no"
        assert service["healthcheck"] == {"disable": True}
    else:
        assert service["restart"] == "unless-stopped"
        assert service["healthcheck"]["test"]
        assert service["stop_grace_period"]


def test_images_are_pinned_to_a_version():
    foreign = [s["image"] for s in SERVICES.values() if "build" not in s]
    for image in [*foreign, *compose.image().bases]:
        assert re.search(r":v?\d+\.\d+(\.\d+)?(-[\w.-]+)?$", image), image


def test_database_and_broker_are_reached_from_inside_only():
    networks = compose.load(GIVEN)["networks"]
    assert networks["inside"]["internal"] is True
    for name in ("database", "broker"):
        assert SERVICES[name]["networks"] == ["inside"]
        assert "ports" not in SERVICES[name]
    published = [port for s in SERVICES.values() for port in s.get("ports", [])]
    assert published
    assert all(port.startswith("127.0.0.1:") for port in published)


def test_the_database_sorts_as_the_suite_does():
    arguments = SERVICES["database"]["environment"]["POSTGRES_INITDB_ARGS"]
    assert "--locale=C.UTF-8" in arguments
    assert "--encoding=UTF8" in arguments


def test_the_databases_log_quotes_no_row():
    words = SERVICES["database"]["command"]
    assert "log_min_error_statement=panic" in words
    assert "log_error_verbosity=terse" in words


def test_keys_lie_on_a_volume_of_their_own():
    environment = compose.image().environment
    mounts = dict(mount.split(":")[:2] for mount in SERVICES["worker"]["volumes"])
    places = {place: volume for volume, place in mounts.items()}
    keys = places[environment["LUMINA_KEY_DIR"]]
    assert keys == "keys"
    assert keys != places[environment["DATA_DIR"]]
    assert keys != places[environment["LUMINA_JOURNAL_DIR"]]
    assert SERVICES["web"]["volumes"] == SERVICES["worker"]["volumes"]


def test_web_worker_and_beat_wait_for_migrations_and_set_up():
    done = {"condition": "service_completed_successfully"}
    assert SERVICES["setup"]["depends_on"]["migrate"] == done
    for name in ("web", "worker", "beat"):
        assert SERVICES[name]["depends_on"]["setup"] == done


def test_compose_waits_longer_than_the_processes_it_stops():
    from lumina_privacy import gunicorn_conf

    def seconds(name: str) -> int:
        return int(SERVICES[name]["stop_grace_period"].removesuffix("s"))

    assert seconds("web") > gunicorn_conf.graceful_timeout
    lease = SERVICES["worker"]["environment"]["LUMINA_LEASE_SECONDS"]
    assert seconds("worker") > int(lease)


def test_the_image_holds_every_app_and_nothing_of_ours_besides():
    project = tomllib.loads((compose.ROOT / "pyproject.toml").read_text())
    packages = set(project["tool"]["importlinter"]["root_packages"])
    copied = compose.image().copied
    assert copied == {*packages, "manage.py", "templates", "static"}
    ignored = (compose.ROOT / ".dockerignore").read_text().splitlines()
    let_in = {line[1:] for line in ignored if line.startswith("!")}
    assert let_in == {*copied, "requirements/production.txt"}
    assert ignored[1] == "*"


def test_the_image_is_built_from_the_lock_and_runs_as_nobody_in_particular():
    image = compose.image()
    installs = [rest for word, rest in image.instructions if "pip install" in rest]
    assert len(installs) == 1
    assert image.user == SERVICES["web"]["user"] == "10001:10001"
    assert image.command == SERVICES["web"]["command"]
    assert ["CMD", *image.healthcheck] == SERVICES["web"]["healthcheck"]["test"]


@pytest.mark.parametrize("file", ["Dockerfile", "dev/venv.sh"])
def test_only_what_the_lock_names_is_installed(file):
    """A resolver that may look further fails on the day of a newer release."""
    text = (compose.ROOT / file).read_text()
    installs = re.findall(r"pip install([^|&]*?)\s-r ", text)
    assert installs
    for options in installs:
        assert {"--no-deps", "--require-hashes"} <= set(options.split())


def test_no_secret_stands_in_what_is_committed():
    texts = [
        path.read_text()
        for path in (
            compose.COMPOSE,
            compose.DOCKERFILE,
            compose.ROOT / ".env.example",
            *(compose.ROOT / "deploy").rglob("*.*"),
        )
    ]
    for text in texts:
        # A key of a ring, a long random word, a URL with a password in it.
        assert not re.search(r"\bk\w*:[A-Za-z0-9+/]{43}=", text)
        assert not re.search(r"\b[0-9a-f]{32,}\b", text)
        assert not re.search(r"://[^\s/:@]+:[^\s/@{}$]+@", text)
    image = compose.image()
    secret = re.compile(r"KEY$|KEYS$|PASSWORD|TOKEN|SECRET")
    assert not [name for name in image.environment if secret.search(name)]
    assert not [
        rest for word, rest in image.instructions if word == "ARG" and "KEY" in rest
    ]
    source = yaml_defaults()
    assert not [name for name in source if secret.search(name)]


def yaml_defaults() -> set[str]:
    """The variables that the compose file gives a default that is not nothing."""
    return set(re.findall(r"\$\{(\w+):-[^}]+\}", compose.COMPOSE.read_text()))


def test_the_example_names_every_variable_and_gives_no_secret():
    text = (compose.ROOT / ".env.example").read_text()
    named = set(re.findall(r"^#? ?([A-Z][A-Z0-9_]*)=", text, flags=re.MULTILINE))
    assert named == compose.variables_of(compose.COMPOSE.read_text())


def test_every_setting_is_explained():
    text = (compose.ROOT / "docs" / "settings.md").read_text()
    named = set(re.findall(r"^\| `([A-Z][A-Z0-9_]*)`", text, flags=re.MULTILINE))
    read = set(re.findall(r'env_\w+\(\s*"([A-Z0-9_]+)"', settings_source()))
    assert named == read | connections()
    for variable in required_settings():
        assert re.search(rf"^\| `{variable}` \| \*\*required\*\*", text, re.MULTILINE)
    asked = compose.variables_of(compose.COMPOSE.read_text())
    assert asked - FOREIGN - {"LUMINA_SECRETS"} <= named
