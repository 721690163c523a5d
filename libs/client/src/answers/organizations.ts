export interface OrganizationOpenedAnswer {
  org_id: string;
  name: string;
  currency: string;
  /** Its `token` is shown once; absent in the answer to a repeated key. */
  admin_key: { key_id: string; token?: string };
  opened_at: string;
  position: string;
}
