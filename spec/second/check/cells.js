// Cells of an element (spec/evidence.md 13, rules 4 to 6): words of 8 bytes, each a function of few elements and few cells before it.
import { bitsOf, fma, fround, fromBits } from '../float.js';

const unsigned = n => BigInt.asUintN(64, BigInt(n));

/** Words of 8 bytes from values and back. */
export const words = {
  f32: { to: v => BigInt(bitsOf(v)), from: w => fromBits(Number(w)) },
  i32: { to: v => BigInt.asUintN(32, BigInt(v)), from: w => Number(BigInt.asIntN(32, w)) },
  i64: { to: unsigned, from: w => BigInt.asIntN(64, w) },
  index: { to: unsigned, from: Number },
  raw: { to: BigInt, from: w => w },
};

export const none = 2n ** 64n - 1n;
export const hidden = 2n ** 32n;

const ceil = (n, g) => Math.ceil(n / g);

/** The cells of one element. `given` answers for cells that are opened; without it each cell is evaluated from those before it. */
export class Cells {
  parts = [];
  count = 0;
  known = new Map();

  constructor(given = null) { this.given = given; }

  /** `count` cells; `f(k)` is the word of the k-th. Gives a function to the words. */
  stretch(count, f) {
    const first = this.count;
    this.parts.push({ first, count, f });
    this.count += count;
    return k => this.word(first + k);
  }

  /** A cell's word as other cells read it. */
  word(at) {
    if (this.given !== null) return this.given(at);
    if (!this.known.has(at)) this.known.set(at, this.evaluate(at));
    return this.known.get(at);
  }

  /** A cell's word as it follows. */
  evaluate(at) {
    const { first, f } = this.parts.findLast(p => p.first <= at);
    return f(at - first);
  }

  last() {
    // From the first on, so that none is deep in others.
    for (let i = 0; i < this.count; i++) this.word(i);
    return this.word(this.count - 1);
  }

  one(f) { return this.stretch(1, f); }

  each(n, f) { return this.stretch(n, f); }

  /** The value after every g of n items, from `start` on. */
  run(n, g, start, kind, step) {
    const cells = Math.max(1, ceil(n, g));
    const at = this.stretch(cells, c => {
      let v = c === 0 ? start : kind.from(at(c - 1));
      for (let i = c * g; i < Math.min(n, c * g + g); i++) v = step(v, i);
      return kind.to(v);
    });
    return () => kind.from(at(cells - 1));
  }

  /** Sixteen lanes after every 256 of n items, and what they come to. */
  lanes(n, item, add = (a, b) => fround(a + b), start = 0) {
    const blocks = ceil(n, 256);
    const { to, from } = words.f32;
    const at = this.stretch(16 * blocks, k => {
      let v = k < 16 ? start : from(at(k - 16));
      const b = Math.floor(k / 16);
      for (let i = 256 * b + k % 16; i < Math.min(n, 256 * b + 256); i += 16) v = add(v, item(i));
      return to(v);
    });
    const fold = this.one(() => {
      const v = Array.from({ length: 16 }, (_, j) => (blocks === 0 ? start : from(at(16 * (blocks - 1) + j))));
      for (let s = 8; s > 0; s >>= 1) for (let j = 0; j < s; j++) v[j] = add(v[j], v[j + s]);
      return to(v[0]);
    });
    return () => from(fold(0));
  }

  /** A dot product: the block's p after every g of n steps, then the sums of blocks. A factor that is undefined has no step. */
  dot(n, g, a, b) {
    const { to, from } = words.f32;
    const p = this.stretch(ceil(n, g), c => {
      let v = c * g % 256 === 0 ? 0 : from(p(c - 1));
      for (let k = c * g; k < Math.min(n, c * g + g); k++) {
        const factor = a(k);
        if (factor !== undefined) v = fma(factor, b(k), v);
      }
      return to(v);
    });
    const sums = Math.max(1, ceil(n, 256));
    const total = this.stretch(sums, i => {
      if (n === 0) return to(0);
      const block = from(p(Math.min(ceil(n, g), (256 / g) * (i + 1)) - 1));
      return to(i === 0 ? block : fround(from(total(i - 1)) + block));
    });
    return () => from(total(sums - 1));
  }
}
