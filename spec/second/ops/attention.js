// Attention over states and over registers (spec/numerics.md 5.5).
import { elementary } from '../elementary.js';
import { invalid } from '../faults.js';
import { dot, fma, fround, maximum, rowSum } from '../float.js';
import { limits } from '../limits.js';
import { row } from '../row.js';
import { isSymbol } from '../types.js';
import { softmaxRow } from './network.js';
import { big } from './work.js';

/** headDim divides R, R divides D; scale is finite. `r` and `d` are constants. */
function checkHeads(o, r, d) {
  if (isSymbol(r)) throw invalid('ShapeMismatch');
  if (!Number.isFinite(o.scale)) throw invalid('BadImmediate');
  if (o.headDim === 0 || o.headDim > limits.HeadDim) throw invalid('BadImmediate');
  if (r % o.headDim !== 0) throw invalid('BadImmediate');
  if (r === 0 || d === 0 || isSymbol(d) || d % r !== 0) throw invalid('ShapeMismatch');
}

function checkStates(o) {
  for (const s of [o.k, o.v]) {
    if (s.element !== 'f32') throw invalid('TypeMismatch');
    if (s.row.length !== 1) throw invalid('ShapeMismatch');
  }
  if (o.k.symbol !== o.v.symbol || o.k.row[0] !== o.v.row[0]) throw invalid('ShapeMismatch');
  checkHeads(o, o.k.row[0], o.q.shape[1]);
}

/**
 * One row and head: y[d] = the weights of the positions from..to-1 times v. `score(p)` is a position's score. Cache rows
 * have r values, those of this head begin at `column`.
 */
function attendRow(q, at, k, v, base, r, column, h, from, to, score, y) {
  const n = to - from;
  const weights = new Float32Array(n);
  for (let p = 0; p < n; p++) weights[p] = score(dot(q, at, 1, k, base + (from + p) * r + column, 1, h), from + p);
  softmaxRow(weights, 0, n, weights, 0);
  for (let i = 0; i < h; i++) y[at + i] = n === 0 ? 0 : dot(weights, 0, 1, v, base + from * r + column + i, r, n);
}

/** Causal attention over states; `window` 0 is none. S is what the states held before this step's rows. */
function causal(o, window, score) {
  const [t, d] = o.q.shape;
  const r = o.k.row[0];
  const h = o.headDim;
  const group = d / r;
  const before = o.k.rows - t;
  for (let i = 0; i < t; i++) {
    const to = before + i + 1;
    const from = window === 0 ? 0 : Math.max(0, to - window);
    for (let head = 0; head < d / h; head++)
      attendRow(o.q.num, i * d + head * h, o.k.data.num, o.v.data.num, 0, r, Math.floor(head / group) * h, h, from, to,
        score, o.y.num);
  }
  o.y.canonical();
}

/** Positions that t rows see together, s rows having been there before. */
function seen(t, s, window) {
  const [tb, sb] = [BigInt(t), BigInt(s)];
  const all = tb * sb + tb * (tb + 1n) / 2n;
  if (window === 0) return all;
  const w = BigInt(window);
  const growing = w > sb ? (w - sb < tb ? w - sb : tb) : 0n;
  return growing * sb + growing * (growing + 1n) / 2n + (tb - growing) * w;
}

const causalWork = window => o => 2n * BigInt(o.q.shape[1]) * seen(o.q.shape[0], o.k.held, window(o));
const scaled = o => s => fround(s * o.scale);

/** Attention over registers: `score(dot, position, batch, head, row)`, undefined where the position takes no part. */
function crossed(o, score) {
  const [t, d] = o.q.shape.slice(-2);
  const [s, r] = o.k.shape.slice(-2);
  const h = o.headDim;
  const group = d / r;
  const batches = o.q.shape.slice(0, -2).reduce((a, b) => a * b, 1);
  const scores = new Float32Array(s);
  const isSeen = new Uint8Array(s);
  for (let b = 0; b < batches; b++)
    for (let i = 0; i < t; i++)
      for (let head = 0; head < d / h; head++) {
        const at = (b * t + i) * d + head * h;
        const column = b * s * r + Math.floor(head / group) * h;
        for (let p = 0; p < s; p++) {
          const value = score(dot(o.q.num, at, 1, o.k.num, column + p * r, 1, h), p, b, head, i);
          isSeen[p] = value === undefined ? 0 : 1;
          scores[p] = value ?? 0;
        }
        weigh(scores, isSeen, s);
        for (let j = 0; j < h; j++) o.y.num[at + j] = blockDot(scores, isSeen, o.v.num, column + j, r, s);
      }
  o.y.canonical();
}

/** Softmax over the positions that are seen; a lane is chosen by the position. */
function weigh(scores, isSeen, s) {
  let m = -Infinity;
  for (let p = 0; p < s; p++) if (isSeen[p]) m = maximum(m, scores[p]);
  for (let p = 0; p < s; p++) scores[p] = isSeen[p] ? elementary.exp(fround(scores[p] - m)) : 0;
  const sum = rowSum(s, p => scores[p]);
  for (let p = 0; p < s; p++) scores[p] = scores[p] / sum;
}

/** The dot by 2 where positions that are not seen contribute no step. */
function blockDot(weights, isSeen, v, at, stride, s) {
  let total = 0;
  for (let from = 0; from < s; from += 256) {
    let p = 0;
    for (let k = from; k < Math.min(from + 256, s); k++) if (isSeen[k]) p = fma(weights[k], v[at + k * stride], p);
    total = from === 0 ? p : fround(total + p);
  }
  return total;
}

const crossWork = o => 2n * big(...o.q.shape) * BigInt(o.k.shape.at(-2));

export const attention = [
  row(0x55, 'attention y:f32[T,D], q:f32[T,D], state k, state v, headDim:u32, scale:f32', {
    writes: 1, check: checkStates, work: causalWork(() => 0),
    exec: o => causal(o, 0, scaled(o)),
  }),
  row(0x59, 'attention.window y:f32[T,D], q:f32[T,D], state k, state v, headDim:u32, scale:f32, window:u32', {
    writes: 1, work: causalWork(o => o.window),
    check: o => {
      checkStates(o);
      if (o.window < 1 || o.window > 2 ** 24) throw invalid('BadImmediate');
    },
    exec: o => causal(o, o.window, scaled(o)),
  }),
  row(0x5f, 'attention.softcap y:f32[T,D], q:f32[T,D], state k, state v, headDim:u32, scale:f32, window:u32, cap:f32', {
    writes: 1, work: causalWork(o => o.window),
    check: o => {
      checkStates(o);
      if (o.window > 2 ** 24 || !(o.cap > 0 && o.cap < Infinity)) throw invalid('BadImmediate');
    },
    exec: o => causal(o, o.window, s => fround(o.cap * elementary.tanh(fround(fround(s * o.scale) / o.cap)))),
  }),
  row(0xb0, 'attention.cross y:f32[..,T,D], q:f32[..,T,D], k:f32[..,S,R], v:f32[..,S,R], headDim:u32, scale:f32', {
    writes: 1, work: crossWork,
    check: o => checkHeads(o, o.k.shape.at(-1), o.q.shape.at(-1)),
    exec: o => crossed(o, scaled(o)),
  }),
  row(0xb1, 'attention.bias y:f32[..,T,D], q:f32[..,T,D], k:f32[..,S,R], v:f32[..,S,R], bias:f32[..,H,T,S], headDim:u32, scale:f32', {
    writes: 1, work: crossWork,
    check: o => {
      checkHeads(o, o.k.shape.at(-1), o.q.shape.at(-1));
      if (o.bias.shape.at(-3) !== o.q.shape.at(-1) / o.headDim) throw invalid('ShapeMismatch');
    },
    exec: o => {
      const [heads, t, s] = o.bias.shape.slice(-3);
      crossed(o, (product, p, b, head, i) => {
        const bias = o.bias.num[((b * heads + head) * t + i) * s + p];
        return bias === -Infinity ? undefined : fround(fround(product * o.scale) + bias);
      });
    },
  }),
];
