// What defines an element of each opcode's outputs (spec/evidence.md 13, rules 5 to 10).
import { elementary } from '../elementary.js';
import { trap } from '../faults.js';
import { fround, maximum, minimum, roundEven } from '../float.js';
import { around } from '../indices.js';
import { Tensor } from '../tensor.js';
import { product } from '../types.js';
import { attended } from './attended.js';
import { none, words } from './cells.js';
import { broadcast, moved, picked } from './places.js';
import { sampled } from './sampled.js';

const { f32, i32, i64, index, raw } = words;
const above = (a, b) => (a !== a ? b === b : a > b);

/** One element by the opcode itself, on tensors of one element each. */
function alone(o, reads) {
  const operands = { ...o };
  for (const [name, at] of reads) {
    operands[name] = new Tensor(o[name].element, [1]);
    operands[name].raw[0] = operands[name].width === 8 ? o[name].raw(at) : Number(o[name].raw(at));
  }
  const [written] = o.row.operands;
  const y = operands[written.name] = new Tensor(o[written.name].element, [1]);
  o.row.exec(operands, {});
  return BigInt(y.raw[0]);
}

/** Element-wise opcodes, `cast` and `where`. */
const wise = o => o.cells.one(() => alone(o, o.row.operands.slice(1).map(p => [p.name, broadcast(o[p.name].shape, o.y.shape, o.element)])));

/** The place in a row, and where the row begins, of an operand with as many rows. */
const inRow = (x, at) => [Math.floor(at / x.shape.at(-1)), at % x.shape.at(-1)];

const scaleOf = (o, t) => {
  const k = o.x.shape.at(-1);
  const a = o.cells.run(k, 256, 0, f32, (v, i) => maximum(v, Math.abs(o.x.num(t * k + i))));
  o.cells.one(() => f32.to(fround(a() / 127)));
};

const quantized = (x, d) => {
  const v = fround(x / d);
  return v !== v ? 0 : Math.min(Math.max(roundEven(v), -127), 127);
};

const linear = o => {
  const [k, n] = o.w.shape;
  const [t, place] = [Math.floor(o.element / (n + 1)), o.element % (n + 1)];
  const recorded = i => o.own(1, t * (k + 1) + i);
  if (place === 0) o.cells.one(() => recorded(0));
  else o.cells.run(k, 64, 0, i32, (v, i) => v + Math.imul(i8(recorded(1 + i)), o.w.at(i, place - 1)) | 0);
};

const i8 = word => Number(BigInt.asIntN(8, word));

/** What a record commits to: the rows of a quantized product, or the tensor itself. */
function recorded(o) {
  if (!o.row.mnemonic.startsWith('linear.')) {
    const name = o.row.mnemonic === 'matmul.i8' ? 'q' : 'x';
    o.cells.one(() => o[name].raw(o.element));
    return;
  }
  const k = o.w.shape[0];
  const [t, i] = [Math.floor(o.element / (k + 1)), o.element % (k + 1) - 1];
  if (i < 0) scaleOf(o, t);
  else o.cells.one(() => BigInt(quantized(o.x.num(t * k + i), f32.from(o.own(1, t * (k + 1)))) & 0xff));
}

/** A row's reduction: of f32 in lanes, or a run of one operation. */
const rowRun = (o, start, step) => {
  const k = o.x.shape.at(-1);
  o.cells.run(k, 256, start[o.x.element], words[o.x.element], (v, i) => step(v, o.x.num(o.element * k + i)));
};

const wrapped = (f32Step, step) => ({
  f32: f32Step, i32: (a, b) => Number(BigInt.asIntN(32, BigInt(step(BigInt(a), BigInt(b))))), i64: (a, b) => BigInt.asIntN(64, step(a, b)),
});
const plus = wrapped((a, b) => fround(a + b), (a, b) => a + b);
const times = wrapped((a, b) => fround(a * b), (a, b) => a * b);

const folded = (step, start) => o => {
  const d = o.x.shape.at(-1);
  if (o.x.element === 'f32') o.cells.lanes(d, i => o.x.num(o.element * d + i), step.f32, start.f32);
  else rowRun(o, start, step[o.x.element]);
};

const greatest = (o, row) => {
  const d = o.x.shape.at(-1);
  return o.cells.run(d, 256, 0, index, (best, i) => (above(o.x.num(row * d + i), o.x.num(row * d + best)) ? i : best));
};

const mostI32 = 2 ** 31 - 1;
const mostI64 = 2n ** 63n - 1n;

const derivations = {
  scatter: o => {
    const { length, inner } = around(o.x.shape, o.axis);
    const ids = product(o.ids.shape);
    const [a, i, c] = [Math.floor(o.element / inner / length), Math.floor(o.element / inner) % length, o.element % inner];
    const one = new Tensor(o.ids.element, [1]);
    o.cells.run(ids, 16, null, { to: v => v ?? o.x.raw(o.element), from: w => w }, (v, m) => {
      const before = v ?? o.x.raw(o.element);
      if (picked(o.ids.num(m), length) !== i) return before;
      const operands = { ...o, axis: 0, ids: one };
      for (const [name, bits] of [['x', before], ['u', o.u.raw((a * ids + m) * inner + c)]]) {
        operands[name] = new Tensor(o.x.element, [1]);
        operands[name].raw[0] = operands[name].width === 8 ? bits : Number(bits);
      }
      operands.y = new Tensor(o.x.element, [1]);
      o.row.exec(operands, {});
      return BigInt(operands.y.raw[0]);
    });
  },
  matmul: o => {
    const [k, n] = o.w.shape;
    const [t, j] = [Math.floor(o.element / n), o.element % n];
    o.cells.dot(k, 16, i => f32.from(o.own(1, t * k + i)), i => o.w.at(i, j));
  },
  'matmul.batch': o => {
    const [t, k] = o.x1.shape.slice(-2);
    const n = o.y.shape.at(-1);
    const [row, j] = [Math.floor(o.element / n), o.element % n];
    const b = Math.floor(row / t);
    o.cells.dot(k, 16, i => o.x1.num(row * k + i), i => o.x2.num((b * k + i) * n + j));
  },
  'matmul.batch.t': o => {
    const [t, k] = o.x1.shape.slice(-2);
    const n = o.y.shape.at(-1);
    const [row, j] = [Math.floor(o.element / n), o.element % n];
    const b = Math.floor(row / t);
    o.cells.dot(k, 16, i => o.x1.num(row * k + i), i => o.x2.num((b * n + j) * k + i));
  },
  conv: o => {
    const [, channels, height, width] = o.x.shape;
    const [outputs, g, r, s] = o.w.shape;
    const [, , p, q] = o.y.shape;
    const [v, u] = [o.element % q, Math.floor(o.element / q) % p];
    const [out, b] = [Math.floor(o.element / q / p) % outputs, Math.floor(o.element / q / p / outputs)];
    const first = Math.floor(out / (outputs / (channels / g))) * g;
    o.cells.dot(g * r * s, 16, k => {
      const i = u * o.strideH - o.padTop + (Math.floor(k / s) % r) * o.dilationH;
      const j = v * o.strideW - o.padLeft + (k % s) * o.dilationW;
      const inside = i >= 0 && i < height && j >= 0 && j < width;
      return inside ? f32.from(o.own(1, ((b * channels + first + Math.floor(k / (r * s))) * height + i) * width + j)) : 0;
    }, k => o.w.num(out * g * r * s + k));
  },
  embed: o => o.cells.one(() => {
    const [d, v] = o.w.shape;
    const id = o.ids.num(Math.floor(o.element / d));
    if (id < 0 || id >= v) throw trap('IdOutOfRange');
    const w = o.w.at(o.element % d, id);
    return f32.to(o.w.isScaled ? fround(fround(w) * o.w.scale(id)) : w);
  }),
  rope: o => o.cells.one(() => {
    const [t, d] = o.x.shape;
    const [c, h] = o.cos.shape;
    if (o.start + t > c) throw trap('TableExceeded');
    const [i, place] = inRow(o.x, o.element);
    const [head, j] = [place - place % (2 * h), place % h];
    const [a, b] = [o.x.num(i * d + head + j), o.x.num(i * d + head + j + h)];
    const [cos, sin] = [o.cos.num((o.start + i) * h + j), o.sin.num((o.start + i) * h + j)];
    return f32.to(place % (2 * h) < h ? fround(fround(a * cos) - fround(b * sin)) : fround(fround(a * sin) + fround(b * cos)));
  }),
  dequantize: o => o.cells.one(() => {
    const [t, n] = inRow(o.y, o.element);
    return f32.to(fround(fround(o.acc.num(o.element)) * fround(o.d.num(t) * o.w.scale(n))));
  }),
  'linear.w8': linear,
  'linear.w4': linear,
  'matmul.i8': o => {
    const [k, n] = o.w.shape;
    const [t, j] = [Math.floor(o.element / n), o.element % n];
    o.cells.run(k, 64, 0, i32, (v, i) => v + Math.imul(i8(o.own(1, t * k + i)), o.w.at(i, j)) | 0);
  },
  quantize: o => {
    if (o.output === 1) scaleOf(o, o.element);
    else o.cells.one(() => BigInt(quantized(o.x.num(o.element), f32.from(o.own(1, inRow(o.x, o.element)[0]))) & 0xff));
  },
  softmax: o => {
    const d = o.x.shape.at(-1);
    const [t] = inRow(o.x, o.element);
    const m = o.cells.run(d, 256, -Infinity, f32, (v, i) => maximum(v, o.x.num(t * d + i)));
    const e = i => elementary.exp(fround(o.x.num(i) - m()));
    const s = o.cells.lanes(d, i => e(t * d + i));
    o.cells.one(() => f32.to(fround(e(o.element) / s())));
  },
  rmsnorm: o => {
    const [t, i] = inRow(o.x, o.element);
    const d = o.x.shape.at(-1);
    const s = o.cells.lanes(d, j => fround(o.x.num(t * d + j) ** 2));
    o.cells.one(() => {
      const r = fround(1 / fround(Math.sqrt(fround(fround(s() / fround(d)) + o.eps))));
      return f32.to(fround(fround(o.x.num(o.element) * r) * o.w.num(i)));
    });
  },
  layernorm: o => {
    const [t, i] = inRow(o.x, o.element);
    const d = o.x.shape.at(-1);
    const s = o.cells.lanes(d, j => o.x.num(t * d + j));
    const c = j => fround(o.x.num(j) - fround(s() / fround(d)));
    const squares = o.cells.lanes(d, j => fround(c(t * d + j) ** 2));
    o.cells.one(() => {
      const r = fround(1 / fround(Math.sqrt(fround(fround(squares() / fround(d)) + o.eps))));
      return f32.to(fround(fround(fround(c(o.element) * r) * o.w.num(i)) + o.b.num(i)));
    });
  },
  sum: folded(plus, { f32: 0, i32: 0, i64: 0n }),
  'reduce.prod': folded(times, { f32: 1, i32: 1, i64: 1n }),
  mean: o => {
    const d = o.x.shape.at(-1);
    const s = o.cells.lanes(d, i => o.x.num(o.element * d + i));
    o.cells.one(() => f32.to(fround(s() / fround(d))));
  },
  'reduce.max': o => rowRun(o, { f32: -Infinity, i32: -mostI32 - 1, i64: -mostI64 - 1n }, o.x.element === 'f32' ? maximum : (a, b) => (a > b ? a : b)),
  'reduce.min': o => rowRun(o, { f32: Infinity, i32: mostI32, i64: mostI64 }, o.x.element === 'f32' ? minimum : (a, b) => (a < b ? a : b)),
  cumsum: o => o.cells.one(() => {
    const word = words[o.x.element];
    const x = o.x.num(o.element);
    return word.to(inRow(o.x, o.element)[1] === 0 ? x : plus[o.x.element](word.from(o.own(0, o.element - 1)), x));
  }),
  argmax: o => greatest(o, 0),
  vargmax: o => greatest(o, o.element),
  topk: o => {
    const d = o.x.shape.at(-1);
    const [t, j] = [Math.floor(o.element / o.k), o.element % o.k];
    const x = i => o.x.num(t * d + Number(i));
    const before = (a, b) => above(x(a), x(b)) || (!above(x(b), x(a)) && a < b);
    const found = o.cells.run(d, 256, none, raw, (best, at) => {
      const i = BigInt(at);
      if (j > 0 && !before(o.own(1, o.element - 1), i)) return best;
      return best === none || before(i, best) ? i : best;
    });
    if (o.output === 0) o.cells.one(() => (o.x.element === 'f32' ? f32.to(x(found())) : o.x.raw(t * d + Number(found()))));
  },
  'pool.max': o => {
    const inside = windowOf(o);
    o.cells.run(inside.length, 16, -Infinity, f32, (v, i) => maximum(v, o.x.num(inside[i])));
  },
  'pool.mean': o => {
    const inside = windowOf(o);
    const s = o.cells.lanes(inside.length, i => o.x.num(inside[i]));
    o.cells.one(() => f32.to(fround(s() / fround(o.countPad === 1 ? o.kernelH * o.kernelW : inside.length))));
  },
  zeros: o => o.cells.one(() => 0n),
  iota: o => o.cells.one(() => words[o.y.element].to(o.y.element === 'i64' ? BigInt(o.start + o.element) : o.start + o.element)),
  token: o => o.cells.one(() => BigInt.asUintN(32, o.popped)),
  cast: o => o.cells.one(() => alone(o, [['x', o.element]])),
  where: wise,
  ...attended,
  ...sampled,
};

/** Elements of x that a window covers, row by row. */
function windowOf(o) {
  const [, channels, height, width] = o.x.shape;
  const [, , p, q] = o.y.shape;
  const [v, u, plane] = [o.element % q, Math.floor(o.element / q) % p, Math.floor(o.element / q / p)];
  const at = [];
  for (let r = 0; r < o.kernelH; r++) {
    for (let s = 0; s < o.kernelW; s++) {
      const i = u * o.strideH - o.padTop + r * o.dilationH, j = v * o.strideW - o.padLeft + s * o.dilationW;
      if (i >= 0 && i < height && j >= 0 && j < width) at.push((plane * height + i) * width + j);
    }
  }
  return channels === 0 ? [] : at;
}

/** An element that is moved; a scalar has its sign in all 64 bits. */
const move = o => o.cells.one(() => {
  const [name, at] = moved[o.row.mnemonic](o);
  if (o.row.mnemonic !== 'item') return o[name].raw(at);
  return o.x.element === 'bool' ? BigInt(o.x.raw(at) !== 0n) : i64.to(o.x.num(at));
});

/**
 * Lays out the cells of an element into `o.cells`. `o` has the opcode's `row`, `output` and `element`, operands by name (`shape`, `element`, `num(i)`, `raw(i)`; of
 * weights in panels `at(k, n)` and `scale(n)`), immediates by name, `popped`, and `own(output, i)`: the word of an element that the accused says of this very record.
 * Behind the registers that are written comes, as one more output, what the record commits to.
 */
export function derive(o) {
  const { mnemonic, writes, commits } = o.row;
  if (commits !== undefined && o.output === writes) recorded(o);
  else if (mnemonic in moved) move(o);
  else if (mnemonic in derivations) derivations[mnemonic](o);
  else wise(o);
}
