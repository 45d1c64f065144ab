// Binary32 arithmetic in binary64 (spec/numerics.md 1 to 3).
//
// For + - * / and square root the binary64 result, rounded once more by Math.fround, is the binary32 result: binary64
// has at least 2p + 2 digits for p = 24 (Figueroa), and the same holds for subnormal results, where sums are exact,
// products are exact in binary64, and a quotient keeps a distance of 2^-49 from any midpoint.

export const fround = Math.fround;

const f64 = new Float64Array(1);
const u64 = new BigUint64Array(f64.buffer);
const u32 = new Uint32Array(f64.buffer);
const f32 = new Float32Array(1);
const b32 = new Uint32Array(f32.buffer);

export function bitsOf(x) {
  f32[0] = x;
  return Number.isNaN(x) ? 0x7fc00000 : b32[0];
}

export function fromBits(bits) {
  b32[0] = bits;
  return f32[0];
}

const smallestNormal = 2 ** -126;

/**
 * a · b + c rounded once. The product is exact in binary64 and so is the error of the sum (Knuth's two-sum). Rounding
 * twice can go wrong only where the binary64 sum is midway between two f32, or the result is subnormal: there the
 * sum is rounded to odd first, and from that the second rounding is right (Boldo and Melquiond).
 */
export function fma(a, b, c) {
  const p = a * b;
  const s = p + c;
  f64[0] = s;
  const tie = (u32[0] & 0x1fffffff) === 0x10000000;
  if (!tie && (s >= smallestNormal || s <= -smallestNormal || s !== s)) return fround(s);
  return fround(roundToOdd(p, c, s));
}

function roundToOdd(p, c, s) {
  if (!Number.isFinite(s)) return s;
  const t = s - p;
  const error = (p - (s - t)) + (c - t);
  if (error === 0) return s;
  f64[0] = s;
  if ((u64[0] & 1n) === 0n) u64[0] += (error > 0) === (s > 0) ? 1n : -1n;
  return f64[0];
}

/** A dot product in blocks of 256 (2.1 to 2.3): `count` elements from `a[ia]` and `b[ib]` with their strides. */
export function dot(a, ia, sa, b, ib, sb, count) {
  let total = 0;
  for (let from = 0; from < count; from += 256) {
    const to = Math.min(from + 256, count);
    let p = 0;
    for (let k = from; k < to; k++) p = fma(a[ia + k * sa], b[ib + k * sb], p);
    total = from === 0 ? p : fround(total + p);
  }
  return total;
}

const lanes = new Float32Array(16);

/** The sum of n values in 16 lanes (3.1); `value(i)` gives the i-th. */
export function rowSum(n, value) {
  lanes.fill(0);
  for (let i = 0; i < n; i++) lanes[i & 15] += value(i);
  for (let s = 8; s > 0; s >>= 1) for (let j = 0; j < s; j++) lanes[j] += lanes[j + s];
  return lanes[0];
}

/** The greater of two, as 1.7 says. */
export const maximum = (a, b) => (a !== a || b !== b ? NaN : Math.max(a, b));
export const minimum = (a, b) => (a !== a || b !== b ? NaN : Math.min(a, b));

/** To the nearest integer, ties to even, of any magnitude. */
export function roundEven(x) {
  if (!(Math.abs(x) < 2 ** 52)) return x;
  const r = Math.abs(x) + 2 ** 52 - 2 ** 52;
  return x < 0 || Object.is(x, -0) ? -r : r;
}

export function halfToFloat(h) {
  const sign = h & 0x8000 ? -1 : 1;
  const exponent = (h >> 10) & 31;
  const field = h & 0x3ff;
  if (exponent === 31) return field === 0 ? sign * Infinity : NaN;
  return sign * (exponent === 0 ? field * 2 ** -24 : (1024 + field) * 2 ** (exponent - 25));
}

/** The nearest binary16, ties to even, of an f32. */
export function floatToHalf(x) {
  if (x !== x) return 0x7e00;
  const sign = x < 0 || Object.is(x, -0) ? 0x8000 : 0;
  const a = Math.abs(x);
  if (a >= 65520) return sign | 0x7c00;
  const exponent = Math.max(-14, (bitsOf(a) >>> 23) - 127);
  return sign | (roundEven(a * 2 ** (10 - exponent)) + (exponent + 14) * 1024);
}

export const brainToFloat = b => fromBits(b << 16);

/** The nearest bfloat16, ties to even, of an f32. */
export function floatToBrain(x) {
  if (x !== x) return 0x7fc0;
  const bits = bitsOf(x);
  return ((bits + 0x7fff + ((bits >>> 16) & 1)) >>> 16) & 0xffff;
}

/** An i64 to the nearest f32, ties to even: to odd at 53 digits first. */
export function bigToFloat(n) {
  const negative = n < 0n;
  let a = negative ? -n : n;
  let scale = 1;
  const extra = a.toString(2).length - 53;
  if (extra > 0) {
    const lost = a & ((1n << BigInt(extra)) - 1n);
    a >>= BigInt(extra);
    if (lost !== 0n) a |= 1n;
    scale = 2 ** extra;
  }
  const r = fround(Number(a) * scale);
  return negative ? -r : r;
}
