"""Groups of goods with a name: machine tools, microelectronics, the Common High Priority list and its tiers.

Public names of this module are found in [trade][sanctionsmodel.trade].
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache

from sanctionsmodel._data import read_json
from sanctionsmodel._nomenclature import codes_between
from sanctionsmodel.errors import FactError, nearest, shown


@cache
def named_goods() -> dict[str, tuple[str, ...]]:
    """Return the codes of each named group, by its name in small letters."""
    return {name.lower(): tuple(codes) for name, codes in read_json("trade/named_goods.json").items()}


def goods_codes(goods: str | Iterable[str]) -> tuple[str, ...]:
    """Return HS codes: of a list, of text such as ``"8456-8466; 8541"``, or of a named group of goods.

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
            first, _, last = word.partition("-")
            found += codes_between(first.strip(), last.strip() or first.strip())
        elif word:
            raise FactError(f"hs: {shown(word)} is no code and no named group of goods{nearest(word, named)}")
    return tuple(dict.fromkeys(found))
