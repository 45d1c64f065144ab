// Bytes to numbers and texts (spec/bytecode.md 1). Whatever is not the one encoding of a value is refused.
import { malformed } from './faults.js';

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export class Reader {
  constructor(bytes, at = 0, end = bytes.length) {
    this.bytes = bytes;
    this.at = at;
    this.end = end;
  }

  get left() { return this.end - this.at; }

  need(count, at = this.at) {
    if (this.left < count) throw malformed('UnexpectedEnd', at);
  }

  byte() {
    this.need(1);
    return this.bytes[this.at++];
  }

  take(count) {
    this.need(count);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  u32() {
    const start = this.at;
    let value = 0;
    for (let shift = 0; ; shift += 7) {
      const b = this.byte();
      if (shift === 28 && b > 0x0f) throw malformed('BadNumber', start);
      value += (b & 0x7f) * 2 ** shift;
      if (b < 0x80) {
        if (b === 0 && shift > 0) throw malformed('BadNumber', start);
        return value;
      }
    }
  }

  /** A u32 that must be below 2^31. */
  size() {
    const { at } = this;
    const value = this.u32();
    if (value >= 2 ** 31) throw malformed('BadValue', at);
    return value;
  }

  i64() {
    const start = this.at;
    let value = 0n;
    let before = 0;
    for (let shift = 0n; ; shift += 7n) {
      const b = this.byte();
      if (shift === 63n && b !== 0x00 && b !== 0x7f) throw malformed('BadNumber', start);
      value |= BigInt(b & 0x7f) << shift;
      if (b < 0x80) {
        const idle = shift > 0n && ((b === 0x00 && (before & 0x40) === 0) || (b === 0x7f && (before & 0x40) !== 0));
        if (idle) throw malformed('BadNumber', start);
        return BigInt.asIntN(64, (b & 0x40) !== 0 ? value - (1n << (shift + 7n)) : value);
      }
      before = b;
    }
  }

  f32Bits() {
    const b = this.take(4);
    return (b[0] | (b[1] << 8) | (b[2] << 16) | (b[3] << 24)) >>> 0;
  }

  /** A count of items that take `least` bytes each at the least. */
  count(limit, least) {
    const start = this.at;
    const count = this.u32();
    if (count > limit) throw malformed('TooMany', start);
    if (count * least > this.left) throw malformed('UnexpectedEnd', start);
    return count;
  }

  list(limit, least, item) {
    const count = this.count(limit, least);
    const items = [];
    for (let i = 0; i < count; i++) items.push(item(i));
    return items;
  }

  /** A text that is not empty. */
  name(limit) {
    const { at } = this;
    const text = this.text(limit);
    if (text === '') throw malformed('BadText', at);
    return text;
  }

  /** A text of at most `limit` bytes; line feeds only where they are allowed. */
  text(limit, lineFeeds = false) {
    const start = this.at;
    const length = this.u32();
    if (length > limit) throw malformed('TooMany', start);
    this.need(length, start);
    const at = this.at;
    let text;
    try {
      text = utf8.decode(this.take(length));
    } catch {
      throw malformed('BadText', at);
    }
    for (const c of text) {
      const code = c.codePointAt(0);
      const control = code < 0x20 || (code >= 0x7f && code < 0xa0);
      if (control && !(lineFeeds && code === 0x0a)) throw malformed('BadText', at);
    }
    return text;
  }
}
