"""PyTorch's side of scripts/bench-gpu: GPT-2 of transformers, asked over a pipe.

Reads one JSON object a line from standard input and writes one a line to standard output: the answer, or
{"error": "..."}; after an error it goes on. What libraries print goes to standard error.

    {"do": "facts"}
    {"do": "roofs"}
    {"do": "open", "model": DIRECTORY, "dtype": "bf16" | "f32"}
    {"do": "greedy", "ids": [...], "count": N}
    {"do": "logprobs", "ids": [...], "wanted": [[ids of the token at the end], ... one list a position, the last ones]}
    {"do": "decode" | "prefill", "mode": "eager" | "compiled", "depth": D, "count": N, "runs": R, "ids": [...]}

Modes: eager is SDPA with a growing cache; compiled is torch.compile over the whole model with a static cache, on CUDA
replayed as one graph a step that also picks the token. No mode waits for a token before it starts the next step: what
a program adds that looks at each token is not counted against PyTorch.
"""

from __future__ import annotations

import gc
import json
import os
import platform
import statistics
import sys
import time
import traceback
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TextIO

import torch
import transformers
from torch import Tensor
from transformers import DynamicCache, GPT2LMHeadModel, StaticCache

DTYPES = {"bf16": torch.bfloat16, "f32": torch.float32}
Message = dict[str, Any]


def synchronize(device: torch.device) -> None:
    if device.type == "cuda":
        torch.cuda.synchronize(device)


def seconds(device: torch.device, work: Callable[[], object]) -> float:
    """Of one call, from an idle device to an idle device."""
    synchronize(device)
    begin = time.perf_counter()
    work()
    synchronize(device)
    return time.perf_counter() - begin


# --- what the hardware allows ----------------------------------------------------------------------------------------


def facts(device: torch.device) -> Message:
    answer: Message = {
        "python": platform.python_version(),
        "torch": torch.__version__,
        "transformers": transformers.__version__,
        "threads": torch.get_num_threads(),
    }
    if device.type == "cuda":
        card = torch.cuda.get_device_properties(device)
        answer |= {
            "name": card.name,
            "multiprocessors": card.multi_processor_count,
            "memory_bytes": card.total_memory,
            "compute_capability": f"{card.major}.{card.minor}",
            "cuda": torch.version.cuda,
            "cudnn": torch.backends.cudnn.version(),
        }
    return answer


def copy_rate(device: torch.device, size: int) -> float:
    """Bytes a second of a large copy on the device, those read and those written both counted."""
    source = torch.randint(0, 255, (size,), dtype=torch.uint8, device=device)
    target = torch.empty_like(source)
    for _ in range(3):
        target.copy_(source)
    return 2 * size / statistics.median(seconds(device, lambda: target.copy_(source)) for _ in range(15))


def matmul_rate(device: torch.device, dtype: torch.dtype, n: int) -> float:
    """Operations a second of an n x n x n product of random numbers (zeros would take less power, and run faster)."""
    a, b = (torch.randn((n, n), device=device).to(dtype) for _ in range(2))
    c = torch.empty_like(a)
    for _ in range(3):
        torch.matmul(a, b, out=c)
    # Several at once, so that starting one hides behind another.
    repeats = 5

    def products() -> None:
        for _ in range(repeats):
            torch.matmul(a, b, out=c)

    return repeats * 2 * n**3 / statistics.median(seconds(device, products) for _ in range(5))


def roofs(device: torch.device) -> Message:
    large = device.type == "cuda"
    free = torch.cuda.mem_get_info(device)[0] if large else 1 << 30
    size = min(1 << 32 if large else 1 << 27, free // 8)
    n = 8192 if large else 1024
    return {
        "copy_bytes_per_s": copy_rate(device, size),
        "copy_bytes": size,
        "matmul_size": n,
        "bf16_flops_per_s": matmul_rate(device, torch.bfloat16, n),
        "f32_flops_per_s": matmul_rate(device, torch.float32, n // 2),
    }


# --- the model -------------------------------------------------------------------------------------------------------


def load(path: str, dtype: torch.dtype, device: torch.device) -> GPT2LMHeadModel:
    model = GPT2LMHeadModel.from_pretrained(path, dtype=dtype, attn_implementation="sdpa")
    return model.to(device).eval()


def next_token(logits: Tensor) -> Tensor:
    return logits[:, -1].argmax(dim=-1, keepdim=True)


@dataclass(frozen=True)
class Run:
    """Seconds that a run took, and the tokens that it chose."""

    took: float
    ids: list[int]


class EagerDecode:
    """Decodes after a prompt, kernel by kernel, with a cache that grows."""

    def __init__(self, model: GPT2LMHeadModel, prompt: Tensor, count: int) -> None:
        self.model, self.prompt, self.count = model, prompt, count

    def run(self) -> Run:
        cache = DynamicCache(config=self.model.config)
        first = next_token(self.model(self.prompt, past_key_values=cache, use_cache=True, logits_to_keep=1).logits)
        tokens = [first]

        def steps() -> None:
            for _ in range(self.count):
                logits = self.model(tokens[-1], past_key_values=cache, use_cache=True).logits
                tokens.append(next_token(logits))

        took = seconds(self.prompt.device, steps)
        return Run(took, torch.cat(tokens, dim=1)[0].tolist())


class CompiledDecode:
    """Decodes with a static cache; a step is compiled whole and, on CUDA, captured as one graph."""

    def __init__(self, model: GPT2LMHeadModel, prompt: Tensor, count: int) -> None:
        self.model, self.prompt, self.count = model, prompt, count
        length = -(-(prompt.shape[1] + count + 1) // 64) * 64  # no longer than needed, and a size that kernels like
        self.cache = StaticCache(config=model.config, max_cache_len=length)
        self.token = torch.zeros((1, 1), dtype=torch.long, device=prompt.device)
        self.chosen = torch.zeros((count + 1,), dtype=torch.long, device=prompt.device)
        self.index = torch.zeros((1,), dtype=torch.long, device=prompt.device)
        self.compiled = torch.compile(self._step, fullgraph=True, dynamic=False)
        self._prefill()
        for _ in range(3):
            self.compiled()
        self.step = self._captured() if prompt.device.type == "cuda" else self.compiled

    def _step(self) -> None:
        logits = self.model(self.token, past_key_values=self.cache, use_cache=True).logits
        self.token.copy_(next_token(logits))
        self.index.add_(1)
        self.chosen.index_copy_(0, self.index, self.token[0])

    def _captured(self) -> Callable[[], object]:
        self._prefill()
        synchronize(self.prompt.device)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self.compiled()
        return graph.replay

    def _prefill(self) -> None:
        for layer in self.cache.layers:
            if layer.is_initialized:
                layer.cumulative_length.zero_()
        logits = self.model(self.prompt, past_key_values=self.cache, use_cache=True, logits_to_keep=1).logits
        self.token.copy_(next_token(logits))
        self.index.zero_()
        self.chosen[0] = self.token[0, 0]

    def run(self) -> Run:
        self._prefill()

        def steps() -> None:
            for _ in range(self.count):
                self.step()

        took = seconds(self.prompt.device, steps)
        return Run(took, self.chosen.tolist())


class EagerPrefill:
    """Reads a prompt into a new cache and picks the token after it."""

    def __init__(self, model: GPT2LMHeadModel, prompt: Tensor) -> None:
        self.model, self.prompt = model, prompt

    def run(self) -> Run:
        tokens: list[int] = []

        def read() -> None:
            cache = DynamicCache(config=self.model.config)
            logits = self.model(self.prompt, past_key_values=cache, use_cache=True, logits_to_keep=1).logits
            tokens.append(int(next_token(logits)))

        return Run(seconds(self.prompt.device, read), tokens)


class CompiledPrefill:
    """The same without keeping a cache, which only makes it faster; on CUDA captured as one graph."""

    def __init__(self, model: GPT2LMHeadModel, prompt: Tensor) -> None:
        self.model, self.prompt = model, prompt
        self.token = torch.zeros((1, 1), dtype=torch.long, device=prompt.device)
        self.compiled = torch.compile(self._read, fullgraph=True, dynamic=False)
        for _ in range(3):
            self.compiled()
        self.read = self._captured() if prompt.device.type == "cuda" else self.compiled

    def _read(self) -> None:
        self.token.copy_(next_token(self.model(self.prompt, use_cache=False, logits_to_keep=1).logits))

    def _captured(self) -> Callable[[], object]:
        synchronize(self.prompt.device)
        graph = torch.cuda.CUDAGraph()
        with torch.cuda.graph(graph):
            self.compiled()
        return graph.replay

    def run(self) -> Run:
        took = seconds(self.prompt.device, self.read)
        return Run(took, self.token[0].tolist())


# --- requests --------------------------------------------------------------------------------------------------------


class Worker:
    """Holds the open model and what was compiled for it."""

    def __init__(self, device: torch.device) -> None:
        self.device = device
        self.model: GPT2LMHeadModel | None = None
        self.path = ""
        self.workloads: dict[tuple[Any, ...], Any] = {}

    def answer(self, request: Message) -> Message:
        what = request["do"]
        if what == "facts":
            return facts(self.device)
        if what == "roofs":
            return roofs(self.device)
        if what == "open":
            return self.open(request)
        if what == "greedy":
            return {"ids": self.greedy(request["ids"], request["count"])}
        if what == "logprobs":
            return self.logprobs(request["ids"], request["wanted"])
        if what in ("decode", "prefill"):
            return self.measure(request)
        raise ValueError(f"do is {what}")

    def open(self, request: Message) -> Message:
        self.model = None
        self.workloads.clear()
        torch.compiler.reset()
        gc.collect()
        if self.device.type == "cuda":
            torch.cuda.empty_cache()
        self.path = request["model"]
        self.model = load(self.path, DTYPES[request["dtype"]], self.device)
        return {"parameters": self.model.num_parameters()}

    def opened(self) -> GPT2LMHeadModel:
        if self.model is None:
            raise ValueError("no model is open")
        return self.model

    def tokens(self, ids: list[int]) -> Tensor:
        return torch.tensor([ids], dtype=torch.long, device=self.device)

    def greedy(self, ids: list[int], count: int) -> list[int]:
        return EagerDecode(self.opened(), self.tokens(ids), count - 1).run().ids

    def logprobs(self, ids: list[int], wanted: list[list[int]]) -> Message:
        """Log-probabilities of the wanted ids at the last positions: in the model's dtype, and of the same weights in f32."""
        prompt, picked = self.tokens(ids), torch.tensor(wanted, device=self.device)

        def of(model: GPT2LMHeadModel) -> list[list[float]]:
            logits = model(prompt, use_cache=False, logits_to_keep=len(wanted)).logits[0].float()
            return logits.log_softmax(dim=-1).gather(1, picked).tolist()

        return {"model": of(self.opened()), "reference": of(load(self.path, torch.float32, self.device))}

    def measure(self, request: Message) -> Message:
        key = (request["do"], request["mode"], request["depth"], request["count"])
        if key not in self.workloads:
            began = time.perf_counter()
            self.workloads[key] = self.workload(*key, self.tokens(request["ids"]))
            self.workloads[key].run()
            prepared = time.perf_counter() - began
        else:
            prepared = 0.0
        runs = [self.workloads[key].run() for _ in range(request["runs"])]
        return {"seconds": [run.took for run in runs], "ids": runs[-1].ids if runs else [], "prepared_s": prepared}

    def workload(self, do: str, mode: str, depth: int, count: int, ids: Tensor) -> Any:
        model = self.opened()
        if do == "decode":
            return (EagerDecode if mode == "eager" else CompiledDecode)(model, ids[:, :depth], count)
        return (EagerPrefill if mode == "eager" else CompiledPrefill)(model, ids[:, :count])


def serve(requests: TextIO, answers: TextIO, worker: Worker) -> None:
    for line in requests:
        try:
            with torch.no_grad():
                answer = worker.answer(json.loads(line))
        except Exception as error:  # noqa: BLE001 - whatever a library throws is this request's answer
            traceback.print_exc()
            answer = {"error": f"{type(error).__name__}: {str(error).splitlines()[0] if str(error) else ''}"}
        print(json.dumps(answer), file=answers, flush=True)


def main() -> None:
    answers = os.fdopen(os.dup(sys.stdout.fileno()), "w", encoding="utf-8")
    os.dup2(sys.stderr.fileno(), sys.stdout.fileno())
    device = torch.device(sys.argv[1])
    if device.type == "cuda" and not torch.cuda.is_available():
        print(json.dumps({"error": f"PyTorch {torch.__version__} finds no CUDA device"}), file=answers, flush=True)
        return
    torch.set_float32_matmul_precision("highest")
    if device.type == "cpu" and len(sys.argv) > 2:
        torch.set_num_threads(int(sys.argv[2]))
    serve(sys.stdin, answers, Worker(device))


if __name__ == "__main__":
    main()
