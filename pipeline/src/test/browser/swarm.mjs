// A swarm that says what a test tells it to: the page's files and the paths that they ask, with messages that are really signed.

import {createServer} from 'node:http';
import {createHash, generateKeyPairSync, sign} from 'node:crypto';
import {readFileSync} from 'node:fs';
import {fileURLToPath} from 'node:url';

const FILES = new URL('../../main/resources/dev/canswarm/pipeline/http/page/', import.meta.url);
const TYPES = {html: 'text/html; charset=utf-8', css: 'text/css', js: 'text/javascript', svg: 'image/svg+xml'};
// As strict as the server's: PageTest has the exact text.
const POLICY = "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; connect-src 'self'; require-trusted-types-for 'script'; trusted-types 'none'";
const IDENTIFIED = ['v', 'swarm_id', 'thread_id', 'kind', 'need_id', 'lamport', 'sender_pk_b64', 'parents', 'nonce', 'policy_engine_hash', 'payload_hash'];

const sha256 = (text) => createHash('sha256').update(text).digest('hex');

function canonical(value) {
  if (Array.isArray(value)) return '[' + value.map(canonical).join(',') + ']';
  if (value !== null && typeof value === 'object') {
    return '{' + Object.keys(value).sort().map((name) => JSON.stringify(name) + ':' + canonical(value[name])).join(',') + '}';
  }
  return JSON.stringify(value);
}

const pick = (value, keep) => Object.fromEntries(Object.entries(value).filter(([name]) => keep(name)));

/** A key of an agent. */
export class Agent {
  constructor(name, role) {
    this.name = name;
    this.role = role;
    const {publicKey, privateKey} = generateKeyPairSync('ed25519');
    this.privateKey = privateKey;
    this.key = Buffer.from(publicKey.export({format: 'jwk'}).x, 'base64url').toString('base64');
  }

  /** As /v1/agents has it. */
  listed(more = {}) {
    return {public_key: this.key, roles: [this.role], name: this.name, status: 'in_force', ...more};
  }
}

let nonces = 0;

/** Signs a message (docs/spec/signing.md); returns its row as /v1/needs/{id}/messages has it. */
export function say(agent, kind, {thread, need, lamport, parents = [], payload, stored}) {
  const content = {v: 1, swarm_id: 'test', thread_id: thread, kind, lamport, sender_pk_b64: agent.key, parents: parents.map((row) => row.id),
    policy_engine_hash: '0'.repeat(64), payload, payload_hash: sha256(canonical(payload)), timestamp_ns: String(stored) + '000000'};
  if (need) content.need_id = need.id;
  else content.nonce = String(nonces++);
  content.id = sha256('can-swarm/id/v1\0' + canonical(pick(content, (name) => IDENTIFIED.includes(name))));
  const text = 'can-swarm/envelope/v1\0' + canonical(pick(content, (name) => name !== 'payload'));
  content.sig_b64 = sign(null, Buffer.from(text), agent.privateKey).toString('base64');
  return {id: content.id, kind, slot: kind, sender_pk_b64: agent.key, lamport, stored_ms: stored, content};
}

/** A NEED of one task that is done and accepted; returns its rows in order. */
export function story(agents, thread, {verdict = {verdict: 'ACCEPT'}} = {}) {
  let stored = Date.now() - 10_000;
  let lamport = 0;
  let need;
  const rows = [];
  const next = (agent, kind, payload, ...parents) => {
    stored += 120;
    lamport++;
    const row = say(agent, kind, {thread, need, lamport, parents, payload, stored});
    rows.push(row);
    return row;
  };
  need = next(agents.gateway, 'NEED', {task_type: 'text.wordcount', input: {text: 'to be or not to be'}});
  const propose = next(agents.planner, 'PROPOSE', {plan: [{task_type: 'text.wordcount', requires: []}]}, need);
  const decide = next(agents.decider, 'DECIDE', {proposal_id: propose.id, k: 1}, propose);
  const work = {task_id: sha256('can-swarm/task/v1\0' + propose.id + ':0'), attempt: 1};
  const claim = next(agents.worker, 'CLAIM', {...work, token: 1}, decide);
  const commit = next(agents.worker, 'COMMIT', {...work, token: 1, artifact: sha256('artifact')}, claim);
  const attest = next(agents.verifier, 'ATTEST', {...work, target: commit.id, ...verdict}, commit);
  next(agents.coordinator, 'FINALIZE', {outcome: 'ACCEPTED', results: []}, attest);
  return rows;
}

/** The sparsest sample, and the calm seconds before a larger one, as the server has them. */
const SAMPLE_MAX = 4096;
const CALM_SECONDS = 5;

/** Whether a NEED is in a sample, by the rule of openapi.yaml. */
export const isSampled = (id, sample) => parseInt(id.slice(0, 7), 16) % sample === 0;

/** The id of the NEED with a number. */
export const needId = (number) => sha256('need ' + number);

/** What the server answers, and a log that its streams follow. */
export class Swarm {
  agents = [];
  /** The messages of a NEED, by its id. */
  stories = new Map();
  /** Called before the answer to a path: may return another answer, {status, body}. */
  before = async () => undefined;
  /** Paths and queries that were asked. */
  asked = [];
  #log = [];
  #first = 1;
  #needs = new Map();
  #streams = new Set();

  async listen() {
    this.server = createServer((request, response) => this.#answer(request, response).catch((failure) => response.destroy(failure)));
    await new Promise((done) => this.server.listen(0, '127.0.0.1', done));
    return 'http://127.0.0.1:' + this.server.address().port;
  }

  close() {
    this.server.close();
    this.server.closeAllConnections();
  }

  /** Stores a NEED. */
  begin(id, thread = 'thread-' + id.slice(0, 4)) {
    const need = {need_id: id, thread_id: thread, sender_pk_b64: 'key', task_types: ['hash.sha256'], state: 'open', phase: 'new', created_ms: Date.now(), href: '/v1/needs/' + id};
    this.#needs.set(id, need);
    this.#store({kind: 'NEED', need_id: id, thread_id: thread, task_types: need.task_types});
  }

  /** Stores the end of a NEED. */
  end(id, outcome = 'ACCEPTED') {
    const need = this.#needs.get(id);
    Object.assign(need, {state: 'ended', phase: 'ended', outcome, ended_ms: Date.now()});
    this.#store({kind: 'FINALIZE', need_id: id, thread_id: need.thread_id, outcome});
  }

  /** Tells that something was said about a NEED whose messages are read apart. */
  tell(id) {
    this.#store({kind: 'ATTEST', need_id: id, thread_id: 'thread'});
  }

  #store(event) {
    this.#log.push({...event, id: event.need_id, sender_pk_b64: 'key', lamport: 1, stored_ms: Date.now(), position: this.#first + this.#log.length});
    for (const stream of this.#streams) this.#send(stream);
  }

  /** Sends what a function stores and tells as one piece. */
  together(tell) {
    for (const stream of this.#streams) stream.response.cork();
    tell();
    for (const stream of this.#streams) stream.response.uncork();
  }

  /** Tells all streams of a second in which so many NEEDs began and ended. */
  second(began) {
    const rates = {accepted: began, began, dead_letters: 0, expired: 0, median_ms: 210, p95_ms: 400, rejected: 0, span_ms: 1000, timed: began};
    for (const stream of this.#streams) {
      this.#resample(stream, began);
      if (stream.rates) stream.response.write('event: rates\ndata: ' + JSON.stringify(rates) + '\n\n');
    }
  }

  /** Chooses the sample as the server does. */
  #resample(stream, perSecond) {
    if (!stream.rateMax) return;
    let wanted = 1;
    while (perSecond > wanted * stream.rateMax && wanted < SAMPLE_MAX) wanted *= 2;
    stream.calm = wanted < stream.sample ? stream.calm + 1 : 0;
    if (wanted > stream.sample || stream.calm >= CALM_SECONDS) {
      stream.sample = wanted;
      stream.calm = 0;
      stream.response.write(`event: sampled\ndata: {"one_of":${wanted}}\n\n`);
    }
  }

  /** Ends all streams, and knows their positions no more, as after another database. */
  forget() {
    this.#first += this.#log.length + 1000;
    this.#log = [];
    this.cut();
  }

  /** Ends all streams. */
  cut() {
    for (const stream of this.#streams) stream.response.end();
    this.#streams.clear();
  }

  #send(stream) {
    for (; stream.position < this.#first + this.#log.length; stream.position++) {
      const {position, ...event} = this.#log[stream.position - this.#first];
      const wanted = stream.need ? event.need_id === stream.need : event.kind !== 'ATTEST' && isSampled(event.need_id, stream.sample);
      if (wanted) stream.response.write(`id: ${position}-0\ndata: ${JSON.stringify(event)}\n\n`);
    }
  }

  #follow(need, query, request, response) {
    const asked = request.headers['last-event-id'] ?? query.get('after');
    let position = need ? this.#first : this.#first + this.#log.length;
    if (asked) {
      position = parseInt(asked, 10) + 1;
      if (!(position >= this.#first)) {
        this.#json(response, 400, {code: 'BAD_POSITION', detail: 'unknown position'});
        return;
      }
    }
    response.writeHead(200, {'Content-Type': 'text/event-stream'});
    const stream = {need, position, response, rates: query.has('rates'), sample: Number(query.get('sample') ?? 1), rateMax: Number(query.get('rate_max') ?? 0), calm: 0};
    if (stream.rateMax) response.write(`event: sampled\ndata: {"one_of":${stream.sample}}\n\n`);
    response.write(`:\nid: ${position - 1}-0\n\n`);
    this.#streams.add(stream);
    response.on('close', () => this.#streams.delete(stream));
    this.#send(stream);
  }

  async #answer(request, response) {
    const url = new URL(request.url, 'http://server');
    const path = url.pathname;
    this.asked.push(request.url);
    const other = await this.before(path, url.searchParams, this.asked.filter((one) => one.split('?')[0] === path).length);
    if (other) {
      this.#json(response, other.status, other.body);
      return;
    }
    const [, need, rest] = path.match(/^\/v1\/needs\/([0-9a-f]{64})(\/.*)?$/) ?? [];
    if (path === '/' || path.startsWith('/page/')) this.#file(path === '/' ? 'index.html' : path.slice('/page/'.length), response);
    else if (path === '/readyz') this.#json(response, 200, {state: 'up', checks: [{name: 'postgres', state: 'up'}]});
    else if (path === '/v1/agents') this.#json(response, 200, {agents: this.agents});
    else if (path === '/v1/events') this.#follow('', url.searchParams, request, response);
    else if (path === '/v1/needs') this.#json(response, 200, {needs: [...this.#needs.values()].reverse().slice(0, Number(url.searchParams.get('limit') ?? 50))});
    else if (path === '/v1/dead-letters') this.#json(response, 200, {dead_letters: []});
    else if (rest === '/events') this.#follow(need, url.searchParams, request, response);
    else if (rest === '/messages' && this.stories.has(need)) {
      const messages = this.stories.get(need);
      this.#json(response, 200, {need_id: need, thread_id: messages[0].content.thread_id, complete: true, messages, failures: []});
    } else this.#json(response, 404, {code: 'NOT_FOUND', detail: 'nothing here'});
  }

  #json(response, status, body) {
    response.writeHead(status, {'Content-Type': 'application/json'});
    response.end(typeof body === 'string' ? body : JSON.stringify(body));
  }

  #file(name, response) {
    response.writeHead(200, {'Content-Type': TYPES[name.split('.').pop()], 'Content-Security-Policy': POLICY});
    response.end(readFileSync(fileURLToPath(new URL(name, FILES))));
  }
}
