// Lists of NEEDs with filters, of a thread, of an artifact; and dead letters.

import {h, plain, short} from './dom.js';
import {json, request} from './api.js';
import {letterItem, needLine} from './live.js';

function table(body, label) {
  return h('div', {class: 'scroll', tabindex: '0', role: 'region', 'aria-label': label}, h('table', {},
      h('thead', {}, h('tr', {}, ['came', 'NEED', 'thread', 'asks for', 'state', 'took'].map((name) => h('th', {scope: 'col'}, name)))), body));
}

/** Reads page by page, on request. */
function pages(path, show, more, status) {
  let cursor = '';
  let stopped = false;
  const read = async () => {
    more.setAttribute('disabled', '');
    try {
      const page = await json(path + (cursor ? '&cursor=' + encodeURIComponent(cursor) : ''));
      if (stopped) return;
      show(page);
      cursor = page.next ?? '';
      status.textContent = '';
    } catch (failure) {
      status.textContent = failure.status === 404 ? 'Nothing is stored of it.' : 'It cannot be read now: ' + plain(failure.message);
      cursor = '';
    }
    more.removeAttribute('disabled');
    more.hidden = !cursor;
  };
  more.addEventListener('click', read);
  read();
  return {stop() { stopped = true; }};
}

function needs(main, head, path, label) {
  const body = h('tbody');
  const more = h('button', {type: 'button'}, 'More');
  const status = h('p', {class: 'note', role: 'status'});
  main.replaceChildren(h('section', {class: 'panel'}, head, status, table(body, label), more));
  return pages(path, (page) => {
    body.append(...page.needs.map(needLine));
    if (!body.firstChild && !page.next) body.append(h('tr', {}, h('td', {colspan: 6, class: 'empty'}, 'Nothing fits.')));
  }, more, status);
}

export function listView(main, chosen) {
  const choice = (name, label, values) => h('label', {}, label + ' ', h('select', {name, on: {change: go}},
      values.map(([value, text]) => h('option', {value, selected: (chosen.get(name) ?? '') === value}, text))));
  const type = h('input', {type: 'search', name: 'type', value: chosen.get('type') ?? '', autocomplete: 'off'});
  const form = h('form', {class: 'filters', on: {submit: (event) => { event.preventDefault(); go(); }}},
      choice('state', 'State', [['', 'any'], ['open', 'open'], ['ended', 'ended']]),
      choice('outcome', 'Outcome', [['', 'any'], ['ACCEPTED', 'ACCEPTED'], ['REJECTED', 'REJECTED'], ['EXPIRED', 'EXPIRED']]),
      choice('older_than_ms', 'Older than', [['', 'any age'], ['60000', '1 minute'], ['3600000', '1 hour'], ['86400000', '1 day']]),
      h('label', {}, 'Asks for ', type), h('button', {type: 'submit'}, 'Filter'));
  function go() {
    const wanted = new URLSearchParams();
    for (const [name, value] of new FormData(form)) if (value) wanted.set(name, value);
    location.hash = '#/list/' + encodeURIComponent(wanted.toString());
  }
  return needs(main, [h('h1', {}, 'NEEDs'), form], '/v1/needs?limit=100&' + chosen, 'NEEDs, the newest first');
}

export function threadView(main, id) {
  return needs(main, [h('h1', {}, 'Thread ', h('span', {class: 'mono'}, plain(id, 128)))], '/v1/threads/' + encodeURIComponent(id) + '?limit=100',
      'NEEDs of the thread, the newest first');
}

export function artifactView(main, hash) {
  const save = h('button', {type: 'button', on: {click: () => download(hash, save)}}, 'Save its bytes');
  return needs(main, [h('h1', {}, 'Artifact ', h('span', {class: 'mono', title: hash}, short(hash, 24))),
    h('p', {}, save, ' ', h('small', {}, 'Whoever made it may be hostile: look at it as bytes.'))],
  '/v1/needs?limit=100&artifact=' + encodeURIComponent(hash), 'NEEDs that ended with it');
}

/** Saves an artifact as a file of no type; by fetch, since a link could send no token. */
export async function download(hash, button) {
  try {
    const content = await (await request('/v1/artifacts/' + encodeURIComponent(hash))).blob();
    const link = document.createElement('a');
    link.href = URL.createObjectURL(new Blob([content], {type: 'application/octet-stream'}));
    link.download = hash;
    link.click();
    setTimeout(() => URL.revokeObjectURL(link.href), 10_000);
  } catch (failure) {
    button.textContent = failure.status === 404 ? 'Not here' : 'Cannot be read now';
  }
}

export function deadLettersView(main) {
  const list = h('ul', {class: 'plain letters'});
  const more = h('button', {type: 'button'}, 'More');
  const status = h('p', {class: 'note', role: 'status'});
  main.replaceChildren(h('section', {class: 'panel'}, h('h1', {}, 'Dead letters'),
      h('p', {}, 'Records that were refused, the newest first. Their bytes are on the topic swarm.dlq.'), status, list, more));
  return pages('/v1/dead-letters?limit=100', (page) => {
    list.append(...page.dead_letters.map(letterItem));
    if (!list.firstChild) list.append(h('li', {class: 'empty'}, 'none'));
  }, more, status);
}
