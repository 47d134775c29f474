"""Whether a value that was read from a file is what a dataclass of ours would hold. Pure; it names places, no words."""

from __future__ import annotations

import types
from collections.abc import Mapping
from dataclasses import MISSING, fields, is_dataclass
from functools import cache
from typing import Any, Literal, Union, get_args, get_origin, get_type_hints


class NotReadable(ValueError):
    """`says`: what is wrong with the file, and where; never what stands there."""

    def __init__(self, says: str) -> None:
        super().__init__("not readable")
        self.says = says


def fits(value: Any, kind: Any, where: str) -> None:
    """`kind`: a dataclass, or what a field of one is declared as. Unknown keys may stand there. Raises NotReadable."""
    origin, inner = get_origin(kind), get_args(kind)
    if is_dataclass(kind):
        _fits_dataclass(value, kind, where)
    elif origin in (Union, types.UnionType):
        _fits_one(value, inner, where)
    elif origin is tuple:
        _each(value, inner, where)
    elif origin in (dict, Mapping):
        _must(isinstance(value, dict), where)
        for key, one in value.items():
            fits(one, inner[1], f"{where}, {key if key.isdigit() else 'one of its parts'}")
    elif origin is Literal:
        _must(value in inner and type(value) in {type(one) for one in inner}, where)
    elif kind is float:
        _must(isinstance(value, (int, float)) and not isinstance(value, bool), where)
    elif kind is not Any:
        _must(isinstance(value, kind) and (kind is bool or not isinstance(value, bool)), where)


def _fits_dataclass(value: Any, kind: Any, where: str) -> None:
    _must(isinstance(value, dict), where)
    for name, (declared, needed) in _fields_of(kind).items():
        if name in value:
            fits(value[name], declared, f"{where}, {name}")
        elif needed:
            raise NotReadable(f"{where}: its {name} is missing.")


def _fits_one(value: Any, kinds: tuple[Any, ...], where: str) -> None:
    for kind in kinds:
        try:
            return fits(value, kind, where)
        except NotReadable as wrong:
            last = wrong
    raise last


def _each(value: Any, inner: tuple[Any, ...], where: str) -> None:
    _must(isinstance(value, (list, tuple)), where)
    for n, one in enumerate(value):
        fits(one, inner[0] if inner[-1] is Ellipsis else inner[n % len(inner)], f"{where} {n + 1}")


def _must(right: bool, where: str) -> None:
    if not right:
        raise NotReadable(f"{where}: that is not what stands there in a file of Afterword.")


@cache
def _fields_of(kind: Any) -> dict[str, tuple[Any, bool]]:
    declared = get_type_hints(kind)
    return {
        f.name: (declared[f.name], f.default is MISSING and f.default_factory is MISSING)
        for f in fields(kind)
        if f.init
    }
