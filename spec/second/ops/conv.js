// Convolution and pooling over two axes; one axis is a height of 1.
import { commitTensor } from '../evidence.js';
import { invalid } from '../faults.js';
import { fma, fround, maximum, rowSum } from '../float.js';
import { row } from '../row.js';
import { isSymbol } from '../types.js';
import { big } from './work.js';

const geometry = 'strideH:u32, strideW:u32, padTop:u32, padLeft:u32, padBottom:u32, padRight:u32, ' +
  'dilationH:u32, dilationW:u32';
const most = 2 ** 16;

const extent = (size, pads, kernel, stride, dilation) =>
  Math.floor((size + pads - ((kernel - 1) * dilation + 1)) / stride) + 1;

/** Rows and columns of the result; throws where a size or an immediate is out of range. */
function resultSize(o, kernelH, kernelW) {
  const [, c, h, w] = o.x.shape;
  if ([c, h, w].some(isSymbol)) throw invalid('ShapeMismatch');
  const counts = [o.strideH, o.strideW, o.dilationH, o.dilationW, kernelH, kernelW];
  const pads = [o.padTop, o.padLeft, o.padBottom, o.padRight];
  if ([...counts, ...pads].some(n => n > most) || counts.some(n => n < 1))
    throw invalid('BadImmediate');
  const p = extent(h, o.padTop + o.padBottom, kernelH, o.strideH, o.dilationH);
  const q = extent(w, o.padLeft + o.padRight, kernelW, o.strideW, o.dilationW);
  if (p < 1 || q < 1) throw invalid('BadImmediate');
  return [p, q];
}

/** Calls visit(index in the result, batch, channel, the window's first row and column) for each place of y. */
function eachWindow(o, visit) {
  const [b, c, p, q] = o.y.shape;
  for (let i = 0, at = 0; i < b; i++)
    for (let j = 0; j < c; j++)
      for (let u = 0; u < p; u++)
        for (let v = 0; v < q; v++) visit(at++, i, j, u * o.strideH - o.padTop, v * o.strideW - o.padLeft);
}

/** The elements of one channel that a window covers, in (r, s) order, without those outside. */
function covered(o, b, c, top, left) {
  const [, channels, height, width] = o.x.shape;
  const values = [];
  for (let r = 0; r < o.kernelH; r++)
    for (let s = 0; s < o.kernelW; s++) {
      const i = top + r * o.dilationH, j = left + s * o.dilationW;
      if (i >= 0 && i < height && j >= 0 && j < width) values.push(o.x.num[((b * channels + c) * height + i) * width + j]);
    }
  return values;
}

const pooled = {
  writes: 1,
  result: o => [{ element: 'f32', shape: [...o.x.shape.slice(0, 2), ...resultSize(o, o.kernelH, o.kernelW)] }],
  work: o => big(...o.y.shape, o.kernelH, o.kernelW),
};

export const conv = [
  row(0xb2, `conv y, x:f32[B,C,H,W], weight w:f32[O,G,R,S] rows, ${geometry}`, {
    writes: 1,
    check: o => {
      const c = o.x.shape[1];
      const [outputs, g] = o.w.shape;
      if (isSymbol(c) || c % g !== 0 || c === 0 || outputs % (c / g) !== 0) throw invalid('ShapeMismatch');
    },
    result: o => [{ element: 'f32', shape: [o.x.shape[0], o.w.shape[0], ...resultSize(o, o.w.shape[2], o.w.shape[3])] }],
    work: o => big(...o.y.shape, ...o.w.shape.slice(1)),
    commits: o => commitTensor(o.x),
    exec: o => {
      const [, channels, height, width] = o.x.shape;
      const [outputs, g, kernelH, kernelW] = o.w.shape;
      const perGroup = outputs / (channels / g);
      const length = g * kernelH * kernelW;
      eachWindow(o, (at, b, out, top, left) => {
        const first = Math.floor(out / perGroup) * g;
        let total = 0, p = 0;
        for (let k = 0; k < length; k++) {
          const i = top + (Math.floor(k / kernelW) % kernelH) * o.dilationH;
          const j = left + (k % kernelW) * o.dilationW;
          const c = first + Math.floor(k / (kernelH * kernelW));
          const inside = i >= 0 && i < height && j >= 0 && j < width;
          p = fma(inside ? o.x.num[((b * channels + c) * height + i) * width + j] : 0, o.w.values[out * length + k], p);
          if (k % 256 === 255 || k === length - 1) {
            total = k < 256 ? p : fround(total + p);
            p = 0;
          }
        }
        o.y.num[at] = total;
      });
      o.y.canonical();
    },
  }),
  row(0xb3, `pool.max y, x:f32[B,C,H,W], kernelH:u32, kernelW:u32, ${geometry}`, {
    ...pooled,
    exec: o => {
      eachWindow(o, (at, b, c, top, left) => { o.y.num[at] = covered(o, b, c, top, left).reduce(maximum, -Infinity); });
      o.y.canonical();
    },
  }),
  row(0xb4, `pool.mean y, x:f32[B,C,H,W], kernelH:u32, kernelW:u32, ${geometry}, countPad:u32`, {
    ...pooled,
    check: o => { if (o.countPad > 1) throw invalid('BadImmediate'); },
    exec: o => {
      eachWindow(o, (at, b, c, top, left) => {
        const values = covered(o, b, c, top, left);
        const count = o.countPad === 1 ? o.kernelH * o.kernelW : values.length;
        o.y.num[at] = rowSum(values.length, i => values[i]) / fround(count);
      });
      o.y.canonical();
    },
  }),
];
