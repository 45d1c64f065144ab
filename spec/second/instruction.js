// One instruction on given operands: what a vector's case, or `execute` of the pipe protocol, asks for.
import { commitTensor } from './evidence.js';
import { Fault } from './faults.js';
import { fromBits } from './float.js';
import { infer } from './infer.js';
import { rowByMnemonic } from './table.js';
import { Tensor } from './tensor.js';
import { logicalFromJson, operandOf } from './weights.js';
import { product } from './types.js';

/** The state operand that a case describes. */
function stateFrom(json) {
  const rowLength = product(json.row);
  const data = new Tensor(json.dtype, [json.max, ...json.row]);
  const held = Tensor.fromHex(json.dtype, [json.bits.length], json.bits);
  data.raw.set(held.raw);
  const rows = rowLength === 0 ? 0 : json.bits.length / rowLength;
  return { element: json.dtype, row: json.row, rowLength, max: json.max, rows, held: rows, symbol: rows, data };
}

const stateJson = s => ({
  dtype: s.element, row: s.row, max: s.max,
  bits: s.data.toHex().slice(0, s.rows * s.rowLength),
});

const immediateReaders = {
  f32: v => fromBits(parseInt(v, 16)), u32: v => v, i64: v => BigInt(v), axes: v => v, type: v => v,
};

export function readSampling(json) {
  if (json === undefined || json === null) return null;
  return {
    seed: BigInt(json.seed), temperature: parseInt(json.temperature, 16), topP: parseInt(json.topP, 16), topK: json.topK,
  };
}

/** What an instruction sees of a machine that holds nothing but its operands. */
class Bench {
  constructor(request) {
    this.stack = (request.stack ?? []).map(BigInt);
    this.request = request;
    this.sampling = readSampling(request.sampling);
    this.outputs = [];
    this.pushed = [];
    this.locals = [];
  }

  pop() { return this.stack.pop(); }

  push(value) {
    this.stack.push(value);
    this.pushed.push(value);
  }

  emit() {}

  input() {
    return this.request.prompt === undefined ? Tensor.fromHex(...Object.values(this.request.inputs[0])) :
      Tensor.from('i32', [this.request.prompt.length], this.request.prompt);
  }
}

/** The fields of `expect` for a case; a trap is a result too. */
export function execute(request) {
  const row = rowByMnemonic.get(request.opcode);
  if (row === undefined) throw new Error(`no opcode ${request.opcode}`);
  const o = given(row, request);
  const bench = new Bench(request);
  const written = row.operands.filter(p => p.written);
  const types = request.into ?? infer(row, inputTypes(row, o, request), []);
  written.forEach((p, i) => {
    o[p.name] = new Tensor(types[i].dtype ?? types[i].element, types[i].shape);
  });
  try {
    return outcome(row, o, row.exec(o, bench), bench);
  } catch (fault) {
    if (fault instanceof Fault) return { trap: fault.code };
    throw fault;
  }
}

/** What an instruction that retired wrote and pushed, with commitments to what it wrote. */
function outcome(row, o, done, bench) {
  const written = row.operands.filter(p => p.written);
  const states = row.operands.filter(p => p.kind === 'state').map(p => o[p.name]);
  const result = {};
  if (written.length > 0) {
    result.writes = written.map(p => o[p.name].toJson());
    const commitments = (done?.commitment ? [done.commitment()] : written.map(p => commitTensor(o[p.name]))).map(c => c.toString('hex'));
    if (commitments.length === 1) [result.commitment] = commitments;
    else result.commitments = commitments;
  }
  if (done?.accumulators !== undefined) {
    result.scales = Tensor.from('f32', [done.scales.length], done.scales).canonical().toHex();
    result.accumulators = Tensor.from('i32', [done.accumulators.length], done.accumulators).toHex();
  }
  if (row.pushes > 0) result.pushes = bench.pushed.map(String);
  if (states.length > 0) result.states = states.map(stateJson);
  if (bench.outputs.length > 0) result.outputs = Array.from(bench.outputs, t => t?.toJson() ?? null);
  return result;
}

function inputTypes(row, o, request) {
  if (row.mnemonic !== 'input') return o;
  return { ...o, name: { element: 'i32', shape: [request.prompt.length] } };
}

/** The operands and immediates of a case by name. */
export function given(row, request) {
  const o = {};
  const queues = {
    register: (request.reads ?? []).map(t => Tensor.fromHex(t.dtype, t.shape, t.bits)),
    weight: [...request.weights ?? []],
    state: (request.states ?? []).map(stateFrom),
    symbol: Object.values(request.symbols ?? {}),
  };
  for (const p of row.operands) {
    if (p.written || !(p.kind in queues)) continue;
    let value = queues[p.kind].shift();
    if (p.kind === 'weight') {
      const weight = { element: value.dtype, shape: value.shape, layout: p.layout === 'panels' ? 1 : 0 };
      value = operandOf(weight, logicalFromJson(value));
    }
    o[p.name] = value;
  }
  const immediates = [...request.immediates ?? []];
  for (const i of row.immediates) o[i.name] = immediateReaders[i.kind](Object.values(immediates.shift())[0]);
  o.maximum = () => Infinity;
  return o;
}
