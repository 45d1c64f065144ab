// The digest of an elementary function's sample (spec/numerics.md 4.3): `node digest.js exp [count]`. Minutes for all of it.
import { createHash } from 'node:crypto';
import { elementary } from './elementary.js';
import { bitsOf, fromBits } from './float.js';

const all = 100_000_000;
const fields = [0, 1, 2, 3, 0x3fffff, 0x400000, 0x400001, 0x7ffffe, 0x7fffff];

/** The bits of the sample's i-th input. */
function input(i) {
  if (i >= 4608) return (43 * (i - 4608)) % 2 ** 32;
  return (((Math.floor(i / 9) % 2) * 2 ** 31) + Math.floor(i / 18) * 2 ** 23 + fields[i % 9]);
}

const [name, limit] = process.argv.slice(2);
const count = Math.min(all, Number(limit ?? all));
const f = elementary[name];
const hash = createHash('sha256');
const chunk = new Uint32Array(1 << 16);
for (let i = 0; i < count; i += chunk.length) {
  const n = Math.min(chunk.length, count - i);
  for (let j = 0; j < n; j++) chunk[j] = bitsOf(f(fromBits(input(i + j))));
  hash.update(Buffer.from(chunk.buffer, 0, 4 * n));
}
console.log(`${name} ${hash.digest('hex')}`);
