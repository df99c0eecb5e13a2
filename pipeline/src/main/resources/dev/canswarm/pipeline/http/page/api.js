// Requests to the process that sent this page. On another interface than loopback it wants a token, which is asked for once
// and kept for as long as the tab is open.

const KEY = 'can-swarm-token';

function headers(more) {
  const token = sessionStorage.getItem(KEY);
  return token ? {...more, Authorization: 'Bearer ' + token} : more;
}

export class Problem extends Error {
  constructor(status, code, detail) {
    super(detail);
    this.status = status;
    this.code = code;
  }
}

export function setToken(token) {
  sessionStorage.setItem(KEY, token);
}

export async function request(path, more = {}, signal = undefined) {
  const response = await fetch(path, {headers: headers(more), signal, cache: 'no-store', credentials: 'omit'});
  if (response.ok) return response;
  let problem = {};
  try {
    problem = await response.json();
  } catch {
    // Then the status says it all.
  }
  throw new Problem(response.status, problem.code ?? '', problem.detail ?? 'status ' + response.status);
}

export async function json(path, signal = undefined) {
  return (await request(path, {Accept: 'application/json'}, signal)).json();
}

/** The health of the process; 503 has it, too. */
export async function health() {
  const response = await fetch('/readyz?verbose', {headers: headers({Accept: 'application/json'}), cache: 'no-store'});
  return response.json();
}

const WAIT_FIRST_MS = 500;
const WAIT_MAX_MS = 5000;
const FRAME_CHARS_MAX = 1 << 20;

/**
 * Events of the server, by fetch instead of EventSource, which can send no token. Comes back with the last id that it got, so
 * that nothing is lost; ends with stop().
 *
 * Listeners are message, rates and sampled, for events of these types; state, for how the connection is; and opened, each time that
 * the server begins to send, with the position from which it does. The position is empty if the stream has none to go on
 * from: at the first time, and after the server has refused the last one. What was stored before is then to be read.
 */
export class Events {
  #stopped = new AbortController();
  #last;

  constructor(path, listeners, after = '') {
    this.path = path;
    this.listeners = listeners;
    this.#last = after;
    this.#run();
  }

  stop() {
    this.#stopped.abort();
  }

  get last() {
    return this.#last;
  }

  async #run() {
    let wait = WAIT_FIRST_MS;
    while (!this.#stopped.signal.aborted) {
      try {
        const more = this.#last ? {'Last-Event-ID': this.#last} : {};
        const response = await request(this.path, more, this.#stopped.signal);
        this.listeners.state?.('live');
        this.listeners.opened?.(this.#last);
        wait = WAIT_FIRST_MS;
        await this.#read(response.body.pipeThrough(new TextDecoderStream()).getReader());
      } catch (failure) {
        if (this.#stopped.signal.aborted) return;
        if (failure.status === 401) {
          this.listeners.state?.('token');
          return;
        }
        if (failure.code === 'BAD_POSITION') this.#last = '';
      }
      if (this.#stopped.signal.aborted) return;
      this.listeners.state?.('away');
      await new Promise((done) => setTimeout(done, wait));
      wait = Math.min(WAIT_MAX_MS, 2 * wait);
    }
  }

  async #read(reader) {
    let text = '';
    for (;;) {
      const {value, done} = await reader.read();
      if (done) return;
      text += value;
      if (text.length > FRAME_CHARS_MAX) throw new Error('an event without end');
      let end;
      // A listener may stop it: what is left of the piece is then no longer wanted.
      while (!this.#stopped.signal.aborted && (end = text.indexOf('\n\n')) >= 0) {
        this.#frame(text.slice(0, end));
        text = text.slice(end + 2);
      }
    }
  }

  #frame(frame) {
    let type = 'message';
    let data = '';
    let id = '';
    for (const line of frame.split('\n')) {
      if (line.startsWith('id: ')) id = line.slice(4);
      else if (line.startsWith('event: ')) type = line.slice(7);
      else if (line.startsWith('data: ')) data += line.slice(6);
    }
    if (data) this.listeners[type]?.(JSON.parse(data));
    if (id) this.#last = id;
  }
}
