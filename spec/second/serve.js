// The pipe protocol (spec/conformance.md 1): JSON lines, one request, one answer, in order.
import { createInterface } from 'node:readline';
import { readInputs, runJson } from './check.js';
import { Fault } from './faults.js';
import { execute, readSampling } from './instruction.js';
import { bindJson, load } from './load.js';
import { Run } from './run.js';

export async function serve() {
  const session = new Session();
  for await (const line of createInterface({ input: process.stdin, crlfDelay: Infinity })) {
    if (line.trim() === '') continue;
    let id = null;
    let answer;
    try {
      const request = JSON.parse(line);
      id = request.id ?? null;
      if (request.op === 'exit') return;
      answer = session.answer(request);
    } catch (error) {
      answer = error instanceof Fault ? { fault: error.toJson() } : { error: String(error.message) };
    }
    process.stdout.write(`${JSON.stringify({ id, ...answer })}\n`);
  }
}

class Session {
  module = null;

  answer(request) {
    switch (request.op) {
      case 'hello': return { machine: 'second', isa: 1 };
      case 'load': return this.load(Buffer.from(request.module, 'hex'));
      case 'bind': {
        this.needModule();
        this.weights = bindJson(this.module, request.weights);
        return {};
      }
      case 'call': return this.call(request);
      case 'execute': return execute(request);
      default: throw new Error(`no operation ${request.op}`);
    }
  }

  needModule() { if (this.module === null) throw new Error('no module is loaded'); }

  load(bytes) {
    this.module = null;
    const { module, bounds } = load(bytes);
    this.module = module;
    this.weights = bindJson(module);
    return {
      digest: module.digest.toString('hex'),
      bounds: Object.fromEntries(Object.entries(bounds).map(([name, n]) => [name, String(n)])),
    };
  }

  call(request) {
    this.needModule();
    const missing = this.module.weights.find((_, i) => this.weights[i] === undefined);
    if (missing !== undefined) throw new Error(`the weight ${missing.name} is not bound`);
    const run = new Run(this.module, {
      weights: this.weights, ...readInputs(this.module, request), sampling: readSampling(request.sampling),
    });
    const fault = run.run();
    return { ...runJson(run), fault: fault?.toJson() ?? null };
  }
}
