// One microphone, from its opening to its closing. It only ever opens in a page that is seen.

import { Source } from "./source.js";
import { within } from "./within.js";

const LONGEST_QUESTION = 120000; // the person may take a while to answer the browser
const AS_IT_IS = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, channelCount: 1 };

export class Microphone extends Source {
  /** `echo`: what the loudspeakers play is taken out of it. Throws a DOMException that `why` in words.js explains. */
  static async open({ echo = false } = {}) {
    if (document.hidden) throw new DOMException("", "NotAllowedError");
    if (navigator.audioSession) navigator.audioSession.type = "play-and-record";
    const asked = navigator.mediaDevices.getUserMedia({ audio: { ...AS_IT_IS, echoCancellation: echo } });
    try {
      return new Microphone(await within(LONGEST_QUESTION, asked));
    } catch (error) {
      asked.then((late) => late.getTracks().forEach((track) => track.stop())).catch(() => {});
      throw error;
    }
  }
}
