// Validation (spec/bytecode.md 3): throws the first invalid fault, in the order function, instruction.
import { invalid } from './faults.js';
import { validateFunction } from './flow.js';
import { limits } from './limits.js';
import { elementBytes, isSymbol, symbolOf } from './types.js';
import { digestOf, storedFromBytes } from './weights.js';

const nowhere = { function: -1, at: -1 };

export function validate(module) {
  declarations(module);
  const closing = cycles(module);
  module.functions.forEach((f, i) => validateFunction(module, i, closing));
}

const bytesOf = (element, shape) => shape.reduce((n, d) => n * BigInt(d || 1), BigInt(elementBytes[element]));
const tooLarge = (element, shape) => bytesOf(element, shape) > BigInt(limits.TensorBytes);
const weightOnly = element => element === 'w8' || element === 'w4';
const outOfRange = (d, least) => d < least || d > limits.Dimension;

function declarations(module) {
  const { symbols } = module;
  const fail = (code, place = nowhere) => { throw invalid(code, place); };
  const atMaxima = shape => shape.map(d => (isSymbol(d) ? symbols[symbolOf(d)] : d));
  for (const maximum of symbols) if (maximum < 1 || maximum > limits.SymbolMaximum) fail('BadSymbol');
  const names = new Set();
  for (const w of module.weights) {
    declareWeight(w, fail);
    uniqueNames(w, names, fail);
  }
  for (const s of module.states) {
    const rank = s.row.length;
    if (weightOnly(s.element) || rank < 1 || rank >= limits.Rank || s.row.some(d => outOfRange(d, 1)) || s.max < 1 ||
      tooLarge(s.element, [s.max, ...s.row])) fail('BadState');
    if (s.max > symbols[s.symbol]) fail('SymbolMaximum');
  }
  for (const i of module.inputs)
    if (weightOnly(i.element) || i.shape.slice(1).some(isSymbol) || i.shape.some(d => !isSymbol(d) && outOfRange(d, 0)) ||
      tooLarge(i.element, atMaxima(i.shape))) fail('BadInput');
  if (module.data.reduce((n, d) => n + d.bytes.length, 0) > limits.DataBytes) fail('LimitExceeded');
  for (const { weight, bytes } of module.data) {
    const stored = storedFromBytes(module.weights[weight], bytes);
    if (stored === null || !digestOf(stored).equals(module.weights[weight].digest)) fail('BadData');
  }
  module.functions.forEach((f, index) => {
    const place = { function: index, at: -1 };
    if (f.parameters > limits.Parameters || f.results > limits.Parameters || f.locals > limits.Locals ||
      f.parameters + f.results > f.registers.length || (f.kind === 'step' && f.locals > 0)) fail('BadSignature', place);
    for (const r of f.registers)
      if (weightOnly(r.element) || r.shape.some(d => !isSymbol(d) && outOfRange(d, 0)) ||
        tooLarge(r.element, atMaxima(r.shape))) fail('BadRegister', place);
    const bound = new Set(f.registers.slice(0, f.parameters).flatMap(r => r.shape.filter(isSymbol)));
    for (const r of f.registers.slice(f.parameters, f.parameters + f.results))
      if (r.shape.some(d => isSymbol(d) && !bound.has(d))) fail('UnboundSymbol', place);
  });
  const entry = module.functions[module.entry];
  if (entry.kind !== 'driver' || entry.parameters > 0 || entry.results > 0) fail('BadEntry', { function: module.entry, at: -1 });
}

function declareWeight(w, fail) {
  const quantized = weightOnly(w.element);
  const computed = ['i8', 'i32', 'i64', 'bool'].includes(w.element);
  if (w.name === '' || w.shape.some(d => outOfRange(d, 1))) fail('BadWeight');
  const width = quantized ? 1n : BigInt(elementBytes[w.element]);
  if (w.shape.reduce((n, d) => n * BigInt(d), width) > BigInt(limits.TensorBytes)) fail('BadWeight');
  if (w.layout === 0) {
    if (quantized) fail('BadLayout');
    return;
  }
  if (computed) fail('UnsupportedType');
  if (w.shape.length !== 2) fail('BadLayout');
  const [k, n] = w.shape;
  if (n % 16 !== 0) fail('BadLayout');
  if (w.element === 'w8' && (k % 4 !== 0 || k > limits.W8Rows)) fail('BadLayout');
  if (w.element === 'w4' && (k % 32 !== 0 || k > limits.W4Rows)) fail('BadLayout');
}

function uniqueNames(w, names, fail) {
  const taken = w.element === 'w8' ? ['', '.scale'] : w.element === 'w4' ? ['', '.sub', '.scale'] : [''];
  for (const suffix of taken) {
    if (names.has(w.name + suffix)) fail('DuplicateName');
    names.add(w.name + suffix);
  }
}

/** By "function instruction": the fault of calls that close a cycle, and of functions that are the first to nest too deep. */
function cycles(module) {
  const faults = new Map();
  const depth = new Map();
  const visiting = new Set();
  const visit = f => {
    if (depth.has(f)) return depth.get(f);
    visiting.add(f);
    let deepest = 1;
    module.functions[f].code.forEach((instruction, at) => {
      if (instruction.row.mnemonic !== 'call') return;
      const callee = instruction.operands[0];
      if (visiting.has(callee)) faults.set(`${f} ${at}`, 'CallCycle');
      else deepest = Math.max(deepest, 1 + visit(callee));
    });
    if (deepest === limits.CallDepth + 1) faults.set(`${f} -1`, 'LimitExceeded');
    visiting.delete(f);
    depth.set(f, deepest);
    return deepest;
  };
  module.functions.forEach((_, f) => visit(f));
  return faults;
}
