// Comparisons, which give bool, and logic.
import { row } from '../row.js';
import { broadcastIndices } from '../indices.js';
import { elementCount } from './work.js';

const work = o => elementCount(o.y);

const comparison = (code, name, elements, f) => row(code, `${name} y:bool[*], x1:${elements}[*], x2:${elements}[~]`, {
  writes: 1, elementWise: true, work,
  exec: o => {
    const second = broadcastIndices(o.x2.shape, o.y.shape);
    for (let i = 0; i < o.y.count; i++) o.y.raw[i] = f(value(o.x1, i), value(o.x2, second[i])) ? 1 : 0;
  },
});

/** An element; any byte but 0 is true. */
const value = (t, i) => (t.element === 'bool' ? (t.raw[i] !== 0 ? 1 : 0) : t.num[i]);

const logic = (code, name, f) => row(code, `${name} y:L[*], x1:L[*], x2:L[~]`, {
  writes: 1, inPlace: true, elementWise: true, work,
  exec: o => {
    const second = broadcastIndices(o.x2.shape, o.y.shape);
    for (let i = 0; i < o.y.count; i++) o.y.num[i] = f(value(o.x1, i), value(o.x2, second[i]));
  },
});

export const compare = [
  comparison(0x90, 'veq', 'E', (a, b) => a === b),
  comparison(0x91, 'vne', 'E', (a, b) => a !== b),
  comparison(0x92, 'vlt', 'A', (a, b) => a < b),
  comparison(0x93, 'vle', 'A', (a, b) => a <= b),
  comparison(0x94, 'vgt', 'A', (a, b) => a > b),
  comparison(0x95, 'vge', 'A', (a, b) => a >= b),
  logic(0x96, 'vand', (a, b) => a & b),
  logic(0x97, 'vor', (a, b) => a | b),
  logic(0x98, 'vxor', (a, b) => a ^ b),
  row(0x99, 'vnot y:L[*], x:L[*]', {
    writes: 1, inPlace: true, elementWise: true, work,
    exec: o => {
      for (let i = 0; i < o.y.count; i++) o.y.num[i] = o.x.element === 'bool' ? 1 - value(o.x, i) : ~o.x.num[i];
    },
  }),
];
