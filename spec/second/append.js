// What a step does to the rows of states (spec/bytecode.md 3, rules 19 and 20).
import { invalid } from './faults.js';

export class Rows {
  constructor(module) {
    this.states = module.states;
    this.appended = new Map(); // state: the dimension that counts the rows
    this.overwritten = new Map();
  }

  instruction({ row, operands }, o) {
    switch (row.mnemonic) {
      case 'append': this.add(this.appended, this.overwritten, operands[0], o.x.shape[0]); break;
      case 'write': this.add(this.overwritten, this.appended, operands[0], o.x.shape[0]); break;
      case 'read': if (this.overwritten.has(operands[1])) throw invalid('PartialAppend'); break;
      case 'attention':
      case 'attention.window':
      case 'attention.softcap':
        for (const state of operands.slice(2, 4))
          if (this.appended.get(state) !== o.q.shape[0]) throw invalid('AttentionBeforeAppend');
    }
  }

  add(to, other, state, rows) {
    const sameSymbol = s => this.states[s].symbol === this.states[state].symbol;
    if (to.has(state)) throw invalid('PartialAppend');
    for (const [s, count] of to) if (sameSymbol(s) && count !== rows) throw invalid('PartialAppend');
    for (const s of other.keys()) if (sameSymbol(s)) throw invalid('PartialAppend');
    to.set(state, rows);
  }

  /** At `ret`: all states of a symbol, or none. */
  finish() {
    for (const rows of [this.appended, this.overwritten])
      for (const s of rows.keys())
        if (this.states.some((other, i) => other.symbol === this.states[s].symbol && !rows.has(i)))
          throw invalid('PartialAppend');
  }
}
