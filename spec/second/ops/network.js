// Layers of a network in f32 (spec/numerics.md 2 and 5).
import { elementary } from '../elementary.js';
import { commitTensor } from '../evidence.js';
import { invalid, trap } from '../faults.js';
import { dot, fma, fround, maximum, rowSum } from '../float.js';
import { row } from '../row.js';
import { isSymbol } from '../types.js';
import { eachRow } from './reduce.js';
import { big, elementCount } from './work.js';

/** Softmax of n values at `from`, written at `to` (5.2). */
export function softmaxRow(x, from, n, y, to) {
  let m = -Infinity;
  for (let i = 0; i < n; i++) m = maximum(m, x[from + i]);
  for (let i = 0; i < n; i++) y[to + i] = elementary.exp(fround(x[from + i] - m));
  const s = rowSum(n, i => y[to + i]);
  for (let i = 0; i < n; i++) y[to + i] = y[to + i] / s;
}

/** y[t,n] = sum of x[t,k] · w[k,n], blocks of 256 along k, for one row of x. */
function multiplyRow(x, at, w, k, n, y, to) {
  const total = new Float32Array(n);
  for (let from = 0; from < k; from += 256) {
    const p = from === 0 ? total : new Float32Array(n);
    for (let i = from; i < Math.min(from + 256, k); i++) {
      const a = x[at + i];
      for (let j = 0; j < n; j++) p[j] = fma(a, w[i * n + j], p[j]);
    }
    if (from > 0) for (let j = 0; j < n; j++) total[j] += p[j];
  }
  y.set(total, to);
}

function checkEps(o) {
  if (!(Number.isFinite(o.eps) && (o.eps >= 0) && !Object.is(o.eps, -0))) throw invalid('BadImmediate');
}

/** Each row of x to a row of y by f(x, at, length, y); then NaN are made canonical. */
function rowwise(o, f) {
  eachRow(o.x, (t, at, d) => f(o.x.num, at, d, o.y.num));
  o.y.canonical();
}

function batch(o, innerStride, columnStride) {
  const [t, k] = o.x1.shape.slice(-2);
  const n = o.y.shape.at(-1);
  const batches = o.y.shape.slice(0, -2).reduce((a, b) => a * b, 1);
  for (let b = 0; b < batches; b++)
    for (let i = 0; i < t; i++)
      for (let j = 0; j < n; j++)
        o.y.num[(b * t + i) * n + j] =
          dot(o.x1.num, (b * t + i) * k, 1, o.x2.num, b * k * n + j * columnStride(k, n), innerStride(k, n), k);
  o.y.canonical();
}

const rowWork = factor => o => factor * elementCount(o.x);

export const network = [
  row(0x50, 'matmul y:f32[..,N], x:f32[..,K], weight w:f32|f16|bf16[K,N] panels', {
    writes: 1,
    work: o => elementCount(o.x) * BigInt(o.w.shape[1]),
    commits: o => commitTensor(o.x),
    exec: o => {
      const [k, n] = o.w.shape;
      eachRow(o.x, (t, at) => multiplyRow(o.x.num, at, o.w.values, k, n, o.y.num, t * n));
      o.y.canonical();
    },
  }),
  row(0x52, 'softmax y:f32[..,D], x:f32[..,D]', {
    writes: 1, inPlace: true, work: rowWork(3n),
    exec: o => rowwise(o, (x, at, d, y) => softmaxRow(x, at, d, y, at)),
  }),
  row(0x53, 'rmsnorm y:f32[..,D], x:f32[..,D], weight w:f32[D] rows, eps:f32', {
    writes: 1, inPlace: true, work: rowWork(3n), check: checkEps,
    exec: o => rowwise(o, (x, at, d, y) => {
      const mean = fround(rowSum(d, i => fround(x[at + i] * x[at + i])) / fround(d));
      const r = fround(1 / fround(Math.sqrt(fround(mean + o.eps))));
      for (let i = 0; i < d; i++) y[at + i] = fround(x[at + i] * r) * o.w.values[i];
    }),
  }),
  row(0x54, 'rope y:f32[T,D], x:f32[T,D], weight cos:f32[C,h] rows, weight sin:f32[C,h] rows, symbol start', {
    writes: 1, inPlace: true, valued: 'start', work: rowWork(2n),
    check: o => {
      const d = o.x.shape[1];
      if (isSymbol(d) || d === 0 || d % (2 * o.cos.shape[1]) !== 0) throw invalid('ShapeMismatch');
    },
    exec: o => {
      const [t, d] = o.x.shape;
      const [c, h] = o.cos.shape;
      if (o.start + t > c) throw trap('TableExceeded');
      for (let i = 0; i < t; i++)
        for (let head = 0; head < d; head += 2 * h)
          for (let j = 0; j < h; j++) {
            const a = o.x.num[i * d + head + j];
            const b = o.x.num[i * d + head + j + h];
            const cos = o.cos.values[(o.start + i) * h + j];
            const sin = o.sin.values[(o.start + i) * h + j];
            o.y.num[i * d + head + j] = fround(a * cos) - fround(b * sin);
            o.y.num[i * d + head + j + h] = fround(a * sin) + fround(b * cos);
          }
      o.y.canonical();
    },
  }),
  row(0x56, 'embed y:f32[..,D], ids:i32[..], weight w:f32|f16|bf16|w8|w4[D,V] panels', {
    writes: 1, work: o => elementCount(o.y),
    exec: o => {
      const [d, v] = o.w.shape;
      for (let t = 0; t < o.ids.count; t++) {
        const id = o.ids.num[t];
        if (id < 0 || id >= v) throw trap('IdOutOfRange');
        for (let i = 0; i < d; i++) {
          const w = o.w.values[i * v + id];
          o.y.num[t * d + i] = o.w.scale === undefined ? w : fround(w) * o.w.scale[id];
        }
      }
      o.y.canonical();
    },
  }),
  row(0x57, 'layernorm y:f32[..,D], x:f32[..,D], weight w:f32[D] rows, weight b:f32[D] rows, eps:f32', {
    writes: 1, inPlace: true, work: rowWork(4n), check: checkEps,
    exec: o => rowwise(o, (x, at, d, y) => {
      const n = fround(d);
      const m = fround(rowSum(d, i => x[at + i]) / n);
      const c = Float32Array.from({ length: d }, (_, i) => x[at + i] - m);
      const v = fround(rowSum(d, i => fround(c[i] * c[i])) / n);
      const r = fround(1 / fround(Math.sqrt(fround(v + o.eps))));
      for (let i = 0; i < d; i++) y[at + i] = fround(fround(c[i] * r) * o.w.values[i]) + o.b.values[i];
    }),
  }),
  row(0x5a, 'matmul.batch y:f32[..,T,N], x1:f32[..,T,K], x2:f32[..,K,N]', {
    writes: 1, work: o => elementCount(o.x1) * big(o.y.shape.at(-1)),
    exec: o => batch(o, (k, n) => n, () => 1),
  }),
  row(0x5b, 'matmul.batch.t y:f32[..,T,N], x1:f32[..,T,K], x2:f32[..,N,K]', {
    writes: 1, work: o => elementCount(o.x1) * big(o.y.shape.at(-1)),
    exec: o => batch(o, () => 1, k => k),
  }),
];
