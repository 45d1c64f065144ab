// Which element meets which: broadcasting, axes, permutations. All over row-major elements.
import { product } from './types.js';

/** For each element of `to`, the index of the element of `from` that broadcasts to it. */
export function broadcastIndices(from, to) {
  const strides = new Array(to.length).fill(0);
  let stride = 1;
  for (let a = from.length - 1; a >= 0; a--) {
    strides[to.length - from.length + a] = from[a] === 1 ? 0 : stride;
    stride *= from[a];
  }
  return walk(to, strides);
}

/** For each element of a tensor of `shape` in row-major order, the sum of index times stride. */
export function walk(shape, strides) {
  const count = product(shape);
  const result = new Int32Array(count);
  const index = new Array(shape.length).fill(0);
  let at = 0;
  for (let i = 0; i < count; i++) {
    result[i] = at;
    for (let a = shape.length - 1; a >= 0; a--) {
      at += strides[a];
      if (++index[a] < shape[a]) break;
      at -= strides[a] * shape[a];
      index[a] = 0;
    }
  }
  return result;
}

export function rowMajorStrides(shape) {
  const strides = new Array(shape.length);
  let stride = 1;
  for (let a = shape.length - 1; a >= 0; a--) {
    strides[a] = stride;
    stride *= shape[a];
  }
  return strides;
}

/** A shape around one axis: how many slices before it, its length, and how many elements behind each index. */
export const around = (shape, axis) =>
  ({ outer: product(shape.slice(0, axis)), length: shape[axis], inner: product(shape.slice(axis + 1)) });
