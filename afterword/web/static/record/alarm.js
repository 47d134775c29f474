// A short sound and a shake of the phone, for whoever wants them when something goes wrong.

export class Alarm {
  /** Within a click: browsers let a page sound only then. */
  arm() {
    this.context ??= new AudioContext();
    this.context.resume().catch(() => {});
  }

  ring() {
    if (!this.context) return;
    navigator.vibrate?.([200, 100, 200]);
    this.#tone(660, 0);
    this.#tone(520, 0.2);
  }

  #tone(pitch, after) {
    const [tone, loud] = [this.context.createOscillator(), this.context.createGain()];
    const from = this.context.currentTime + after;
    tone.frequency.value = pitch;
    loud.gain.setValueAtTime(0.15, from);
    loud.gain.exponentialRampToValueAtTime(0.001, from + 0.18);
    tone.connect(loud).connect(this.context.destination);
    tone.start(from);
    tone.stop(from + 0.2);
  }
}
