// Faults of values (spec/evidence.md 13): an element of what the accused signed that does not follow from what he signed before it.
import { commitPrompt } from '../evidence.js';
import { Fault } from '../faults.js';
import { brainToFloat, fround, fromBits, halfToFloat } from '../float.js';
import { immediates } from '../operands.js';
import { elementBytes, isSymbol, product, storedTensors } from '../types.js';
import { places, storedFromBytes } from '../weights.js';
import { decimal, digestOf, refuse } from './bytes.js';
import { Cells, words } from './cells.js';
import { derive } from './derive.js';
import { openNote } from './notes.js';
import { blocksRoot, checkWeights, elementWord, formOf, integers, sums, takeBlocks, takeTensors, takeWeights, tensorCommitment, wordAt } from './opened.js';
import { bodyCursor, part, readLeaf, signedLeaves, takeOutputs } from './outputs.js';

const mostCells = 1 << 14;
const mostReads = 1 << 16;

export function readValueBody(body) {
  const c = bodyCursor(body);
  const outputs = takeOutputs(c);
  const flags = c.byte();
  if (flags > 7) refuse('the body has parts that are none');
  const value = { outputs, output: c.byte(), element: c.u64() };
  if (flags & 1) value.cells = { note: part(c), wrong: c.u64(), opened: takeBlocks(c) };
  value.tensors = takeTensors(c);
  if (flags & 2) value.weights = takeWeights(c);
  if (flags & 4) value.prompt = { salt: c.digest(), bytes: part(c) };
  c.end();
  return value;
}

const { f32, i32, i64 } = words;
const numbers = { f32: f32.from, i32: i32.from, i64: i64.from, i8: w => Number(BigInt.asIntN(8, w)), bool: Number, f16: Number, bf16: Number };

class Reader {
  constructor({ module, records, first, index, leaves, leaf, body }) {
    Object.assign(this, { module, first, index, leaves, leaf, body, reads: 0 });
    this.checked = new Map();
  }

  count() { if (++this.reads > mostReads) refuse('it reads more than 65,536 elements'); }

  /** An element of a record's output, `outputs` being its registers. */
  word(index, output, outputs, form, element) {
    this.count();
    const key = `${index} ${output}`;
    if (!this.checked.has(key)) {
      const tensor = this.body.tensors.find(t => t.index === index && t.output === output) ?? refuse(`nothing of record ${index} is opened`);
      const data = this.leaves.get(index - this.first) ?? refuse(`the outputs of record ${index} are not shown`);
      const recorded = index === this.index && output === outputs;
      if (!recorded && data.length < 32 * outputs) refuse('the outputs are of another number');
      const at = data.length - 32 * (outputs - output);
      const claimed = recorded ? this.leaf.recorded[0]?.value : data.subarray(at, at + 32);
      if (!claimed || !tensorCommitment(tensor, form).equals(claimed)) refuse(`what is opened of record ${index} is not what its maker says of it`);
      this.checked.set(key, tensor);
    }
    return elementWord(this.checked.get(key), form, element);
  }

  /** A tensor that an earlier instruction wrote. */
  tensor(origin) {
    if (origin === null || origin.shape.includes(null)) refuse('what an operand is, the records shown do not tell');
    const { index, output, outputs, element, shape, weight } = origin;
    let raw;
    if (weight === null) {
      const form = formOf(element, shape);
      raw = i => this.word(index, output, outputs, form, i);
    } else {
      const form = formOf(element, shape, sums);
      const scale = this.weight(weight).scale;
      const n = shape.at(-1);
      raw = i => {
        const row = Math.floor(i / n) * (n + 1);
        const d = f32.from(this.word(index, output, outputs, form, row));
        const sum = i32.from(this.word(index, output, outputs, form, row + 1 + i % n));
        return f32.to(fround(fround(sum) * fround(d * scale(i % n))));
      };
    }
    return { element, shape, raw, num: i => numbers[element](raw(i)) };
  }

  /** Rows of a state, from the registers that were stored. */
  state({ element, row, rows, parts }) {
    const length = product(row);
    const tensors = parts.map(p => ({ first: p.first, ...p.origin === null || p.first === null ? { shape: [0] } : this.tensor(p.origin) }));
    const raw = i => {
      const r = Math.floor(i / length);
      const found = tensors.findLast(p => p.first !== null && p.first <= r) ?? refuse('a row of a state comes from nowhere');
      if (r - found.first >= found.shape[0]) refuse('a row of a state is not known');
      return found.raw(i - found.first * length);
    };
    return { element, row, rows: rows ?? refuse('the rows of a state are not known'), raw, num: i => numbers[element](raw(i)) };
  }

  /** A weight: elements of rows, or of a matrix in panels with its scales. */
  weight(index) {
    const weight = this.module.weights[index];
    const inside = this.module.data.find(d => d.weight === index);
    const whole = inside && storedFromBytes(weight, inside.bytes);
    const stored = (tensor, i, size) => {
      this.count();
      if (whole) return BigInt(whole[tensor].raw[i]);
      const opened = this.body.weights?.tensors.find(t => t.weight === index && t.tensor === tensor) ?? refuse(`the weight ${weight.name} is not opened`);
      return wordAt(opened.opened, i * size, size);
    };
    const { element, shape, layout } = weight;
    const [K] = shape;
    const decoded = { f32: f32.from, f16: w => halfToFloat(Number(w)), bf16: w => brainToFloat(Number(w)), i8: numbers.i8 }[element] ?? Number;
    if (layout === 0) {
      const size = elementBytes[element];
      return { element, shape, raw: i => stored(0, i, size), num: i => decoded(stored(0, i, size)) };
    }
    const scale = n => fromBits(Number(stored(storedTensors(weight).length - 1, n, 4)));
    if (element === 'w8') return { element, shape, isScaled: true, scale, at: (k, n) => numbers.i8(stored(0, places.w8(k, n, K), 1)) };
    if (element === 'w4') {
      return {
        element, shape, isScaled: true, scale,
        at: (k, n) => {
          const byte = Number(stored(0, places.w4(k, n, K), 1));
          return ((k % 8 >= 4 ? byte >> 4 : byte & 15) - 8) * Number(stored(1, places.sub(Math.floor(k / 32), n, K / 32), 1));
        },
      };
    }
    return { element, shape, isScaled: false, at: (k, n) => decoded(stored(0, places.dense(k, n, K), elementBytes[element])) };
  }

  /** A tensor that the host gave: it lies in the prompt behind those of the inputs before it, unless one list was given to all. `rows` of each input, null where no record told them. */
  input(index, { shape }, rows) {
    if (shape.includes(null)) refuse('the rows of the input are not known');
    const lengths = this.module.inputs.map((input, j) => {
      const dims = j === index ? shape : input.shape.map(d => (isSymbol(d) ? rows[j] : d));
      return dims.includes(null) ? null : product(dims) * elementBytes[input.element];
    });
    return { raw: i => this.promptWord(index, lengths, i) };
  }

  promptWord(index, lengths, i) {
    const { bytes } = this.body.prompt ?? refuse('the prompt is not shown');
    const sum = list => list.reduce((a, b) => a + b, 0);
    if (!lengths.includes(null) && bytes.length !== sum(lengths) && lengths.some(l => l !== bytes.length)) throw new Fault('trap', 'InputRows');
    const before = bytes.length === lengths[index] ? [] : lengths.slice(0, index);
    if (before.includes(null)) refuse('the rows of an input before it are not known');
    const size = elementBytes[this.module.inputs[index].element];
    const at = sum(before) + i * size;
    if (at + size > bytes.length) throw new Fault('trap', 'InputRows');
    let word = 0n;
    for (let b = size - 1; b >= 0; b--) word = (word << 8n) | BigInt(bytes[at + b]);
    return word;
  }
}

/** The subject of `derive`: operands as readers of what is opened. */
function subject(reader, place, cells, output, element, sampling) {
  const { instruction, operands, written, inputs, popped } = place;
  const { row } = instruction;
  const o = immediates(instruction, { row, cells, output, element, sampling });
  let next = 0;
  row.operands.forEach((p, n) => {
    switch (p.kind) {
      case 'register': o[p.name] = p.written ? written[next++] : reader.tensor(operands[n]); break;
      case 'weight': o[p.name] = reader.weight(operands[n]); break;
      case 'state': o[p.name] = reader.state(operands[n]); break;
      case 'input': o[p.name] = reader.input(operands[n], written[0], inputs); break;
      default: o[p.name] = operands[n] ?? refuse('a symbol is not known');
    }
  });
  if (row.pops > 0) o.popped = popped[0] ?? refuse('what was popped is not known');
  const forms = [...written.map(w => formOf(w.element, w.shape, row.mnemonic.startsWith('linear.') ? sums : null))];
  if (row.commits !== undefined) {
    const read = row.operands.findIndex(p => p.kind === 'register' && !p.written);
    forms.push(formOf(operands[read].element, operands[read].shape, row.mnemonic.startsWith('linear.') ? integers : null));
  }
  o.own = (j, i) => reader.word(reader.index, j, row.writes, forms[j], i);
  return { o, forms };
}

const fault = (index, what) => ({ index, kind: 12, what });

/** Fault kind 12 of the record at `index`, or null. */
export function valueFault(bytes, { key, index, first, record, opening, module, place }) {
  if (place === null) refuse('the records shown do not tell which way the run went');
  const body = readValueBody(bytes);
  const leaves = signedLeaves(body.outputs, key, digestOf(opening.entry));
  const leaf = readLeaf(record, leaves.get(record.sequence) ?? refuse('the outputs of the record are not shown')) ?? refuse('its outputs are of another number or sort');
  if (body.weights) checkWeights(body.weights, module, opening.record.weights);
  if (body.prompt && !commitPrompt(body.prompt.salt, body.prompt.bytes).equals(opening.record.prompt)) refuse('the prompt is another');
  const reader = new Reader({ module, first, index, leaves, leaf, body });
  const { sampling } = opening.record;
  const cells = new Cells(body.cells ? at => openedCell(body.cells, at) : null);
  try {
    const { o, forms } = subject(reader, place, cells, body.output, Number(body.element), sampling.kind === 0 ? null : sampling);
    const isScalar = forms.length === 0;
    const count = isScalar ? 1 : forms[body.output] === undefined ? 0 : forms[body.output].rows * forms[body.output].columns;
    if ((isScalar && (o.row.pushes !== 1 || body.output !== 0)) || body.element >= BigInt(count)) refuse('there is no such element');
    const claimed = isScalar ? i64.to(leaf.scalars[0]?.value ?? refuse('the record has no scalar')) : o.own(body.output, Number(body.element));
    derive(o);
    return body.cells ? wrongCell(cells, body, key, index, claimed) : differs(cells, index, claimed);
  } catch (error) {
    if (error instanceof Fault) return fault(index, `the instruction traps: ${error.code}`);
    throw error;
  }
}

function differs(cells, index, claimed) {
  if (cells.count > mostCells) refuse('it takes more than 16,384 cells');
  const word = cells.last();
  return word === claimed ? null : fault(index, `an element is 0x${claimed.toString(16)} where 0x${word.toString(16)} follows`);
}

const openedCell = ({ opened }, at) => wordAt(opened, 8 * at, 8);

/** One of the cells that the accused signed does not follow, or the last is not what he says. */
function wrongCell(cells, { cells: { note, wrong, opened }, output, element }, key, index, claimed) {
  const lines = openNote(note, [key]).split('\n');
  const [, o, e, count, root] = /^cells (\S+) (\S+) (\S+) ([0-9a-f]{64})$/.exec(lines[3] ?? '') ?? refuse('the note is about no cells');
  const isAbout = lines.length === 5 && lines[0] === 'pomisa claim v1' && lines[1] === key.name && decimal(lines[2]) === index && lines[4] === '' &&
    decimal(o) === BigInt(output) && decimal(e) === element && decimal(count) === BigInt(cells.count);
  if (!isAbout || wrong >= BigInt(cells.count) || !blocksRoot(opened, 8 * cells.count).equals(Buffer.from(root, 'hex'))) refuse('these cells are not signed');
  const at = Number(wrong);
  const his = openedCell({ opened }, at);
  if (at === cells.count - 1 && his !== claimed) return fault(index, 'his own cells end otherwise');
  const word = cells.evaluate(at);
  return word === his ? null : fault(index, `cell ${at} is 0x${his.toString(16)} where 0x${word.toString(16)} follows`);
}
