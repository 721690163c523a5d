import type { SettingKey } from './settings.js';

interface AppSettings {
  /** Without a default and without a value the app refuses to start. */
  readonly required: readonly SettingKey[];
  readonly optional: readonly SettingKey[];
}

const bus = ['natsUrl', 'natsServicePassword'] as const;

const holdsAndRates = [
  'leaseMilliseconds',
  'holdSeconds',
  'dispatchTimeoutSeconds',
  'approvalSeconds',
  'approvalsPending',
  'agentRatePerSecond',
  'agentBurst',
] as const;

const firstUse = ['firstUse', 'firstUsePerPayment', 'firstUsePerDay', 'firstUseAgents', 'firstUseGroupPerDay'] as const;

const paidServices = ['servicesFolder', 'serviceSecretsFile', 'upstreamOrigins'] as const;

const firstOrganization = ['adminKey', 'initialCredits'] as const;

/** Which app reads which settings. */
export const appSettings = {
  gateway: {
    required: ['databaseUrl', ...bus],
    optional: [
      'host',
      'port',
      'mcpOrigins',
      'projectionDatabaseUrl',
      'natsServiceUser',
      'platformKey',
      ...firstUse,
      'approvalsPending',
      'noteRetentionDays',
      'logLevel',
    ],
  },
  authorization: {
    required: ['databaseUrl', ...bus],
    optional: [
      'natsServiceUser',
      'natsIssuerSeed',
      ...firstOrganization,
      ...holdsAndRates,
      ...firstUse,
      'noteRetentionDays',
      'logLevel',
    ],
  },
  projection: {
    required: ['databaseUrl', ...bus],
    optional: ['projectionDatabaseUrl', 'natsServiceUser', 'logLevel'],
  },
  settlement: {
    required: ['databaseUrl', ...bus, 'signingSeed', 'secretsSeed'],
    optional: [
      'projectionDatabaseUrl',
      'natsServiceUser',
      'deployment',
      'evmChainId',
      'x402V1Network',
      'sandboxUrl',
      ...paidServices,
      'noteRetentionDays',
      'logLevel',
    ],
  },
  sandbox: {
    required: [],
    optional: ['sandboxHost', 'sandboxPort', 'sandboxLatencyMilliseconds', 'logLevel'],
  },
  /** Passes what it was given on to the services it starts, so it checks all of theirs at once. */
  standalone: {
    required: [],
    optional: [
      'host',
      'port',
      'mcpOrigins',
      'dataDirectory',
      'databaseUrl',
      'projectionDatabaseUrl',
      'natsUrl',
      'natsPort',
      'natsServiceUser',
      'natsServicePassword',
      'natsIssuerSeed',
      'platformKey',
      'deployment',
      'evmChainId',
      'x402V1Network',
      'signingSeed',
      'secretsSeed',
      ...paidServices,
      'sandbox',
      'sandboxUrl',
      'sandboxHost',
      'sandboxPort',
      'sandboxLatencyMilliseconds',
      ...firstOrganization,
      ...holdsAndRates,
      ...firstUse,
      'noteRetentionDays',
      'logLevel',
    ],
  },
  /** Processes that do one thing to a database and end: migrate, verify, rebuild. */
  maintenance: {
    required: ['databaseUrl'],
    optional: ['projectionDatabaseUrl'],
  },
  cli: {
    required: [],
    optional: [
      'url',
      'apiKey',
      'sessionToken',
      'serviceSecret',
      'adminKey',
      'platformKey',
      'dataDirectory',
      'databaseUrl',
      'projectionDatabaseUrl',
    ],
  },
} as const satisfies Record<string, AppSettings>;

export type AppName = keyof typeof appSettings;
