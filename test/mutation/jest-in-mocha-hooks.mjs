const GLOBALS = new URL('./jest-globals.mjs', import.meta.url).href;

/** The names of jest come from `jest-globals.mjs`; of the testing lib only its domain part is loaded, which starts no servers. */
export async function resolve(specifier, context, nextResolve) {
  if (specifier === '@jest/globals') return { url: GLOBALS, shortCircuit: true };
  const found = await nextResolve(specifier, context);
  return specifier === '#testing' ? { ...found, url: new URL('./domain/index.ts', found.url).href } : found;
}
