#!/usr/bin/env node
// The build target of one Nx project: `node tools/build-project.mjs libs/kernel`.
import { compile } from './build.mjs';

const [kind, name] = (process.argv[2] ?? '').split('/');
await compile(kind, name);
