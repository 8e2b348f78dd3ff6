#!/usr/bin/env node
import { parse } from './options.ts'
import { run } from './run.ts'

const parsed = parse(process.argv.slice(2), process.env)
// Not left to end by itself: an input that nobody closes would hold it.
process.exit('status' in parsed ? parsed.status : await run(parsed, process))
