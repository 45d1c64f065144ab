// Cells against the vectors: every element of every output, evaluated cell by cell, is the one that its opcode gives.
import assert from 'node:assert/strict';
import { existsSync, readFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { test } from 'node:test';
import { Cells } from './check/cells.js';
import { derive } from './check/derive.js';
import { bitsOf } from './float.js';
import { given, readSampling } from './instruction.js';
import { quantizeRows } from './ops/quantized.js';
import { rows } from './table.js';
import { Tensor } from './tensor.js';

const folder = join(dirname(fileURLToPath(import.meta.url)), '../vectors');
const most = Number(process.env.CELLS ?? 12);

const tensor = t => ({ element: t.element, shape: t.shape, num: i => t.num[i], raw: i => BigInt(t.raw[i]) });

/** A weight as `derive` asks for it: elements of rows, or of a matrix in panels. */
const weight = w => ({
  ...tensor(w.tensor), shape: w.shape, num: i => w.values[i], at: (k, n) => w.values[k * w.shape[1] + n], isScaled: w.scale !== undefined, scale: n => w.scale[n],
});

/** The operands of a case, and an element of one of its outputs; `words` are all elements of all of them. */
function subject(row, c, words, cells, output, element) {
  const o = given(row, c);
  for (const p of row.operands) {
    if (p.written) continue;
    if (p.kind === 'register') o[p.name] = tensor(o[p.name]);
    if (p.kind === 'weight') o[p.name] = weight(o[p.name]);
    if (p.kind === 'state') o[p.name] = { ...tensor(o[p.name].data), row: o[p.name].row, rows: o[p.name].rows };
  }
  row.operands.filter(p => p.written).forEach((p, i) => { o[p.name] = { element: c.expect.writes[i].dtype, shape: c.expect.writes[i].shape }; });
  if (row.mnemonic === 'input') o.name = tensor(c.inputs ? Tensor.fromHex(...Object.values(c.inputs[0])) : Tensor.from('i32', [c.prompt.length], c.prompt));
  const own = (j, i) => words[j][i];
  return { ...o, row, cells, output, element, own, sampling: readSampling(c.sampling), popped: c.stack === undefined ? undefined : BigInt(c.stack.at(-1)) };
}

/** All elements of all outputs, as words: of a product row by row its scale and its sums. */
function wordsOf(c, row) {
  if (row.commits === undefined) return writtenWords(c.expect, row);
  const read = c.reads[0];
  const x = Tensor.fromHex(read.dtype, read.shape, read.bits);
  if (c.expect.accumulators === undefined) return [...writtenWords(c.expect, row), Array.from(x.raw, BigInt)];
  const k = x.shape.at(-1);
  const { scales, q } = quantizeRows(x, k);
  return [...writtenWords(c.expect, row), Array.from(scales, (d, t) => [BigInt(bitsOf(d)), ...Array.from(q.subarray(t * k, (t + 1) * k), v => BigInt(v & 0xff))]).flat()];
}

function writtenWords(expect, row) {
  if (expect.accumulators !== undefined) {
    const n = expect.accumulators.length / expect.scales.length;
    return [expect.scales.flatMap((d, t) => [d, ...expect.accumulators.slice(t * n, (t + 1) * n)]).map(bits => BigInt(`0x${bits}`))];
  }
  if (expect.pushes !== undefined && row.pushes > 0) return [expect.pushes.map(v => BigInt.asUintN(64, BigInt(v)))];
  return (expect.writes ?? []).map(w => w.bits.map(bits => BigInt(`0x${bits}`)));
}

for (const row of rows) {
  const file = join(folder, `${row.mnemonic}.json`);
  const scalar = ['argmax', 'item', 'sample'].includes(row.mnemonic);
  if (!existsSync(file) || !(row.writes > 0 || scalar || row.commits) || row.mnemonic === 'call') continue;
  test(`cells of ${row.mnemonic}`, () => {
    let count = 0;
    for (const c of JSON.parse(readFileSync(file, 'utf8')).cases) {
      if (c.module !== undefined || c.expect.trap !== undefined) continue;
      const words = wordsOf(c, row);
      words.forEach((expected, output) => {
        const step = Math.max(1, Math.floor(expected.length / most));
        for (let i = 0; i < expected.length; i += step) {
          const cells = new Cells();
          derive(subject(row, c, words, cells, output, i));
          assert.equal(cells.last().toString(16), expected[i].toString(16), `${c.name}, output ${output}, element ${i}`);
          count++;
        }
      });
    }
    assert.ok(count > 0);
  });
}
