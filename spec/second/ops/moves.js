// Between host, weights, scalars and registers.
import { commitTensor } from '../evidence.js';
import { invalid, trap } from '../faults.js';
import { row } from '../row.js';

const greatestToken = 2n ** 31n - 1n;

/** A token id from the stack. */
export function popToken(m) {
  const token = m.pop();
  if (token < 0n || token > greatestToken) throw trap('TokenOutOfRange');
  return Number(token);
}

export const moves = [
  row(0x26, 'item x:i32|i64|bool', {
    where: 'driver', pushes: 1,
    check: o => { if (o.x.shape.some(d => d !== 1)) throw invalid('ShapeMismatch'); },
    exec: (o, m) => m.push(o.x.element === 'bool' ? BigInt(o.x.raw[0] !== 0) : BigInt(o.x.num[0])),
  }),
  row(0x28, 'input y, input name', {
    where: 'driver', writes: 1,
    result: o => [o.name],
    exec: (o, m) => { o.y.raw.set(m.input(o.name, o.y).raw); },
  }),
  row(0x29, 'token y:i32[1]', {
    where: 'driver', writes: 1, pops: 1,
    exec: (o, m) => { o.y.num[0] = popToken(m); },
  }),
  row(0x2a, 'tail y:X[n,D], x:X[T,D], n:u32', {
    where: 'both', writes: 1,
    check: o => { if (o.n < 1 || o.n > o.maximum(o.x.shape[0])) throw invalid('BadImmediate'); },
    exec: o => {
      const skip = o.x.shape[0] - o.n;
      if (skip < 0) throw trap('TailTooLong');
      o.y.raw.set(o.x.raw.subarray(skip * o.x.rowLength));
    },
  }),
  row(0x2b, 'rows x:X', {
    where: 'driver', pushes: 1,
    check: o => { if (o.x.shape.length === 0) throw invalid('ShapeMismatch'); },
    exec: (o, m) => m.push(BigInt(o.x.shape[0])),
  }),
  row(0x2c, 'zeros y:X', { where: 'both', writes: 1, valued: 'y', exec: () => {} }),
  row(0x2d, 'load y, weight w:X rows', {
    writes: 1,
    result: o => [{ element: o.w.element, shape: o.w.shape }],
    exec: o => { o.y.raw.set(o.w.tensor.raw); },
  }),
  row(0x2e, 'output x:X, n:u32', {
    where: 'driver',
    check: o => { if (o.n >= 64) throw invalid('BadImmediate'); },
    commits: o => commitTensor(o.x),
    exec: (o, m) => { m.outputs[o.n] = o.x; },
  }),
];
