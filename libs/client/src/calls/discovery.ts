import type { DiscoveryPage, DiscoverySearchPage } from '../answers/index.js';
import type { ReadOptions } from '../http/call-options.js';
import type { HttpCaller } from '../http/http-caller.js';
import type { DiscoveryQuery, DiscoverySearchQuery } from '../requests/index.js';

/** What was paid for here and can be found. It is a hint: what a resource costs, and whom it pays, its 402 says. */
export class DiscoveryCalls {
  constructor(private readonly http: HttpCaller) {}

  /** In the order of first settlements. */
  list(query: DiscoveryQuery = {}, options?: ReadOptions): Promise<DiscoveryPage> {
    return this.http.get('/x402/discovery/resources', { ...query }, options);
  }

  /** By words; what has most of them comes first. */
  search(query: DiscoverySearchQuery, options?: ReadOptions): Promise<DiscoverySearchPage> {
    return this.http.get('/x402/discovery/search', { ...query }, options);
  }
}
