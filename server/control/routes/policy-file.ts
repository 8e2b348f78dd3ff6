import { z } from 'zod'

import { formatPolicy } from '../../../shared/policy/line.ts'
import { readPolicyText } from '../../policy/text.ts'
import { formatPolicyYaml } from '../../policy/yaml.ts'
import { answerLike } from '../answer.ts'
import { changeOptions, commitOptions } from '../change-options.ts'
import { actorOf } from '../identity.ts'
import { etag, expectedVersion, ifMatchHonoured } from '../if-match.ts'
import type { Api, Route, RouteContext } from '../route.ts'
import { stateExample } from '../state-example.ts'

const tags = ['policy']

const text = z.string('must be text').optional()
const body = changeOptions
  .extend({ yaml: text, text })
  .refine((sent) => (sent.yaml === undefined) !== (sent.text === undefined), 'must hold either yaml or text')
  .meta({ examples: [{ text: 'allow in authd tls:example.com\ndeny in * *', confirmWithin: '60s' }] })

/** `GET /policy/export`, `POST /policy/import`: the policy as a file, YAML or ipcd's own lines. */
export const policyFile: Route = (api, context) => {
  addExport(api, context)
  addImport(api, context)
}

function addExport(api: Api, { deps: { policy } }: RouteContext): void {
  const schema = {
    summary: 'The policy as a file',
    description: 'YAML (`application/yaml`), or with `?format=text` the lines that options and rule files have.',
    tags,
    querystring: z.strictObject({ format: z.enum(['yaml', 'text'], 'must be yaml or text').default('yaml') }),
  }
  api.get('/policy/export', { schema }, ({ query: { format } }, reply) => {
    const { version, document } = policy.current()
    const [type, ending] = format === 'yaml' ? ['application/yaml', 'yaml'] : ['text/plain', 'txt']
    return reply
      .headers({
        etag: etag(version),
        'content-type': `${type}; charset=utf-8`,
        'content-disposition': `attachment; filename="sockgate-policy-${version}.${ending}"`,
      })
      .send(format === 'yaml' ? formatPolicyYaml(document) : formatPolicy(document, { ids: true }))
  })
}

function addImport(api: Api, { deps: { policy }, limits }: RouteContext): void {
  const schema = {
    summary: 'Replace the policy by a file',
    description: 'Entries without an id keep the one that they had. What is wrong is told with line and column.',
    tags,
    headers: ifMatchHonoured,
    body,
    response: { 200: answerLike(stateExample, 'What is in force now') },
  }
  api.post('/policy/import', { schema, bodyLimit: limits.documentBytes }, async (request, reply) => {
    const { yaml, text: lines = '', ...how } = request.body
    const options = commitOptions(how, { where: 'body', kind: 'import', expected: expectedVersion(request, false) })
    const { document } = policy.current()
    const next = yaml === undefined ? readPolicyText(lines, 'text', document) : readPolicyText(yaml, 'yaml', document)
    const { version } = await policy.commit(next, actorOf(request), options)
    return reply.header('etag', etag(version)).send(policy.state())
  })
}
