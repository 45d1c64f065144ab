// How loops and ifs of a function match (spec/bytecode.md, rule 15).

/**
 * By instruction: `end` of a loop or if, `other` (the else of an if), `start` of an end or else, `leave` (the end of the
 * loop that a brk leaves). `wrong` holds the instructions that break rule 15: every brk outside a loop, and
 * the first else or end that closes nothing, or, where there is none, the innermost block that is never closed.
 */
export function matchBlocks(code) {
  const blocks = { end: {}, other: {}, start: {}, leave: {}, wrong: new Set() };
  const open = [];
  for (let at = 0; at < code.length; at++) {
    const { row } = code[at];
    switch (row.mnemonic) {
      case 'loop':
      case 'if':
        open.push({ at, kind: row.mnemonic, leaves: [] });
        break;
      case 'else': {
        const top = open.at(-1);
        if (top?.kind !== 'if' || top.at in blocks.other) {
          blocks.wrong.add(at);
          return blocks;
        }
        blocks.other[top.at] = at;
        blocks.start[at] = top.at;
        break;
      }
      case 'end': {
        const top = open.pop();
        if (top === undefined) {
          blocks.wrong.add(at);
          return blocks;
        }
        blocks.end[top.at] = at;
        blocks.start[at] = top.at;
        if (top.at in blocks.other) blocks.end[blocks.other[top.at]] = at;
        for (const leave of top.leaves) blocks.leave[leave] = at;
        break;
      }
      case 'brk':
      case 'brk_if': {
        const loop = open.findLast(b => b.kind === 'loop');
        if (loop === undefined) blocks.wrong.add(at);
        else loop.leaves.push(at);
        break;
      }
    }
  }
  if (open.length > 0) blocks.wrong.add(open.at(-1).at);
  return blocks;
}
