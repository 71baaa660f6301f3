"""What training moves, kept in float32 beside a network that may be in bfloat16 (Micikevicius et al. 2018, section 3.1).

That is each parameter itself; or, with a rank, for each matrix of the encoder two narrow ones whose product is added to it (LoRA,
Hu et al. 2022). The network holds the sum all the same, and its gradient is carried over to the two: a step costs hardly more,
and a checkpoint holds weights as any other.
"""

import math
from collections.abc import Mapping

import torch


class Masters:
    """`moved` is what the optimizer moves, by name: a parameter's own, or with `.left` or `.right` after it."""

    def __init__(self, trained: Mapping[str, torch.nn.Parameter], rank: int = 0) -> None:
        """Of the parameters that are trained, as they are now; rank 0 moves them as a whole."""
        self._trained = trained
        self._base: dict[str, torch.Tensor] = {}
        self.moved: dict[str, torch.nn.Parameter] = {}
        for name, parameter in trained.items():
            start = parameter.detach().float().clone()
            if rank and start.dim() == 2 and name.startswith("encoder."):
                rows, columns = start.shape
                right = torch.nn.init.kaiming_uniform_(start.new_empty(rank, columns), a=math.sqrt(5))
                self._base[name] = start
                self.moved[f"{name}.left"] = torch.nn.Parameter(start.new_zeros(rows, rank))
                self.moved[f"{name}.right"] = torch.nn.Parameter(right)
            else:
                self.moved[name] = torch.nn.Parameter(start)

    def take_gradients(self) -> None:
        """Carries the gradients of the network's parameters over to what is moved."""
        for name, parameter in self._trained.items():
            gradient = None if parameter.grad is None else parameter.grad.float()
            if name not in self._base:
                self.moved[name].grad = gradient
                continue
            left, right = self._factors(name)
            left.grad = None if gradient is None else gradient @ right.detach().T
            right.grad = None if gradient is None else left.detach().T @ gradient

    def put_back(self) -> None:
        """Puts the weights into the network's parameters, rounded as these are."""
        with torch.no_grad():
            for name, parameter in self._trained.items():
                parameter.copy_(self._weight(name))

    def weights(self) -> dict[str, torch.Tensor]:
        """What the network's parameters would be in float32, by their names."""
        return {name: self._weight(name) for name in self._trained}

    def factors(self) -> dict[str, torch.Tensor]:
        """The narrow matrices alone, by name: the weights do not tell them."""
        return {key: value.detach() for key, value in self.moved.items() if key not in self._trained}

    def restore(self, weights: Mapping[str, torch.Tensor], factors: Mapping[str, torch.Tensor]) -> None:
        """The inverse of `weights` and `factors`, whatever the network's parameters were when this was made."""
        for key, factor in factors.items():
            self.moved[key].data.copy_(factor)
        for name in self._trained:
            if name in self._base:
                left, right = self._factors(name)
                base = weights[name].to(left.device) - left.detach() @ right.detach()
                if not torch.allclose(base, self._base[name], atol=1e-5):  # else it is the same, but for rounding
                    self._base[name] = base
            else:
                self.moved[name].data.copy_(weights[name])

    def _weight(self, name: str) -> torch.Tensor:
        if name not in self._base:
            return self.moved[name].detach()
        left, right = self._factors(name)
        return self._base[name] + left.detach() @ right.detach()

    def _factors(self, name: str) -> tuple[torch.nn.Parameter, torch.nn.Parameter]:
        return self.moved[f"{name}.left"], self.moved[f"{name}.right"]
