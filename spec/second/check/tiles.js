// A published log (spec/evidence.md 6) from a folder.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { leafHash, treeRoot } from '../evidence.js';
import { refuse } from './bytes.js';
import { nodeHash } from './trees.js';

function number(index) {
  const groups = [String(index % 1000).padStart(3, '0')];
  for (let rest = Math.floor(index / 1000); rest > 0; rest = Math.floor(rest / 1000)) groups.unshift(`x${String(rest % 1000).padStart(3, '0')}`);
  return groups.join('/');
}

const path = (kind, index, width) => `tile/${kind}/${number(index)}${width === 256 ? '' : `.p/${width}`}`;

/** A file, or the full one where a partial one is gone; `exact` tells which. */
function read(folder, kind, index, width) {
  for (const w of width === 256 ? [256] : [width, 256]) {
    try {
      return { bytes: readFileSync(join(folder, path(kind, index, w))), exact: w === width };
    } catch (e) {
      if (e.code !== 'ENOENT' && e.code !== 'ENOTDIR') throw e;
    }
  }
  return refuse(`${path(kind, index, width)} is missing`);
}

/** All entries, after every hash of every tile was derived again. */
export function readLog(folder, size, root) {
  if (size > 2n ** 40n) refuse('a log of that size is not read here');
  const count = Number(size);
  const entries = [];
  for (let bundle = 0; bundle * 256 < count; bundle++) {
    const width = Math.min(256, count - bundle * 256);
    const { bytes, exact } = read(folder, 'entries', bundle, width);
    let at = 0;
    for (let i = 0; i < width; i++) {
      const length = at + 2 <= bytes.length ? bytes.readUInt16BE(at) : Infinity;
      if (at + 2 + length > bytes.length) refuse(`${path('entries', bundle, width)} ends inside entry ${i}`);
      entries.push(bytes.subarray(at + 2, at + 2 + length));
      at += 2 + length;
    }
    if (exact && at < bytes.length) refuse(`${path('entries', bundle, width)} has bytes behind its entries`);
  }
  let hashes = entries.map(leafHash);
  for (let level = 0; hashes.length > 0; level++) {
    for (let tile = 0; tile * 256 < hashes.length; tile++) {
      const part = Buffer.concat(hashes.slice(tile * 256, tile * 256 + 256));
      const { bytes, exact } = read(folder, String(level), tile, part.length / 32);
      if (!(exact ? bytes : bytes.subarray(0, part.length)).equals(part)) refuse(`${path(String(level), tile, part.length / 32)} is not what the files below give`);
    }
    const above = [];
    for (let i = 0; i + 256 <= hashes.length; i += 256) {
      let tile = hashes.slice(i, i + 256);
      while (tile.length > 1) tile = Array.from({ length: tile.length / 2 }, (_, k) => nodeHash(tile[2 * k], tile[2 * k + 1]));
      above.push(tile[0]);
    }
    hashes = above;
  }
  if (!treeRoot(entries.map(leafHash)).equals(root)) refuse('the root is not the signed one');
  return entries;
}
