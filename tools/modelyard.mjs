#!/usr/bin/env node
// The `modelyard` command of a checkout (`npx modelyard ...`).
import { runBuilt } from './run-built.mjs';

await runBuilt('dist/apps/cli/main.js', process.argv.slice(2));
