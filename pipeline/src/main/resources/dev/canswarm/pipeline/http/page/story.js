// What the messages of a NEED amount to: its tasks with their attempts and votes, why it ended, and each message in a line.

import {plain, short} from './dom.js';
import {taskId} from './verify.js';

const ROLES = ['client', 'operator', 'gateway', 'planner', 'decider', 'worker', 'verifier', 'coordinator'];

const WHY = {
  NO_PLAN: 'No plan was decided in time.',
  ATTEMPTS_USED_UP: 'Every attempt that the policy allows at one of its tasks failed.',
  CANCELLED: 'It was cancelled by who sent it, or by an operator.',
};

/** The name, role and status of a key. */
export function agentOf(agents, key) {
  const known = agents.get(key);
  const role = ROLES.find((name) => known?.roles.includes(name)) ?? 'unknown';
  return {name: known?.name ?? (known ? role + ' ' : '') + short(key, 6), role, status: known?.status ?? 'unknown'};
}

/** What the messages of a NEED amount to. */
export async function tell(document, agents) {
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
  return {messages, byId: new Map(messages.map((message) => [message.id, message])), tasks, lanes, failures: document.failures, thread: document.thread_id, complete: document.complete,
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
