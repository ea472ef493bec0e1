"""Recorded updates on a processor: the tensor operations of an update, done again without autograd and modules.

Small networks spend most of an update between their operations: in Python, in the modules, in the graph that autograd
builds and walks. What is left when all that is left out is a list of operations on tensors, in which each operation
takes what an earlier one made. `TapeReplay` watches an update that is done as usual, keeps that list, and from then on
does the same operations, in the same order, into the same tensors. Losses, penalties and networks are not written a
second time.

It is the processor's counterpart of a CUDA graph and holds under the same conditions: what changes between two updates
is in tensors that stay where they are, or in generators of random numbers. Where an operation gives a number to Python,
makes a shape from data or moves a tensor elsewhere, nothing is recorded.
"""

import functools
import types
from collections.abc import Hashable, Iterator, Sequence
from typing import Any, NamedTuple

import torch
from torch import nn
from torch.utils._python_dispatch import TorchDispatchMode

from ganstudio import config as cfg
from ganstudio.networks import NETWORKS
from ganstudio.objectives import OBJECTIVES
from ganstudio.training.device.cuda_graphs import Recorder, Replay, Work

Operation = torch._ops.OpOverload
Args = tuple[Any, ...]
Kwargs = dict[str, Any]

WARM_UP = 30  # times that work is done before it is recorded, which takes as long as some ten times
MAX_TAPE_BYTES = 16 << 20  # of tensors that a tape keeps: larger updates gain little, and would need more memory
_REFUSED_TAGS = (torch.Tag.dynamic_output_shape, torch.Tag.data_dependent_output)
_MOVING = ("set_", "resize_", "swap_")  # a tensor's memory is another one afterwards
_IMPLIED = ("dtype", "layout", "device", "pin_memory")  # by the tensor that is written into
_FILLING = ("ones_like", "zeros_like", "full_like", "new_ones", "new_zeros", "new_full")  # whatever is in the argument
_EMPTY = ("empty", "empty_like", "empty_strided", "new_empty", "new_empty_strided")


def is_tape_used(config: cfg.RunConfig) -> bool:
    """Return whether updates of a run are recorded as tapes.

    Networks and losses of other packages may do anything at each update, also what no tensor operation shows.
    """
    engine = config.engine
    return (
        engine.graphs
        and torch.device(engine.device).type == "cpu"
        and engine.precision != "float16"
        and config.network.name in NETWORKS
        and config.objective.loss in OBJECTIVES
    )


class TapeReplay(Replay):
    """Replays updates on the CPU. Whatever cannot be recorded is done as it is, and the user need not know."""

    def __init__(self) -> None:
        super().__init__(_Directly(), WARM_UP)
        self._plain: set[Hashable] = set()  # work that cannot be recorded
        self._is_stopped = False
        self._weights: list[nn.Parameter] = []
        self._places: list[int] = []
        self._hooks: list[Any] = []

    @property
    def records(self) -> bool:
        """Whether work is recorded."""
        return super().records and not self._is_stopped

    def watch(self, *networks: nn.Module) -> None:
        """Replay only while the weights of these networks stay where they are, and nobody hooks into their modules."""
        modules = [module for network in networks for module in network.modules()]
        self._weights = [weight for network in networks for weight in network.parameters()]
        self._places = self._find_weights()
        self._hooks = [
            hooks for each in modules for hooks in (each._forward_hooks, each._forward_pre_hooks, each._backward_hooks)
        ]

    def _find_weights(self) -> list[int]:
        return [weight.data_ptr() for weight in self._weights]

    def run(self, key: Hashable, work: Work) -> None:
        """Do `work`: the first times as it is, then as recorded under `key`."""
        if (places := self._find_weights()) != self._places:
            self.forget()
            self._places = places
        if self._is_stopped or key in self._plain or any(self._hooks):
            work()
        else:
            super().run(key, work)

    def _record(self, recorder: Recorder, key: Hashable, work: Work) -> None:
        tape = Tape()
        with tape:
            work()
        if replay := tape.finish():
            self._records[key] = replay
        else:
            self._plain.add(key)

    def forget(self) -> None:
        """Discard all recordings."""
        super().forget()
        self._plain.clear()

    def stop(self, why_not: str) -> None:
        """Record nothing until `go_on`; the reason is of interest to nobody."""
        self.forget()
        self._is_stopped = True

    def go_on(self) -> None:
        """Record again."""
        self._is_stopped = False


class _Directly:
    """What is done before work is recorded: the work. Then optimisers have made what they keep."""

    def warm_up(self, work: Work) -> None:
        work()

    def record(self, work: Work) -> Work:
        raise NotImplementedError


class _Step(NamedTuple):
    """An operation of a tape, and the places in memory that it reads, makes and changes."""

    call: Work
    read: frozenset[int]
    made: frozenset[int]  # which were not there before
    changed: frozenset[int]
    is_random: bool


class _Mode(TorchDispatchMode):  # type: ignore[no-untyped-call]
    """Sees operations; does not import PyTorch's compiler, which takes a second and 70 MB (see `adam`)."""

    @classmethod
    def _should_skip_dynamo(cls) -> bool:
        return False


class Tape(_Mode):  # type: ignore[no-untyped-call]
    """Operations on tensors as they are done, each kept as a call that does it again into the same memory."""

    def __init__(self) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._steps: list[_Step] = []
        self._is_whole = True
        self._bytes = 0

    def __torch_dispatch__(
        self, func: Operation, types: Sequence[type], args: Args = (), kwargs: Kwargs | None = None
    ) -> Any:
        result = func(*args, **(kwargs or {}))
        if self._is_whole and func.namespace != "profiler":
            try:
                self._is_whole = self._keep(func, args, kwargs or {}, result)
            except (RuntimeError, TypeError, ValueError):  # of an operation of a kind that was not foreseen
                self._is_whole = False
        return result

    def _keep(self, func: Operation, args: Args, kwargs: Kwargs, result: Any) -> bool:
        """Keep an operation that was just done; return whether it can be repeated."""
        made = [each for each in _flat(result) if each is not None]
        taken = _tensors((args, kwargs))
        if (not taken and not _tensors(made)) or _name(func) in _EMPTY:
            return True  # it asked about types, or the like; or made what others fill
        if not _is_repeatable(func, taken, made):
            return False
        # Aliases: what is kept must not hold the graph of autograd, nor want gradients.
        args, kwargs = tuple(map(_alias, args)), {name: _alias(each) for name, each in kwargs.items()}
        read = frozenset[int]() if _name(func) in _FILLING else _places((args, kwargs))
        is_random = torch.Tag.nondeterministic_seeded in func.tags
        if func._schema.is_mutable:
            changed = _places(_arguments_written(func, args, kwargs))
            self._steps.append(_Step(_faster(func, args, kwargs), read, frozenset(), changed, is_random))
        elif not read or not _places(made) <= read:  # else a view, in which the newest content of its base is seen
            into = [each.detach() for each in made]
            self._bytes += sum(each.nbytes for each in into)
            call, changed = _call_into(func, args, kwargs, into)
            self._steps.append(_Step(call, read, _places(into), changed, is_random))
        return self._bytes <= MAX_TAPE_BYTES

    def finish(self) -> Work | None:
        """Return what does all operations again; None if one cannot be repeated."""
        if not self._is_whole:
            return None
        calls = [step.call for step in _changing(self._steps)]

        def replay() -> None:
            with torch.inference_mode():
                for call in calls:
                    call()

        return replay


def _changing(steps: Sequence[_Step]) -> Iterator[_Step]:
    """Yield all steps but those that make the same each time, of nothing or of what such steps made."""
    changed = frozenset[int]().union(*(step.changed for step in steps))
    constant: set[int] = set()
    for step in steps:
        if step.is_random or step.changed or step.made & changed or not step.read <= constant:
            yield step
        else:
            constant |= step.made


def _is_repeatable(func: Operation, taken: list[torch.Tensor], made: list[Any]) -> bool:
    """Return whether an operation does the same each time, on the CPU, without Python knowing what it made."""
    return (
        not any(tag in func.tags for tag in _REFUSED_TAGS)
        and not _name(func).startswith(_MOVING)
        and all(isinstance(each, torch.Tensor) and _is_plain(each) for each in (*taken, *made))
    )


def _is_plain(tensor: torch.Tensor) -> bool:
    return tensor.device.type == "cpu" and tensor.layout is torch.strided and not tensor.is_conj()


def _name(func: Operation) -> str:
    return str(func._schema.name).split("::")[1]


def _flat(value: Any) -> Iterator[Any]:
    """Yield what is in arguments or results, which may be in lists and dictionaries."""
    if isinstance(value, list | tuple | dict):
        for part in value.values() if isinstance(value, dict) else value:
            yield from _flat(part)
    else:
        yield value


def _alias(value: Any) -> Any:
    """Return an argument with other tensors in the same memory."""
    if isinstance(value, list | tuple):
        return [_alias(part) for part in value]
    return value.detach() if isinstance(value, torch.Tensor) else value


def _tensors(values: Any) -> list[torch.Tensor]:
    return [each for each in _flat(values) if isinstance(each, torch.Tensor)]


def _places(values: Any) -> frozenset[int]:
    """Return where in memory the tensors are: views of one are at the same place."""
    return frozenset(each.untyped_storage().data_ptr() for each in _tensors(values))


def _arguments_written(func: Operation, args: Args, kwargs: Kwargs) -> list[Any]:
    """Return the arguments that an operation writes into."""
    given = dict(zip((each.name for each in func._schema.arguments), args, strict=False)) | kwargs
    return [given.get(each.name) for each in func._schema.arguments if each.alias_info and each.alias_info.is_write]


# ---- calls ----------------------------------------------------------------------------------------------------------


def _call_into(func: Operation, args: Args, kwargs: Kwargs, into: list[torch.Tensor]) -> tuple[Work, frozenset[int]]:
    """Return a call that writes the results of an operation into the tensors `into`, and where else it writes.

    Batch norm changes its running means, for one, which its signature does not say.
    """

    def call_and_copy() -> None:
        results = [each for each in _flat(func(*args, **kwargs)) if each is not None]
        for place, new in zip(into, results, strict=True):
            place.copy_(new)

    calls = []
    for variant, names, implied in _variants_into(func):
        if len(names) == len(into):
            rest = {name: value for name, value in kwargs.items() if name not in implied}
            calls.append(_faster(variant, args, rest | dict(zip(names, into, strict=True))))
    if torch.Tag.nondeterministic_seeded in func.tags:
        return next(iter(calls), call_and_copy), frozenset()
    changed = frozenset[int]()
    for call in (*calls, call_and_copy):
        is_same, changed = _try(call, _tensors((args, kwargs)), into)
        if is_same:
            return call, changed
    return call_and_copy, changed


def _try(call: Work, taken: list[torch.Tensor], into: list[torch.Tensor]) -> tuple[bool, frozenset[int]]:
    """Return whether a call leaves in `into`, to the bit, what is there, and where else it writes; undo it.

    What is changed unsaid are statistics. Pictures and labels are not looked at: a data set is as large as the memory.
    """
    taken = [each for each in taken if each.is_floating_point()]
    results, before = [[each.clone() for each in tensors] for tensors in (into, taken)]
    try:
        call()
        is_same = all(_are_alike(one, other) for one, other in zip(into, results, strict=True))
    except (RuntimeError, TypeError, ValueError):
        is_same = False
    changed = [(one, other) for one, other in zip(taken, before, strict=True) if not _are_alike(one, other)]
    for place, value in (*zip(into, results, strict=True), *changed):
        place.copy_(value)
    return is_same, _places([place for place, _ in changed])


def _are_alike(one: torch.Tensor, other: torch.Tensor) -> bool:
    """Return whether two tensors are the same to the bit, in what is not a number, too.

    By PyTorch, which gives Python's lock back meanwhile: the window needs it.
    """
    return torch.equal(_bits(one), _bits(other))


def _bits(tensor: torch.Tensor) -> torch.Tensor:
    return tensor.contiguous().reshape(-1).view(torch.uint8)


@functools.cache
def _variants_into(func: Operation) -> tuple[tuple[Operation, list[str], set[str]], ...]:
    """Return the variants of an operation that write where they are told.

    With each come the names of the places and those of arguments that it does not take.
    """
    packet = getattr(getattr(torch.ops, func.namespace), _name(func))
    expected = {each.name: str(each.type) for each in func._schema.arguments}
    found = []
    for name in packet.overloads():
        variant: Operation = getattr(packet, name)
        places = [each.name for each in variant._schema.arguments if each.is_out]
        taken = {each.name: str(each.type) for each in variant._schema.arguments if not each.is_out}
        implied = expected.keys() - taken.keys()
        if places and taken.items() <= expected.items() and implied <= set(_IMPLIED):
            found.append((variant, places, implied))
    return tuple(found)


def _faster(func: Operation, args: Args, kwargs: Kwargs) -> Work:
    """Return a call of an operation: through PyTorch's own function, which takes half the time, if it does the same."""
    places = [each.name for each in func._schema.arguments if each.is_out]
    plain = {name: value for name, value in kwargs.items() if name not in places}
    result = args[0] if args and func._schema.returns else None
    if places:
        outputs = tuple(kwargs[name] for name in places)
        result = plain["out"] = outputs[0] if len(outputs) == 1 else outputs
    for home in (torch, torch._C._nn, torch.Tensor):
        function = getattr(home, _name(func), None)
        if isinstance(function, types.BuiltinFunctionType | types.MethodDescriptorType):
            call = functools.partial(function, *args, **plain)
            if _Probe.operation_of(call, result) is func:
                return call
    return functools.partial(getattr(func, "_op", func), *args, **kwargs)  # what the operation itself calls


class _Probe(_Mode):  # type: ignore[no-untyped-call]
    """Sees which operation a call would do, without doing it."""

    def __init__(self, result: Any) -> None:
        super().__init__()  # type: ignore[no-untyped-call]
        self._result = result
        self.seen: list[Operation] = []

    def __torch_dispatch__(
        self, func: Operation, types: Sequence[type], args: Args = (), kwargs: Kwargs | None = None
    ) -> Any:
        self.seen.append(func)
        return self._result

    @classmethod
    def operation_of(cls, call: Work, result: Any) -> Operation | None:
        """Return the only operation of a call that gives `result`; None if it does several, or cannot be called."""
        with cls(result) as probe:
            try:
                call()
            except (TypeError, RuntimeError):
                return None
        return probe.seen[0] if len(probe.seen) == 1 else None
