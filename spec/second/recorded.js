// Which products record what they multiply (spec/runs.md, rule 7).

/** Of each instruction of a function, in their order, whether its record holds a commitment. */
export function recordedOf(f) {
  const made = new Map(); // what the last writer of a register made of it: 'near', 'loaded' or null
  return f.code.map(({ row, operands }) => {
    const read = row.operands.flatMap((p, n) => (p.kind === 'register' && !p.written ? [made.get(operands[n]) ?? null] : []));
    const isProduct = row.commits !== undefined && row.writes > 0;
    const isRecorded = row.commits !== undefined && !(isProduct && read[0] === 'near');
    const isNear = row.elementWise ? read.includes('near') && !read.includes(null) : isProduct && isRecorded;
    const result = isNear ? 'near' : row.mnemonic === 'load' ? 'loaded' : null;
    row.operands.forEach((p, n) => { if (p.kind === 'register' && p.written) made.set(operands[n], result); });
    return isRecorded;
  });
}
