// An audit's test of opened sums by projection (spec/evidence.md 9).
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { executed } from './audit.js';
import { Cursor, refuse } from './check/bytes.js';
import { rowRoot, sha256 } from './evidence.js';

const listEntry = 24;
const widths = [16, 20, 24, 32];

const rowBytes = (columns, width) => Math.ceil(columns * width / 8);

/** Rows of numbers of `width` bits, the least significant first, each row from a whole byte on. */
function unpacked(bytes, rows, columns, width) {
  const sums = new Int32Array(rows * columns);
  for (let t = 0; t < rows; t++) {
    for (let n = 0; n < columns; n++) {
      let value = 0;
      for (let done = 0; done < width;) {
        const bit = width * n + done, taken = Math.min(8 - bit % 8, width - done);
        value |= (bytes[t * rowBytes(columns, width) + (bit >> 3)] >> bit % 8 & (1 << taken) - 1) << done;
        done += taken;
      }
      sums[t * columns + n] = value << 32 - width >> 32 - width;
    }
  }
  return sums;
}

/** The numbers of `rows` rows: two of 32 bits each. */
export function challenge(checkpoint, run, seed, rows) {
  const bytes = [];
  for (let c = 0; 32 * c < 8 * rows; c++) {
    const counter = Buffer.alloc(8);
    counter.writeBigUInt64LE(BigInt(c));
    bytes.push(sha256(Buffer.from('pomisa audit v2\n'), checkpoint, run, seed, counter));
  }
  const all = Buffer.concat(bytes);
  return Array.from({ length: rows }, (_, t) => [all.readInt32LE(8 * t), all.readInt32LE(8 * t + 4)]);
}

/** What the products of a run came to, as a file of openings has it (rules 1 and 2). */
export function readOpenings(file, run) {
  if (file.length < 48) refuse('the openings end early');
  const head = new Cursor(file);
  if (head.take(8).toString('latin1') !== 'PISAOPN2' || !head.digest().equals(run)) refuse('no openings of this run');
  const count = file.readBigUInt64LE(file.length - 8);
  if (count > BigInt(Math.floor((file.length - 48) / listEntry))) refuse('the list is longer than the file');
  const list = new Cursor(file.subarray(file.length - 8 - listEntry * Number(count)));
  const products = [];
  for (let i = 0; i < Number(count); i++) {
    const [sequence, rows, columns, width, zero] = [list.u64(), list.u32(), list.u32(), list.u32(), list.u32()];
    if ((i > 0 && sequence <= products.at(-1).sequence) || rows === 0 || columns === 0 || !widths.includes(width) || zero !== 0) refuse('the list is none');
    products.push({ sequence, rows, columns, sums: unpacked(head.take(rows * rowBytes(columns, width)), rows, columns, width) });
  }
  if (head.at !== file.length - 8 - listEntry * Number(count)) refuse('the products do not fill the file');
  return products;
}

const wrap = n => BigInt.asUintN(64, n);

/** Whether the sums of a product agree with what was multiplied, by two random combinations of its rows (rule 6). */
export function agrees({ q, values, K, N }, sums, s) {
  for (const j of [0, 1]) {
    const x = Array.from({ length: K }, (_, k) => s.reduce((n, row, t) => n + BigInt(row[j]) * BigInt(q[t * K + k]), 0n));
    for (let n = 0; n < N; n++) {
      let [left, right] = [0n, 0n];
      s.forEach((row, t) => { left += BigInt(row[j]) * BigInt(sums[t * N + n]); });
      for (let k = 0; k < K; k++) right += x[k] * BigInt(values[k * N + n]);
      if (wrap(left) !== wrap(right)) return false;
    }
  }
  return true;
}

/** The root that stands for a seed: of the file as a row's bytes (rule 5). */
export const openingsRoot = rowRoot;

/** Tests the openings of all runs of a folder; how many products they hold. `seed` is 32 bytes, or null for the root of each file. */
export function project(folder, weightsFolder, seed) {
  const [origin, size, root] = readFileSync(join(folder, 'checkpoint'), 'utf8').split('\n');
  const checkpoint = sha256(Buffer.from(`${origin}\n${size}\n${root}\n`));
  let count = 0;
  for (const run of executed(folder, weightsFolder, { products: [] })) {
    const file = readFileSync(join(folder, 'openings', run.id.toString('hex')));
    const opened = readOpenings(file, run.id);
    const own = run.products.filter(p => p.T > 0);
    if (own.length !== opened.length) refuse(`${opened.length} products are opened, the run has ${own.length}`);
    const s = challenge(checkpoint, run.id, seed ?? openingsRoot(file), Math.max(0, ...own.map(p => p.T)));
    own.forEach((p, i) => {
      const { sequence, rows, columns, sums } = opened[i];
      if (sequence !== p.sequence || rows !== p.T || columns !== p.N) refuse(`record ${p.sequence} is not the product that is opened`);
      if (!agrees(p, sums, s.slice(0, rows))) refuse(`the sums of record ${sequence} are others`);
    });
    count += own.length;
  }
  return count;
}
