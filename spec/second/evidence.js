// Trees, commitments and records (spec/evidence.md 1 to 3).
import { createHash } from 'node:crypto';
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

/** Fields of a record, little-endian, one after the other. */
class Writer {
  constructor(kind) {
    this.parts = [Buffer.from([0x50, 0x49, 0x53, 0x52, 1, kind])];
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

/** The opening record. `sampling` null is greedy; `bounds` null leaves them out. */
export function openRecord({ program, manifest, prompt, sampling, trigger }) {
  const drawn = sampling !== null;
  return new Writer(1).bytes(program).bytes(manifest).number(4, 1).bytes(prompt)
    .number(1, drawn ? 1 : 0).number(8, drawn ? sampling.seed : 0).number(4, drawn ? sampling.temperature : 0)
    .number(4, drawn ? sampling.topP : 0).number(4, drawn ? sampling.topK : 0)
    .bytes(trigger).number(1, 0).done();
}

/** A retire. `symbols` are pairs of index and value, ascending; values are commitments or scalars, not both. */
export function retireRecord({ run, sequence, step, function: f, offset, opcode, symbols, commitments, scalars }) {
  const w = new Writer(2).bytes(run).number(8, sequence).number(4, step).number(2, f).number(4, offset).number(2, opcode);
  w.number(1, symbols.length);
  for (const [index, value] of symbols) w.number(1, index).number(4, value);
  w.number(1, scalars.length > 0 ? 1 : 0).number(1, scalars.length > 0 ? scalars.length : commitments.length);
  for (const s of scalars) w.number(8, s);
  for (const c of commitments) w.bytes(c);
  return w.done();
}

/** The data of a retire's leaf in its run's outputs tree (chapter 13): what it recorded, then commitments to the registers that it wrote. */
export function outputsLeaf(scalars, commitments, written) {
  const fields = Buffer.alloc(8 * scalars.length);
  scalars.forEach((s, i) => fields.writeBigUInt64LE(BigInt.asUintN(64, BigInt(s)), 8 * i));
  return Buffer.concat([fields, ...commitments, ...written]);
}

export function closeRecord({ run, sequence, emits, retires, abandoned = false }) {
  const response = Buffer.alloc(4 * emits.length);
  emits.forEach((token, i) => response.writeInt32LE(token, 4 * i));
  return new Writer(3).bytes(run).number(8, sequence).bytes(sha256(response)).number(4, emits.length)
    .number(8, retires).number(1, abandoned ? 2 : 1).done();
}
