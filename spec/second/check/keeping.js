// Logs of which roots are kept (spec/evidence.md 10) and receipts of tokens (11).
import { leafHash, saltedScalar, sha256, treeRoot } from '../evidence.js';
import { Cursor, digestOf, refuse } from './bytes.js';
import { openCheckpoint } from './notes.js';
import { readRecord } from './records.js';
import { nodeHash, pathRoot, split } from './trees.js';

const group = 1024n;
const emit = 0x70;

/** Parts of a file of roots, in order: an entry in full, or a range with its blocks. */
function readParts(file) {
  const c = new Cursor(file);
  if (!c.take(5).equals(Buffer.from('PISK\x01', 'latin1'))) refuse('no file of roots');
  const size = c.u64();
  const parts = [];
  let at = 0n;
  while (c.left > 0) {
    const tag = c.byte();
    const count = c.u16();
    if (count === 0 || tag > 1) refuse('a part of nothing, or of another sort');
    if (tag === 1) {
      parts.push({ first: at, count: 1n, entry: c.take(count) });
      at++;
      continue;
    }
    const end = at + BigInt(count);
    if (end > (at / group + 1n) * group) refuse('a range goes over the end of a group');
    const first = at;
    const blocks = [];
    while (at < end) {
      let width = 1n;
      while (width * 2n <= end - at && at % (width * 2n) === 0n) width *= 2n;
      blocks.push({ first: at, count: width, root: c.digest() });
      at += width;
    }
    parts.push({ first, count: BigInt(count), blocks });
  }
  if (at !== size) refuse('the parts stand for another number of entries');
  return { size, parts };
}

/** The root over all entries, from roots of full subtrees that lie one after the other. */
function rootOf(size, blocks) {
  if (size === 0n) return sha256();
  let next = 0;
  const range = (first, count) => {
    const block = blocks[next];
    if (block.first === first && block.count === count) {
      next++;
      return block.root;
    }
    if (count === 1n) return refuse('a block is no subtree');
    const k = split(count);
    const left = range(first, k);
    return nodeHash(left, range(first + k, count - k));
  };
  return range(0n, size);
}

/** Holds a file of roots to a signed checkpoint (10, rule 6). */
export function checkRoots(file, note, key) {
  const checkpoint = openCheckpoint(note, key);
  const { size, parts } = readParts(file);
  const blocks = parts.flatMap(p => p.blocks ?? [{ first: p.first, count: 1n, root: leafHash(p.entry) }]);
  if (size !== checkpoint.size || !rootOf(size, blocks).equals(checkpoint.root)) refuse('the roots are not those that were signed');
  const seen = new Set();
  let run = null;
  for (const { first, entry } of parts) {
    const where = `entry ${first}: `;
    if (entry === undefined) {
      if (run === null) refuse(`${where}a range in no run`);
      continue;
    }
    const record = readRecord(entry);
    if (record.kind === 'open') {
      const id = digestOf(entry);
      if (seen.has(id.toString('hex'))) refuse(`${where}the run is opened again`);
      seen.add(id.toString('hex'));
      run = { id, first, tokens: [], isPrivate: record.isPrivate };
      continue;
    }
    if (run === null || !record.run.equals(run.id) || record.sequence !== first - run.first || record.isPrivate !== run.isPrivate) refuse(`${where}it does not follow in its run`);
    if (record.kind === 'close') {
      if (record.retired !== record.sequence - 1n || record.tokens !== run.tokens.length) refuse(`${where}it counts otherwise`);
      if (!run.isPrivate) {
        const response = Buffer.alloc(4 * run.tokens.length);
        run.tokens.forEach((t, i) => response.writeInt32LE(Number(t), 4 * i));
        if (!digestOf(response).equals(record.response)) refuse(`${where}another response`);
      }
      run = null;
      continue;
    }
    if (record.opcode !== emit || (run.isPrivate && record.tokens !== run.tokens.length)) refuse(`${where}it is no token, or another one`);
    run.tokens.push(run.isPrivate ? null : record.outputs[0]);
  }
  return { size, root: checkpoint.root, entries: parts.filter(p => p.entry !== undefined).length };
}

/** A receipt against the entries of its log; `entries` lead to the checkpoint. */
export function checkReceipt(file, note, entries, key) {
  if (file.length > 512) refuse('a receipt has at most 512 bytes');
  const c = new Cursor(file);
  if (!c.take(5).equals(Buffer.from('PIST\x01', 'latin1'))) refuse('no receipt');
  const r = { key: c.take(4), size: c.u64(), index: c.u64(), position: c.u32(), token: c.i32(), salted: c.byte() };
  if (r.salted > 1) refuse('no receipt');
  const salt = r.salted === 1 ? c.digest() : null;
  const entry = c.take(c.u16());
  const path = Array.from({ length: c.byte() }, () => c.digest());
  c.end();
  if (!r.key.equals(key.id)) refuse('it is of another log\'s key');
  const checkpoint = openCheckpoint(note, key);
  const record = readRecord(entry);
  if (record.kind !== 'retire' || record.opcode !== emit || record.outputs.length !== 1) refuse('its record is no token\'s');
  const holds = salt === null ? record.tag === 1 && record.outputs[0] === BigInt(r.token) : record.tag === 2 && record.outputs[0].equals(saltedScalar(salt, BigInt(r.token)));
  if (!holds || (record.isPrivate && record.tokens !== r.position)) refuse('its record holds another token, or another position');
  if (r.size !== checkpoint.size || r.index >= r.size) refuse('it was made for another checkpoint');
  const start = (r.index / group) * group;
  const width = r.size - start < group ? r.size - start : group;
  const groupRoot = pathRoot(r.index - start, width, leafHash(entry), path);
  const roots = [];
  const hashes = entries.map(leafHash);
  for (let at = 0; at < hashes.length; at += 1024) roots.push(treeRoot(hashes.slice(at, at + 1024)));
  if (groupRoot === null || !groupRoot.equals(roots[Number(r.index / group)]) || !treeRoot(roots).equals(checkpoint.root)) refuse('the path does not lead to the signed root');
  if (!record.isPrivate) {
    const before = entries.slice(Number(r.index - record.sequence), Number(r.index)).map(readRecord).filter(e => e.kind === 'retire' && e.opcode === emit).length;
    if (before !== r.position) refuse(`${before} tokens came before it`);
  }
  return r;
}
