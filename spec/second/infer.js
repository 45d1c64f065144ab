// Types and shapes of one instruction (spec/bytecode.md, rule 10): letters, `..`, `*` and `~` unify.
import { invalid } from './faults.js';
import { classes } from './row.js';
import { broadcasts, sameShape } from './types.js';

/**
 * The types of the written registers. `o` holds, by operand name, types of registers and weights and the immediates;
 * `declared` the types that the written registers have. Throws invalid faults.
 */
export function infer(row, o, declared) {
  const bound = { letters: new Map(), lists: new Map(), classes: new Map() };
  for (const i of row.immediates) if (i.kind === 'u32') bound.letters.set(i.name, o[i.name]);
  const read = row.operands.filter(p => !p.written && (p.kind === 'register' || p.kind === 'weight'));
  for (const p of read) {
    checkElement(p, o[p.name].element);
    if (p.layout !== undefined && (o[p.name].layout === 1) !== (p.layout === 'panels')) throw invalid('BadLayout');
    if (p.pattern !== null && p.pattern[0] !== '~') unifyShape(p.pattern, o[p.name].shape, bound);
  }
  for (const p of read)
    if (p.pattern?.[0] === '~' && !broadcasts(o[p.name].shape, bound.lists.get('*'))) throw invalid('ShapeMismatch');
  for (const p of read) unifyClass(p, o[p.name].element, bound);
  o.letters = Object.fromEntries(bound.letters);
  o.leading = bound.lists.get('..');
  row.check?.(o, declared);
  const own = row.result?.(o, declared);
  return row.operands.filter(p => p.written).map((p, i) => own?.[i] ?? patternType(p, bound, declared[i]));
}

/** Compares what was inferred with what the registers are declared to be. */
export function agree(inferred, declared) {
  inferred.forEach((type, i) => {
    if (type.element !== declared[i].element) throw invalid('TypeMismatch');
    if (!sameShape(type.shape, declared[i].shape)) throw invalid('ShapeMismatch');
  });
}

function checkElement(p, element) {
  if (p.element === 'any') return;
  const allowed = classes[p.element] ?? p.element;
  if (!allowed.includes(element)) throw invalid('TypeMismatch');
}

/** Operands of one class have one type. */
function unifyClass(p, element, bound) {
  if (!(p.element in classes)) return;
  if (bound.classes.has(p.element) && bound.classes.get(p.element) !== element) throw invalid('TypeMismatch');
  bound.classes.set(p.element, element);
}

function unifyShape(pattern, shape, bound) {
  const list = pattern[0] === '..' || pattern[0] === '*' ? pattern[0] : null;
  const tail = list === null ? pattern : pattern.slice(1);
  const leading = shape.length - tail.length;
  if (leading < 0 || (list === null && leading > 0)) throw invalid('ShapeMismatch');
  if (list !== null) {
    const dims = shape.slice(0, leading);
    if (bound.lists.has(list) && !sameShape(bound.lists.get(list), dims)) throw invalid('ShapeMismatch');
    bound.lists.set(list, dims);
  }
  tail.forEach((letter, i) => {
    const dim = shape[leading + i];
    const known = letter === '1' ? 1 : bound.letters.get(letter);
    if (known !== undefined && known !== dim) throw invalid('ShapeMismatch');
    bound.letters.set(letter, dim);
  });
}

function patternType(p, bound, declared) {
  const only = Array.isArray(p.element) && p.element.length === 1 ? p.element[0] : undefined;
  const element = bound.classes.get(p.element) ?? only;
  const shape = p.pattern?.flatMap(letter => (letter === '1' ? [1] : bound.lists.get(letter) ?? [bound.letters.get(letter)]));
  if (element === undefined || shape === undefined || shape.includes(undefined)) {
    if (declared === undefined) throw new Error(`the type of ${p.name} must be given`);
    if (element !== undefined && element !== declared.element) throw invalid('TypeMismatch');
    return { element: declared.element, shape: shape === undefined || shape.includes(undefined) ? declared.shape : shape };
  }
  return { element, shape };
}
