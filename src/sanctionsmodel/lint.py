"""Lint: everything wrong or doubtful in law files and their cases, at once, each with file, line, field and remedy.

An *error* makes an answer wrong or the files unreadable; a *warning* is a doubt that a person should look at. Lists are
checked code by code, those of a CSV file at its row, whether or not a measure uses them.

>>> [str(one) for one in lint_texts({"us/x.yaml": "issuer: us\\nmeasures: []\\nlists: {a: {codes: ['7601']}}"})]
['error: us/x.yaml:3: lists.a: has no citation; write cite: SOURCE and the place in it [law]']
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any, Literal, NamedTuple

from sanctionsmodel._lawfile import LawReader
from sanctionsmodel._lint_law import law_remarks
from sanctionsmodel._lint_lists import list_remarks
from sanctionsmodel._lists import LawFile
from sanctionsmodel._remarks import Remark, remark
from sanctionsmodel._yaml import read_yaml
from sanctionsmodel.cases import Case, read_cases
