// A module from bytes to something that runs: decoded, validated, bounded; and its weights bound.
import { bounds } from './bounds.js';
import { decode } from './decode.js';
import { invalid, trap } from './faults.js';
import { digestOf, logicalFromJson, operandOf, pack, storedFromBytes, unpack } from './weights.js';
import { validate } from './validate.js';

/** Throws the first fault of any stage before a run. */
export function load(bytes) {
  const module = decode(bytes);
  validate(module);
  return { module, bounds: bounds(module) };
}

const unbound = Buffer.alloc(32);

/** Weights by index from JSON as in the vectors, by name; those that travel in the module need none. */
export function bindJson(module, given = []) {
  const byName = new Map(given.map(w => [w.name, w]));
  return module.weights.map((weight, index) => {
    const data = module.data.find(d => d.weight === index);
    if (data !== undefined) return operandOf(weight, unpack(weight, storedFromBytes(weight, data.bytes)));
    const json = byName.get(weight.name);
    if (json === undefined) return undefined;
    const logical = logicalFromJson(json);
    checkDigest(weight, pack(weight, logical));
    return operandOf(weight, logical);
  });
}

export function checkDigest(weight, stored) {
  if (weight.digest.equals(unbound)) throw invalid('UnboundWeight');
  if (!digestOf(stored).equals(weight.digest)) throw trap('ShardMismatch');
}
