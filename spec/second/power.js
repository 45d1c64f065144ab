// x^y, correctly rounded (spec/numerics.md 4.6): what is exact or a tie is found first, so that Ziv's loop ends.
import { decide, roundFixed, toFixed } from './elementary.js';
import * as fast from './fast.js';
import * as fixed from './fixed.js';
import { fround } from './float.js';

/** x positive, finite and not 1, y finite and not 0. */
function powPositive(x, y) {
  const known = powExact(x, y);
  if (known !== undefined) return known;
  const scale = y * Math.log2(x);
  if (scale > 130) return Infinity;
  if (scale < -152) return 0;
  // |y · ln x| < 106 and ln's 16 units: below 2048 units, a quarter of the margin.
  const v = fast.exp(y * fast.log(x));
  const low = fround(v * (1 - 2 ** -40));
  if (low === fround(v * (1 + 2 ** -40)) && low !== 0) return low;
  return decide(q => {
    const p = q + 256;
    const product = (fixed.ln(toFixed(x, p), p) * BigInt(y * 2 ** 149)) >> 149n;
    return fixed.exp(product, p) >> 256n;
  });
}

/** The result where x^y is a number of few digits: x = m · 2^e, y = n · 2^-k (spec/numerics.md 4.6). */
function powExact(x, y) {
  let m = x, e = 0;
  while (m < 1 || !Number.isInteger(m)) { m *= 2; e--; }
  while (m % 2 === 0) { m /= 2; e++; }
  let n = y, k = 0;
  while (!Number.isInteger(n)) { n *= 2; k++; }
  if (m === 1) {
    const exponent = e * y;
    if (exponent >= 128) return Infinity;
    if (exponent <= -150) return 0;
    return Number.isInteger(exponent) ? fround(2 ** exponent) : undefined;
  }
  if (n < 1 || n > 15) return undefined;
  for (; k > 0; k--) {
    const root = Math.round(Math.sqrt(m));
    if (root * root !== m || e % 2 !== 0) return undefined;
    m = root;
    e /= 2;
  }
  const v = BigInt(m) ** BigInt(n);
  const exponent = e * n;
  return exponent >= 0 ? roundFixed(v << BigInt(exponent), 0) : roundFixed(v, -exponent);
}

/** pow with the special cases of spec/numerics.md 4.6, in that order. */
export function pow(x, y) {
  if (y === 0 || x === 1) return 1;
  if (x !== x || y !== y) return NaN;
  const a = Math.abs(x);
  if (!Number.isFinite(y)) {
    if (a === 1) return 1;
    return (a < 1) === (y < 0) ? Infinity : 0;
  }
  const odd = Number.isInteger(y) && Math.abs(y) < 2 ** 24 && y % 2 !== 0;
  const sign = (x < 0 || Object.is(x, -0)) && odd ? -1 : 1;
  if (a === 0) return sign * (y < 0 ? Infinity : 0);
  if (a === Infinity) return sign * (y < 0 ? 0 : Infinity);
  if (x < 0 && !Number.isInteger(y)) return NaN;
  return sign * (a === 1 ? 1 : powPositive(a, y));
}
