"""The reader's network: the encoder's transformer, fine-tuned, with two numbers a token and one a passage.

Extractive question answering as in BERT (Devlin et al. 2019, section 4.2 and 4.3): logits for each token of being the answer's
first and its last, where the first token of the input stands for "no answer"; beside them, one logit for whether the passage
answers at all.
"""

from collections.abc import Sequence
from typing import Any

import torch
from torch import nn

BEGIN, PAD, END = 0, 1, 2
"""XLM-RoBERTa's special tokens: <s>, <pad>, </s>."""
FORBIDDEN = -1e4
"""The logit of a token that no span may begin or end with."""


def input_ids(question: Sequence[int], passage: Sequence[int], title: Sequence[int] = ()) -> tuple[list[int], int]:
    """`<s> question </s></s> title passage </s>` and the position of the passage's first token."""
    return [BEGIN, *question, END, END, *title, *passage, END], len(question) + 3 + len(title)


class ReaderNetwork(nn.Module):
    """`encoder` is a BERT-like transformer without its pooler."""

    encoder: Any

    def __init__(self, encoder: Any) -> None:
        super().__init__()
        self.encoder = encoder
        width = encoder.config.hidden_size
        self.span = nn.Linear(width, 2)
        self.answerable = nn.Linear(width, 1)

    def forward(
        self, ids: torch.Tensor, mask: torch.Tensor, places: torch.Tensor
    ) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        """Start and end logits, each of shape (batch, tokens), and answerability logits of shape (batch,), all float32.

        `ids`, `mask` and `places` have shape (batch, tokens): `mask` is 1 where a token stands and 0 for padding, `places` is
        true where a span may begin or end: the first token and the passage's.
        """
        states = self.encoder(input_ids=ids, attention_mask=mask).last_hidden_state.float()
        start, end = self.span(states).masked_fill(~places.unsqueeze(-1), FORBIDDEN).unbind(-1)
        return start, end, self.answerable(states[:, 0]).squeeze(-1)


def pad(examples: Sequence[tuple[Sequence[int], int]]) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
    """`ids`, `mask` and `places` for the network, from pairs of ids and the position of the passage's first token."""
    longest = max(len(ids) for ids, _ in examples)
    ids = torch.full((len(examples), longest), PAD)
    mask = torch.zeros(len(examples), longest, dtype=torch.long)
    places = torch.zeros(len(examples), longest, dtype=torch.bool)
    for row, (tokens, offset) in enumerate(examples):
        ids[row, : len(tokens)] = torch.tensor(tokens)
        mask[row, : len(tokens)] = 1
        places[row, offset : len(tokens) - 1] = True
        places[row, 0] = True
    return ids, mask, places
