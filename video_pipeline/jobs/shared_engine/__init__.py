"""One process holds the engine and several workers decode for it: a GPU is kept busy, and its memory holds one model.

A worker's engine is then a `_Borrowed` one, which sends windows of sound and receives what the engine recognised. Every call has
a connection of its own, so that a call that is broken off leaves nothing behind. What several workers ask of SenseVoice at the
same time goes through it together. An engine that does not support several threads runs for one caller at a time, and never while
it waits for a worker: the turn is released for as long as a window is awaited or an answer is sent.

A worker that waits for its turn is told again and again that the engine is alive. One that hears nothing at all takes the engine
for hung, and has the run replace it; its call is made once more, with the windows that it had sent already. The same happens when
the engine dies. It is given a socket that listens already, so a worker is connected to it before it has begun, and learns at once
when it dies at its start.
"""
