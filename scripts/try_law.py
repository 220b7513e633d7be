"""Try law files while they are being written: read them in place of the built ones, and run cases.

    python scripts/try_law.py src/sanctionsmodel/data/gb/si-2019-855.yaml [--cases FILE ...]

Problems of these files are all listed; cases beside them and those named are run against the whole catalogue.
"""

from __future__ import annotations

import argparse
import sys
from collections import Counter
from pathlib import Path

from sanctionsmodel._data import DATA
from sanctionsmodel.cases import read_cases, run_cases
from sanctionsmodel.catalogue import Catalogue, read_file
from sanctionsmodel.errors import CatalogueError


def catalogue_with(paths: list[Path]) -> Catalogue:
    """Return the built catalogue with these files in place of those of the same name."""
    mine = [read_file(path, DATA) for path in paths]
    names = {file.tree.name for file in mine}
    others = [file for file in Catalogue.bundled().files() if file.tree.name not in names]
    return Catalogue.read(sorted([*others, *mine], key=lambda file: file.tree.name))


def main() -> int:
    """Read, run, print what differs."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("files", nargs="+", type=Path)
    parser.add_argument("--cases", nargs="*", type=Path, default=[])
    given = parser.parse_args()
    paths = [path.resolve() for path in given.files]
    beside = [path.with_suffix(".cases.yaml") for path in paths]
    try:
        catalogue = catalogue_with(paths)
        cases = [case for path in [*beside, *given.cases] if path.exists() for case in read_cases(path)]
    except CatalogueError as error:
        print(error)
        return 2
    known = {case.measure for case in cases} & set(catalogue.ids)
    outcomes: Counter[str] = Counter()
    for result in run_cases(cases, catalogue):
        outcomes[result.outcome] += 1
        if result.outcome == "failed":
            print(result.case.id, result.case.measure, *result.differences, sep="\n    ")
    print(f"{len(known)} measures asked,", dict(outcomes))
    return 1 if outcomes["failed"] else 0


if __name__ == "__main__":
    sys.exit(main())
