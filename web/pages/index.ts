import {
  Activity,
  ArrowLeftRight,
  CircleHelp,
  FlaskConical,
  Gauge,
  History,
  ListChecks,
  PlugZap,
  ScrollText,
  Settings,
  ShieldCheck,
} from 'lucide-react'

import { messages } from '../messages.ts'
import type { Page } from './page.ts'

const { pages: title, groups } = messages

/** Catalog of pages, in the order of the navigation: one folder, one line. */
export const pages: readonly Page[] = [
  {
    path: '/',
    title: title.overview,
    nav: { icon: Gauge, key: 'o' },
    load: async () => (await import('./overview/overview-page.tsx')).OverviewPage,
  },
  {
    path: '/connections',
    title: title.connections,
    nav: { icon: Activity, key: 'c' },
    load: async () => (await import('./connections/connections-page.tsx')).ConnectionsPage,
  },
  {
    path: '/connections/$id',
    title: title.connection,
    nav: null,
    load: async () => (await import('./connection/connection-page.tsx')).ConnectionPage,
  },
  {
    path: '/services',
    title: title.services,
    nav: { icon: PlugZap, key: 's' },
    load: async () => (await import('./services/services-page.tsx')).ServicesPage,
  },
  {
    path: '/services/$name',
    title: title.service,
    nav: null,
    load: async () => (await import('./service/service-page.tsx')).ServicePage,
  },
  {
    path: '/rules/redirection',
    title: title.redirection,
    nav: { icon: ArrowLeftRight, group: groups.rules, key: 'd' },
    load: async () => (await import('./redirection/redirection-page.tsx')).RedirectionPage,
  },
  {
    path: '/rules/firewall',
    title: title.firewall,
    nav: { icon: ShieldCheck, group: groups.rules, key: 'r' },
    load: async () => (await import('./firewall/firewall-page.tsx')).FirewallPage,
  },
  {
    path: '/rules/tests',
    title: title.tests,
    nav: { icon: ListChecks, group: groups.rules, key: 'e' },
    load: async () => (await import('./tests/tests-page.tsx')).TestsPage,
  },
  {
    path: '/rules/review',
    title: title.review,
    nav: null,
    load: async () => (await import('./review/review-page.tsx')).ReviewPage,
  },
  {
    path: '/rules/conflict',
    title: title.conflict,
    nav: null,
    load: async () => (await import('./conflict/conflict-page.tsx')).ConflictPage,
  },
  {
    path: '/try',
    title: title.tryIt,
    nav: { icon: FlaskConical, group: groups.tools, key: 't' },
    load: async () => (await import('./try-it/try-it-page.tsx')).TryItPage,
  },
  {
    path: '/history',
    title: title.history,
    nav: { icon: History, group: groups.tools, key: 'h' },
    load: async () => (await import('./history/history-page.tsx')).HistoryPage,
  },
  {
    path: '/audit',
    title: title.audit,
    nav: { icon: ScrollText, group: groups.tools, key: 'a', role: 'admin' },
    load: async () => (await import('./audit/audit-page.tsx')).AuditPage,
  },
  {
    path: '/settings',
    title: title.settings,
    nav: { icon: Settings, group: groups.tools, key: ',' },
    load: async () => (await import('./settings/settings-page.tsx')).SettingsPage,
  },
  {
    path: '/help',
    title: title.help,
    nav: { icon: CircleHelp, group: groups.tools },
    load: async () => (await import('./help/help-page.tsx')).HelpPage,
  },
  {
    path: '/welcome',
    title: title.welcome,
    nav: null,
    load: async () => (await import('./welcome/welcome-page.tsx')).WelcomePage,
  },
]
