// Execution of a module (spec/bytecode.md 5) and the records that it mints (spec/runs.md).
import { matchBlocks } from './blocks.js';
import { closeRecord, commitPrompt, commitTensor, openRecord, retireRecord, saltOf, sha256 } from './evidence.js';
import { Fault, trap } from './faults.js';
import { boundSymbols, countedStates } from './flow.js';
import { immediates } from './operands.js';
import { recordedOf } from './recorded.js';
import { Tensor } from './tensor.js';
import { isSymbol, product, resolve, symbolOf } from './types.js';

const nothing = Buffer.alloc(32);
const fresh = (type, value) => new Tensor(type.element, resolve(type.shape, value));

export class Run {
  /** `weights`: what instructions read, by weight index; `inputs`: a tensor for each input or undefined; `prompt`: their bytes where one list was given to all; `privacy`: mode and secret, or null; `claims`: whether the leaves of the outputs tree are wanted; `products`: a list that gets what each quantized product multiplies. */
  constructor(module, { weights = [], inputs = [], sampling = null, manifest = nothing, salt = nothing, trigger = nothing, prompt, privacy = null, claims = false, products = null }) {
    this.module = module;
    this.weights = weights;
    this.inputs = inputs;
    this.sampling = sampling;
    this.privacy = privacy;
    this.states = module.states.map(s => ({
      ...s, rowLength: product(s.row), rows: 0, data: new Tensor(s.element, [s.max, ...s.row]),
    }));
    this.blocksOf = module.functions.map(f => matchBlocks(f.code));
    this.recorded = module.functions.map(recordedOf);
    const bytes = prompt ?? Buffer.concat(inputs.map(t => (t === undefined ? Buffer.alloc(0) : Buffer.from(t.bytes))));
    this.records = [openRecord({
      program: module.digest, manifest, prompt: commitPrompt(privacy ? saltOf(privacy.secret, 0, 1) : salt, bytes), sampling, trigger, privacy,
    })];
    this.id = sha256(this.records[0]);
    this.products = products;
    this.leaves = claims ? [Buffer.alloc(0)] : null;
    this.emits = [];
    this.outputs = [];
    this.steps = 0;
    this.frames = [];
    this.changed = [];
  }

  /** Runs to the end, or to where its host ended it; the fault that ended it, or null. */
  run(stopAfter = Infinity) {
    this.enter(this.module.entry, new Map(), []);
    let abandoned = false;
    while (this.frames.length > 0) {
      const { frame } = this;
      if (this.retires >= stopAfter) {
        abandoned = true;
        break;
      }
      try {
        this.step(frame);
      } catch (fault) {
        if (!(fault instanceof Fault)) throw fault;
        return trap(fault.code, { function: fault.function ?? frame.index, at: fault.at ?? frame.at });
      }
    }
    const { record, leaf } = closeRecord({
      run: this.id, sequence: this.records.length, emits: this.emits, retires: this.retires, privacy: this.privacy, abandoned,
    });
    this.records.push(record);
    this.leaves?.push(leaf);
    return null;
  }

  get frame() { return this.frames.at(-1); }
  get retires() { return this.ended ? this.ended : this.records.length - 1; }
  get at() { return this.frame.at; }
  get blocks() { return this.blocksOf[this.frame.index]; }
  get rounds() { return this.frame.rounds; }
  get locals() { return this.frame.locals; }

  enter(index, symbols, parameters) {
    const f = this.module.functions[index];
    this.frames.push({
      index, f, symbols, registers: [...parameters], stack: [], locals: new Array(f.locals).fill(0n), rounds: new Map(),
      at: 0, next: 0,
    });
  }

  step(frame) {
    const i = frame.f.code[frame.next];
    frame.at = frame.next++;
    this.instruction = i;
    this.pushed = [];
    this.named = [];
    this.after = null;
    const tokens = this.emits.length;
    const o = this.operands(frame, i);
    const done = i.row.exec(o, this);
    i.row.operands.forEach((p, n) => { if (p.written) frame.registers[i.operands[n]] = o[p.name]; });
    if (this.products !== null && (done?.q ?? o.q) && o.w !== undefined) {
      const [K, N] = o.w.shape;
      const q = done?.q ?? o.q.num;
      this.products.push({ sequence: BigInt(this.records.length), q, values: o.w.values, K, N, T: q.length / K });
    }
    const written = () => (done?.commitment ? [done.commitment()] : i.row.operands.filter(p => p.written).map(p => commitTensor(o[p.name])));
    this.retire(frame, i, {
      tokens, scalars: done?.scalars ?? this.pushed, commitment: i.row.commits?.(o) ?? null, isHeld: this.recorded[frame.index][frame.at], element: (o.q ?? o.x)?.element,
      written: this.leaves && written(),
    });
    this.after?.();
  }

  retire(frame, i, values) {
    const { record, leaf } = retireRecord({
      run: this.id, sequence: this.records.length, step: this.steps, function: frame.index, offset: frame.at,
      opcode: i.row.code, symbols: [...this.changed, ...this.named], privacy: this.privacy, ...values,
    });
    this.records.push(record);
    this.leaves?.push(leaf);
    this.changed = [];
  }

  operands(frame, i) {
    const o = immediates(i);
    const value = s => frame.symbols.get(s);
    i.row.operands.forEach((p, n) => {
      const index = i.operands[n];
      switch (p.kind) {
        case 'register':
          if (p.written && i.row.mnemonic === 'input') this.bindInput(frame, i.operands[1]);
          o[p.name] = p.written ? fresh(frame.f.registers[index], value) : frame.registers[index];
          break;
        case 'weight': o[p.name] = this.weights[index]; break;
        case 'state': o[p.name] = this.states[index]; break;
        case 'input': o[p.name] = this.inputs[index]; break;
        case 'symbol': o[p.name] = value(index); break;
        default: o[p.name] = index;
      }
    });
    return o;
  }

  /** What `input` checks, and the symbol that it binds. */
  bindInput(frame, index) {
    const declared = this.module.inputs[index];
    const given = this.inputs[index];
    if (given === undefined) throw trap('InputRows');
    if (given.element !== declared.element || given.shape.length !== declared.shape.length) throw trap('InputRows');
    if (declared.shape.some((d, a) => !isSymbol(d) && d !== given.shape[a])) throw trap('InputRows');
    if (declared.shape.length === 0 || !isSymbol(declared.shape[0])) return;
    const symbol = symbolOf(declared.shape[0]);
    const rows = given.shape[0];
    if (rows === 0) throw trap('EmptyInput');
    if (rows > this.module.symbols[symbol]) throw trap('InputTooLong');
    if (frame.symbols.has(symbol) && frame.symbols.get(symbol) !== rows) throw trap('InputRows');
    frame.symbols.set(symbol, rows);
    this.named = [[symbol, rows]];
  }

  input(given) { return given; }
  go(at) { this.frame.next = at; }
  emit(token) { this.emits.push(token); }
  pop() { return this.frame.stack.pop(); }

  push(value) {
    this.frame.stack.push(value);
    this.pushed.push(value);
  }

  halt() {
    this.after = () => {
      this.ended = this.records.length - 1;
      this.frames = [];
    };
  }

  call() {
    const { operands } = this.instruction;
    this.after = () => this.begin(operands);
  }

  /** Binds the arguments of a call that has retired. */
  begin([index, ...registers]) {
    const callee = this.module.functions[index];
    const caller = this.frame;
    const parameters = registers.slice(0, callee.parameters).map(r => caller.registers[r]);
    const symbols = new Map();
    parameters.forEach((t, n) => callee.registers[n].shape.forEach((d, a) => {
      if (isSymbol(d)) symbols.set(symbolOf(d), t.shape[a]);
    }));
    if (callee.kind === 'step') {
      for (const s of countedStates(this.module, callee)) {
        const { symbol, rows } = this.states[s];
        if (symbols.has(symbol) && symbols.get(symbol) !== rows) throw trap('StatesDisagree', { function: index, at: 0 });
        symbols.set(symbol, rows);
      }
      this.steps++;
      this.changed = boundSymbols(this.module, callee).map(s => [s, symbols.get(s)]);
    }
    caller.results = registers.slice(callee.parameters);
    this.enter(index, symbols, parameters);
  }

  ret() {
    this.after = () => {
      const { f, registers } = this.frames.pop();
      if (this.frames.length === 0) {
        this.ended = this.records.length - 1;
        return;
      }
      this.frame.results.forEach((r, n) => { this.frame.registers[r] = registers[f.parameters + n]; });
    };
  }
}
