// Records and the rules of minting (spec/evidence.md 3 and 12).
import { Cursor, digestOf, refuse } from './bytes.js';

const canonicalFloat = bits => {
  const exponent = (bits >>> 23) & 0xff;
  return exponent !== 0xff && bits >>> 31 === 0; // finite, not negative, not a negative zero
};

function open(c, isPrivate) {
  const r = { kind: 'open', program: c.digest(), weights: c.digest(), numerics: c.u32(), prompt: c.digest() };
  r.sampling = { kind: c.byte(), seed: c.u64(), temperature: c.u32(), topP: c.u32(), topK: c.u32() };
  const { kind, seed, temperature, topP, topK } = r.sampling;
  if (kind > 1 || (kind === 0 && (seed !== 0n || temperature !== 0 || topP !== 0 || topK !== 0))) refuse('sampling parameters');
  if (kind === 1 && !(canonicalFloat(temperature) && canonicalFloat(topP))) refuse('sampling parameters');
  r.trigger = c.digest();
  const bounded = c.byte();
  if (bounded > 1) refuse('bounds');
  r.bounds = bounded ? { retires: c.u64(), steps: c.u32(), tokens: c.u32() } : null;
  if (isPrivate) {
    r.mode = c.byte();
    if (r.mode !== 1 && r.mode !== 2) refuse('mode');
    r.check = c.digest();
  }
  return r;
}

function sequence(c) {
  const s = c.u64();
  if (s === 0n) refuse('sequence 0 is the opening record\'s');
  return s;
}

function retire(c, isPrivate) {
  const r = { kind: 'retire', run: c.digest(), sequence: sequence(c), step: c.u32(), function: c.u16(), offset: c.u32(), opcode: c.u16() };
  if (isPrivate) r.tokens = c.u32();
  r.symbols = [];
  for (let left = c.byte(), last = -1; left > 0; left--) {
    const [index, value] = [c.byte(), c.u32()];
    if (index <= last) refuse('symbols do not ascend');
    last = index;
    r.symbols.push([index, value]);
  }
  r.tag = c.byte();
  if (isPrivate ? ![0, 2, 3].includes(r.tag) : r.tag > 1) refuse('tag of outputs');
  const count = c.byte();
  if (count === 0 && r.tag !== 0) refuse('no outputs have tag 0');
  r.outputs = Array.from({ length: count }, () => (r.tag === 1 ? c.i64() : c.digest()));
  return r;
}

function close(c) {
  const r = { kind: 'close', run: c.digest(), sequence: sequence(c), response: c.digest(), tokens: c.u32(), retired: c.u64(), status: c.byte() };
  if (r.status !== 1 && r.status !== 2) refuse('status');
  return r;
}

/** A record from an entry that may be anyone's. */
export function readRecord(entry) {
  if (entry.length > 65535) refuse('an entry has at most 65,535 bytes');
  const c = new Cursor(entry);
  if (c.take(4).toString('latin1') !== 'PISR') refuse('no record');
  const version = c.byte();
  if (version !== 1 && version !== 2) refuse('unknown version');
  const kind = c.byte();
  const isPrivate = version === 2;
  const record = kind === 1 ? open(c, isPrivate) : kind === 2 ? retire(c, isPrivate) : kind === 3 ? close(c) : refuse('unknown kind');
  c.end();
  return { ...record, isPrivate };
}

/** Holds entries, one after the other, to chapters 3 and 12; gives the opening records with their places. */
export function checkRuns(entries) {
  const runs = [];
  const seen = new Set();
  let run = null;
  entries.forEach((entry, at) => {
    const where = `entry ${at}: `;
    let record;
    try {
      record = readRecord(entry);
    } catch (e) {
      refuse(where + e.message);
    }
    if (record.kind === 'open') {
      const id = digestOf(entry).toString('hex');
      if (seen.has(id)) refuse(`${where}the run is opened a second time`);
      seen.add(id);
      run = { id, first: at, next: 1n, tokens: 0, isPrivate: record.isPrivate, mode: record.mode, open: record, closed: false };
      runs.push(run);
      return;
    }
    if (run === null || record.run.toString('hex') !== run.id) refuse(`${where}its run is not the one that is open`);
    if (run.closed) refuse(`${where}its run is closed`);
    if (record.sequence !== run.next) refuse(`${where}sequence ${record.sequence} where ${run.next} is due`);
    if (record.isPrivate !== run.isPrivate) refuse(`${where}another version than its run's`);
    if (run.isPrivate) {
      if (record.kind === 'retire' && run.mode === 2 && record.tag === 0 && record.outputs.length > 0) refuse(`${where}an output that is not under salt`);
      const first = run.next === 1n;
      if (first ? record.tokens !== 0 : record.tokens !== run.tokens && record.tokens !== run.tokens + 1) refuse(`${where}counts tokens otherwise`);
      run.tokens = record.tokens;
    }
    if (record.kind === 'close') {
      if (record.retired !== record.sequence - 1n) refuse(`${where}counts opcodes otherwise`);
      run.closed = true;
    }
    run.next++;
  });
  return runs;
}
