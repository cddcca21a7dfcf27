"""A file of proofs is checked by a command and by a program of one file, without database, settings or portal."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from click.testing import CliRunner
from files_changed import ONE, File, published
from looked import Looked

from portal.audit import seals
from portal.cli import cli
from portal.keys import Keyring

HOUSE = Path(__file__).resolve().parents[3]
SCRIPT = HOUSE / "docs" / "verify_access.py"


def written(folder: Path, name: str, file: Any) -> str:
    """A file on the disk."""
    path = folder / name
    path.write_text(file if isinstance(file, str) else json.dumps(file, ensure_ascii=False), "utf-8")
    return str(path)


def test_the_command_says_that_all_holds_and_which_key_to_compare(seen: Looked, file: File, tmp_path: Path) -> None:
    roots = written(tmp_path, "roots.json", published(seen))
    key = file["key"]["ed25519"]
    command = ["audit", "verify", written(tmp_path, "mine.json", file), "--key", key, "--roots", roots]
    said = CliRunner().invoke(cli, command)
    assert said.exit_code == 0, said.output
    first, second = said.output.splitlines()
    assert first == "4 records, 2 batches: all proofs hold"
    assert second.startswith(f"key {seals.fingerprint(seals.public_key(seen.keys))}: compare")


def test_the_command_names_each_wrong_record(seen: Looked, file: File, tmp_path: Path) -> None:
    file["records"][0]["reader"] = file["records"][2]["reader"] = "nobody"
    said = CliRunner().invoke(cli, ["audit", "verify", written(tmp_path, "mine.json", file)])
    assert said.exit_code == 1
    lines = said.output.splitlines()
    assert [line.split()[1] for line in lines[:2]] == [file["records"][0]["id"], file["records"][2]["id"]]
    assert lines[2] == "4 records, 2 batches: 2 records are wrong"


def test_the_command_says_how_many_wait(seen: Looked, file: File, tmp_path: Path) -> None:
    seen.times(1)
    said = CliRunner().invoke(cli, ["audit", "verify", written(tmp_path, "mine.json", seen.file())])
    assert said.exit_code == 0
    assert "1 records wait for their batch" in said.output


NONSENSE = {
    "nothing": "", "a letter": "x", "a list": "[]", "no field": "{}", "no text": "\udcff", "too deep": "[" * 100_000,
    "cut": '"' + "9" * 50_000,
}  # fmt: skip


@pytest.mark.parametrize("content", NONSENSE.values(), ids=NONSENSE)
def test_the_command_refuses_what_is_no_such_file_in_words(tmp_path: Path, content: str) -> None:
    path = tmp_path / "mine.json"
    path.write_bytes(content.encode("utf-8", "surrogateescape"))
    said = CliRunner().invoke(cli, ["audit", "verify", str(path)])
    assert said.exit_code == 1
    assert said.output.startswith("Error: ")
    assert "Traceback" not in said.output


def test_neither_a_database_nor_settings_are_needed(file: File, tmp_path: Path) -> None:
    command = [sys.executable, "-m", "portal", "audit", "verify", written(tmp_path, "mine.json", file)]
    bare = {"PATH": os.environ["PATH"], "PYTHONPATH": str(HOUSE)}
    said = subprocess.run(command, cwd=tmp_path, env=bare, capture_output=True, text=True, check=False)
    assert said.returncode == 0, said.stderr
    assert "all proofs hold" in said.stdout
    assert list(tmp_path.iterdir()) == [tmp_path / "mine.json"], "it leaves nothing behind"


def alone(*arguments: str) -> subprocess.CompletedProcess[str]:
    """What the program of one file says, which knows nothing of the portal."""
    bare = {"PATH": os.environ["PATH"]}
    command = [sys.executable, str(SCRIPT), *arguments]
    return subprocess.run(command, cwd="/", env=bare, capture_output=True, text=True, check=False)


def test_a_program_of_one_file_comes_to_the_same_verdict(seen: Looked, file: File, tmp_path: Path) -> None:
    assert "import portal" not in SCRIPT.read_text("utf-8")
    roots = written(tmp_path, "roots.json", published(seen))
    good = alone(written(tmp_path, "good.json", file), file["key"]["ed25519"], roots)
    assert (good.returncode, good.stdout.splitlines()[0]) == (0, "4 records, 2 batches: all hold"), good.stderr
    assert seals.fingerprint(seals.public_key(seen.keys)).replace(" ", "") in good.stdout
    other = alone(written(tmp_path, "good.json", file), seals.key_shown(Keyring({"x": b"x" * 32}, "x"))["ed25519"])
    assert other.returncode == 1
    assert other.stdout.count("not signed by this key") == 4


@pytest.mark.parametrize(
    "name", ["another reader", "another place", "another digest", "a shorter path", "a longer path"]
)
def test_the_program_of_one_file_names_a_changed_record(file: File, tmp_path: Path, name: str) -> None:
    ONE[name][0](file)
    said = alone(written(tmp_path, "mine.json", file))
    assert said.returncode == 1, said.stderr
    [problem] = [line for line in said.stdout.splitlines() if line.startswith("record ")]
    assert problem.startswith(f"record {file['records'][1]['id']} does not lead to the root")


def test_what_a_forger_wrote_writes_nothing_of_its_own_on_the_terminal(file: File, tmp_path: Path) -> None:
    forged = "1\r\x1b[2K4 records, 2 batches: all hold\x1b[8m\n4 records, 2 batches: all proofs hold\u202e"
    file["records"][1]["id"] = forged
    path = written(tmp_path, "mine.json", file)
    script = subprocess.run([sys.executable, str(SCRIPT), path], capture_output=True, check=False)
    command = CliRunner().invoke(cli, ["audit", "verify", path])
    for said, end in ((script.stdout.decode(), script.returncode), (command.output, command.exit_code)):
        assert end == 1
        lines = said.split("\n")[:-1]
        assert all(line.isprintable() for line in lines), lines
        assert [line.split()[0] for line in lines] == ["record", "4", "key"]
