// Whose a key is, and what it may be used for, as the server knows it from the trust file and the control chain.

import {json} from './api.js';

/** Pause before a key that the server did not know is asked for again. */
const AGAIN_MS = 2000;

export class Agents {
  #known = new Map();
  /** When each key was asked for that the server did not know. */
  #missed = new Map();

  /** The agent of a public key, as /v1/agents has it. */
  get(key) {
    return this.#known.get(key);
  }

  /** Reads all keys; fails where the server refuses or is away, and then knows what it knew. */
  async read() {
    const {agents} = await json('/v1/agents');
    this.#known = new Map(agents.map((agent) => [agent.public_key, agent]));
  }

  /** Reads all keys again if one of these is unknown: it may be new. Never fails: without a name a key shows as itself. */
  async know(keys) {
    const now = performance.now();
    const missing = keys.filter((key) => !this.#known.has(key) && !(now - this.#missed.get(key) < AGAIN_MS));
    if (missing.length === 0) return;
    for (const key of missing) this.#missed.set(key, now);
    await this.refresh();
  }

  /** Reads all keys again, and never fails. */
  async refresh() {
    try {
      await this.read();
    } catch {
      // Those that were known are shown as they were.
    }
  }
}
