import { describe, expect, it } from '@jest/globals';
import { recordingTerminal } from '../../test-support/command-line.js';
import { display } from './display.js';

const ESCAPE = '\u001b[';

describe('What is watched', () => {
  it('is drawn anew in place where a person looks, only when it has changed, and the cursor comes back', async () => {
    const { terminal, printed } = recordingTerminal({ screen: () => ({ columns: 80, rows: 24 }) });
    const shown = display(terminal, false);
    await shown.show({ at: 1 }, () => 'one\ntwo');
    await shown.show({ at: 2 }, () => 'one\ntwo');
    await shown.show({ at: 3 }, () => 'three');
    shown.end();
    const drawn = [
      `${ESCAPE}?25l\r${ESCAPE}0Jone\ntwo\n`,
      `${ESCAPE}2A\r${ESCAPE}0Jthree\n`,
      `\r${ESCAPE}0J${ESCAPE}?25h`,
    ];
    expect(printed().out).toBe(drawn.join(''));
  });

  it('never asks the cursor to go up beyond the screen', async () => {
    const { terminal, printed } = recordingTerminal({ screen: () => ({ columns: 80, rows: 5 }) });
    const shown = display(terminal, false);
    const lines = Array.from({ length: 40 }, (_, index) => `line ${index}`).join('\n');
    await shown.show({}, () => lines);
    await shown.show({}, () => `${lines}, changed`.replace('line 0', 'first'));
    expect(printed().out).toContain('line 2\n… and 37 lines more\n');
    expect(printed().out).toContain(`${ESCAPE}4A`);
    expect(printed().out).toContain('first\n');
  });

  it('is drawn from the top when the size has changed, though it is still the same, and no more after the end', async () => {
    let resize = (): void => undefined;
    let listening = true;
    const size = { columns: 80, rows: 24 };
    const { terminal, printed } = recordingTerminal({
      screen: () => size,
      onResize: (changed) => {
        resize = changed;
        return () => (listening = false);
      },
    });
    const shown = display(terminal, false);
    resize();
    expect(printed().out).toBe('');
    await shown.show({}, () => `${size.columns} wide`);
    size.columns = 40;
    resize();
    expect(printed().out).toContain(`${ESCAPE}H${ESCAPE}2J${ESCAPE}0J40 wide`);
    const drawn = printed().out.length;
    size.rows = 30;
    resize();
    expect(printed().out.slice(drawn)).toContain('40 wide');
    shown.end();
    expect(listening).toBe(false);
  });

  it('stands below what was before where nobody looks, once for each change and without any sequence', async () => {
    const { terminal, printed } = recordingTerminal();
    const shown = display(terminal, false);
    for (const at of [1, 1, 2]) await shown.show({ at }, () => `at ${at}`);
    shown.end();
    expect(printed().out).not.toContain('\u001b');
    expect(printed().out.match(/at \d/g)).toEqual(['at 1', 'at 2']);
  });

  it('is a line of JSON for each change where that was asked for, also on a terminal', async () => {
    const { terminal, printed } = recordingTerminal({ screen: () => ({ columns: 80, rows: 24 }) });
    const shown = display(terminal, true);
    for (const at of [1, 1, 2]) await shown.show({ at }, () => 'no');
    shown.end();
    expect(printed().out).toBe('{"at":1}\n{"at":2}');
  });
});
