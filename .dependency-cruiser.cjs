// The import table of docs/architecture: what may import what. `npm run check:imports` fails on anything else.

const tests = '\\.(unit|int|e2e|system)\\.spec\\.ts$|(^|/)test-support/|/src/testing/';
/** Production code of a lib or an app: its tests may also import #testing, jest and the like. */
const of = (folder) => ({ path: `^${folder}/`, pathNot: tests });
const packages = (...names) => names.map((name) => `^node_modules/${name}(/|$)`);
const libs = (...names) => names.map((name) => `^libs/${name}/src/index\\.ts$`);
const nodeItself =
  '^(node:)?(assert|async_hooks|buffer|child_process|crypto|dns|events|fs|http|https|module|net|os|path|perf_hooks|process|readline|stream|string_decoder|timers|tls|url|util|v8|vm|worker_threads|zlib)(/|$)';

/** Everything that `folder` may import, besides itself. */
const only = (folder, ...allowed) => ({
  name: `${folder.replaceAll('/', '-')}-imports`,
  comment: `See the import table in docs/contributing.md: ${folder} may import only what stands there.`,
  severity: 'error',
  from: of(folder),
  to: { pathNot: [`^${folder}/`, ...allowed.flat()] },
});

// Whole agents of frameworks, which are not installed for anything but test/interop.
const frameworkAgents = '^examples/typescript/[^/]+-agent\\.ts$';
const frameworks = '^(ai|langchain|@langchain/.*)$';

/** @type {import('dependency-cruiser').IConfiguration} */
module.exports = {
  forbidden: [
    { name: 'no-cycles', severity: 'error', from: {}, to: { circular: true } },
    {
      name: 'not-resolvable',
      comment: 'An import that does not exist, or a package that is not in package.json.',
      severity: 'error',
      // Their packages are installed when test/interop is run; it compiles them, and so finds what does not exist.
      from: { pathNot: ['^test/interop/', frameworkAgents] },
      to: { couldNotResolve: true },
    },
    {
      name: 'not-declared',
      comment: 'A package that is installed by chance, or that only development has.',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: [tests, '^libs/testing/'] },
      to: { dependencyTypes: ['npm-no-pkg', 'npm-unknown', 'npm-dev'] },
    },
    {
      name: 'libs-only-through-index',
      comment: 'A lib is reached only through its index.ts.',
      severity: 'error',
      from: { path: '^(apps|libs|test)/([^/]+)/' },
      to: { path: '^libs/([^/]+)/', pathNot: ['^libs/(protocols/)?[^/]+/src/index\\.ts$', '^$1/$2/'] },
    },
    {
      name: 'libs-by-their-name',
      comment: "A lib imports another one as '#name', never by a relative path.",
      severity: 'error',
      from: { path: '^(apps|libs|test)/([^/]+)/' },
      to: { path: '^libs/', pathNot: '^$1/$2/', dependencyTypes: ['local'], dependencyTypesNot: ['aliased'] },
    },
    {
      name: 'no-app-imports-another-app',
      severity: 'error',
      from: { path: '^(apps/(?!standalone)[^/]+|libs)/' },
      to: { path: '^apps/', pathNot: '^$1/' },
    },
    {
      name: 'testing-only-from-tests',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: [tests, '^libs/testing/'] },
      to: { path: ['^libs/testing/', '^test/'] },
    },
    {
      name: 'no-tests-in-production',
      severity: 'error',
      from: { path: '^(apps|libs)/', pathNot: [tests, '^libs/testing/'] },
      to: { path: tests },
    },
    {
      name: 'no-drawer-for-everything',
      comment: 'A lib is one idea, and is called so.',
      severity: 'error',
      from: { path: '^libs/(common|shared|utils?|helpers?|core)/' },
      to: {},
    },
    only('libs/domain'),
    // The domain is pure: its money and limit functions run at the edge too, so that decimals have one reader and one writer.
    only('libs/contracts', libs('domain'), packages('zod', 'lossless-json'), nodeItself),
    only(
      'libs/event-log',
      libs('domain', 'contracts', 'config', 'observability'),
      packages('kysely', 'pg', 'pg-copy-streams', '@types/pg'),
      nodeItself,
    ),
    only(
      'libs/read-models',
      libs('domain', 'contracts', 'config', 'observability'),
      packages('kysely', 'pg', 'pg-copy-streams', '@types/pg'),
      nodeItself,
    ),
    only(
      'libs/bus',
      libs('domain', 'contracts', 'config', 'observability'),
      packages('@nats-io', '@nestjs', 'rxjs'),
      nodeItself,
    ),
    only('libs/client', libs('contracts'), packages('@nats-io', 'uuidv7'), nodeItself),
    only('libs/mcp-server', libs('client', 'contracts'), packages('@modelcontextprotocol/sdk', 'zod'), nodeItself),
    only('libs/config', packages('zod'), nodeItself),
    only(
      'libs/observability',
      libs('config'),
      packages('pino', 'prom-client', '@nestjs', '@opentelemetry'),
      nodeItself,
    ),
    only('libs/embedded', libs('config', 'observability'), nodeItself),
    only('libs/security', libs('contracts', 'domain', 'config'), packages('jose', '@nats-io', 'uuidv7'), nodeItself),
    only(
      'libs/protocols/x402',
      libs('contracts', 'domain'),
      packages('zod', '@noble/curves', '@noble/hashes'),
      // Built-ins that do no I/O.
      '^(node:)?(buffer|crypto|util)$',
    ),
    only('libs/protocols/mpp', libs('contracts', 'domain'), packages('zod'), '^(node:)?(buffer|crypto|util)$'),
    only('libs/paid-services', libs('domain', 'contracts'), packages('zod', 'jsonc-parser'), '^(node:)?(buffer|util)$'),
    only(
      'libs/payable',
      libs('contracts', 'protocols/x402', 'protocols/mpp'),
      packages('@nestjs/common', 'rxjs'),
      nodeItself,
    ),
    only('apps/sandbox', libs('config', 'observability'), nodeItself),
    // What users copy: the client, and what its tools are described by.
    only('examples', libs('client'), packages('zod'), frameworks),
    only('apps/cli', libs('client', 'contracts', 'security', 'config', 'mcp-server'), '^node_modules/', nodeItself),
  ],
  options: {
    doNotFollow: { path: 'node_modules' },
    exclude: { path: ['(^|/)(dist|node_modules/\\.)', '^test/interop/(packages|node_modules)/'] },
    tsPreCompilationDeps: true,
    tsConfig: { fileName: 'tsconfig.json' },
    combinedDependencies: false,
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['bursar-source', 'import', 'node', 'default', 'types'],
      extensions: ['.ts', '.js', '.mjs', '.cjs', '.json', '.d.ts'],
    },
  },
};
