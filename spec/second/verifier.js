#!/usr/bin/env node
// Checks logs and what is proved of them, from spec/evidence.md alone: no model, no machine.
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { Refused } from './check/bytes.js';
import { checkFault } from './check/fault.js';
import { checkReceipt, checkRoots } from './check/keeping.js';
import { followTrail, openCheckpoint, verifierKey } from './check/notes.js';
import { checkOpening, checkProof, checkVerdict, openManifest } from './check/proofs.js';
import { checkRuns } from './check/records.js';
import { readLog } from './check/tiles.js';

const usage = `node verifier.js log TILES KEY            every entry, tile, the root, and the rules of minting
node verifier.js proof FILE RECORD KEY    a .tlog-proof file
node verifier.js opening FILE KEY         chosen tokens of a private run
node verifier.js receipt FILE TILES KEY   that a run emitted a token
node verifier.js roots FILE NOTE KEY      a log of which roots are kept, and its signed checkpoint
node verifier.js verdict FILE KEY         a signed verdict, one a line
node verifier.js trail FILE KEY           which key holds now
node verifier.js manifest FILE PEM        the root of the weights that a publisher signed
node verifier.js fault FILE [KEY] [MODULE] a fault proof
node verifier.js faults FOLDER            a line for each file of it
KEY is a verifier key, or a file that holds it.`;

const keyOf = word => verifierKey((existsSync(word) ? readFileSync(word, 'utf8') : word).trimEnd());
const hex = bytes => bytes.toString('hex');

const commands = {
  log(folder, key) {
    const checkpoint = openCheckpoint(readFileSync(join(folder, 'checkpoint')), keyOf(key));
    const runs = checkRuns(readLog(folder, checkpoint.size, checkpoint.root));
    return `sound: ${checkpoint.size} entries, root ${hex(checkpoint.root)}, ${runs.length} runs, ${runs.filter(r => r.closed).length} closed`;
  },
  proof(file, record, key) {
    const { index, checkpoint } = checkProof(readFileSync(file), readFileSync(record), keyOf(key));
    return `record ${index} is in ${checkpoint.origin}, signed with ${checkpoint.size} entries`;
  },
  opening(file, key) {
    const { run, prompt, tokens } = checkOpening(readFileSync(file), keyOf(key));
    return `run ${hex(run)}${prompt === null ? '' : `, prompt ${hex(prompt)}`}${tokens.map(t => `, token ${t.position} is ${t.value}`).join('')}`;
  },
  receipt(file, folder, key) {
    const note = readFileSync(join(folder, 'checkpoint'));
    const { size, root } = openCheckpoint(note, keyOf(key));
    const { token, position } = checkReceipt(readFileSync(file), note, readLog(folder, size, root), keyOf(key));
    return `token ${position} is ${token}`;
  },
  roots(file, note, key) {
    const { size, root, entries } = checkRoots(readFileSync(file), readFileSync(note), keyOf(key));
    return `sound: ${size} entries, root ${hex(root)}, ${entries} in full`;
  },
  verdict(file, key) {
    return readFileSync(file, 'utf8').trimEnd().split('\n').map(line => {
      const { subject, predicate } = checkVerdict(Buffer.from(line), keyOf(key));
      return `${predicate.properties.join(' ')} of ${subject[0].name} ${subject[0].digest.sha256}`;
    }).join('\n');
  },
  trail(file, key) { return followTrail(readFileSync(file), keyOf(key))?.line ?? 'revoked'; },
  manifest(file, pem) { return hex(openManifest(readFileSync(file), readFileSync(pem, 'utf8')).root); },
  fault(file, ...rest) {
    const [key, module] = [rest[0] && rest[0] !== '-' ? keyOf(rest[0]) : null, rest[1] ? readFileSync(rest[1]) : null];
    const { origin, index, kind, what } = checkFault(readFileSync(file), key, module);
    return `proven: record ${index} of ${origin}, kind ${kind}: ${what}`;
  },
};

commands.faults = folder => readdirSync(folder).sort().map(name => {
  try {
    return `${name}: ${commands.fault(join(folder, name))}`;
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    return `${name}: refused: ${error.message}`;
  }
}).join('\n');

const [command, ...args] = process.argv.slice(2);
try {
  if (!(command in commands) || args.length < commands[command].length) throw new TypeError(usage);
  console.log(commands[command](...args));
} catch (error) {
  console.error(error instanceof Refused || error instanceof SyntaxError ? `refused: ${error.message}` : error.message);
  process.exitCode = error instanceof TypeError ? 2 : 1;
}
