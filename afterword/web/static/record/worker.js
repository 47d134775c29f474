// Starts the one worker there is. Trusted Types let no other address become a script.

const ADDRESS = "/static/record/recorder.js";

const policy = globalThis.trustedTypes?.createPolicy("afterword", {
  createScriptURL(given) {
    if (given !== ADDRESS) throw new TypeError("not a worker of ours");
    return given;
  },
});

export function startWorker() {
  return new Worker(policy ? policy.createScriptURL(ADDRESS) : ADDRESS, { type: "module" });
}
