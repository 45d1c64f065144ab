// Bounds of the worst case (spec/bytecode.md 4), as integers of any size.
import { trap } from './faults.js';
import { boundSymbols } from './flow.js';
import { limits } from './limits.js';
import { declaredOperands } from './operands.js';
import { elementBytes, isSymbol, resolve, symbolOf } from './types.js';

const most = 2n ** 64n - 1n;
const zero = { retires: 0n, multiplyAdds: 0n, evidenceBytes: 0n };
const each = (a, b, f) => ({
  retires: f(a.retires, b.retires), multiplyAdds: f(a.multiplyAdds, b.multiplyAdds),
  evidenceBytes: f(a.evidenceBytes, b.evidenceBytes),
});
const add = (a, b) => each(a, b, (x, y) => x + y);
const greater = (a, b) => each(a, b, (x, y) => (x > y ? x : y));

/** Retires, multiply-adds, evidence and state bytes of a whole run. */
export function bounds(module) {
  const counter = new Counter(module);
  const total = counter.function(module.entry, new Map());
  const stateBytes = module.states.reduce((n, s) =>
    n + [s.max, ...s.row].reduce((m, d) => m * BigInt(d), BigInt(elementBytes[s.element])), 0n);
  if (stateBytes > most) throw trap('BoundOverflow', { function: -1, at: -1 });
  return { ...total, stateBytes };
}

class Counter {
  constructor(module) {
    this.module = module;
    this.known = new Map();
    this.visits = 0;
  }

  /** `given`: values of the symbols that the caller's dimensions bind. */
  function(index, given) {
    const key = `${index} ${[...given].sort((a, b) => a[0] - b[0]).join(' ')}`;
    if (!this.known.has(key)) this.known.set(key, this.sequence(index, given));
    return this.known.get(key);
  }

  sequence(index, given) {
    const f = this.module.functions[index];
    const value = s => given.get(s) ?? this.module.symbols[s];
    this.visits += f.registers.length;
    const open = [];
    const named = f.kind === 'step' ? BigInt(boundSymbols(this.module, f).length) : 0n;
    let sum = { ...zero, evidenceBytes: 5n * named };
    f.code.forEach((i, at) => {
      this.visits += 1 + i.operands.length;
      if (this.visits > limits.BoundVisits) throw trap('BoundTooCostly', { function: index, at });
      const one = this.instruction(f, i, value);
      switch (i.row.mnemonic) {
        case 'loop':
        case 'if':
          open.push({ before: add(sum, one), times: i.row.mnemonic === 'loop' ? BigInt(i.immediates[0]) : 1n, first: zero });
          sum = zero;
          break;
        case 'else':
          open.at(-1).first = add(sum, one);
          sum = zero;
          break;
        case 'end': {
          const block = open.pop();
          const body = greater(block.first, add(sum, one));
          sum = add(block.before, each(body, body, x => x * block.times));
          break;
        }
        default:
          sum = add(sum, one);
      }
      for (const n of Object.values(sum)) if (n > most) throw trap('BoundOverflow', { function: index, at });
    });
    return sum;
  }

  instruction(f, i, value) {
    const { row } = i;
    if (row.mnemonic === 'call') {
      const callee = this.module.functions[i.operands[0]];
      const given = new Map();
      for (let n = 0; n < callee.parameters; n++)
        callee.registers[n].shape.forEach((d, a) => {
          const dim = f.registers[i.operands[1 + n]].shape[a];
          if (isSymbol(d)) given.set(symbolOf(d), isSymbol(dim) ? value(symbolOf(dim)) : dim);
        });
      return add({ retires: 1n, multiplyAdds: 0n, evidenceBytes: 61n }, this.function(i.operands[0], given));
    }
    const scalars = BigInt(row.pushes + (row.mnemonic === 'emit' ? 1 : 0));
    const symbols = row.mnemonic === 'input' && isSymbol(this.module.inputs[i.operands[1]].shape[0] ?? 0) ? 1n : 0n;
    return {
      retires: 1n,
      multiplyAdds: row.work === undefined ? 0n : row.work(this.sizes(f, i, value)),
      evidenceBytes: 61n + (row.commits === undefined ? 0n : 32n) + 8n * scalars + 5n * symbols,
    };
  }

  /** Operands with every symbol at its value. */
  sizes(f, i, value) {
    const o = declaredOperands(this.module, f, i);
    for (const p of i.row.operands) {
      const operand = o[p.name];
      if (p.kind === 'register') o[p.name] = { ...operand, shape: resolve(operand.shape, value) };
      if (p.kind === 'state') o[p.name] = { ...operand, held: value(symbolOf(operand.symbol)) };
    }
    return o;
  }
}
