// Elements picked by indices or conditions: gather, scatter, where, iota.
import { invalid, trap } from '../faults.js';
import { fround, maximum, minimum } from '../float.js';
import { around, broadcastIndices } from '../indices.js';
import { row } from '../row.js';
import { sameShape } from '../types.js';
import { axisBelow } from './views.js';
import { elementCount } from './work.js';

const gathered = o => [...o.x.shape.slice(0, o.axis), ...o.ids.shape, ...o.x.shape.slice(o.axis + 1)];

function rankFits(shape) {
  if (shape.length > 8) throw invalid('ShapeMismatch');
}

/** Calls visit(index in what gather gives, index in x) for each element, in row-major order. */
function eachElement(x, ids, axis, visit) {
  const { outer, length, inner } = around(x.shape, axis);
  const picked = Array.from(ids.num, id => {
    const i = Number(id) < 0 ? Number(id) + length : Number(id);
    if (!(i >= 0 && i < length)) throw trap('ElementOutOfRange');
    return i;
  });
  let at = 0;
  for (let a = 0; a < outer; a++)
    for (const i of picked)
      for (let c = 0; c < inner; c++) visit(at++, (a * length + i) * inner + c);
}

const floatCombine = [null, (y, u) => fround(y + u), (y, u) => fround(y * u), maximum, minimum];
const intCombine = {
  i32: [null, (y, u) => y + u | 0, Math.imul, Math.max, Math.min],
  i64: [null, (y, u) => BigInt.asIntN(64, y + u), (y, u) => BigInt.asIntN(64, y * u),
    (y, u) => (y > u ? y : u), (y, u) => (y < u ? y : u)],
};

export const select = [
  row(0xa5, 'gather y, x:X, ids:I, axis:u32', {
    writes: 1,
    check: o => {
      axisBelow(o, o.x.shape);
      rankFits(gathered(o));
    },
    result: o => [{ element: o.x.element, shape: gathered(o) }],
    exec: o => eachElement(o.x, o.ids, o.axis, (i, from) => { o.y.raw[i] = o.x.raw[from]; }),
  }),
  row(0xa6, 'scatter y, x:X, ids:I, u:X, axis:u32, mode:u32', {
    writes: 1,
    check: o => {
      axisBelow(o, o.x.shape);
      if (o.mode > 4) throw invalid('BadImmediate');
      if (o.mode > 0 && !['f32', 'i32', 'i64'].includes(o.x.element)) throw invalid('TypeMismatch');
      if (!sameShape(o.u.shape, gathered(o))) throw invalid('ShapeMismatch');
    },
    result: o => [{ element: o.x.element, shape: o.x.shape }],
    work: o => elementCount(o.u),
    exec: o => {
      o.y.raw.set(o.x.raw);
      if (o.mode === 0) {
        eachElement(o.x, o.ids, o.axis, (i, to) => { o.y.raw[to] = o.u.raw[i]; });
        return;
      }
      const combine = o.x.element === 'f32' ? floatCombine[o.mode] : intCombine[o.x.element][o.mode];
      eachElement(o.x, o.ids, o.axis, (i, to) => {
        const v = combine(o.y.num[to], o.u.num[i]);
        if (v !== v) o.y.raw[to] = 0x7fc00000;
        else o.y.num[to] = v;
      });
    },
  }),
  row(0xa9, 'where y:X[*], c:bool[~], x1:X[*], x2:X[~]', {
    writes: 1, work: o => elementCount(o.y),
    exec: o => {
      const c = broadcastIndices(o.c.shape, o.y.shape);
      const x2 = broadcastIndices(o.x2.shape, o.y.shape);
      for (let i = 0; i < o.y.count; i++) o.y.raw[i] = o.c.raw[c[i]] !== 0 ? o.x1.raw[i] : o.x2.raw[x2[i]];
    },
  }),
  row(0xab, 'iota y, symbol start', {
    writes: 1, valued: 'y',
    result: (o, declared) => {
      if (!['i32', 'i64'].includes(declared[0].element)) throw invalid('TypeMismatch');
      if (declared[0].shape.length !== 1) throw invalid('ShapeMismatch');
      return [declared[0]];
    },
    exec: o => {
      const wide = o.y.element === 'i64';
      for (let t = 0; t < o.y.count; t++) o.y.num[t] = wide ? BigInt(o.start) + BigInt(t) : o.start + t;
    },
  }),
];
