import type { Route } from '../route.ts'

/** `GET /status`: what runs. */
export const status: Route = (api, { deps }) => {
  api.get('/status', { schema: { summary: 'What runs', tags: ['gateway'] } }, () => deps.status())
}
