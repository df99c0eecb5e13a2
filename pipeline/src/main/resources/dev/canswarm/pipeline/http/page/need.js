// One NEED: how it ended and why, its tasks with their attempts and votes, and what was said by whom, verified here.

import {badge} from './live.js';
import {clock, h, lines, plain, refill, s, short, span} from './dom.js';
import {Events, json} from './api.js';
import {agentOf, tell} from './story.js';
import {able, verify} from './verify.js';
import {download} from './lists.js';

const ROW = 30;
const LANE = 18;
const RELOAD_MS = 150;
const PAYLOAD_CHARS_MAX = 20_000;

export class NeedView {
  /** The checks of each message by its id, with the text of the row that they were made of. */
  #verified = new Map();
  #selected = '';
  /** Which tasks were opened or closed by hand, by id. */
  #opened = new Map();
  #loads = 0;
  /** Number of the load that is shown; older ones that arrive later are not. */
  #shown = 0;
  /** What the parts of the view show, to leave alone what stays as it is. */
  #drawn = {};

  constructor(main, id, agents, state) {
    this.main = main;
    this.id = id;
    this.agents = agents;
    this.state = state;
    main.replaceChildren(h('p', {class: 'empty', role: 'status'}, 'Reading …'));
    this.#load();
    this.events = new Events('/v1/needs/' + encodeURIComponent(id) + '/events', {
      message: () => this.#soon(), opened: () => this.#soon(), state});
  }

  stop() {
    this.stopped = true;
    this.events.stop();
    clearTimeout(this.timer);
  }

  #soon() {
    this.timer ??= setTimeout(() => {
      this.timer = undefined;
      this.#load();
    }, RELOAD_MS);
  }

  async #load() {
    const load = ++this.#loads;
    let story;
    try {
      const path = '/v1/needs/' + encodeURIComponent(this.id) + '/messages';
      const [document] = await Promise.all([json(path), load === 1 ? this.agents.refresh() : undefined]);
      await this.agents.know(document.messages.map((row) => row.sender_pk_b64).filter(Boolean));
      story = await tell(document, this.agents);
    } catch (failure) {
      if (!this.stopped && load === this.#loads) this.#failed(failure);
      return;
    }
    if (this.stopped || load < this.#shown) return;
    this.#shown = load;
    this.#show(story);
    await this.#verify(story, load);
  }

  #failed(failure) {
    if (failure.status === 401) {
      this.state('token');
    } else if (failure.status === 503) {
      this.#soon();
    } else if (!this.#shown) {
      const text = failure.status === 404 ? 'Nothing is stored of this NEED (yet).' : 'It cannot be read: ' + plain(failure.message);
      this.main.replaceChildren(h('p', {class: 'empty', role: 'status'}, text));
    }
  }

  /** The parts of the view, which stay where they are while what they show changes. */
  #frame() {
    this.head = h('div');
    this.check = h('p', {class: 'verified', role: 'status'});
    this.note = h('p', {class: 'note'});
    this.tasks = h('div');
    this.talk = h('div');
    this.detail = h('aside', {class: 'panel detail', 'aria-label': 'The chosen message', 'aria-live': 'polite'},
        h('p', {class: 'empty'}, 'Choose a message to see what it says.'));
    this.main.replaceChildren(
        h('section', {class: 'panel head'}, this.head, this.check, this.note),
        h('section', {class: 'panel'}, h('h2', {}, 'Tasks'), this.tasks),
        h('div', {class: 'talk'}, h('section', {class: 'panel'}, this.talk), this.detail));
  }

  #show(story) {
    if (!this.head) this.#frame();
    this.story = story;
    // With a key that is revoked the messages stay the same, and what is said of them does not.
    const text = JSON.stringify([story.messages.map((message) => [message.text, message.name, message.status]), story.failures]);
    if (this.#drawn.story === text) return;
    this.#drawn.story = text;
    if (!this.check.textContent) this.check.textContent = 'verifying …';
    this.note.textContent = story.complete ? '' : 'There is more than is shown here: the first messages, up to 4 MiB.';
    refill(this.head,
        h('h1', {}, 'NEED ', h('span', {class: 'mono', title: this.id}, short(this.id, 20)), ' ', badge(story)),
        h('p', {}, 'in thread ', h('a', {'data-key': 'thread', href: '#/thread/' + encodeURIComponent(story.thread)}, plain(story.thread, 128)),
            story.created ? [' · came ', clock(story.created)] : '', story.ended ? [' · took ', span(story.ended - story.created)] : ''),
        h('p', {class: 'why'}, story.why));
    refill(this.tasks, story.tasks.length
      ? [graph(story.tasks), story.tasks.map((task) => this.#task(task, story))] : h('p', {class: 'empty'}, 'No plan is decided.'));
    this.rows = new Map();
    refill(this.talk, h('h2', {}, 'Messages ', h('small', {}, counted(story))), this.#timeline(story));
    this.#chosen();
  }

  #task(task, story) {
    const isOpen = this.#opened.get(task.id) ?? (story.tasks.length <= 3 || task.attempts.some((attempt) => attempt.votes.some((vote) => !vote.accept)));
    const details = h('details', {class: 'task', open: isOpen},
        h('summary', {'data-key': 'task ' + task.id, on: {click: () => this.#opened.set(task.id, !details.open)}}, h('b', {}, plain(task.name ? task.name + ' · ' + task.type : task.type, 80)), ' ', h('span', {class: 'badge ' + tone(task.state)}, task.state),
            h('small', {class: 'mono', title: task.id}, ' ' + short(task.id, 8))),
        task.attempts.length === 0 ? h('p', {class: 'empty'}, 'No worker has claimed it.') : '',
        h('ol', {class: 'attempts'}, task.attempts.map((attempt) => h('li', {},
            h('p', {}, h('b', {}, 'Attempt ' + attempt.number), attempt.verdict
              ? h('span', {class: 'badge ' + (attempt.verdict === 'VERIFIED' ? 'good' : 'bad')}, attempt.verdict, attempt.cause === 'SILENCE' ? ' · by silence' : '') : ''),
            h('ul', {class: 'plain leases'}, attempt.leases.map((lease) => h('li', {}, 'lease ' + lease.token + ': ', this.#who(lease.worker), ' claimed it at ', after(story, lease.at),
                lease.end ? [', ', lease.end, ' at ', after(story, lease.endAt)] : ', and works',
                lease.artifact ? [' · artifact ', artifact(lease.artifact, task.id + ' ' + lease.token)] : '', lease.error ? h('pre', {class: 'error'}, lines(lease.error, 2000)) : ''))),
            attempt.votes.length ? h('ul', {class: 'plain votes'}, attempt.votes.map((vote) => h('li', {class: vote.accept ? 'for' : 'against'},
                h('span', {class: 'mark', 'aria-hidden': 'true'}, vote.accept ? '✓' : '✗'), this.#who(vote.voter), vote.accept ? ' accepts' : ' rejects', vote.counted ? ', counted' : ', not counted',
                vote.evidence !== undefined ? h('pre', {class: 'evidence', 'aria-label': 'evidence'}, lines(JSON.stringify(vote.evidence, null, 1), 4000)) : '',
                vote.error ? h('pre', {class: 'error'}, lines(vote.error, 2000)) : ''))) : '',
            attempt.notes.map((note) => h('p', {class: 'note'}, 'noted by ', this.#who(note.agent), ' (', note.kind.toLowerCase(), '): ', plain(note.error, 1024)))))));
    return details;
  }

  #who(key) {
    const {name, role, status} = agentOf(this.agents, key);
    return [h('span', {class: 'agent ' + role, title: key}, name), revoked(status)];
  }

  #timeline(story) {
    const lanes = story.lanes.length * LANE + 14;
    const x = (key) => 12 + story.lanes.indexOf(key) * LANE;
    const y = (i) => ROW * i + ROW / 2;
    const picture = s('svg', {class: 'lanes', width: lanes, height: ROW * story.messages.length, 'aria-hidden': 'true'});
    for (const lane of story.lanes) picture.append(s('line', {class: 'lane', x1: x(lane), x2: x(lane), y1: 4, y2: ROW * story.messages.length - 4}));
    story.messages.forEach((message, i) => {
      for (const parent of message.parents) {
        const from = story.messages.findIndex((other) => other.id === parent);
        if (from < 0) continue;
        const [ax, ay, bx, by] = [x(story.messages[from].sender), y(from), x(message.sender), y(i)];
        const bend = Math.min(40, (by - ay) / 2);
        picture.append(s('path', {class: 'edge', 'data-child': message.id, 'data-parent': parent, d: `M${ax},${ay} C${ax},${ay + bend} ${bx},${by - bend} ${bx},${by}`}));
      }
    });
    story.messages.forEach((message, i) => picture.append(s('circle', {
      class: 'dot ' + message.role + (message.bad ? ' bad' : ''), cx: x(message.sender), cy: y(i), r: message.kind === 'FINALIZE' ? 6.5 : 5})));
    const list = h('ol', {class: 'messages', 'data-lanes': lanes, on: {keydown: (event) => this.#step(event)}});
    list.style.setProperty('--lanes', lanes + 'px');
    for (const message of story.messages) {
      const mark = h('span', {class: 'check', title: 'not verified yet'}, '…');
      const button = h('button', {type: 'button', class: message.bad ? 'bad' : '', 'data-key': 'message ' + message.id, 'aria-pressed': 'false', on: {click: () => this.#choose(message.id)}},
          h('span', {class: 'time'}, after(story, message.stored)), h('span', {class: 'verb ' + message.role}, message.kind),
          h('span', {class: 'agent ' + message.role}, message.name), h('span', {class: 'says'}, revoked(message.status), message.says), mark);
      this.rows.set(message.id, {button, mark});
      list.append(h('li', {}, button));
    }
    this.picture = picture;
    return h('div', {class: 'timeline', 'data-key': 'timeline'}, picture, list);
  }

  #step(event) {
    const by = {ArrowDown: 1, ArrowUp: -1}[event.key];
    if (!by) return;
    const buttons = [...event.currentTarget.querySelectorAll('button')];
    const next = buttons[buttons.indexOf(document.activeElement) + by];
    if (next) {
      event.preventDefault();
      next.focus();
    }
  }

  #choose(id) {
    this.#selected = id;
    this.#chosen();
  }

  /** Shows the chosen message beside the others, and which ones it follows from. */
  #chosen() {
    const id = this.#selected;
    const message = this.story.byId.get(id);
    if (!message) return;
    for (const [other, {button}] of this.rows) button.setAttribute('aria-pressed', String(other === id));
    for (const edge of this.picture.querySelectorAll('.edge')) {
      edge.classList.toggle('lit', edge.dataset.child === id || edge.dataset.parent === id);
    }
    const checks = this.#verified.get(id)?.checks;
    const parents = message.parents.map((parent) => this.story.byId.get(parent)?.name);
    const text = JSON.stringify([message.text, message.name, message.status, parents, checks]);
    if (this.#drawn.chosen === text) return;
    this.#drawn.chosen = text;
    refill(this.detail, this.#told(message, checks));
  }

  #told(message, checks) {
    const link = (parent) => {
      const other = this.story.byId.get(parent);
      return h('li', {}, other ? h('button', {type: 'button', class: 'link', 'data-key': 'parent ' + parent, on: {click: () => {
        this.#choose(parent);
        this.rows.get(parent).button.focus();
      }}}, other.kind + ' by ' + other.name) : h('span', {class: 'mono'}, short(parent)));
    };
    const payload = JSON.stringify(message.payload, null, 2) ?? '';
    return [h('h2', {}, message.kind, ' ', h('small', {}, 'by ', message.name)),
      h('dl', {},
          h('dt', {}, 'id'), h('dd', {class: 'mono break'}, message.id),
          h('dt', {}, 'stored'), h('dd', {}, clock(message.stored), ' · ', after(this.story, message.stored), ' · Lamport time ', message.lamport),
          h('dt', {}, 'fills'), h('dd', {class: 'mono break'}, plain(message.slot, 300)),
          message.key ? [h('dt', {}, 'signed by'), h('dd', {class: 'mono break'}, message.key, revoked(message.status))] : '',
          message.parents.length ? [h('dt', {}, 'follows from'), h('dd', {}, h('ul', {class: 'plain'}, message.parents.map(link)))] : '',
          checks ? [h('dt', {}, 'verified here'), h('dd', {}, h('ul', {class: 'plain'}, checks.map((check) =>
            h('li', {class: check.holds ? 'good' : 'bad'}, check.holds ? '✓ ' : '✗ ', check.name))))] : ''),
      h('h3', {}, message.kind === 'VERDICT' ? 'What was counted' : 'Payload'),
      h('pre', {class: 'payload', tabindex: '0', 'data-key': 'payload ' + message.id}, lines(payload, PAYLOAD_CHARS_MAX))];
  }

  async #verify(story, load) {
    const isAble = await able();
    if (this.stopped || load !== this.#shown) return;
    if (!isAble) {
      this.check.textContent = 'This browser cannot verify Ed25519 signatures; ./swarm replay does.';
      return;
    }
    let good = 0;
    let bad = 0;
    let left = 0;
    for (const message of story.messages) {
      if (!message.key) {
        this.#mark(message, '', 'not a message: it is stored by a coordinator and derived again by replay');
        continue;
      }
      if (!message.envelope && !story.complete) {
        left++;
        this.#mark(message, '', 'not verified: its bytes were not sent');
        continue;
      }
      const known = this.#verified.get(message.id);
      const checks = known?.text === message.text ? known.checks : await checksOf(message, this.id, story.thread);
      // A newer story is shown meanwhile, and verified by its own load.
      if (this.stopped || load !== this.#shown) return;
      this.#verified.set(message.id, {text: message.text, checks});
      const holds = checks.every((check) => check.holds);
      if (holds) good++;
      else bad++;
      this.#mark(message, holds ? '✓' : '✗', holds ? 'verified in this browser' : 'INVALID: ' + checks.filter((check) => !check.holds).map((check) => check.name).join(', '));
    }
    this.check.className = 'verified ' + (bad ? 'bad' : 'good');
    this.check.textContent = bad
      ? `✗ ${bad} of ${good + bad} messages are not what their senders signed`
      : `✓ ${left ? '' : 'all '}${good} messages verified in this browser: SHA-256 of payload and id, Ed25519 signature` + (left ? `; ${left} were not sent` : '');
    this.#chosen();
  }

  #mark(message, sign, title) {
    const {mark} = this.rows.get(message.id);
    mark.textContent = sign;
    mark.title = title;
    mark.className = 'check ' + (sign === '✓' ? 'good' : sign ? 'bad' : '');
    if (sign) mark.setAttribute('aria-label', title);
  }
}

/** The checks of a message: of its envelope alone, and that the envelope is of what is shown. */
async function checksOf(message, needId, thread) {
  const {envelope, row} = message;
  if (!envelope) return [{name: 'its bytes are a message', holds: false}];
  const checks = await verify(envelope);
  const signed = {id: envelope.id, sender: envelope.sender_pk_b64, kind: envelope.kind, 'Lamport time': envelope.lamport,
    NEED: envelope.kind === 'NEED' ? envelope.id : envelope.need_id, thread: envelope.thread_id};
  const shown = {id: row.id, sender: row.sender_pk_b64, kind: row.kind, 'Lamport time': row.lamport, NEED: needId, thread};
  const others = Object.keys(signed).filter((name) => signed[name] !== shown[name]);
  return [...checks, ...others.map((name) => ({name: 'the shown ' + name, holds: false})),
    ...(others.length ? [] : [{name: 'the shown ' + Object.keys(shown).join(', '), holds: true}])];
}

/** What is said of a key that is in force no more; nothing of another. */
function revoked(status) {
  if (status === 'retired') return h('span', {class: 'badge revoked', title: 'It signs only for what was decided while it was in force.'}, 'key retired');
  if (status === 'compromised') return h('span', {class: 'badge revoked bad', title: 'Nothing that it signs is admitted any more.'}, 'key compromised');
  return '';
}

function counted(story) {
  const signed = story.messages.filter((message) => message.key).length;
  const verdicts = story.messages.length - signed;
  return `${signed} signed, with what they follow from; ${verdicts} ${verdicts === 1 ? 'verdict' : 'verdicts'} of counted votes`;
}

function after(story, millis) {
  return millis - story.created < 0 ? '+0 ms' : '+' + span(millis - story.created);
}

function artifact(hash, where) {
  const save = h('button', {type: 'button', class: 'link', 'data-key': 'save ' + where, on: {click: () => download(hash, save)}}, 'save');
  return [h('a', {class: 'mono', 'data-key': 'artifact ' + where, href: '#/artifact/' + encodeURIComponent(hash), title: hash}, short(hash)), ' (', save, ')'];
}

function tone(state) {
  return {VERIFIED: 'good', REJECTED: 'bad', waiting: '', working: 'open', verifying: 'open'}[state] ?? '';
}

/** Tasks by the length of the way to them, from left to right. */
function graph(tasks) {
  if (tasks.length < 2) return '';
  const depth = new Map();
  for (const task of tasks) depth.set(task, 1 + Math.max(-1, ...task.requires.map((one) => depth.get(one))));
  const columns = [];
  for (const task of tasks) (columns[depth.get(task)] ??= []).push(task);
  const [boxW, boxH, gapX, gapY] = [168, 44, 56, 14];
  const tallest = Math.max(...columns.map((column) => column.length));
  const width = columns.length * (boxW + gapX) - gapX + 4;
  const height = tallest * (boxH + gapY) - gapY + 4;
  const place = new Map();
  columns.forEach((column, c) => column.forEach((task, r) => place.set(task, [
    2 + c * (boxW + gapX), 2 + (height - 4 - (column.length * (boxH + gapY) - gapY)) / 2 + r * (boxH + gapY)])));
  const picture = s('svg', {class: 'graph', viewBox: `0 0 ${width} ${height}`, width, height, role: 'img',
    'aria-label': tasks.map((task) => plain(task.name || task.type, 40) + ' is ' + task.state + (task.requires.length ? ', after ' + task.requires.map((one) => plain(one.name || one.type, 40)).join(' and ') : '')).join('; ')});
  for (const task of tasks) {
    const [x, y] = place.get(task);
    for (const one of task.requires) {
      const [px, py] = place.get(one);
      const [ax, ay, bx, by] = [px + boxW, py + boxH / 2, x, y + boxH / 2];
      picture.append(s('path', {class: 'edge', d: `M${ax},${ay} C${ax + gapX / 2},${ay} ${bx - gapX / 2},${by} ${bx},${by}`}));
    }
  }
  for (const task of tasks) {
    const [x, y] = place.get(task);
    picture.append(s('g', {class: 'box ' + tone(task.state)}, s('rect', {x, y, width: boxW, height: boxH, rx: 7}),
        s('text', {class: 'name', x: x + 10, y: y + 18}, plain(task.name || task.type, 22)),
        s('text', {class: 'small', x: x + 10, y: y + 34}, task.state + (task.attempts.length > 1 ? ', attempt ' + task.attempts.length : ''))));
  }
  return h('div', {class: 'scroll', tabindex: '0', role: 'region', 'data-key': 'graph', 'aria-label': 'The tasks as a graph'}, picture);
}
