// Fault proofs (spec/evidence.md 14): the file, and the faults that need no program. `trace.js` follows the program.
import { inflateSync } from 'node:zlib';
import { Cursor, digestOf, refuse, text } from './bytes.js';
import { openCheckpoint, verifierKey } from './notes.js';
import { outputsFault, readOutputs, signedLeaves, tell } from './outputs.js';
import { readRecord } from './records.js';
import { followProgram } from './trace.js';
import { sharedRoot } from './trees.js';
import { readValueBody, valueFault } from './values.js';

const mostBytes = 1 << 16;
const mostUnpacked = 1 << 20;

const part = c => c.take(c.u32());

function packedPart(c) {
  const length = c.u32();
  if (length > mostUnpacked) refuse('a part unpacks to more than 1 MiB');
  const packed = part(c);
  if (length === 0) return packed.length === 0 ? packed : refuse('nothing is packed as something');
  let bytes;
  try {
    bytes = inflateSync(packed, { maxOutputLength: length });
  } catch {
    return refuse('a part does not unpack');
  }
  return bytes.length === length ? bytes : refuse('a part unpacks to another length');
}

function readFault(file) {
  if (file.length > mostBytes) refuse('the file is longer than 64 KiB');
  const c = new Cursor(file);
  if (c.take(4).toString('latin1') !== 'PISF' || c.byte() !== 1) refuse('no fault proof');
  const kind = c.byte();
  if (kind < 1 || kind > 13) refuse('no kind of fault');
  const index = c.u64();
  const [key, note, module, packed, hashes, body] = [part(c), part(c), packedPart(c), packedPart(c), part(c), part(c)];
  c.end();
  const records = [];
  for (const r = new Cursor(packed); r.left > 0;) {
    const at = r.u64();
    const length = r.u16();
    if (length === 0 || (records.length > 0 && at <= records.at(-1).index)) refuse('the records are none');
    records.push({ index: at, entry: r.take(length) });
  }
  if (hashes.length % 32 !== 0) refuse('the hashes are none');
  return {
    kind, index, key: verifierKey(text(key)), note, module, records, body,
    hashes: Array.from({ length: hashes.length / 32 }, (_, i) => hashes.subarray(32 * i, 32 * i + 32)),
  };
}

function decoded(entry) {
  try {
    return readRecord(entry);
  } catch {
    return null;
  }
}

/** The first record shown that is wrong by itself or beside those before it (rules 9 to 13), or null. */
export function neighbourFault(records) {
  const known = new Map(records.map(r => [r.index, { ...r, record: decoded(r.entry) }]));
  const opened = [];
  for (const { index, entry } of records) {
    const { record } = known.get(index);
    const fault = (kind, what) => ({ index, kind, what });
    if (record === null) return fault(1, 'the entry is no record');
    if (record.kind === 'open') {
      if (opened.some(o => o.equals(entry))) return fault(5, 'the run is opened a second time');
      opened.push(entry);
      continue;
    }
    if (record.kind === 'close' && record.retired !== record.sequence - 1n) return fault(10, 'it counts opcodes otherwise than its sequence');
    const before = index > 0n ? known.get(index - 1n) : undefined;
    if (before?.record) {
      const [run, sequence] = before.record.kind === 'open' ? [digestOf(before.entry), 0n] : [before.record.run, before.record.sequence];
      if (!run.equals(record.run)) return fault(2, 'the record before it is another run\'s');
      if (before.record.kind === 'close') return fault(4, 'its run is closed');
      if (record.sequence !== sequence + 1n) return fault(3, `sequence ${record.sequence} behind ${sequence}`);
    }
    if (record.sequence > index) return fault(3, 'its run would open before the log');
    const first = known.get(index - record.sequence);
    if (first !== undefined && !(first.record?.kind === 'open' && digestOf(first.entry).equals(record.run))) return fault(2, 'the entry where its run would open does not open it');
  }
  return null;
}

/** Checks a file that may be anyone's; gives the fault that is proven, or refuses. */
export function checkFault(file, key = null, beside = null) {
  const proof = readFault(file);
  if (proof.key.type !== 1) refuse('the key is no log\'s');
  if (key !== null && key.line !== proof.key.line) refuse('it accuses by another key than the one that is known');
  const checkpoint = openCheckpoint(proof.note, proof.key);
  if (!sharedRoot(checkpoint.size, proof.records, proof.hashes)?.equals(checkpoint.root)) refuse('the records are not in the tree that was signed');
  const found = neighbourFault(proof.records) ?? followed(proof, beside);
  if (found === null) refuse('the records shown agree with the program');
  if (found.kind !== proof.kind || found.index !== proof.index) refuse(`what is wrong is another thing than it says: record ${found.index}, kind ${found.kind}, ${found.what}`);
  return { origin: checkpoint.origin, ...found };
}

function followed(proof, beside) {
  const accused = proof.records.find(r => r.index === proof.index);
  const record = accused && readRecord(accused.entry);
  if (!record || record.kind === 'open') refuse('the record that it is about is not shown');
  const first = proof.records.find(r => r.index === proof.index - record.sequence);
  if (first === undefined || readRecord(first.entry).kind !== 'open') refuse('the record that opens the run is not shown');
  if (proof.kind === 13) return outputsFault(proof.body, proof.key, proof.index, record, first.entry);
  const program = proof.module.length > 0 ? proof.module : beside ?? refuse('the program is not in the file; give it beside it');
  const records = new Map(proof.records.map(r => [r.index, { ...r, record: readRecord(r.entry) }]));
  const opening = records.get(first.index);
  const { key, index, kind, body } = proof;
  if (opening.record.isPrivate && body.length > 0) {
    // What is under salt is told by the leaves that the body opens.
    const outputs = kind === 12 ? readValueBody(body).outputs : readOutputs(body);
    tell(signedLeaves(outputs, key, digestOf(first.entry)), records, first.index);
  }
  const { fault, module, place } = followProgram(program, records, first.index, index, kind === 10 ? body : undefined);
  if (fault !== null || kind !== 12) return fault;
  return valueFault(body, { key, index, first: first.index, record: records.get(index).record, opening, module, place });
}
