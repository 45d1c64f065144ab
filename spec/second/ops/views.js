// Views: elements move, bits stay.
import { invalid, trap } from '../faults.js';
import { around, broadcastIndices, rowMajorStrides, walk } from '../indices.js';
import { row } from '../row.js';
import { broadcasts, isSymbol, sameShape } from '../types.js';

export function axisBelow(o, shape) {
  if (o.axis >= shape.length) throw invalid('BadImmediate');
}

export function constant(dim) {
  if (isSymbol(dim)) throw invalid('ShapeMismatch');
  return dim;
}

export const withAxis = (shape, axis, dim) => shape.map((d, a) => (a === axis ? dim : d));

function take(y, x, indices) {
  for (let i = 0; i < indices.length; i++) y.raw[i] = x.raw[indices[i]];
}

const parts = shape => ({
  size: shape.filter(d => !isSymbol(d)).reduce((n, d) => n * BigInt(d), 1n),
  symbols: shape.filter(isSymbol).sort((a, b) => a - b),
});

const declaredAs = (declared, element) => {
  if (declared.element !== element) throw invalid('TypeMismatch');
  return [declared];
};

/** The first index of a slice. */
const sliceStart = (o, d) => (o.start < 0n ? o.start + BigInt(d) : o.start);

function sliceFits(o, d) {
  if (o.count === 0) return true;
  const first = sliceStart(o, d);
  const last = first + BigInt(o.count - 1) * o.step;
  return first >= 0n && first < BigInt(d) && last >= 0n && last < BigInt(d);
}

export const views = [
  row(0xa0, 'reshape y, x:X', {
    writes: 1,
    result: (o, declared) => {
      const from = parts(o.x.shape);
      const to = parts(declared[0].shape);
      if (declared[0].element !== o.x.element) throw invalid('TypeMismatch');
      if (from.size !== to.size || !sameShape(from.symbols, to.symbols)) throw invalid('ShapeMismatch');
      return [declared[0]];
    },
    exec: o => { o.y.raw.set(o.x.raw); },
  }),
  row(0xa1, 'transpose y, x:X, perm:axes', {
    writes: 1,
    check: o => {
      const axes = [...o.perm].sort((a, b) => a - b);
      if (axes.length !== o.x.shape.length || axes.some((a, i) => a !== i)) throw invalid('BadImmediate');
    },
    result: o => [{ element: o.x.element, shape: o.perm.map(a => o.x.shape[a]) }],
    exec: o => {
      const strides = rowMajorStrides(o.x.shape);
      take(o.y, o.x, walk(o.y.shape, o.perm.map(a => strides[a])));
    },
  }),
  row(0xa2, 'slice y, x:X, axis:u32, start:i64, step:i64, count:u32', {
    writes: 1,
    check: o => {
      axisBelow(o, o.x.shape);
      if (o.step === 0n || o.count > 2 ** 28) throw invalid('BadImmediate');
      const d = o.x.shape[o.axis];
      if (!isSymbol(d) && !sliceFits(o, d)) throw invalid('BadImmediate');
    },
    result: o => [{ element: o.x.element, shape: withAxis(o.x.shape, o.axis, o.count) }],
    exec: o => {
      const { outer, length, inner } = around(o.x.shape, o.axis);
      if (!sliceFits(o, length)) throw trap('SliceOutOfRange');
      const first = Number(sliceStart(o, length));
      for (let a = 0; a < outer; a++)
        for (let i = 0; i < o.count; i++)
          for (let c = 0; c < inner; c++)
            o.y.raw[(a * o.count + i) * inner + c] = o.x.raw[(a * length + first + i * Number(o.step)) * inner + c];
    },
  }),
  row(0xa3, 'concat y, x1:X, x2:X, axis:u32', {
    writes: 1,
    check: o => {
      axisBelow(o, o.x1.shape);
      if (o.x1.shape.length !== o.x2.shape.length) throw invalid('ShapeMismatch');
      const length = constant(o.x1.shape[o.axis]) + constant(o.x2.shape[o.axis]);
      if (length > 2 ** 28) throw invalid('ShapeMismatch');
      const [first, second] = [o.x1, o.x2].map(x => withAxis(x.shape, o.axis, length));
      if (!sameShape(first, second)) throw invalid('ShapeMismatch');
    },
    result: o => [{ element: o.x1.element, shape: withAxis(o.x1.shape, o.axis, o.x1.shape[o.axis] + o.x2.shape[o.axis]) }],
    exec: o => {
      const { outer, length: first, inner } = around(o.x1.shape, o.axis);
      const second = o.x2.shape[o.axis];
      for (let a = 0; a < outer; a++) {
        o.y.raw.set(o.x1.raw.subarray(a * first * inner, (a + 1) * first * inner), a * (first + second) * inner);
        o.y.raw.set(o.x2.raw.subarray(a * second * inner, (a + 1) * second * inner), (a * (first + second) + first) * inner);
      }
    },
  }),
  row(0xa4, 'split y1, y2, x:X, axis:u32, at:u32', {
    writes: 2,
    check: o => {
      axisBelow(o, o.x.shape);
      if (o.at > constant(o.x.shape[o.axis])) throw invalid('BadImmediate');
    },
    result: o => [o.at, o.x.shape[o.axis] - o.at]
      .map(d => ({ element: o.x.element, shape: withAxis(o.x.shape, o.axis, d) })),
    exec: o => {
      const { outer, length, inner } = around(o.x.shape, o.axis);
      const at = o.y1.shape[o.axis];
      for (let a = 0; a < outer; a++) {
        const from = a * length * inner;
        o.y1.raw.set(o.x.raw.subarray(from, from + at * inner), a * at * inner);
        o.y2.raw.set(o.x.raw.subarray(from + at * inner, from + length * inner), a * (length - at) * inner);
      }
    },
  }),
  row(0xa7, 'expand y, x:X', {
    writes: 1,
    result: (o, declared) => {
      const result = declaredAs(declared[0], o.x.element);
      if (!broadcasts(o.x.shape, declared[0].shape)) throw invalid('ShapeMismatch');
      return result;
    },
    exec: o => take(o.y, o.x, broadcastIndices(o.x.shape, o.y.shape)),
  }),
  row(0xa8, 'pad y, x:X, v:X, axis:u32, before:u32, after:u32', {
    writes: 1,
    check: o => {
      if (o.v.shape.length !== 0) throw invalid('ShapeMismatch');
      axisBelow(o, o.x.shape);
      if (constant(o.x.shape[o.axis]) + o.before + o.after > 2 ** 28) throw invalid('BadImmediate');
    },
    result: o =>
      [{ element: o.x.element, shape: withAxis(o.x.shape, o.axis, o.x.shape[o.axis] + o.before + o.after) }],
    exec: o => {
      const { outer, length, inner } = around(o.x.shape, o.axis);
      const padded = o.y.shape[o.axis];
      o.y.raw.fill(o.v.raw[0]);
      for (let a = 0; a < outer; a++)
        o.y.raw.set(o.x.raw.subarray(a * length * inner, (a + 1) * length * inner), (a * padded + o.before) * inner);
    },
  }),
];
