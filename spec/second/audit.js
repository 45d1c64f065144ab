// Executes the runs of a run folder again and compares the root over all their records with the log's checkpoint: equal
// roots mean equal records, byte by byte.
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { leafHash, treeRoot } from './evidence.js';
import { bindJson, load } from './load.js';
import { Run } from './run.js';
import { bindShards } from './shards.js';
import { Tensor } from './tensor.js';

/** Size and root that a checkpoint's text says (spec/evidence.md 5). */
function checkpointOf(folder) {
  const [, size, root] = readFileSync(join(folder, 'checkpoint'), 'utf8').split('\n');
  return { size: Number(size), root };
}

/** `sampling` as the run's first record has it; null is greedy. */
export function audit(folder, weightsFolder, sampling) {
  const description = JSON.parse(readFileSync(join(folder, 'run.json'), 'utf8'));
  const { module } = load(readFileSync(join(folder, 'module.pisab')));
  const bound = weightsFolder === undefined ? { weights: bindJson(module) } : bindShards(module, weightsFolder);
  const leaves = description.runs.flatMap(r => {
    const run = new Run(module, {
      ...bound, sampling, salt: Buffer.from(r.salt, 'hex'), trigger: Buffer.from(r.trigger, 'hex'),
      inputs: module.inputs.map(() => Tensor.from('i32', [r.prompt.length], r.prompt)),
    });
    run.run();
    return run.records.map(leafHash);
  });
  const expected = checkpointOf(folder);
  const root = treeRoot(leaves).toString('base64');
  return { records: leaves.length, root, equal: leaves.length === expected.size && root === expected.root };
}
