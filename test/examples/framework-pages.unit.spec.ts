import { describe, expect, it } from '@jest/globals';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { projectRoot } from '#embedded';

const read = (path: string) => readFileSync(join(projectRoot, path), 'utf8');

/** The whole programs that a page shows: it names each behind the language. */
function programsOf(page: string): { path: string; text: string }[] {
  const blocks = [...page.matchAll(/^```(?:python|ts)(.*)\n([^]*?)^```$/gm)];
  return blocks.map(([, words, text]) => ({ path: words!.replace(/^ elsewhere:/, ''), text: text! }));
}

const shown: Record<string, string[]> = {
  'autogen-0.2.md': ['python/autogen_function_map.py'],
  'autogen.md': ['python/autogen_function_tool.py'],
  'langchain-js.md': ['typescript/langchain-agent.ts', 'typescript/langchain-tools.ts', 'typescript/bought.ts'],
  'langgraph.md': ['python/langgraph_tool.py'],
  'plain-python.md': ['python/plain_loop.py', 'python/bursar.py', 'python/fetch_with_x402.py'],
  'semantic-kernel.md': ['python/semantic_kernel_plugin.py'],
  'vercel-ai-sdk.md': ['typescript/ai-sdk-agent.ts', 'typescript/ai-sdk-tools.ts', 'typescript/bought.ts'],
};

describe('A page on a framework', () => {
  it.each(Object.entries(shown))('%s: shows its whole programs, as the examples are that tests run', (name, files) => {
    const programs = programsOf(read(`docs/frameworks/${name}`));
    expect(programs).toEqual(files.map((file) => ({ path: `examples/${file}`, text: read(`examples/${file}`) })));
  });

  it('is there for every example, and every page is held to its examples', () => {
    const pages = readdirSync(join(projectRoot, 'docs/frameworks')).filter((name) => name !== 'README.md');
    expect(pages.toSorted()).toEqual(Object.keys(shown).toSorted());
    const examples = ['python', 'typescript'].flatMap((folder) =>
      readdirSync(join(projectRoot, 'examples', folder))
        .filter((name) => /\.(py|ts)$/.test(name))
        .map((name) => `${folder}/${name}`),
    );
    expect([...new Set(Object.values(shown).flat())].toSorted()).toEqual(examples.toSorted());
  });

  it.each(Object.keys(shown))('%s: says what every page says, under the same headings', (name) => {
    const headings = [...read(`docs/frameworks/${name}`).matchAll(/^## (.*)$/gm)].map(([, heading]) => heading);
    expect(headings).toEqual([
      'What is needed',
      'The program',
      'A budget for each run',
      'Refusals',
      'Paying at a 402',
      'When to stop',
      'Cost per user or goal',
    ]);
  });
});
