// Validation of one function (spec/bytecode.md 3, rules 8 to 20) in one pass: what is written, bound and on the stack.
import { Rows } from './append.js';
import { matchBlocks } from './blocks.js';
import { Fault, invalid } from './faults.js';
import { agree, infer } from './infer.js';
import { limits } from './limits.js';
import { declaredOperands } from './operands.js';
import { isSymbol, sameShape, symbolOf } from './types.js';

export function validateFunction(module, index, callFaults) {
  const flow = new Flow(module, index, callFaults);
  flow.declaration();
  const { code } = flow.f;
  for (let at = 0; at < code.length; at++) {
    flow.at = at;
    flow.located(() => flow.instruction(code[at]));
  }
  flow.at = code.length - 1;
  flow.located(() => flow.finish());
}

/** The states that a step's instructions name. */
export const namedStates = f => new Set(f.code.flatMap(({ row, operands }) =>
  row.operands.flatMap((p, n) => (p.kind === 'state' ? [operands[n]] : []))));

/** The states of the symbols that those count: their rows must agree when the step is called. */
export function countedStates(module, f) {
  const symbols = new Set([...namedStates(f)].map(s => module.states[s].symbol));
  return module.states.flatMap(({ symbol }, s) => (symbols.has(symbol) ? [s] : []));
}

/** Symbols that a step's parameters and states bind, ascending. */
export function boundSymbols(module, f) {
  const symbols = new Set(parameterSymbols(f));
  if (f.kind === 'step') for (const s of namedStates(f)) symbols.add(module.states[s].symbol);
  return [...symbols].sort((a, b) => a - b);
}

export const parameterSymbols = f =>
  new Set(f.registers.slice(0, f.parameters).flatMap(r => r.shape.filter(isSymbol).map(symbolOf)));

class Flow {
  constructor(module, index, callFaults) {
    this.module = module;
    this.index = index;
    this.f = module.functions[index];
    this.callFaults = callFaults;
    this.blocks = matchBlocks(this.f.code);
    this.written = new Set();
    for (let r = 0; r < this.f.parameters; r++) this.written.add(r);
    this.bound = new Set(boundSymbols(module, this.f));
    this.depth = 0;
    this.reachable = true;
    this.open = [];
    this.rows = new Rows(module);
    this.at = -1;
  }

  /** Runs a check; a fault without a place gets this instruction's. */
  located(check) {
    try {
      check();
    } catch (fault) {
      if (fault instanceof Fault && fault.function === undefined)
        throw invalid(fault.code, { function: this.index, at: fault.at ?? this.at });
      throw fault;
    }
  }

  declaration() {
    if (this.callFaults.has(`${this.index} -1`)) throw invalid('LimitExceeded', { function: this.index, at: -1 });
    if (this.f.kind !== 'step') return;
    const parameters = parameterSymbols(this.f);
    for (const s of namedStates(this.f))
      if (parameters.has(this.module.states[s].symbol))
        throw invalid('SymbolBoundTwice', { function: this.index, at: -1 });
  }

  instruction(i) {
    const { row } = i;
    if (row.where !== 'both' && row.where !== this.f.kind) throw invalid('WrongFunctionKind');
    if (!this.reachable && row.mnemonic !== 'else' && row.mnemonic !== 'end') throw invalid('UnreachableCode');
    if (row.mnemonic === 'call') this.call(i);
    else this.types(i);
    this.stack(row);
    const opens = row.mnemonic === 'loop' || row.mnemonic === 'if';
    if (!opens && this.blocks.wrong.has(this.at)) throw invalid('Nesting');
    this.control(i);
    if (opens && this.blocks.wrong.has(this.at)) throw invalid('Nesting');
  }

  types(i) {
    const { row } = i;
    const o = declaredOperands(this.module, this.f, i);
    const registers = i.operands.filter((_, n) => row.operands[n].kind === 'register');
    this.registers(registers.slice(row.writes), registers.slice(0, row.writes), row.inPlace === true);
    const declared = row.operands.filter(p => p.written).map(p => o[p.name]);
    agree(infer(row, o, declared), declared);
    this.symbols(i, o);
    if (this.f.kind === 'step') this.rows.instruction(i, o);
  }

  /** Rules 11 and 12. */
  registers(reads, writes, shared) {
    for (const r of reads) if (!this.written.has(r)) throw invalid('ReadBeforeWrite');
    for (const r of writes) if (r < this.f.parameters) throw invalid('WriteToParameter');
    if (new Set(writes).size < writes.length) throw invalid('DuplicateOperand');
    if (!shared && writes.some(r => reads.includes(r))) throw invalid('DuplicateOperand');
    for (const r of writes) this.written.add(r);
  }

  /** Rule 13. */
  symbols({ row, operands }, o) {
    const needed = row.valued === undefined ? [] : row.valued === 'y' ? o.y.shape : [];
    const named = row.operands.flatMap((p, n) => (p.kind === 'symbol' ? [operands[n]] : []));
    for (const s of [...needed.filter(isSymbol).map(symbolOf), ...named])
      if (!this.bound.has(s)) throw invalid('UnboundSymbol');
    if (row.mnemonic === 'input' && o.name.shape.length > 0 && isSymbol(o.name.shape[0])) {
      const symbol = symbolOf(o.name.shape[0]);
      if (parameterSymbols(this.f).has(symbol)) throw invalid('SymbolBoundTwice');
      this.bound.add(symbol);
    }
  }

  call(i) {
    const fault = this.callFaults.get(`${this.index} ${this.at}`);
    if (fault !== undefined) throw invalid(fault);
    const { symbols, functions } = this.module;
    const callee = functions[i.operands[0]];
    const argumentRegisters = i.operands.slice(1, 1 + callee.parameters);
    const resultRegisters = i.operands.slice(1 + callee.parameters);
    this.registers(argumentRegisters, resultRegisters, true);
    const binding = new Map();
    argumentRegisters.forEach((r, n) => {
      const given = this.f.registers[r];
      const wanted = callee.registers[n];
      if (given.element !== wanted.element) throw invalid('TypeMismatch');
      if (given.shape.length !== wanted.shape.length) throw invalid('ShapeMismatch');
      wanted.shape.forEach((d, a) => {
        const dim = given.shape[a];
        if (isSymbol(d) && !binding.has(d)) {
          binding.set(d, dim);
          const greatest = isSymbol(dim) ? symbols[symbolOf(dim)] : dim;
          if (greatest > symbols[symbolOf(d)]) throw invalid('SymbolMaximum');
        } else if ((isSymbol(d) ? binding.get(d) : d) !== dim) {
          throw invalid('ShapeMismatch');
        }
      });
    });
    resultRegisters.forEach((r, n) => {
      const given = callee.registers[callee.parameters + n];
      const wanted = this.f.registers[r];
      if (given.element !== wanted.element) throw invalid('TypeMismatch');
      const shape = given.shape.map(d => (isSymbol(d) ? binding.get(d) : d));
      if (!sameShape(shape, wanted.shape)) throw invalid('ShapeMismatch');
    });
  }

  stack(row) {
    if (this.depth < row.pops && this.reachable) throw invalid('StackUnderflow');
    this.depth += row.pushes - row.pops;
    if (this.depth > limits.Stack) throw invalid('LimitExceeded');
  }

  control(i) {
    const balanced = depth => { if (this.reachable && this.depth !== depth) throw invalid('StackImbalance'); };
    switch (i.row.mnemonic) {
      case 'loop':
        if (i.immediates[0] < 1) throw invalid('UnboundedLoop');
        this.begin('loop');
        break;
      case 'if':
        this.begin('if');
        break;
      case 'else': {
        const block = this.open.at(-1);
        balanced(block.depth);
        block.first = this.outcome();
        this.restore(block.start);
        this.depth = block.depth;
        break;
      }
      case 'end': {
        const block = this.open.pop();
        balanced(block.depth);
        const last = this.outcome();
        this.depth = block.depth;
        if (block.kind === 'loop' || block.first === undefined) this.restore(block.start);
        else this.join(block.first, last);
        break;
      }
      case 'brk':
      case 'brk_if':
        balanced(this.open.findLast(b => b.kind === 'loop').depth);
        if (i.row.mnemonic === 'brk') this.reachable = false;
        break;
      case 'ret':
        for (let r = 0; r < this.f.results; r++)
          if (!this.written.has(this.f.parameters + r)) throw invalid('ReadBeforeWrite');
        if (this.depth !== 0) throw invalid('StackImbalance');
        if (this.f.kind === 'step') this.rows.finish();
        this.reachable = false;
        break;
      case 'halt':
        this.reachable = false;
        break;
    }
  }

  begin(kind) {
    if (this.open.length >= limits.Nesting) throw invalid('LimitExceeded');
    this.open.push({ kind, depth: this.depth, start: this.outcome() });
  }

  outcome() { return { written: new Set(this.written), bound: new Set(this.bound), reachable: this.reachable }; }

  restore(state) {
    this.written = new Set(state.written);
    this.bound = new Set(state.bound);
    this.reachable = state.reachable;
  }

  /** Behind an if with else: what both branches did, a branch that does not reach its end aside. */
  join(a, b) {
    if (!a.reachable || !b.reachable) {
      this.restore(a.reachable ? a : b);
      return;
    }
    const both = (x, y) => new Set([...x].filter(v => y.has(v)));
    this.restore({ written: both(a.written, b.written), bound: both(a.bound, b.bound), reachable: true });
  }

  finish() {
    if (this.reachable) throw invalid('MissingReturn');
  }
}
