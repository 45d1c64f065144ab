// One row for each opcode, in the notation of spec/generated/opcodes.md.
//
// `row(0x52, 'softmax y:f32[..,D], x:f32[..,D]', {…})`. Element classes: A = f32 i32 i64, E = A and bool,
// L = bool i32 i64, X = any, I = i32 i64; operands of one class letter have one element type.
// `rows` or `panels` behind a weight's shape is its layout. Further properties:
//
//   pops, pushes   scalars
//   where          'step', 'driver' or 'both'
//   writes         how many of the first operands are written (default 0)
//   inPlace        a written register may be read too
//   check(o)       throws what else breaks a rule; o has types and immediates by name, and `letters`
//   result(o)      types of the written registers where patterns do not say them; null: as declared
//   work(o)        multiply-adds; default none
//   commits(o)     the commitment to what a product multiplies, or `output` gives; default none. `recorded.js` says whether its record holds it
//   elementWise    of the element-wise family
//   exec(o, m)     computes: o has tensors, weights, states, immediates by name; m is the machine

export const classes = {
  A: ['f32', 'i32', 'i64'], E: ['f32', 'i32', 'i64', 'bool'], L: ['bool', 'i32', 'i64'], I: ['i32', 'i64'],
  X: ['f32', 'f16', 'bf16', 'i8', 'i32', 'i64', 'bool'],
};

const operandKinds = ['weight', 'state', 'input', 'function', 'symbol', 'local'];
const immediateKinds = ['u32', 'i64', 'f32', 'axes', 'type'];

export function row(code, notation, properties) {
  const [, mnemonic, rest] = /^(\S+)\s*(.*)$/.exec(notation);
  const parts = rest === '' ? [] : rest.split(/,\s*(?![^[]*\])/);
  const operands = [];
  const immediates = [];
  for (const part of parts) {
    const [, name, kind] = /^([^\s:]+):(\w+)$/.exec(part) ?? [];
    if (immediateKinds.includes(kind) && !part.includes('[')) immediates.push({ name, kind });
    else operands.push(operand(part));
  }
  const writes = properties.writes ?? 0;
  operands.forEach((o, i) => { o.written = i < writes; });
  return { code, mnemonic, operands, immediates, pops: 0, pushes: 0, where: 'step', ...properties, writes };
}

function operand(part) {
  const word = part.split(' ')[0];
  const kind = operandKinds.includes(word) && part.includes(' ') ? word : 'register';
  const body = kind === 'register' ? part : part.slice(word.length + 1);
  const [, name, type, shape, layout] = /^([^\s:[]+)(?::([\w|]+))?(?:\[(.*?)\])?(?:\s(\w+))?$/.exec(body);
  return {
    kind, name, layout,
    element: type === undefined ? 'any' : type in classes ? type : type.split('|'),
    pattern: shape === undefined ? null : shape.split(','),
  };
}
