"""Damaged copies of a real model: cut short, bytes flipped, counts made absurd, parts moved or put elsewhere."""

import random
import struct

HUGE = (0, 1, 0x7FFFFFFF, 0xFFFFFFFF, 1 << 40, (1 << 63) - 1, (1 << 64) - 1)
SEAMS = (b"llama.block_count", b"llama.attention.head_count", b"llama.context_length", b"llama.embedding_length")
SEAMS += (b"llama.vocab_size", b"tokenizer.ggml.tokens", b"tokenizer.chat_template", b"blk.0.ffn_down.weight")
SEAMS += (b"tokenizer.ggml.bos_token_id", b"llama.rope.freq_base", b"token_embd.weight", b"general.alignment")


def mutate(raw, head, seed):
    """The file with one kind of damage; ``head`` is where its weights begin."""
    dice = random.Random(seed)
    changed = bytearray(raw)
    kind = seed % 6
    if kind == 0:
        return bytes(changed[: dice.randrange(len(raw))])
    if kind == 1:
        for _ in range(dice.randint(1, 16)):
            changed[dice.randrange(4, head)] ^= 1 << dice.randrange(8)
    elif kind == 2:
        place = dice.randrange(4, head - 8)
        changed[place : place + 8] = struct.pack("<Q", dice.choice(HUGE))
    elif kind == 3:
        near_a_seam(changed, dice)
    elif kind == 4:
        length = dice.randint(8, 4096)
        source, target = (dice.randrange(4, head - length) for _ in range(2))
        changed[target : target + length] = raw[source : source + length]
    else:
        for _ in range(dice.randint(1, 50)):
            place = dice.randrange(head, len(raw) - 64)
            changed[place : place + 64] = dice.randbytes(64)
    return bytes(changed)


def near_a_seam(changed, dice):
    """Another value, type or length just behind the name of a fact or tensor that matters."""
    name = dice.choice([seam for seam in SEAMS if seam in changed])
    place = changed.index(name) + len(name) + dice.choice((0, 4, 8, 12))
    if dice.random() < 0.5:
        changed[place : place + 4] = struct.pack("<I", dice.choice((0, 1, 3, 7, 255, 4096, 0x7FFFFFFF, 0xFFFFFFFF)))
    else:
        changed[place : place + 8] = struct.pack("<Q", dice.choice(HUGE))
