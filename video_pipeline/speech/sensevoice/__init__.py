"""The `sensevoice` engine: SenseVoiceSmall, loaded by funasr and run in batches by this package.

`weights` finds or downloads the checkpoint, `loading` builds funasr's model from it. `fbank` (or `features`, for exact results)
computes its input, `encoder` and `forward` run it, `listener` combines these. `decoding` turns answers into words, `language`
settles a file's language, `engine` is the public class. Only `engine`, `weights`, `hubs` and `devices` work without torch.
"""
