// Cells of the attention opcodes (spec/evidence.md 13, rule 8).
import { elementary } from '../elementary.js';
import { fma, fround, maximum } from '../float.js';
import { hidden, words } from './cells.js';

const { f32, raw } = words;

/** `k(p, i)` and `v(p, j)` of position p that the row may see; `score(dot, p)`, undefined where a bias hides it. */
function attend(o, positions, k, v, score) {
  const h = o.headDim;
  const blocks = Math.ceil(h / 256);
  const column = o.element % h;
  const q = o.element - column;
  const p = o.cells.each(positions * blocks, c => {
    const [at, from] = [Math.floor(c / blocks), 256 * (c % blocks)];
    let sum = 0;
    for (let i = from; i < Math.min(h, from + 256); i++) sum = fma(o.q.num(q + i), k(at, i), sum);
    return f32.to(sum);
  });
  const scores = o.cells.each(positions, at => {
    let dot = f32.from(p(at * blocks));
    for (let b = 1; b < blocks; b++) dot = fround(dot + f32.from(p(at * blocks + b)));
    const s = score(dot, at);
    return s === undefined ? hidden : f32.to(s);
  });
  const m = o.cells.run(positions, 256, hidden, raw, (most, at) => {
    const s = scores(at);
    if (s === hidden) return most;
    return most === hidden ? f32.to(maximum(-Infinity, f32.from(s))) : f32.to(maximum(f32.from(most), f32.from(s)));
  });
  const e = at => (scores(at) === hidden ? 0 : elementary.exp(fround(f32.from(scores(at)) - f32.from(m()))));
  const s = o.cells.lanes(positions, e);
  o.cells.dot(positions, 4, at => (scores(at) === hidden ? undefined : fround(e(at) / s())), at => v(at, column));
}

/** Causal attention over states; a window of 0 is none. */
function causal(o, window, score) {
  const [t, d] = o.q.shape;
  const r = o.k.row[0];
  const i = Math.floor(o.element / d);
  const group = Math.floor((o.element % d) / o.headDim / (d / r)) * o.headDim;
  const to = o.k.rows - t + i + 1;
  const from = window === 0 ? 0 : Math.max(0, to - window);
  attend(o, to - from, (p, j) => o.k.num((from + p) * r + group + j), (p, j) => o.v.num((from + p) * r + group + j), score);
}

function crossed(o, score) {
  const [t, d] = o.q.shape.slice(-2);
  const [s, r] = o.k.shape.slice(-2);
  const row = Math.floor(o.element / d);
  const b = Math.floor(row / t);
  const head = Math.floor((o.element % d) / o.headDim);
  const group = Math.floor(head / (d / r)) * o.headDim;
  attend(o, s, (p, j) => o.k.num((b * s + p) * r + group + j), (p, j) => o.v.num((b * s + p) * r + group + j), (dot, p) => score(dot, p, b, head, row % t));
}

export const attended = {
  attention: o => causal(o, 0, dot => fround(dot * o.scale)),
  'attention.window': o => causal(o, o.window, dot => fround(dot * o.scale)),
  'attention.softcap': o => causal(o, o.window, dot => fround(o.cap * elementary.tanh(fround(fround(dot * o.scale) / o.cap)))),
  'attention.cross': o => crossed(o, dot => fround(dot * o.scale)),
  'attention.bias': o => {
    const [heads, t, s] = o.bias.shape.slice(-3);
    crossed(o, (dot, p, b, head, i) => {
      const bias = o.bias.num(((b * heads + head) * t + i) * s + p);
      return bias === -Infinity ? undefined : fround(fround(dot * o.scale) + bias);
    });
  },
};
