// Verifies a message in the browser: docs/spec/envelope.md and signing.md. It trusts nothing that the server says of it.

const encoder = new TextEncoder();
const IDENTIFIED = [
  'v', 'swarm_id', 'thread_id', 'kind', 'need_id', 'lamport', 'sender_pk_b64', 'parents', 'nonce', 'policy_engine_hash', 'payload_hash'];

/** RFC 8785. JSON.stringify writes strings and numbers as it wants them; names are ordered by UTF-16 units, as sort() does. */
export function canonical(value) {
  if (Array.isArray(value)) return '[' + value.map(canonical).join(',') + ']';
  if (value !== null && typeof value === 'object') {
    return '{' + Object.keys(value).sort().map((name) => JSON.stringify(name) + ':' + canonical(value[name])).join(',') + '}';
  }
  return JSON.stringify(value);
}

function hex(buffer) {
  return Array.from(new Uint8Array(buffer), (byte) => byte.toString(16).padStart(2, '0')).join('');
}

export async function sha256(text) {
  return hex(await crypto.subtle.digest('SHA-256', encoder.encode(text)));
}

function bytes(base64) {
  return Uint8Array.from(atob(base64), (c) => c.charCodeAt(0));
}

function only(envelope, keep) {
  const some = Object.create(null);
  for (const name of Object.keys(envelope)) if (keep(name)) some[name] = envelope[name];
  return some;
}

/** Whether this browser can verify at all: crypto.subtle needs a secure context, which loopback is. */
export async function able() {
  try {
    await crypto.subtle.importKey('raw', new Uint8Array(32).fill(1), {name: 'Ed25519'}, false, ['verify']);
    return true;
  } catch (failure) {
    return failure?.name !== 'NotSupportedError' && globalThis.crypto?.subtle !== undefined;
  }
}

/** The checks of one envelope, each with what it found; all must hold. */
export async function verify(envelope) {
  const checks = [];
  const payloadHash = await sha256(canonical(envelope.payload));
  checks.push({name: 'payload hash', holds: payloadHash === envelope.payload_hash});
  const id = await sha256('can-swarm/id/v1\0' + canonical(only(envelope, (name) => IDENTIFIED.includes(name))));
  checks.push({name: 'id', holds: id === envelope.id});
  let signed = false;
  try {
    const key = await crypto.subtle.importKey('raw', bytes(envelope.sender_pk_b64), {name: 'Ed25519'}, false, ['verify']);
    const message = encoder.encode(
        'can-swarm/envelope/v1\0' + canonical(only(envelope, (name) => name !== 'payload' && name !== 'sig_b64')));
    signed = await crypto.subtle.verify({name: 'Ed25519'}, key, bytes(envelope.sig_b64), message);
  } catch {
    signed = false;
  }
  checks.push({name: 'Ed25519 signature', holds: signed});
  return checks;
}

/** The id of a task of a plan (signing.md, section 1). */
export function taskId(proposalId, index) {
  return sha256('can-swarm/task/v1\0' + proposalId + ':' + index);
}
