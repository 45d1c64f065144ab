// Work formulas: multiply-adds as integers of any size.

export const elementCount = t => t.shape.reduce((n, d) => n * BigInt(d), 1n);
export const big = (...dims) => dims.reduce((n, d) => n * BigInt(d), 1n);
