// Verifier keys, signed notes, checkpoints, policies, trails (spec/evidence.md 5).
import { createPublicKey, verify } from 'node:crypto';
import { base64, decimal, digestOf, refuse, text } from './bytes.js';

const L = 2n ** 252n + 27742317777372353535851937790883648493n;
const P = 2n ** 255n - 19n;

// y of the eight points of small order; with either sign (spec/evidence.md 5, rule 2).
const smallY = new Set([0n, 1n, P - 1n,
  2707385501144840649318225287225658788936804267575313519463743609750303402022n,
  55188659117513257062467267217118295137698188065244968500265048394206261417927n]);

const littleEndian = bytes => BigInt(`0x${Buffer.from(bytes).reverse().toString('hex')}`);

function isPoint(bytes) {
  const y = littleEndian(bytes) & (2n ** 255n - 1n);
  return y < P && !smallY.has(y);
}

/** Ed25519 as RFC 8032, 5.1.7 has it, without a cofactor; keys and R of small order are refused. */
export function ed25519(key, message, signature) {
  if (key.length !== 32 || signature.length !== 64 || !isPoint(key) || !isPoint(signature.subarray(0, 32)) || littleEndian(signature.subarray(32)) >= L) return false;
  try {
    const spki = createPublicKey({ key: Buffer.concat([Buffer.from('302a300506032b6570032100', 'hex'), key]), format: 'der', type: 'spki' });
    return verify(null, message, spki, signature);
  } catch {
    return false;
  }
}

const isName = name => name.length > 0 && name.length <= 255 && !/[\s+\p{Cc}]/u.test(name);

const idOf = (name, key) => digestOf(Buffer.concat([Buffer.from(`${name}\n`), key])).subarray(0, 4);

/** A verifier key: `{name, id, type, key}`. */
export function verifierKey(line) {
  const match = /^([^+]*)\+([0-9a-f]{8})\+(.*)$/s.exec(line) ?? refuse('no verifier key');
  const blob = base64(match[3], 33);
  if (!isName(match[1]) || ![1, 4].includes(blob[0]) || idOf(match[1], blob).toString('hex') !== match[2]) refuse('no verifier key');
  return { name: match[1], id: blob.length > 0 ? idOf(match[1], blob) : null, type: blob[0], key: blob.subarray(1), line };
}

function signs(key, message, blob) {
  if (key.type === 1) return ed25519(key.key, message, blob);
  if (blob.length !== 72 || blob.readBigUInt64BE() >= 2n ** 63n) return false;
  const head = `cosignature/v1\ntime ${blob.readBigUInt64BE()}\n`;
  return ed25519(key.key, Buffer.concat([Buffer.from(head), message]), blob.subarray(8));
}

/** The text of a note that a known key signed. */
export function openNote(bytes, keys) {
  if (bytes.length > 1 << 20) refuse('the note is longer than 1 MiB');
  const whole = text(bytes);
  if (/[\x00-\x09\x0b-\x1f]/.test(whole) || !whole.endsWith('\n')) refuse('no note');
  const at = whole.lastIndexOf('\n\n');
  if (at < 0) refuse('no note');
  const message = Buffer.from(whole.slice(0, at + 1));
  const lines = whole.slice(at + 2, -1).split('\n');
  if (lines.length > 64) refuse('the note has more than 64 signatures');
  let signed = false;
  for (const line of lines) {
    const match = /^\u2014 ([^ ]+) (.+)$/.exec(line) ?? refuse('no signature line');
    const blob = base64(match[2]);
    if (!isName(match[1]) || blob.length < 5) refuse('no signature line');
    for (const key of keys.filter(k => k.name === match[1] && k.id.equals(blob.subarray(0, 4)))) {
      if (!signs(key, message, blob.subarray(4))) refuse(`the signature of ${key.name} is wrong`);
      signed = true;
    }
  }
  if (!signed) refuse('nobody who is known has signed');
  return message.toString();
}

/** A checkpoint that the log's key signed: `{origin, size, root}`. */
export function openCheckpoint(bytes, key) {
  const said = openNote(bytes, [key]);
  const lines = said.split('\n');
  if (lines.length < 4 || lines.pop() !== '' || lines.length > 64 || lines.some(line => line === '')) refuse('the note is no checkpoint');
  if (lines[0] !== key.name) refuse('the checkpoint is another log\'s');
  return { origin: lines[0], size: decimal(lines[1]), root: base64(lines[2], 32), text: said };
}

/** The key that holds at the end of a trail; null if it was revoked (5, rule 8). */
export function followTrail(file, first) {
  let current = first;
  const blocks = text(file).split('\n\n').filter(b => b !== '');
  for (let i = 0; i < blocks.length; i += 2) {
    if (current === null) refuse('a note lies behind a revocation');
    const note = Buffer.from(`${blocks[i]}\n\n${(blocks[i + 1] ?? '').replace(/\n+$/, '')}\n`);
    const [head, from, to, ...rest] = openNote(note, [current]).split('\n');
    if (from !== current.line) refuse('a note of the trail is about another key');
    if (head === 'pomisa key revocation v1' && to === '' && rest.length === 0) {
      current = null;
    } else if (head === 'pomisa key rotation v1' && rest.length === 1 && rest[0] === '') {
      const next = verifierKey(to);
      openNote(note, [next]);
      current = next;
    } else {
      refuse('no note of a trail');
    }
  }
  return current;
}
