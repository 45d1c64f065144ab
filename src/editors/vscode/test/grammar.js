'use strict';

// Colours all examples with VS Code's own tokenizer: every mnemonic, directive, number, type and comment gets its scope.

const assert = require('node:assert/strict');
const fs = require('node:fs');
const path = require('node:path');
const oniguruma = require('vscode-oniguruma');
const textmate = require('vscode-textmate');
const { root } = require('./server');

const grammarPath = path.join(__dirname, '../syntaxes/pomisa.tmLanguage.json');

function sources(folder) {
    return fs.readdirSync(folder, { withFileTypes: true }).flatMap((entry) => {
        const full = path.join(folder, entry.name);
        return entry.isDirectory() ? sources(full) : full.endsWith('.pisa') ? [full] : [];
    });
}

async function main() {
    const wasm = fs.readFileSync(path.join(path.dirname(require.resolve('vscode-oniguruma/package.json')), 'release/onig.wasm'));
    await oniguruma.loadWASM(wasm.buffer.slice(wasm.byteOffset, wasm.byteOffset + wasm.byteLength));
    const registry = new textmate.Registry({
        onigLib: Promise.resolve({
            createOnigScanner: (patterns) => new oniguruma.OnigScanner(patterns),
            createOnigString: (text) => new oniguruma.OnigString(text),
        }),
        loadGrammar: async () => textmate.parseRawGrammar(fs.readFileSync(grammarPath, 'utf8'), grammarPath),
    });
    const grammar = await registry.loadGrammar('source.pomisa');
    const scopes = (line) => grammar.tokenizeLine(line, textmate.INITIAL).tokens
        .map((one) => [line.slice(one.startIndex, one.endIndex), one.scopes.at(-1)]);
    const scopeOf = (line, word) => scopes(line).find(([text]) => text === word)?.[1];

    assert.equal(scopeOf('    rmsnorm h, x, l{i}.norm1, 1e-5 ; eps', 'rmsnorm'), 'support.function.network.pomisa');
    assert.equal(scopeOf('    rmsnorm h, x, l{i}.norm1, 1e-5 ; eps', '1e-5'), 'constant.numeric.float.pomisa');
    assert.equal(scopeOf('    rmsnorm h, x, l{i}.norm1, 1e-5 ; eps', '; eps'), 'comment.line.semicolon.pomisa');
    assert.equal(scopeOf('    loop LAST', 'loop'), 'keyword.control.pomisa');
    assert.equal(scopeOf('    max', 'max'), 'support.function.scalar.pomisa');
    assert.equal(scopeOf('.symbol T max 512', 'max'), 'keyword.other.pomisa');
    assert.equal(scopeOf('.step f(x: f32[T, 8]) -> (y: f32[T, 8])', 'f'), 'entity.name.function.pomisa');
    assert.equal(scopeOf('.step f(x: f32[T, 8]) -> (y: f32[T, 8])', 'f32'), 'storage.type.pomisa');
    assert.equal(scopeOf('.weight "a b" bf16[4, 4]', '"a b"'), 'string.quoted.double.pomisa');
    assert.equal(scopeOf(';; What it is.', ';; What it is.'), 'comment.block.documentation.pomisa');

    let lines = 0;
    for (const file of sources(path.join(root, 'examples'))) {
        for (const line of fs.readFileSync(file, 'utf8').split('\n')) {
            const word = /^\s*(\.?[a-z][a-z0-9_.]*)/.exec(line)?.[1];
            if (word !== undefined) {
                assert.notEqual(scopeOf(line, word), 'source.pomisa', `${file}: '${word}' has no colour`);
                lines++;
            }
        }
    }
    assert.ok(lines > 0);
    console.log(`grammar: passed, ${lines} lines of examples`);
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
