import { describe, expect, it } from '@jest/globals';
import { paint, paintProblem } from './paint.js';
import { fields, table } from './table.js';

const RED = '\u001b[31m';
const GREEN = '\u001b[32m';
const OFF = '\u001b[39m';

describe('Colours', () => {
  it('tell how things stand, in lines and in tables', () => {
    expect(
      paint(
        fields([
          ['status', 'captured'],
          ['payment', 'pay_1'],
        ]),
      ),
    ).toContain(`status   ${GREEN}captured${OFF}`);
    const painted = paint(
      table(
        ['payment', 'status'],
        [
          ['pay_1', 'declined'],
          ['pay_2', 'captured'],
        ],
      ),
    );
    expect(painted).toContain(`pay_1    ${RED}declined${OFF}`);
    expect(painted).toContain(`pay_2    ${GREEN}captured${OFF}`);
    expect(paint('ses_1  open  budget 1, spent 0')).toContain(`${GREEN}open${OFF}  budget`);
    expect(paint('agent  frozen (too fast)')).not.toBe('agent  frozen (too fast)');
  });

  it('leave the names of columns and fields alone, which are such words too', () => {
    const report = table(
      ['agent', 'spent', 'held', 'refunded', 'declined'],
      [
        ['worker', '0.1', '0', '0', '1'],
        ['open', '0.1', '0', '0', '1'],
      ],
    );
    expect(paint(report)).toBe(report);
    const figures = fields([
      ['payment', 'pay_1'],
      ['held', '0 USD'],
      ['captured', '0.05 USD'],
    ]);
    expect(paint(figures)).toBe(figures);
    expect(paint(fields([['would be', 'declined']]))).toBe(`would be  ${RED}declined${OFF}`);
    expect(paint('passes  agent a\nrefuses  agent b')).toBe(
      `${GREEN}passes${OFF}  agent a\n${RED}refuses${OFF}  agent b`,
    );
  });

  it('leave words alone that a person wrote, and change nothing but colours', () => {
    const memo = fields([
      ['memo', 'it was declined once'],
      ['labels', 'team=open'],
    ]);
    expect(paint(memo)).toBe(memo);
    const text = table(
      ['a', 'status'],
      [
        ['x', 'open'],
        ['y', 'revoked'],
      ],
    );
    expect(
      paint(text)
        .split(/.\[\d+m/)
        .join(''),
    ).toBe(text);
  });

  it('mark the first line of a refusal', () => {
    expect(paintProblem('Declined (402 x): y.\n  on  z')).toBe(`${RED}Declined (402 x): y.${OFF}\n  on  z`);
  });
});
