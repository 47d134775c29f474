// Some promises of a browser never settle. Everything that waits for one of those waits through here.

export class TooLong extends Error {}

/** What `ask()` gives in the end: a file may be held by another program for a moment. */
export async function again(times, pause, ask) {
  for (let left = times - 1; ; left -= 1) {
    try {
      return await ask();
    } catch (error) {
      if (left <= 0) throw error;
    }
    await new Promise((resolve) => setTimeout(resolve, pause));
  }
}

/** The promise, or TooLong after so many milliseconds. */
export function within(milliseconds, promise) {
  let timer;
  const late = new Promise((_, reject) => {
    timer = setTimeout(() => reject(new TooLong()), milliseconds);
  });
  return Promise.race([promise, late]).finally(() => clearTimeout(timer));
}
