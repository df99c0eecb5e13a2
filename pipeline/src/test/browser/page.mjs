// Watches the live page in a real browser: page.mjs BASE OUT. PageIT starts the swarm, and posts a NEED
// when this says READY, and others when it says MORE. Prints what it has seen, one line each; exit 0 if all of it was as expected.

import assert from 'node:assert/strict';
import {readFileSync} from 'node:fs';
import {open, run} from './chromium.mjs';

const [base, out] = process.argv.slice(2);
// The search asks whether a hash is a NEED's id before it takes it for an artifact's: that 404 is an answer. So is the 503 of a
// process that says that it is slow.
const opened = await open(base, out, (text) => /404 \(Not Found\)|503 \(Service Unavailable\)/.test(text));
const {page, picture} = opened;
/** Seconds in which NEEDs come before the picture is taken; more of them until it has a rate. */
const WAVES_MIN = 16;
const WAVES_MAX = 60;
/** Open NEEDs with which no more come. */
const OPEN_MAX = 8;
const say = (text) => console.log(text);
const needOf = async (thread) => {
  await page.goto(base + '/#/thread/' + thread);
  await page.locator('tbody tr td a.mono').first().click();
  await page.locator('.verified.good, .verified.bad').waitFor();
};

await run(opened, async () => {
  // A NEED that a plain producer sends appears and ends while one watches.
  await page.goto(base + '/');
  await page.locator('.connection.live').waitFor();
  say('READY');
  const row = page.locator('tbody tr', {hasText: 'watched'});
  await row.first().waitFor();
  await row.first().getByText('ACCEPTED').waitFor();
  await page.locator('.tile strong', {hasText: /ms|s/}).first().waitFor();
  await page.locator('.part').first().waitFor();
  say('a NEED appears and ends');

  // NEEDs come for some seconds, no faster than they end.
  const isBusy = () => page.evaluate(() => Number(document.querySelector('.tile strong').textContent) > 0);
  for (let wave = 0; wave < WAVES_MIN || !await isBusy(); wave++) {
    assert.ok(wave < WAVES_MAX);
    await page.waitForFunction((max) => document.querySelectorAll('tbody tr.open').length <= max, OPEN_MAX);
    const before = await page.locator('.chart polyline.began').getAttribute('points');
    say('MORE');
    await page.waitForFunction((points) => document.querySelector('.chart polyline.began').getAttribute('points') !== points, before);
  }
  await picture('live');
  assert.equal(await page.locator('tbody tr.REJECTED', {hasText: 'poem'}).count(), 0);
  say('the rate is shown');
  await page.emulateMedia({colorScheme: 'dark'});
  await picture('live-dark');
  await page.emulateMedia({colorScheme: 'light'});

  // A lying worker is caught.
  await needOf('lie');
  await page.locator('.verified.good').waitFor();
  await page.locator('h1 .badge', {hasText: 'ACCEPTED'}).waitFor();
  assert.match(await page.locator('.why').innerText(), /rejected by the verifiers/);
  const against = page.locator('.votes .against');
  assert.ok(await against.count() >= 2);
  const [liar, honest] = await page.locator('.attempts > li').all();
  assert.match(await liar.innerText(), /REJECTED/);
  assert.match(await liar.locator('pre.error').first().innerText(), /expected \d+ characters, got \d+/);
  assert.match(await honest.innerText(), /VERIFIED/);
  assert.notEqual(await liar.locator('.leases .worker').getAttribute('title'), await honest.locator('.leases .worker').getAttribute('title'));
  await page.locator('.messages button', {hasText: 'REJECT'}).first().click();
  await page.locator('.detail .payload', {hasText: 'REJECT'}).waitFor();
  assert.ok(await page.locator('.detail li.good').count() >= 3);
  await picture('caught');
  say('a lying worker is caught');

  // What is hostile shows as text.
  await needOf('hostile');
  await page.locator('.messages button', {hasText: 'ATTEST'}).first().click();
  const text = await page.locator('main').innerText();
  assert.match(text, /<img src=x onerror=/);
  assert.match(text, /<script>/);
  assert.equal(await page.locator('main img, main script, main iframe').count(), 0);
  assert.equal(await page.title(), 'CAN Swarm');
  say('hostile text is text');

  // A hostile artifact is saved, and never a document of its own.
  const artifact = await page.locator('.leases a.mono').first().getAttribute('title');
  const here = page.url();
  const [saved, failed] = await Promise.all([
    page.waitForEvent('download'), page.goto(base + '/v1/artifacts/' + artifact).then(() => undefined, (failure) => failure)]);
  assert.match(String(failed), /Download is starting|ERR_ABORTED/);
  assert.match(readFileSync(await saved.path(), 'utf8'), /^<script>/);
  assert.equal(page.url(), here);
  assert.equal(await page.title(), 'CAN Swarm');
  say('a hostile artifact is a file');

  // A plan of several tasks is a graph.
  await needOf('graph');
  assert.equal(await page.locator('svg.graph g.box').count(), 4);
  await picture('graph');
  await page.emulateMedia({colorScheme: 'dark'});
  await page.locator('.messages button').last().click();
  await picture('graph-dark');
  await page.emulateMedia({colorScheme: 'light'});
  say('tasks are a graph');

  // Without a mouse.
  await page.locator('.messages button').first().focus();
  await page.keyboard.press('ArrowDown');
  await page.keyboard.press('Enter');
  assert.equal(await page.locator('.messages button').nth(1).getAttribute('aria-pressed'), 'true');
  await page.keyboard.press('/');
  assert.equal(await page.evaluate(() => document.activeElement.id), 'query');
  const hash = await page.locator('.leases a.mono').first().getAttribute('title');
  await page.keyboard.type(hash);
  await page.keyboard.press('Enter');
  await page.locator('h1', {hasText: 'Artifact'}).waitFor();
  await page.locator('tbody td a', {hasText: 'graph'}).waitFor();
  say('keyboard and search');

  // Dead letters, and filters.
  await page.goto(base + '/#/dead-letters');
  await page.locator('.letter b', {hasText: 'MALFORMED_JSON'}).first().waitFor();
  await page.goto(base + '/#/list');
  await page.locator('select[name=outcome]').selectOption('ACCEPTED');
  await page.locator('tbody .badge.good').first().waitFor();
  await page.locator('select[name=outcome]').selectOption('EXPIRED');
  await page.locator('.empty', {hasText: 'Nothing fits'}).waitFor();
  say('dead letters and filters');

  // The browser does not believe what the server says.
  await page.route('**/messages', async (route) => {
    const answer = await route.fetch();
    const document = await answer.json();
    document.messages.find((message) => message.kind === 'COMMIT').content.payload.artifact = '0'.repeat(64);
    await route.fulfill({response: answer, json: document});
  });
  await needOf('graph');
  assert.match(await page.locator('.verified.bad').innerText(), /1 of \d+ messages/);
  assert.match(await page.locator('.check.bad').first().getAttribute('title'), /INVALID: payload hash/);
  await page.unrouteAll({behavior: 'wait'});
  say('a message that was changed is found');

  // When the server sends a sample it says so, and goes on with the same one after a break.
  await page.route('**/v1/events*', (route) => route.fulfill({status: 200, contentType: 'text/event-stream',
    body: 'event: sampled\ndata: {"one_of":32}\n\n'}));
  const sampled = page.waitForRequest((request) => request.url().includes('sample=32'));
  await page.goto(base + '/#/');
  await sampled;
  await page.locator('.note', {hasText: 'one of 32 is shown'}).waitFor();
  await page.unrouteAll({behavior: 'ignoreErrors'});
  say('a sample is shown and named');
});
