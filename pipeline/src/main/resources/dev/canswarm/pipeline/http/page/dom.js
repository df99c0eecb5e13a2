// Elements are made here and nowhere else. Whatever comes from outside becomes text or the value of an attribute that
// holds no code; nothing is ever parsed as HTML.

const SVG = 'http://www.w3.org/2000/svg';
const ATTRIBUTES = new Set([
  'class', 'id', 'title', 'role', 'scope', 'tabindex', 'type', 'value', 'for', 'open', 'datetime', 'download', 'colspan', 'selected',
  'viewBox', 'width', 'height', 'x', 'y', 'x1', 'x2', 'y1', 'y2', 'cx', 'cy', 'r', 'rx', 'd', 'points', 'transform', 'text-anchor',
  'preserveAspectRatio', 'disabled', 'placeholder', 'autocomplete', 'name',
]);

function fill(element, properties, children) {
  for (const [name, value] of Object.entries(properties)) {
    if (value === undefined || value === null || value === false) continue;
    if (name === 'on') {
      for (const [event, listener] of Object.entries(value)) element.addEventListener(event, listener);
    } else if (name === 'href') {
      // Only ways within the page and the API.
      const target = String(value);
      if (!target.startsWith('#/') && !target.startsWith('/v1/')) throw new Error('not a way within the page');
      element.setAttribute('href', target);
    } else if (ATTRIBUTES.has(name) || name.startsWith('aria-') || name.startsWith('data-')) {
      element.setAttribute(name, value === true ? '' : String(value));
    } else {
      throw new Error('attribute ' + name);
    }
  }
  for (const child of children.flat(Infinity)) {
    if (child === undefined || child === null || child === false) continue;
    element.append(child instanceof Node ? child : document.createTextNode(String(child)));
  }
  return element;
}

/** An HTML element. */
export function h(tag, properties = {}, ...children) {
  return fill(document.createElement(tag), properties, children);
}

/** An SVG element. */
export function s(tag, properties = {}, ...children) {
  return fill(document.createElementNS(SVG, tag), properties, children);
}

/**
 * Replaces what is in an element. The focus, and how far a part is scrolled, go over to the new part that has the same
 * data-key, so that whoever reads along keeps the place.
 */
export function refill(element, ...children) {
  const keyOf = (part) => part.dataset?.key;
  const focused = element.contains(document.activeElement) ? keyOf(document.activeElement) : undefined;
  const scrolled = [...element.querySelectorAll('[data-key]')].filter((part) => part.scrollTop || part.scrollLeft)
      .map((part) => [keyOf(part), part.scrollTop, part.scrollLeft]);
  element.replaceChildren();
  fill(element, {}, children);
  const byKey = (key) => [...element.querySelectorAll('[data-key]')].find((part) => keyOf(part) === key);
  for (const [key, top, left] of scrolled) byKey(key)?.scrollTo(left, top);
  if (focused) byKey(focused)?.focus({preventScroll: true});
}

/** The first digits of a hash or key. */
export function short(text, length = 10) {
  return text.length > length ? text.slice(0, length) + '…' : text;
}

/** A span of time for people. */
export function span(millis) {
  if (!(millis >= 0)) return '–';
  if (millis < 1000) return Math.round(millis) + ' ms';
  if (millis < 60_000) return (millis / 1000).toFixed(millis < 10_000 ? 2 : 1) + ' s';
  if (millis < 3_600_000) return Math.floor(millis / 60_000) + ' min ' + Math.round((millis % 60_000) / 1000) + ' s';
  return (millis / 3_600_000).toFixed(1) + ' h';
}

/** A time of day, with the date where it is another day. */
export function clock(millis) {
  const date = new Date(millis);
  const time = date.toLocaleTimeString(undefined, {hour12: false});
  return date.toDateString() === new Date().toDateString() ? time : date.toLocaleDateString() + ' ' + time;
}

/** Text that may hold anything, with what cannot be seen made visible, cut to a length. */
export function plain(text, max = 200) {
  const seen = String(text).replace(/[\u0000-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g,
      (c) => '\\u' + c.charCodeAt(0).toString(16).padStart(4, '0'));
  return seen.length > max ? seen.slice(0, max) + '…' : seen;
}

/** The same of several lines. */
export function lines(text, max = 20_000) {
  const cut = String(text);
  return (cut.length > max ? cut.slice(0, max) + '…' : cut).split('\n').map((line) => plain(line, max)).join('\n');
}
