// Modules from bytes (spec/bytecode.md 1 and 2). Throws the first malformed fault with its byte offset.
import { createHash } from 'node:crypto';
import { decodeCustom } from './custom.js';
import { malformed } from './faults.js';
import { limits } from './limits.js';
import { Reader } from './reader.js';
import { rowByCode } from './table.js';
import { elements, symbolDim } from './types.js';

const lastKnown = 8;

export function decode(bytes) {
  if (bytes.length > limits.ModuleBytes) throw malformed('ModuleTooLarge', 0);
  const r = new Reader(bytes);
  if (r.left < 4) throw malformed('UnexpectedEnd', 0);
  if (r.f32Bits() !== 0x73697000) throw malformed('BadMagic', 0);
  r.need(4);
  if (r.f32Bits() !== 1) throw malformed('BadVersion', 4);

  const module = { symbols: [], weights: [], states: [], inputs: [], functions: [], data: [], entry: 0, custom: {} };
  let digestEnd = bytes.length;
  let previous = 0;
  const seen = new Set();
  const require = (id, at) => {
    for (const needed of [5, 6, 7]) if (id > needed && !seen.has(needed)) throw malformed('MissingSection', at);
  };
  while (r.left > 0) {
    const at = r.at;
    const id = r.byte();
    if (id <= previous) throw malformed('SectionOrder', at);
    require(id, at);
    if (id >= 0x80 && digestEnd === bytes.length) digestEnd = at;
    previous = id;
    seen.add(id);
    const length = r.u32();
    r.need(length);
    if (id > lastKnown && id < 0x80) throw malformed('UnknownSection', at);
    const section = new Reader(bytes, r.at, r.at + length);
    if (id < 0x80) readSection(id, section, module);
    else decodeCustom(id, section, module, at);
    if (section.left > 0) throw malformed('SectionLength', section.at);
    r.at = section.end;
  }
  require(0xff, r.at);
  module.digest = createHash('sha256').update(bytes.subarray(0, digestEnd)).digest();
  return module;
}

function readSection(id, r, module) {
  const start = r.at;
  const filled = items => {
    if (items.length === 0) throw malformed('EmptySection', start);
    return items;
  };
  switch (id) {
    case 1: module.symbols = filled(r.list(limits.Symbols, 1, () => r.size())); break;
    case 2: module.weights = filled(r.list(limits.Weights, 36, () => readWeight(r))); break;
    case 3: module.states = filled(r.list(limits.States, 4, () => readState(r, module))); break;
    case 4: module.inputs = filled(r.list(limits.Inputs, 2, () => readType(r, module))); break;
    case 5: readFunctions(r, module); break;
    case 6: readCode(r, module); break;
    case 7: module.entry = readIndex(r, module.functions.length); break;
    case 8: readData(r, module, filled); break;
  }
}

function readIndex(r, count) {
  const at = r.at;
  const index = r.u32();
  if (index >= count) throw malformed('BadIndex', at);
  return index;
}

function readUpTo(r, limit) {
  const at = r.at;
  const count = r.u32();
  if (count > limit) throw malformed('TooMany', at);
  return count;
}

function readElement(r, last) {
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

const readNumbers = r => Array.from({ length: readRank(r) }, () => r.size());

function readType(r, module) {
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

function readWeight(r) {
  const name = r.name(limits.NameBytes);
  const element = readElement(r, 9);
  const shape = readNumbers(r);
  const at = r.at;
  const layout = r.byte();
  if (layout > 1) throw malformed('BadType', at);
  return { name, element, shape, layout, digest: Buffer.from(r.take(32)) };
}

function readState(r, module) {
  const element = readElement(r, 9);
  const row = readNumbers(r);
  return { element, row, symbol: readIndex(r, module.symbols.length), max: r.size() };
}

function readFunctions(r, module) {
  let registersInAll = 0;
  module.functions = r.list(limits.Functions, 5, () => {
    const at = r.at;
    const kind = r.byte();
    if (kind > 1) throw malformed('BadType', at);
    const parameters = readUpTo(r, limits.Parameters);
    const results = readUpTo(r, limits.Parameters);
    const locals = readUpTo(r, limits.Locals);
    const registersAt = r.at;
    const count = r.count(limits.Registers, 2);
    if (parameters + results > count) throw malformed('BadValue', registersAt);
    const registers = Array.from({ length: count }, () => readType(r, module));
    registersInAll += registers.length;
    if (registersInAll > limits.RegistersInAll) throw malformed('TooMany', registersAt);
    return { kind: kind === 0 ? 'step' : 'driver', parameters, results, locals, registers, code: [] };
  });
}

function readCode(r, module) {
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
  const at = r.at;
  switch (kind) {
    case 'u32': return r.u32();
    case 'i64': return r.i64();
    case 'f32': return r.f32Bits();
    case 'type': return readElement(r, 7);
    case 'axes': {
      const count = r.u32();
      if (count > limits.Rank) throw malformed('TooMany', at);
      r.need(count);
      return Array.from({ length: count }, () => {
        const axisAt = r.at;
        const axis = r.byte();
        if (axis >= limits.Rank) throw malformed('BadIndex', axisAt);
        return axis;
      });
    }
  }
}

function readData(r, module, filled) {
  let previous = -1;
  module.data = filled(r.list(limits.Weights, 2, () => {
    const at = r.at;
    const weight = readIndex(r, module.weights.length);
    if (weight <= previous) throw malformed('SectionOrder', at);
    previous = weight;
    const lengthAt = r.at;
    const length = r.u32();
    if (length === 0) throw malformed('BadValue', lengthAt);
    if (length > limits.DataBytes) throw malformed('TooMany', lengthAt);
    r.need(length, lengthAt);
    return { weight, bytes: r.take(length) };
  }));
}
