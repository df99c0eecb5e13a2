// NEEDs as they come and end, with rates and times.

import {clock, h, plain, refill, s, short, span} from './dom.js';
import {Events, health, json} from './api.js';

/** Lines of the list of NEEDs. */
const LINES_MAX = 60;
/** At more than 40 NEEDs a second, which nobody can read, the server sends a sample of them, and says so. */
const EVENTS = '/v1/events?rates&kind=NEED,FINALIZE,DEAD_LETTER&rate_max=40';
const CHART_SECONDS = 120;
/** As style.css has it. */
const CHART_HEIGHT = 112;
const DEAD_LETTERS_MAX = 8;
const HEALTH_MS = 5000;
/** Pause before a list that could not be read is asked for again. */
const LIST_AGAIN_MS = 1000;
/** Events that wait for the list; with more of them it is read again. */
const WAITING_MAX = 10_000;
/** Hexadecimal digits of a NEED's id that decide whether it is in a sample, as the server has it (openapi.yaml). */
const SAMPLE_DIGITS = 7;

export class Live {
  #needs = new Map();
  #rates = [];
  #sample = 1;
  #dirty = true;
  #letters = [];
  #lines = new Map();
  /** Events since the stream was opened, while the list is read; null once they are shown as they come. */
  #waiting = [];
  #reads = 0;

  constructor(main, state) {
    this.state = state;
    main.replaceChildren(this.#frame());
    this.#follow();
    this.timers = [
      setInterval(() => this.#draw(), 250),
      setInterval(() => this.#health(), HEALTH_MS),
    ];
    this.#health();
  }

  stop() {
    this.stopped = true;
    this.events?.stop();
    this.timers.forEach(clearInterval);
  }

  #frame() {
    this.tiles = {};
    const tile = (key, label) => {
      this.tiles[key] = h('strong', {}, '–');
      return h('div', {class: 'tile'}, h('span', {}, label), this.tiles[key]);
    };
    this.rateChart = h('div', {class: 'chart'});
    this.timeChart = h('div', {class: 'chart'});
    this.note = h('p', {class: 'note', role: 'status'});
    this.body = h('tbody');
    this.letters = h('ul', {class: 'plain'});
    this.parts = h('ul', {class: 'plain'});
    return h('div', {class: 'overview'},
        h('h1', {class: 'hidden'}, 'The swarm, live'),
        h('section', {class: 'tiles', 'aria-label': 'The last second'},
            tile('began', 'NEEDs per second'), tile('ended', 'ends per second'), tile('failed', 'not accepted, last 2 min'),
            tile('median', 'median time'), tile('p95', '95 % within'), tile('letters', 'dead letters, last 2 min')),
        h('div', {class: 'two'},
            h('section', {class: 'panel'}, h('h2', {}, 'Rate ', h('small', {}, 'per second, last 2 minutes')), this.rateChart,
                h('p', {class: 'legend'}, h('span', {class: 'key began'}, 'NEEDs'), h('span', {class: 'key ended'}, 'ends'))),
            h('section', {class: 'panel'}, h('h2', {}, 'Time ', h('small', {}, 'from NEED to FINALIZE')), this.timeChart,
                h('p', {class: 'legend'}, h('span', {class: 'key median'}, 'median'), h('span', {class: 'key p95'}, '95 % within')))),
        h('div', {class: 'wide'},
            h('section', {class: 'panel'}, h('h2', {}, 'NEEDs'), this.note,
                h('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': 'NEEDs, the newest first'}, h('table', {},
                    h('thead', {}, h('tr', {}, ['came', 'NEED', 'thread', 'asks for', 'state', 'took'].map((name) => h('th', {scope: 'col'}, name)))),
                    this.body))),
            h('div', {class: 'side'},
                h('section', {class: 'panel'}, h('h2', {}, 'Health'), this.parts),
                h('section', {class: 'panel'}, h('h2', {}, 'Dead letters'), this.letters))));
  }

  /**
   * Follows the events. Only when they come is the list read that they add to, so that whatever is not in the list is told
   * by an event.
   */
  #follow() {
    this.events = new Events(EVENTS, {
      message: (event) => this.#heard(event),
      rates: (second) => this.#second(second),
      sampled: (sample) => this.#sampled(sample.one_of),
      state: this.state,
      opened: (position) => { if (!position) this.#read(); },
    });
  }

  #heard(event) {
    if (!this.#waiting) this.#said(event);
    else if (this.#waiting.length < WAITING_MAX) this.#waiting.push(event);
  }

  async #read() {
    const read = ++this.#reads;
    const isOld = () => this.stopped || read !== this.#reads;
    for (;;) {
      this.#waiting = [];
      try {
        const [needs, letters] = await Promise.all([json('/v1/needs?limit=' + LINES_MAX), json('/v1/dead-letters?limit=' + DEAD_LETTERS_MAX)]);
        if (isOld()) return;
        if (this.#waiting.length < WAITING_MAX) {
          this.#merge(needs.needs, letters.dead_letters);
          return;
        }
      } catch (failure) {
        if (isOld()) return;
        if (failure.status === 401) {
          this.state('token');
          return;
        }
      }
      await new Promise((done) => setTimeout(done, LIST_AGAIN_MS));
      if (isOld()) return;
    }
  }

  #merge(needs, letters) {
    // The events do not tell of phases: the one that the list has would soon be wrong.
    this.#needs = new Map(needs.reverse().map((need) => [need.need_id, {...need, phase: undefined}]));
    this.#letters = letters;
    const waiting = this.#waiting;
    this.#waiting = null;
    for (const event of waiting) this.#said(event);
    this.#dropUnsampled();
    this.#drawLetters();
    this.#dirty = true;
  }

  /** Takes away open NEEDs that are not in the sample: the stream does not tell their ends. */
  #dropUnsampled() {
    for (const [id, need] of this.#needs) {
      if (need.state === 'open' && parseInt(id.slice(0, SAMPLE_DIGITS), 16) % this.#sample !== 0) this.#needs.delete(id);
    }
    this.#dirty = true;
  }

  #said(event) {
    this.#dirty = true;
    if (event.kind === 'DEAD_LETTER') {
      // The list may have it already.
      if (this.#letters.some((letter) => letter.source === event.source && letter.stored_ms === event.stored_ms)) return;
      this.#letters.unshift(event);
      this.#letters.length = Math.min(this.#letters.length, DEAD_LETTERS_MAX);
      this.#drawLetters();
      return;
    }
    const need = this.#needs.get(event.need_id);
    if (event.kind === 'NEED') {
      if (!need) {
        this.#needs.set(event.need_id, {
          need_id: event.need_id, thread_id: event.thread_id, task_types: event.task_types, state: 'open', created_ms: event.stored_ms});
      }
    } else if (need) {
      need.state = 'ended';
      need.outcome = event.outcome;
      need.reason = event.reason;
      need.ended_ms = event.stored_ms;
    }
    if (this.#needs.size > 2 * LINES_MAX) {
      const surplus = this.#needs.size - LINES_MAX;
      for (const id of [...this.#needs.keys()].slice(0, surplus)) this.#needs.delete(id);
    }
  }

  #second(second) {
    this.#rates.push(second);
    if (this.#rates.length > CHART_SECONDS) this.#rates.shift();
    const rate = (count) => {
      const value = count * 1000 / Math.max(1, second.span_ms);
      return value < 10 ? Math.round(10 * value) / 10 : Math.round(value);
    };
    const sum = (pick) => this.#rates.reduce((all, one) => all + pick(one), 0);
    this.tiles.began.textContent = rate(second.began);
    this.tiles.ended.textContent = rate(second.accepted + second.rejected + second.expired);
    this.tiles.failed.textContent = sum((one) => one.rejected + one.expired);
    this.tiles.letters.textContent = sum((one) => one.dead_letters);
    const timed = [...this.#rates].reverse().find((one) => one.timed > 0);
    this.tiles.median.textContent = timed ? span(timed.median_ms) : '–';
    this.tiles.p95.textContent = timed ? span(timed.p95_ms) : '–';
    this.rateChart.replaceChildren(chart(this.rateChart.clientWidth, this.#rates, [
      ['began', (one) => one.began * 1000 / Math.max(1, one.span_ms)],
      ['ended', (one) => (one.accepted + one.rejected + one.expired) * 1000 / Math.max(1, one.span_ms)]], (value) => (Number.isInteger(value) || value > 10 ? Math.round(value) : value.toFixed(1)) + '/s'));
    this.timeChart.replaceChildren(chart(this.timeChart.clientWidth, this.#rates, [
      ['p95', (one) => one.timed ? one.p95_ms : null], ['median', (one) => one.timed ? one.median_ms : null]], span));
  }

  /** From here on the events are of one in so many NEEDs; after a break the stream goes on with the same sample. */
  #sampled(oneOf) {
    this.#sample = oneOf;
    this.events.path = EVENTS + '&sample=' + oneOf;
    this.#dropUnsampled();
    this.note.textContent = oneOf === 1
      ? '' : 'More come than can be read: one of ' + oneOf + ' is shown, chosen by its id. Rates and times are of all. The list stands still under the pointer.';
  }

  #draw() {
    const open = [...this.#needs.values()].slice(-LINES_MAX);
    if (!this.#dirty && !open.some((need) => need.state === 'open')) return;
    this.#dirty = false;
    if (this.body.matches(':hover') && this.#sample > 1) return;
    const lines = [];
    for (const need of open.reverse()) lines.push(this.#line(need));
    if (lines.length === 0) lines.push(h('tr', {}, h('td', {colspan: 6, class: 'empty'}, 'No NEED yet. Try: ./swarm need "to be or not to be"')));
    if (lines.length !== this.body.children.length || lines.some((line, i) => line !== this.body.children[i])) refill(this.body, lines);
    for (const id of this.#lines.keys()) if (!this.#needs.has(id)) this.#lines.delete(id);
  }

  #line(need) {
    const known = this.#lines.get(need.need_id);
    const key = need.state + (need.outcome ?? '');
    if (known && known.key === key) {
      // Only the time goes on; whoever is at a link of the line stays there.
      if (need.state === 'open') known.row.lastChild.textContent = took(need);
      return known.row;
    }
    const row = needLine(need);
    this.#lines.set(need.need_id, {key, row});
    return row;
  }

  #drawLetters() {
    this.letters.replaceChildren(...this.#letters.map(letterItem));
    if (this.#letters.length === 0) this.letters.append(h('li', {class: 'empty'}, 'none'));
  }

  async #health() {
    try {
      const report = await health();
      this.parts.replaceChildren(...report.checks.map((check) => h('li', {class: 'part ' + check.state},
          h('span', {class: 'dot', 'aria-hidden': 'true'}), h('b', {}, check.name), ' ', check.state, check.detail ? h('small', {}, ' ', plain(check.detail)) : '')));
    } catch {
      this.parts.replaceChildren(h('li', {class: 'part down'}, 'the process does not answer'));
    }
  }
}

/** A line of a list of NEEDs. */
export function needLine(need) {
  return h('tr', {class: need.outcome ?? 'open'},
      h('td', {class: 'time'}, clock(need.created_ms)),
      h('td', {}, h('a', {class: 'mono', 'data-key': 'need ' + need.need_id, href: '#/need/' + encodeURIComponent(need.need_id), title: need.need_id}, short(need.need_id))),
      h('td', {class: 'thread'}, h('a', {'data-key': 'thread ' + need.need_id, href: '#/thread/' + encodeURIComponent(need.thread_id), title: need.thread_id}, short(need.thread_id, 24))),
      h('td', {class: 'types'}, plain(need.task_types.join(', ') || '–', 60)),
      h('td', {}, badge(need)),
      h('td', {class: 'number'}, took(need)));
}

function took(need) {
  return span((need.ended_ms ?? Date.now()) - need.created_ms);
}

/** The state of a NEED in a word; colour says nothing that the word does not. */
export function badge(need) {
  if (need.outcome) return h('span', {class: 'badge ' + (need.outcome === 'ACCEPTED' ? 'good' : 'bad')}, need.outcome, need.reason ? ' · ' + plain(need.reason, 40) : '');
  return h('span', {class: 'badge open'}, need.phase && need.phase !== 'ended' ? need.phase : 'open');
}

/** An entry of the list of dead letters. */
export function letterItem(letter) {
  const [name, ...detail] = letter.reason.split(': ');
  return h('li', {class: 'letter'}, h('b', {}, plain(name, 40)), ' ', h('span', {}, plain(detail.join(': '), 160)),
      h('small', {}, clock(letter.stored_ms), ' · ', plain(letter.source, 80)));
}

function chart(width, rates, series, text) {
  const height = CHART_HEIGHT;
  const left = 68;
  const values = series.flatMap(([, pick]) => rates.map(pick)).filter((value) => value !== null);
  const top = nice(Math.max(1, ...values));
  const x = (i) => left + (width - left - 4) * (CHART_SECONDS - rates.length + i) / (CHART_SECONDS - 1);
  const y = (value) => height - 6 - (height - 14) * value / top;
  const picture = s('svg', {viewBox: `0 0 ${width} ${height}`, width, height, role: 'img',
    'aria-label': series.map(([name, pick]) => name + ' ' + text(pick(rates[rates.length - 1]) ?? 0)).join(', ')});
  for (const part of [0, 0.5, 1]) {
    picture.append(s('line', {class: 'grid', x1: left, x2: width, y1: y(top * part), y2: y(top * part)}),
        s('text', {class: 'axis', x: left - 6, y: y(top * part) + 4, 'text-anchor': 'end'}, text(top * part)));
  }
  for (const [name, pick] of series) {
    let piece = [];
    const pieces = [piece];
    rates.forEach((one, i) => {
      const value = pick(one);
      if (value === null) pieces.push(piece = []);
      else piece.push([x(i), y(value)]);
    });
    for (const points of pieces.filter((all) => all.length > 0)) {
      if (points.length === 1) picture.append(s('circle', {class: 'mark ' + name, cx: points[0][0], cy: points[0][1], r: 2}));
      else picture.append(s('polyline', {class: 'line ' + name, points: points.map((point) => point.map((n) => n.toFixed(1)).join(',')).join(' ')}));
    }
  }
  return picture;
}

function nice(value) {
  const power = 10 ** Math.floor(Math.log10(value));
  return [1, 2, 5, 10].map((step) => step * power).find((step) => step >= value);
}
