// What the page does when its server is fast, slow, restarted, or lies: views.mjs OUT. The server is one of the test's own;
// page.mjs is in front of a real swarm. Prints what it has seen, one line each; exit 0 if all of it was as expected.

import assert from 'node:assert/strict';
import {open, run} from './chromium.mjs';
import {Agent, Swarm, isSampled, needId, say as sign, story} from './swarm.mjs';

const [out] = process.argv.slice(2);
const TICK_MS = 20;
const TICKS_OF_SECOND = 50;
const NEEDS_OF_TICK = 20;
/** Ticks from a NEED to its end. */
const TICKS_OF_NEED = 20;
/** Seconds after which the page takes it for calm. */
const CALM_SECONDS = 5;

const swarm = new Swarm();
const base = await swarm.listen();
// The browser notes every refused request on its console.
const opened = await open(base, out, (text) => /status of (400|404|503)/.test(text));
const {page} = opened;
const say = (text) => console.log(text);

const ROLES = ['gateway', 'planner', 'decider', 'worker', 'verifier', 'coordinator'];
const agents = Object.fromEntries(ROLES.map((role) => [role, new Agent(role + '-1', role)]));
swarm.agents = Object.values(agents).map((agent) => agent.listed());

/** Puts the rows of a NEED in the store, and opens its view. */
async function openNeed(rows, id = rows[0].id) {
  swarm.stories.set(id, rows);
  await page.goto(base + '/#/need/' + id);
  await page.locator(`h1 [title="${id}"]`).waitFor();
  await page.locator('.verified.good, .verified.bad').waitFor();
}

const atKind = (rows, kind) => rows.findIndex((row) => row.kind === kind);

/** Begins 1,000 NEEDs in a second for so many ticks, each with its end; afterwards it is calm. */
async function load(ticks) {
  const ids = [];
  for (let tick = 0; tick < ticks + TICKS_OF_NEED; tick++) {
    for (let i = 0; tick < ticks && i < NEEDS_OF_TICK; i++) {
      ids.push(needId(load.count++));
      swarm.begin(ids[ids.length - 1]);
    }
    const ends = (tick - TICKS_OF_NEED) * NEEDS_OF_TICK;
    if (ends >= 0) for (const id of ids.slice(ends, ends + NEEDS_OF_TICK)) swarm.end(id);
    if (tick % TICKS_OF_SECOND === TICKS_OF_SECOND - 1) swarm.second(tick < ticks ? TICKS_OF_SECOND * NEEDS_OF_TICK : 0);
    await new Promise((done) => setTimeout(done, TICK_MS));
  }
}
load.count = 0;

const allEnded = () => page.waitForFunction(() => {
  const lines = [...document.querySelectorAll('tbody tr')];
  return lines.length > 0 && lines.every((line) => line.className === 'ACCEPTED');
});
const shownNeeds = () => page.locator('tbody tr td:nth-child(2) a').evaluateAll((links) => links.map((link) => link.title));

await run(opened, async () => {
  // A NEED that ends while the page reads its list: the list has it open, and its end is told only once.
  const early = needId('early');
  swarm.begin(early);
  swarm.before = async (path) => {
    if (path !== '/v1/needs') return undefined;
    swarm.before = async () => undefined;
    const list = JSON.stringify({needs: [{need_id: early, thread_id: 'early', task_types: ['text.sum'], state: 'open', created_ms: Date.now()}]});
    swarm.end(early);
    return {status: 200, body: list};
  };
  await page.goto(base + '/');
  await page.locator('tbody tr.ACCEPTED').waitFor();
  say('an end during the first reading is shown');

  // A server that does not know the position any more, and where a NEED has ended meanwhile.
  const restarted = needId('restarted');
  swarm.begin(restarted);
  await page.locator('tbody tr.open').waitFor();
  swarm.end(restarted);
  await page.locator('tbody tr.open').waitFor({state: 'detached'});
  const unseen = needId('unseen');
  swarm.forget();
  swarm.begin(unseen);
  swarm.end(unseen);
  await page.locator(`tbody a[title="${unseen}"]`).waitFor();
  await allEnded();
  say('after another database it begins anew');

  // A burst: more come than can be read, and it is over before the lines from before have left the list.
  await load(TICKS_OF_SECOND + TICKS_OF_NEED);
  await page.locator('.note', {hasText: 'one of 32 is shown'}).waitFor();
  await allEnded();
  say('after a burst no line stays open');

  // A long stream: what is shown is of the sample, and ends.
  const loading = load(6 * TICKS_OF_SECOND);
  await page.locator('.note', {hasText: 'one of 32 is shown'}).waitFor();
  await loading;
  await allEnded();
  const shown = await shownNeeds();
  const sampled = shown.filter((id) => isSampled(id, 32));
  assert.ok(sampled.length > 40, `${sampled.length} of ${shown.length} lines are of the sample`);
  assert.equal(await page.locator('.tile strong').first().innerText(), '1000');
  say('at 1,000 NEEDs a second a sample is shown, and each line ends');

  // Behind the second with which the page turns to a larger sample there are NEEDs that are not in it.
  swarm.together(() => {
    swarm.second(0);
    swarm.second(64 * TICKS_OF_SECOND * NEEDS_OF_TICK);
    for (let i = 0; i < NEEDS_OF_TICK; i++) swarm.begin(needId(load.count++));
  });
  for (let i = 1; i <= NEEDS_OF_TICK; i++) swarm.end(needId(load.count - i));
  await page.locator('.note', {hasText: 'one of 2048 is shown'}).waitFor();
  await allEnded();
  say('what comes behind a change of the sample is not shown');

  // Calm for a while: all are shown again.
  for (let second = 0; second < CALM_SECONDS; second++) swarm.second(0);
  await page.locator('.note', {hasText: 'is shown'}).waitFor({state: 'hidden'});
  const calm = needId('calm 2');
  assert.ok(!isSampled(calm, 2));
  swarm.begin(calm);
  await page.locator('tbody tr.open').waitFor();
  swarm.end(calm);
  await allEnded();
  say('when it is calm every NEED is shown');

  // A message counts as verified only if it is the one that is shown: each of these is what its sender signed, and the row lies.
  const lies = {
    sender: (rows, at) => ({...rows[at], sender_pk_b64: agents.coordinator.key}),
    kind: (rows, at) => ({...rows[at], kind: 'COMMIT'}),
    'Lamport time': (rows, at) => ({...rows[at], lamport: 99}),
    id: (rows, at) => ({...rows[at], id: needId('another')}),
    NEED: (rows, at) => story(agents, 'lies of NEED')[at],
    thread: (rows, at) => sign(agents.verifier, 'ATTEST', {thread: 'another', need: rows[0], lamport: rows[at].lamport, parents: [rows[at - 1]],
      payload: rows[at].content.payload, stored: rows[at].stored_ms}),
  };
  for (const [name, lie] of Object.entries(lies)) {
    const rows = story(agents, 'lies of ' + name);
    const at = atKind(rows, 'ATTEST');
    rows[at] = lie(rows, at);
    await openNeed(rows);
    assert.match(await page.locator('.verified').innerText(), /1 of 7 messages/, name);
    assert.equal(await page.locator('.check.bad').getAttribute('title'), 'INVALID: the shown ' + name);
  }
  const honest = story(agents, 'honest');
  await openNeed(honest, needId('another NEED'));
  assert.match(await page.locator('.verified').innerText(), /7 of 7 messages/);
  say('a row that lies about its message is found');

  // Verified once is not verified for ever: the same id with other content, and the same content once more.
  await openNeed(honest);
  assert.match(await page.locator('.verified.good').innerText(), /all 7 messages/);
  const damaged = honest.map((row) => structuredClone(row));
  damaged[atKind(damaged, 'COMMIT')].content.payload.artifact = '0'.repeat(64);
  swarm.stories.set(honest[0].id, damaged);
  swarm.tell(honest[0].id);
  await page.locator('.verified.bad').waitFor();
  await page.locator('.messages button', {has: page.locator('.check.bad')}).click();
  const checks = await page.locator('.detail li.bad, .detail li.good').count();
  swarm.stories.set(honest[0].id, [...damaged, sign(agents.verifier, 'ATTEST', {thread: 'honest', need: honest[0], lamport: 9, payload: {verdict: 'ACCEPT'}, stored: Date.now()})]);
  swarm.tell(honest[0].id);
  await page.locator('.verified', {hasText: '1 of 8 messages'}).waitFor();
  assert.equal(await page.locator('.detail li.bad, .detail li.good').count(), checks);
  say('a message that is changed later is found');

  // Evidence is in a verifier's own form, and may be anything.
  const markup = '<img src=x onerror="document.title=\'owned\'">';
  await openNeed(story(agents, 'hostile', {verdict: {verdict: 'REJECT', evidence: {[markup]: '<script>document.title="owned"</script>\u202e'}}}));
  const evidence = page.locator('pre.evidence');
  assert.ok((await evidence.innerText()).includes(JSON.stringify(markup)));
  assert.match(await evidence.innerText(), /<script>document\.title=.*\\u202e/);
  assert.equal(await evidence.locator('*').count(), 0);
  assert.equal(await page.locator('main img, main script').count(), 0);
  assert.equal(await page.title(), 'CAN Swarm');
  say('hostile evidence is text');

  // Keys that come and go while the page is open.
  const newcomer = new Agent('worker-2', 'worker');
  const rotated = story({...agents, worker: newcomer}, 'rotated');
  await openNeed(rotated.slice(0, atKind(rotated, 'CLAIM')));
  swarm.agents = [...swarm.agents.filter((agent) => agent.public_key !== agents.worker.key), agents.worker.listed({status: 'retired'}), newcomer.listed()];
  swarm.stories.set(rotated[0].id, rotated);
  swarm.tell(rotated[0].id);
  await page.locator('.messages .agent', {hasText: 'worker-2'}).first().waitFor();
  assert.equal(await page.locator('.badge.revoked').count(), 0);
  swarm.agents = swarm.agents.map((agent) => agent.public_key === newcomer.key ? newcomer.listed({status: 'compromised'}) : agent);
  await openNeed(story({...agents, worker: newcomer}, 'stolen'));
  assert.deepEqual(await page.locator('.messages .badge.revoked').allInnerTexts(), ['key compromised', 'key compromised']);
  assert.match(await page.locator('.leases').innerText(), /worker-2\s*key compromised/);
  await openNeed(story(agents, 'retired'));
  await page.locator('.messages button', {hasText: 'COMMIT'}).click();
  assert.match(await page.locator('.detail').innerText(), /key retired/);
  say('keys that are added, rotated and revoked are known');

  // A telephone shows all of a message, and what is most of a line.
  await page.setViewportSize({width: 360, height: 740});
  assert.ok(await page.locator('.messages .says', {hasText: 'asks for'}).isVisible());
  const box = await page.locator('.messages .check').first().boundingBox();
  assert.ok(box.x + box.width < 360);
  await page.goto(base + '/#/');
  const state = await page.locator('tbody .badge').first().boundingBox();
  assert.ok(state.x + state.width < 360);
  assert.equal(await page.evaluate(() => document.documentElement.scrollWidth), 360);
  await page.setViewportSize({width: 1440, height: 960});
  say('it fits on a telephone');

  // Who reads along keeps the place: the focus, what is open, and how far it is scrolled.
  const running = story(agents, 'running');
  await openNeed(running.slice(0, 5));
  const grow = async (count) => {
    swarm.stories.set(running[0].id, running.slice(0, count));
    swarm.tell(running[0].id);
    await page.locator('.messages li').nth(count - 1).waitFor();
  };
  const focused = () => page.evaluate(() => document.activeElement.tagName + ' ' + document.activeElement.innerText.replace(/\s+/g, ' '));
  await page.locator('.messages button', {hasText: 'PROPOSE'}).click();
  await page.locator('.task summary').click();
  assert.match(await focused(), /^SUMMARY text.wordcount/);
  await page.locator('.detail pre.payload').evaluate((pre) => { pre.style.maxHeight = '2rem'; pre.scrollTop = 20; });
  await grow(6);
  assert.match(await focused(), /^SUMMARY text.wordcount/);
  assert.equal(await page.locator('details.task').getAttribute('open'), null);
  assert.equal(await page.locator('.detail pre.payload').evaluate((pre) => pre.scrollTop), 20);
  await page.locator('.messages button', {hasText: 'DECIDE'}).focus();
  await grow(7);
  assert.match(await focused(), /^BUTTON .*DECIDE/);
  await page.keyboard.press('ArrowDown');
  assert.match(await focused(), /^BUTTON .*CLAIM/);
  await page.locator('.verified.good', {hasText: 'all 7 messages'}).waitFor();
  assert.equal(await page.locator('.messages .check.good').count(), 7);
  say('the place is kept while a NEED runs');

  // The answer to the first question comes last, and is older.
  const slow = story(agents, 'slow');
  let release;
  const held = new Promise((done) => { release = done; });
  const path = `/v1/needs/${slow[0].id}/messages`;
  swarm.before = async (asked, query, count) => {
    if (asked !== path || count > 1) return undefined;
    await held;
    return {status: 200, body: {need_id: slow[0].id, thread_id: 'slow', complete: true, messages: slow.slice(0, 3), failures: []}};
  };
  const answers = [];
  page.on('requestfinished', (request) => { if (request.url().endsWith(path)) answers.push(request); });
  swarm.tell(slow[0].id);
  await openNeed(slow);
  await page.locator('h2', {hasText: '7 signed'}).waitFor();
  const before = answers.length;
  release();
  while (answers.length === before) await page.waitForEvent('requestfinished');
  // What it would show takes a few turns of the loop: more than that are waited for.
  await page.evaluate(async () => {
    for (let i = 0; i < 30; i++) {
      await crypto.subtle.digest('SHA-256', new Uint8Array(1));
      await new Promise((done) => requestAnimationFrame(done));
    }
  });
  assert.equal(await page.locator('.messages li').count(), 7);
  swarm.before = async () => undefined;
  say('an older answer does not replace a newer one');
});
swarm.close();
