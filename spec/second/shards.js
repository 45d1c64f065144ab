// A folder of weight shards and its manifest (spec/shards.md 1 to 3). The publisher's signature is not checked here: a
// weight's digest in the module says which bytes are meant.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { sha256 } from './evidence.js';
import { checkDigest } from './load.js';
import { Tensor } from './tensor.js';
import { storedTensors } from './types.js';
import { operandOf, unpack } from './weights.js';

const elementOf = { F32: 'f32', F16: 'f16', BF16: 'bf16', I8: 'i8', I32: 'i32', I64: 'i64', U8: 'u8', BOOL: 'bool' };

/** Tensors by name from one file in the safetensors form. */
function readTensors(bytes) {
  const length = Number(bytes.readBigUInt64LE(0));
  const header = JSON.parse(bytes.toString('utf8', 8, 8 + length));
  const data = bytes.subarray(8 + length);
  return Object.entries(header).filter(([name]) => name !== '__metadata__').map(([name, t]) => {
    const tensor = new Tensor(elementOf[t.dtype], t.shape);
    const [begin, end] = t.data_offsets;
    if (end - begin !== tensor.bytes.length) throw new Error(`${name}: ${end - begin} bytes do not fill [${t.shape}]`);
    tensor.bytes.set(data.subarray(begin, end));
    return [name, tensor];
  });
}

/** The root over the manifest's chunk digests, after each chunk was hashed. */
function manifestRoot(folder) {
  const bundle = JSON.parse(readFileSync(join(folder, 'model.sig'), 'utf8'));
  const statement = JSON.parse(Buffer.from(bundle.dsseEnvelope.payload, 'base64').toString('utf8'));
  const digests = statement.predicate.resources.map(({ name, digest }) => {
    const [, file, begin, end] = /^(.*):(\d+):(\d+)$/.exec(name);
    const chunk = readFileSync(join(folder, file)).subarray(Number(begin), Number(end));
    const expected = Buffer.from(digest, 'hex');
    if (!sha256(chunk).equals(expected)) throw new Error(`${name} has another digest`);
    return expected;
  });
  return sha256(...digests);
}

/** What instructions read, by weight index, and the manifest's root digest. */
export function bindShards(module, folder) {
  const manifest = manifestRoot(folder);
  const tensors = new Map(readdirSync(folder).filter(f => /\.(shard|safetensors)$/.test(f))
    .flatMap(f => readTensors(readFileSync(join(folder, f)))));
  const weights = module.weights.map(weight => {
    const stored = storedTensors(weight).map(({ name, element, shape }) => {
      const tensor = tensors.get(name);
      if (tensor === undefined || tensor.element !== element || tensor.shape.join() !== shape.join())
        throw new Error(`${folder} has no ${name} ${element} [${shape}]`);
      return tensor;
    });
    checkDigest(weight, stored);
    return operandOf(weight, unpack(weight, stored));
  });
  return { manifest, weights };
}
