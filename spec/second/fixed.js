// Real functions in fixed point with integers of any size: value v stands for v · 2^-Q.
//
// Every function takes arguments with an error of few units and gives results whose error is below 2^24 units, which the
// caller's interval allows for; the guard digits below are far more than the series need.

const constants = new Map();

function constant(name, q, compute) {
  const key = `${name} ${q}`;
  if (!constants.has(key)) constants.set(key, compute(q + 64) >> 64n);
  return constants.get(key);
}

const one = q => 1n << BigInt(q);

/** The inverse hyperbolic tangent of a fraction 1/n, or its inverse tangent where `sign` is -1. */
function inverseTangent(n, q, sign) {
  const square = BigInt(n * n);
  let power = one(q) / BigInt(n);
  let sum = 0n;
  for (let k = 1n, s = 1n; power !== 0n; k += 2n, s = sign < 0 ? -s : s) {
    sum += s * (power / k);
    power /= square;
  }
  return sum;
}

export const ln2 = q => constant('ln2', q, p => 2n * inverseTangent(3, p, 1));
export const pi = q => constant('pi', q, p => 16n * inverseTangent(5, p, -1) - 4n * inverseTangent(239, p, -1));
export const sqrtPi = q => constant('sqrtPi', q, p => squareRoot(pi(p) << BigInt(p)));

export function squareRoot(n) {
  if (n < 2n) return n;
  let x = 1n << BigInt((n.toString(2).length + 1) >> 1);
  for (;;) {
    const y = (x + n / x) >> 1n;
    if (y >= x) return x;
    x = y;
  }
}

export const mul = (a, b, q) => (a * b) >> BigInt(q);
export const div = (a, b, q) => (a << BigInt(q)) / b;

/** e^x as a pair: mantissa in [1/2, 2) at q digits, and a power of two. */
export function expParts(x, q) {
  const p = q + 64 + Math.max(0, x.toString(2).length - q);
  const wide = x << BigInt(p - q);
  const k = (wide + (ln2(p) >> 1n)) / ln2(p);
  const r = (wide - k * ln2(p)) >> 16n;
  let sum = one(p);
  let term = one(p);
  for (let i = 1n; term !== 0n; i++) {
    term = (term * r >> BigInt(p)) / i;
    if (term === -1n) break;
    sum += term;
  }
  for (let i = 0; i < 16; i++) sum = sum * sum >> BigInt(p);
  return { mantissa: sum >> BigInt(p - q), exponent: Number(k) };
}

/** e^x. The error is relative where x is above 0: callers keep x below a few hundred. */
export function exp(x, q) {
  const extra = x > 0n ? Number(x >> BigInt(q)) * 2 + 4 : 4;
  const { mantissa, exponent } = expParts(x << BigInt(extra), q + extra);
  return exponent >= 0 ? (mantissa << BigInt(exponent)) >> BigInt(extra) : mantissa >> BigInt(extra - exponent);
}

/** ln x for x above 0. */
export function ln(x, q) {
  const shift = x.toString(2).length - 1 - q;
  const p = q + 64;
  let m = shift >= 0 ? (x << 64n) >> BigInt(shift) : x << BigInt(64 - shift);
  let k = BigInt(shift);
  if (m * 2n > 3n * one(p)) {
    m >>= 1n;
    k++;
  }
  const s = div(m - one(p), m + one(p), p);
  const square = mul(s, s, p);
  let power = s;
  let sum = 0n;
  for (let i = 1n; power !== 0n && power !== -1n; i += 2n) {
    sum += power / i;
    power = mul(power, square, p);
  }
  return (2n * sum + k * ln2(p)) >> 64n;
}

/** sin and cos of x. */
export function sinCos(x, q) {
  const p = q + 32 + Math.max(0, x.toString(2).length - q);
  const half = pi(p) >> 1n;
  const wide = x << BigInt(p - q);
  let k = wide / half;
  let r = wide - k * half;
  if (2n * r > half) { r -= half; k++; }
  if (2n * r < -half) { r += half; k--; }
  const square = mul(r, r, p);
  const series = (first, from) => {
    let sum = first;
    let term = first;
    for (let i = from; term !== 0n && term !== -1n; i += 2n) {
      term = -mul(term, square, p) / (i * (i + 1n));
      sum += term;
    }
    return sum >> BigInt(p - q);
  };
  const s = series(r, 2n);
  const c = series(one(p), 1n);
  const turn = Number(((k % 4n) + 4n) % 4n);
  return { sin: [s, c, -s, -c][turn], cos: [c, -s, -c, s][turn] };
}

/** erf x for x from 0: 2/√π · e^(-x²) · Σ 2^n x^(2n+1) / (2n+1)!!, whose terms are all positive. */
export function erf(x, q) {
  const p = q + 64;
  const wide = x << 64n;
  const square = mul(wide, wide, p);
  let term = wide;
  let sum = wide;
  for (let n = 1n; term !== 0n; n++) {
    term = mul(term, 2n * square, p) / (2n * n + 1n);
    sum += term;
  }
  const factor = exp(-square, p);
  return div(2n * mul(sum, factor, p), sqrtPi(p), p) >> 64n;
}
