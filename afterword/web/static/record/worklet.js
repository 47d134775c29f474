// The tap for browsers without MediaStreamTrackProcessor. It has no output, so nothing is ever played.

const BLOCK = 960;

class Tap extends AudioWorkletProcessor {
  constructor() {
    super();
    this.port.onmessage = ({ data }) => {
      this.out = data.out;
    };
    this.block = new Float32Array(BLOCK);
    this.filled = 0;
  }

  process([channels]) {
    if (!channels?.length) return true;
    for (let i = 0; i < channels[0].length; i += 1) {
      let sum = 0;
      for (const channel of channels) sum += channel[i];
      this.block[this.filled] = sum / channels.length;
      this.filled += 1;
      if (this.filled === BLOCK) this.#send(currentFrame + i + 1 - BLOCK);
    }
    return true;
  }

  #send(frame) {
    this.out?.postMessage({ samples: this.block, rate: sampleRate, frame }, [this.block.buffer]);
    this.block = new Float32Array(BLOCK);
    this.filled = 0;
  }
}

registerProcessor("tap", Tap);
