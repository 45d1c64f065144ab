// Faults by stage (spec/faults.md). Each is thrown where it is found and caught where a verdict is given.

export class Fault extends Error {
  constructor(stage, code, place) {
    super(`${stage} ${code}`);
    this.stage = stage;
    this.code = code;
    Object.assign(this, place);
  }

  /** The fault as the pipe protocol writes it. */
  toJson() {
    const json = { stage: this.stage, code: this.code };
    if (this.function !== undefined) json.function = this.function;
    if (this.at !== undefined) json.at = this.at;
    return json;
  }
}

export const malformed = (code, at) => new Fault('malformed', code, { at });
export const invalid = (code, place = {}) => new Fault('invalid', code, place);

const exhaustedCodes = new Set(['LoopBound', 'StateFull', 'TableExceeded', 'InputTooLong', 'BoundOverflow',
  'BoundTooCostly', 'HostLimit', 'Stopped']);

/** A fault of a running program: a trap or an exhaustion, by its code. */
export const trap = (code, place = {}) => new Fault(exhaustedCodes.has(code) ? 'exhausted' : 'trap', code, place);
