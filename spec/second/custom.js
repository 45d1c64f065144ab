// Custom sections: names, source positions, doc comments (spec/bytecode.md 2). They never change what a module means.
import { malformed } from './faults.js';
import { limits } from './limits.js';

export function decodeCustom(id, r, module, at) {
  if (id === 0x80) module.custom.names = readNames(r, module);
  else if (id === 0x81) module.custom.positions = readPositions(r, module);
  else if (id === 0x82) module.custom.texts = readTexts(r, module);
  else {
    if (r.left === 0) throw malformed('EmptySection', at);
    r.at = r.end;
  }
}

function readNames(r, module) {
  const name = () => r.text(limits.NameBytes);
  const names = count => Array.from({ length: count }, name);
  return {
    module: name(), symbols: names(module.symbols.length), states: names(module.states.length),
    inputs: names(module.inputs.length),
    functions: module.functions.map(f => ({ name: name(), registers: names(f.registers.length), locals: names(f.locals) })),
  };
}

function readPositions(r, module) {
  const files = r.list(limits.SourceFiles, 1, () => r.text(limits.NameBytes));
  let file = 0n, line = 0n, column = 0n;
  const within = (value, least, most, at) => {
    if (value < least || value > most) throw malformed('BadValue', at);
  };
  for (const f of module.functions) {
    r.need(3 * f.code.length);
    for (let i = 0; i < f.code.length; i++) {
      let at = r.at;
      file += r.i64();
      within(file, 0n, BigInt(Math.max(0, files.length - 1)), at);
      at = r.at;
      line += r.i64();
      within(line, 0n, BigInt(limits.SourceLine), at);
      at = r.at;
      column += r.i64();
      within(column, 0n, BigInt(limits.SourceLine), at);
    }
  }
  return files;
}

function readTexts(r, module) {
  const start = r.at;
  const counts = [1, module.symbols.length, module.weights.length, module.states.length, module.inputs.length,
    module.functions.length];
  let previous = -1;
  const texts = r.list(2 ** 32, 3, () => {
    const at = r.at;
    const target = r.byte();
    if (target > 5) throw malformed('BadType', at);
    const indexAt = r.at;
    const index = r.u32();
    if (index >= counts[target]) throw malformed('BadIndex', indexAt);
    const place = target * 2 ** 32 + index;
    if (place <= previous) throw malformed('SectionOrder', at);
    previous = place;
    return r.text(limits.TextBytes, true);
  });
  if (texts.length === 0) throw malformed('EmptySection', start);
  return texts;
}
