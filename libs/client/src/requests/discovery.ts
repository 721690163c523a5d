interface DiscoveryFilters {
  /** The protocol by which the resource is called. */
  type?: 'http' | 'mcp';
  /** The payee, as the terms name him. */
  payTo?: string;
  scheme?: string;
  network?: string;
  extensions?: string;
  /** 1 to 100. Default: 20. */
  limit?: number;
}

export interface DiscoveryQuery extends DiscoveryFilters {
  offset?: number;
}

export interface DiscoverySearchQuery extends DiscoveryFilters {
  /** Words. */
  query: string;
  cursor?: string;
}
