// One NEED: how it ended and why, its tasks with their attempts and votes, and what was said by whom, verified here.

import {badge} from './live.js';
import {clock, h, lines, plain, s, short, span} from './dom.js';
import {Events, json} from './api.js';
import {able, taskId, verify} from './verify.js';
import {download} from './lists.js';

const ROLES = ['client', 'operator', 'gateway', 'planner', 'decider', 'worker', 'verifier', 'coordinator'];
const ROW = 30;
const LANE = 18;
const RELOAD_MS = 150;
const PAYLOAD_CHARS_MAX = 20_000;

const WHY = {
  NO_PLAN: 'No plan was decided in time.',
  ATTEMPTS_USED_UP: 'Every attempt that the policy allows at one of its tasks failed.',
  CANCELLED: 'It was cancelled by who sent it, or by an operator.',
};

export class NeedView {
  /** The checks of each message by its id, with the text of the row that they were made of. */
  #verified = new Map();
  #selected = '';

  constructor(main, id, agents, state) {
    this.main = main;
    this.id = id;
    this.agents = agents;
    this.state = state;
    main.replaceChildren(h('p', {class: 'empty', role: 'status'}, 'Reading …'));
    this.#load();
    this.events = new Events('/v1/needs/' + encodeURIComponent(id) + '/events', {
      message: () => this.#soon(), state});
  }

  stop() {
    this.stopped = true;
    this.events.stop();
    clearTimeout(this.timer);
  }

  #soon() {
    clearTimeout(this.timer);
    this.timer = setTimeout(() => this.#load(), RELOAD_MS);
  }

  async #load() {
    try {
      const document = await json('/v1/needs/' + encodeURIComponent(this.id) + '/messages');
      const story = await tell(document, this.agents);
      if (this.stopped) return;
      this.#show(story);
      await this.#verify(story);
    } catch (failure) {
      if (this.stopped) return;
      if (failure.status === 503) {
        this.#soon();
        return;
      }
      const text = failure.status === 404 ? 'Nothing is stored of this NEED (yet).' : 'It cannot be read: ' + plain(failure.message);
      this.main.replaceChildren(h('p', {class: 'empty', role: 'status'}, text));
    }
  }

  #show(story) {
    this.check = h('p', {class: 'verified', role: 'status'}, 'verifying …');
    this.rows = new Map();
    this.detail = h('aside', {class: 'panel detail', 'aria-label': 'The chosen message', 'aria-live': 'polite'},
        h('p', {class: 'empty'}, 'Choose a message to see what it says.'));
    const title = h('h1', {}, 'NEED ', h('span', {class: 'mono', title: this.id}, short(this.id, 20)), ' ', badge(story));
    this.main.replaceChildren(
        h('section', {class: 'panel head'}, title,
            h('p', {}, 'in thread ', h('a', {href: '#/thread/' + encodeURIComponent(story.thread)}, plain(story.thread, 128)),
                story.created ? [' · came ', clock(story.created)] : '', story.ended ? [' · took ', span(story.ended - story.created)] : ''),
            h('p', {class: 'why'}, story.why), this.check,
            story.complete ? '' : h('p', {class: 'note'}, 'There is more than is shown here: the first messages, up to 4 MiB.')),
        h('section', {class: 'panel'}, h('h2', {}, 'Tasks'), story.tasks.length
          ? [graph(story.tasks), ...story.tasks.map((task) => this.#task(task, story))] : h('p', {class: 'empty'}, 'No plan is decided.')),
        h('div', {class: 'talk'},
            h('section', {class: 'panel'}, h('h2', {}, 'Messages ', h('small', {}, counted(story))),
                this.#timeline(story)), this.detail));
    if (this.#selected && story.byId.has(this.#selected)) this.#choose(story, this.#selected);
  }

  #task(task, story) {
    return h('details', {class: 'task', open: story.tasks.length <= 3 || task.attempts.some((attempt) => attempt.votes.some((vote) => !vote.accept))},
        h('summary', {}, h('b', {}, plain(task.name ? task.name + ' · ' + task.type : task.type, 80)), ' ', h('span', {class: 'badge ' + tone(task.state)}, task.state),
            h('small', {class: 'mono', title: task.id}, ' ' + short(task.id, 8))),
        task.attempts.length === 0 ? h('p', {class: 'empty'}, 'No worker has claimed it.') : '',
        h('ol', {class: 'attempts'}, task.attempts.map((attempt) => h('li', {},
            h('p', {}, h('b', {}, 'Attempt ' + attempt.number), attempt.verdict
              ? h('span', {class: 'badge ' + (attempt.verdict === 'VERIFIED' ? 'good' : 'bad')}, attempt.verdict, attempt.cause === 'SILENCE' ? ' · by silence' : '') : ''),
            h('ul', {class: 'plain leases'}, attempt.leases.map((lease) => h('li', {}, 'lease ' + lease.token + ': ', this.#who(lease.worker), ' claimed it at ', after(story, lease.at),
                lease.end ? [', ', lease.end, ' at ', after(story, lease.endAt)] : ', and works',
                lease.artifact ? [' · artifact ', artifact(lease.artifact)] : '', lease.error ? h('pre', {class: 'error'}, lines(lease.error, 2000)) : ''))),
            attempt.votes.length ? h('ul', {class: 'plain votes'}, attempt.votes.map((vote) => h('li', {class: vote.accept ? 'for' : 'against'},
                h('span', {class: 'mark', 'aria-hidden': 'true'}, vote.accept ? '✓' : '✗'), this.#who(vote.voter), vote.accept ? ' accepts' : ' rejects', vote.counted ? ', counted' : ', not counted',
                vote.evidence !== undefined ? h('pre', {class: 'evidence', 'aria-label': 'evidence'}, lines(JSON.stringify(vote.evidence, null, 1), 4000)) : '',
                vote.error ? h('pre', {class: 'error'}, lines(vote.error, 2000)) : ''))) : '',
            attempt.notes.map((note) => h('p', {class: 'note'}, 'noted by ', this.#who(note.agent), ' (', note.kind.toLowerCase(), '): ', plain(note.error, 1024)))))));
  }

  #who(key) {
    const {name, role} = agentOf(this.agents, key);
    return h('span', {class: 'agent ' + role, title: key}, name);
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
      const button = h('button', {type: 'button', class: message.bad ? 'bad' : '', 'aria-pressed': 'false', on: {click: () => this.#choose(story, message.id)}},
          h('span', {class: 'time'}, after(story, message.stored)), h('span', {class: 'verb ' + message.role}, message.kind),
          h('span', {class: 'agent ' + message.role}, message.name), h('span', {class: 'says'}, message.says), mark);
      this.rows.set(message.id, {button, mark});
      list.append(h('li', {}, button));
    }
    this.picture = picture;
    return h('div', {class: 'timeline'}, picture, list);
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

  #choose(story, id) {
    this.#selected = id;
    const message = story.byId.get(id);
    for (const [other, {button}] of this.rows) button.setAttribute('aria-pressed', String(other === id));
    for (const edge of this.picture.querySelectorAll('.edge')) {
      edge.classList.toggle('lit', edge.dataset.child === id || edge.dataset.parent === id);
    }
    const link = (parent) => {
      const other = story.byId.get(parent);
      return h('li', {}, other ? h('button', {type: 'button', class: 'link', on: {click: () => {
        this.#choose(story, parent);
        this.rows.get(parent).button.focus();
      }}}, other.kind + ' by ' + other.name) : h('span', {class: 'mono'}, short(parent)));
    };
    const checks = this.#verified.get(id)?.checks;
    const payload = JSON.stringify(message.payload, null, 2) ?? '';
    this.detail.replaceChildren(h('h2', {}, message.kind, ' ', h('small', {}, 'by ', message.name)),
        h('dl', {},
            h('dt', {}, 'id'), h('dd', {class: 'mono break'}, message.id),
            h('dt', {}, 'stored'), h('dd', {}, clock(message.stored), ' · ', after(story, message.stored), ' · Lamport time ', message.lamport),
            h('dt', {}, 'fills'), h('dd', {class: 'mono break'}, plain(message.slot, 300)),
            message.key ? [h('dt', {}, 'signed by'), h('dd', {class: 'mono break'}, message.key)] : '',
            message.parents.length ? [h('dt', {}, 'follows from'), h('dd', {}, h('ul', {class: 'plain'}, message.parents.map(link)))] : '',
            checks ? [h('dt', {}, 'verified here'), h('dd', {}, h('ul', {class: 'plain'}, checks.map((check) =>
              h('li', {class: check.holds ? 'good' : 'bad'}, check.holds ? '✓ ' : '✗ ', check.name))))] : ''),
        h('h3', {}, message.kind === 'VERDICT' ? 'What was counted' : 'Payload'),
        h('pre', {class: 'payload', tabindex: '0'}, lines(payload, PAYLOAD_CHARS_MAX)));
  }

  async #verify(story) {
    if (!await able()) {
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
      if (this.stopped) return;
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
    if (this.#selected && story.byId.has(this.#selected)) this.#choose(story, this.#selected);
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
  const same = (name, signed, shown) => checks.push({name: 'shown with its own ' + name, holds: signed === shown});
  same('id', envelope.id, row.id);
  same('sender', envelope.sender_pk_b64, row.sender_pk_b64);
  same('kind', envelope.kind, row.kind);
  same('Lamport time', envelope.lamport, row.lamport);
  same('NEED', envelope.kind === 'NEED' ? envelope.id : envelope.need_id, needId);
  same('thread', envelope.thread_id, thread);
  return checks;
}

function counted(story) {
  const signed = story.messages.filter((message) => message.key).length;
  return `${signed} signed, with what they follow from; ${story.messages.length - signed} verdicts of counted votes`;
}

function after(story, millis) {
  return millis - story.created < 0 ? '+0 ms' : '+' + span(millis - story.created);
}

function artifact(hash) {
  const save = h('button', {type: 'button', class: 'link', on: {click: () => download(hash, save)}}, 'save');
  return [h('a', {class: 'mono', href: '#/artifact/' + encodeURIComponent(hash), title: hash}, short(hash)), ' (', save, ')'];
}

function agentOf(agents, key) {
  const known = agents.get(key);
  const role = ROLES.find((name) => known?.roles.includes(name)) ?? 'unknown';
  return {name: known?.name ?? (known ? role + ' ' : '') + short(key, 6), role};
}

function tone(state) {
  return {VERIFIED: 'good', REJECTED: 'bad', waiting: '', working: 'open', verifying: 'open'}[state] ?? '';
}

/** What the messages of a NEED amount to. */
async function tell(document, agents) {
  const messages = document.messages.map((row) => {
    const verdict = row.kind === 'VERDICT';
    const envelope = verdict ? null : row.content;
    const agent = verdict ? {name: 'counted', role: 'coordinator'} : agentOf(agents, row.sender_pk_b64);
    const payload = verdict ? row.content : envelope?.payload;
    return {...agent, row, text: JSON.stringify(row), id: row.id, kind: row.kind, slot: row.slot, stored: row.stored_ms, lamport: row.lamport, envelope, payload: payload ?? {},
      key: verdict ? '' : row.sender_pk_b64, sender: verdict ? '' : row.sender_pk_b64, parents: Array.isArray(envelope?.parents) ? envelope.parents : verdict ? row.content?.counted ?? [] : [],
      bad: payload?.verdict === 'REJECT' || payload?.verdict === 'REJECTED' || row.kind === 'YIELD'};
  });
  const coordinator = messages.find((message) => message.role === 'coordinator' && message.sender)?.sender;
  for (const message of messages) if (!message.sender) message.sender = coordinator ?? 'counted';
  messages.sort((a, b) => a.stored - b.stored || a.lamport - b.lamport);
  const of = (kind) => messages.filter((message) => message.kind === kind);
  const [need] = of('NEED');
  const [end] = of('FINALIZE');
  const [decide] = of('DECIDE');
  const plan = decide && of('PROPOSE').find((propose) => propose.id === decide.payload.proposal_id);
  const named = Array.isArray(need?.payload.tasks) ? need.payload.tasks : [];
  const tasks = [];
  for (const [index, planned] of (Array.isArray(plan?.payload.plan) ? plan.payload.plan : []).entries()) {
    const id = await taskId(plan.id, index);
    tasks.push(taskOf(id, planned, named[index]?.name ?? '', messages, document.failures, tasks));
  }
  const lanes = [...new Set(messages.map((message) => message.sender))];
  const rank = (key) => ROLES.indexOf(messages.find((message) => message.sender === key).role);
  lanes.sort((a, b) => rank(a) - rank(b));
  for (const message of messages) message.says = says(message, tasks);
  const outcome = end?.payload.outcome;
  const reason = end?.payload.reason;
  return {messages, byId: new Map(messages.map((message) => [message.id, message])), tasks, lanes, thread: document.thread_id, complete: document.complete,
    created: need?.stored ?? messages[0]?.stored ?? 0, ended: end?.stored, outcome, reason, why: why(outcome, reason, tasks), phase: phase(messages)};
}

function taskOf(id, planned, name, messages, failures, before) {
  const attempts = new Map();
  const at = (number) => {
    if (!attempts.has(number)) attempts.set(number, {number, leases: [], votes: [], notes: []});
    return attempts.get(number);
  };
  for (const message of messages) {
    const said = message.payload;
    if (said.task_id !== id) continue;
    const attempt = at(said.attempt);
    const lease = attempt.leases.find((one) => one.token === said.token);
    if (message.kind === 'CLAIM') attempt.leases.push({token: said.token, worker: message.sender, at: message.stored});
    if (message.kind === 'COMMIT' && lease) Object.assign(lease, {end: 'committed', endAt: message.stored, artifact: said.artifact});
    if (message.kind === 'YIELD' && lease) Object.assign(lease, {end: 'gave it back', endAt: message.stored, error: said.error});
    if (message.kind === 'RELEASE' && said.cause === 'EXPIRED') {
      for (const one of attempts.values()) for (const open of one.leases) if (!open.end) Object.assign(open, {end: 'its lease ran out', endAt: message.stored});
    }
    if (message.kind === 'ATTEST') attempt.votes.push({id: message.id, voter: message.sender, accept: said.verdict === 'ACCEPT', evidence: said.evidence, error: said.error});
    if (message.kind === 'VERDICT') Object.assign(attempt, {verdict: said.verdict, cause: said.cause, counted: said.counted});
  }
  for (const failure of failures) if (failure.task_id === id) at(failure.attempt).notes.push(failure);
  const all = [...attempts.values()].filter((attempt) => attempt.leases.length + attempt.votes.length + attempt.notes.length > 0).sort((a, b) => a.number - b.number);
  for (const attempt of all) for (const vote of attempt.votes) vote.counted = attempt.counted?.includes(vote.id) ?? false;
  const last = all[all.length - 1];
  const state = last?.verdict ?? (last?.leases.some((lease) => lease.artifact) ? 'verifying' : last?.leases.some((lease) => !lease.end) ? 'working' : 'waiting');
  const requires = (Array.isArray(planned.requires) ? planned.requires : []).map((index) => before[index]).filter(Boolean);
  return {id, name, type: String(planned.task_type), requires, attempts: all, state};
}

function phase(messages) {
  const has = (kind) => messages.some((message) => message.kind === kind);
  return has('COMMIT') ? 'verifying' : has('CLAIM') ? 'working' : has('DECIDE') ? 'decided' : has('PROPOSE') ? 'planned' : 'new';
}

function why(outcome, reason, tasks) {
  if (!outcome) return 'It is open.';
  const votes = tasks.flatMap((task) => task.attempts.flatMap((attempt) => attempt.votes.filter((vote) => vote.counted)));
  const caught = tasks.reduce((sum, task) => sum + task.attempts.filter((attempt) => attempt.verdict === 'REJECTED').length, 0);
  const retried = caught ? ` ${caught === 1 ? 'One attempt was' : caught + ' attempts were'} rejected by the verifiers.` : '';
  if (outcome === 'ACCEPTED') return `Every task has an artifact that its verifiers accepted: ${tasks.length} ${tasks.length === 1 ? 'task' : 'tasks'}, ${votes.length} counted votes.${retried}`;
  if (outcome === 'EXPIRED') return 'Its deadline passed before it was done.' + retried;
  return (WHY[reason] ?? 'It was rejected: ' + plain(reason ?? 'no reason given') + '.') + retried;
}

function says(message, tasks) {
  const said = message.payload;
  const task = tasks.length > 1 ? tasks.find((one) => one.id === said.task_id) : undefined;
  const where = task ? plain(task.name || task.type, 24) + ' ' : '';
  switch (message.kind) {
    case 'NEED': return 'asks for ' + plain((said.task_type ?? (Array.isArray(said.tasks) ? [...new Set(said.tasks.map((one) => one.task_type))].join(', ') : '')) || '?', 60);
    case 'PROPOSE': return 'a plan of ' + (Array.isArray(said.plan) ? said.plan.length : '?') + (said.plan?.length === 1 ? ' task' : ' tasks');
    case 'DECIDE': return 'the plan; K = ' + plain(said.k, 8);
    case 'CLAIM': return where + 'attempt ' + plain(said.attempt, 8) + ', lease ' + plain(said.token, 8);
    case 'COMMIT': return where + 'artifact ' + short(String(said.artifact));
    case 'YIELD': return where + 'gives it back' + (said.error ? ': ' + plain(said.error, 60) : '');
    case 'RELEASE': return where + 'attempt ' + plain(said.attempt, 8) + ', ' + plain(said.cause, 12);
    case 'ATTEST': return where + plain(said.verdict, 12) + (said.error ? ': ' + plain(said.error, 70) : said.verdict === 'REJECT' && said.evidence !== undefined ? ' ' + plain(JSON.stringify(said.evidence), 70) : '');
    case 'VERDICT': return where + 'attempt ' + plain(said.attempt, 8) + ' is ' + plain(said.verdict, 12);
    case 'CANCEL': return 'asks to end it' + (said.reason ? ': ' + plain(said.reason, 60) : '');
    case 'FINALIZE': return plain(said.outcome, 12) + (said.reason ? ' · ' + plain(said.reason, 40) : '');
    default: return '';
  }
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
  return h('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'The tasks as a graph'}, picture);
}
