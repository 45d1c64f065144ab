// What the accused signed that all outputs of his run were (spec/evidence.md 13): the note, opened leaves, and fault kind 13.
import { saltedCommitment, saltedScalar } from '../evidence.js';
import { rowByCode } from '../table.js';
import { base64, Cursor, decimal, digestOf, refuse } from './bytes.js';
import { openNote } from './notes.js';
import { sharedRoot } from './trees.js';

const version = 2;
const mostBody = 45056;
const mostNote = 1024;

export const part = c => c.take(c.u16());
export const takeHashes = c => Array.from({ length: c.u16() }, () => c.digest());

/** A body that is a claim and nothing else. */
export function readOutputs(body) {
  const c = bodyCursor(body);
  const outputs = takeOutputs(c);
  c.end();
  return outputs;
}

export function bodyCursor(body) {
  if (body.length > mostBody) refuse('the body is longer than 45,056 bytes');
  return new Cursor(body);
}

/** The claim that a body begins with: the note, and leaves of its tree with what leads to the root. */
export function takeOutputs(c) {
  if (c.byte() !== version) refuse('the body is no outputs');
  const note = part(c);
  const count = c.u16();
  if (count === 0) refuse('the body opens no outputs');
  const leaves = [];
  for (let i = 0; i < count; i++) {
    const leaf = { index: c.u64(), entry: part(c) };
    if (i > 0 && leaf.index <= leaves.at(-1).index) refuse('the outputs do not ascend');
    leaves.push(leaf);
  }
  const hashes = takeHashes(c);
  return { note, leaves, hashes };
}

/** The data of leaves by sequence, if the accused signed them for this run. */
export function signedLeaves({ note, leaves, hashes }, key, run) {
  if (note.length > mostNote) refuse('the outputs\' note is longer than 1,024 bytes');
  const lines = openNote(note, [key]).split('\n');
  if (lines.length !== 6 || lines[0] !== 'pomisa outputs v1' || lines[1] !== key.name || lines[2] !== run.toString('hex') || lines[5] !== '') refuse('the note is not about these outputs');
  const [size, root] = [decimal(lines[3]), base64(lines[4], 32)];
  if (!sharedRoot(size, leaves, hashes)?.equals(root)) refuse('the outputs are not in the tree that was signed');
  return new Map(leaves.map(l => [l.index, l.entry]));
}

/** What leaves tell of records under salt: each record shown gets its scalars, or its response, as `told`. */
export function tell(leaves, records, first) {
  for (const [sequence, data] of leaves) {
    const record = records.get(first + sequence)?.record;
    const leaf = record && record.kind !== 'open' ? readLeaf(record, data) : null;
    if (leaf === null) continue;
    if (record.tag === 2) record.told = leaf.scalars.map(s => s.value);
    else if (record.kind === 'close' && record.isPrivate) record.told = leaf.recorded[0].value;
  }
}

/** A leaf taken apart by the form that its record asks for; null where it has another length. */
export function readLeaf(record, data) {
  const isRetire = record.kind === 'retire';
  const row = isRetire ? rowByCode.get(record.opcode) : undefined;
  const scalars = isRetire && record.tag % 3 !== 0 ? record.outputs.length : 0;
  const held = isRetire ? record.outputs.length - scalars : record.kind === 'close' && record.isPrivate ? 1 : 0;
  if (held > 1) return null;
  // What a product multiplies is in its leaf, whether or not its record holds it.
  const recorded = Math.max(held, row?.commits === undefined ? 0 : 1);
  const written = row?.writes ?? 0;
  const [saltsScalars, salts] = [record.tag === 2, record.tag === 3 || !isRetire];
  if (data.length !== scalars * (saltsScalars ? 40 : 8) + 32 * (recorded + (salts ? held : 0) + written)) return null;
  const c = new Cursor(data);
  return {
    scalars: Array.from({ length: scalars }, () => ({ value: c.i64(), salt: saltsScalars ? c.digest() : null })),
    recorded: Array.from({ length: recorded }, (_, i) => ({ value: c.digest(), salt: salts && i < held ? c.digest() : null, isHeld: i < held })),
    written: Array.from({ length: written }, () => c.digest()),
  };
}

/** Whether a record holds what its leaf says. */
function agrees(record, leaf) {
  const values = record.kind === 'close' ? [record.response] : record.outputs;
  return leaf.scalars.every(({ value, salt }, i) => (salt === null ? record.outputs[i] === value : record.outputs[i].equals(saltedScalar(salt, value)))) &&
    leaf.recorded.every(({ value, salt, isHeld }, i) => !isHeld || values[i].equals(salt === null ? value : saltedCommitment(salt, value)));
}

/** Fault kind 13 of a record, or null: it is not what its maker says that his run's outputs were. */
export function outputsFault(body, key, index, record, opening) {
  const run = digestOf(opening);
  if (!record.run.equals(run)) refuse('the record is of another run');
  const data = signedLeaves(readOutputs(body), key, run).get(record.sequence) ?? refuse('the outputs of the record are not shown');
  const leaf = readLeaf(record, data);
  return leaf !== null && agrees(record, leaf) ? null : { index, kind: 13, what: leaf === null ? 'its outputs are of another number or sort' : 'its outputs are others' };
}
