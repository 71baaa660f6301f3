"""Matrices of int8, for processors that multiply those in four times the width of float32 (VNNI).

A matrix of weights has a scale for each output, and what is multiplied with it one for each token, told anew each time
(Dettmers et al. 2022, LLM.int8(), section 2.1, "vector-wise quantization"). One scale for all tokens would do for most and ruin
the rest: a few tokens have values many times as large as the others.
"""

import torch
from torch import nn

LARGEST = 127
_SMALLEST_SCALE = 1e-12


class Int8Linear(nn.Module):
    """What a linear layer does, with its weights in int8."""

    weight: torch.Tensor
    scale: torch.Tensor
    bias: torch.Tensor

    def __init__(self, linear: nn.Linear) -> None:
        super().__init__()
        weight = linear.weight.detach().float()
        scale = (weight.abs().amax(1) / LARGEST).clamp(min=_SMALLEST_SCALE)
        quantised = (weight / scale.unsqueeze(1)).round().to(torch.int8)
        bias = torch.zeros(len(weight)) if linear.bias is None else linear.bias.detach().float()
        self.register_buffer("weight", quantised.t().clone(memory_format=torch.contiguous_format))
        self.register_buffer("scale", scale)
        self.register_buffer("bias", bias)

    def forward(self, inputs: torch.Tensor) -> torch.Tensor:
        """Shape (..., inputs) to (..., outputs), float32."""
        rows = inputs.reshape(-1, inputs.shape[-1])
        scale = rows.abs().amax(1, keepdim=True).div_(LARGEST).clamp_(min=_SMALLEST_SCALE)
        quantised = (rows / scale).round_().to(torch.int8)
        outputs = torch._int_mm(quantised, self.weight).float().mul_(scale).mul_(self.scale).add_(self.bias)
        return outputs.reshape(*inputs.shape[:-1], -1)


def processor_has_int8() -> bool:
    """Whether the processor multiplies int8 itself (VNNI)."""
    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("avx512_vnni") or capabilities.get("avx_vnni"))


def to_int8(module: nn.Module) -> None:
    """Puts an Int8Linear in the place of every linear layer inside a module."""
    for name, child in module.named_children():
        if isinstance(child, nn.Linear):
            setattr(module, name, Int8Linear(child))
        else:
            to_int8(child)
