// An instruction's operands by name, for the rules and for execution.
import { fromBits } from './float.js';
import { isSymbol, symbolDim, symbolOf } from './types.js';

/** Immediates by name as values: f32 as a number. */
export function immediates(instruction, o = {}) {
  instruction.row.immediates.forEach((i, n) => {
    const value = instruction.immediates[n];
    o[i.name] = i.kind === 'f32' ? fromBits(value) : value;
  });
  return o;
}

/** Operands by name as declared: types of registers, weights, states and inputs. */
export function declaredOperands(module, f, instruction) {
  const o = immediates(instruction);
  o.maximum = d => (isSymbol(d) ? module.symbols[symbolOf(d)] : d);
  instruction.row.operands.forEach((p, n) => {
    const index = instruction.operands[n];
    switch (p.kind) {
      case 'register': o[p.name] = f.registers[index]; break;
      case 'weight': o[p.name] = module.weights[index]; break;
      case 'state': {
        const s = module.states[index];
        o[p.name] = { element: s.element, row: s.row, symbol: symbolDim(s.symbol), max: s.max };
        break;
      }
      case 'input': o[p.name] = module.inputs[index]; break;
      case 'symbol': o[p.name] = symbolDim(index); break;
      default: o[p.name] = index;
    }
  });
  return o;
}
