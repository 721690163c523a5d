import { describe, expect, it } from '@jest/globals';
import { blocksOf } from './blocks.js';
import { commandsOf } from './commands.js';
import { Shell } from './shell.js';
import { isContained, isShown } from './shown-output.js';

const fence = '```';

describe('The blocks of a page', () => {
  it('are found with their language and words, without the indentation that a list gives them', () => {
    const page = `# Page\n\n${fence}sh eventually\necho 1\n${fence}\n\n1. so:\n\n   ${fence}\n   plain\n     deeper\n   ${fence}\n`;
    expect(blocksOf(page)).toEqual([
      { language: 'sh', words: ['eventually'], text: 'echo 1\n', line: 4 },
      { language: '', words: [], text: 'plain\n  deeper\n', line: 10 },
    ]);
    expect(() => blocksOf(`${fence}sh\necho 1\n`)).toThrow('has no end');
  });
});

describe('The commands of a block', () => {
  const block = (language: string, text: string) => ({ language, words: [], text, line: 1 });

  it('go over lines as the shell reads them, and comments say what they print', () => {
    const text = "# first\necho 'a\nb'\nsay() {\n  echo $1\n}\nsay c \\\n  d\n# → c\n# a moment later → …\n";
    expect(
      commandsOf(block('sh', text)).map(({ text: each, contains, eventually }) => [each, contains, eventually]),
    ).toEqual([
      ["echo 'a\nb'", [], false],
      ['say() {\n  echo $1\n}', [], false],
      ['say c \\\n  d', ['c', '…'], true],
    ]);
    expect(() => commandsOf(block('sh', "echo 'a\n"))).toThrow('has no end');
  });

  it('stand behind prompts in a console, with their output below them', () => {
    const text = '$ KEY=<the key>\n$ echo a\na\n$ echo b \\\n  c\nb c\n$ true\n';
    expect(commandsOf(block('console', text)).map(({ text: each, output }) => [each, output])).toEqual([
      ['KEY=<the key>', ''],
      ['echo a', 'a'],
      ['echo b \\\n  c', 'b c'],
      ['true', ''],
    ]);
    expect(() => commandsOf(block('console', 'a\n'))).toThrow('output before a command');
  });
});

describe('What a page shows', () => {
  it('is compared to the letter, but for … and the width of columns', () => {
    expect(isShown('id  a_…\n…\nend', 'id      a_17\nmore\nlines\nend\n')).toBe(true);
    expect(isShown('a  b', 'a b')).toBe(false);
    expect(isShown('a', 'a\nb')).toBe(false);
    expect(isShown('', 'a')).toBe(false);
    expect(isShown('a.b', 'axb')).toBe(false);
    expect(isShown('a…c', 'a\nc')).toBe(false);
    expect(isContained('"spent":0.25', '{"spent":0.25}')).toBe(true);
    expect(isContained('"spent":0.25', '{"spent":0.5}')).toBe(false);
  });
});

describe('The shell of a page', () => {
  it('keeps what one command sets for the next, and tells how each ended', async () => {
    const shell = new Shell({ folder: '/', environment: { PATH: '/usr/bin:/bin' } });
    expect(await shell.run('A=1; f() { echo "f $A"; }')).toEqual({ code: 0, output: '' });
    expect(await shell.run('f; f >&2')).toEqual({ code: 0, output: 'f 1\nf 1\n' });
    expect(await shell.run('false | true')).toEqual({ code: 1, output: '' });
    expect(await shell.run("printf 'no line end'; exit_code() { return 3; }; exit_code")).toEqual({
      code: 3,
      output: 'no line end',
    });
    shell.close();
  });
});
