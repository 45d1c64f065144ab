// How loops and ifs of a function match (spec/bytecode.md, rule 15).

/**
 * By instruction: `end` of a loop or if, `other` (the else of an if), `start` of an end or else, `leave` (the end of the
 * loop that a brk leaves). `fault` is the first instruction that breaks rule 15, and its code.
 */
export function matchBlocks(code) {
  const blocks = { end: {}, other: {}, start: {}, leave: {}, fault: null };
  const open = [];
  const wrong = (at, faultCode = 'Nesting') => {
    blocks.fault ??= { at, code: faultCode };
    return blocks;
  };
  for (let at = 0; at < code.length; at++) {
    const { row } = code[at];
    switch (row.mnemonic) {
      case 'loop':
      case 'if':
        open.push({ at, kind: row.mnemonic, leaves: [] });
        break;
      case 'else': {
        const top = open.at(-1);
        if (top?.kind !== 'if' || top.at in blocks.other) return wrong(at);
        blocks.other[top.at] = at;
        blocks.start[at] = top.at;
        break;
      }
      case 'end': {
        const top = open.pop();
        if (top === undefined) return wrong(at);
        blocks.end[top.at] = at;
        blocks.start[at] = top.at;
        if (top.at in blocks.other) blocks.end[blocks.other[top.at]] = at;
        for (const leave of top.leaves) blocks.leave[leave] = at;
        break;
      }
      case 'brk':
      case 'brk_if': {
        const loop = open.findLast(b => b.kind === 'loop');
        if (loop === undefined) return wrong(at);
        loop.leaves.push(at);
        break;
      }
    }
  }
  if (open.length > 0) wrong(code.length);
  return blocks;
}
