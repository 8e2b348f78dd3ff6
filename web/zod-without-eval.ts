// Before anything of zod is loaded: it would try whether it may make functions from text, which the page's policy for
// content forbids and browsers then report. Read by zod itself, under this name.
Object.assign(globalThis, { __zod_globalConfig: { jitless: true } })
