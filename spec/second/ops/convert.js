// cast: between all element types.
import { bigToFloat, brainToFloat, floatToBrain, floatToHalf, fround, halfToFloat } from '../float.js';
import { row } from '../row.js';
import { elementCount } from './work.js';

const ranges = { i8: [-128, 127], i32: [-(2 ** 31), 2 ** 31 - 1] };

/** An element as an f32. */
function toFloat(t, i) {
  switch (t.element) {
    case 'f32': return t.num[i];
    case 'f16': return halfToFloat(t.raw[i]);
    case 'bf16': return brainToFloat(t.raw[i]);
    case 'i64': return bigToFloat(t.num[i]);
    case 'bool': return t.raw[i] !== 0 ? 1 : 0;
    default: return fround(t.num[i]);
  }
}

/** An f32 to an integer: toward zero, clamped; NaN is 0. */
function floatToInt(x, element) {
  if (x !== x) return 0n;
  if (element === 'i64') {
    if (x >= 2 ** 63) return 2n ** 63n - 1n;
    return x <= -(2 ** 63) ? -(2n ** 63n) : BigInt(Math.trunc(x));
  }
  const [least, most] = ranges[element];
  return BigInt(Math.trunc(Math.min(Math.max(x, least), most)));
}

const floats = ['f32', 'f16', 'bf16'];

function toInt(t, i, element) {
  if (floats.includes(t.element)) return floatToInt(toFloat(t, i), element);
  return t.element === 'bool' ? BigInt(t.raw[i] !== 0) : BigInt(t.num[i]);
}

const isZero = (t, i) => (floats.includes(t.element) ? toFloat(t, i) === 0 : BigInt(t.num[i]) === 0n);

const writers = {
  f32: (y, i, x) => { y.num[i] = toFloat(x, i); },
  f16: (y, i, x) => { y.raw[i] = floatToHalf(toFloat(x, i)); },
  bf16: (y, i, x) => { y.raw[i] = floatToBrain(toFloat(x, i)); },
  i8: (y, i, x) => { y.num[i] = Number(BigInt.asIntN(8, toInt(x, i, 'i8'))); },
  i32: (y, i, x) => { y.num[i] = Number(BigInt.asIntN(32, toInt(x, i, 'i32'))); },
  i64: (y, i, x) => { y.num[i] = toInt(x, i, 'i64'); },
  bool: (y, i, x) => { y.raw[i] = isZero(x, i) ? 0 : 1; },
};

export const convert = [
  row(0xaa, 'cast y, x:X, to:type', {
    writes: 1,
    result: o => [{ element: o.to, shape: o.x.shape }],
    work: o => elementCount(o.y),
    exec: o => {
      if (o.to === o.x.element) o.y.raw.set(o.x.raw);
      else for (let i = 0; i < o.y.count; i++) writers[o.to](o.y, i, o.x);
      o.y.canonical();
    },
  }),
];
