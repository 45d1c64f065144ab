'use strict';

// Drives the language server with the protocol library of VS Code's own client.

const assert = require('node:assert/strict');
const { spawn } = require('node:child_process');
const fs = require('node:fs');
const path = require('node:path');
const { pathToFileURL } = require('node:url');
const protocol = require('vscode-languageserver-protocol/node');
const { root, server } = require('./server');

const folder = path.join(root, 'examples/govsum');
const uri = pathToFileURL(path.join(folder, 'model.pisa')).href;
const text = fs.readFileSync(path.join(folder, 'model.pisa'), 'utf8');
const patience = 60_000;

/** The position of the | in a piece of the text. */
function find(piece) {
    const at = text.indexOf(piece.replace('|', ''));
    assert.ok(at >= 0, `'${piece}' is not in the text`);
    const before = text.slice(0, at + piece.indexOf('|')).split('\n');
    return { line: before.length - 1, character: before.at(-1).length };
}

function apply(source, edits) {
    const starts = [0];
    for (let at = source.indexOf('\n'); at >= 0; at = source.indexOf('\n', at + 1)) {
        starts.push(at + 1);
    }
    const offset = (place) => starts[place.line] + place.character;
    return [...edits].sort((a, b) => offset(b.range.start) - offset(a.range.start))
        .reduce((result, edit) => result.slice(0, offset(edit.range.start)) + edit.newText + result.slice(offset(edit.range.end)), source);
}

async function main() {
    const [command, ...args] = server;
    const child = spawn(command, args, { stdio: ['pipe', 'pipe', 'inherit'] });
    const ended = new Promise((resolve) => child.on('exit', resolve));
    const connection = protocol.createProtocolConnection(
        new protocol.StreamMessageReader(child.stdout), new protocol.StreamMessageWriter(child.stdin));
    const published = new Map();
    let more = () => {};
    connection.onNotification(protocol.PublishDiagnosticsNotification.type, (one) => {
        published.set(one.uri, one);
        more();
    });
    connection.listen();
    const mistakes = async (version) => {
        const late = setTimeout(() => { throw new Error(`no diagnostics of version ${version}`); }, patience);
        while (!(published.get(uri)?.version >= version)) {
            await new Promise((resolve) => { more = resolve; });
        }
        clearTimeout(late);
        return published.get(uri).diagnostics;
    };
    const at = (piece) => ({ textDocument: { uri }, position: find(piece) });

    const hello = await connection.sendRequest(protocol.InitializeRequest.type, {
        processId: process.pid, rootUri: pathToFileURL(root).href, workspaceFolders: null,
        capabilities: { textDocument: { completion: { completionItem: { snippetSupport: true } }, rename: { prepareSupport: true } } },
    });
    assert.equal(hello.serverInfo.name, 'pomisa');
    assert.equal(hello.capabilities.textDocumentSync.change, protocol.TextDocumentSyncKind.Incremental);
    await connection.sendNotification(protocol.InitializedNotification.type, {});

    // An included file is seen as part of the program that includes it: its types and aliases are known.
    await connection.sendNotification(protocol.DidOpenTextDocumentNotification.type, { textDocument: { uri, languageId: 'pomisa', version: 1, text } });
    assert.deepEqual(await mistakes(1), []);

    const start = find('|rmsnorm h, x, l{i}.norm1');
    const end = { ...start, character: start.character + 'rmsnorm'.length };
    await connection.sendNotification(protocol.DidChangeTextDocumentNotification.type, {
        textDocument: { uri, version: 2 }, contentChanges: [{ range: { start, end }, text: 'rmsnrom' }],
    });
    const [mistake, ...others] = await mistakes(2);
    assert.deepEqual(others, []);
    assert.deepEqual(mistake.range, { start, end });
    assert.equal(mistake.code, 'A203');
    assert.match(mistake.message, /did you mean 'rmsnorm'/);
    await connection.sendNotification(protocol.DidChangeTextDocumentNotification.type, {
        textDocument: { uri, version: 3 }, contentChanges: [{ range: { start, end }, text: 'rmsnorm' }],
    });
    assert.deepEqual(await mistakes(3), []);

    const hover = await connection.sendRequest(protocol.HoverRequest.type, at('rmsnorm |h, x, l{i}.norm1'));
    assert.match(hover.contents.value, /h: f32\[T, 128\]/);
    const offered = await connection.sendRequest(protocol.CompletionRequest.type, at('    |rmsnorm h, x, l{i}.norm1'));
    assert.ok(offered.items.some((one) => one.label === 'softmax' && one.insertTextFormat === protocol.InsertTextFormat.Snippet));
    const [declared] = await connection.sendRequest(protocol.DefinitionRequest.type, at('linear q, h, l{i}|.wq'));
    assert.deepEqual(declared.range.start, find('.weight |l{i}.wq'));
    const used = await connection.sendRequest(protocol.ReferencesRequest.type, { ...at('linear q, h, l{i}|.wq'), context: { includeDeclaration: false } });
    assert.equal(used.length, 1);
    const outline = await connection.sendRequest(protocol.DocumentSymbolRequest.type, { textDocument: { uri } });
    assert.ok(outline.some((one) => one.name === 'forward' && one.kind === protocol.SymbolKind.Function));
    const place = await connection.sendRequest(protocol.PrepareRenameRequest.type, at('linear q, h, l{i}|.wq'));
    assert.equal(place.placeholder, 'l{i}.wq');
    const renamed = await connection.sendRequest(protocol.RenameRequest.type, { ...at('linear q, h, l{i}|.wq'), newName: 'l{i}.query' });
    assert.equal(apply(text, renamed.changes[uri]), text.replaceAll('l{i}.wq', 'l{i}.query'));
    await assert.rejects(connection.sendRequest(protocol.RenameRequest.type, { ...at('linear q, h, l{i}|.wq'), newName: 'l{i}.wk' }), /is taken/);
    await assert.rejects(connection.sendRequest('pomisa/unknown', {}), (error) => error.code === protocol.ErrorCodes.MethodNotFound);

    await connection.sendNotification(protocol.DidChangeTextDocumentNotification.type, { textDocument: { uri, version: 4 }, contentChanges: [{ text: `   ${text}` }] });
    const edits = await connection.sendRequest(protocol.DocumentFormattingRequest.type, { textDocument: { uri }, options: { tabSize: 4, insertSpaces: true } });
    assert.equal(apply(`   ${text}`, edits), text);

    await connection.sendNotification(protocol.DidCloseTextDocumentNotification.type, { textDocument: { uri } });
    await connection.sendRequest(protocol.ShutdownRequest.type);
    await connection.sendNotification(protocol.ExitNotification.type);
    assert.equal(await ended, 0);
    connection.dispose();
    console.log('session: passed');
}

main().catch((error) => {
    console.error(error);
    process.exit(1);
});
