// Runs vectors against this machine: `node vectors.js [folder]`. The last line is `N passed, N failed`.
import { readdirSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { isMainThread, parentPort, Worker } from 'node:worker_threads';
import { availableParallelism } from 'node:os';
import { checkCase } from './check.js';

const here = dirname(fileURLToPath(import.meta.url));

/** All vector files in a folder and the folders below it. */
function vectorFiles(folder) {
  return readdirSync(folder, { withFileTypes: true }).sort((a, b) => (a.name < b.name ? -1 : 1)).flatMap(entry => {
    const path = join(folder, entry.name);
    if (entry.isDirectory()) return vectorFiles(path);
    return entry.name.endsWith('.json') ? [path] : [];
  });
}

function runFile(file) {
  const { opcode, cases } = JSON.parse(readFileSync(file, 'utf8'));
  const failures = [];
  for (const c of cases) {
    let problem;
    try {
      problem = checkCase(opcode, c);
    } catch (error) {
      problem = `crashed: ${error.stack.split('\n').slice(0, 3).join(' ')}`;
    }
    if (problem !== null) failures.push(`${file.split('/').slice(-1)[0]}: ${c.name}: ${problem}`);
  }
  return { passed: cases.length - failures.length, failures };
}

async function main() {
  const folder = process.argv[2] ?? join(here, '../vectors');
  const files = vectorFiles(folder);
  let passed = 0;
  const failures = [];
  const workers = Array.from({ length: Math.max(1, Math.min(availableParallelism(), 8, files.length)) }, () =>
    new Promise((resolve, reject) => {
      const worker = new Worker(fileURLToPath(import.meta.url));
      const next = () => {
        const file = files.shift();
        if (file !== undefined) worker.postMessage(file);
        else worker.terminate().then(resolve);
      };
      worker.on('message', result => {
        passed += result.passed;
        failures.push(...result.failures);
        next();
      });
      worker.on('error', reject);
      next();
    }));
  await Promise.all(workers);
  for (const line of failures.sort()) console.log(line.slice(0, 300));
  console.log(`${passed} passed, ${failures.length} failed`);
  process.exitCode = failures.length === 0 && passed > 0 ? 0 : 1;
}

if (isMainThread) await main();
else parentPort.on('message', file => parentPort.postMessage(runFile(file)));
