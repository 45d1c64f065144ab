// Control (spec/bytecode.md 5): m.at is this instruction, m.go(i) makes i the next one.
import { trap } from '../faults.js';
import { row } from '../row.js';

const driver = { where: 'driver' };

export const control = [
  row(0x00, 'halt', { ...driver, exec: (o, m) => m.halt() }),
  row(0x01, 'call function f', { ...driver, exec: (o, m) => m.call() }),
  row(0x02, 'ret', { where: 'both', exec: (o, m) => m.ret() }),
  row(0x03, 'loop max:u32', {
    ...driver, pops: 1,
    exec: (o, m) => {
      const n = m.pop();
      if (n < 0n || n > BigInt(o.max)) throw trap('LoopBound');
      if (n === 0n) m.go(m.blocks.end[m.at] + 1);
      else m.rounds.set(m.at, n);
    },
  }),
  row(0x04, 'brk', { ...driver, exec: (o, m) => m.go(m.blocks.leave[m.at] + 1) }),
  row(0x05, 'brk_if', {
    ...driver, pops: 1,
    exec: (o, m) => { if (m.pop() !== 0n) m.go(m.blocks.leave[m.at] + 1); },
  }),
  row(0x06, 'if', {
    ...driver, pops: 1,
    exec: (o, m) => { if (m.pop() === 0n) m.go((m.blocks.other[m.at] ?? m.blocks.end[m.at]) + 1); },
  }),
  row(0x07, 'else', { ...driver, exec: (o, m) => m.go(m.blocks.end[m.at] + 1) }),
  row(0x08, 'end', {
    ...driver,
    exec: (o, m) => {
      const start = m.blocks.start[m.at];
      if (!m.rounds.has(start)) return;
      const left = m.rounds.get(start) - 1n;
      if (left > 0n) {
        m.rounds.set(start, left);
        m.go(start + 1);
      } else {
        m.rounds.delete(start);
      }
    },
  }),
];
