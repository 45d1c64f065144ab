// Limits, transcribed from spec/generated/limits.md.

export const limits = {
  ModuleBytes: 67108864, Symbols: 64, SymbolMaximum: 16777216, Weights: 65536, States: 4096, Inputs: 64,
  Functions: 4096, Registers: 8192, RegistersInAll: 524288, Parameters: 64, Locals: 256, Instructions: 1048576,
  Stack: 256, Nesting: 64, CallDepth: 16, Rank: 8, Dimension: 268435456, TensorBytes: 2147483647, DataBytes: 1048576,
  LoopBound: 4294967295, NameBytes: 256, TextBytes: 65536, SourceFiles: 1024, SourceLine: 16777216, Faults: 100,
  BoundVisits: 4194304, W8Rows: 133144, W4Rows: 33536, HeadDim: 65536,
};
