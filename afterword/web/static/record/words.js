// What the page says. Times are in milliseconds.

export function clock(ms) {
  const whole = Math.floor(ms / 1000);
  const [hours, minutes, seconds] = [Math.floor(whole / 3600), Math.floor(whole / 60) % 60, whole % 60];
  const two = (value) => String(value).padStart(2, "0");
  return hours ? `${hours}:${two(minutes)}:${two(seconds)}` : `${minutes}:${two(seconds)}`;
}

/** '4 seconds', '2 minutes', '3 hours'. */
export function span(ms) {
  const seconds = Math.round(ms / 1000);
  if (seconds < 90) return many(seconds, "second");
  if (seconds < 5400) return many(Math.round(seconds / 60), "minute");
  return seconds < 172800 ? many(Math.round(seconds / 3600), "hour") : many(Math.round(seconds / 86400), "day");
}

export function hour(at) {
  return new Date(at).toLocaleTimeString([], { hour: "2-digit", minute: "2-digit", second: "2-digit" });
}

function many(count, word) {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}

export const HEADLINES = {
  starting: "Starting",
  recording: "Recording",
  deaf: "Nothing is heard",
  lost: "Not recording",
  paused: "Paused",
  off: "Off the record",
};

export const TITLES = {
  starting: "Starting · Afterword",
  recording: "● Recording · Afterword",
  deaf: "Nothing is heard · Afterword",
  lost: "Not recording · Afterword",
  paused: "Paused · Afterword",
  off: "Off the record · Afterword",
  sending: "Sending · Afterword",
};

export const UNDER = {
  starting: "",
  recording: "",
  deaf: "",
  lost: "The microphone is closed. What was heard until now is safe.",
  paused: "The microphone is closed. Nothing is heard until you go on.",
  off: "The microphone is closed. What is said now is not on the record. Go on when you both want to.",
};

/** For each kind of trouble: what it is, and what can be done. `alarm`: worth a sound. */
export const TROUBLES = {
  taken: {
    alarm: true,
    says: () => "The microphone was taken away, by a call, another program or a mute key. It goes on by itself once it is given back.",
  },
  silent: {
    alarm: true,
    says: () => "The microphone gives no sound at all. Is it switched off, or muted by a key or on its cable? If that is not it, start it anew.",
  },
  nothing: { alarm: true, says: () => "Nothing comes from the microphone." },
  unshared: { alarm: true, says: () => "The call is no longer shared. Your side is still recorded." },
  callFlat: {
    alarm: true,
    says: () => "Your therapist has not been heard for 30 seconds. If you hear them, the sound of the call does not reach this page: is the call muted in its tab, or is it in another one?",
  },
  youFlat: { alarm: true, says: () => "You have not been heard for 30 seconds. If you spoke, the microphone does not reach you: is it muted, or another one?" },
  flat: { alarm: true, says: () => "Nobody has been heard for 30 seconds. If somebody spoke, the microphone does not reach you: is it muted, or too far away?" },
  lost: { alarm: true, says: () => "The microphone is gone: unplugged, or taken by another program. Nothing is recorded just now." },
  refused: { alarm: true, says: (now) => now.refused },
  stuck: { alarm: true, says: () => "This page does not answer itself any more. Please load it again: what is sealed stays, and you can go on." },
  storage: {
    alarm: true,
    says: (now) =>
      `This device cannot store any more, so the last ${span(Math.max(now.unkept ?? 0, 1000))} are only in this page. Please keep it open, and make room.`,
  },
  unknown: {
    says: () => "Your computer does not know this recording. Perhaps Afterword was started there on another data folder. Everything is kept here, sealed, and is sent once it is known.",
  },
  full: { says: () => "The disk of your computer is full. The recording goes on and is kept here, sealed. Make room there; it is sent then." },
  conflict: { says: () => "A part of this recording is on your computer in another form already. Both are kept. The rest goes on." },
  offline: {
    says: (now) => `${now.state === "recording" ? "Still recording. " : ""}${waiting(now.waiting)}, sealed ${now.unkept > 0 ? "in this page" : "on this device"}. It goes on by itself.`,
  },
  hidden: { alarm: true, says: () => "This page is not in front. A phone may stop listening at any moment: please come back to it." },
  screen: { says: () => "This browser cannot keep the screen on. Please touch it now and then, or let it stay on in the settings of this device." },
};

function waiting(ms) {
  if (ms < 1000) return "The connection is away. Nothing has to be sent";
  const minutes = Math.floor(ms / 60000);
  const much = minutes ? many(minutes, "minute") : ms < 20000 ? "A few seconds" : "Less than a minute";
  return `${much} ${minutes === 1 || much.startsWith("Less") ? "is" : "are"} waiting to be sent`;
}

/** "Sealed and safe up to 31:40." and what is only here. */
export function safe({ safe: upTo, waiting: all, unkept = 0 }) {
  const kept = all - unkept;
  const first = upTo >= 1000 ? `Sealed and safe up to ${clock(upTo)}.` : "Nothing is on your computer yet.";
  return kept >= 1000 ? `${first} ${span(kept)} kept on this device, sealed.` : first;
}

export function interrupted({ heard, last }) {
  const at = heard >= 1000 ? `at ${clock(heard)}` : "just after it began";
  return `Your recording was interrupted ${at}. ${span(Math.max(0, Date.now() - last))} not heard.`;
}

export function rested({ heard }) {
  return `Your recording is paused at ${clock(heard)}.`;
}

/** A recording that broke off long ago. */
export function old(last) {
  const much = Date.now() - last;
  const days = Math.floor(much / 86400000);
  if (days >= 5) return `This was ${days} days ago. A recording is destroyed after 7 days at the latest, and browsers clean up too: please finish it or discard it now.`;
  const ago = days >= 1 ? many(days, "day") : span(much);
  return isTooLate(last) ? `This was ${ago} ago, too long to go on. Please finish it or discard it.` : "";
}

/** After that it is another session. */
export function isTooLate(last) {
  return Date.now() - last > 12 * 3600 * 1000;
}

export function left(parts) {
  return parts ? `Keep this page open, ${many(parts, "part")} left.` : "Keep this page open, nearly done.";
}

export const GONE = "It is gone from this device. Your computer is told as soon as it is reached.";

export const NOT_KNOWN = "Your computer does not know this recording. Perhaps Afterword was started there on another data folder: what is there is destroyed once it is known.";

/** What becomes of it while the connection is away. */
export const AWAY = {
  finishing: "The connection is away. Nothing is lost: it goes on by itself, or when you open this page again.",
  discarding: "The connection is away. What your computer has already is destroyed when it is back, now or when you open this page again.",
};

/** Why a microphone did not open. */
export function why(error) {
  const reasons = {
    NotAllowedError: "The browser was not allowed to use the microphone. Allow it beside the address of this page (or in the settings of this device), then try again.",
    NotFoundError: "There is no microphone. Plug one in or switch it on, then try again.",
    NotReadableError: "The microphone is in use by another program, such as a call. Close that, then try again.",
  };
  return reasons[error?.name] ?? "The microphone did not start. Please try again, or load this page anew.";
}
