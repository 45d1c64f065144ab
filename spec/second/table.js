// The instruction table: every row of every family, by code and by mnemonic.
import { attention } from './ops/attention.js';
import { compare } from './ops/compare.js';
import { control } from './ops/control.js';
import { conv } from './ops/conv.js';
import { convert } from './ops/convert.js';
import { elementwise } from './ops/elementwise.js';
import { moves } from './ops/moves.js';
import { network } from './ops/network.js';
import { quantized } from './ops/quantized.js';
import { reduce } from './ops/reduce.js';
import { scalar } from './ops/scalar.js';
import { select } from './ops/select.js';
import { state } from './ops/state.js';
import { text } from './ops/text.js';
import { views } from './ops/views.js';

export const rows = [control, scalar, moves, views, select, convert, elementwise, compare, reduce, network, quantized,
  attention, conv, state, text].flat();

export const rowByCode = new Map(rows.map(r => [r.code, r]));
export const rowByMnemonic = new Map(rows.map(r => [r.mnemonic, r]));
