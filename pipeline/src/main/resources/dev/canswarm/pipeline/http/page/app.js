// The page: which view is shown, the search, and what the head says of the connection.

import {h} from './dom.js';
import {Agents} from './agents.js';
import {Problem, request, setToken} from './api.js';
import {Live} from './live.js';
import {artifactView, deadLettersView, listView, threadView} from './lists.js';
import {NeedView} from './need.js';

const main = document.getElementById('main');
const connection = document.getElementById('connection');
let shown = {stop() {}};

const agents = new Agents();

function state(text) {
  const words = {live: 'live', away: 'connection lost, trying again', token: 'token needed'};
  connection.className = 'connection ' + text;
  connection.textContent = words[text] ?? text;
  if (text === 'token') askForToken();
}

function askForToken() {
  const field = h('input', {type: 'password', id: 'token', autocomplete: 'off'});
  const form = h('form', {class: 'panel token', on: {submit: (event) => {
    event.preventDefault();
    setToken(field.value.trim());
    start();
  }}},
  h('h1', {}, 'Token'),
  h('p', {}, 'This process listens on another interface than loopback. Its token is in the file http.token of the data directory.'),
  h('label', {for: 'token'}, 'Bearer token '), field, ' ', h('button', {type: 'submit'}, 'Use it'));
  shown.stop();
  shown = {stop() {}};
  main.replaceChildren(form);
  field.focus();
}

function view() {
  const parts = location.hash.replace(/^#\/?/, '').split('/').map((part) => {
    try {
      return decodeURIComponent(part);
    } catch {
      return '';
    }
  });
  switch (parts[0]) {
    case '': return new Live(main, state);
    case 'need': return new NeedView(main, parts[1] ?? '', agents, state);
    case 'thread': return threadView(main, parts[1] ?? '');
    case 'artifact': return artifactView(main, parts[1] ?? '');
    case 'list': return listView(main, new URLSearchParams(parts[1] ?? ''));
    case 'dead-letters': return deadLettersView(main);
    default:
      main.replaceChildren(h('p', {class: 'empty'}, 'There is no such page.'));
      return {stop() {}};
  }
}

function show(focus) {
  shown.stop();
  for (const link of document.querySelectorAll('header nav a')) {
    const here = link.getAttribute('href') === '#/' + location.hash.replace(/^#\/?/, '').split('/')[0];
    if (here) link.setAttribute('aria-current', 'page');
    else link.removeAttribute('aria-current');
  }
  // Lists are read once; only the others follow what is stored.
  connection.hidden = !/^#?\/?$|^#\/need\//.test(location.hash);
  shown = view();
  if (focus) main.focus({preventScroll: true});
  scrollTo(0, 0);
}

document.getElementById('search').addEventListener('submit', async (event) => {
  event.preventDefault();
  const text = document.getElementById('query').value.trim();
  if (!text) return;
  if (/^[0-9a-f]{64}$/.test(text)) {
    try {
      await request('/v1/needs/' + text);
      location.hash = '#/need/' + text;
    } catch (failure) {
      location.hash = failure.status === 404 ? '#/artifact/' + text : '#/need/' + text;
    }
  } else {
    location.hash = '#/thread/' + encodeURIComponent(text);
  }
});

// A slash goes to the search, as in other pages of this kind.
addEventListener('keydown', (event) => {
  if (event.key === '/' && !/^(input|textarea|select)$/i.test(event.target.tagName)) {
    event.preventDefault();
    document.getElementById('query').focus();
  }
});

addEventListener('hashchange', () => show(true));

async function start() {
  try {
    await agents.read();
  } catch (failure) {
    if (failure instanceof Problem && failure.status === 401) {
      state('token');
      return;
    }
  }
  show(false);
}

start();
