// Trees, commitments and records (spec/evidence.md 1 to 3, 12).
import { createHash, createHmac } from 'node:crypto';
import { elementCode } from './types.js';

export const sha256 = (...parts) => {
  const hash = createHash('sha256');
  for (const part of parts) hash.update(part);
  return hash.digest();
};

const leafPrefix = Buffer.of(0);
const nodePrefix = Buffer.of(1);

export const leafHash = data => sha256(leafPrefix, data);

/** The root over leaf hashes; n leaves split at the largest power of two below n. */
export function treeRoot(hashes) {
  if (hashes.length === 0) return sha256();
  if (hashes.length === 1) return hashes[0];
  const split = 2 ** Math.floor(Math.log2(hashes.length - 1));
  return sha256(nodePrefix, treeRoot(hashes.slice(0, split)), treeRoot(hashes.slice(split)));
}

/** The root of one row: blocks of 1024 bytes are its leaves. */
export function rowRoot(bytes) {
  const leaves = [];
  for (let at = 0; at < bytes.length; at += 1024) leaves.push(leafHash(bytes.subarray(at, at + 1024)));
  return treeRoot(leaves);
}

/** A commitment from a dtype byte, dimensions and the bytes of each row. */
export function commitRows(dtype, shape, rows) {
  const head = Buffer.alloc(3 + 4 * shape.length);
  head[0] = 2;
  head[1] = dtype;
  head[2] = shape.length;
  shape.forEach((d, i) => head.writeUInt32LE(d, 3 + 4 * i));
  return sha256(head, treeRoot(rows.map(rowRoot)));
}

/** The commitment to a tensor (chapter 2). */
export function commitTensor(t) {
  const count = t.shape.length < 2 ? 1 : t.shape[0];
  const length = count === 0 ? 0 : t.bytes.length / count;
  const rows = Array.from({ length: count }, (_, i) => t.bytes.subarray(i * length, (i + 1) * length));
  return commitRows(elementCode[t.element], t.shape, rows);
}

/** A commitment to rows that are a scale and `columns` whole numbers of `width` bytes. */
function commitScaled(dtype, width, columns, scales, numbers) {
  return commitRows(dtype, [scales.length, columns], Array.from(scales, (scale, t) => {
    const row = Buffer.alloc(4 + width * columns);
    row.writeFloatLE(scale, 0);
    if (Number.isNaN(scale)) row.writeUInt32LE(0x7fc00000, 0);
    for (let i = 0; i < columns; i++) row.writeIntLE(numbers[t * columns + i], 4 + width * i, width);
    return row;
  }));
}

/** The commitment to what a quantized product came to: each row's scale, then its accumulators. */
export const commitProduct = (columns, scales, accumulators) => commitScaled(0x80, 4, columns, scales, accumulators);

/** The commitment to quantized rows: each row's scale, then its integers. */
export const commitQuantized = (columns, scales, q) => commitScaled(0x81, 1, columns, scales, q);

export const commitPrompt = (salt, bytes) => sha256(Buffer.of(3), salt, bytes);

export const saltedScalar = (salt, value) => {
  const field = Buffer.alloc(8);
  field.writeBigUInt64LE(BigInt.asUintN(64, value));
  return sha256(Buffer.of(5), salt, field);
};

export const saltedCommitment = (salt, commitment) => sha256(Buffer.of(4), salt, commitment);

/** The salt of a value of an action of a private run (chapter 12). */
export const saltOf = (secret, sequence, value) => {
  const message = Buffer.alloc(9);
  message.writeBigUInt64LE(BigInt(sequence));
  message[8] = value;
  return createHmac('sha256', secret).update(message).digest();
};

/** Fields of a record, little-endian, one after the other. */
class Writer {
  constructor(kind, privacy) {
    this.parts = [Buffer.from([0x50, 0x49, 0x53, 0x52, privacy === null ? 1 : 2, kind])];
  }

  bytes(data) {
    this.parts.push(Buffer.from(data));
    return this;
  }

  number(width, value) {
    const field = Buffer.alloc(width);
    for (let i = 0, v = BigInt.asUintN(64, BigInt(value)); i < width; i++, v >>= 8n) field[i] = Number(v & 0xffn);
    return this.bytes(field);
  }

  done() { return Buffer.concat(this.parts); }
}

/** The opening record. `sampling` null is greedy; `privacy` null is a run that anyone can read. Bounds are left out. */
export function openRecord({ program, manifest, prompt, sampling, trigger, privacy }) {
  const drawn = sampling !== null;
  const w = new Writer(1, privacy).bytes(program).bytes(manifest).number(4, 1).bytes(prompt)
    .number(1, drawn ? 1 : 0).number(8, drawn ? sampling.seed : 0).number(4, drawn ? sampling.temperature : 0)
    .number(4, drawn ? sampling.topP : 0).number(4, drawn ? sampling.topK : 0)
    .bytes(trigger).number(1, 0);
  if (privacy !== null) w.number(1, privacy.mode).bytes(saltOf(privacy.secret, 0, 0));
  return w.done();
}

const unsalted = ['f32', 'f16', 'bf16'];

/**
 * A retire, and the data of its leaf in the run's outputs tree (chapter 13). `symbols` are pairs of index and value, ascending. It holds scalars, or a
 * commitment to a tensor of `element`, or nothing: where `isHeld` is false, the leaf alone has the commitment. `written` are commitments to the registers that it wrote, null where nobody asks for the leaf.
 */
export function retireRecord({ run, sequence, step, function: f, offset, opcode, symbols, tokens, scalars, commitment, isHeld, element, written, privacy }) {
  const w = new Writer(2, privacy).bytes(run).number(8, sequence).number(4, step).number(2, f).number(4, offset).number(2, opcode);
  if (privacy !== null) w.number(4, tokens);
  w.number(1, symbols.length);
  for (const [index, value] of symbols) w.number(1, index).number(4, value);
  const held = isHeld ? commitment : null;
  const isSalted = privacy !== null && (scalars.length > 0 || (held !== null && (privacy.mode === 2 || !unsalted.includes(element))));
  const salt = value => (isSalted ? saltOf(privacy.secret, sequence, value) : null);
  w.number(1, (scalars.length > 0 ? 1 : 0) + (isSalted ? (scalars.length > 0 ? 1 : 3) : 0)).number(1, scalars.length > 0 ? scalars.length : held === null ? 0 : 1);
  scalars.forEach((s, i) => (isSalted ? w.bytes(saltedScalar(salt(i), s)) : w.number(8, s)));
  if (scalars.length === 0 && held !== null) w.bytes(isSalted ? saltedCommitment(salt(0), held) : held);
  return { record: w.done(), leaf: written && outputsLeaf(scalars, commitment === null ? [] : [commitment], written, salt) };
}

function outputsLeaf(scalars, recorded, written, salt) {
  const parts = scalars.flatMap((s, i) => {
    const field = Buffer.alloc(8);
    field.writeBigUInt64LE(BigInt.asUintN(64, BigInt(s)));
    return [field, salt(i)];
  });
  return Buffer.concat([...parts, ...recorded.flatMap(c => [c, salt(0)]), ...written].filter(p => p !== null));
}

/** The record that closes a run, with the data of its leaf. */
export function closeRecord({ run, sequence, emits, retires, privacy, abandoned = false }) {
  const bytes = Buffer.alloc(4 * emits.length);
  emits.forEach((token, i) => bytes.writeInt32LE(token, 4 * i));
  const response = sha256(bytes);
  const salt = privacy && saltOf(privacy.secret, sequence, 0);
  const record = new Writer(3, privacy).bytes(run).number(8, sequence).bytes(privacy ? saltedCommitment(salt, response) : response)
    .number(4, emits.length).number(8, retires).number(1, abandoned ? 2 : 1).done();
  return { record, leaf: privacy ? Buffer.concat([response, salt]) : Buffer.alloc(0) };
}
