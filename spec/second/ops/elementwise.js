// Element-wise arithmetic; where shapes differ the second operand broadcasts to the first.
import { elementary } from '../elementary.js';
import { fround, maximum, minimum, roundEven } from '../float.js';
import { trap } from '../faults.js';
import { broadcastIndices } from '../indices.js';
import { pow } from '../power.js';
import { row } from '../row.js';
import { elementCount } from './work.js';

const shared = { writes: 1, inPlace: true, elementWise: true, work: o => elementCount(o.y) };
const wrap64 = n => BigInt.asIntN(64, n);

/** y[i] = f(x1[i], x2[~]) by element type. */
export function zip(o, byElement) {
  const f = byElement[o.x1.element];
  const second = broadcastIndices(o.x2.shape, o.y.shape);
  for (let i = 0; i < o.y.count; i++) o.y.num[i] = f(o.x1.num[i], o.x2.num[second[i]]);
  o.y.canonical();
}

export function map(o, byElement) {
  const f = byElement[o.x.element];
  for (let i = 0; i < o.y.count; i++) o.y.num[i] = f(o.x.num[i]);
  o.y.canonical();
}

const binary = (code, name, byElement) =>
  row(code, `${name} y:A[*], x1:A[*], x2:A[~]`, { ...shared, exec: o => zip(o, byElement) });
const unary = (code, name, byElement) => row(code, `${name} y:A[*], x:A[*]`, { ...shared, exec: o => map(o, byElement) });
const unaryFloat = (code, name, f) =>
  row(code, `${name} y:f32[*], x:f32[*]`, { ...shared, exec: o => map(o, { f32: f }) });

const ints = (i32, i64) => ({ i32, i64 });
const greater = (a, b) => (a > b ? a : b);
const lesser = (a, b) => (a < b ? a : b);

function nonZero(b) {
  if (b === 0 || b === 0n) throw trap('DivisionByZero');
  return b;
}

export const elementwise = [
  binary(0x30, 'vadd', { f32: (a, b) => a + b, ...ints((a, b) => a + b | 0, (a, b) => wrap64(a + b)) }),
  binary(0x31, 'vmul', { f32: (a, b) => a * b, ...ints(Math.imul, (a, b) => wrap64(a * b)) }),
  ...[['exp', 0x32], ['sigmoid', 0x33], ['silu', 0x34], ['log', 0x35], ['exp2', 0x36], ['log2', 0x37], ['tanh', 0x38],
    ['erf', 0x39], ['gelu', 0x3a], ['gelu.tanh', 0x3b], ['softplus', 0x3c], ['sin', 0x3d], ['cos', 0x3e], ['rsqrt', 0x3f]]
    .map(([name, code]) => unaryFloat(code, name, elementary[name])),
  binary(0x80, 'vsub', { f32: (a, b) => a - b, ...ints((a, b) => a - b | 0, (a, b) => wrap64(a - b)) }),
  binary(0x81, 'vdiv', {
    f32: (a, b) => a / b, ...ints((a, b) => Math.trunc(a / nonZero(b)) | 0, (a, b) => wrap64(a / nonZero(b))),
  }),
  binary(0x82, 'vmin', { f32: minimum, ...ints(lesser, lesser) }),
  binary(0x83, 'vmax', { f32: maximum, ...ints(greater, greater) }),
  row(0x84, 'vpow y:f32[*], x1:f32[*], x2:f32[~]', { ...shared, exec: o => zip(o, { f32: pow }) }),
  row(0x85, 'swiglu y:f32[*], x1:f32[*], x2:f32[*]', {
    ...shared, work: o => 2n * elementCount(o.y),
    exec: o => zip(o, { f32: (a, b) => elementary.silu(a) * b }),
  }),
  unary(0x86, 'neg', { f32: a => -a, ...ints(a => -a | 0, a => wrap64(-a)) }),
  unary(0x87, 'abs', { f32: Math.abs, ...ints(a => Math.abs(a) | 0, a => wrap64(a < 0n ? -a : a)) }),
  unaryFloat(0x88, 'sqrt', a => fround(Math.sqrt(a))),
  unaryFloat(0x89, 'floor', Math.floor),
  unaryFloat(0x8a, 'ceil', Math.ceil),
  unaryFloat(0x8b, 'round', roundEven),
  unaryFloat(0x8c, 'trunc', Math.trunc),
  unary(0x8d, 'sign', {
    f32: a => (a === 0 ? 0 : Math.sign(a)), ...ints(Math.sign, a => (a > 0n ? 1n : a < 0n ? -1n : 0n)),
  }),
  binary(0x8e, 'vrem', {
    f32: (a, b) => a % b, ...ints((a, b) => a % nonZero(b), (a, b) => a % nonZero(b)),
  }),
];
