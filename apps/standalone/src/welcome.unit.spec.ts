import { describe, expect, it } from '@jest/globals';
import { welcome } from './welcome.js';

const started = {
  url: 'http://127.0.0.1:8402',
  natsUrl: 'nats://127.0.0.1:4222',
  sandboxUrl: undefined,
  dataDirectory: '/srv/.bursar',
  adminKeyToShow: undefined,
};

describe('What a start prints', () => {
  it('F4: shows a new key once, in a line that can be pasted as it is', () => {
    const text = welcome({ ...started, adminKeyToShow: 'bursar-admin-x' }, 1_234);
    expect(text).toContain('ready after 1.2 s');
    expect(text).toContain("-H 'authorization: Bearer bursar-admin-x'");
  });

  it('shows a line that changes nothing, so that the README begins with what it expects', () => {
    const [line] = welcome({ ...started, adminKeyToShow: 'bursar-admin-x' }, 1).match(/curl .*/)!;
    expect(line).toBe("curl -s http://127.0.0.1:8402/v1/services -H 'authorization: Bearer bursar-admin-x'");
  });

  it('leaves the key to the shell on later starts, where the shell sees it', () => {
    const text = welcome(started, 1_234);
    expect(text).not.toContain('Admin key');
    expect(text).toContain('-H "authorization: Bearer $KEY"');
  });

  it('says where the sandbox is, and nothing of it where there is none', () => {
    expect(welcome({ ...started, sandboxUrl: 'http://127.0.0.1:40123' }, 1)).toContain('http://127.0.0.1:40123');
    expect(welcome(started, 1)).not.toContain('Sandbox');
  });
});
