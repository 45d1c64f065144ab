// JSON from strangers (spec/evidence.md 15, rule 2): no key twice, nothing but JSON, and no deeper than 16.
import { refuse } from './bytes.js';

const token = /[ \t\n\r]*(?:([{}[\],:])|("(?:[^"\\\x00-\x1f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*")|(-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?|true|false|null))/y;
const mostDepth = 16;

export function strictJson(text) {
  let at = 0;
  const next = () => {
    token.lastIndex = at;
    const found = token.exec(text) ?? refuse('no JSON');
    at = token.lastIndex;
    return found;
  };
  const mark = () => next()[1] ?? refuse('no JSON');
  /** Items up to the closing mark. */
  const items = (close, item) => {
    const before = at;
    if (next()[1] === close) return;
    at = before;
    for (;;) {
      item();
      const m = mark();
      if (m === close) return;
      if (m !== ',') refuse('no JSON');
    }
  };
  const value = depth => {
    if (depth > mostDepth) refuse('JSON deeper than 16');
    const [, m, string, other] = next();
    if (string !== undefined) return JSON.parse(string);
    if (other !== undefined) return JSON.parse(other);
    if (m === '[') {
      const list = [];
      items(']', () => list.push(value(depth + 1)));
      return list;
    }
    if (m !== '{') refuse('no JSON');
    const members = new Map();
    items('}', () => {
      const key = JSON.parse(next()[2] ?? refuse('no JSON'));
      if (members.has(key)) refuse(`${key} is there twice`);
      if (mark() !== ':') refuse('no JSON');
      members.set(key, value(depth + 1));
    });
    return Object.fromEntries(members);
  };
  const result = value(1);
  if (/[^ \t\n\r]/.test(text.slice(at))) refuse('no JSON');
  return result;
}
