import type { EventPage, LogEvent } from '../answers/index.js';
import type { ReadOptions } from '../http/call-options.js';
import type { HttpCaller } from '../http/http-caller.js';
import type { PageQuery } from '../requests/index.js';

export class EventCalls {
  constructor(private readonly http: HttpCaller) {}

  page(query: PageQuery = {}, options?: ReadOptions): Promise<EventPage> {
    return this.http.get('/v1/events', { ...query }, options);
  }

  /**
   * Every event from the cursor (any event's `position`) to the end of the log as it is then, oldest first. Go on later from
   * the last event's position, or hear what is new by `BursarBus.follow`.
   */
  async *each(query: PageQuery = {}, options?: ReadOptions): AsyncGenerator<LogEvent, void, undefined> {
    let cursor = query.cursor;
    do {
      const page = await this.page({ ...query, cursor }, options);
      yield* page.events;
      cursor = page.next_cursor ?? undefined;
    } while (cursor !== undefined);
  }
}
