// First tries in binary64, by + - * / and square root alone, so that their error bounds hold on every engine.
//
// Each function names its relative error in units of 2^-53; the callers' margins are far above it.

const log2e = 1.4426950408889634;
const ln2High = 0.6931471803691238;   // 32 digits, so that k · ln2High is exact
const ln2Low = 1.9082149292705877e-10;
const ln2 = 0.6931471805599453;

/** e^r - 1 for |r| < 0.4: Taylor; below 4 units. */
function expm1Small(r) {
  let sum = 1;
  for (let i = 18; i > 1; i--) sum = 1 + r * sum / i;
  return r * sum;
}

/** e^x; below 8 units while |x| < 745, k · ln2High being exact. Beyond that 0 or infinity. */
export function exp(x) {
  if (x > 745) return Infinity;
  if (x < -745) return 0;
  const k = Math.round(x * log2e);
  const r = (x - k * ln2High) - k * ln2Low;
  const v = 1 + expm1Small(r);
  return k < -1000 ? v * 2 ** (k + 100) * 2 ** -100 : k > 1000 ? v * 2 ** (k - 100) * 2 ** 100 : v * 2 ** k;
}

/** e^x - 1; below 32 units. */
export const expm1 = x => (Math.abs(x) < 0.4 ? expm1Small(x) : exp(x) - 1);

/** 2^x for |x| < 1000; below 8 units. */
export function exp2(x) {
  const k = Math.round(x);
  return (1 + expm1Small((x - k) * ln2)) * 2 ** k;
}

/** 2 · artanh s for |s| <= 1/3; below 4 units, all terms having one sign. */
function twoArtanh(s) {
  const square = s * s;
  let sum = 0;
  for (let i = 37; i >= 1; i -= 2) sum = sum * square + 1 / i;
  return 2 * s * sum;
}

/** ln(1 + u) for u in [0, 1]; below 16 units. */
export const log1p = u => twoArtanh(u / (2 + u));

const f64 = new Float64Array(1);
const u32 = new Uint32Array(f64.buffer);

/** x = m · 2^k with m in [3/4, 3/2), for a normal x above 0. */
function split(x) {
  f64[0] = x;
  let k = (u32[1] >>> 20) - 1023;
  u32[1] = (u32[1] & 0xfffff) | 0x3ff00000;
  if (f64[0] >= 1.5) {
    f64[0] /= 2;
    k++;
  }
  return k;
}

/** ln x; below 16 units: where k is not 0 the result is above a quarter. */
export function log(x) {
  const k = split(x);
  const m = f64[0];
  return k * ln2High + (k * ln2Low + twoArtanh((m - 1) / (m + 1)));
}

/** log2 x; below 16 units, likewise. */
export function log2(x) {
  const k = split(x);
  const m = f64[0];
  return k + twoArtanh((m - 1) / (m + 1)) * log2e;
}

const twoOverPi = (() => {
  // 2/π to 400 digits after the point, by Machin's formula.
  const q = 464n;
  const arctan = n => {
    let power = (1n << q) / n, sum = 0n;
    for (let k = 1n, s = 1n; power !== 0n; k += 2n, s = -s, power /= n * n) sum += s * (power / k);
    return sum;
  };
  const pi = 16n * arctan(5n) - 4n * arctan(239n);
  return (2n << (q + 400n)) / pi;
})();

/** sin x and cos x of a finite f32: x · 2/π exactly enough for its fraction; below 16 units. */
export function sinCos(x) {
  let r = x;
  let turn = 0;
  if (Math.abs(x) > 0.7) {
    f64[0] = Math.abs(x);
    const exponent = (u32[1] >>> 20) - 1023 - 23;
    const m = BigInt(Math.abs(x) * 2 ** -exponent);
    const v = exponent >= 0 ? m * twoOverPi << BigInt(exponent) : m * twoOverPi >> BigInt(-exponent);
    const k = (v + (1n << 399n)) >> 400n;
    r = Number((v - (k << 400n)) >> 200n) * 2 ** -200 * 1.5707963267948966;
    turn = Number(k & 3n);
    if (x < 0) {
      r = -r;
      turn = (4 - turn) & 3;
    }
  }
  const square = r * r;
  let s = 1;
  for (let i = 20; i >= 2; i -= 2) s = 1 - square * s / (i * (i + 1));
  s *= r;
  let c = 1;
  for (let i = 21; i >= 1; i -= 2) c = 1 - square * c / (i * (i + 1));
  return { sin: [s, c, -s, -c][turn], cos: [c, -s, -c, s][turn] };
}

const twoOverRootPi = 1.1283791670955126;

/** erf x by terms that are all positive, for |x| <= 4; below 256 units: x² is exact for an f32, and the terms that count have taken
 * some thirty steps of two roundings. */
export function erf(x) {
  const square = x * x;
  let term = x, sum = x;
  for (let n = 1; Math.abs(term) > 2 ** -60 * Math.abs(sum); n++) {
    term = term * 2 * square / (2 * n + 1);
    sum += term;
  }
  return twoOverRootPi * exp(-square) * sum;
}

/** erfc z · e^(z²) · √π for z >= 1, by a continued fraction that is positive throughout: below 64 units. What 240 levels leave is below
 * e^(-2z√480), less than 2^-63. */
function scaledErfc(z) {
  let f = z;
  for (let n = 240; n >= 1; n--) f = z + n / 2 / f;
  return 1 / f;
}

/** x/2 · (1 + erf(x/√2)); below 512 units: x²/2 is exact for an f32, and 1 - erf is taken only above 0.15. */
export function gelu(x) {
  const z = Math.abs(x) * 0.7071067811865476;
  if (x > 0 || z < 1) {
    const half = x * x / 2;
    let term = z, sum = z;
    for (let n = 1; term > 2 ** -60 * sum; n++) {
      term = term * 2 * half / (2 * n + 1);
      sum += term;
    }
    const e = Math.min(1, twoOverRootPi * exp(-half) * sum);
    return x / 2 * (1 + (x < 0 ? -e : e));
  }
  return x / 2 * exp(-x * x / 2) * scaledErfc(z) * 0.5641895835477563;
}

/** x / (1 + e^(-2u)), u = √(2/π) · (x + 0.044715 x³); e's relative error is 2u's absolute one, and |2u| < 145: below 1024 units. */
export function geluTanh(x) {
  const u = 0.7978845608028654 * (x + 0.044715 * x * x * x);
  return x / (1 + exp(-2 * u));
}
