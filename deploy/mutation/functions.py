"""Mutants of the functions: a condition turned round, a bound moved by one, a rule that never refuses.

The changed function is compiled from its module's source, and its code put into the function that is there: whoever
imported it has the mutant. What a refusal says is left alone.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Callable, Iterator
from functools import cache, cached_property, partial
from pathlib import Path
from types import CodeType, FunctionType
from typing import Any

from deploy.mutation.declarations import LAW
from deploy.mutation.mutant import Mutant

Function = ast.FunctionDef
Change = Callable[[], None]

_COMPARED: dict[type[ast.cmpop], type[ast.cmpop]] = {
    ast.Lt: ast.LtE, ast.LtE: ast.Lt, ast.Gt: ast.GtE, ast.GtE: ast.Gt, ast.Eq: ast.NotEq, ast.NotEq: ast.Eq,
    ast.In: ast.NotIn, ast.NotIn: ast.In, ast.Is: ast.IsNot, ast.IsNot: ast.Is,
}  # fmt: skip
_SIGNS: dict[type[ast.cmpop], str] = {
    ast.Lt: "<", ast.LtE: "<=", ast.Gt: ">", ast.GtE: ">=", ast.Eq: "==", ast.NotEq: "!=", ast.In: "in",
    ast.NotIn: "not in", ast.Is: "is", ast.IsNot: "is not",
}  # fmt: skip


_JUDGES_NOTHING = (f"{LAW}.options", f"{LAW}.pack_explained", f"{LAW}.pack_lines")
"""What offers values and explains the pack; no act is judged by it."""


def functions() -> Iterator[Mutant]:
    """Every mutant of every function of the law."""
    for name in sorted(one for one in sys.modules if one.startswith(f"{LAW}.") and one not in _JUDGES_NOTHING):
        file = sys.modules[name].__file__
        if file is None:
            continue
        for path, function in _functions(_tree(file)):
            if _code_of(sys.modules[name], path) is None:
                continue
            for number, (line, what, _) in enumerate(sites(function)):
                change = _applying(name, path, number)
                yield Mutant(name, path, what, change, frozenset({f"{name}:{path}"}), line)


def _applying(module: str, path: str, number: int) -> Change:
    def apply() -> None:
        file = sys.modules[module].__file__
        assert file is not None  # noqa: S101 (its source was read before)
        tree = ast.parse(Path(file).read_text(encoding="utf-8"))
        function = dict(_functions(tree))[path]
        list(sites(function))[number][2]()
        code = _compiled(compile(ast.fix_missing_locations(tree), file, "exec"), path)
        target = _code_of(sys.modules[module], path)
        if target is None or code is None:
            raise LookupError(path)
        target.__code__ = code

    return apply


@cache
def _tree(file: str) -> ast.Module:
    return ast.parse(Path(file).read_text(encoding="utf-8"))


def _functions(tree: ast.Module) -> Iterator[tuple[str, Function]]:
    """The functions of a module and the methods of its classes, by their names."""
    for one in tree.body:
        if isinstance(one, Function):
            yield one.name, one
        elif isinstance(one, ast.ClassDef):
            yield from ((f"{one.name}.{part.name}", part) for part in one.body if isinstance(part, Function))


def _code_of(module: Any, path: str) -> FunctionType | None:
    """The function that a name stands for, out of what is wrapped round it; None where its code cannot be changed."""
    owner: Any = module
    *classes, name = path.split(".")
    for one in classes:
        owner = getattr(owner, one, None)
    found: Any = vars(owner).get(name) if owner is not None else None
    match found:
        case property():
            found = found.fget
        case cached_property():
            found = found.func
        case staticmethod() | classmethod():
            found = found.__func__
    found = getattr(found, "__wrapped__", found)
    return found if isinstance(found, FunctionType) and not found.__code__.co_freevars else None


def _compiled(code: CodeType, path: str) -> CodeType | None:
    for one in code.co_consts:
        if isinstance(one, CodeType):
            if one.co_qualname == path:
                return one
            if path.startswith(f"{one.co_qualname}.") and (found := _compiled(one, path)) is not None:
                return found
    return None


# --- what can be changed ----------------------------------------------------------------------------------------------


def sites(function: Function) -> Iterator[tuple[int, str, Change]]:
    """Line, words and change of everything that can be changed in a function, always in the same order."""
    if _is_rule(function):
        yield function.lineno, "never refuses", partial(_never, function)
    for node in _judging(function):
        match node:
            case ast.Compare(ops=[operator]):
                other = _COMPARED[type(operator)]
                said = f"{_SIGNS[type(operator)]} is {_SIGNS[other]}"
                yield node.lineno, f"{said} in {ast.unparse(node)[:60]}", partial(_compare, node, other)
            case ast.BoolOp(op=operator):
                other_operator = ast.Or if isinstance(operator, ast.And) else ast.And
                said = "and is or" if isinstance(operator, ast.And) else "or is and"
                yield node.lineno, f"{said} in {ast.unparse(node)[:60]}", partial(_join, node, other_operator)
            case ast.If(test=test) | ast.IfExp(test=test) if not isinstance(test, ast.Compare | ast.BoolOp):
                yield node.lineno, f"not ({ast.unparse(test)[:60]})", partial(_negate, node)
            case ast.Constant(value=int(number)) if not isinstance(number, bool):
                yield node.lineno, f"{number} is {number + 1}", partial(_more, node)


def _is_rule(function: Function) -> bool:
    return function.returns is not None and "Refusal" in ast.unparse(function.returns)


def _never(function: Function) -> None:
    empty = ast.List([], ast.Load()) if "list" in ast.unparse(function.returns or ast.Constant("")) else None
    function.body = [ast.Return(empty or ast.Constant(None))]


def _compare(node: ast.Compare, other: type[ast.cmpop]) -> None:
    node.ops = [other()]


def _join(node: ast.BoolOp, other: type[ast.boolop]) -> None:
    node.op = other()


def _negate(node: ast.If | ast.IfExp) -> None:
    node.test = ast.UnaryOp(ast.Not(), node.test)


def _more(node: ast.Constant) -> None:
    assert isinstance(node.value, int)  # noqa: S101 (only such are changed)
    node.value += 1


def _judging(node: ast.AST) -> Iterator[ast.AST]:
    """The parts of a function that decide something: no annotations, no texts, nothing that a refusal says."""
    for name, part in ast.iter_fields(node):
        if name in ("annotation", "returns", "decorator_list", "args") and isinstance(node, Function | ast.AnnAssign):
            continue
        for one in part if isinstance(part, list) else (part,):
            if isinstance(one, ast.AST) and not _is_said(one):
                yield one
                yield from _judging(one)


def _is_said(node: ast.AST) -> bool:
    if isinstance(node, ast.JoinedStr | ast.Assert | ast.Raise):
        return True
    return isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in ("refuse", "_absent")
