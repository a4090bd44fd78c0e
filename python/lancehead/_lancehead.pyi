"""The extension module (crates/python)."""

from collections.abc import Callable
from types import CodeType
from typing import Any, Concatenate, Literal, ParamSpec, Protocol, Self, TypedDict, TypeVar, overload, type_check_only

__all__ = [
    "about",
    "builtins_table",
    "cache_clear",
    "cache_info",
    "call_bare",
    "dump",
    "explain",
    "guard_code",
    "jit",
    "keep_for_report",
    "regions",
    "run_code",
    "stats",
    "switch_guards",
    "testing",
    "testing_bugs",
    "testing_counters",
    "testing_crash",
    "testing_llvm",
    "testing_panic",
    "treating_get_code",
    "verdict_codes",
    "verdict_page",
]

_P = ParamSpec("_P")
_Rest = ParamSpec("_Rest")
_R_co = TypeVar("_R_co", covariant=True)

_Kind = Literal["hir", "ir", "llvm", "asm"]

@type_check_only
class _Jitted(Protocol[_P, _R_co]):
    """What `jit` returns: called, bound and inspected as the function it was made from."""

    __name__: str
    __qualname__: str
    __module__: str
    __doc__: str | None

    def __call__(self, *args: _P.args, **kwargs: _P.kwargs) -> _R_co: ...
    @overload
    def __get__(self, instance: None, owner: type | None = None, /) -> Self: ...
    @overload
    def __get__(
        self: _Jitted[Concatenate[Any, _Rest], _R_co], instance: object, owner: type | None = None, /
    ) -> Callable[_Rest, _R_co]: ...
    def explain(self) -> str: ...
    def dump(self, kind: _Kind) -> str: ...

@type_check_only
class _CacheInfo(TypedDict):
    path: str
    entries: int
    bytes: int
    limit: int
    crashes: list[str]
    trouble: str | None

@type_check_only
class _Stop(TypedDict):
    file: str
    line: int
    end_line: int
    column: int
    end_column: int
    times: int | None
    goes_on: bool
    reason: str
    verdict: str | None

@type_check_only
class _Callee(TypedDict):
    file: str
    line: int
    function: str

@type_check_only
class _Region(TypedDict):
    file: str
    line: int
    end_line: int
    function: str
    types: str
    compiled: bool
    seconds: float | None
    entered: int
    left: int
    called_out: int
    compile_seconds: float
    compiled_beside: bool
    verdict: str | None
    stops: list[_Stop]
    functions: list[_Callee]

def guard_code(code: CodeType, off: list[tuple[int, int]] = ...) -> CodeType: ...
def switch_guards(on: bool) -> None: ...
def call_bare(callable: Callable[..., Any], args: tuple[Any, ...]) -> BaseException | None: ...
def run_code(code: CodeType, namespace: dict[str, Any]) -> BaseException | None: ...
def treating_get_code(get_code: Callable[..., Any], treated: Callable[[str, str, CodeType], CodeType]) -> Any: ...
def keep_for_report() -> None: ...
def regions() -> list[_Region]: ...
def jit(func: Callable[_P, _R_co], fastmath: bool, strict: bool) -> _Jitted[_P, _R_co]: ...
def explain(func: Callable[..., Any]) -> str: ...
def dump(func: Callable[..., Any], kind: _Kind) -> str: ...
def stats(func: Callable[..., Any]) -> dict[str, int]: ...
def cache_info() -> _CacheInfo: ...
def cache_clear() -> int: ...
def verdict_page(code: str) -> str | None: ...
def verdict_codes() -> list[str]: ...
def testing(
    *,
    deopt_every: int | None = None,
    interpret_ir: bool | None = None,
    opt: int | None = None,
    threshold: int | None = None,
    clock: int | None = None,
    lingers: int | None = None,
) -> None: ...
def testing_counters() -> dict[str, int]: ...
def testing_crash(symbol: str, kind: str) -> None: ...
def testing_llvm(text: str, opt: int = 2) -> bytes: ...
def testing_panic(name: str | None) -> None: ...
def testing_bugs() -> list[str]: ...
def about() -> dict[str, str]: ...
def builtins_table() -> list[tuple[str, str, list[str]]]: ...
