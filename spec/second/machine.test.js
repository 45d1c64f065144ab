// Fast paths against exact ones, bit by bit; `node --test spec/second/machine.test.js` runs them.
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { elementary, exact, roundFixed } from './elementary.js';
import { bitsOf, floatToBrain, floatToHalf, fma, fromBits, halfToFloat, brainToFloat } from './float.js';
import { leafHash, treeRoot } from './evidence.js';
import { pow } from './power.js';
import { philox } from './sampling.js';

/** A generator of bit patterns whose exponents spread over `range` fields from `least`. */
function floats(seed) {
  let s = seed;
  const next = () => {
    s ^= s << 13;
    s ^= s >>> 17;
    s ^= s << 5;
    return s >>> 0;
  };
  return {
    any: () => fromBits(next()),
    near: (least, range) => fromBits((((next() & 1) << 31) | ((least + next() % range) << 23) | (next() & 0x7fffff)) >>> 0),
    edge: () => fromBits((((next() & 1) << 31) | ((next() & 0xff) << 23) | [0, 1, 0x3fffff, 0x400000, 0x7fffff][next() % 5]) >>> 0),
  };
}

/** A finite f32 as an integer times 2^-149. */
const whole = x => BigInt(x * 2 ** 149);

test('fma rounds once', () => {
  const g = floats(1);
  for (let i = 0; i < 200_000; i++) {
    const [a, b] = i % 2 === 0 ? [g.near(100, 50), g.near(100, 50)] : [g.edge(), g.edge()];
    const c = i % 3 === 0 ? g.edge() : i % 3 === 1 ? -Math.fround(a * b) : g.near(60, 120);
    if (![a, b, c].every(Number.isFinite)) continue;
    const sum = whole(a) * whole(b) + (whole(c) << 149n);
    const expected = roundFixed(sum, 298);
    const actual = fma(a, b, c);
    if (sum === 0n) assert.equal(actual, 0);
    else assert.equal(bitsOf(actual), bitsOf(expected), `fma(${a}, ${b}, ${c})`);
  }
});

for (const name of Object.keys(elementary)) {
  test(`${name} in binary64 first equals ${name} in fixed point`, () => {
    const g = floats(2);
    for (let i = 0; i < 600; i++) {
      const x = i % 3 === 0 ? g.any() : i % 3 === 1 ? g.near(115, 20) : g.edge();
      assert.equal(bitsOf(elementary[name](x)), bitsOf(exact[name](x)), `${name}(${x})`);
    }
  });
}

test('pow decides ties and exact powers', () => {
  assert.equal(pow(257, 3), 16974592);
  assert.equal(pow(2, -150), 0);
  assert.equal(pow(2, -149), 2 ** -149);
  assert.equal(pow(9, 0.5), 3);
  assert.equal(pow(-2, 3), -8);
  assert.ok(Object.is(pow(-0, 3), -0));
});

test('stored formats come back, and f32 rounds to the nearest of them', () => {
  for (let bits = 0; bits < 65536; bits++) {
    const half = halfToFloat(bits);
    if (half === half) assert.equal(floatToHalf(half), bits);
    const brain = brainToFloat(bits);
    if (brain === brain) assert.equal(floatToBrain(brain), bits);
    if (bits < 0x7bff) {
      const middle = (half + halfToFloat(bits + 1)) / 2;
      assert.equal(floatToHalf(middle), bits + (bits & 1), `halfway above ${bits}`);
    }
  }
  assert.equal(floatToHalf(65520), 0x7c00);
  assert.equal(floatToHalf(2 ** -25), 0);
});

test('Philox gives the words of its authors', () => {
  assert.deepEqual(philox([0, 0], [0, 0, 0, 0]), [0x6627e8d5, 0xe169c58d, 0xbc57ac4c, 0x9b00dbd8]);
  const ones = 0xffffffff;
  assert.deepEqual(philox([ones, ones], [ones, ones, ones, ones]), [0x408f276d, 0x41c83b0e, 0xa20bc7c6, 0x6d5451fd]);
});

test('a tree of three splits after the second', () => {
  const [a, b, c] = ['a', 'b', 'c'].map(s => leafHash(Buffer.from(s)));
  assert.deepEqual(treeRoot([a, b, c]), treeRoot([treeRoot([a, b]), c]));
});
