// Where opcodes that move find an element (spec/evidence.md 13, rule 7): `[operand, index]`, or a word where it is no element.
import { around, rowMajorStrides } from '../indices.js';
import { trap } from '../faults.js';
import { product } from '../types.js';

/** The element of `from` that broadcasts to place `at` of `to`. */
export function broadcast(from, to, at) {
  let index = 0;
  for (let a = to.length - 1, stride = 1; a >= 0; a--) {
    const own = a - (to.length - from.length);
    const i = at % to[a];
    at = Math.floor(at / to[a]);
    if (own < 0) continue;
    if (from[own] !== 1) index += i * stride;
    stride *= from[own];
  }
  return index;
}

/** An index that may count from the end. */
export function picked(id, length) {
  const i = Number(id) < 0 ? Number(id) + length : Number(id);
  if (!(i >= 0 && i < length)) throw trap('ElementOutOfRange');
  return i;
}

/** A place as what comes before the axis, on it, and behind it. */
const split = (shape, axis, at) => {
  const { length, inner } = around(shape, axis);
  return [Math.floor(at / inner / length), Math.floor(at / inner) % length, at % inner];
};

const join = (shape, axis, a, i, c) => {
  const { length, inner } = around(shape, axis);
  return (a * length + i) * inner + c;
};

const same = o => ['x', o.element];

export const moved = {
  reshape: same,
  item: same,
  transpose: o => {
    const strides = rowMajorStrides(o.x.shape);
    let [at, index] = [o.element, 0];
    for (let a = o.y.shape.length - 1; a >= 0; a--) {
      index += (at % o.y.shape[a]) * strides[o.perm[a]];
      at = Math.floor(at / o.y.shape[a]);
    }
    return ['x', index];
  },
  slice: o => {
    const length = BigInt(o.x.shape[o.axis]);
    const first = o.start < 0n ? o.start + length : o.start;
    const last = first + BigInt(o.count - 1) * o.step;
    if (o.count > 0 && !(first >= 0n && first < length && last >= 0n && last < length)) throw trap('SliceOutOfRange');
    const [a, i, c] = split(o.y.shape, o.axis, o.element);
    return ['x', join(o.x.shape, o.axis, a, Number(first + BigInt(i) * o.step), c)];
  },
  concat: o => {
    const [a, i, c] = split(o.y.shape, o.axis, o.element);
    const first = o.x1.shape[o.axis];
    return i < first ? ['x1', join(o.x1.shape, o.axis, a, i, c)] : ['x2', join(o.x2.shape, o.axis, a, i - first, c)];
  },
  split: o => {
    const [a, i, c] = split((o.output === 0 ? o.y1 : o.y2).shape, o.axis, o.element);
    return ['x', join(o.x.shape, o.axis, a, o.output === 0 ? i : i + o.at, c)];
  },
  expand: o => ['x', broadcast(o.x.shape, o.y.shape, o.element)],
  pad: o => {
    const [a, i, c] = split(o.y.shape, o.axis, o.element);
    const inside = i - o.before;
    return inside < 0 || inside >= o.x.shape[o.axis] ? ['v', 0] : ['x', join(o.x.shape, o.axis, a, inside, c)];
  },
  tail: o => ['x', o.element + (o.x.shape[0] - o.n) * product(o.x.shape.slice(1))],
  gather: o => {
    const ids = product(o.ids.shape);
    const { inner } = around(o.x.shape, o.axis);
    const [a, m, c] = [Math.floor(o.element / inner / ids), Math.floor(o.element / inner) % ids, o.element % inner];
    return ['x', join(o.x.shape, o.axis, a, picked(o.ids.num(m), o.x.shape[o.axis]), c)];
  },
  read: o => ['state', o.element],
  load: o => ['w', o.element],
  input: o => ['name', o.element],
};
