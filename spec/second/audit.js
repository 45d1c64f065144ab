// Executes the runs of a run folder again and compares the root over all their records with the log's checkpoint: equal
// roots mean equal records, byte by byte. Also what all their outputs were.
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { readInputs } from './check.js';
import { leafHash, treeRoot } from './evidence.js';
import { readSampling } from './instruction.js';
import { bindJson, load } from './load.js';
import { Run } from './run.js';
import { bindShards } from './shards.js';
import { Tensor } from './tensor.js';

/** Size and root that a checkpoint's text says (spec/evidence.md 5). */
function checkpointOf(folder) {
  const [, size, root] = readFileSync(join(folder, 'checkpoint'), 'utf8').split('\n');
  return { size: Number(size), root };
}

const zeroed = bits => bits.toString(16).padStart(8, '0');

/** A run's sampling parameters; null is greedy. */
const samplingOf = ({ sampling }) => (sampling ? readSampling({
  seed: sampling.seed, temperature: zeroed(sampling.temperatureBits), topP: zeroed(sampling.topPBits), topK: sampling.topK,
}) : null);

/** What the host gave: tensors, or one prompt for every input. */
function inputsOf(module, { inputs, prompt }) {
  if (inputs === undefined || inputs.length === 0) return readInputs(module, { prompt });
  return { inputs: inputs.map(({ dtype, shape, bytes }) => {
    const tensor = new Tensor(dtype, shape);
    tensor.bytes.set(Buffer.from(bytes, 'hex'));
    return tensor;
  }) };
}

/** The runs of a folder, executed again, one after the other. */
export function* executed(folder, weightsFolder, options = {}) {
  // Seeds have 64 bits: more than a number in JavaScript holds.
  const file = ['private.json', 'run.json'].map(name => join(folder, name)).find(existsSync);
  const text = readFileSync(file, 'utf8').replace(/("seed":\s*)(\d+)/g, '$1"$2"');
  const description = JSON.parse(text);
  const { module } = load(readFileSync(join(folder, 'module.pisab')));
  const privacy = description.secret ? { mode: description.private === 'all' ? 2 : 1, secret: Buffer.from(description.secret, 'hex') } : null;
  const bound = weightsFolder === undefined ? { weights: bindJson(module) } : bindShards(module, weightsFolder);
  for (const r of description.runs) {
    const run = new Run(module, {
      ...bound, ...options, privacy, sampling: samplingOf(r), salt: Buffer.from(r.salt, 'hex'), trigger: Buffer.from(r.trigger, 'hex'),
      ...inputsOf(module, r),
    });
    run.run(r.stoppedAfter ?? undefined);
    yield run;
  }
}

export function audit(folder, weightsFolder) {
  const leaves = [...executed(folder, weightsFolder)].flatMap(run => run.records.map(leafHash));
  const expected = checkpointOf(folder);
  const root = treeRoot(leaves).toString('base64');
  return { records: leaves.length, root, equal: leaves.length === expected.size && root === expected.root };
}

/** The outputs trees of a folder's runs (spec/evidence.md 13): id, number of leaves, root. */
export const outputsTrees = (folder, weightsFolder) => Array.from(executed(folder, weightsFolder, { claims: true }), run => ({
  run: run.id.toString('hex'), leaves: run.leaves.length, root: treeRoot(run.leaves.map(leafHash)).toString('base64'),
}));
