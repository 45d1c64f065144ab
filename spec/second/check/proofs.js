// Files that prove something of a log: tlog-proof (6, rule 4), openings (12), signed verdicts (8).
import { createPublicKey, verify } from 'node:crypto';
import { commitPrompt, saltedScalar, sha256 } from '../evidence.js';
import { base64, decimal, digestOf, refuse, text } from './bytes.js';
import { strictJson } from './json.js';
import { ed25519, openCheckpoint } from './notes.js';
import { readRecord } from './records.js';
import { includes } from './trees.js';

/** A file's lines up to the first empty one, and the note behind it. */
function splitFile(file, most) {
  if (file.length > most) refuse('the file is too long');
  const at = file.indexOf('\n\n');
  if (at < 0) refuse('no empty line');
  return { lines: text(file.subarray(0, at)).split('\n'), note: file.subarray(at + 2) };
}

export function checkProof(file, entry, key) {
  const { lines, note } = splitFile(file, 1 << 16);
  if (lines.shift() !== 'c2sp.org/tlog-proof@v1') refuse('no tlog-proof');
  if (lines[0]?.startsWith('extra ')) lines.shift();
  const index = decimal(/^index (.*)$/.exec(lines.shift() ?? '')?.[1] ?? refuse('no index'));
  if (lines.length > 64) refuse('the path is too long');
  const path = lines.map(line => base64(line, 32));
  const checkpoint = openCheckpoint(note, key);
  if (!includes(index, checkpoint.size, entry, path, checkpoint.root)) refuse('the path does not lead to the root');
  return { index, checkpoint };
}

const signed = word => {
  if (!/^(0|-?[1-9][0-9]*)$/.test(word) || BigInt.asIntN(64, BigInt(word)) !== BigInt(word)) refuse('not a number');
  return BigInt(word);
};

/** Chosen tokens of a private run (12, rules 13 to 15). */
export function checkOpening(file, key, emit = 0x70) {
  const { lines, note } = splitFile(file, 1 << 24);
  if (lines.shift() !== 'pomisa opening v1') refuse('no opening');
  const words = (name, count) => {
    const parts = (lines.shift() ?? '').split(' ');
    if (parts[0] !== name || parts.length !== count + 1) refuse(`where ${name} is due, something else is`);
    return parts.slice(1);
  };
  const shown = () => {
    const [index, entry] = words('record', 2);
    const hashes = lines[0] === 'path ' ? (lines.shift(), Buffer.alloc(0)) : base64(words('path', 1)[0]);
    if (hashes.length % 32 !== 0 || hashes.length > 64 * 32) refuse('no path');
    return { index: decimal(index), entry: base64(entry), path: Array.from({ length: hashes.length / 32 }, (_, i) => hashes.subarray(32 * i, 32 * i + 32)) };
  };
  const first = shown();
  let prompt = null;
  if (lines[0]?.startsWith('prompt ')) {
    const [salt, bytes] = words('prompt', 2);
    prompt = { salt: base64(salt, 32), bytes: base64(bytes) };
  }
  const tokens = [];
  while (lines.length > 0) {
    const record = shown();
    const [output, value, salt] = words('scalar', 3);
    if ((tokens.at(-1)?.index ?? first.index) >= record.index) refuse('indices do not ascend');
    tokens.push({ ...record, output: Number(decimal(output)), value: signed(value), salt: base64(salt, 32) });
  }
  if (tokens.length === 0 && prompt === null) refuse('nothing is shown');
  const checkpoint = openCheckpoint(note, key);
  for (const { index, entry, path } of [first, ...tokens]) {
    if (!includes(index, checkpoint.size, entry, path, checkpoint.root)) refuse(`record ${index} is not in the log`);
  }
  const open = readRecord(first.entry);
  if (open.kind !== 'open') refuse('the first record opens no run');
  if (prompt !== null && !commitPrompt(prompt.salt, prompt.bytes).equals(open.prompt)) refuse('the prompt is another');
  const run = digestOf(first.entry);
  return {
    run, open, checkpoint, prompt: prompt?.bytes ?? null,
    tokens: tokens.map(({ index, entry, output, value, salt }) => {
      const record = readRecord(entry);
      if (record.kind !== 'retire' || !record.isPrivate || record.opcode !== emit || !record.run.equals(run) || index !== first.index + record.sequence) refuse(`record ${index} is no token of the run`);
      if (record.tag !== 2 || output >= record.outputs.length || !record.outputs[output].equals(saltedScalar(salt, value))) refuse(`record ${index} holds another token`);
      return { position: record.tokens, value };
    }),
  };
}

const pae = (type, body) => Buffer.concat([Buffer.from(`DSSEv1 ${Buffer.byteLength(type)} ${type} ${body.length} `), body]);

const urlSafe = word => Buffer.from(word.replaceAll('-', '+').replaceAll('_', '/'), 'base64');

function envelope(json) {
  const { payload, payloadType, signatures } = json;
  if (payloadType !== 'application/vnd.in-toto+json' || !Array.isArray(signatures) || signatures.length !== 1) refuse('no envelope of one signature');
  const body = urlSafe(payload);
  return { body, message: pae(payloadType, body), signature: urlSafe(signatures[0].sig) };
}

const accepted = { signature: [], spot: ['POMISA_SPOT'], audit: ['POMISA_AUDIT'], replay: ['POMISA_REPLAY_FULL'] };
const isDigest = word => typeof word === 'string' && /^[0-9a-f]{64}$/.test(word);

/** A signed verdict (8, rules 7 and 8): DSSE around an in-toto statement with the SVR predicate. */
export function checkVerdict(line, key) {
  if (line.length > 1 << 20) refuse('a verdict has at most 1 MiB');
  const { body, message, signature } = envelope(strictJson(text(line)));
  if (!ed25519(key.key, message, signature)) refuse(`not signed by ${key.name}`);
  const statement = strictJson(text(body));
  const { _type, predicateType, subject, predicate } = statement;
  if (_type !== 'https://in-toto.io/Statement/v1' || predicateType !== 'https://in-toto.io/attestation/svr/v0.2') refuse('no verdict');
  const isSubject = (s, i) => s?.name === (i === 0 ? 'checkpoint' : `run/${i - 1}`) && isDigest(s.digest?.sha256);
  if (!Array.isArray(subject) || subject.length === 0 || !subject.every(isSubject)) refuse('its subjects are others');
  const { verdict, level, seed } = predicate?.pomisa ?? refuse('no verdict');
  if (seed !== undefined && (level !== 'audit' || !(seed === 'openings' || isDigest(seed)))) refuse('its seed is none');
  const properties = !Object.hasOwn(accepted, level) ? [] : verdict === 'ACCEPT' ? ['POMISA_SIGNATURE', ...accepted[level]]
    : ['REJECT', 'UNVERIFIABLE', 'MALFORMED'].includes(verdict) ? [`POMISA_${verdict}`] : [];
  if (properties.length === 0 || JSON.stringify([...predicate.properties ?? []].sort()) !== JSON.stringify(properties.sort())) refuse('its properties are not those of its verdict');
  return statement;
}

/** The root of a manifest that a publisher signed (spec/shards.md 3), as `{root, resources}`. */
export function openManifest(bundle, pem) {
  if (bundle.length > 1 << 22) refuse('a manifest has at most 4 MiB');
  const json = strictJson(text(bundle));
  const { body, message, signature } = envelope(json.dsseEnvelope);
  const hint = json.verificationMaterial?.publicKey?.hint;
  if (hint && hint !== digestOf(Buffer.from(pem)).toString('hex')) refuse('signed by another key');
  if (!verify('sha256', message, createPublicKey(pem), signature)) refuse('the signature is wrong');
  const { _type, predicateType, subject, predicate } = strictJson(text(body));
  if (_type !== 'https://in-toto.io/Statement/v1' || predicateType !== 'https://model_signing/signature/v1.0' || subject.length !== 1) refuse('no manifest');
  const root = sha256(...predicate.resources.map(r => Buffer.from(r.digest, 'hex')));
  if (root.toString('hex') !== subject[0].digest.sha256) refuse('the root is not that of the resources');
  return { root, resources: predicate.resources };
}
