"""What deploys the project is well formed and says what it must; no engine builds it here."""

import os
import re
import shutil
import subprocess
import sys
from dataclasses import fields
from pathlib import Path

import pytest
from ruamel.yaml import YAML

from territoires.domain.errors import ConfigurationError
from territoires.settings import ROOT, Oidc, Settings

DEPLOY = ROOT / "deploy"
SERVED = "import dashboard; from territoires.ui.ready import modules; [*map(__import__, modules())]"
COMPOSE, CONTAINERFILE = DEPLOY / "compose.yaml", DEPLOY / "Containerfile"


@pytest.fixture(scope="module")
def services():
    return YAML(typ="safe").load(COMPOSE)["services"]


def lint(*command):
    ran = subprocess.run(command, capture_output=True, text=True, check=False)
    assert ran.returncode == 0, ran.stdout + ran.stderr


@pytest.mark.skipif(sys.platform == "win32", reason="hadolint is not published for it")
def test_the_container_file_is_well_written():
    lint(Path(sys.executable).with_name("hadolint"), CONTAINERFILE)


def test_the_compose_file_follows_the_specification():
    lint(
        *(sys.executable, "-m", "check_jsonschema"),
        *("--builtin-schema", "vendor.compose-spec", COMPOSE),
    )


def test_nothing_runs_as_root_nor_writes_where_it_should_not(services):
    assert re.findall(r"^USER (.*)$", CONTAINERFILE.read_text(encoding="utf-8"), re.MULTILINE) == [
        "10001:10001"
    ]
    assert services["database"]["user"] == "postgres"
    for service in services.values():
        assert service["read_only"] is True
        assert service["cap_drop"] == ["ALL"]
        assert service["security_opt"] == ["no-new-privileges:true"]


def test_the_database_is_made_before_anything_is_served_and_is_reached_by_nobody_else(services):
    for name in ("first", "second"):
        assert services[name]["depends_on"]["init"]["condition"] == "service_completed_successfully"
    assert services["init"]["command"][-1] == "init"
    assert "ports" not in services["database"]
    for service in services.values():
        for port in service.get("ports", []):
            assert port.startswith("127.0.0.1:"), "nginx stands in front"


def test_only_what_makes_the_tables_knows_the_owner_s_address(services):
    for name, service in services.items():
        assert ("database_url" in service["secrets"]) is (name == "init")
        for variable, value in service["environment"].items():
            secret = str(value).removeprefix("/run/secrets/")
            assert not variable.startswith("TERRITOIRES") or secret in {value, *service["secrets"]}
    assert services["backup"]["secrets"] == ["writer_url", "reader_url"]


def test_backups_are_written_to_a_volume_that_no_dashboard_has(services):
    backup = services["backup"]
    assert backup["profiles"], "it runs when it is told to"
    shell, careful, script = backup["command"]
    assert (shell, careful) == ("sh", "-ec")
    (folder,) = {mount.split(":")[1] for mount in backup["volumes"]}
    assert script.splitlines() == [
        f"python -m territoires backup --to {folder} --keep 7",
        "python -m territoires seal",
    ]
    assert f"--owner=10001 --group=10001 --mode=700 {folder}" in CONTAINERFILE.read_text("utf-8")
    for name in ("first", "second", "init"):
        assert "volumes" not in services[name]


def test_every_setting_of_a_deployment_can_be_given_to_the_containers(services):
    given = {*services["first"]["environment"], *services["init"]["environment"]}
    for item in fields(Settings):
        if item.name == "oidc":
            names = {f"TERRITOIRES_OIDC_{part.name.upper()}" for part in fields(Oidc)}
        else:
            names = {f"TERRITOIRES_{item.name.upper()}"}
        for name in names:
            assert {name, f"{name}_FILE"} & given, name


def copied():
    """List what the container file takes of this folder, and where it puts it."""
    text = CONTAINERFILE.read_text(encoding="utf-8").split("\nFROM ")[-1]
    return [line.split() for line in re.findall(r"^COPY (?!--from)(.*)$", text, re.MULTILINE)]


def test_what_is_copied_is_sent_to_the_engine():
    sent = (DEPLOY / "Containerfile.dockerignore").read_text(encoding="utf-8").splitlines()
    for source, _ in copied():
        assert f"!{source}" in sent


def test_what_is_copied_is_enough_to_make_the_database_and_to_serve(tmp_path):
    for source, target in copied():
        if (ROOT / source).is_dir():
            shutil.copytree(ROOT / source, tmp_path / target)
        else:
            place = tmp_path / target / Path(source).name
            place.parent.mkdir(exist_ok=True)
            shutil.copy(ROOT / source, place)
    url = f"sqlite:///{tmp_path / 'essai.db'}"
    for command in (["-m", "territoires", "init"], ["-c", SERVED]):
        ran = subprocess.run(
            [sys.executable, *command],
            cwd=tmp_path,
            env=os.environ | {"TERRITOIRES_DATABASE_URL": url},
            capture_output=True,
            text=True,
            check=False,
        )
        assert ran.returncode == 0, ran.stdout + ran.stderr


def test_a_secret_may_be_in_a_file(tmp_path):
    file = tmp_path / "secret"
    file.write_text("postgresql://somewhere/else\n")
    env = {"TERRITOIRES_DATABASE_URL_FILE": str(file), "TERRITOIRES_DATABASE_URL": "sqlite://"}
    assert Settings.from_env(env).database_url == "postgresql://somewhere/else"
    file.unlink()
    with pytest.raises(ConfigurationError, match="TERRITOIRES_DATABASE_URL_FILE"):
        Settings.from_env(env)


def test_how_often_one_may_ask_is_a_whole_number():
    name = "TERRITOIRES_API_PER_MINUTE"
    assert [Settings.from_env(env).api_per_minute for env in ({}, {name: ""}, {name: "6000"})] == [
        300,
        300,
        6000,
    ]
    for text in ("0", "-1", "1e3", "many", "9" * 10):
        with pytest.raises(ConfigurationError, match=name):
            Settings.from_env({name: text})


def pinned(name):
    """Read the versions of a lock file, and how many digests each has."""
    text = (ROOT / name).read_text(encoding="utf-8")
    found = re.findall(
        r"^([a-z0-9-]+)==([^ \n]+)((?:.*\\\n +--hash=sha256:[0-9a-f]{64})*)", text, re.MULTILINE
    )
    return {name: (version, digests.count("--hash")) for name, version, digests in found}


def test_what_is_deployed_has_the_versions_that_were_tried_and_a_digest_for_each():
    plain, hashed = pinned("constraints.txt"), pinned("constraints-hashed.txt")
    assert set(hashed) == {*plain, "pip"}
    assert {name: version for name, (version, _) in plain.items()} == {
        name: version for name, (version, _) in hashed.items() if name != "pip"
    }
    assert all(digests for _, digests in hashed.values())


@pytest.mark.skipif(sys.platform == "win32", reason="the image is made by a shell")
def test_the_image_compares_digests_and_holds_no_tool_of_the_tests(tmp_path):
    text = CONTAINERFILE.read_text(encoding="utf-8")
    installs = re.findall(r"pip install ((?:.|\\\n)*?)(?: \\\n &&|\n\n)", text)
    assert installs
    assert all("--require-hashes" in install for install in installs)
    for place in ("requirements.txt", "constraints-hashed.txt"):
        shutil.copy(ROOT / place, tmp_path)
    for command in re.findall(r"&& (sed .*) \\$", text, re.MULTILINE):
        subprocess.run([shutil.which("sh"), "-c", command], cwd=tmp_path, check=True)
    assert (tmp_path / "pip.txt").read_text().startswith("pip==")
    wanted = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    left_out = {line for line in wanted if line.startswith(("pytest", "-c "))}
    served = (tmp_path / "served.txt").read_text(encoding="utf-8").splitlines()
    assert left_out
    assert served == [line for line in wanted if line not in left_out]


def test_images_and_actions_are_named_by_what_they_hold(services):
    images = [*re.findall(r"^FROM (\S+)", CONTAINERFILE.read_text("utf-8"), re.MULTILINE)]
    images += [service["image"] for service in services.values() if "build" not in service]
    for image in images:
        assert image == "territoires" or re.search(r"@sha256:[0-9a-f]{64}$", image), image
    actions = re.findall(r"uses: (\S+)", (ROOT / ".github/workflows/ci.yml").read_text("utf-8"))
    assert actions
    assert all(re.search(r"@[0-9a-f]{40}$", action) for action in actions)
