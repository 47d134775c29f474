// Which browser and system this is, in the few codes that the server takes, and what of a call's sound it can share.

const AGENT = navigator.userAgent;
const BRANDS = (navigator.userAgentData?.brands ?? []).map(({ brand }) => brand);

export const system = systemOf();
export const browser = browserOf();

/** {tab, screen}: whether its sound can be shared here. `table`: what was read, by system and browser. */
export function canShare(table) {
  const { tab = "unknown", system: screen = "unknown" } = table?.[system]?.[browser] ?? {};
  const asks = Boolean(navigator.mediaDevices?.getDisplayMedia);
  return { tab: asks && (tab === "yes" || (tab === "unknown" && isChromium())), screen: asks && screen === "yes" };
}

function isChromium() {
  return BRANDS.includes("Chromium");
}

function systemOf() {
  if (/Android/.test(AGENT)) return "android";
  if (/iPhone|iPad|iPod/.test(AGENT) || (/Mac/.test(AGENT) && navigator.maxTouchPoints > 1)) return "ios";
  if (/CrOS/.test(AGENT)) return "chromeos";
  if (/Windows/.test(AGENT)) return "windows";
  if (/Mac/.test(AGENT)) return "macos";
  return /Linux|X11/.test(AGENT) ? "linux" : "other";
}

function browserOf() {
  if (navigator.brave) return "brave";
  if (/Edg/.test(AGENT)) return "edge";
  if (/OPR|Opera/.test(AGENT)) return "opera";
  if (/Firefox|FxiOS/.test(AGENT)) return "firefox";
  if (/Chrome|CriOS/.test(AGENT)) return "chrome";
  return /Safari/.test(AGENT) ? "safari" : "other";
}
