import pg from 'pg';
import { partitionOf } from '#contracts';

/** Appends payments to a log, in the place of a book's owner; hashes are left out, since the projection reads none. */
export class LogWriter {
  readonly org = 'org_00000000000070008000000000000001';
  readonly partition = partitionOf(this.org);
  position = 0;

  private constructor(private readonly client: pg.Client) {}

  static async open(url: string): Promise<LogWriter> {
    const client = new pg.Client({ connectionString: url, application_name: 'log writer' });
    await client.connect();
    return new LogWriter(client);
  }

  async append(payments: number): Promise<void> {
    const payloads = Array.from({ length: payments }, (_, index) => this.payment(this.position + index + 1));
    await this.client.query(
      `insert into bursar.event (partition, position, payload, hash)
       select $1, $2 + ordinality, convert_to(payload, 'UTF8'), sha256('') from unnest($3::text[]) with ordinality as p(payload)`,
      [this.partition, this.position, payloads],
    );
    this.position += payments;
  }

  async terminateOthers(application: string): Promise<void> {
    await this.client.query(
      `select pg_terminate_backend(pid) from pg_stat_activity
       where datname = current_database() and application_name like $1 || '%'`,
      [application],
    );
  }

  async close(): Promise<void> {
    await this.client.end();
  }

  private payment(number: number): string {
    const id = (prefix: string, of: number) => `${prefix}_${of.toString(16).padStart(32, '0')}`;
    const time = Date.now();
    const agent = number % 50;
    return JSON.stringify({
      amount: `${(number * 7919) % 100_000}`,
      asset: 'USD',
      authorized_at: time,
      by: id('agt', agent),
      labels: number % 3 === 0 ? {} : { user: `user-${number % 4}` },
      org: this.org,
      payee: { service: 'search' },
      payer: { agent_id: id('agt', agent), handle: `agent-${agent}`, wallet_id: 'wal_x' },
      payment_id: id('pay', number),
      postings: [],
      protocol: 'direct',
      sequence: number,
      time,
      type: 'payment.transferred',
      version: 1,
      windows: [],
    });
  }
}
