// The scalar stack: i64, wrapping.
import { row } from '../row.js';

const wrap = n => BigInt.asIntN(64, n);
const truth = b => (b ? 1n : 0n);

const binary = (code, name, f) => row(code, name, {
  where: 'driver', pops: 2, pushes: 1,
  exec: (o, m) => {
    const b = m.pop();
    const a = m.pop();
    m.push(f(a, b));
  },
});

export const scalar = [
  row(0x10, 'push value:i64', { where: 'driver', pushes: 1, exec: (o, m) => m.push(o.value) }),
  row(0x11, 'drop', { where: 'driver', pops: 1, exec: (o, m) => { m.pop(); } }),
  row(0x12, 'dup', {
    where: 'driver', pops: 1, pushes: 2,
    exec: (o, m) => {
      const a = m.pop();
      m.push(a);
      m.push(a);
    },
  }),
  row(0x13, 'swap', {
    where: 'driver', pops: 2, pushes: 2,
    exec: (o, m) => {
      const b = m.pop();
      const a = m.pop();
      m.push(b);
      m.push(a);
    },
  }),
  row(0x14, 'get local local', { where: 'driver', pushes: 1, exec: (o, m) => m.push(m.locals[o.local]) }),
  row(0x15, 'set local local', { where: 'driver', pops: 1, exec: (o, m) => { m.locals[o.local] = m.pop(); } }),
  binary(0x18, 'add', (a, b) => wrap(a + b)),
  binary(0x19, 'sub', (a, b) => wrap(a - b)),
  binary(0x1a, 'mul', (a, b) => wrap(a * b)),
  binary(0x1b, 'min', (a, b) => (a < b ? a : b)),
  binary(0x1c, 'max', (a, b) => (a > b ? a : b)),
  binary(0x1d, 'eq', (a, b) => truth(a === b)),
  binary(0x1e, 'ne', (a, b) => truth(a !== b)),
  binary(0x1f, 'lt', (a, b) => truth(a < b)),
  binary(0x20, 'le', (a, b) => truth(a <= b)),
  binary(0x21, 'gt', (a, b) => truth(a > b)),
  binary(0x22, 'ge', (a, b) => truth(a >= b)),
  binary(0x23, 'and', (a, b) => truth(a !== 0n && b !== 0n)),
  binary(0x24, 'or', (a, b) => truth(a !== 0n || b !== 0n)),
  row(0x25, 'not', { where: 'driver', pops: 1, pushes: 1, exec: (o, m) => m.push(truth(m.pop() === 0n)) }),
];
