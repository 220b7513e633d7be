"""Run the examples of the documentation as tests: README, docs and the docstrings of the package.

In a Markdown page,

- a ``python`` block runs, in one namespace a page; with ``>>>`` its output is compared;
- a block with ``title="some/file.yaml"`` is written to that file, in a directory of its own for each page, which starts
  with a copy of ``examples/``; where the repository has a file of that name, the block must hold the same text;
- a ``console`` block runs each line that starts with ``$`` there and compares what it prints; ``...`` stands for
  anything, and ``$ echo $?`` prints the last exit code;
- a ``yaml`` or ``json`` block without a title must at least be read without a problem;
- a ``sh`` block may only name commands that the checks of this project run themselves.
"""

from __future__ import annotations

import contextlib
import doctest
import json
import re
import shlex
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any, NamedTuple

import pytest
from sybil import Document, Example, Region, Sybil
from sybil.parsers.markdown import PythonCodeBlockParser, SkipParser
from sybil.parsers.rest import DocTestParser

ROOT = Path(__file__).parent
EXAMPLES = ROOT / "examples"
OPTIONS = doctest.ELLIPSIS

FENCE = re.compile(
    r'^```(?P<language>\w+)(?: title="(?P<title>[^"]+)")?\n(?P<source>.*?)^```$', re.MULTILINE | re.DOTALL
)

#: What a ``sh`` block may say; each of these is run by .ci/run or by the workflow.
SHELL = re.compile(
    r"git clone \S+( && cd \S+)?|cd \S+|python3 scripts/run\.py (demo|test|check)|\.ci/run|"
    r"python -m (venv \.venv|mkdocs serve)|pip install '?sanctionsmodel(\[cli\])?'?|"
    r"python scripts/\w+\.py( --check| [\w./-]+)*"
)


class Block(NamedTuple):
    """A fenced block of a page."""

    language: str
    title: str
    source: str


def blocks(document: Document) -> Iterable[Region]:
    """Find the fenced blocks that this module evaluates; plain Python is left to Sybil."""
    for match in FENCE.finditer(document.text):
        block = Block(match["language"], match["title"] or "", match["source"])
        if block.title or block.language in EVALUATORS:
            yield Region(match.start(), match.end(), block, evaluate)


def evaluate(example: Example) -> str | None:
    """Evaluate a block: write it, run it, or read it."""
    block: Block = example.parsed
    if block.title:
        return written(block)
    return EVALUATORS[block.language](block.source, example.namespace)


def written(block: Block) -> str | None:
    """Write a titled block to its file, below the directory of the page."""
    target = Path(block.title)
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_text(block.source, encoding="utf-8")
    model = ROOT / block.title
    if model.exists() and model.read_text(encoding="utf-8") != block.source:
        return f"{block.title} holds another text than this block"
    return None


# ------------------------------------------------------------------------------------------------------------- console
def console(source: str, namespace: dict[str, Any]) -> str | None:
    """Run the commands of a console block and compare what they print."""
    for command, wanted in commands(source):
        if command == "echo $?":
            found = f"{namespace.get('_exit_code', 0)}\n"
        else:
            found, namespace["_exit_code"] = run(command)
        if not doctest.OutputChecker().check_output(wanted, found, OPTIONS):
            return f"$ {command}\nexpected:\n{wanted}\nfound:\n{found}"
    return None


def commands(source: str) -> Iterator[tuple[str, str]]:
    """Split a console block into commands, each with the output that is expected."""
    for part in re.split(r"^\$ ", source, flags=re.MULTILINE)[1:]:
        command, _, wanted = part.partition("\n")
        while command.endswith("\\"):
            more, _, wanted = wanted.partition("\n")
            command = command[:-1] + more.removeprefix("> ")
        yield command, wanted


def run(command: str) -> tuple[str, int]:
    """Run one command without a shell: the command line of the package, or Python on a file of the page."""
    text, _, name = command.partition(" < ")
    words = shlex.split(text)
    if words[0] == "sanctionsmodel":
        return invoke(words[1:], Path(name).read_bytes() if name else None)
    if words[0] == "python":
        done = subprocess.run(
            [sys.executable, "-X", "utf8", *words[1:]], capture_output=True, encoding="utf-8", check=False
        )
        return done.stdout + done.stderr, done.returncode
    raise ValueError(f"a console block cannot run {words[0]!r}")


def invoke(words: list[str], given: bytes | None = None) -> tuple[str, int]:
    """Run the command line in this process."""
    from typer.testing import CliRunner

    from sanctionsmodel.cli import app

    done = CliRunner().invoke(app, words, input=given, prog_name="sanctionsmodel")
    if done.exception and not isinstance(done.exception, SystemExit):
        raise done.exception
    return done.output, done.exit_code


# -------------------------------------------------------------------------------------------------------------- others
def shell(source: str, _: dict[str, Any]) -> str | None:
    """Refuse a command that nothing runs."""
    lines = [line for line in source.splitlines() if line and not line.startswith("#")]
    unknown = [line for line in lines if not SHELL.fullmatch(line.partition("  #")[0].strip())]
    return f"no check runs {unknown[0]!r}; see SHELL in conftest.py" if unknown else None


def readable_yaml(source: str, _: dict[str, Any]) -> str | None:
    """Read YAML as law files are read."""
    from sanctionsmodel._yaml import read_yaml

    return "\n".join(map(str, read_yaml(source, "block").problems)) or None


def readable_json(source: str, _: dict[str, Any]) -> str | None:
    """Read JSON."""
    json.loads(source)
    return None


EVALUATORS = {"console": console, "sh": shell, "yaml": readable_yaml, "json": readable_json}


# -------------------------------------------------------------------------------------------------------------- pytest
_directories: dict[Path, Path] = {}


@pytest.fixture
def in_own_directory(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Work in the directory that belongs to the page."""
    page = request.node.path
    if page not in _directories:
        _directories[page] = tmp_path_factory.mktemp(page.stem)
        shutil.copytree(EXAMPLES, _directories[page] / EXAMPLES.name)
    with contextlib.chdir(_directories[page]):
        yield


pytest_collect_file = (
    Sybil(
        parsers=[blocks, PythonCodeBlockParser(doctest_optionflags=OPTIONS), SkipParser()],
        patterns=["*.md"],
        fixtures=["in_own_directory"],
    )
    + Sybil(parsers=[DocTestParser(optionflags=OPTIONS)], patterns=["src/*.py", "src/**/*.py"])
).pytest()
