"""The `whisper` engine: Whisper in any size, run by faster-whisper (CTranslate2), in 99 languages.

`weights` finds or downloads a model, `packing` fills its windows of 30 s with the speech detector's short ones, `decoding` runs
it, `guards` refuses what it makes up, `engine` is the public class. Only `engine` and `weights` work without faster-whisper.
"""
