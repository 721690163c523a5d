import { z } from 'zod';
import { credits, onOrOff, origins, port, setting, text, url, wholeNumber } from './setting.js';
import { KNOWN_CHAINS, V1_TEST_NETWORKS, type V1TestNetwork } from './evm-chains.js';
import { signingSeeds } from './signing-seeds.js';

const second = 1;
const day = 86_400 * second;

/**
 * Every setting of Bursar, once. `docs/settings.md` is written from this table (`npm run docs:settings`);
 * which app reads which setting stands in `apps.ts`.
 */
export const settings = {
  host: setting({
    name: 'BURSAR_HOST',
    default: '127.0.0.1',
    unit: 'address',
    description: 'Address that the gateway listens on.',
    schema: text,
  }),
  port: setting({
    name: 'BURSAR_PORT',
    default: '8402',
    unit: 'TCP port',
    description: 'Port that the gateway listens on. 0 takes any free port.',
    schema: port,
  }),
  dataDirectory: setting({
    name: 'BURSAR_DATA_DIR',
    default: '.bursar',
    unit: 'path',
    description: 'Folder of the embedded PostgreSQL, the embedded nats-server, their logs and generated secrets.',
    schema: text,
  }),
  databaseUrl: setting({
    name: 'DATABASE_URL',
    unit: 'postgres:// URL',
    description: 'PostgreSQL that holds the event log. Absent: `npm start` runs its own embedded PostgreSQL 18.',
    schema: url,
    secret: true,
  }),
  projectionDatabaseUrl: setting({
    name: 'PROJECTION_DATABASE_URL',
    unit: 'postgres:// URL',
    description: 'PostgreSQL (or only a role of its own) for reading. Absent: the value of `DATABASE_URL`.',
    schema: url,
    secret: true,
  }),
  natsUrl: setting({
    name: 'NATS_URL',
    unit: 'nats:// URL',
    description: 'nats-server with JetStream and auth callout. Absent: `npm start` runs its own embedded nats-server.',
    schema: url,
    secret: true,
  }),
  natsPort: setting({
    name: 'BURSAR_NATS_PORT',
    default: '4222',
    unit: 'TCP port',
    description:
      'Port of the embedded nats-server on 127.0.0.1. When it is taken, or 0, a free one is used and printed.',
    schema: port,
  }),
  natsServiceUser: setting({
    name: 'BURSAR_NATS_SERVICE_USER',
    default: 'bursar-service',
    unit: 'name',
    description: "NATS user of Bursar's own services, outside the auth callout.",
    schema: text,
  }),
  natsServicePassword: setting({
    name: 'BURSAR_NATS_SERVICE_PASSWORD',
    unit: 'secret',
    description: 'Password of that user. Absent: the embedded start generates one and keeps it in the data folder.',
    schema: text,
    secret: true,
  }),
  natsIssuerSeed: setting({
    name: 'BURSAR_NATS_ISSUER_SEED',
    unit: 'nkey seed',
    description:
      'Seed of the account key that signs the answers of the NATS auth callout. Absent: the embedded start generates one.',
    schema: z.string().regex(/^SA[A-Z2-7]{56}$/, { error: 'must be the seed of an account nkey (SA…, 58 characters)' }),
    secret: true,
  }),
  adminKey: setting({
    name: 'BURSAR_ADMIN_KEY',
    unit: 'secret',
    description: "The first organization's admin key. Absent: one is generated and printed at the first start only.",
    schema: text,
    secret: true,
  }),
  platformKey: setting({
    name: 'BURSAR_PLATFORM_KEY',
    unit: 'secret',
    description:
      'Key of whoever runs Bursar, with which organizations are opened (`POST /v1/organizations`); it opens nothing inside of them. Absent: the embedded start generates one and keeps it in the data folder; elsewhere no organization can be opened over HTTP.',
    schema: z.string().min(24, { error: 'must have at least 24 characters' }),
    secret: true,
  }),
  deployment: setting({
    name: 'BURSAR_DEPLOYMENT',
    default: 'main',
    unit: 'name',
    description:
      'Name of this Bursar: it is the issuer of receipts and payment tokens and its network is `ledger:<name>`. Changing it makes tokens that are out worthless.',
    schema: z.string().regex(/^[a-z0-9][a-z0-9-]{0,31}$/, {
      error: 'must be 1 to 32 of a to z, 0 to 9 and -, and begin with no -',
    }),
  }),
  evmChainId: setting({
    name: 'BURSAR_EVM_CHAIN_ID',
    default: '1651864179',
    unit: 'chain id',
    description:
      'Id of the private network `eip155:<id>` on which EVM wallets sign for money of this ledger. Never the id of a chain: what is signed here moves nothing anywhere else. Changing it makes what was signed worthless.',
    schema: wholeNumber(1, Number.MAX_SAFE_INTEGER).refine(
      (id) => !KNOWN_CHAINS.has(id),
      'must not be the id of a chain that exists',
    ),
  }),
  x402V1Network: setting({
    name: 'BURSAR_X402_V1_NETWORK',
    unit: 'network',
    description:
      'Name under which clients of x402 v1 pay out of this ledger, which know a closed list of networks and no private one: a test network of theirs, such as `base-sepolia`. Absent: EVM wallets pay by v2 only.',
    schema: z
      .enum(Object.keys(V1_TEST_NETWORKS) as [V1TestNetwork, ...V1TestNetwork[]], {
        error: `must be one of ${Object.keys(V1_TEST_NETWORKS).join(', ')}`,
      })
      .transform((network) => ({ network, chain_id: V1_TEST_NETWORKS[network] })),
  }),
  signingSeed: setting({
    name: 'BURSAR_SIGNING_SEED',
    unit: 'seeds',
    description:
      'Seeds of the keys that sign receipts and payment tokens: each at least 32 random bytes as base64url or hex, several separated by commas, the newest first. The first signs, all verify: what an older one signed is good as long as it stands here. Absent: the embedded start generates one and keeps it in the data folder; elsewhere settlement refuses to start.',
    schema: signingSeeds,
    secret: true,
  }),
  secretsSeed: setting({
    name: 'BURSAR_SECRETS_SEED',
    unit: 'seeds',
    description:
      'Seeds of the keys that encrypt the secrets of paid services: each at least 32 random bytes as base64url or hex, several separated by commas, the newest first. The first encrypts, all decrypt. Absent: the embedded start generates one and keeps it in the data folder; elsewhere settlement refuses to start.',
    schema: signingSeeds,
    secret: true,
  }),
  servicesFolder: setting({
    name: 'BURSAR_SERVICES_DIR',
    unit: 'path',
    description:
      'Folder of definitions of paid services, one JSON file each, beside those that come with Bursar. One of the same name comes before.',
    schema: text,
  }),
  serviceSecretsFile: setting({
    name: 'BURSAR_SERVICE_SECRETS_FILE',
    unit: 'path',
    description:
      'JSON file of `{"<service>": "<secret>"}` with which paid services are called for every organization that has no secret of its own.',
    schema: text,
  }),
  upstreamOrigins: setting({
    name: 'BURSAR_UPSTREAM_ORIGINS',
    unit: 'origins',
    description:
      'Origins that may be called as paid services though they are not https to a public address, such as `http://10.0.0.7:9000`, separated by commas.',
    schema: origins,
  }),
  initialCredits: setting({
    name: 'BURSAR_INITIAL_CREDITS',
    default: '1000',
    unit: 'credits',
    description: "Money that the first organization's treasury starts with.",
    schema: credits,
  }),
  leaseMilliseconds: setting({
    name: 'BURSAR_LEASE_MS',
    default: '3000',
    unit: 'ms',
    description: 'How long a partition stays with an owner that no longer renews its lease: the time of a takeover.',
    schema: wholeNumber(200, 60_000),
  }),
  holdSeconds: setting({
    name: 'BURSAR_HOLD_SECONDS',
    default: '900',
    unit: 's',
    description: 'Life of a hold whose request names none.',
    schema: wholeNumber(1, 365 * day),
  }),
  dispatchTimeoutSeconds: setting({
    name: 'BURSAR_DISPATCH_TIMEOUT_SECONDS',
    default: '60',
    unit: 's',
    description: 'After this time without an answer from outside, a dispatched payment is `outcome_unknown`.',
    schema: wholeNumber(1, day),
  }),
  approvalSeconds: setting({
    name: 'BURSAR_APPROVAL_SECONDS',
    default: '86400',
    unit: 's',
    description: 'How long a payment waits for an approval.',
    schema: wholeNumber(1, 365 * day),
  }),
  approvalsPending: setting({
    name: 'BURSAR_APPROVALS_PENDING',
    default: '100',
    unit: 'payments',
    description: 'How many payments of one agent may wait for an approval at one time; further ones are declined.',
    schema: wholeNumber(0, 1_000_000),
  }),
  agentRatePerSecond: setting({
    name: 'BURSAR_AGENT_RATE_PER_SECOND',
    default: '500',
    unit: 'requests/s',
    description: 'Steady rate of the token bucket that stands before the book, for each agent.',
    schema: wholeNumber(1, 1_000_000),
  }),
  agentBurst: setting({
    name: 'BURSAR_AGENT_BURST',
    default: '1000',
    unit: 'requests',
    description: 'Size of that bucket. Beyond it: 429 with Retry-After over HTTP, back-pressure on the bus.',
    schema: wholeNumber(1, 1_000_000),
  }),
  firstUse: setting({
    name: 'BURSAR_FIRST_USE',
    default: 'on',
    unit: 'on, off',
    description: 'Whether an agent handle that the organization has never seen is registered on its first payment.',
    schema: onOrOff,
  }),
  firstUsePerPayment: setting({
    name: 'BURSAR_FIRST_USE_PER_PAYMENT',
    default: '0.50',
    unit: 'credits',
    description: 'Cap per payment of an agent registered on first use.',
    schema: credits,
  }),
  firstUsePerDay: setting({
    name: 'BURSAR_FIRST_USE_PER_DAY',
    default: '25.00',
    unit: 'credits',
    description: 'Cap per day of an agent registered on first use.',
    schema: credits,
  }),
  firstUseAgents: setting({
    name: 'BURSAR_FIRST_USE_AGENTS',
    default: '100',
    unit: 'agents',
    description: 'How many agents an organization may have that were registered on first use.',
    schema: wholeNumber(0, 1_000_000),
  }),
  firstUseGroupPerDay: setting({
    name: 'BURSAR_FIRST_USE_GROUP_PER_DAY',
    default: '100.00',
    unit: 'credits',
    description: 'Cap per day of all agents of an organization together that were registered on first use.',
    schema: credits,
  }),
  noteRetentionDays: setting({
    name: 'BURSAR_NOTE_RETENTION_DAYS',
    default: '400',
    unit: 'days',
    description:
      'How long memos of payments and descriptions of sessions are kept, beside the log, from when they are written.',
    schema: wholeNumber(1, 36_500),
  }),
  sandbox: setting({
    name: 'BURSAR_SANDBOX',
    default: 'on',
    unit: 'on, off',
    description:
      'Whether `npm start` runs a sandbox of its own, which answers the paid services for which no secret is set.',
    schema: onOrOff,
  }),
  sandboxUrl: setting({
    name: 'BURSAR_SANDBOX_URL',
    unit: 'http:// URL',
    description:
      'Where calls to a paid service go for which no secret is set. Absent: `npm start` runs a sandbox of its own; elsewhere such a service is refused.',
    schema: url,
  }),
  sandboxHost: setting({
    name: 'BURSAR_SANDBOX_HOST',
    default: '127.0.0.1',
    unit: 'address',
    description: 'Address that the sandbox listens on.',
    schema: text,
  }),
  sandboxPort: setting({
    name: 'BURSAR_SANDBOX_PORT',
    default: '0',
    unit: 'TCP port',
    description: 'Port that the sandbox listens on. 0 takes any free port, which `npm start` prints.',
    schema: port,
  }),
  sandboxLatencyMilliseconds: setting({
    name: 'BURSAR_SANDBOX_LATENCY_MS',
    default: '0',
    unit: 'ms',
    description: 'How long the sandbox waits before every answer.',
    schema: wholeNumber(0, 60_000),
  }),
  logLevel: setting({
    name: 'BURSAR_LOG_LEVEL',
    default: 'info',
    unit: 'level',
    description: 'Least level that is logged: `trace`, `debug`, `info`, `warn`, `error`, `fatal` or `silent`.',
    schema: z.enum(['trace', 'debug', 'info', 'warn', 'error', 'fatal', 'silent'], {
      error: 'must be trace, debug, info, warn, error, fatal or silent',
    }),
  }),
  url: setting({
    name: 'BURSAR_URL',
    default: 'http://127.0.0.1:8402',
    unit: 'URL',
    description: 'Where the terminal command `bursar` finds the gateway.',
    schema: url,
  }),
  mcpOrigins: setting({
    name: 'BURSAR_MCP_ORIGINS',
    unit: 'origins',
    description:
      'Origins such as `https://inspector.example`, separated by commas, whose pages may call `/mcp` from a browser; also the address of a proxy on this machine that passes calls on under its own name. Programs that are no browser need none. Absent: none.',
    schema: origins,
  }),
  sessionToken: setting({
    name: 'BURSAR_SESSION_TOKEN',
    unit: 'secret',
    description: 'Token of a session to which `bursar mcp` is narrowed, beside the agent token in `BURSAR_API_KEY`.',
    schema: text,
    secret: true,
  }),
  serviceSecret: setting({
    name: 'BURSAR_SERVICE_SECRET',
    unit: 'secret',
    description:
      'Secret that `bursar service secret set` keeps for a paid service. Absent: the command reads standard input.',
    schema: text,
    secret: true,
  }),
  apiKey: setting({
    name: 'BURSAR_API_KEY',
    unit: 'secret',
    description:
      'Key that the terminal command `bursar` calls the gateway with. Absent: the value of `BURSAR_ADMIN_KEY`.',
    schema: text,
    secret: true,
  }),
} as const;

export type SettingKey = keyof typeof settings;
