// Tensors: elements row-major. Moves copy `raw` bits; what computes reads and writes `num`.
import { product } from './types.js';

const raws = { 1: Uint8Array, 2: Uint16Array, 4: Uint32Array, 8: BigUint64Array };
const nums = { f32: Float32Array, i8: Int8Array, i32: Int32Array, i64: BigInt64Array };
const widths = { f32: 4, f16: 2, bf16: 2, i8: 1, u8: 1, i32: 4, i64: 8, bool: 1 };

export class Tensor {
  constructor(element, shape, buffer) {
    this.element = element;
    this.shape = shape;
    this.count = product(shape);
    this.width = widths[element];
    const bytes = buffer ?? new ArrayBuffer(this.count * this.width);
    this.raw = new raws[this.width](bytes);
    this.num = element in nums ? new nums[element](bytes) : this.raw;
  }

  get bytes() { return new Uint8Array(this.raw.buffer, 0, this.count * this.width); }

  /** The length of one slice along the first dimension. */
  get rowLength() { return product(this.shape.slice(1)); }

  /** The length of the last axis. */
  get last() { return this.shape.at(-1); }

  static from(element, shape, values) {
    const t = new Tensor(element, shape);
    t.num.set(values);
    return t;
  }

  /** From hex numbers of the element's width. */
  static fromHex(element, shape, bits) {
    const t = new Tensor(element, shape);
    if (bits.length !== t.count) throw new Error(`${bits.length} values do not fill [${shape}]`);
    bits.forEach((hex, i) => { t.raw[i] = t.width === 8 ? BigInt(`0x${hex}`) : parseInt(hex, 16); });
    return t;
  }

  toHex() { return Array.from(this.raw, v => v.toString(16).padStart(2 * this.width, '0')); }

  toJson() { return { dtype: this.element, shape: this.shape, bits: this.toHex() }; }

  /** Writes every NaN as numerics 1.5 asks. */
  canonical() {
    const { raw } = this;
    if (this.element === 'f32') {
      for (let i = 0; i < raw.length; i++) if ((raw[i] & 0x7fffffff) > 0x7f800000) raw[i] = 0x7fc00000;
    } else if (this.element === 'f16') {
      for (let i = 0; i < raw.length; i++) if ((raw[i] & 0x7fff) > 0x7c00) raw[i] = 0x7e00;
    } else if (this.element === 'bf16') {
      for (let i = 0; i < raw.length; i++) if ((raw[i] & 0x7fff) > 0x7f80) raw[i] = 0x7fc0;
    }
    return this;
  }
}
