// Bytes and texts from strangers: each has one spelling, and whatever is not that is refused.
import { sha256 } from '../evidence.js';

/** Why something was refused: a sentence. */
export class Refused extends Error {}

export function refuse(what) { throw new Refused(what); }

/** Base64 with padding, and only the spelling that an encoder writes (evidence 5, rule 4). */
export function base64(text, length) {
  const bytes = Buffer.from(text, 'base64');
  if (bytes.toString('base64') !== text || (length !== undefined && bytes.length !== length)) refuse('not base64, or of another length');
  return bytes;
}

/** A decimal number below 2^64 without leading zeros. */
export function decimal(text) {
  if (!/^(0|[1-9][0-9]*)$/.test(text) || text.length > 20 || BigInt(text) >= 2n ** 64n) refuse('not a number');
  return BigInt(text);
}

const utf8 = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true });

export function text(bytes) {
  try {
    return utf8.decode(bytes);
  } catch {
    return refuse('not UTF-8');
  }
}

/** Little-endian fields, one after the other. */
export class Cursor {
  constructor(bytes) {
    this.bytes = bytes;
    this.at = 0;
  }

  get left() { return this.bytes.length - this.at; }

  take(count) {
    if (count > this.left) refuse(`the bytes end at ${this.bytes.length}`);
    this.at += count;
    return this.bytes.subarray(this.at - count, this.at);
  }

  byte() { return this.take(1)[0]; }
  u16() { return this.take(2).readUInt16LE(); }
  u32() { return this.take(4).readUInt32LE(); }
  i32() { return this.take(4).readInt32LE(); }
  u64() { return this.take(8).readBigUInt64LE(); }
  i64() { return this.take(8).readBigInt64LE(); }
  digest() { return this.take(32); }

  end() {
    if (this.left > 0) refuse(`${this.left} bytes lie behind the end`);
  }
}

export const digestOf = bytes => sha256(bytes);
