// Weights between their logical form, row-major, and the stored layouts (spec/numerics.md 7, spec/shards.md 2).
import { sha256 } from './evidence.js';
import { brainToFloat, halfToFloat } from './float.js';
import { Tensor } from './tensor.js';
import { storedTensors } from './types.js';

/** Where the logical element (k, n) of a panel layout with K inputs lies; for w4 the byte of its nibble. */
export const places = {
  dense: (k, n, K) => ((n >> 4) * K + k) * 16 + (n & 15),
  w8: (k, n, K) => (((n >> 4) * (K / 4) + (k >> 2)) * 16 + (n & 15)) * 4 + (k & 3),
  w4: (k, n, K) => (((n >> 4) * (K / 8) + (k >> 3)) * 16 + (n & 15)) * 4 + (k & 3),
  sub: (g, n, groups) => ((n >> 4) * groups + g) * 16 + (n & 15),
};

function eachElement(shape, visit) {
  const [K, N] = shape;
  for (let k = 0, i = 0; k < K; k++) for (let n = 0; n < N; n++) visit(k, n, i++);
}

/** A weight's logical tensors `{ main, scale, sub }` from its stored ones. */
export function unpack(weight, stored) {
  if (weight.layout === 0) return { main: stored[0] };
  const { element, shape } = weight;
  const [K, N] = shape;
  if (element === 'w8') {
    const main = new Tensor('i8', shape);
    eachElement(shape, (k, n, i) => { main.raw[i] = stored[0].raw[places.w8(k, n, K)]; });
    return { main, scale: stored[1] };
  }
  if (element === 'w4') {
    const main = new Tensor('i8', shape);
    const sub = new Tensor('u8', [K / 32, N]);
    eachElement(shape, (k, n, i) => {
      const byte = stored[0].raw[places.w4(k, n, K)];
      main.num[i] = (k % 8 >= 4 ? byte >> 4 : byte & 15) - 8;
    });
    eachElement(sub.shape, (g, n, i) => { sub.raw[i] = stored[1].raw[places.sub(g, n, K / 32)]; });
    return { main, sub, scale: stored[2] };
  }
  const main = new Tensor(element, shape);
  eachElement(shape, (k, n, i) => { main.raw[i] = stored[0].raw[places.dense(k, n, K)]; });
  return { main };
}

/** A weight's stored tensors from its logical ones. */
export function pack(weight, logical) {
  const stored = storedTensors(weight).map(s => new Tensor(s.element, s.shape));
  const [K] = weight.shape;
  if (weight.layout === 0) return [logical.main];
  if (weight.element === 'w8') {
    eachElement(weight.shape, (k, n, i) => { stored[0].raw[places.w8(k, n, K)] = logical.main.raw[i]; });
  } else if (weight.element === 'w4') {
    stored[0].raw.fill(0x88);
    stored[1].raw.fill(1);
    eachElement(weight.shape, (k, n, i) => {
      const at = places.w4(k, n, K);
      const nibble = logical.main.num[i] + 8;
      stored[0].raw[at] = k % 8 >= 4 ? (stored[0].raw[at] & 15) | (nibble << 4) : (stored[0].raw[at] & 0xf0) | nibble;
    });
    eachElement(logical.sub.shape, (g, n, i) => { stored[1].raw[places.sub(g, n, K / 32)] = logical.sub.raw[i]; });
  } else {
    eachElement(weight.shape, (k, n, i) => { stored[0].raw[places.dense(k, n, K)] = logical.main.raw[i]; });
  }
  if (logical.scale !== undefined) stored.at(-1).raw.set(logical.scale.raw);
  return stored;
}

export const digestOf = stored => sha256(...stored.map(t => t.bytes));

/** What instructions read: `values` are numbers, row-major, for w4 the effective weights; `tensor` the bits. */
export function operandOf(weight, logical) {
  const { main, scale, sub } = logical;
  const N = weight.shape.at(-1);
  let values = main.num;
  if (main.element === 'f16') values = Float32Array.from(main.raw, halfToFloat);
  else if (main.element === 'bf16') values = Float32Array.from(main.raw, brainToFloat);
  else if (sub !== undefined) values = Int16Array.from(main.num, (w, i) => w * sub.raw[Math.floor(i / N / 32) * N + i % N]);
  return { ...weight, tensor: main, values, scale: scale?.num };
}

/** Logical tensors from JSON as in the vectors. */
export function logicalFromJson(json) {
  const { dtype, shape } = json;
  const main = Tensor.fromHex(dtype === 'w8' || dtype === 'w4' ? 'i8' : dtype, shape, json.bits);
  const logical = { main };
  if (json.scale !== undefined) logical.scale = Tensor.fromHex('f32', [shape[1]], json.scale);
  if (json.sub !== undefined) logical.sub = Tensor.from('u8', [shape[0] / 32, shape[1]], json.sub);
  return logical;
}

/** The stored tensors that `bytes` hold one after the other; null where the length is another. */
export function storedFromBytes(weight, bytes) {
  const tensors = storedTensors(weight).map(s => new Tensor(s.element, s.shape));
  if (tensors.reduce((n, t) => n + t.bytes.length, 0) !== bytes.length) return null;
  let at = 0;
  for (const t of tensors) {
    t.bytes.set(bytes.subarray(at, at + t.bytes.length));
    at += t.bytes.length;
  }
  return tensors;
}
