// Quantized products: exact integer sums (spec/numerics.md 6).
import { commitProduct, commitQuantized, commitTensor } from '../evidence.js';
import { invalid } from '../faults.js';
import { fround, maximum, roundEven } from '../float.js';
import { row } from '../row.js';
import { eachRow } from './reduce.js';
import { elementCount } from './work.js';

/** The scale of one row; its quantized values go to `q` (6.1). */
function quantizeRow(x, at, k, q, to) {
  let a = 0;
  for (let i = 0; i < k; i++) a = maximum(a, Math.abs(x[at + i]));
  const d = fround(a / 127);
  for (let i = 0; i < k; i++) {
    const v = fround(x[at + i] / d);
    q[to + i] = v !== v ? 0 : Math.min(Math.max(roundEven(v), -127), 127);
  }
  return d;
}

/** Scales and integers of all rows of x. */
export function quantizeRows(x, k) {
  const q = new Int8Array(x.count);
  const scales = new Float32Array(x.shape.slice(0, -1).reduce((n, d) => n * d, 1));
  eachRow(x, (t, at) => { scales[t] = quantizeRow(x.num, at, k, q, at); });
  return { scales, q };
}

/** acc[n] = sum of q[k] · w[k,n]: below 2^31, so exact in binary64. */
function sumProducts(q, at, w, acc, to) {
  const [k, n] = w.shape;
  const sums = new Float64Array(n);
  for (let i = 0; i < k; i++) {
    const a = q[at + i];
    if (a !== 0) for (let j = 0; j < n; j++) sums[j] += a * w.values[i * n + j];
  }
  acc.set(sums, to);
}

/** y[t,n] = f32(acc[t,n]) · (d[t] · s[n]), each rounded (6.3). */
function scaleProducts(y, acc, d, s) {
  const n = s.length;
  for (let i = 0; i < acc.length; i++) y.num[i] = fround(acc[i]) * fround(d[Math.floor(i / n)] * s[i % n]);
  y.canonical();
}

const linear = (code, name) => row(code, `${name} y:f32[..,N], x:f32[..,K], weight w:${name.slice(-2)}[K,N] panels`, {
  writes: 1,
  work: o => elementCount(o.x) * BigInt(o.w.shape[1]),
  commits: o => {
    const { scales, q } = quantizeRows(o.x, o.w.shape[0]);
    return commitQuantized(o.w.shape[0], scales, q);
  },
  exec: o => {
    const [k, n] = o.w.shape;
    const { scales, q } = quantizeRows(o.x, k);
    const accumulators = new Int32Array(o.y.count);
    for (let t = 0; t < scales.length; t++) sumProducts(q, t * k, o.w, accumulators, t * n);
    scaleProducts(o.y, accumulators, scales, o.w.scale);
    return { q, scales, accumulators, commitment: () => commitProduct(n, scales, accumulators) };
  },
});

const mostInner = { w8: 132104, w4: 33288 };

export const quantized = [
  linear(0x51, 'linear.w8'),
  linear(0x58, 'linear.w4'),
  row(0x5c, 'quantize q:i8[..,K], d:f32[..,1], x:f32[..,K]', {
    writes: 2, work: o => elementCount(o.x),
    exec: o => {
      eachRow(o.x, (t, at, k) => { o.d.num[t] = quantizeRow(o.x.num, at, k, o.q.num, at); });
      o.d.canonical();
    },
  }),
  row(0x5d, 'matmul.i8 acc:i32[..,N], q:i8[..,K], weight w:w8|w4[K,N] panels', {
    writes: 1, work: o => elementCount(o.q) * BigInt(o.w.shape[1]),
    check: o => { if (o.w.shape[0] > mostInner[o.w.element]) throw invalid('BadLayout'); },
    commits: o => commitTensor(o.q),
    exec: o => eachRow(o.q, (t, at) => sumProducts(o.q.num, at, o.w, o.acc.num, t * o.w.shape[1])),
  }),
  row(0x5e, 'dequantize y:f32[..,N], acc:i32[..,N], d:f32[..,1], weight w:w8|w4[K,N] panels', {
    writes: 1, work: o => elementCount(o.y),
    exec: o => scaleProducts(o.y, o.acc.num, o.d.num, o.w.scale),
  }),
];
