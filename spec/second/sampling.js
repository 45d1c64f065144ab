// Sampling: a function of the logits, the run's parameters and the position.
import { elementary } from './elementary.js';
import { fround, fromBits, rowSum } from './float.js';
import { greatestIndex } from './ops/reduce.js';

/** The four words of Philox 4x32-10. */
export function philox(key, counter) {
  let [x0, x1, x2, x3] = counter;
  let [k0, k1] = key;
  for (let round = 0; round < 10; round++) {
    const p0 = BigInt(x0) * 0xd2511f53n;
    const p1 = BigInt(x2) * 0xcd9e8d57n;
    [x0, x1, x2, x3] = [
      (Number(p1 >> 32n) ^ x1 ^ k0) >>> 0, Number(p1 & 0xffffffffn),
      (Number(p0 >> 32n) ^ x3 ^ k1) >>> 0, Number(p0 & 0xffffffffn)];
    k0 = (k0 + 0x9e3779b9) >>> 0;
    k1 = (k1 + 0xbb67ae85) >>> 0;
  }
  return [x0, x1, x2, x3];
}

const halves = n => [Number(BigInt.asUintN(32, n)), Number(BigInt.asUintN(32, n >> 32n))];

/** The token drawn from logits x; `sampling` null is greedy. Seed and position are integers of 64 bits. */
export function sampleToken(x, sampling, position) {
  if (sampling === null) return greatestIndex(x, 0, x.length);
  const t = fromBits(sampling.temperature);
  const topP = fromBits(sampling.topP);
  const nan = x.findIndex(v => v !== v);
  if (t === 0 || nan >= 0) return greatestIndex(x, 0, x.length);
  const z = Float32Array.from(x, v => v / t);
  let order = Array.from(z.keys()).sort((a, b) => (z[a] > z[b] ? -1 : z[b] > z[a] ? 1 : a - b));
  if (sampling.topK > 0 && sampling.topK < x.length) order = order.slice(0, sampling.topK);
  const m = z[order[0]];
  if (!Number.isFinite(m)) return order[0];
  const e = order.map(i => elementary.exp(fround(z[i] - m)));
  const s = rowSum(e.length, i => e[i]);
  const c = [];
  for (const v of e) c.push(c.length === 0 ? fround(v / s) : fround(c.at(-1) + fround(v / s)));
  const reached = c.findIndex(v => v >= topP);
  const n = reached < 0 ? c.length : reached + 1;
  const [r] = philox(halves(BigInt.asUintN(64, BigInt(sampling.seed))), [...halves(position), 0, 0]);
  const h = fround((r >>> 8) * 2 ** -24 * c[n - 1]);
  for (let i = 0; i < n; i++) if (c[i] > h) return order[i];
  return order[n - 1];
}
