#!/usr/bin/env node
// The machine's commands: `serve`, and `run MODULE --weights FOLDER --prompt "1,2,3"`.
import { readFileSync } from 'node:fs';
import { parseArgs } from 'node:util';
import { audit, outputsTrees } from './audit.js';
import { project } from './project.js';
import { Fault } from './faults.js';
import { readSampling } from './instruction.js';
import { bindJson, load } from './load.js';
import { Run } from './run.js';
import { serve } from './serve.js';
import { bindShards } from './shards.js';
import { readInputs } from './check.js';

const usage = `node machine.js serve                                       answers the pipe protocol on stdin and stdout
node machine.js run MODULE.pisab [--weights FOLDER] [--prompt "1,2,3"] [--records] [--sampling JSON]
                                                            runs a module; --records prints every record in hex
node machine.js audit RUN [--weights FOLDER]                runs a run folder again and compares all records with its checkpoint
node machine.js outputs RUN [--weights FOLDER]              of each run of a run folder the id, and leaves and root of its outputs tree
node machine.js project RUN [--weights FOLDER] [--seed HEX] tests the opened sums of a run folder by projection; without a seed by the root of the openings`;

const weights = { type: 'string' };

function runModule(args) {
  const { values, positionals } = parseArgs({
    args, allowPositionals: true,
    options: { weights, prompt: { type: 'string' }, records: { type: 'boolean' }, sampling: { type: 'string' } },
  });
  if (positionals.length !== 1) throw new TypeError(usage);
  const { module } = load(readFileSync(positionals[0]));
  const bound = values.weights === undefined ? { weights: bindJson(module) } : bindShards(module, values.weights);
  const prompt = (values.prompt ?? '').split(',').filter(s => s.trim() !== '').map(Number);
  const sampling = readSampling(values.sampling === undefined ? null : JSON.parse(values.sampling));
  const run = new Run(module, { ...bound, ...readInputs(module, { prompt }), sampling });
  const fault = run.run();
  if (values.records) for (const record of run.records) console.log(record.toString('hex'));
  else console.log(`${run.emits.join(' ')}\n${run.retires} retired, ${run.records.length} records, run ${run.id.toString('hex')}`);
  if (fault !== null) throw fault;
}

function auditRun(args) {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { weights } });
  if (positionals.length !== 1) throw new TypeError(usage);
  const { records, root, equal } = audit(positionals[0], values.weights);
  console.log(`${records} records, root ${root}: ${equal ? 'equal' : 'NOT EQUAL'} to the checkpoint's`);
  if (!equal) process.exitCode = 1;
}

function outputsOf(args) {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { weights } });
  if (positionals.length !== 1) throw new TypeError(usage);
  for (const { run, leaves, root } of outputsTrees(positionals[0], values.weights)) console.log(`${run} ${leaves} ${root}`);
}

function projectRun(args) {
  const { values, positionals } = parseArgs({ args, allowPositionals: true, options: { weights, seed: { type: 'string' } } });
  if (positionals.length !== 1 || !/^([0-9a-f]{64})?$/.test(values.seed ?? '')) throw new TypeError(usage);
  console.log(`${project(positionals[0], values.weights, values.seed === undefined ? null : Buffer.from(values.seed, 'hex'))} products agree`);
}

try {
  const [command, ...args] = process.argv.slice(2);
  if (command === 'serve') await serve();
  else if (command === 'run') runModule(args);
  else if (command === 'audit') auditRun(args);
  else if (command === 'outputs') outputsOf(args);
  else if (command === 'project') projectRun(args);
  else throw new TypeError(usage);
} catch (error) {
  console.error(error instanceof Fault ? `${error.message} (function ${error.function}, at ${error.at})` : error.message);
  process.exitCode = error instanceof TypeError ? 2 : 1;
}
