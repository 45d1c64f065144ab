// Reductions over the last axis.
import { invalid } from '../faults.js';
import { fround, maximum, minimum, rowSum } from '../float.js';
import { row } from '../row.js';
import { elementCount } from './work.js';

const work = o => elementCount(o.x);
const wrap = { i32: n => n | 0, i64: n => BigInt.asIntN(64, n) };

/** Calls f(row number, offset of the row, its length). */
export function eachRow(x, f) {
  const length = x.last;
  const rows = x.shape.slice(0, -1).reduce((n, d) => n * d, 1);
  for (let t = 0; t < rows; t++) f(t, t * length, length);
}

/** a before b in descending order: NaN above everything, zeros equal. */
const above = (a, b) => (a !== a ? b === b : a > b);

/** The lowest index among the greatest of `count` values from `at`; 0 of an empty row. */
export function greatestIndex(values, at, count) {
  let best = 0;
  for (let i = 1; i < count; i++) if (above(values[at + i], values[at + best])) best = i;
  return best;
}

const fold = (code, name, start, byElement) => row(code, `${name} y:A[..,1], x:A[..,D]`, {
  writes: 1, work,
  exec: o => {
    const f = byElement[o.x.element];
    eachRow(o.x, (t, at, d) => {
      let v = start[o.x.element];
      for (let i = 0; i < d; i++) v = f(v, o.x.num[at + i]);
      o.y.num[t] = v;
    });
    o.y.canonical();
  },
});

const greater = (a, b) => (a > b ? a : b);
const lesser = (a, b) => (a < b ? a : b);

function sum(x, at, d) {
  if (x.element === 'f32') return rowSum(d, i => x.num[at + i]);
  let s = x.element === 'i64' ? 0n : 0;
  for (let i = 0; i < d; i++) s = wrap[x.element](s + x.num[at + i]);
  return s;
}

function productOf(x, at, d) {
  const one = x.element === 'i64' ? 1n : 1;
  const times = { f32: (a, b) => fround(a * b), i32: Math.imul, i64: (a, b) => wrap.i64(a * b) }[x.element];
  const lanes = new Array(16).fill(one);
  for (let i = 0; i < d; i++) lanes[i & 15] = times(lanes[i & 15], x.num[at + i]);
  for (let s = 8; s > 0; s >>= 1) for (let j = 0; j < s; j++) lanes[j] = times(lanes[j], lanes[j + s]);
  return lanes[0];
}

export const reduce = [
  row(0x40, 'argmax x:f32[1,V]', {
    where: 'driver', pushes: 1, work,
    check: o => { if (o.x.shape[1] === 0) throw invalid('ShapeMismatch'); },
    exec: (o, m) => m.push(BigInt(greatestIndex(o.x.num, 0, o.x.count))),
  }),
  row(0x41, 'sum y:A[..,1], x:A[..,D]', {
    writes: 1, work,
    exec: o => {
      eachRow(o.x, (t, at, d) => { o.y.num[t] = sum(o.x, at, d); });
      o.y.canonical();
    },
  }),
  row(0x42, 'mean y:f32[..,1], x:f32[..,D]', {
    writes: 1, work,
    exec: o => {
      eachRow(o.x, (t, at, d) => { o.y.num[t] = sum(o.x, at, d) / fround(d); });
      o.y.canonical();
    },
  }),
  fold(0x43, 'reduce.max', { f32: -Infinity, i32: -(2 ** 31), i64: -(2n ** 63n) },
    { f32: maximum, i32: greater, i64: greater }),
  fold(0x44, 'reduce.min', { f32: Infinity, i32: 2 ** 31 - 1, i64: 2n ** 63n - 1n },
    { f32: minimum, i32: lesser, i64: lesser }),
  row(0x45, 'reduce.prod y:A[..,1], x:A[..,D]', {
    writes: 1, work,
    exec: o => {
      eachRow(o.x, (t, at, d) => { o.y.num[t] = productOf(o.x, at, d); });
      o.y.canonical();
    },
  }),
  row(0x46, 'vargmax y:i64[..,1], x:A[..,D]', {
    writes: 1, work,
    check: o => { if (o.x.shape.at(-1) === 0) throw invalid('ShapeMismatch'); },
    exec: o => eachRow(o.x, (t, at, d) => { o.y.num[t] = BigInt(greatestIndex(o.x.num, at, d)); }),
  }),
  row(0x47, 'topk v:A[..,k], ids:i64[..,k], x:A[..,D], k:u32', {
    writes: 2, work,
    check: o => {
      if (o.x.shape.at(-1) < 0) throw invalid('ShapeMismatch');
      if (o.k > o.x.shape.at(-1)) throw invalid('BadImmediate');
    },
    exec: o => {
      eachRow(o.x, (t, at, d) => {
        const order = Array.from({ length: d }, (_, i) => i).sort((a, b) => {
          const x = o.x.num[at + a], y = o.x.num[at + b];
          return above(x, y) ? -1 : above(y, x) ? 1 : a - b;
        });
        for (let j = 0; j < o.k; j++) {
          o.v.raw[t * o.k + j] = o.x.raw[at + order[j]];
          o.ids.num[t * o.k + j] = BigInt(order[j]);
        }
      });
      o.v.canonical();
    },
  }),
  row(0x48, 'cumsum y:A[..,D], x:A[..,D]', {
    writes: 1, inPlace: true, work,
    exec: o => {
      const add = { f32: (a, b) => fround(a + b), i32: (a, b) => a + b | 0, i64: (a, b) => wrap.i64(a + b) }[o.x.element];
      eachRow(o.x, (t, at, d) => {
        for (let i = 0; i < d; i++) o.y.num[at + i] = i === 0 ? o.x.num[at] : add(o.y.num[at + i - 1], o.x.num[at + i]);
      });
      o.y.canonical();
    },
  }),
];
