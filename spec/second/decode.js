// Modules from bytes (spec/bytecode.md 1 and 2). Throws the first malformed fault with its byte offset.
import { createHash } from 'node:crypto';
import { readCode } from './code.js';
import { decodeCustom } from './custom.js';
import { malformed } from './faults.js';
import { readElement, readIndex, readNumbers, readType, readUpTo } from './items.js';
import { limits } from './limits.js';
import { Reader } from './reader.js';

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
