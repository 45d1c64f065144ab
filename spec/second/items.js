// What sections are made of: indices, elements, shapes, types (spec/bytecode.md 1).
import { malformed } from './faults.js';
import { limits } from './limits.js';
import { elements, symbolDim } from './types.js';

export function readIndex(r, count) {
  const at = r.at;
  const index = r.u32();
  if (index >= count) throw malformed('BadIndex', at);
  return index;
}

export function readUpTo(r, limit) {
  const at = r.at;
  const count = r.u32();
  if (count > limit) throw malformed('TooMany', at);
  return count;
}

export function readElement(r, last) {
  const at = r.at;
  const code = r.byte();
  if (code < 1 || code > last) throw malformed('BadType', at);
  return elements[code];
}

function readRank(r) {
  const at = r.at;
  const rank = r.byte();
  if (rank > limits.Rank) throw malformed('BadType', at);
  return rank;
}

export const readNumbers = r => Array.from({ length: readRank(r) }, () => r.size());

export function readType(r, module) {
  const element = readElement(r, 9);
  const shape = Array.from({ length: readRank(r) }, () => {
    const at = r.at;
    const dim = r.u32();
    if (dim % 2 === 0) return dim / 2;
    const symbol = (dim - 1) / 2;
    if (symbol >= module.symbols.length) throw malformed('BadIndex', at);
    return symbolDim(symbol);
  });
  return { element, shape };
}
