"""The `sensevoice` engine: SenseVoiceSmall, loaded by funasr and run in batches by us.

`weights` finds or fetches the checkpoint, `loading` builds funasr's model from it; `fbank` (for exactness `features`) makes its
input, `encoder` and `forward` run it, `listener` puts these together; `decoding` turns answers into words, `language` settles a
file's language, `engine` is the face. Only `engine`, `weights`, `hubs` and `devices` may be imported without torch.
"""
