// Tokens of the response, sampling, and the closing of records.
import { row } from '../row.js';
import { sampleToken } from '../sampling.js';
import { popToken } from './moves.js';

export const text = [
  row(0x70, 'emit', {
    where: 'driver', pops: 1,
    exec: (o, m) => {
      const token = popToken(m);
      m.emit(token);
      return { scalars: [BigInt(token)] };
    },
  }),
  row(0x71, 'commit', { where: 'driver', exec: () => {} }),
  row(0x72, 'sample x:f32[1,V]', {
    where: 'driver', pops: 1, pushes: 1,
    work: o => 4n * BigInt(o.x.shape[1]),
    exec: (o, m) => {
      const position = m.pop();
      m.push(BigInt(sampleToken(o.x.num, m.sampling, position)));
    },
  }),
];
