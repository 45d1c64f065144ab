// One case of a vector file: null where every bit is right, else what is wrong.
import { Fault } from './faults.js';
import { execute, readSampling } from './instruction.js';
import { bindJson, load } from './load.js';
import { Run } from './run.js';
import { Tensor } from './tensor.js';

const show = value => JSON.stringify(value)?.slice(0, 120);

/** Whether every field that is expected is there and equal; states may be left out where they stay. */
function compare(expected, actual, path = '') {
  if (Array.isArray(expected)) {
    if (!Array.isArray(actual) || actual.length !== expected.length) return `${path}: ${show(expected)} was ${show(actual)}`;
    for (let i = 0; i < expected.length; i++) {
      const wrong = compare(expected[i], actual[i], `${path}[${i}]`);
      if (wrong !== null) return wrong;
    }
    return null;
  }
  if (expected !== null && typeof expected === 'object') {
    for (const [key, value] of Object.entries(expected)) {
      const wrong = compare(value, actual?.[key], `${path}.${key}`);
      if (wrong !== null) return wrong;
    }
    return null;
  }
  return expected === actual ? null : `${path}: ${show(expected)} was ${show(actual)}`;
}

export function checkCase(opcode, c) {
  if (c.module !== undefined) return checkModule(c);
  const into = c.into ?? c.expect.writes?.map(({ dtype, shape }) => ({ dtype, shape }));
  const actual = execute({ opcode, ...c, into });
  for (const key of Object.keys(actual)) {
    if (c.expect[key] === undefined && key !== 'states') return `gave ${key}: ${show(actual[key])}`;
  }
  if (c.expect.states === undefined && c.states !== undefined && actual.states !== undefined) {
    const wrong = compare(c.states, actual.states, 'states');
    if (wrong !== null) return wrong;
  }
  return compare(c.expect, actual);
}

const expectedFault = c => ['malformed', 'invalid', 'trap', 'exhausted'].find(stage => c[stage] !== undefined);

/** Compares a fault with what the case says of it: code, and the place where the case has one. */
function checkFault(c, fault) {
  const stage = expectedFault(c);
  if (fault === null) return stage === undefined ? null : `no fault, but ${c[stage]} was expected`;
  if (stage === undefined || fault.code !== c[stage])
    return `${fault.stage} ${fault.code} at ${fault.function} ${fault.at}, expected ${stage} ${c[stage]}`;
  for (const key of ['function', 'at'])
    if (c[key] !== undefined && fault[key] !== c[key]) return `${fault.code}: ${key} ${c[key]} was ${fault[key]}`;
  return null;
}

function checkModule(c) {
  let loaded, weights;
  try {
    loaded = load(Buffer.from(c.module, 'hex'));
    weights = bindJson(loaded.module, c.weights);
  } catch (fault) {
    if (!(fault instanceof Fault)) throw fault;
    return checkFault(c, fault);
  }
  if (c.digest !== undefined && c.digest !== loaded.module.digest.toString('hex')) return 'another digest';
  for (const [name, value] of Object.entries(c.bounds ?? {}))
    if (name in loaded.bounds && String(loaded.bounds[name]) !== String(value))
      return `bound ${name}: ${value} was ${loaded.bounds[name]}`;
  if (c.emits === undefined) return checkFault(c, null);
  const run = new Run(loaded.module, { weights, ...readInputs(loaded.module, c), sampling: readSampling(c.sampling) });
  const wrong = checkFault(c, run.run());
  if (wrong !== null) return wrong;
  const actual = runJson(run);
  if (c.retires !== undefined && String(c.retires) !== actual.retires) return `retires: ${c.retires} was ${actual.retires}`;
  for (const key of ['emits', 'outputs', 'records']) {
    const difference = c[key] === undefined ? null : compare(c[key], actual[key], key);
    if (difference !== null) return difference;
  }
  return null;
}

/** What a run is given: tensors, or one prompt for every input. */
export function readInputs(module, { inputs, prompt }) {
  if (inputs !== undefined) return { inputs: inputs.map(t => Tensor.fromHex(t.dtype, t.shape, t.bits)) };
  if (prompt === undefined || module.inputs.length === 0) return { inputs: [] };
  const list = Tensor.from('i32', [prompt.length], prompt);
  return { inputs: module.inputs.map(() => list), prompt: Buffer.from(list.bytes) };
}

export const runJson = run => ({
  emits: run.emits, outputs: Array.from(run.outputs, t => t?.toJson() ?? null), retires: String(run.retires),
  records: run.records.map(r => r.toString('hex')),
});
