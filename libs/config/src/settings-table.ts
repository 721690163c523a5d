import { appSettings } from './apps.js';
import type { Setting } from './setting.js';
import { settings, type SettingKey } from './settings.js';

/** The Markdown page `docs/settings.md`. */
export function settingsPage(): string {
  const keys = Object.keys(settings) as SettingKey[];
  return [
    '# Settings',
    '',
    'Written from `libs/config/src/settings.ts` by `npm run docs:settings`; do not edit by hand.',
    '',
    'Every setting is an environment variable. An empty one counts as absent. A value that cannot be parsed, and a',
    '`BURSAR_…` variable that is not in this table, stop the start with a message that names it.',
    '',
    '| setting | default | unit | what it is for | read by |',
    '| --- | --- | --- | --- | --- |',
    ...keys.map((key) => row(key, settings[key])),
    '',
  ].join('\n');
}

function row(key: SettingKey, setting: Setting): string {
  const apps = Object.entries(appSettings)
    .filter(([, { required, optional }]) => [...required, ...optional].some((name) => name === key))
    .map(([app]) => app);
  const defaultText = setting.default === undefined ? '' : `\`${setting.default}\``;
  return `| \`${setting.name}\` | ${defaultText} | ${setting.unit} | ${setting.description} | ${apps.join(', ')} |`;
}
