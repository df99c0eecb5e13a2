// A page in a real browser, and what it complains of.

import {join} from 'node:path';
import {mkdirSync} from 'node:fs';
import {chromium} from 'playwright-core';

const WAIT_MS = 30_000;
const FLAGS = ['--headless', '--no-sandbox', '--disable-gpu', '--disable-quic', '--no-first-run', '--disable-background-networking',
  '--disable-component-update', '--disable-sync'];

/**
 * Opens a browser whose page may ask only this server.
 *
 * @param base address of the server, such as http://127.0.0.1:8080
 * @param out directory of the pictures
 * @param isExpected whether a line on the console of the page is no complaint
 */
export async function open(base, out, isExpected = () => false) {
  mkdirSync(out, {recursive: true});
  const browser = await chromium.launch({executablePath: process.env.CHROMIUM ?? '/usr/bin/chromium', args: FLAGS});
  const context = await browser.newContext({viewport: {width: 1440, height: 960}, colorScheme: 'light', locale: 'en-GB', timezoneId: 'UTC'});
  context.setDefaultTimeout(WAIT_MS);
  const page = await context.newPage();
  const complaints = [];
  page.on('console', (message) => { if (message.type() === 'error' && !isExpected(message.text())) complaints.push(message.text()); });
  page.on('pageerror', (error) => complaints.push(String(error.stack ?? error)));
  page.on('dialog', (dialog) => { complaints.push('dialog ' + dialog.message()); dialog.dismiss(); });
  page.on('request', (request) => { if (!request.url().startsWith(base) && !request.url().startsWith('blob:')) complaints.push('request to ' + request.url()); });
  const picture = (name) => page.screenshot({path: join(out, name + '.png')});
  return {browser, page, complaints, picture};
}

/** Runs a script that says DONE at its end; a failure has its picture in failure.png, and the exit code 1. */
export async function run({browser, page, complaints, picture}, script) {
  try {
    await script();
    if (complaints.length > 0) throw new Error('the page complains');
    console.log('DONE');
  } catch (failure) {
    await picture('failure').catch(() => {});
    console.log('FAILED at ' + page.url() + '\n' + (failure.stack ?? failure) + '\n' + complaints.join('\n'));
    process.exitCode = 1;
  } finally {
    await browser.close();
  }
}
