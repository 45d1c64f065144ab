// Element types, dimensions, stored layouts (spec/bytecode.md 1 and 2, spec/numerics.md 7).
//
// A dimension is a number: a constant as it is, symbol s as -1 - s.

export const elements = ['', 'f32', 'f16', 'bf16', 'i8', 'i32', 'i64', 'bool', 'w8', 'w4'];
export const elementCode = Object.fromEntries(elements.map((name, code) => [name, code]));
export const elementBytes = { f32: 4, f16: 2, bf16: 2, i8: 1, i32: 4, i64: 8, bool: 1 };

export const isSymbol = dim => dim < 0;
export const symbolOf = dim => -1 - dim;
export const symbolDim = symbol => -1 - symbol;

export const product = shape => shape.reduce((n, d) => n * d, 1);

/** The shape with every symbol's dimension replaced by what `value(symbol)` says. */
export const resolve = (shape, value) => shape.map(d => (isSymbol(d) ? value(symbolOf(d)) : d));

export const sameShape = (a, b) => a.length === b.length && a.every((d, i) => d === b[i]);

/** Whether `from` broadcasts to `to`: aligned at the last axis, each dimension 1 or the same. */
export function broadcasts(from, to) {
  if (from.length > to.length) return false;
  const skip = to.length - from.length;
  return from.every((d, i) => d === 1 || d === to[skip + i]);
}

/** Stored tensors of a weight: name, element, shape, in the order in which its digest takes them. */
export function storedTensors(weight) {
  const { name, element, shape, layout } = weight;
  if (layout === 0) return [{ name, element, shape }];
  const [k, n] = shape;
  const panels = Math.ceil(n / 16);
  if (element === 'w8')
    return [{ name, element: 'i8', shape: [panels, k / 4, 16, 4] }, { name: `${name}.scale`, element: 'f32', shape: [n] }];
  if (element === 'w4')
    return [{ name, element: 'u8', shape: [panels, k / 8, 16, 4] },
      { name: `${name}.sub`, element: 'u8', shape: [panels, k / 32, 16] },
      { name: `${name}.scale`, element: 'f32', shape: [n] }];
  return [{ name, element, shape: [panels, k, 16] }];
}
