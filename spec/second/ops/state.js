// States: rows that last from step to step.
import { invalid, trap } from '../faults.js';
import { row } from '../row.js';
import { sameShape } from '../types.js';

/** x is rows of the state. */
function checkRows(o) {
  if (o.x.element !== o.state.element) throw invalid('TypeMismatch');
  if (o.x.shape.length === 0 || !sameShape(o.x.shape.slice(1), o.state.row)) throw invalid('ShapeMismatch');
}

function store(state, x, at) {
  if (at + x.shape[0] > state.max) throw trap('StateFull');
  state.data.raw.set(x.raw, at * state.rowLength);
  state.rows = at + x.shape[0];
}

export const state = [
  row(0x60, 'append state state, x', { check: checkRows, exec: o => store(o.state, o.x, o.state.rows) }),
  row(0x61, 'reset state state', { where: 'driver', exec: o => { o.state.rows = 0; } }),
  row(0x62, 'state.len state state', { where: 'driver', pushes: 1, exec: (o, m) => m.push(BigInt(o.state.rows)) }),
  row(0x63, 'read y, state state', {
    writes: 1,
    result: o => [{ element: o.state.element, shape: [o.state.symbol, ...o.state.row] }],
    exec: o => { o.y.raw.set(o.state.data.raw.subarray(0, o.y.count)); },
  }),
  row(0x64, 'write state state, x', { check: checkRows, exec: o => store(o.state, o.x, 0) }),
];
