"""Make a SenseVoiceSmall checkpoint with random weights: `python tools/make_random_checkpoint.py OUT_DIR [--small]`.

It has the files, shapes and piece numbers of the real one, so speed, memory and agreement with funasr can be measured
without the real weights; what it recognises is noise. `--small` is the same format in miniature, for fast tests.
"""

from __future__ import annotations

import argparse
import json
import math
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import chain, product
from pathlib import Path
from typing import Any

import numpy as np

TOKENIZER_FILE = "chn_jpn_yue_eng_ko_spectok.bpe.model"

REAL_SPECIALS = {
    "<|zh|>": 24884, "<|en|>": 24885, "<|yue|>": 24888, "<|ja|>": 24892, "<|ko|>": 24896,
    "<|nospeech|>": 24992, "<|Speech|>": 24993, "<|/Speech|>": 24994, "<|BGM|>": 24995, "<|/BGM|>": 24996,
    "<|Laughter|>": 24997, "<|/Laughter|>": 24998, "<|Applause|>": 24999, "<|/Applause|>": 25000,
    "<|HAPPY|>": 25001, "<|SAD|>": 25002, "<|ANGRY|>": 25003, "<|NEUTRAL|>": 25004, "<|FEARFUL|>": 25005,
    "<|DISGUSTED|>": 25006, "<|SURPRISED|>": 25007, "<|OTHER|>": 25008, "<|EMO_UNKNOWN|>": 25009,
    "<|Cry|>": 25010, "<|Sneeze|>": 25011, "<|Breath|>": 25012, "<|Cough|>": 25013, "<|Sing|>": 25014,
    "<|Speech_Noise|>": 25015, "<|withitn|>": 25016, "<|woitn|>": 25017, "<|GBG|>": 25018, "<|Event_UNK|>": 25019,
}  # fmt: skip
"""Where the real tokenizer keeps its special pieces. Everything from the first language on is special."""


LOGIT_SD = 1.0
"""Standard deviation of the logits of one frame: real ones are far more peaked, random ones need only not be flat."""


@dataclass(frozen=True, slots=True)
class Size:
    """Shape of a checkpoint. `specials` maps each special piece to its id; `parameters` is checked when not 0."""

    blocks: int
    tp_blocks: int
    width: int
    heads: int
    feed_forward: int
    vocabulary: int
    specials: Mapping[str, int]
    parameters: int = 0


REAL = Size(50, 20, 512, 4, 2048, 25_055, REAL_SPECIALS, 233_999_167)
SMALL = Size(2, 1, 64, 4, 128, 300, {piece: 7 + 2 * n for n, piece in enumerate(REAL_SPECIALS)})


def make_checkpoint(folder: Path, size: Size = REAL, seed: int = 0) -> Path:
    """Write the five files of a checkpoint into `folder` and return it. The same size and seed give the same weights."""
    folder.mkdir(parents=True, exist_ok=True)
    config = config_of(size)
    # YAML is a superset of JSON: no YAML writer needed.
    (folder / "config.yaml").write_text(json.dumps(config, indent=2), encoding="utf-8")
    (folder / "configuration.json").write_text(json.dumps(configuration(), indent=2), encoding="utf-8")
    (folder / TOKENIZER_FILE).write_bytes(_tokenizer(size))
    (folder / "am.mvn").write_text(_cmvn(np.random.default_rng(seed)), encoding="ascii")
    _write_weights(folder / "model.pt", config, size, seed)
    return folder


def config_of(size: Size) -> dict[str, Any]:
    """The content of `config.yaml`."""
    return {
        "encoder": "SenseVoiceEncoderSmall",
        "encoder_conf": {
            "output_size": size.width, "attention_heads": size.heads, "linear_units": size.feed_forward,
            "num_blocks": size.blocks, "tp_blocks": size.tp_blocks, "dropout_rate": 0.1, "positional_dropout_rate": 0.1,
            "attention_dropout_rate": 0.1, "input_layer": "pe", "pos_enc_class": "SinusoidalPositionEncoder",
            "normalize_before": True, "kernel_size": 11, "sanm_shfit": 0, "selfattention_layer_type": "sanm",
        },
        "model": "SenseVoiceSmall",
        "model_conf": {"length_normalized_loss": True, "sos": 1, "eos": 2, "ignore_id": -1},
        "tokenizer": "SentencepiecesTokenizer",
        "tokenizer_conf": {"bpemodel": None, "unk_symbol": "<unk>", "split_with_space": True},
        "frontend": "WavFrontend",
        "frontend_conf": {
            "fs": 16_000, "window": "hamming", "n_mels": 80, "frame_length": 25, "frame_shift": 10,
            "lfr_m": 7, "lfr_n": 6, "cmvn_file": None,
        },
    }  # fmt: skip


def configuration() -> dict[str, Any]:
    """What funasr reads to find the other files of the folder."""
    return {
        "framework": "pytorch",
        "task": "auto-speech-recognition",
        "model": {"type": "funasr"},
        "pipeline": {"type": "funasr-pipeline"},
        "file_path_metas": {
            "init_param": "model.pt",
            "config": "config.yaml",
            "tokenizer_conf": {"bpemodel": TOKENIZER_FILE},
            "frontend_conf": {"cmvn_file": "am.mvn"},
        },
    }


def _cmvn(rng: np.random.Generator) -> str:
    """Shift and scale of the 560 features as kaldi nnet text, near the values log-mel energies of speech have."""
    return cmvn_text(np.tile(-rng.uniform(8.0, 14.0, 80), 7), np.tile(rng.uniform(0.14, 0.24, 80), 7))


def cmvn_text(shift: np.ndarray, scale: np.ndarray) -> str:
    """The content of `am.mvn`, for features that become (x + shift) * scale; both [560]."""

    def row(values: np.ndarray) -> str:
        return "<LearnRateCoef> 0 [ " + " ".join(f"{v:.6f}" for v in values) + " ]"

    return "\n".join(
        ["<Nnet>", "<Splice> 560 560", "[ 0 ]", "<AddShift> 560 560", row(shift), "<Rescale> 560 560", row(scale), "</Nnet>", ""]
    )


def _ordinary_pieces() -> Iterator[str]:
    """Plausible text pieces, the useful ones first: punctuation, words, endings, CJK, kana, Hangul, then made-up words."""
    yield from ("▁", ",", ".", "?", "!", "'", "，", "。", "？", "！", "、", "-")
    words = ("the", "and", "you", "to", "it", "is", "hello", "world", "video", "laugh", "we", "are", "The", "I", "a", "in")
    yield from (f"▁{word}" for word in words)
    yield from ("s", "t", "ing", "ed", "er", "ly", "re", "ll", "m", "d", "one", "two", "0", "1", "2", "3")
    yield from "你好世界我们是的不了在有人这中大来上国个到说时"
    yield from "あいうえおかきくけこさしすせそですまし"
    yield from ("안녕", "하세요", "▁네", "니다", "는", "이", "가")
    yield from (chr(code) for code in range(0x4E00, 0x4E00 + 9_000))
    yield from (chr(code) for code in range(0xAC00, 0xAC00 + 2_000))
    syllables = ["".join(pair) for pair in product("bcdfghjklmnprstvwz", "aeiou")]
    for first, second in product(syllables, syllables):
        yield from (f"▁{first}{second}", f"{first}{second}")


def _tokenizer(size: Size) -> bytes:
    """A sentencepiece model that holds `size.vocabulary` pieces, the special ones at their ids."""
    from sentencepiece import sentencepiece_model_pb2

    pb: Any = sentencepiece_model_pb2  # its classes are made at run time, so no checker knows them
    proto = pb.ModelProto()
    kinds = pb.ModelProto.SentencePiece
    at = {number: piece for piece, number in size.specials.items()}
    reserved_from = min(at) if size is REAL else size.vocabulary
    ordinary = chain(dict.fromkeys(_ordinary_pieces()))
    for number in range(size.vocabulary):
        if number < 3:
            piece, kind = ("<unk>", "<s>", "</s>")[number], kinds.UNKNOWN if number == 0 else kinds.CONTROL
        elif number in at:
            piece, kind = at[number], kinds.USER_DEFINED
        elif number > reserved_from:
            piece, kind = f"<|RESERVED_{number}|>", kinds.USER_DEFINED
        else:
            piece, kind = next(ordinary), kinds.NORMAL
        proto.pieces.add(piece=piece, score=-float(number), type=kind)
    proto.trainer_spec.model_type = pb.TrainerSpec.BPE
    proto.trainer_spec.vocab_size = size.vocabulary
    proto.normalizer_spec.name = "identity"
    proto.normalizer_spec.add_dummy_prefix = True
    return bytes(proto.SerializeToString())


def _write_weights(path: Path, config: Mapping[str, Any], size: Size, seed: int) -> None:
    import torch
    from funasr.models.sense_voice.model import SenseVoiceSmall

    with torch.random.fork_rng(devices=[]):
        torch.manual_seed(seed)
        model = SenseVoiceSmall(
            **config["model_conf"],
            encoder=config["encoder"],
            encoder_conf=config["encoder_conf"],
            input_size=560,
            vocab_size=size.vocabulary,
        )
    count = sum(parameter.numel() for parameter in model.parameters())
    if size.parameters and count != size.parameters:
        raise AssertionError(f"the model has {count} parameters, not {size.parameters}")
    _spread(model.eval(), seed)
    with torch.no_grad():
        bias = model.ctc.ctc_lo.bias
        # This much puts the blank level with the best of the others, so that some frames are blank and some are not.
        bias[0] += 0.9 * LOGIT_SD * math.sqrt(2 * math.log(size.vocabulary))
        # Else every window of a random model might come out as "no speech", and there would be nothing to test.
        bias[size.specials["<|nospeech|>"]] -= 4 * LOGIT_SD
    torch.save(model.state_dict(), path)


def _spread(model: Any, seed: int) -> None:
    """Make a freshly initialised model answer differently from frame to frame.

    Left alone, its blocks average over the window and every frame gets the same token. So the memory blocks, which see
    only the near frames, are made stronger, and the head looks at what differs from the mean output.
    """
    import torch

    with torch.no_grad():
        for name, weight in model.encoder.named_parameters():
            if "fsmn" in name:
                weight *= 3.0
        noise = torch.randn(4, 1, 560, generator=torch.Generator().manual_seed(seed))
        frames = noise + torch.randn(4, 60, 560, generator=torch.Generator().manual_seed(seed + 1))
        encoded = model.encoder(frames, torch.full((4,), 60))[0].reshape(-1, model.encoder.output_size())
        mean = encoded.mean(0)
        head = model.ctc.ctc_lo
        head.weight *= LOGIT_SD / (encoded - mean).matmul(head.weight.T).std()
        head.bias.copy_(-head.weight @ mean)


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("out_dir", type=Path)
    parser.add_argument("--small", action="store_true", help="2 + 1 blocks of width 64 and 300 pieces")
    parser.add_argument("--seed", type=int, default=0)
    arguments = parser.parse_args()
    folder = make_checkpoint(arguments.out_dir, SMALL if arguments.small else REAL, arguments.seed)
    for path in sorted(folder.iterdir()):
        print(f"{path.stat().st_size:>13,d}  {path}")


if __name__ == "__main__":
    main()
