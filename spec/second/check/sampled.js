// Cells of `sample` (spec/evidence.md 13, rule 8; spec/numerics.md 12).
import { elementary } from '../elementary.js';
import { bitsOf, fround, fromBits } from '../float.js';
import { philox } from '../sampling.js';
import { none, words } from './cells.js';

const { f32, index, raw } = words;
const above = (a, b) => (a !== a ? b === b : a > b);
const halves = n => [Number(BigInt.asUintN(32, n)), Number(BigInt.asUintN(32, n >> 32n))];

/** A token's key: ascending keys go from the greatest to the smallest value, equal ones by their ids. */
function keyOf(z, id) {
  const bits = bitsOf(z === 0 ? 0 : z);
  const u = z < 0 ? ~bits >>> 0 : (bits | 0x80000000) >>> 0;
  return (BigInt(~u >>> 0) << 32n) | BigInt(id);
}

const valueOf = key => {
  const u = ~Number(key >> 32n) >>> 0;
  return fromBits(u >>> 31 === 1 ? u & 0x7fffffff : ~u >>> 0);
};

/** Element `at` of two ascending runs merged, by their elements. */
function merged(a, n, b, m, at) {
  let [low, high] = [Math.max(0, at - m), Math.min(at, n)];
  while (low < high) {
    const i = (low + high) >> 1;
    if (a(i) < b(at - i - 1)) low = i + 1;
    else high = i;
  }
  const j = at - low;
  return low < n && (j >= m || a(low) < b(j)) ? a(low) : b(j);
}

export const sampled = {
  sample: o => {
    const v = o.x.shape[1];
    const best = o.cells.run(v, 256, 0, index, (m, i) => (above(o.x.num(i), o.x.num(m)) ? i : m));
    const { sampling } = o;
    if (sampling === null) return;
    const t = fromBits(sampling.temperature);
    let level = o.cells.each(v, i => keyOf(fround(o.x.num(i) / t), i));
    for (let w = 2; w / 2 < v; w *= 2) {
      const half = w / 2;
      const below = level;
      level = o.cells.each(v, i => {
        const first = i - i % w;
        const [n, m] = [Math.min(half, v - first), Math.max(0, Math.min(half, v - first - half))];
        return merged(k => below(first + k), n, k => below(first + half + k), m, i % w);
      });
    }
    const kept = sampling.topK > 0 && sampling.topK < v ? sampling.topK : v;
    const z = i => valueOf(level(i));
    const e = o.cells.each(kept, i => f32.to(elementary.exp(fround(z(i) - z(0)))));
    const s = o.cells.lanes(kept, i => f32.from(e(i)));
    const at = o.cells.stretch(kept, k => {
      const p = fround(f32.from(e(k)) / s());
      return f32.to(k === 0 ? fround(0 + p) : fround(f32.from(at(k - 1)) + p));
    });
    const topP = fromBits(sampling.topP);
    const first = (n, holds) => o.cells.run(n(), 256, none, raw, (found, i) => (found === none && holds(i) ? BigInt(i) : found));
    const reached = first(() => kept, i => f32.from(at(i)) >= topP);
    const end = () => (reached() === none ? kept - 1 : Number(reached()));
    const h = () => {
      const [r] = philox(halves(BigInt.asUintN(64, sampling.seed)), [...halves(BigInt.asUintN(64, o.popped)), 0, 0]);
      return fround((r >>> 8) * 2 ** -24 * f32.from(at(end())));
    };
    const drawn = first(() => kept, i => i <= end() && f32.from(at(i)) > h());
    o.cells.one(() => {
      const greedy = best();
      if (t === 0 || o.x.num(greedy) !== o.x.num(greedy)) return BigInt(greedy);
      if (!Number.isFinite(z(0))) return level(0) & 0xffffffffn;
      return level(drawn() === none ? end() : Number(drawn())) & 0xffffffffn;
    });
  },
};
