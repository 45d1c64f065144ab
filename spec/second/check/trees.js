// Paths in trees (spec/evidence.md 1, and 14 rule 7). Sizes and indices are BigInt.
import { leafHash, sha256 } from '../evidence.js';

export const nodeHash = (a, b) => sha256(Buffer.of(1), a, b);

/** The root that an inclusion path leads to, or null where its length is not the tree's shape. */
export function pathRoot(index, size, hash, path) {
  if (index >= size) return null;
  let [fn, sn, root] = [index, size - 1n, hash];
  for (const sibling of path) {
    if (sn === 0n) return null;
    if ((fn & 1n) === 1n || fn === sn) {
      root = nodeHash(sibling, root);
      while ((fn & 1n) === 0n && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else {
      root = nodeHash(root, sibling);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  return sn === 0n ? root : null;
}

export const includes = (index, size, entry, path, root) => pathRoot(index, size, leafHash(entry), path)?.equals(root) === true;

/** Whether the tree of size m is a prefix of that of size n. */
export function consistent(m, oldRoot, n, newRoot, proof) {
  if (m > n) return false;
  if (m === 0n || m === n) return proof.length === 0 && oldRoot.equals(m === 0n ? sha256() : newRoot);
  const hashes = (m & (m - 1n)) === 0n ? [oldRoot, ...proof] : [...proof];
  if (hashes.length === 0) return false;
  let [fn, sn] = [m - 1n, n - 1n];
  while ((fn & 1n) === 1n) [fn, sn] = [fn >> 1n, sn >> 1n];
  let fr = hashes.shift();
  let sr = fr;
  for (const c of hashes) {
    if (sn === 0n) return false;
    if ((fn & 1n) === 1n || fn === sn) {
      [fr, sr] = [nodeHash(c, fr), nodeHash(c, sr)];
      while ((fn & 1n) === 0n && fn !== 0n) [fn, sn] = [fn >> 1n, sn >> 1n];
    } else {
      sr = nodeHash(sr, c);
    }
    [fn, sn] = [fn >> 1n, sn >> 1n];
  }
  return sn === 0n && fr.equals(oldRoot) && sr.equals(newRoot);
}

/** Where a tree of `count` leaves splits. */
export function split(count) {
  let k = 1n;
  while (k * 2n < count) k *= 2n;
  return k;
}

/** The root over entries (`entry`, or its leaf's `hash`) of which only some are shown, and the roots of the greatest subtrees without one (14 rule 7); null if hashes are missing or left over. */
export function sharedRoot(size, shown, hashes) {
  let used = 0;
  const range = (first, count, entries) => {
    if (entries.length === 0) return hashes[used++] ?? null;
    if (count === 1n) return entries[0].hash ?? leafHash(entries[0].entry);
    const k = split(count);
    const left = range(first, k, entries.filter(e => e.index < first + k));
    const right = range(first + k, count - k, entries.filter(e => e.index >= first + k));
    return left === null || right === null ? null : nodeHash(left, right);
  };
  if (shown.length === 0 || shown.at(-1).index >= size) return null;
  const root = range(0n, size, shown);
  return used === hashes.length ? root : null;
}
