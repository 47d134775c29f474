// A folder in the browser's own file system (OPFS). What is written is flushed before it counts as written.

import { again, within } from "./within.js";

const LONGEST = 5000;
const [TRIES, PAUSE] = [3, 300];

export class Folder {
  /** `null` where the browser gives none, as in some private windows: then every write fails, and is noticed. */
  static async open(name) {
    const open = async () => (await navigator.storage.getDirectory()).getDirectoryHandle(name, { create: true });
    return new Folder(await again(TRIES, PAUSE, () => within(LONGEST, open())).catch(() => null));
  }

  constructor(handle) {
    this.handle = handle;
  }

  async names() {
    if (!this.handle) return [];
    const list = async () => {
      const found = [];
      for await (const name of this.handle.keys()) found.push(name);
      return found.sort();
    };
    return within(LONGEST, list());
  }

  /** The bytes; null when there is no such file. Throws when there may be one that cannot be read just now. */
  async read(name) {
    if (!this.handle) return null;
    const read = async () => {
      const file = await (await this.handle.getFileHandle(name)).getFile();
      return new Uint8Array(await file.arrayBuffer());
    };
    return within(LONGEST, read()).catch((error) => {
      if (error.name === "NotFoundError") return null;
      throw error;
    });
  }

  async write(name, bytes) {
    const write = async () => {
      const file = await this.handle.getFileHandle(name, { create: true });
      const access = await file.createSyncAccessHandle();
      try {
        access.truncate(0);
        if (access.write(bytes, { at: 0 }) !== bytes.length) throw new Error("short write");
        access.flush();
      } finally {
        access.close();
      }
    };
    return within(LONGEST, write());
  }

  async remove(name) {
    await within(LONGEST, this.handle.removeEntry(name)).catch(() => {});
  }

  async wipe() {
    for (const name of await this.names().catch(() => [])) await this.remove(name);
  }
}
