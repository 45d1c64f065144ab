// Following a program on shapes and known scalars alone (spec/evidence.md 14, rules 14 to 21).
import { matchBlocks } from '../blocks.js';
import { boundSymbols, countedStates } from '../flow.js';
import { load } from '../load.js';
import { recordedOf } from '../recorded.js';
import { isSymbol, symbolOf } from '../types.js';
import { digestOf, refuse } from './bytes.js';

const mostWork = 2 ** 22;
const mostWays = 2 ** 16;
const greatestToken = 2n ** 31n - 1n;

/** A way ends. */
class End {
  constructor(index, kind, what) { Object.assign(this, { index, kind, what }); }
}

/** Where a tensor was made: the record, the output of it and of how many, its type, and of a quantized product the weight. */
const originOf = (index, output, outputs, element, shape, weight = null) => ({ index, output, outputs, element, shape, weight });

/** An instruction with what its operands are. */
function placeOf(module, f, instruction, registers, way, symbols, popped) {
  const { row, operands } = instruction;
  const dim = d => (isSymbol(d) ? symbols.get(symbolOf(d)) ?? null : d);
  const written = row.operands.flatMap((p, n) => (p.written ? [{ element: f.registers[operands[n]].element, shape: f.registers[operands[n]].shape.map(dim) }] : []));
  const operand = (p, n) => {
    const index = operands[n];
    switch (p.kind) {
      case 'register': return p.written ? null : registers[index]?.origin ?? null;
      case 'state': return { ...module.states[index], rows: way.rows[index], parts: way.origins[index] };
      case 'symbol': return symbols.get(index) ?? null;
      default: return index;
    }
  };
  return { instruction, operands: row.operands.map(operand), written, inputs: [...way.inputs], popped };
}

const shown = (_, v) => (typeof v === 'bigint' ? `${v}` : v);

/** The one place that all ways come to, or null. */
function samePlace(places) {
  const [first] = places;
  const say = ({ instruction, ...p }) => JSON.stringify([instruction.row.code, instruction.operands, p], shown);
  return places.length > 0 && places.every(p => p.instruction === first.instruction && say(p) === say(first)) ? first : null;
}

const left = new End(0n, 0, 'the run was left here');

const scalars = {
  add: (a, b) => a + b, sub: (a, b) => a - b, mul: (a, b) => a * b, min: (a, b) => (a < b ? a : b), max: (a, b) => (a > b ? a : b),
  eq: (a, b) => a === b, ne: (a, b) => a !== b, lt: (a, b) => a < b, le: (a, b) => a <= b, gt: (a, b) => a > b, ge: (a, b) => a >= b,
  and: (a, b) => a !== 0n && b !== 0n, or: (a, b) => a !== 0n || b !== 0n,
};

const number = v => (typeof v === 'boolean' ? (v ? 1n : 0n) : BigInt.asIntN(64, v));

/**
 * What the records shown prove: `fault`, or null and the `place` of the record that it is about, if all ways agree on one. `records` by log index,
 * the run's opening one at `first`; `tokens` are what the body of kind 10 says that the response is.
 */
export function followProgram(program, records, first, about, tokens = Buffer.alloc(0)) {
  const opening = records.get(first);
  let module;
  try {
    ({ module } = load(program));
  } catch {
    return refuse('the program is not valid');
  }
  if (!module.digest.equals(opening.record.program)) refuse('the program is not the one that the run was opened with');
  const walk = new Walk(module, records, first, about, digestOf(opening.entry), opening.record);
  walk.tokens = tokens;
  return { module, ...walk.result() };
}

class Walk {
  constructor(module, records, first, about, run, open) {
    Object.assign(this, { module, records, first, about, run, open });
    this.blocks = module.functions.map(f => matchBlocks(f.code));
    this.recorded = module.functions.map(recordedOf);
    this.worked = 0;
    this.places = [];
  }

  result() {
    const start = { frames: [], rows: this.module.states.map(() => 0), origins: this.module.states.map(() => []), inputs: this.module.inputs.map(() => null), index: this.first + 1n, steps: 0, changed: [], emits: [], ended: false };
    this.enter(start, this.module.entry, new Map(), []);
    const ways = [start];
    const ends = [];
    let isLeft = false;
    for (let count = 1; ways.length > 0;) {
      const way = ways.pop();
      const end = this.follow(way, other => {
        if (++count > mostWays) refuse('there are more than 2^16 ways');
        ways.push(other);
      });
      if (end === left || end.index > this.about) isLeft = true;
      else ends.push(end);
    }
    if (isLeft) return { fault: null, place: samePlace(this.places) };
    const weight = kind => (kind >= 10 ? kind - 12 : kind);
    const last = ends.reduce((m, e) => (e.index > m ? e.index : m), -1n);
    return { fault: ends.filter(e => e.index === last).reduce((a, b) => (weight(b.kind) > weight(a.kind) ? b : a)), place: null };
  }

  /** Follows a way to its end; where it forks, the other way goes to `fork`. */
  follow(way, fork) {
    try {
      while (true) {
        if (way.index > this.about) return new End(this.about + 1n, 0, 'left');
        if (way.ended) this.behind(way, 10, 'the program has ended before it');
        this.work(1);
        this.instruction(way, fork);
      }
    } catch (end) {
      if (end instanceof End) return end;
      throw end;
    }
  }

  /** Rule 20. */
  work(units) {
    this.worked += Math.floor(units);
    if (this.worked > mostWork) refuse('there are more than 2^22 units of work');
  }

  /** What a way takes with it: values of its drivers, loops that are open in them, rows of states. */
  size(way) {
    const open = ({ index, next }) => Object.entries(this.blocks[index].end)
      .filter(([start, end]) => this.module.functions[index].code[start].row.mnemonic === 'loop' && start < next - 1 && next - 1 <= end).length;
    return way.frames.reduce((sum, frame) => {
      const f = this.module.functions[frame.index];
      return sum + f.registers.length + f.locals + frame.stack.length + open(frame) + this.module.symbols.length;
    }, this.module.states.length);
  }

  enter(way, index, symbols, parameters) {
    const f = this.module.functions[index];
    way.frames.push({
      index, symbols, told: new Map(), registers: [...parameters], stack: [], locals: new Array(f.locals).fill(0n), rounds: new Map(), next: 0, results: [],
    });
  }

  shown(index) { return this.records.get(index)?.record; }

  /** No record of the run can lie at this index or behind it; the way ends at the first that does. */
  behind(way, kind, what) {
    const close = this.shown(way.index);
    if (close?.kind === 'close') this.close(way, close);
    for (const [at, { record }] of this.records) {
      if (at < way.index) continue;
      if (at > this.about) break;
      if (record.kind === 'open') throw left;
      throw new End(at, kind, what);
    }
    throw left;
  }

  close(way, record) {
    const wrong = (what, kind = 10) => { throw new End(way.index, kind, what); };
    if (!record.run.equals(this.run)) wrong('it belongs to another run', 2);
    if (record.sequence !== way.index - this.first) wrong('its sequence is another', 3);
    if (record.tokens === way.emits.length) this.work(way.emits.length);
    if (record.status === 1 !== way.ended) wrong(way.ended ? 'it says abandoned at the program\'s end' : 'it says finished before the program\'s end');
    if (record.tokens !== way.emits.length) wrong('it counts tokens otherwise');
    const bound = record.isPrivate ? record.told : record.response;
    if (bound !== undefined && !way.emits.includes(null)) {
      const response = Buffer.alloc(4 * way.emits.length);
      way.emits.forEach((token, i) => response.writeInt32LE(Number(token), 4 * i));
      if (!digestOf(response).equals(bound)) wrong('it binds another response');
    } else if (!record.isPrivate && this.tokens.length > 0 && this.tokens.length % 4 === 0 && digestOf(this.tokens).equals(record.response)) {
      const same = this.tokens.length === 4 * way.emits.length && way.emits.every((token, i) => token === null || BigInt(this.tokens.readInt32LE(4 * i)) === token);
      if (!same) wrong('it binds another response');
    }
    throw left;
  }

  /** Holds the record at the way's index, if it is shown, against what the program gives; known scalars are filled in. */
  retire(way, { f, at, opcode, symbols = [], commitments = 0, pushed = [] }) {
    const { index } = way;
    const record = this.shown(index);
    way.index++;
    if (record === undefined) return pushed;
    const wrong = (kind, what) => { throw new End(index, kind, what); };
    if (record.kind === 'open') throw left;
    if (!record.run.equals(this.run)) wrong(2, 'it belongs to another run');
    if (record.sequence !== index - this.first) wrong(3, 'its sequence is another');
    if (record.kind === 'close') {
      way.index = index;
      this.close(way, record);
    }
    if (record.step !== way.steps || record.function !== f || record.offset !== at || record.opcode !== opcode) wrong(6, 'the program comes to another instruction');
    if (record.isPrivate && record.tokens !== way.emits.length) wrong(6, 'it counts tokens otherwise');
    const same = symbols.length === record.symbols.length && symbols.every(([s, v], i) => s === record.symbols[i][0] && (v === null || v === record.symbols[i][1]));
    if (!same) wrong(7, 'its symbols are others');
    const areScalars = record.tag === 1 || record.tag === 2;
    const count = pushed.length > 0 ? pushed.length : commitments;
    if (record.outputs.length !== count || (count > 0 && areScalars !== pushed.length > 0)) wrong(8, 'its outputs are of another number or sort');
    const held = record.tag === 1 ? record.outputs : record.told;
    if (held === undefined) return pushed;
    pushed.forEach((v, i) => { if (v !== null && v !== held[i]) wrong(9, `it holds ${held[i]} where ${v} follows`); });
    return [...held];
  }

  symbolOf(way, index) { return this.shown(index)?.symbols ?? null; }

  trap(way, what) { this.behind(way, 11, what); }

  instruction(way, fork) {
    const frame = way.frames.at(-1);
    const f = this.module.functions[frame.index];
    const at = frame.next++;
    const { row, operands, immediates } = f.code[at];
    const { mnemonic } = row;
    const blocks = this.blocks[frame.index];
    const value = v => immediates[row.immediates.findIndex(i => i.name === v)];
    const popped = [];
    const pop = () => {
      popped.push(frame.stack.pop());
      return popped.at(-1);
    };
    const here = way.index;
    const done = more => {
      const told = this.retire(way, { f: frame.index, at, opcode: row.code, ...more, symbols: more?.symbols ?? this.take(way) });
      if (here === this.about) this.places.push(placeOf(this.module, f, f.code[at], frame.registers, way, frame.symbols, popped));
      return told;
    };
    const written = shapeOf => ({ shape: shapeOf, origin: originOf(here, 0, 1, f.registers[operands[0]].element, shapeOf) });
    const pushes = values => frame.stack.push(...done({ pushed: values }));
    const shape = type => type.shape.map(d => (isSymbol(d) ? frame.symbols.get(symbolOf(d)) ?? null : d));
    // Both ways where a condition is not known: this one takes `yes`, the other one `no`.
    const branch = (condition, yes, no) => {
      if (condition === null) {
        this.work(this.size(way) / 4);
        const other = structuredClone(way);
        no(other.frames.at(-1));
        fork(other);
        yes(frame);
      } else if (condition) {
        yes(frame);
      } else {
        no(frame);
      }
    };
    const stay = () => {};
    const to = next => target => { target.next = next; };
    if (mnemonic in scalars) {
      const [b, a] = [pop(), pop()];
      pushes([a === null || b === null ? null : number(scalars[mnemonic](a, b))]);
      return;
    }
    switch (mnemonic) {
      case 'push': pushes([value('value')]); break;
      case 'drop': pop(); done(); break;
      case 'dup': {
        const a = pop();
        const [x, y] = done({ pushed: [a, a] });
        frame.stack.push(x ?? y, y ?? x);
        break;
      }
      case 'swap': {
        const [b, a] = [pop(), pop()];
        pushes([b, a]);
        break;
      }
      case 'not': {
        const a = pop();
        pushes([a === null ? null : number(a === 0n)]);
        break;
      }
      case 'get': pushes([frame.locals[operands[0]]]); break;
      case 'set': frame.locals[operands[0]] = pop(); done(); break;
      case 'halt':
        done();
        way.ended = true;
        break;
      case 'loop': {
        const n = pop();
        const most = BigInt(value('max'));
        if (n !== null && (n < 0n || n > most)) this.trap(way, 'a loop\'s rounds are out of their bounds');
        done();
        branch(n === null ? null : n !== 0n, target => target.rounds.set(at, { left: n, passed: 1n }), to(blocks.end[at] + 1));
        break;
      }
      case 'end': {
        done();
        const start = blocks.start[at];
        const rounds = frame.rounds.get(start);
        if (rounds === undefined) break;
        const more = rounds.left === null ? null : rounds.left > rounds.passed;
        branch(more, target => {
          target.rounds.get(start).passed++;
          target.next = start + 1;
        }, target => target.rounds.delete(start));
        break;
      }
      case 'brk': done(); frame.next = blocks.leave[at] + 1; break;
      case 'brk_if': {
        const a = pop();
        done();
        branch(a === null ? null : a !== 0n, to(blocks.leave[at] + 1), stay);
        break;
      }
      case 'if': {
        const a = pop();
        done();
        branch(a === null ? null : a !== 0n, stay, to((blocks.other[at] ?? blocks.end[at]) + 1));
        break;
      }
      case 'else': done(); frame.next = blocks.end[at] + 1; break;
      case 'call': done(); this.call(way, frame, operands); break;
      case 'ret': {
        done();
        const { registers } = way.frames.pop();
        const caller = way.frames.at(-1);
        if (caller === undefined) way.ended = true;
        else caller.results.forEach((r, n) => { caller.registers[r] = registers[f.parameters + n]; });
        break;
      }
      case 'input': this.input(way, frame, operands, done, shape); break;
      case 'token': {
        const a = pop();
        if (a !== null && (a < 0n || a > greatestToken)) this.trap(way, 'it is no token');
        done();
        frame.registers[operands[0]] = written([1]);
        break;
      }
      case 'emit': {
        const a = pop();
        if (a !== null && (a < 0n || a > greatestToken)) this.trap(way, 'it is no token');
        const [token] = done({ pushed: [a] });
        if (token !== null && (token < 0n || token > greatestToken)) {
          way.index--;
          this.trap(way, 'it is no token');
        }
        way.emits.push(token);
        break;
      }
      case 'tail': {
        const x = frame.registers[operands[1]].shape;
        const n = value('n');
        if (x[0] !== null && x[0] < n) this.trap(way, 'there are fewer rows');
        done();
        frame.registers[operands[0]] = written([n, ...x.slice(1)]);
        break;
      }
      case 'rows': {
        const [rows] = frame.registers[operands[0]].shape;
        pushes([rows === null ? null : BigInt(rows)]);
        break;
      }
      case 'zeros':
        done();
        frame.registers[operands[0]] = written(shape(f.registers[operands[0]]));
        break;
      case 'state.len': {
        const rows = way.rows[operands[0]];
        pushes([rows === null ? null : BigInt(rows)]);
        break;
      }
      case 'reset':
        done();
        way.rows[operands[0]] = 0;
        way.origins[operands[0]] = [];
        break;
      case 'item': case 'argmax': pushes([null]); break;
      case 'sample': pop(); pushes([null]); break;
      case 'output': done({ commitments: 1 }); break;
      case 'commit': done(); break;
      default: refuse(`${mnemonic} in a driver`);
    }
  }

  take(way) {
    const { changed } = way;
    way.changed = [];
    return changed;
  }

  input(way, frame, [register, index], done, shape) {
    const declared = this.module.inputs[index];
    const here = way.index;
    const [d] = declared.shape;
    if (d !== undefined && isSymbol(d)) {
      const symbol = symbolOf(d);
      const record = this.shown(here);
      const before = frame.told.get(symbol) ?? null;
      const isSaid = record?.kind === 'retire' && record.symbols.length === 1 && record.symbols[0][0] === symbol;
      const said = isSaid ? record.symbols[0][1] : null;
      frame.symbols.set(symbol, said);
      way.inputs[index] = said;
      done({ symbols: [[symbol, said]] });
      const isWrong = said === 0 || said > this.module.symbols[symbol] || (before !== null && said !== null && said !== before);
      if (isWrong) throw new End(here, 11, 'the input\'s rows are out of their bounds');
      if (said !== null) frame.told.set(symbol, said);
    } else {
      done({ symbols: [] });
    }
    frame.registers[register] = { shape: shape({ shape: declared.shape }), origin: originOf(here, 0, 1, declared.element, shape({ shape: declared.shape })) };
  }

  call(way, frame, [index, ...registers]) {
    const callee = this.module.functions[index];
    const looked = callee.kind === 'driver' ? callee.registers.length + callee.locals : callee.code.length + this.module.states.length;
    this.work(registers.length + this.module.symbols.length + Math.floor(looked / 16));
    const parameters = registers.slice(0, callee.parameters).map(r => frame.registers[r]);
    const symbols = new Map();
    parameters.forEach((x, n) => callee.registers[n].shape.forEach((d, a) => {
      if (isSymbol(d) && (symbols.get(symbolOf(d)) ?? null) === null) symbols.set(symbolOf(d), x.shape[a]);
    }));
    frame.results = registers.slice(callee.parameters);
    if (callee.kind === 'driver') {
      this.enter(way, index, symbols, parameters);
      return;
    }
    for (const s of countedStates(this.module, callee)) {
      const { symbol } = this.module.states[s];
      const [known, rows] = [symbols.get(symbol) ?? null, way.rows[s]];
      if (known !== null && rows !== null && known !== rows) this.trap(way, 'its states disagree');
      symbols.set(symbol, known ?? rows);
    }
    way.steps++;
    const bound = boundSymbols(this.module, callee);
    const own = this.step(way, index, callee, symbols, bound, parameters);
    frame.results.forEach((r, n) => { frame.registers[r] = own[callee.parameters + n]; });
  }

  /** The registers of a step at its end. */
  step(way, index, callee, symbols, bound, parameters) {
    const dim = d => (isSymbol(d) ? symbols.get(symbolOf(d)) ?? null : d);
    const registers = [...parameters];
    callee.code.forEach((instruction, at) => {
      const { row, operands, immediates } = instruction;
      const here = way.index;
      if (row.mnemonic === 'tail') {
        const rows = dim(callee.registers[operands[1]].shape[0]);
        if (rows !== null && rows < immediates[0]) this.trap(way, 'there are fewer rows');
      }
      if (row.mnemonic === 'append' || row.mnemonic === 'write') {
        const [state, x] = operands;
        const [held, more] = [row.mnemonic === 'append' ? way.rows[state] : 0, dim(callee.registers[x].shape[0])];
        const rows = held === null || more === null ? null : held + more;
        if (rows !== null && rows > this.module.states[state].max) this.trap(way, 'a state is full');
        way.rows[state] = rows;
        way.origins[state] = [...row.mnemonic === 'append' ? way.origins[state] : [], { first: held, origin: registers[x]?.origin ?? null }];
      }
      this.retire(way, {
        f: index, at, opcode: row.code, commitments: this.recorded[index][at] ? 1 : 0,
        symbols: at === 0 ? bound.map(s => [s, symbols.get(s) ?? null]) : [],
      });
      if (here === this.about) this.places.push(placeOf(this.module, callee, instruction, registers, way, symbols, []));
      if (way.index > this.about) throw new End(this.about + 1n, 0, 'left');
      row.operands.forEach((p, n) => {
        if (!p.written) return;
        const { element, shape } = callee.registers[operands[n]];
        const dims = shape.map(dim);
        const weight = row.commits !== undefined && row.mnemonic.startsWith('linear.') ? operands[2] : null;
        registers[operands[n]] = { shape: dims, origin: originOf(here, n, row.writes, element, dims, weight) };
      });
    });
    return registers;
  }
}
