// In the sound thread: counts, and passes on numbers ten times a second. The time is taken here, where nothing waits.

const EVERY = 4800;

class Hear extends AudioWorkletProcessor {
  sum = { frames: 0, squares: 0, zeros: 0 };

  process([[channel]]) {
    let squares = 0;
    for (const sample of channel ?? []) squares += sample * sample;
    this.sum.squares += squares;
    this.sum.frames += channel?.length ?? 0;
    this.sum.zeros += squares === 0 ? (channel?.length ?? 0) : 0;
    if (this.sum.frames >= EVERY) {
      this.port.postMessage({ at: Date.now(), ...this.sum });
      this.sum = { frames: 0, squares: 0, zeros: 0 };
    }
    return true;
  }
}

registerProcessor("hear", Hear);
