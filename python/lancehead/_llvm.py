"""LLVM, as the PyPI package llvmlite carries it: IR text in, a relocatable object or assembly out.

The only module that imports llvmlite; it is itself imported on a cache miss only (the import costs 31 ms). One IR text serves every
llvmlite from 0.45 on (LLVM 20 to 22); what differs between them is found by asking (`hasattr`), never by version number.

The bits are the caller's: without fast-math flags in the text LLVM neither reassociates nor contracts, and calls to functions
under our own names stay calls. It must not know Python values, types or regions.
"""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any, TypeVar

_Output = TypeVar("_Output", str, bytes)

OLDEST = (0, 45)

_INSTALL = 'python -m pip install --upgrade "llvmlite>={}.{}"'.format(*OLDEST)

try:
    import llvmlite
    import llvmlite.binding as llvm
except ImportError as missing:
    raise ImportError(
        "Lancehead compiles with LLVM from the package llvmlite, which cannot be imported here "
        f"({missing}). Code that is already in the cache runs without it; to compile new code: {_INSTALL}"
    ) from missing


def _release(version: str) -> tuple[int, ...]:
    """The leading numbers of a version: (0, 46, 0) for "0.46.0rc1"."""
    return tuple(int(number) for number in re.findall(r"\d+", version)[:3])


if _release(llvmlite.__version__)[:2] < OLDEST:
    raise ImportError(
        f"Lancehead needs llvmlite {OLDEST[0]}.{OLDEST[1]} or newer, and found {llvmlite.__version__}, which has an older "
        f"LLVM. Code that is already in the cache runs without it; to compile new code: {_INSTALL} (a Numba that pins "
        "the older one needs a newer release too, or an environment of its own)"
    )


class CompileError(Exception):
    """LLVM refused the module: a bug of ours, never of the user's program. `text` is the IR."""

    def __init__(self, message: str, text: str) -> None:
        super().__init__(message)
        self.text = text


def compile_ir(
    text: str,
    *,
    kernels: str = "",
    opt: int = 2,
    cpu: str | None = None,
    features: str | None = None,
    fastmath: bool = False,
) -> bytes:
    """The relocatable object of an IR text, for this machine unless `cpu` and `features` say otherwise.

    `kernels` is another text, of functions that the first one calls: the loops that LLVM's more expensive passes gain something in.
    """
    return _compile(text, kernels, opt, cpu, features, fastmath, lambda machine, module: bytes(machine.emit_object(module)))


def compile_asm(
    text: str,
    *,
    kernels: str = "",
    opt: int = 2,
    cpu: str | None = None,
    features: str | None = None,
    fastmath: bool = False,
) -> str:
    """The same code as `compile_ir`, to be read."""
    return _compile(text, kernels, opt, cpu, features, fastmath, lambda machine, module: str(machine.emit_assembly(module)))


@functools.cache
def host() -> tuple[str, str, str]:
    """(triple, cpu, features) that this llvmlite sees; features are its own words, for no other llvmlite."""
    _initialize()
    return (
        llvm.get_process_triple(),
        llvm.get_host_cpu_name(),
        llvm.get_host_cpu_features().flatten(),
    )


def version() -> str:
    """For `doctor` and for the header of a cache entry."""
    return "llvmlite {}, LLVM {}".format(llvmlite.__version__, ".".join(map(str, llvm.llvm_version_info)))


def _compile(
    text: str,
    kernels: str,
    opt: int,
    cpu: str | None,
    features: str | None,
    fastmath: bool,
    emit: Callable[[Any, Any], _Output],
) -> _Output:
    machine = _target_machine(opt, cpu, features)
    # A context of its own: the global one keeps every type and constant of every module for good.
    context = llvm.create_context()
    with _parse(text, machine, context, fastmath) as module:
        _optimize(module, machine, opt, is_lean=1 <= opt <= 2 and text.count("\n") > _SMALL)
        if kernels:
            _link_kernels(module, _parse(kernels, machine, context, fastmath), machine, opt)
        return emit(machine, module)


# Lines of text. What is small costs little however it is compiled.
_SMALL = 300


def _parse(text: str, machine: Any, context: Any, fastmath: bool) -> Any:
    """A module that is consistent: the wheels' LLVM asserts, and one that is wrong would abort the process in some pass."""
    if fastmath:
        text = _relax(text)
    try:
        module = llvm.parse_assembly(_for_target(text, machine), context)
    except RuntimeError as refused:
        raise CompileError(f"LLVM cannot read the module: {refused}", text) from None
    try:
        module.verify()
    except RuntimeError as refused:
        module.close()
        raise CompileError(f"LLVM found the module inconsistent: {refused}", text) from None
    return module


def _link_kernels(module: Any, kernels: Any, machine: Any, opt: int) -> None:
    _optimize(kernels, machine, opt)
    names = [function.name for function in kernels.functions if not function.is_declaration and function.linkage.name == "external"]
    module.link_in(kernels)
    for name in names:
        module.get_function(name).linkage = "internal"


def _optimize(module: Any, machine: Any, opt: int, is_lean: bool = False) -> None:
    tuning = llvm.create_pipeline_tuning_options(speed_level=opt)
    if hasattr(tuning, "size_level"):  # gone with LLVM 22
        tuning.size_level = 0
    # They do not follow from the level: SLP is off at -O3, and loops are vectorised at -O1.
    tuning.loop_vectorization = opt > 1
    # The most expensive pass of all, half of LLVM's time on straight-line float code; what we compile gains nothing by it.
    tuning.slp_vectorization = opt > 2
    tuning.loop_interleaving = opt > 1
    tuning.loop_unrolling = opt > 1
    with tuning, llvm.create_pass_builder(machine, tuning) as builder:
        passes = _lean_passes() if is_lean else builder.getModulePassManager()
        try:
            passes.run(module, builder)
        finally:
            _close(passes)


def _lean_passes() -> Any:
    """A twentieth of what the passes of -O2 take, for code that they make nothing of: most of it leaves, or may.

    What is computed twice and what does not change in a loop, Lancehead's own passes have seen to, and the code generator does again.
    """
    passes = llvm.create_new_module_pass_manager()
    passes.add_always_inliner_pass()
    passes.add_global_dead_code_eliminate_pass()
    passes.add_simplify_cfg_pass()
    passes.add_instruction_combine_pass()
    passes.add_loop_rotate_pass()
    passes.add_simplify_cfg_pass()
    passes.add_instruction_combine_pass()
    return passes


def _close(passes: Any) -> None:
    """Frees a pass manager, 50 KB and more: up to llvmlite 0.50 at least its own `close` calls an empty method of another base class."""
    free = getattr(getattr(getattr(llvm, "newpassmanagers", None), "NewPassManager", None), "_dispose", None)
    if free is None or type(passes)._dispose is free:
        passes.close()
    else:
        free(passes)
        passes.detach()


# Making a target machine costs more than a small module, and it can be used again without limit.
@functools.cache
def _target_machine(opt: int, cpu: str | None, features: str | None) -> Any:
    triple, host_cpu, host_features = host()
    # A cpu that is asked for by name brings its own features, not those of this machine.
    if features is None:
        features = host_features if cpu is None else ""
    return llvm.Target.from_triple(triple).create_target_machine(
        cpu=cpu or host_cpu,
        features=features,
        opt=opt,
        reloc="pic",  # the loader puts an object anywhere
        codemodel="small",  # and whole, in one mapping
        jit=False,
    )


def _for_target(text: str, machine: Any) -> str:
    """The text under the target's own layout: the alignments of loads and stores without `align` depend on it.

    Put on the first line, so that line numbers in LLVM's messages stay true.
    """
    if re.search(r"^target ", text, re.MULTILINE):
        return text
    return f'target datalayout = "{machine.target_data}" target triple = "{machine.triple}" {text}'


_FLOAT_OP = re.compile(r"^(\s*%\S+ = f(?:add|sub|mul|div|neg)) (?=double|float|<)", re.MULTILINE)


def _relax(text: str) -> str:
    """Fast-math flags on the plain float operations.

    All but `nnan` and `ninf`: with those a NaN is poison, a branch on it undefined, and a user's data could crash the process.
    """
    return _FLOAT_OP.sub(r"\1 reassoc nsz arcp contract afn ", text)


@functools.cache
def _initialize() -> None:
    # LLVM itself comes up by itself since 0.45 (`initialize()` raises); the native target still has to be asked for.
    llvm.initialize_native_target()
    llvm.initialize_native_asmprinter()
