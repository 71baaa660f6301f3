"""Matrices of int8, for processors that multiply those in four times the width of float32 (VNNI).

A matrix of weights has a scale for each output, and what is multiplied with it one for each token, told anew each time
(Dettmers et al. 2022, LLM.int8(), section 2.1, "vector-wise quantization"). One scale for all tokens would do for most and ruin
the rest: a few tokens have values many times as large as the others.
"""

from typing import Any

import torch
from torch import nn
from transformers.models.bert.modeling_bert import BertSelfAttention

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
        largest = torch.maximum(rows.amax(1, keepdim=True), rows.amin(1, keepdim=True).neg_())
        scale = largest.div_(LARGEST).clamp_(min=_SMALLEST_SCALE)
        quantised = (rows * scale.reciprocal()).round_().to(torch.int8)
        outputs = torch._int_mm(quantised, self.weight).float().mul_(scale).mul_(self.scale).add_(self.bias)
        return outputs.reshape(*inputs.shape[:-1], -1)


class Int8SelfAttention(nn.Module):
    """What BERT's self-attention does, with its three matrices as one of int8: what they multiply is put in int8 once."""

    def __init__(self, attention: BertSelfAttention) -> None:
        super().__init__()
        layers: list[nn.Linear] = [attention.query, attention.key, attention.value]
        joined = nn.Linear(layers[0].in_features, 3 * attention.all_head_size, device="meta")
        joined.weight = nn.Parameter(torch.cat([layer.weight for layer in layers]), requires_grad=False)
        joined.bias = nn.Parameter(torch.cat([layer.bias for layer in layers]), requires_grad=False)
        self.joined = Int8Linear(joined)
        self.heads = int(attention.num_attention_heads)

    def forward(
        self, hidden_states: torch.Tensor, attention_mask: torch.Tensor | None = None, **_others: Any
    ) -> tuple[torch.Tensor, None]:
        """Shape (batch, tokens, width) to the same; the mask is the one for scaled dot products. No weights are given back."""
        parts = self.joined(hidden_states).chunk(3, dim=-1)
        query, key, value = (part.unflatten(-1, (self.heads, -1)).transpose(1, 2) for part in parts)
        mixed = nn.functional.scaled_dot_product_attention(query, key, value, attn_mask=attention_mask)
        return mixed.transpose(1, 2).flatten(-2), None


def processor_has_int8() -> bool:
    """Whether the processor multiplies int8 itself (VNNI)."""
    capabilities = torch.cpu.get_capabilities()
    return bool(capabilities.get("avx512_vnni") or capabilities.get("avx_vnni"))


def to_int8(module: nn.Module) -> None:
    """Puts layers of int8 in the place of every linear layer inside a module, and of BERT's self-attention."""
    for name, child in module.named_children():
        if isinstance(child, nn.Linear):
            setattr(module, name, Int8Linear(child))
        elif isinstance(child, BertSelfAttention):
            setattr(module, name, Int8SelfAttention(child))
        else:
            to_int8(child)
