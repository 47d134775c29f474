// The sound of the call, as the browser shares it: of another tab, or of all that this computer plays. Its picture is given
// back at once. A share outlives a pause, so that nobody has to pick twice; what is listened to is a copy of its track.

import { Source } from "../record/source.js";

const AS_IT_IS = { echoCancellation: false, noiseSuppression: false, autoGainControl: false, suppressLocalAudioPlayback: false };
const HINTS = { systemAudio: "include", selfBrowserSurface: "exclude", surfaceSwitching: "include", audioSelection: "preferred" };
const SURFACES = { tab: "browser", screen: "monitor" };

/** Why there is no sound of a call. `says`: what was missed. */
export class NotShared extends Error {
  constructor(says) {
    super(says);
    this.says = says;
  }
}

export class Call {
  /** `where`: tab or screen. Only in a click, and before anything else is asked: one click opens one picker. */
  static async open(where) {
    const video = { displaySurface: SURFACES[where] };
    const given = await navigator.mediaDevices.getDisplayMedia({ video, audio: AS_IT_IS, ...HINTS, ...staysHere() }).catch((error) => {
      throw new NotShared(refused(error));
    });
    const surface = given.getVideoTracks()[0]?.getSettings().displaySurface;
    for (const track of given.getVideoTracks()) track.stop();
    if (!given.getAudioTracks().length) throw new NotShared(unticked(where, surface));
    return new Call(given);
  }

  constructor(stream) {
    this.stream = stream;
    [this.track] = stream.getAudioTracks();
  }

  get isLive() {
    return this.track.readyState === "live";
  }

  /** One to listen to until the next pause. */
  source() {
    return new Source(new MediaStream([this.track.clone()]));
  }

  onEnd(ended) {
    this.track.addEventListener("ended", () => ended(this));
  }

  close() {
    this.stream.getTracks().forEach((track) => track.stop());
  }
}

/** The shared tab does not come to the front: a page that is not seen gets no microphone. */
function staysHere() {
  if (!globalThis.CaptureController?.prototype.setFocusBehavior) return {};
  const controller = new CaptureController();
  try {
    controller.setFocusBehavior("no-focus-change");
  } catch {
    return {};
  }
  return { controller };
}

function refused(error) {
  if (error?.name === "NotAllowedError") return "Nothing was shared. Press again, choose the call, and leave the switch for its sound on.";
  if (error?.name === "NotReadableError") return "The browser could not take the sound of the call. A sound enhancer on this computer may hold it: switch that off, or start the browser anew.";
  return "The browser did not share the call. Please try again.";
}

function unticked(where, surface) {
  if (surface === "window") return `A window was shared, and a window gives no sound here. Choose ${where === "tab" ? "the tab of the call" : "the entire screen"} instead.`;
  if (where === "screen") return "The switch “Also share system audio” was off, so there is no sound of the call. Share the entire screen again with it on.";
  return "The switch “Also share tab audio” was off, so there is no sound of the call. Share the tab again with it on.";
}
