'use strict';

const path = require('node:path');

const root = path.resolve(__dirname, '../../../..');

/** The command that starts the server: POMISA_SERVER holds it as a JSON list, else it is the one built in this clone. */
const server = process.env.POMISA_SERVER
    ? JSON.parse(process.env.POMISA_SERVER)
    : ['dotnet', path.join(root, 'src/PomIsa.Cli/bin/Release/net10.0/pomisa.dll'), 'lsp'];

module.exports = { root, server };
