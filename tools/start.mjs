#!/usr/bin/env node
// `npm start`: installs what is missing, builds what changed, runs `modelyard up`.
import { runBuilt } from './run-built.mjs';

await runBuilt('dist/apps/cli/main.js', ['up']);
