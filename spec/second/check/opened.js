// Blocks that a fault of a value opens, each held against what its maker signed before it is read (spec/evidence.md 13; spec/shards.md 6).
import { leafHash, sha256 } from '../evidence.js';
import { elementBytes, elementCode, product, storedTensors } from '../types.js';
import { digestOf, refuse, text } from './bytes.js';
import { part, takeHashes } from './outputs.js';
import { sharedRoot } from './trees.js';

const block = 1024;
const ascending = (list, of) => list.every((x, i) => i === 0 || of(x) > of(list[i - 1])) || refuse('parts of the body do not ascend');
const list = (c, take) => Array.from({ length: c.u16() }, take);

/** Blocks of some bytes, with what leads to their root. */
export function takeBlocks(c) {
  const blocks = list(c, () => ({ index: c.u64(), entry: part(c) }));
  if (blocks.length === 0) refuse('no blocks');
  ascending(blocks, b => b.index);
  return { blocks, hashes: takeHashes(c) };
}

/** The root over `length` bytes of which some blocks are opened. */
export function blocksRoot({ blocks, hashes }, length) {
  const count = BigInt(Math.ceil(length / block));
  for (const { index, entry } of blocks) {
    if (index >= count || entry.length !== Math.min(block, length - Number(index) * block)) refuse('a block has another length');
  }
  return sharedRoot(count, blocks, hashes) ?? refuse('blocks lead nowhere');
}

/** `size` bytes from `at` on, as a number. */
export function wordAt({ blocks }, at, size) {
  const found = blocks.find(b => b.index === BigInt(Math.floor(at / block))) ?? refuse('an element is not opened');
  let word = 0n;
  for (let i = size - 1; i >= 0; i--) word = (word << 8n) | BigInt(found.entry[at % block + i]);
  return word;
}

export function takeTensors(c) {
  const tensors = list(c, () => ({ index: c.u64(), output: c.byte(), rows: list(c, () => ({ index: c.u64(), opened: takeBlocks(c) })), hashes: takeHashes(c) }));
  ascending(tensors, t => t.index * 256n + BigInt(t.output));
  tensors.forEach(t => ascending(t.rows, r => r.index));
  return tensors;
}

/** How a tensor is committed to: plainly, or as rows of a scale and whole numbers of `size` bytes under a dtype from 0x80 on. */
export function formOf(element, shape, scaled = null) {
  if (scaled !== null) {
    const [rows, columns] = [product(shape.slice(0, -1)), shape.at(-1)];
    return { dtype: scaled.dtype, dims: [rows, columns], rows, size: scaled.size, scale: 4, columns: columns + 1, rowBytes: 4 + scaled.size * columns };
  }
  const rows = shape.length < 2 ? 1 : shape[0];
  const size = elementBytes[element];
  const columns = shape.length === 0 ? 1 : product(shape.length === 1 ? shape : shape.slice(1));
  return { dtype: elementCode[element], dims: shape, rows, size, scale: 0, columns, rowBytes: size * columns };
}

export const sums = { dtype: 0x80, size: 4 };
export const integers = { dtype: 0x81, size: 1 };

/** The commitment that an opened tensor leads to. */
export function tensorCommitment(tensor, form) {
  const rows = tensor.rows.map(r => ({ index: r.index, hash: blocksRoot(r.opened, form.rowBytes) }));
  const root = sharedRoot(BigInt(form.rows), rows, tensor.hashes) ?? refuse('rows lead nowhere');
  const head = Buffer.alloc(3 + 4 * form.dims.length);
  head.set([2, form.dtype, form.dims.length]);
  form.dims.forEach((d, i) => head.writeUInt32LE(d, 3 + 4 * i));
  return sha256(head, root);
}

/** An element's word. */
export function elementWord(tensor, form, element) {
  const [row, column] = [Math.floor(element / form.columns), element % form.columns];
  const at = form.scale === 0 ? column * form.size : column === 0 ? 0 : form.scale + (column - 1) * form.size;
  const found = tensor.rows.find(r => r.index === BigInt(row)) ?? refuse('a row is not opened');
  return wordAt(found.opened, at, form.scale > 0 && column === 0 ? form.scale : form.size);
}

export function takeWeights(c) {
  const digests = takeHashes(c);
  const [tree, file] = [c.u16(), part(c)];
  const tensors = list(c, () => ({ weight: c.u16(), tensor: c.byte(), index: c.u64(), opened: takeBlocks(c) }));
  if (tensors.length === 0) refuse('no weights are opened');
  ascending(tensors, t => t.index);
  return { digests, tree, file, tensors, hashes: takeHashes(c) };
}

const dtypes = { f32: 'F32', f16: 'F16', bf16: 'BF16', i8: 'I8', u8: 'U8', i32: 'I32', i64: 'I64', bool: 'BOOL' };

/** What a leaf of `weights.tree` says of a stored tensor. */
function leafOf({ name, element, shape }, root) {
  const [label, dtype] = [Buffer.from(name), Buffer.from(dtypes[element])];
  const dims = Buffer.alloc(8 * shape.length);
  shape.forEach((d, i) => dims.writeBigUInt64LE(BigInt(d), 8 * i));
  const length = Buffer.alloc(2);
  length.writeUInt16LE(label.length);
  return Buffer.concat([length, label, Buffer.of(dtype.length), dtype, Buffer.of(shape.length), dims, root]);
}

export const storedBytes = ({ element, shape }) => product(shape) * (element === 'u8' ? 1 : elementBytes[element]);

/** Holds opened weights against the manifest's root that a run was opened with. */
export function checkWeights({ digests, tree, file, tensors, hashes }, module, manifest) {
  if (tree >= digests.length || !sha256(...digests).equals(manifest) || !digestOf(file).equals(digests[tree])) refuse('the weights are not those of the run');
  const [, count, root] = /^pomisa weights tree v1\n(0|[1-9][0-9]{0,9})\n([0-9a-f]{64})\n$/.exec(text(file)) ?? refuse('no tree of weights');
  const leaves = tensors.map(({ weight, tensor, index, opened }) => {
    const stored = weight < module.weights.length ? storedTensors(module.weights[weight])[tensor] : undefined;
    if (stored === undefined) refuse('no such weight');
    return { index, hash: leafHash(leafOf(stored, blocksRoot(opened, storedBytes(stored)))) };
  });
  if (!sharedRoot(BigInt(count), leaves, hashes)?.equals(Buffer.from(root, 'hex'))) refuse('the weights are not in their tree');
}
