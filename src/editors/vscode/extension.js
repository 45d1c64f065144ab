'use strict';

const { commands, window, workspace } = require('vscode');
const { LanguageClient, RevealOutputChannelOn } = require('vscode-languageclient/node');

let client;

function create() {
    const [command, ...args] = workspace.getConfiguration('pomisa').get('server.command');
    const folder = workspace.workspaceFolders?.[0]?.uri.fsPath;
    return new LanguageClient(
        'pomisa',
        'PomIsa assembly',
        { command, args, options: { cwd: folder } },
        {
            documentSelector: [{ scheme: 'file', language: 'pomisa' }, { scheme: 'untitled', language: 'pomisa' }],
            // Included files count although no editor shows them.
            synchronize: { fileEvents: workspace.createFileSystemWatcher('**/*.pisa') },
            revealOutputChannelOn: RevealOutputChannelOn.Never,
        });
}

async function start() {
    client = create();
    try {
        await client.start();
    } catch (error) {
        const name = workspace.getConfiguration('pomisa').get('server.command').join(' ');
        window.showErrorMessage(`The language server does not start (${name}): ${error.message} Set pomisa.server.command.`);
    }
}

async function stop() {
    const old = client;
    client = undefined;
    if (old?.needsStop()) {
        await old.stop();
    }
}

async function activate(context) {
    context.subscriptions.push(commands.registerCommand('pomisa.restart', async () => {
        await stop();
        await start();
    }));
    context.subscriptions.push(workspace.onDidChangeConfiguration(async (change) => {
        if (change.affectsConfiguration('pomisa.server.command')) {
            await stop();
            await start();
        }
    }));
    await start();
}

module.exports = { activate, deactivate: stop };
