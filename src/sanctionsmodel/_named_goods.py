"""Groups of goods with a name: machine tools, microelectronics, the Common High Priority list and its tiers.

Public names of this module are found in [trade][sanctionsmodel.trade].
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from functools import cache

from sanctionsmodel._data import read_json
from sanctionsmodel._nomenclature import LENGTHS, codes_between, goods_code
from sanctionsmodel.errors import FactError, nearest, shown


@cache
def named_goods() -> dict[str, tuple[str, ...]]:
    """Return the codes of each named group, by its name in small letters."""
    return {name.lower(): tuple(codes) for name, codes in read_json("trade/named_goods.json").items()}


def codes_in(word: str) -> tuple[str, ...]:
    """Return the codes of a range of the HS such as ``"8456-8466"``, or one code; a national one has up to ten digits.

    >>> codes_in("8456-8457"), codes_in("8541 10 00")
    (('8456', '8457'), ('85411000',))
    """
    first, dash, last = (part.strip() for part in word.partition("-"))
    if dash:
        return codes_between(first, last or first)
    return (goods_code(first, "cn" if sum(sign.isdigit() for sign in first) > LENGTHS["hs"][-1] else "hs"),)


def goods_codes(goods: str | Iterable[str]) -> tuple[str, ...]:
    """Return HS codes: of a list, of text such as ``"8456-8466; 8541"``, or of a named group of goods.

    National codes of eight or ten digits are taken too, for tables that have such.
    Named are ``machine tools`` (8456 to 8466), ``microelectronics`` (8541 and 8542) and the Common High Priority list,
    ``chpl``, with its tiers ``chpl/1`` to ``chpl/4.B``.

    >>> goods_codes("microelectronics"), len(goods_codes("chpl")), goods_codes("chpl/1")[0]
    (('8541', '8542'), 50, '854231')
    """
    named = named_goods()
    found: list[str] = []
    for one in goods.split(";") if isinstance(goods, str) else goods:
        word = one.strip()
        if word.lower() in named:
            found += named[word.lower()]
        elif word.upper() == "TOTAL":
            found.append("TOTAL")
        elif word[:1].isdigit():
            found += codes_in(word)
        elif word:
            raise FactError(f"hs: {shown(word)} is no code and no named group of goods{nearest(word, named)}")
    return tuple(dict.fromkeys(found))


def code_words(codes: Sequence[str]) -> str:
    """Print codes shortly, a run of headings as a range."""
    runs: list[list[str]] = []
    for one in codes:
        if runs and one.isdigit() and len(one) == len(runs[-1][-1]) and int(one) == int(runs[-1][-1]) + 1:
            runs[-1].append(one)
        else:
            runs.append([one])
    words = [run[0] if len(run) == 1 else f"{run[0]}-{run[-1]}" for run in runs]
    return "; ".join(words) if len(words) <= 6 else f"{'; '.join(words[:5])} and {len(words) - 5} more"
