// The code section: bodies and instructions (spec/bytecode.md 2).
import { malformed } from './faults.js';
import { readElement, readIndex } from './items.js';
import { limits } from './limits.js';
import { Reader } from './reader.js';
import { rowByCode } from './table.js';

export function readCode(r, module) {
  const start = r.at;
  const count = r.count(limits.Functions, 2);
  if (count !== module.functions.length) throw malformed('BadValue', start);
  let instructionsInAll = 0;
  for (const f of module.functions) {
    const at = r.at;
    const instructions = r.count(limits.Instructions, 1);
    instructionsInAll += instructions;
    if (instructionsInAll > limits.Instructions) throw malformed('TooMany', at);
    const length = r.u32();
    r.need(length);
    if (instructions > length) throw malformed('UnexpectedEnd', at);
    const body = new Reader(r.bytes, r.at, r.at + length);
    for (let i = 0; i < instructions; i++) f.code.push(readInstruction(body, module, f));
    if (body.left > 0) throw malformed('SectionLength', body.at);
    r.at = body.end;
  }
}

function readInstruction(r, module, f) {
  const at = r.at;
  const row = rowByCode.get(r.byte());
  if (row === undefined) throw malformed('UnknownOpcode', at);
  const counts = {
    register: f.registers.length, weight: module.weights.length, state: module.states.length,
    input: module.inputs.length, function: module.functions.length, symbol: module.symbols.length, local: f.locals,
  };
  const operands = row.operands.map(o => readIndex(r, counts[o.kind]));
  if (row.mnemonic === 'call') {
    const callee = module.functions[operands[0]];
    for (let i = 0; i < callee.parameters + callee.results; i++) operands.push(readIndex(r, counts.register));
  }
  return { row, operands, immediates: row.immediates.map(i => readImmediate(r, i.kind)) };
}

function readImmediate(r, kind) {
  switch (kind) {
    case 'u32': return r.u32();
    case 'i64': return r.i64();
    case 'f32': return r.f32Bits();
    case 'type': return readElement(r, 7);
    case 'axes': {
      return r.list(limits.Rank, 1, () => {
        const axisAt = r.at;
        const axis = r.byte();
        if (axis >= limits.Rank) throw malformed('BadIndex', axisAt);
        return axis;
      });
    }
  }
}
