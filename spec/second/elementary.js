// Elementary functions, correctly rounded (spec/numerics.md 4).
//
// A first try in binary64 with a margin that is at least four times its error bound (fast.js says the bounds); where the margin's two ends round
// to different f32, fixed point of growing precision decides (Ziv's loop). What could be exact, or midway between two f32,
// is dealt with before: the loop ends since every other value is irrational.
import { fround } from './float.js';
import * as fast from './fast.js';
import * as fixed from './fixed.js';

/** x as an integer times 2^-q; exact for every f32 where q is at least 149. */
export function toFixed(x, q) {
  const scaled = BigInt(x * 2 ** 149);
  return scaled << BigInt(q - 149);
}

/** The f32 nearest to v · 2^-q, given the two ends of an interval for v; undefined where they differ. */
function roundInterval(low, high, q) {
  const a = roundFixed(low, q);
  const b = roundFixed(high, q);
  return Object.is(a, b) ? a : undefined;
}

/** v · 2^-q to the nearest f32, ties to even: rounded to odd at 53 digits first. */
export function roundFixed(v, q) {
  const negative = v < 0n;
  let a = negative ? -v : v;
  const extra = a.toString(2).length - 53;
  let exponent = -q;
  if (extra > 0) {
    const lost = a & ((1n << BigInt(extra)) - 1n);
    a = (a >> BigInt(extra)) | (lost !== 0n ? 1n : 0n);
    exponent += extra;
  }
  const scaled = exponent < -1000 ? Number(a) * 2 ** -500 * 2 ** (exponent + 500) : Number(a) * 2 ** exponent;
  return negative ? -fround(scaled) : fround(scaled);
}

const units = 1n << 32n;

/** Ziv's loop over `compute(q)`, the value in fixed point with an error below 2^32 units. */
export function decide(compute) {
  for (let q = 256; ; q *= 2) {
    const v = compute(q);
    const r = roundInterval(v - units, v + units, q);
    if (r !== undefined) return r;
    if (q > 65536) throw new Error('no precision decides');
  }
}

function evaluate(x, approximate, margin, compute) {
  const v = approximate(x);
  const low = fround(v * (1 - margin));
  if (low === fround(v * (1 + margin)) && (low !== 0 || v === 0)) return low;
  return decide(q => compute(toFixed(x, q), q));
}

const margin = 2 ** -44;
const one = q => 1n << BigInt(q);
const log2e = (v, q) => fixed.div(v, fixed.ln2(q), q);

const functions = {
  exp: {
    special: x => (x > 89 ? Infinity : x < -104 ? 0 : x === 0 ? 1 : undefined),
    fast: fast.exp,
    fixed: fixed.exp,
  },
  exp2: {
    special: x => (x >= 128 ? Infinity : x <= -150 ? 0 : Number.isInteger(x) ? 2 ** x : undefined),
    fast: fast.exp2,
    fixed: (x, q) => fixed.exp(fixed.mul(x, fixed.ln2(q + 64) >> 64n, q), q),
  },
  log: {
    special: x => (x < 0 ? NaN : x === 0 ? -Infinity : x === 1 ? 0 : x === Infinity ? x : undefined),
    fast: fast.log,
    fixed: fixed.ln,
  },
  log2: {
    special: x => {
      if (x < 0) return NaN;
      if (x === 0) return -Infinity;
      if (x === Infinity) return x;
      const k = Math.round(Math.log2(x));
      return 2 ** k === x ? k : undefined;
    },
    fast: fast.log2,
    fixed: (x, q) => log2e(fixed.ln(x, q), q),
  },
  sigmoid: {
    special: x => (x === 0 ? 0.5 : x < -104 ? 0 : x > 30 ? 1 : undefined),
    fast: x => 1 / (1 + fast.exp(-x)),
    fixed: sigmoidFixed,
  },
  silu: {
    special: x => (x === 0 ? x : x < -110 ? -0 : x > 120 ? x : undefined),
    fast: x => x / (1 + fast.exp(-x)),
    fixed: (x, q) => fixed.mul(x, sigmoidFixed(x, q), q),
  },
  softplus: {
    special: x => (x < -104 ? 0 : x > 120 ? x : undefined),
    fast: x => (x > 0 ? x + fast.log1p(fast.exp(-x)) : fast.log1p(fast.exp(x))),
    fixed: (x, q) => (x > 0n ? x + fixed.ln(one(q) + fixed.exp(-x, q), q) : fixed.ln(one(q) + fixed.exp(x, q), q)),
  },
  tanh: {
    special: x => (x === 0 ? x : Math.abs(x) > 20 ? Math.sign(x) : undefined),
    fast: x => {
      const t = fast.expm1(-2 * Math.abs(x));
      return (x < 0 ? t : -t) / (2 + t);
    },
    fixed: (x, q) => {
      const e = fixed.exp(-2n * (x < 0n ? -x : x), q);
      const t = fixed.div(one(q) - e, one(q) + e, q);
      return x < 0n ? -t : t;
    },
  },
  rsqrt: {
    special: x => (x === 0 ? 1 / x : x < 0 ? NaN : x === Infinity ? 0 : undefined),
    fast: x => 1 / Math.sqrt(x),
    fixed: (x, q) => fixed.squareRoot((1n << BigInt(3 * q)) / x),
  },
  erf: {
    special: x => (x === 0 ? x : Math.abs(x) > 4 ? Math.sign(x) : undefined),
    fast: fast.erf,
    margin: 2 ** -43,
    fixed: (x, q) => (x < 0n ? -fixed.erf(-x, q) : fixed.erf(x, q)),
  },
  gelu: {
    special: x => (x === 0 ? x : x < -15 ? -0 : x > 10 ? x : undefined),
    fast: fast.gelu,
    margin: 2 ** -42,
    fixed: (x, q) => {
      const z = fixed.squareRoot(x * x << 127n) >> 64n;
      const e = x < 0n ? -fixed.erf(z, q) : fixed.erf(z, q);
      return fixed.mul(x, one(q) + e, q) >> 1n;
    },
  },
  'gelu.tanh': {
    special: x => (x === 0 ? x : x < -12 ? -0 : x > 10 ? x : undefined),
    fast: fast.geluTanh,
    margin: 2 ** -41,
    fixed: (x, q) => {
      const cube = fixed.mul(fixed.mul(x, x, q), x, q);
      const inner = x + 44715n * cube / 1000000n;
      const factor = fixed.squareRoot((one(2 * q + 1) << BigInt(q)) / fixed.pi(q));
      return fixed.mul(x, sigmoidFixed(2n * fixed.mul(factor, inner, q), q), q);
    },
  },
  sin: {
    special: x => (x === 0 ? x : Number.isFinite(x) ? undefined : NaN),
    fast: x => fast.sinCos(x).sin,
    fixed: (x, q) => fixed.sinCos(x, q).sin,
  },
  cos: {
    special: x => (x === 0 ? 1 : Number.isFinite(x) ? undefined : NaN),
    fast: x => fast.sinCos(x).cos,
    fixed: (x, q) => fixed.sinCos(x, q).cos,
  },
};

function sigmoidFixed(x, q) {
  const e = fixed.exp(x < 0n ? x : -x, q);
  return fixed.div(x < 0n ? e : one(q), one(q) + e, q);
}

/** By mnemonic: the correctly rounded function of an f32. */
export const elementary = Object.fromEntries(Object.entries(functions).map(([name, f]) => [name, x => {
  if (x !== x) return NaN;
  const special = f.special(x);
  if (special !== undefined) return fround(special);
  return evaluate(x, f.fast, f.margin ?? margin, f.fixed);
}]));

/** The same without the first try, to test that one against. */
export const exact = Object.fromEntries(Object.entries(functions).map(([name, f]) => [name, x => {
  if (x !== x) return NaN;
  const special = f.special(x);
  return special !== undefined ? fround(special) : decide(q => f.fixed(toFixed(x, q), q));
}]));
