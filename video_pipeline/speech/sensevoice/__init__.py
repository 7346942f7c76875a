"""The `sensevoice` engine: SenseVoiceSmall, loaded by funasr and run in batches by us.

`weights` finds or fetches the checkpoint, `loading` builds the model, `features` and `forward` turn windows into what the
model says per frame, `decoding` turns that into words, `engine` ties them together. Only `engine`, `weights` and `hubs`
may be imported without torch.
"""
